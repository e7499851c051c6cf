#include "rules/syntax/print.hpp"

#include <fmt/format.h>

#include "engine/base/overloaded.hpp"

namespace espial::rules {
namespace {

// NOLINTNEXTLINE(misc-no-recursion): the parser bounds how deep lists nest
std::string expression_text(const Expression& expression) {
  std::string out(expression.negated ? "not " : "");
  switch (expression.kind) {
    case Expression::Kind::missing: return out += "missing";
    case Expression::Kind::word: return out += expression.word;
    case Expression::Kind::variable: return out += fmt::format("variable {}", expression.word);
    case Expression::Kind::list: break;
  }
  out += "list(";
  for (const Expression& item : expression.items) {
    if (&item != &expression.items.front()) out += ", ";
    out += expression_text(item);
  }
  return out += ')';
}

std::string position_text(const SourceFiles& files, SourceSpan span) {
  const Position begin = files[span.file].position(span.begin);
  const Position end = files[span.file].position(span.end);
  return fmt::format("{}:{}-{}:{}", begin.line, begin.column, end.line, end.column);
}

std::string option_text(const SourceFiles& files, const RuleNode& rule, const Option& option) {
  return fmt::format("    {} {}{}{}{}\n", position_text(files, rule.text.span_of(option.text)),
                     option.name, option.has_value ? " = " : "", option.value,
                     option.damaged ? " (damaged)" : "");
}

std::string rule_text(const SourceFiles& files, const RuleNode& rule) {
  std::string out = fmt::format("rule {}{}\n", position_text(files, rule.text.span()),
                                rule.damaged ? " (damaged)" : "");
  out += fmt::format("  action {}\n  protocol {}\n", rule.action, rule.protocol);
  out += fmt::format("  from {} port {}\n", expression_text(rule.source),
                     expression_text(rule.source_port));
  out += fmt::format("  {}\n", rule.direction);
  out += fmt::format("  to {} port {}\n  options\n", expression_text(rule.destination),
                     expression_text(rule.destination_port));
  for (const Option& option : rule.options) out += option_text(files, rule, option);
  return out;
}

}  // namespace

std::string print(const SourceFiles& files, const SyntaxTree& tree) {
  std::string out;
  for (const Item& item : tree.items) {
    out += std::visit(
        Overloaded{
            [&](const RuleNode& rule) { return rule_text(files, rule); },
            [](const Comment& comment) { return fmt::format("comment {}\n", comment.text); },
            [](const BlankLine&) { return std::string("blank\n"); },
        },
        item);
  }
  return out;
}

}  // namespace espial::rules
