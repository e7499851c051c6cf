#pragma once
#include <deque>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "rules/syntax/rule_text.hpp"

/// A rule file as it is written. Nothing is understood yet: words are words. All views point into
/// the rule's text, which the SourceFiles or the tree keep; RuleNode::text.span_of() places them in
/// the file. What a mistake made unreadable is empty.
namespace espial::rules {

/// An address or port of a rule header, or of a variable.
struct Expression {
  enum class Kind : std::uint8_t { missing, word, variable, list };
  Kind kind = Kind::missing;
  bool negated = false;
  std::string_view text;          // of the whole: "![a,b]", "$HOME_NET", "1024:"
  std::string_view word;          // word: without '!'; variable: its name without '$'
  std::vector<Expression> items;  // list
};

struct Option {
  std::string_view text;  // "sid:1", without the ';'
  std::string_view name;
  std::string_view
      value;  // as written, quotes and '!' too, without blanks around; empty if there is none
  bool has_value = false;  // there was a ':'
  bool damaged = false;    // a diagnostic already says why it cannot be read
};

struct RuleNode {
  RuleText text;
  std::string_view action, protocol, direction;
  Expression source, source_port, destination, destination_port;
  std::vector<Option> options;
  bool damaged = false;  // some syntax error: it can be checked for more, not formatted or compiled
};

struct Comment {
  std::string_view text;  // with '#', without blanks around
};
struct BlankLine {};

using Item = std::variant<RuleNode, Comment, BlankLine>;

struct SyntaxTree {
  std::vector<Item> items;         // in the order of the file
  std::deque<std::string> joined;  // the texts of rules that go over several lines
};

}  // namespace espial::rules
