#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "engine/decode/walk.hpp"

/// Types and codes of ICMP (IANA "ICMP Parameters") and ICMPv6 (IANA "ICMPv6 Parameters").
namespace espial::decode {
namespace {

/// A type that is in use, and the largest of its codes.
using Kind = std::pair<std::uint8_t, std::uint8_t>;

constexpr auto kIcmpKinds = std::to_array<Kind>({{0, 0},
                                                 {3, 15},
                                                 {4, 0},
                                                 {5, 3},
                                                 {8, 0},
                                                 {9, 16},
                                                 {10, 0},
                                                 {11, 1},
                                                 {12, 2},
                                                 {13, 0},
                                                 {14, 0},
                                                 {15, 0},
                                                 {16, 0},
                                                 {17, 0},
                                                 {18, 0}});

/// Those of whose codes something is known; the rest of 128 to 161 may have any.
constexpr auto kIcmp6Kinds = std::to_array<Kind>(
    {{1, 8},   {2, 0},   {3, 1},   {4, 10},  {128, 0}, {129, 0}, {130, 0}, {131, 0},
     {132, 0}, {133, 0}, {134, 0}, {135, 0}, {136, 0}, {137, 0}, {139, 2}, {140, 2},
     {141, 0}, {142, 0}, {143, 0}, {144, 0}, {145, 0}, {146, 0}, {147, 0}});

constexpr std::uint8_t kRouterAdvertisement = 9;
constexpr std::uint8_t kNotForCommonTraffic = 16;  // RFC 5944 section 2.1.1

const Kind* find(std::span<const Kind> kinds, std::uint8_t type) noexcept {
  const auto found = std::ranges::find(kinds, type, &Kind::first);
  return found == kinds.end() ? nullptr : &*found;
}

constexpr bool is_experimental(std::uint8_t type) noexcept {
  return type == 100 || type == 101 || type == 200 || type == 201;
}

constexpr bool is_assigned(std::uint8_t type) noexcept {
  return (type >= 1 && type <= 4) || (type >= 128 && type <= 161);
}

/// 127 and 255 stand for types yet to come (RFC 4443 section 2.1).
constexpr bool is_reserved(std::uint8_t type) noexcept {
  return type == 127 || type == 255;
}

/// Multicast listener messages never leave their link (RFC 2710 section 3, RFC 3810 section 5).
constexpr bool is_listener_message(std::uint8_t type) noexcept {
  return (type >= 130 && type <= 132) || type == 143;
}

}  // namespace

void check_icmpv4_kind(Walk& walk, const Packet& packet) noexcept {
  const auto [type, code] = std::pair(packet.icmp.type, packet.icmp.code);
  const Kind* const kind = find(kIcmpKinds, type);
  if (kind == nullptr) {
    walk.note(Event::icmpv4_unknown_type);
    return;
  }
  const bool between = type == kRouterAdvertisement && code != 0 && code != kNotForCommonTraffic;
  if (code > kind->second || between) walk.note(Event::icmpv4_unknown_code);
}

void check_icmpv6_kind(Walk& walk, const Packet& packet) noexcept {
  const std::uint8_t type = packet.icmp.type;
  if (is_reserved(type)) {
    walk.note(Event::icmpv6_unknown_type);
  } else if (is_experimental(type)) {
    walk.note(Event::icmpv6_experimentation_type);
  } else if (!is_assigned(type)) {
    walk.note(Event::icmpv6_unassigned_type);
  }
  const Kind* const kind = find(kIcmp6Kinds, type);
  if (kind != nullptr && packet.icmp.code > kind->second) walk.note(Event::icmpv6_unknown_code);
  if (is_listener_message(type) && packet.ttl != 1)
    walk.note(Event::icmpv6_mld_message_with_invalid_hl);
}

}  // namespace espial::decode
