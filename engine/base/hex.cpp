#include "engine/base/hex.hpp"

#include <ranges>

namespace espial {
namespace {
constexpr std::string_view kDigits = "0123456789abcdef";
}

std::string to_hex(ByteView bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::byte b : bytes) {
    text += kDigits[std::to_integer<std::size_t>(b >> 4U)];
    text += kDigits[std::to_integer<std::size_t>(b & std::byte{0x0f})];
  }
  return text;
}

std::string to_hex(std::uint64_t value) {
  std::string text(16, '0');
  for (char& digit : std::views::reverse(text)) {
    digit = kDigits[value & 0x0fU];
    value >>= 4U;
  }
  return text;
}

std::optional<std::vector<std::byte>> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::vector<std::byte> bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const auto high = hex_digit(text[i]);
    const auto low = hex_digit(text[i + 1]);
    if (!high || !low) return std::nullopt;
    bytes.push_back(static_cast<std::byte>((*high << 4U) | *low));
  }
  return bytes;
}

}  // namespace espial
