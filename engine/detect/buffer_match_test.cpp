#include "engine/detect/buffer_match.hpp"

#include <gtest/gtest.h>

namespace espial::detect {
namespace {

using rules::Content;

class BufferMatch : public testing::Test {
 protected:
  bool match(std::vector<rules::Pattern> patterns, std::string_view buffer) {
    return ask(std::move(patterns), as_bytes(buffer));
  }
  /// `old` has been asked about before, `fresh` has come since; `offset` bytes stood before them.
  bool match_stream(std::vector<rules::Pattern> patterns, std::string_view old,
                    std::string_view fresh, std::uint64_t offset = 0) {
    const std::string both = std::string(old) + std::string(fresh);
    return ask(std::move(patterns), StreamBytes{.bytes = as_bytes(std::string_view(both)),
                                                .offset = offset,
                                                .fresh = old.size()});
  }
  bool ask(std::vector<rules::Pattern> patterns, const auto& where) {
    rules::Plan plan;
    plan.rules.emplace_back();
    plan.rules[0].conditions.emplace_back(rules::BufferTest{.patterns = std::move(patterns)});
    auto ruleset = Ruleset::open(std::move(plan));
    if (!ruleset) {
      ADD_FAILURE() << to_text(ruleset.error());
      return false;
    }
    const OpenCondition& open = (*ruleset)->rules()[0].conditions[0];
    scratch_.refill();
    return holds_on(std::get<rules::BufferTest>(*open.condition), open.codes, where, scratch_);
  }
  MatchScratch scratch_;
};

TEST_F(BufferMatch, FindsAContentAnywhere) {
  EXPECT_TRUE(match({Content{.bytes = "c"}}, "abc"));
  EXPECT_TRUE(match({Content{.bytes = "abc"}}, "abc"));
  EXPECT_FALSE(match({Content{.bytes = "abcd"}}, "abc"));
  EXPECT_FALSE(match({Content{.bytes = "a"}}, ""));
}

TEST_F(BufferMatch, ZeroBytesAreBytes) {
  EXPECT_TRUE(match({Content{.bytes = std::string("\0\0", 2)}}, std::string_view("a\0\0b", 4)));
}

TEST_F(BufferMatch, NocaseFoldsAsciiOnly) {
  EXPECT_TRUE(match({Content{.bytes = "GeT", .nocase = true}}, "xget"));
  EXPECT_FALSE(match({Content{.bytes = "GeT"}}, "xget"));
  EXPECT_FALSE(match({Content{.bytes = "\xC4", .nocase = true}}, "\xE4"));
}

TEST_F(BufferMatch, OffsetAndDepthBoundTheWholeContent) {
  EXPECT_TRUE(match({Content{.bytes = "bc", .offset = 1, .depth = 2}}, "abcd"));
  EXPECT_FALSE(match({Content{.bytes = "bc", .offset = 2}}, "abcd"));
  EXPECT_FALSE(match({Content{.bytes = "cd", .depth = 3}}, "abcd"));
  EXPECT_TRUE(match({Content{.bytes = "cd", .depth = 4}}, "abcd"));
  EXPECT_FALSE(match({Content{.bytes = "a", .offset = 9}}, "abcd"));
}

TEST_F(BufferMatch, StartsAndEndsWith) {
  EXPECT_TRUE(match({Content{.bytes = "ab", .starts_with = true}}, "abab"));
  EXPECT_FALSE(match({Content{.bytes = "ba", .starts_with = true}}, "abab"));
  EXPECT_TRUE(match({Content{.bytes = "ab", .ends_with = true}}, "abab"));
  EXPECT_FALSE(match({Content{.bytes = "ab", .ends_with = true}}, "aba"));
  EXPECT_FALSE(match({Content{.bytes = "abc", .ends_with = true}}, "c"));
}

TEST_F(BufferMatch, DistanceAndWithinCountFromTheMatchBefore) {
  const Content a{.bytes = "a"};
  EXPECT_TRUE(match({a, Content{.bytes = "b", .distance = 2}}, "axxb"));
  EXPECT_FALSE(match({a, Content{.bytes = "b", .distance = 3}}, "axxb"));
  EXPECT_TRUE(match({a, Content{.bytes = "b", .within = 3}}, "axxb"));
  EXPECT_FALSE(match({a, Content{.bytes = "b", .within = 2}}, "axxb"));
  EXPECT_TRUE(match({a, Content{.bytes = "b", .distance = 1, .within = 2}}, "axxb"))
      << "within counts after distance";
  EXPECT_TRUE(match({Content{.bytes = "b"}, Content{.bytes = "a", .distance = -4}}, "axxb"));
}

TEST_F(BufferMatch, GoesBackToALaterPlaceOfTheMatchBefore) {
  EXPECT_TRUE(
      match({Content{.bytes = "a"}, Content{.bytes = "b", .distance = 0, .within = 1}}, "axab"));
  EXPECT_TRUE(match({Content{.bytes = "a"}, Content{.bytes = "b", .within = 1},
                     Content{.bytes = "c", .within = 1}},
                    "abxabc"));
}

TEST_F(BufferMatch, NegatedContentHoldsWhenItIsNotThere) {
  EXPECT_TRUE(match({Content{.bytes = "x", .negated = true}}, "abc"));
  EXPECT_FALSE(match({Content{.bytes = "b", .negated = true}}, "abc"));
  EXPECT_TRUE(
      match({Content{.bytes = "a"}, Content{.bytes = "c", .negated = true, .within = 1}}, "abc"));
}

TEST_F(BufferMatch, PcreMatchesAndIsRelativeWhenAsked) {
  EXPECT_TRUE(match({rules::Pcre{.pattern = "b+c"}}, "abbc"));
  EXPECT_FALSE(match({rules::Pcre{.pattern = "b+c", .negated = true}}, "abbc"));
  EXPECT_TRUE(match({Content{.bytes = "b"}, rules::Pcre{.pattern = "c", .relative = true}}, "cbc"));
  EXPECT_FALSE(match({Content{.bytes = "b"}, rules::Pcre{.pattern = "c", .relative = true}}, "cb"));
  EXPECT_TRUE(
      match({rules::Pcre{.pattern = "a."}, Content{.bytes = "z", .within = 1}}, "axaz z ayz"));
}

TEST_F(BufferMatch, ACatastrophicPcreEnds) {
  const std::string hostile(5000, 'a');
  EXPECT_FALSE(match({rules::Pcre{.pattern = "(a+)+$x"}}, hostile));
}

TEST_F(BufferMatch, TheBudgetEndsAHostileBuffer) {
  const std::string hostile(100'000, 'a');
  EXPECT_FALSE(match({Content{.bytes = "a"}, Content{.bytes = "a", .distance = 0},
                      Content{.bytes = "b", .distance = 0}},
                     hostile));
  EXPECT_TRUE(scratch_.exhausted());
}

TEST_F(BufferMatch, APatternThatDoesNotCompileIsTold) {
  rules::Plan plan;
  plan.rules.emplace_back();
  plan.rules[0].conditions.emplace_back(
      rules::BufferTest{.patterns = {rules::Pcre{.pattern = "("}}});
  EXPECT_FALSE(Ruleset::open(std::move(plan)));
}

TEST_F(BufferMatch, InAStreamAPatternMayBeginInOldBytesAndEndInFreshOnes) {
  EXPECT_TRUE(match_stream({Content{.bytes = "EVIL"}}, "xxEV", "ILxx"));
  EXPECT_TRUE(match_stream({Content{.bytes = "EVIL"}}, "xxEVI", "L"));
  EXPECT_TRUE(match_stream({Content{.bytes = "EVIL"}}, "", "EVIL"));
  EXPECT_FALSE(match_stream({Content{.bytes = "EVIL"}}, "xEVIL", "x"));
  EXPECT_TRUE(match_stream({Content{.bytes = "EVIL"}}, "EVIL", "EVIL"));
}

TEST_F(BufferMatch, InAStreamOneOfSeveralPatternsHasToBeFresh) {
  const std::vector<rules::Pattern> both{Content{.bytes = "one"}, Content{.bytes = "two"}};
  EXPECT_TRUE(match_stream(both, "one", "two"));
  EXPECT_TRUE(match_stream(both, "two", "one"));
  EXPECT_FALSE(match_stream(both, "one two", "three"));
  const std::vector<rules::Pattern> near{Content{.bytes = "one"},
                                         Content{.bytes = "two", .distance = 0, .within = 4}};
  EXPECT_TRUE(match_stream(near, "one one ", "two"));
  EXPECT_FALSE(match_stream(near, "one .... ", "two"));
  EXPECT_FALSE(match_stream(near, "onetwo", "two"));
}

TEST_F(BufferMatch, InAStreamOffsetsCountFromItsStart) {
  EXPECT_TRUE(match_stream({Content{.bytes = "b", .offset = 101, .depth = 1}}, "a", "b", 100));
  EXPECT_FALSE(match_stream({Content{.bytes = "b", .offset = 1, .depth = 1}}, "a", "b", 100));
  EXPECT_FALSE(match_stream({Content{.bytes = "b", .depth = 5}}, "", "b", 100));
  EXPECT_FALSE(match_stream({Content{.bytes = "a", .starts_with = true}}, "", "ab", 1));
  EXPECT_TRUE(match_stream({Content{.bytes = "a", .starts_with = true}}, "", "ab", 0));
}

TEST_F(BufferMatch, InAStreamPcreAndNegationKnowTheFreshBytes) {
  EXPECT_TRUE(match_stream({rules::Pcre{.pattern = "E.IL"}}, "xxEV", "ILxx"));
  EXPECT_FALSE(match_stream({rules::Pcre{.pattern = "E.IL"}}, "EVIL", "xx"));
  EXPECT_TRUE(match_stream({rules::Pcre{.pattern = "E.IL"}}, "EVIL", "EVIL"));
  EXPECT_FALSE(
      match_stream({Content{.bytes = "b"}, Content{.bytes = "a", .negated = true}}, "a", "b"));
  EXPECT_TRUE(
      match_stream({Content{.bytes = "b"}, Content{.bytes = "a", .negated = true}}, "c", "b"));
}

}  // namespace
}  // namespace espial::detect
