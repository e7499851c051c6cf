#pragma once
#include <array>
#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/bytes.hpp"

namespace espial {

enum class IpVersion : std::uint8_t { v4 = 4, v6 = 6 };

/// An IPv4 or IPv6 address. IPv4 is kept as its four bytes in front and zeros behind; the family
/// takes part in every comparison, so 1.2.3.4 and ::ffff:1.2.3.4 are different.
class IpAddress {
 public:
  constexpr IpAddress() = default;
  /// `bytes` holds 4 or 16 bytes; anything else gives 0.0.0.0.
  static constexpr IpAddress from_bytes(ByteView bytes) noexcept {
    IpAddress address;
    if (bytes.size() != 4 && bytes.size() != 16) return address;
    address.version_ = bytes.size() == 4 ? IpVersion::v4 : IpVersion::v6;
    std::ranges::copy(bytes, address.bytes_.begin());
    return address;
  }
  /// Text as inet_pton takes it; nothing if it is not an address.
  [[nodiscard]] static std::optional<IpAddress> parse(std::string_view text);

  [[nodiscard]] constexpr IpVersion version() const noexcept { return version_; }
  [[nodiscard]] constexpr bool is_v4() const noexcept { return version_ == IpVersion::v4; }
  [[nodiscard]] constexpr ByteView bytes() const noexcept {
    return ByteView(bytes_).first(is_v4() ? 4 : 16);
  }
  /// All 16 bytes, zero-padded for IPv4: for hashing.
  [[nodiscard]] constexpr const std::array<std::byte, 16>& padded() const noexcept {
    return bytes_;
  }

  friend constexpr auto operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
  IpVersion version_ = IpVersion::v4;
  std::array<std::byte, 16> bytes_{};
};

/// `10.0.0.1`, `2001:db8::1` (RFC 5952): ipsec.log, dissect, messages for people.
[[nodiscard]] std::string to_text(const IpAddress& address);
/// IPv6 with all eight groups of four digits, as EVE writes it; IPv4 as always.
[[nodiscard]] std::string to_full_text(const IpAddress& address);

/// An address and the number of its leading bits that count (0..32 or 0..128).
struct IpPrefix {
  IpAddress address;
  std::uint8_t length = 0;

  /// `10.0.0.0/8` or a single address. Host bits may be set (Suricata takes them) and do not count.
  [[nodiscard]] static std::optional<IpPrefix> parse(std::string_view text);
  [[nodiscard]] bool contains(const IpAddress& other) const noexcept;
  friend constexpr auto operator<=>(const IpPrefix&, const IpPrefix&) = default;
};

[[nodiscard]] std::string to_text(const IpPrefix& prefix);

}  // namespace espial
