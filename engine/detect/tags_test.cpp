#include "engine/detect/tags.hpp"

#include <gtest/gtest.h>

namespace espial::detect {
namespace {

using rules::TagMetric;
using rules::TagScope;

IpAddress address(std::string_view text) {
  return *IpAddress::parse(text);
}

rules::Rule tagging(TagScope scope, TagMetric metric, std::uint32_t count, std::uint32_t sid = 1) {
  rules::Rule rule;
  rule.info.sid = sid;
  rule.effects.tags.push_back({.scope = scope, .metric = metric, .count = count});
  return rule;
}

TagPacket packet(std::uint64_t flow, std::int64_t second = 0) {
  return {.flow = flow,
          .source = address("10.0.0.1"),
          .destination = address("10.0.0.2"),
          .length = 100,
          .now = Timestamp::from_parts(1000 + second, 0)};
}

/// How many of `n` packets behind the one that matched are recorded.
int recorded(const rules::Rule& rule, int n) {
  Tags tags(16, {1, 2});
  tags.add(rule, packet(7));
  EXPECT_FALSE(tags.observe(packet(7))) << "the packet that matched";
  int wanted = 0;
  for (int i = 1; i <= n; ++i) wanted += tags.observe(packet(7, i)) ? 1 : 0;
  return wanted;
}

TEST(Tags, CountPacketsWithTheOneThatMatched) {
  EXPECT_EQ(recorded(tagging(TagScope::session, TagMetric::packets, 4), 20), 3);
  EXPECT_EQ(recorded(tagging(TagScope::session, TagMetric::packets, 1), 20), 0);
}

TEST(Tags, CountBytesAndSeconds) {
  EXPECT_EQ(recorded(tagging(TagScope::session, TagMetric::bytes, 500), 20), 4);
  EXPECT_EQ(recorded(tagging(TagScope::session, TagMetric::seconds, 5), 20), 5);
}

TEST(Tags, OfASessionAreItsAlone) {
  Tags tags(16, {1, 2});
  tags.add(tagging(TagScope::session, TagMetric::packets, 9), packet(7));
  EXPECT_FALSE(tags.observe(packet(7)));
  EXPECT_FALSE(tags.observe(packet(8)));
  EXPECT_TRUE(tags.observe(packet(7)));
}

TEST(Tags, OfAHostAreOfAllItsFlowsBothWays) {
  Tags tags(16, {1, 2});
  tags.add(tagging(TagScope::source_host, TagMetric::packets, 9), packet(7));
  EXPECT_FALSE(tags.observe(packet(7)));
  TagPacket back = packet(8);
  std::swap(back.source, back.destination);
  EXPECT_TRUE(tags.observe(back));
  TagPacket other = packet(9);
  other.source = address("10.0.0.3");
  EXPECT_FALSE(tags.observe(other));
}

TEST(Tags, OfARuleThatMatchesAgainStartAnewTenTimesAtMost) {
  const rules::Rule rule = tagging(TagScope::session, TagMetric::packets, 2);
  Tags tags(16, {1, 2});
  tags.add(rule, packet(7));
  EXPECT_FALSE(tags.observe(packet(7)));
  for (int i = 0; i < Tags::kMaxRenewals; ++i) {
    tags.add(rule, packet(7));
    EXPECT_TRUE(tags.observe(packet(7))) << i;
    EXPECT_TRUE(tags.observe(packet(7))) << i;
  }
  tags.add(rule, packet(7));
  EXPECT_FALSE(tags.observe(packet(7)));
}

TEST(Tags, HaveACeiling) {
  Tags tags(2, {1, 2});
  const rules::Rule rule = tagging(TagScope::session, TagMetric::packets, 99);
  for (std::uint64_t flow = 1; flow <= 3; ++flow) {
    tags.add(rule, packet(flow));
    EXPECT_FALSE(tags.observe(packet(flow)));
  }
  EXPECT_FALSE(tags.observe(packet(1))) << "the oldest went";
  EXPECT_TRUE(tags.observe(packet(3)));
  for (std::uint32_t sid = 2; sid < 40; ++sid)
    tags.add(tagging(TagScope::session, TagMetric::packets, 99, sid), packet(3));
  EXPECT_TRUE(tags.observe(packet(3)));
}

}  // namespace
}  // namespace espial::detect
