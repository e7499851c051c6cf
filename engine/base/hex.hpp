#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/bytes.hpp"

namespace espial {

/// Lower-case hex, two digits a byte, nothing between.
[[nodiscard]] std::string to_hex(ByteView bytes);
/// 16 hex digits: how IKE SPIs are written everywhere.
[[nodiscard]] std::string to_hex(std::uint64_t value);

/// The value of one hex digit of either case.
[[nodiscard]] constexpr std::optional<std::uint8_t> hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<std::uint8_t>(c - 'A' + 10);
  return std::nullopt;
}

/// Bytes of a hex text of even length without separators; nothing if it is not that.
[[nodiscard]] std::optional<std::vector<std::byte>> from_hex(std::string_view text);

}  // namespace espial
