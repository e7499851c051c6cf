#include "rules/syntax/parser.hpp"

#include <gtest/gtest.h>

#include "rules/syntax/format.hpp"
#include "rules/syntax/limits.hpp"
#include "rules/syntax/print.hpp"

namespace espial::rules {
namespace {

struct Parsed {
  SourceFiles files;
  Diagnostics diagnostics;
  SyntaxTree tree;

  explicit Parsed(std::string text) {
    const std::uint32_t file = files.add({.path = "t.rules", .text = std::move(text)});
    tree = parse(files, file, diagnostics);
  }
  [[nodiscard]] const RuleNode& rule(std::size_t item = 0) const {
    return std::get<RuleNode>(tree.items.at(item));
  }
  /// "E0106@12 ..." of every diagnostic
  [[nodiscard]] std::string codes() const {
    std::string out;
    for (const Diagnostic& diagnostic : diagnostics.kept()) {
      if (!out.empty()) out += ' ';
      out += std::string(diagnostic.code) + '@' + std::to_string(diagnostic.where.begin);
    }
    return out;
  }
};

TEST(Parser, ReadsEveryPartOfARule) {
  const Parsed parsed(
      "alert ike [10.0.0.0/8, !$LAB] any <> !$HOME_NET [500,1024:, 1 : 2] (msg:\"a\\;b\"; nocase; "
      "sid:1;)");
  EXPECT_EQ(parsed.codes(), "");
  const RuleNode& rule = parsed.rule();
  EXPECT_EQ(rule.action, "alert");
  EXPECT_EQ(rule.protocol, "ike");
  EXPECT_EQ(rule.direction, "<>");
  EXPECT_EQ(format(rule.source), "[10.0.0.0/8,!$LAB]");
  EXPECT_EQ(format(rule.source_port), "any");
  EXPECT_EQ(format(rule.destination), "!$HOME_NET");
  EXPECT_EQ(format(rule.destination_port), "[500,1024:,1:2]");
  ASSERT_EQ(rule.options.size(), 3U);
  EXPECT_EQ(rule.options[0].value, "\"a\\;b\"");
  EXPECT_FALSE(rule.options[1].has_value);
  EXPECT_EQ(rule.options[2].text, "sid:1");
}

TEST(Parser, JoinsContinuedLinesAndKeepsPlaces) {
  const Parsed parsed("alert ip any any -> any any ( \\\n  msg:\"x y\"; \\\r\n  sid:7;)\n# end\n");
  EXPECT_EQ(parsed.codes(), "");
  EXPECT_EQ(parsed.tree.items.size(), 2U);
  const RuleNode& rule = parsed.rule();
  const SourceSpan sid = rule.text.span_of(rule.options[1].text);
  EXPECT_EQ(parsed.files[0].position(sid.begin), (Position{.line = 3, .column = 3}));
}

TEST(Parser, TakesABackslashAtTheEndOfTheFileAndAByteOrderMark) {
  EXPECT_EQ(Parsed("\xef\xbb\xbf# comment").codes(), "");
  const Parsed parsed("alert ip any any -> any any (sid:1;)\\");
  EXPECT_EQ(parsed.codes(), "");
  EXPECT_EQ(parsed.rule().options.size(), 1U);
}

TEST(Parser, SaysWhereAHeaderEndsEarlyForEveryPrefixOfIt) {
  const std::string header = "alert ip any any -> any any";
  for (std::size_t n = 1; n < header.size(); ++n) {
    const Parsed parsed(header.substr(0, n) + " (sid:1;)");
    const bool last_part_begun = n > header.rfind(' ') + 1;
    const bool half_an_arrow = header.substr(0, n).ends_with(" -");
    if (last_part_begun || half_an_arrow) continue;
    EXPECT_TRUE(parsed.rule().damaged) << n;
    EXPECT_EQ(parsed.diagnostics.errors(), 1U) << header.substr(0, n) << " " << parsed.codes();
    EXPECT_EQ(parsed.rule().options.size(), 1U) << n;
  }
}

struct Broken {
  std::string_view text;
  std::string_view codes;
};

TEST(Parser, RecoversBehindEachMistake) {
  const std::vector<Broken> cases = {
      {.text = "alert ip any any <- any any (sid:1;)", .codes = "E0107@17"},
      {.text = "alert ip any any any any (sid:1;)", .codes = "E0107@17"},
      {.text = "alert ip any 80, 443 -> any any (sid:1;)", .codes = "E0107@17"},
      {.text = "alert ip any any -> any 80 443 (sid:1;)", .codes = "E0115@27"},
      {.text = "alert ip [10.0.0.1,10.0.0.2 any -> any any (sid:1;)", .codes = "E0113@9"},
      {.text = "alert ip [] any -> [a,,b] [!] (sid:1;)", .codes = "E0114@9 E0114@22 E0114@28"},
      {.text = "alert ip any ] -> any any (sid:1;)", .codes = "E0114@13"},
      {.text = "alert ip any any -> any any", .codes = "E0108@27"},
      {.text = "alert ip any any -> any any (sid:1;", .codes = "E0109@35"},
      {.text = "alert ip any any -> any any (sid:1)", .codes = "E0116@34"},
      {.text = "alert ip any any -> any any (sid:1;) # why", .codes = "E0110@37"},
      {.text = "alert ip any any -> any any (;; sid:1;)", .codes = "E0111@29 E0111@30"},
      {.text = "alert ip any any -> any any (\"x\"; sid:1;)", .codes = "E0111@29"},
      {.text = "alert ip any any -> any any (sid 1; rev:1;)", .codes = "E0111@33"},
      {.text = "alert ip any any -> any any (nocase sid:1;)", .codes = "E0116@35"},
      {.text = "alert ip any any -> any any (msg:\"a;b\"; sid:1;)", .codes = "E0112@35"},
      {.text = "alert ip any any -> any any (msg:\"a; sid:1;)", .codes = "E0118@33"},
      {.text = "alert ip any any -> any any (msg:\"a\" sid:1;)", .codes = "E0116@36"},
      {.text = "alert ip any any -> any any (msg:\"a\"b\"; sid:1;)", .codes = "E0117@36"},
      {.text = "alert ip any any -> any any (msg:\"a\\\"; sid:1;)", .codes = "E0118@33"},
      {.text = std::string_view("alert ip a\0y any -> any any (sid:1;)", 36), .codes = "E0105@10"},
  };
  for (const Broken& broken : cases)
    EXPECT_EQ(Parsed(std::string(broken.text)).codes(), broken.codes) << broken.text;
}

TEST(Parser, FindsTheMistakesOfEveryRuleInTheFile) {
  const Parsed parsed(
      "alert ip any any => any any (sid:1)\n\nalert ip any any -> any any (msg:\"x; sid:2;)\n");
  EXPECT_EQ(parsed.codes(), "E0107@17 E0116@34 E0118@70");
}

TEST(Parser, KeepsToItsBudgets) {
  const auto nested = [](std::size_t depth) {
    return "alert ip " + std::string(depth, '[') + "any" + std::string(depth, ']') +
           " any -> any any (sid:1;)";
  };
  EXPECT_EQ(Parsed(nested(kMaxListDepth)).codes(), "");
  EXPECT_TRUE(Parsed(nested(kMaxListDepth + 1)).codes().starts_with("E0104@"));
  EXPECT_EQ(Parsed(nested(kMaxListDepth + 1)).diagnostics.errors(), 1U);

  const auto options = [](std::size_t count) {
    std::string text = "alert ip any any -> any any (";
    for (std::size_t i = 0; i < count; ++i) text += "a;";
    return text + ")";
  };
  EXPECT_EQ(Parsed(options(kMaxOptions)).codes(), "");
  EXPECT_TRUE(Parsed(options(kMaxOptions + 1)).codes().starts_with("E0103@"));

  const auto items = [](std::size_t count) {
    std::string text = "alert ip [a";
    for (std::size_t i = 1; i < count; ++i) text += ",a";
    return text + "] any -> any any (sid:1;)";
  };
  EXPECT_EQ(Parsed(items(kMaxListItems)).codes(), "");
  EXPECT_EQ(Parsed(items(kMaxListItems + 1)).codes(), "E0104@9");

  const auto long_rule = [](std::size_t size) {
    std::string text = "alert ip any any -> any any (msg:\"\";)";
    text.insert(34, size - text.size(), 'x');
    return text;
  };
  EXPECT_EQ(Parsed(long_rule(kMaxRuleBytes)).codes(), "");
  EXPECT_EQ(Parsed(long_rule(kMaxRuleBytes + 1)).codes(), "E0102@0");
}

TEST(ParseExpression, ReadsTheValueOfAVariable) {
  Diagnostics diagnostics;
  const std::string_view text = " [10.0.0.0/8, $X] ";
  EXPECT_EQ(format(parse_expression(RuleText(text, 0, 0), diagnostics)), "[10.0.0.0/8,$X]");
  EXPECT_EQ(diagnostics.errors(), 0U);
  for (const std::string_view bad : {"", "  ", "[", "a b", "[a]]", "!"}) {
    Diagnostics wrong;
    EXPECT_EQ(parse_expression(RuleText(bad, 0, 0), wrong).kind, Expression::Kind::missing);
    EXPECT_EQ(wrong.errors(), 1U) << bad;
  }
}

}  // namespace
}  // namespace espial::rules
