#include "rules/syntax/rule_text.hpp"

#include <gtest/gtest.h>

namespace espial::rules {
namespace {

TEST(RuleText, PlacesPartsOfAPlainLine) {
  const std::string_view text = "alert ip";
  const RuleText rule(text, 3, 100);
  EXPECT_FALSE(rule.continued());
  EXPECT_EQ(rule.span(), (SourceSpan{.file = 3, .begin = 100, .end = 108}));
  EXPECT_EQ(rule.span_of(text.substr(6)), (SourceSpan{.file = 3, .begin = 106, .end = 108}));
  EXPECT_EQ(rule.span_of(end_of(text)), (SourceSpan{.file = 3, .begin = 108, .end = 108}));
  EXPECT_EQ(rule.span_of(front_of(text)), (SourceSpan{.file = 3, .begin = 100, .end = 100}));
  EXPECT_EQ(rule.span_of({}), (SourceSpan{.file = 3, .begin = 100, .end = 100}));
}

TEST(RuleText, PlacesPartsOnEitherSideOfAContinuationAndAcrossIt) {
  // "ab\<newline>cd" joined to "abcd"
  const std::string_view text = "abcd";
  const RuleText rule(
      text, 0, std::vector<RuleText::Piece>{{.at = 0, .offset = 10}, {.at = 2, .offset = 14}});
  EXPECT_TRUE(rule.continued());
  EXPECT_EQ(rule.span_of(text.substr(0, 2)), (SourceSpan{.file = 0, .begin = 10, .end = 12}));
  EXPECT_EQ(rule.span_of(text.substr(2, 2)), (SourceSpan{.file = 0, .begin = 14, .end = 16}));
  EXPECT_EQ(rule.span_of(text.substr(1, 2)), (SourceSpan{.file = 0, .begin = 11, .end = 15}));
}

}  // namespace
}  // namespace espial::rules
