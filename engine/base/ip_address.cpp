#include "engine/base/ip_address.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <charconv>

namespace espial {

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  const std::string terminated(text);
  std::array<std::byte, 16> raw{};
  if (inet_pton(AF_INET, terminated.c_str(), raw.data()) == 1)
    return from_bytes(ByteView(raw).first(4));
  if (inet_pton(AF_INET6, terminated.c_str(), raw.data()) == 1) return from_bytes(raw);
  return std::nullopt;
}

std::string to_text(const IpAddress& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(address.is_v4() ? AF_INET : AF_INET6, address.bytes().data(), text.data(), text.size());
  return text.data();
}

std::string to_full_text(const IpAddress& address) {
  if (address.is_v4()) return to_text(address);
  std::string text;
  ByteReader in(address.bytes());
  while (in.remaining() > 0) {
    if (!text.empty()) text += ':';
    text += fmt::format("{:04x}", in.be<std::uint16_t>());
  }
  return text;
}

std::optional<IpPrefix> IpPrefix::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  const std::uint8_t most = address->is_v4() ? 32 : 128;
  if (slash == std::string_view::npos) return IpPrefix{.address = *address, .length = most};
  const std::string_view digits = text.substr(slash + 1);
  const char* const end = digits.data() + digits.size();
  std::uint8_t length = 0;
  // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): from_chars is given the end
  const auto [stop, error] = std::from_chars(digits.data(), end, length);
  if (error != std::errc{} || stop != end || length > most) return std::nullopt;
  return IpPrefix{.address = *address, .length = length};
}

bool IpPrefix::contains(const IpAddress& other) const noexcept {
  if (other.version() != address.version()) return false;
  const std::size_t whole = length / 8U;
  if (!equal(address.bytes().first(whole), other.bytes().first(whole))) return false;
  const unsigned odd = length % 8U;
  if (odd == 0) return true;
  const auto mask = static_cast<std::byte>(0xff00U >> odd);
  return (address.bytes()[whole] & mask) == (other.bytes()[whole] & mask);
}

std::string to_text(const IpPrefix& prefix) {
  return fmt::format("{}/{}", to_text(prefix.address), prefix.length);
}

}  // namespace espial
