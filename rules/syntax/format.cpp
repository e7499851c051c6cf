#include "rules/syntax/format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "engine/base/overloaded.hpp"
#include "engine/base/text.hpp"
#include "rules/syntax/cursor.hpp"

namespace espial::rules {
namespace {

std::string option_text(const Option& option) {
  if (!option.has_value) return fmt::format("{};", option.name);
  return fmt::format("{}:{};", option.name, option.value);
}

std::string header_text(const RuleNode& rule) {
  return fmt::format("{} {} {} {} {} {} {}", rule.action, rule.protocol, format(rule.source),
                     format(rule.source_port), rule.direction, format(rule.destination),
                     format(rule.destination_port));
}

std::string rule_text(const RuleNode& rule) {
  std::string out = header_text(rule) + " (";
  if (rule.text.continued()) {
    for (const Option& option : rule.options)
      out += fmt::format(" \\\n    {}", option_text(option));
    return out += " \\\n)\n";
  }
  for (const Option& option : rule.options) {
    if (!out.ends_with('(')) out += ' ';
    out += option_text(option);
  }
  return out += ")\n";
}

/// As it stands in the file.
std::string damaged_text(const SourceFiles& files, const RuleNode& rule) {
  const SourceSpan span = rule.text.span_of(trim(rule.text.text()));
  std::string_view text = files[span.file].text().substr(span.begin, span.end - span.begin);
  // At the end of the file a last backslash continues nothing.
  while (!text.empty() && (is_blank(text.back()) || text.back() == '\\' || text.back() == '\n'))
    text.remove_suffix(1);
  return text.empty() ? std::string() : fmt::format("{}\n", text);
}

std::string item_text(const SourceFiles& files, const Item& item) {
  return std::visit(Overloaded{
                        [&](const RuleNode& rule) {
                          return rule.damaged ? damaged_text(files, rule) : rule_text(rule);
                        },
                        [](const Comment& comment) { return fmt::format("{}\n", comment.text); },
                        [](const BlankLine&) { return std::string(); },
                    },
                    item);
}

}  // namespace

std::string format(const SourceFiles& files, const SyntaxTree& tree) {
  std::string out;
  bool blank_before = true;  // the file starts with none
  bool blank_waits = false;
  for (const Item& item : tree.items) {
    if (std::holds_alternative<BlankLine>(item)) {
      blank_waits = !blank_before;
      continue;
    }
    const std::string text = item_text(files, item);
    if (text.empty()) continue;
    if (std::exchange(blank_waits, false)) out += '\n';
    out += text;
    blank_before = false;
  }
  return out;
}

// NOLINTNEXTLINE(misc-no-recursion): the parser bounds how deep lists nest
std::string format(const Expression& expression) {
  std::string out(expression.negated ? "!" : "");
  switch (expression.kind) {
    case Expression::Kind::missing: break;
    case Expression::Kind::variable: out += '$'; [[fallthrough]];
    case Expression::Kind::word:
      std::ranges::copy_if(expression.word, std::back_inserter(out),
                           [](char c) { return !is_blank(c); });
      break;
    case Expression::Kind::list:
      out += '[';
      for (const Expression& item : expression.items) {
        if (&item != &expression.items.front()) out += ',';
        out += format(item);
      }
      out += ']';
      break;
  }
  return out;
}

}  // namespace espial::rules
