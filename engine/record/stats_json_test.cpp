#include "engine/record/stats_json.hpp"

#include <gtest/gtest.h>

namespace espial::record {
namespace {

std::string render(std::initializer_list<std::pair<const char*, std::uint64_t>> counters) {
  v1::EngineStats stats;
  stats.set_uptime_seconds(9);
  for (const auto& [name, value] : counters) {
    v1::Counter& counter = *stats.add_counters();
    counter.set_name(name);
    counter.set_value(value);
  }
  std::string out;
  render_stats_json(stats, out);
  return out;
}

TEST(StatsJson, WithoutCountersThereIsTheUptime) {
  EXPECT_EQ(render({}), "{\"uptime\":9}\n");
}

TEST(StatsJson, DotsNestWhateverTheOrderOfTheCounters) {
  EXPECT_EQ(render({{"b.y", 1}, {"a", 2}, {"b.x.z", 3}}),
            "{\"uptime\":9,\"a\":2,\"b\":{\"x\":{\"z\":3},\"y\":1}}\n");
}

TEST(StatsJson, ACounterThatIsAlsoAnObjectIsItsTotal) {
  EXPECT_EQ(render({{"flow.udp", 2}, {"flow", 3}}),
            "{\"uptime\":9,\"flow\":{\"total\":3,\"udp\":2}}\n");
}

TEST(StatsJson, OfTwoCountersWithOneNameTheLaterCounts) {
  EXPECT_EQ(render({{"a.b", 1}, {"a.b", 2}}), "{\"uptime\":9,\"a\":{\"b\":2}}\n");
}

TEST(StatsJson, NamesThatSortAroundTheDotStayTogether) {
  EXPECT_EQ(render({{"a.b", 1}, {"a-c", 2}, {"a.d", 3}}),
            "{\"uptime\":9,\"a\":{\"b\":1,\"d\":3},\"a-c\":2}\n");
}

TEST(StatsJson, OddNamesAreKeysToo) {
  EXPECT_EQ(render({{"", 1}}), "{\"uptime\":9,\"\":1}\n");
  EXPECT_EQ(render({{"a.", 1}}), "{\"uptime\":9,\"a\":1}\n");
  EXPECT_EQ(render({{"\"\n", 1}}), "{\"uptime\":9,\"\\\"\\n\":1}\n");
}

TEST(StatsJson, NestingStopsAtEight) {
  EXPECT_EQ(
      render({{"1.2.3.4.5.6.7.8.9.10", 1}}),
      "{\"uptime\":9,\"1\":{\"2\":{\"3\":{\"4\":{\"5\":{\"6\":{\"7\":{\"8.9.10\":1}}}}}}}}\n");
  const std::string dots(100'000, '.');
  EXPECT_FALSE(render({{dots.c_str(), 1}}).empty());
}

}  // namespace
}  // namespace espial::record
