#include "rules/compile/load.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace espial::rules {
namespace {

LoadResult load_texts(std::vector<std::string> texts, bool strict) {
  std::vector<SourceText> sources;
  for (std::size_t i = 0; i < texts.size(); ++i)
    sources.push_back(
        {.path = std::string(1, static_cast<char>('a' + i)) + ".rules", .text = texts[i]});
  return load(sources, {.variables = {}, .strict = strict});
}

std::vector<std::uint32_t> sids(const Plan& plan) {
  std::vector<std::uint32_t> out;
  for (const Rule& rule : plan.rules) out.push_back(rule.info.sid);
  return out;
}

TEST(Load, PutsRulesIntoTheOrderOfJudgement) {
  const LoadResult result =
      load_texts({"alert ip any any -> any any (msg:\"m\"; sid:1;)\n"
                  "reject ip any any -> any any (msg:\"m\"; sid:2;)\n"
                  "alert ip any any -> any any (msg:\"m\"; priority:1; sid:3;)\n"
                  "drop ip any any -> any any (msg:\"m\"; sid:4;)\n",
                  "pass ip any any -> any any (msg:\"m\"; sid:5;)\n"
                  "alert ip any any -> any any (msg:\"m\"; sid:6;)\n"},
                 true);
  EXPECT_EQ(sids(result.plan), (std::vector<std::uint32_t>{5, 4, 2, 3, 1, 6}));
  EXPECT_EQ(result.plan.rules[0].info.place, "b.rules:1");
}

TEST(Load, PutsCheapConditionsFirst) {
  const LoadResult result =
      load_texts({"alert ike any any -> any any (msg:\"m\"; pcre:\"/a/\"; ike.vendor_id; "
                  "content:\"a\"; ike.vendor_id:00; ike.length:1; flow:to_server; sid:1;)"},
                 true);
  ASSERT_EQ(result.loaded, 1U);
  std::vector<std::size_t> kinds;
  for (const Condition& condition : result.plan.rules[0].conditions)
    kinds.push_back(condition.index());
  EXPECT_TRUE(std::ranges::is_sorted(kinds));
  EXPECT_EQ(std::get<BufferTest>(result.plan.rules[0].conditions[3]).buffer,
            FieldId::ike_vendor_id);
}

constexpr const char* kMixed =
    "alert ip any any -> any any (msg:\"good\"; sid:1;)\n"
    "alert ip any any -> any any (msg:\"wrong\"; sid:0;)\n"
    "alert http any any -> any any (msg:\"not yet\"; http.uri; content:\"a\"; sid:3;)\n"
    "alert ip any any => any any (msg:\"broken\"; sid:4;)\n";

TEST(Load, StrictGivesNothingIfAnythingIsWrong) {
  const LoadResult result = load_texts({kMixed}, true);
  EXPECT_FALSE(result.ok());
  EXPECT_TRUE(result.plan.rules.empty());
  EXPECT_EQ(result.loaded, 0U);
}

TEST(Load, LenientLeavesOutWhatIsWrongAndCountsWhy) {
  const LoadResult result = load_texts({kMixed}, false);
  EXPECT_EQ(sids(result.plan), std::vector<std::uint32_t>{1});
  EXPECT_EQ(result.loaded, 1U);
  EXPECT_EQ(result.failed, 2U);
  EXPECT_EQ(result.unsupported, 1U);
}

TEST(Load, FindsASidThatTwoFilesUse) {
  const std::string rule = "alert ip any any -> any any (msg:\"m\"; sid:1;)\n";
  EXPECT_EQ(load_texts({rule, rule}, true).diagnostics.errors(), 1U);
  const std::string other_group = "alert ip any any -> any any (msg:\"m\"; gid:2; sid:1;)\n";
  EXPECT_TRUE(load_texts({rule, other_group}, true).ok());
}

TEST(Load, TakesNothingAndGivesNothing) {
  EXPECT_TRUE(load_texts({}, true).ok());
  EXPECT_TRUE(load_texts({""}, true).ok());
}

}  // namespace
}  // namespace espial::rules
