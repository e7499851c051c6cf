#pragma once
#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/bytes.hpp"
#include "engine/base/ip_address.hpp"

/// Bytes for tests: made by hand, joined, written big endian. Owning and allocating, never for the
/// engine.
namespace espial::test {

using Bytes = std::vector<std::byte>;

/// bytes(0x45, 0, 0xFF): each argument one byte.
template <std::integral... Value>
[[nodiscard]] Bytes bytes(Value... values) {
  return {static_cast<std::byte>(values)...};
}

[[nodiscard]] inline Bytes text(std::string_view characters) {
  const ByteView view = as_bytes(characters);
  return {view.begin(), view.end()};
}

[[nodiscard]] inline Bytes copy(ByteView view) {
  return {view.begin(), view.end()};
}

/// `n` bytes of value `fill`.
[[nodiscard]] inline Bytes filler(std::size_t n, int fill = 0) {
  return Bytes(n, static_cast<std::byte>(fill));
}

[[nodiscard]] inline Bytes join(std::initializer_list<ByteView> parts) {
  Bytes whole;
  for (const ByteView part : parts) std::ranges::copy(part, std::back_inserter(whole));
  return whole;
}

/// Two digits a byte; blanks, line ends and colons between them do not count.
[[nodiscard]] inline Bytes from_hex(std::string_view digits) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  Bytes out;
  std::optional<unsigned> high = std::nullopt;
  for (const char c : digits) {
    if (c == ' ' || c == '\n' || c == ':') continue;
    const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    const auto value = kDigits.find(lower);
    if (value == std::string_view::npos) throw std::invalid_argument("from_hex: not a hex digit");
    if (!high) {
      high = static_cast<unsigned>(value);
    } else {
      out.push_back(static_cast<std::byte>(*high << 4U | static_cast<unsigned>(value)));
      high.reset();
    }
  }
  if (high) throw std::invalid_argument("from_hex: odd number of digits");
  return out;
}

/// Appends fields in network order: Writer().u8(1).u16(2).raw(body).take().
class Writer {
 public:
  Writer& u8(std::uint64_t value) { return be(value, 1); }
  Writer& u16(std::uint64_t value) { return be(value, 2); }
  Writer& u24(std::uint64_t value) { return be(value, 3); }
  Writer& u32(std::uint64_t value) { return be(value, 4); }
  Writer& u64(std::uint64_t value) { return be(value, 8); }
  Writer& raw(ByteView view) {
    // Byte by byte: g++ 12 sees overflows that are not there in an inlined range insert.
    for (const std::byte b : view) out_.push_back(b);
    return *this;
  }
  [[nodiscard]] Bytes take() { return std::move(out_); }

 private:
  Writer& be(std::uint64_t value, unsigned size) {
    for (unsigned i = size; i-- > 0;) out_.push_back(static_cast<std::byte>(value >> (8 * i)));
    return *this;
  }

  Bytes out_;
};

/// Writes `value` big endian over two bytes at `offset`.
inline void put_u16(Bytes& target, std::size_t offset, std::uint32_t value) {
  target.at(offset) = static_cast<std::byte>(value >> 8U);
  target.at(offset + 1) = static_cast<std::byte>(value);
}

/// IpAddress of its text; throws when it is none.
[[nodiscard]] inline IpAddress ip(std::string_view address) {
  const auto parsed = IpAddress::parse(address);
  if (!parsed) throw std::invalid_argument("ip: not an address");
  return *parsed;
}

/// RFC 1071, the slow and plain way: an oracle for the engine's own.
[[nodiscard]] inline std::uint16_t internet_checksum(ByteView view) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < view.size(); ++i) {
    sum += std::to_integer<std::uint64_t>(view[i]) << (i % 2 == 0 ? 8U : 0U);
  }
  while (sum > 0xFFFF) sum = (sum & 0xFFFFU) + (sum >> 16U);
  return static_cast<std::uint16_t>(~sum);
}

}  // namespace espial::test
