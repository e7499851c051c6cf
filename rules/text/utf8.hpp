#pragma once
#include <cstdint>
#include <string_view>

namespace espial::rules {

/// A character at the front of a text.
struct Character {
  std::string_view bytes;  // at least one
  char32_t code = U'\uFFFD';
  bool valid = false;  // else one byte that is not UTF-8 (RFC 3629)
};

/// `text` must not be empty.
[[nodiscard]] Character first_character(std::string_view text) noexcept;

/// May stand in a terminal as it is: no control, no character that hides or turns the text around
/// it.
[[nodiscard]] bool is_printable(const Character& character) noexcept;

}  // namespace espial::rules
