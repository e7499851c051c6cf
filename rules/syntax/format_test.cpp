#include "rules/syntax/format.hpp"

#include <gtest/gtest.h>

#include "rules/syntax/parser.hpp"

namespace espial::rules {
namespace {

std::string formatted(std::string text) {
  SourceFiles files;
  Diagnostics diagnostics;
  const std::uint32_t file = files.add({.path = "t.rules", .text = std::move(text)});
  return format(files, parse(files, file, diagnostics));
}

void expect_format(const std::string& text, const std::string& expected) {
  EXPECT_EQ(formatted(text), expected);
  EXPECT_EQ(formatted(expected), expected);
}

TEST(Format, SpacesARuleCanonically) {
  expect_format(
      "  alert   ike\t[ 1.2.3.4 ,! $X ] [ 80 : 82 ]  ->any  any(msg : \"a  b\" ;nocase ; sid: 1 ;  "
      ")",
      "alert ike [1.2.3.4,!$X] [80:82] -> any any (msg:\"a  b\"; nocase; sid:1;)\n");
}

TEST(Format, GivesAContinuedRuleOneLineAnOption) {
  expect_format("alert ip any any -> any any (msg:\"x\"; \\\n sid:1;)",
                "alert ip any any -> any any ( \\\n    msg:\"x\"; \\\n    sid:1; \\\n)\n");
}

TEST(Format, KeepsCommentsAndSingleBlankLines) {
  expect_format("\n\n  # one  \n\n\n#two\nalert ip any any -> any any (sid:1;)\n\n\n",
                "# one\n\n#two\nalert ip any any -> any any (sid:1;)\n");
  expect_format("", "");
  expect_format("\n \n", "");
}

TEST(Format, LeavesADamagedRuleAsItIs) {
  expect_format("  alert  ip any any (sid:1;)  \n", "alert  ip any any (sid:1;)\n");
  expect_format("alert  ip \\\n  any any (sid:1)\\\\", "alert  ip \\\n  any any (sid:1)\n");
}

TEST(Format, IsStableOnLinesThatContinueNothing) {
  expect_format("\\\n  \n", "");
  expect_format("# a\n\n\\\\", "# a\n");
  expect_format("\\\n# a", "# a\n");
  expect_format("   \\\n b", "b\n");
  expect_format("a \\\n   \\\n", "a\n");
}

}  // namespace
}  // namespace espial::rules
