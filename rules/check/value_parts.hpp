#pragma once
#include <string_view>
#include <vector>

#include "engine/base/text.hpp"
#include "rules/check/rule_context.hpp"

namespace espial::rules {

/// The parts of a value between `separator`s, without the blanks around them; never none.
[[nodiscard]] inline std::vector<std::string_view> parts_of(std::string_view value,
                                                            char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t end = 0; end != std::string_view::npos;) {
    end = value.find(separator);
    parts.push_back(trim(value.substr(0, end)));
    if (end != std::string_view::npos) value.remove_prefix(end + 1);
  }
  return parts;
}

/// Says that a value is not of its keyword's form, and shows one that is.
inline void wrong_form(RuleContext& context, const Keyword& keyword, std::string_view part,
                       std::string message) {
  context.error("E0233", part.empty() ? context.node.text.text() : part, std::move(message))
      .note("for example " + std::string(keyword.example));
}

}  // namespace espial::rules
