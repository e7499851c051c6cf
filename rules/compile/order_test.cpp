#include "rules/compile/order.hpp"

#include <gtest/gtest.h>

#include "rules/compile/load.hpp"

namespace espial::rules {
namespace {

/// "sid sid ...", in the order of judgement.
std::string order_of(const std::vector<std::string>& rules) {
  std::string text;
  for (std::size_t i = 0; i < rules.size(); ++i)
    text += rules[i].substr(0, rules[i].find(' ')) + " tcp any any -> any any (msg:\"m\"; " +
            rules[i].substr(rules[i].find(' ') + 1) + " sid:" + std::to_string(i + 1) + ";)\n";
  const SourceText source{.path = "t.rules", .text = std::move(text)};
  const LoadResult loaded = load(std::span(&source, 1), {.variables = {}, .strict = true});
  std::string sids;
  for (const Rule& rule : loaded.plan.rules)
    sids += (sids.empty() ? "" : " ") + std::to_string(rule.info.sid);
  return sids;
}

TEST(Order, PutsChangesOfBitsBeforeQuestions) {
  EXPECT_EQ(order_of({"alert priority:1;", "alert flowbits:isset,a; priority:1;",
                      "alert flowbits:isset,a; flowbits:set,b; priority:1;",
                      "alert flowbits:set,a; priority:3;", "alert flowbits:unset,a; priority:2;"}),
            "5 4 3 2 1");
}

TEST(Order, PutsTheActionFirst) {
  EXPECT_EQ(order_of({"alert flowbits:set,a;", "drop flowbits:isset,a;", "pass flowbits:isset,a;"}),
            "3 2 1");
}

TEST(Order, FollowsChainsOfBits) {
  EXPECT_EQ(order_of({"alert flowbits:isset,c; flowbits:set,d;",
                      "alert flowbits:isset,b; flowbits:set,c;",
                      "alert flowbits:isset,a; flowbits:set,b;"}),
            "3 2 1");
}

TEST(Order, LeavesCirclesAsRead) {
  EXPECT_EQ(order_of({"alert flowbits:isset,a; flowbits:set,b;",
                      "alert flowbits:isset,b; flowbits:set,a;"}),
            "1 2");
  EXPECT_EQ(
      order_of(
          {"alert flowbits:isset,z; flowbits:set,y;", "alert flowbits:isset,b; flowbits:set,a;",
           "alert flowbits:isset,a; flowbits:set,b;", "alert flowbits:isset,a; flowbits:set,z;"}),
      "2 3 4 1");
}

TEST(Order, DoesNotTakeARulesOwnChangeForAnothers) {
  EXPECT_EQ(order_of({"alert flowbits:isnotset,a; flowbits:set,a;",
                      "alert flowbits:isnotset,a; flowbits:set,a;"}),
            "1 2");
}

std::string inspects(std::string_view protocol, std::string_view options) {
  const SourceText source{.path = "t.rules",
                          .text = "alert " + std::string(protocol) +
                                  " any any -> any any (msg:\"m\"; " + std::string(options) +
                                  " sid:1;)\n"};
  const LoadResult loaded = load(std::span(&source, 1), {.variables = {}, .strict = true});
  return loaded.plan.rules.empty() ? "" : std::string(name_of(loaded.plan.rules[0].inspects));
}

TEST(Inspects, IsWorkedOutOfProtocolFlowAndContent) {
  EXPECT_EQ(inspects("tcp", "content:\"a\";"), "stream or packet");
  EXPECT_EQ(inspects("ip", "content:\"a\";"), "stream or packet");
  EXPECT_EQ(inspects("udp", "content:\"a\";"), "packet");
  EXPECT_EQ(inspects("tcp", "flow:established;"), "packet");
  EXPECT_EQ(inspects("tcp-pkt", "content:\"a\";"), "packet");
  EXPECT_EQ(inspects("tcp-stream", "content:\"a\";"), "stream");
  EXPECT_EQ(inspects("tcp", "flow:only_stream; content:\"a\";"), "stream");
  EXPECT_EQ(inspects("tcp", "flow:no_stream; content:\"a\";"), "packet");
  EXPECT_EQ(inspects("tcp", "flow.pkts:either,1; content:\"a\";"), "packet");
  EXPECT_EQ(inspects("tcp", "stream_size:client,>,1; content:\"a\";"), "stream or packet");
}

}  // namespace
}  // namespace espial::rules
