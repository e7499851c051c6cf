#include "rules/check/set_items.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "engine/base/text.hpp"

namespace espial::rules {
namespace {

using Bytes = std::array<std::byte, 16>;

std::uint8_t width(const IpAddress& address) {
  return address.is_v4() ? 32 : 128;
}

bool bit(const Bytes& bytes, std::size_t at) {
  return (bytes[at / 8] & static_cast<std::byte>(0x80U >> (at % 8))) != std::byte{0};
}

void set_bit(Bytes& bytes, std::size_t at, bool value) {
  const auto mask = static_cast<std::byte>(0x80U >> (at % 8));
  bytes[at / 8] = value ? bytes[at / 8] | mask : bytes[at / 8] & ~mask;
}

IpAddress address_of(const Bytes& bytes, IpVersion version) {
  return IpAddress::from_bytes(ByteView(bytes).first(version == IpVersion::v4 ? 4 : 16));
}

/// The last address of a prefix whose host bits are zero.
IpAddress last_of(const IpPrefix& prefix) {
  Bytes bytes = prefix.address.padded();
  for (std::size_t at = prefix.length; at < width(prefix.address); ++at) set_bit(bytes, at, true);
  return address_of(bytes, prefix.address.version());
}

IpPrefix half(const IpPrefix& prefix, bool upper) {
  Bytes bytes = prefix.address.padded();
  for (std::size_t at = prefix.length; at < width(prefix.address); ++at) set_bit(bytes, at, false);
  set_bit(bytes, prefix.length, upper);
  return {.address = address_of(bytes, prefix.address.version()),
          .length = static_cast<std::uint8_t>(prefix.length + 1)};
}

/// Cuts [first, last] into prefixes by halving: at most two a level, so at most 254.
// NOLINTNEXTLINE(misc-no-recursion): one level a bit of the address
void cut(const IpPrefix& whole, const IpAddress& first, const IpAddress& last,
         std::vector<IpPrefix>& out) {
  const IpAddress end = last_of(whole);
  if (whole.address > last || end < first) return;
  if (whole.address >= first && end <= last) {
    out.push_back(whole);
    return;
  }
  cut(half(whole, false), first, last, out);
  cut(half(whole, true), first, last, out);
}

std::expected<std::vector<IpPrefix>, std::string> parse_range(std::string_view word,
                                                              std::size_t dash) {
  const auto first = IpAddress::parse(trim(word.substr(0, dash)));
  const auto last = IpAddress::parse(trim(word.substr(dash + 1)));
  if (!first || !last || first->version() != last->version())
    return std::unexpected(fmt::format("`{}` is no range of addresses", word));
  if (*last < *first)
    return std::unexpected(fmt::format("the range `{}` ends before it starts", word));
  std::vector<IpPrefix> out;
  cut({.address = address_of({}, first->version()), .length = 0}, *first, *last, out);
  return out;
}

/// The prefix length of `255.255.0.0`.
std::optional<std::uint8_t> mask_length(std::string_view text) {
  const auto mask = IpAddress::parse(text);
  if (!mask || !mask->is_v4()) return std::nullopt;
  std::uint8_t length = 0;
  while (length < 32 && bit(mask->padded(), length)) ++length;
  for (std::size_t at = length; at < 32; ++at) {
    if (bit(mask->padded(), at)) return std::nullopt;
  }
  return length;
}

std::optional<IpPrefix> parse_masked(std::string_view word) {
  const std::size_t slash = word.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto address = IpAddress::parse(word.substr(0, slash));
  const auto length = mask_length(word.substr(slash + 1));
  if (!address || !address->is_v4() || !length) return std::nullopt;
  return IpPrefix{.address = *address, .length = *length};
}

/// True if `taken` leaves nothing of `prefix`.
// NOLINTNEXTLINE(misc-no-recursion): one level a bit of the address
bool is_covered(const IpPrefix& prefix, const std::vector<IpPrefix>& taken) {
  std::vector<IpPrefix> inside;
  for (const IpPrefix& other : taken) {
    if (other.length <= prefix.length && other.contains(prefix.address)) return true;
    if (other.length > prefix.length && prefix.contains(other.address)) inside.push_back(other);
  }
  // Each level parts what is inside between the halves, so the work is the count of `taken` times
  // the width.
  return !inside.empty() && is_covered(half(prefix, false), inside) &&
         is_covered(half(prefix, true), inside);
}

}  // namespace

std::expected<std::vector<IpPrefix>, std::string> parse_addresses(std::string_view word) {
  if (const auto prefix = IpPrefix::parse(word)) return std::vector{*prefix};
  if (const auto prefix = parse_masked(word)) return std::vector{*prefix};
  if (const std::size_t dash = word.find('-'); dash != std::string_view::npos)
    return parse_range(word, dash);
  if (IpAddress::parse(word.substr(0, word.find('/'))))
    return std::unexpected(fmt::format("`{}` has a wrong prefix length", word));
  return std::unexpected(fmt::format("`{}` is no address", word));
}

std::expected<std::vector<PortRange>, std::string> parse_ports(std::string_view word) {
  const std::size_t colon = word.find(':');
  const std::string_view left = trim(word.substr(0, colon));
  const std::string_view right =
      colon == std::string_view::npos ? left : trim(word.substr(colon + 1));
  const auto first = left.empty() ? std::uint16_t{0} : parse_number<std::uint16_t>(left);
  const auto last = right.empty() ? std::uint16_t{65535} : parse_number<std::uint16_t>(right);
  if (!first || !last || (left.empty() && right.empty()))
    return std::unexpected(fmt::format("`{}` is no port or range of ports (0 to 65535)", word));
  if (*last < *first)
    return std::unexpected(fmt::format("the range `{}` ends before it starts", word));
  return std::vector{PortRange{.first = Port{*first}, .last = Port{*last}}};
}

bool is_empty(const AddressSet& set) {
  std::vector<IpPrefix> include = set.include;
  if (include.empty()) {
    include = {{.address = address_of({}, IpVersion::v4), .length = 0},
               {.address = address_of({}, IpVersion::v6), .length = 0}};
  }
  return std::ranges::all_of(
      include, [&](const IpPrefix& prefix) { return is_covered(prefix, set.exclude); });
}

bool is_empty(const PortSet& set) {
  std::vector<bool> open(65536, set.include.empty());
  const auto mark = [&open](const std::vector<PortRange>& ranges, bool value) {
    for (const PortRange& range : ranges) {
      std::fill(open.begin() + range.first.value(), open.begin() + range.last.value() + 1, value);
    }
  };
  mark(set.include, true);
  mark(set.exclude, false);
  return std::ranges::find(open, true) == open.end();
}

}  // namespace espial::rules
