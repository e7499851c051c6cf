#include "rules/text/utf8.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace espial::rules {
namespace {

struct Range {
  char32_t first, last;
};

constexpr std::array<Range, 6> kNotPrintable = {{
    {.first = 0x00, .last = 0x1f},
    {.first = 0x7f, .last = 0x9f},
    {.first = 0x200b, .last = 0x200f},  // zero width, direction marks
    {.first = 0x2028, .last = 0x202e},  // line ends, embeddings and overrides of direction
    {.first = 0x2060, .last = 0x206f},  // invisible operators, isolates
    {.first = 0xfeff, .last = 0xfeff},  // byte order mark
}};

/// Bytes of a sequence that starts with `lead`; zero if none does.
constexpr std::size_t sequence_length(unsigned char lead) noexcept {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  if (lead >= 0xf0 && lead < 0xf5) return 4;
  return 0;
}

constexpr bool is_scalar(char32_t code, std::size_t length) noexcept {
  constexpr std::array<char32_t, 5> least = {0, 0, 0x80, 0x800, 0x10000};
  return code >= least[length] && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
}

}  // namespace

Character first_character(std::string_view text) noexcept {
  const Character broken{.bytes = text.substr(0, 1)};
  const auto lead = std::bit_cast<unsigned char>(text.front());
  const std::size_t length = sequence_length(lead);
  if (length == 0 || text.size() < length) return broken;
  if (length == 1) return {.bytes = text.substr(0, 1), .code = lead, .valid = true};
  char32_t code = lead & (0x7fU >> length);
  for (const char c : text.substr(1, length - 1)) {
    const auto byte = std::bit_cast<unsigned char>(c);
    if ((byte & 0xc0U) != 0x80U) return broken;
    code = (code << 6U) | (byte & 0x3fU);
  }
  if (!is_scalar(code, length)) return broken;
  return {.bytes = text.substr(0, length), .code = code, .valid = true};
}

bool is_printable(const Character& character) noexcept {
  return character.valid && std::ranges::none_of(kNotPrintable, [&](const Range& range) {
           return character.code >= range.first && character.code <= range.last;
         });
}

}  // namespace espial::rules
