#include "rules/syntax/rule_text.hpp"

#include <algorithm>

namespace espial::rules {

std::uint32_t RuleText::offset_of(std::size_t at) const noexcept {
  const auto next = std::ranges::upper_bound(pieces_, at, {}, &Piece::at);
  const Piece& piece = *std::prev(next);
  return piece.offset + static_cast<std::uint32_t>(at - piece.at);
}

SourceSpan RuleText::span_of(std::string_view part) const noexcept {
  if (part.data() == nullptr) part = front_of(text_);
  const auto at = static_cast<std::size_t>(part.data() - text_.data());
  const std::uint32_t begin = offset_of(at);
  const std::uint32_t end = part.empty() ? begin : offset_of(at + part.size() - 1) + 1;
  return {.file = file_, .begin = begin, .end = end};
}

}  // namespace espial::rules
