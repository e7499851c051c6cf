#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rules/text/source.hpp"

namespace espial::rules {

/// A rule as one line: what a backslash continued over several is joined, the backslash and the
/// line end taken out, as Suricata does it. Everything parsed from it is a view into text(), and
/// span_of() says where in the file a view came from.
class RuleText {
 public:
  RuleText() = default;
  /// `text` is a part of the file and starts at `offset` in it.
  RuleText(std::string_view text, std::uint32_t file, std::uint32_t offset)
      : text_(text), file_(file), pieces_{{.at = 0, .offset = offset}} {}

  struct Piece {
    std::uint32_t at = 0;      // in text()
    std::uint32_t offset = 0;  // in the file
  };
  /// `text` was joined from `pieces` (at least one, the first at 0) and outlives this.
  RuleText(std::string_view text, std::uint32_t file, std::vector<Piece> pieces)
      : text_(text), file_(file), pieces_(std::move(pieces)) {}

  [[nodiscard]] std::string_view text() const noexcept { return text_; }
  [[nodiscard]] bool continued() const noexcept { return pieces_.size() > 1; }
  /// `part` is a view into text(), possibly empty; what is missing from a rule (a view into
  /// nothing) is at its front.
  [[nodiscard]] SourceSpan span_of(std::string_view part) const noexcept;
  [[nodiscard]] SourceSpan span() const noexcept { return span_of(text_); }

 private:
  [[nodiscard]] std::uint32_t offset_of(std::size_t at) const noexcept;

  std::string_view text_;
  std::uint32_t file_ = 0;
  std::vector<Piece> pieces_;
};

/// The empty view at the front or the end of `part`: where something is missing.
[[nodiscard]] constexpr std::string_view front_of(std::string_view part) noexcept {
  return part.substr(0, 0);
}
[[nodiscard]] constexpr std::string_view end_of(std::string_view part) noexcept {
  return part.substr(part.size());
}

}  // namespace espial::rules
