#include "engine/ipsec/anomaly.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>

#include "tests/support/ike_test.hpp"
#include "tests/support/seeds.hpp"

namespace espial::ipsec {
namespace {

using test::anomalies_of;
using test::Bytes;

/// Not all that stands in them is well chosen, but all is well formed.
TEST(Anomaly, RealMessagesHaveNoFault) {
  for (const auto& file : test::real_messages()) {
    anomalies_of(test::read_file(file)).for_each([&](Anomaly anomaly) {
      EXPECT_NE(info_of(anomaly).kind, AnomalyKind::fault) << file << ' ' << info_of(anomaly).name;
    });
  }
}

TEST(Anomaly, NamesAreUniqueAndSayWhoseTheyAre) {
  std::set<std::string_view> names;
  for (unsigned i = 0; i < std::to_underlying(Anomaly::count_); ++i) {
    const registry::AnomalyInfo& info = info_of(static_cast<Anomaly>(i));
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    const std::string_view whose = info.name.substr(0, info.name.find('.'));
    EXPECT_TRUE(
        (std::set<std::string_view>{"ike", "esp", "ah", "natt", "wesp", "ipcomp", "tcpencap"})
            .contains(whose))
        << info.name;
    EXPECT_FALSE(info.meaning.empty()) << info.name;
    EXPECT_FALSE(info.section.empty()) << info.name;
  }
}

TEST(Anomaly, TheReadmeHasTheWholeTable) {
  const Bytes file = test::read_file(ESPIAL_SOURCE_DIR "/engine/ipsec/README.md");
  const std::string_view readme = as_text(file);
  std::size_t rows = 0;
  for (std::size_t at = readme.find("\n| `ike."); at != std::string_view::npos; ++rows)
    at = readme.find("\n| `", at + 1);
  EXPECT_EQ(rows, std::size_t{std::to_underlying(Anomaly::count_)}) << "and nothing besides";
  for (unsigned i = 0; i < std::to_underlying(Anomaly::count_); ++i) {
    const registry::AnomalyInfo& info = info_of(static_cast<Anomaly>(i));
    std::string row = "| `";
    row.append(info.name).append("` | ").append(name_of(info.kind)).append(" | ");
    row.append(info.meaning).append(" | ").append(info.section).append(" |\n");
    EXPECT_TRUE(readme.contains(row)) << row;
  }
}

}  // namespace
}  // namespace espial::ipsec
