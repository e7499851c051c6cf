#pragma once
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace espial::test {

/// Holds `got` against tests/golden/NAME. With ESPIAL_UPDATE_GOLDEN set in the environment the file
/// is written instead: the diff is the review.
inline void expect_golden(std::string_view name, std::string_view got) {
  const auto path = std::filesystem::path(ESPIAL_SOURCE_DIR) / "tests/golden" / name;
  // One thread, and nobody writes the environment.
  if (std::getenv("ESPIAL_UPDATE_GOLDEN") != nullptr) {  // NOLINT(concurrency-mt-unsafe)
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << got;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  ASSERT_TRUE(file) << path << " is missing: run with ESPIAL_UPDATE_GOLDEN=1";
  const std::string want(std::istreambuf_iterator<char>(file), {});
  EXPECT_EQ(got, want) << path;
}

}  // namespace espial::test
