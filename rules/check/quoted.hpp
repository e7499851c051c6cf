#pragma once
#include "rules/check/rule_context.hpp"

namespace espial::rules {

/// `"text"` or `!"text"`: what stands between the quotes, escapes untouched.
struct Quoted {
  bool negated = false;
  std::string_view inside;
};

/// Says so if the value is not quoted.
[[nodiscard]] std::optional<Quoted> parse_quoted(RuleContext& context, const Option& option);

/// The text of `inside` with its escapes (`\;` `\"` `\\` `\:`) undone. Says what else stands behind
/// a backslash.
[[nodiscard]] std::optional<std::string> unescape(RuleContext& context, std::string_view inside);

/// The bytes of a content: text with escapes, and hex between bars.
[[nodiscard]] std::optional<std::string> parse_content_bytes(RuleContext& context,
                                                             std::string_view inside);

}  // namespace espial::rules
