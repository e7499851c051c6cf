#pragma once
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/bytes.hpp"

/// The seeds of the fuzz targets. Those of `ike` that are named v1_ or v2_ are real messages, or
/// made as real ones are; the rest is what fuzzing has found.
namespace espial::test {

[[nodiscard]] inline Bytes read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return text(std::string{std::istreambuf_iterator<char>(in), {}});
}

[[nodiscard]] inline std::filesystem::path seed_folder(std::string_view target) {
  return std::filesystem::path(ESPIAL_SOURCE_DIR "/tests/fuzz/seeds") / target;
}

[[nodiscard]] inline Bytes seed(std::string_view target, std::string_view name) {
  return read_file(seed_folder(target) / name);
}

[[nodiscard]] inline std::vector<std::filesystem::path> seeds(std::string_view target) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(seed_folder(target)))
    files.push_back(entry.path());
  return files;
}

[[nodiscard]] inline std::vector<std::filesystem::path> real_messages() {
  std::vector<std::filesystem::path> files = seeds("ike");
  std::erase_if(files, [](const auto& file) {
    const std::string name = file.filename().string();
    return !name.starts_with("v1_") && !name.starts_with("v2_");
  });
  return files;
}

}  // namespace espial::test
