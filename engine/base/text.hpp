#pragma once
#include <charconv>
#include <concepts>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace espial {

/// Without blanks and tabs at both ends.
[[nodiscard]] std::string_view trim(std::string_view text) noexcept;

/// ASCII letters compared without case: the names of the field are ASCII.
[[nodiscard]] bool equal_nocase(std::string_view a, std::string_view b) noexcept;

/// A whole unsigned number, decimal or with 0x in hex; nothing if there is anything else in the
/// text or it does not fit T.
template <std::unsigned_integral T>
[[nodiscard]] std::optional<T> parse_number(std::string_view text) noexcept {
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  if (hex) text.remove_prefix(2);
  T value{};
  const auto [stop, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, hex ? 16 : 10);
  if (error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return value;
}

/// The number of single-character edits between two words.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate nearest to a misspelt `word`, if one is near enough to be meant; empty else.
[[nodiscard]] std::string_view nearest(std::string_view word,
                                       std::span<const std::string_view> candidates);

}  // namespace espial
