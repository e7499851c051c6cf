#include "engine/decode/walk.hpp"

/// MPLS label stack (RFC 3032). The stack does not say what it carries: the last label does for the
/// two explicit nulls, else the first nibble behind it tells IPv4, IPv6 or a pseudowire's control
/// word (RFC 4385 section 3, RFC 4928).
namespace espial::decode {
namespace {

constexpr std::uint32_t kIpv4ExplicitNull = 0;
constexpr std::uint32_t kRouterAlert = 1;
constexpr std::uint32_t kIpv6ExplicitNull = 2;
constexpr std::uint32_t kImplicitNull = 3;
constexpr std::uint32_t kLastReserved = 15;
constexpr std::size_t kControlWordSize = 4;

Next by_nibble(Walk& walk, ByteView bytes) noexcept {
  if (bytes.size() < kControlWordSize) {
    walk.note(Event::mpls_pkt_too_small);
    return {};
  }
  switch (std::to_integer<unsigned>(bytes.front() >> 4U)) {
    case 4: return {Layer::ipv4, bytes};
    case 6: return {Layer::ipv6, bytes};
    case 0: return {Layer::ethernet, bytes.subspan(kControlWordSize)};
    default: walk.note(Event::mpls_unknown_payload_type); return {};
  }
}

/// The label at the bottom of the stack, which names no payload when it is one of these (RFC 3032
/// section 2.1). What follows is read nonetheless: a router that does not mind would forward it.
void note_bad_label(Walk& walk, std::uint32_t label) noexcept {
  if (label == kRouterAlert) {
    walk.note(Event::mpls_bad_label_router_alert);
  } else if (label == kImplicitNull) {
    walk.note(Event::mpls_bad_label_implicit_null);
  } else if (label <= kLastReserved) {
    walk.note(Event::mpls_bad_label);
  }
}

}  // namespace

Next decode_mpls(Walk& walk, ByteView bytes) noexcept {
  ByteReader in(bytes);
  walk.count(Carrier::mpls);
  walk.tunnel = Tunnel::mpls;
  for (std::size_t labels = 0; labels < kMaxMplsLabels; ++labels) {
    const auto entry = in.be<std::uint32_t>();
    if (!in.ok()) {
      walk.note(Event::mpls_header_too_small);
      return {};
    }
    const bool bottom = (entry & 0x100U) != 0;
    if (!bottom) continue;
    const std::uint32_t label = entry >> 12U;
    if (label == kIpv4ExplicitNull) return {Layer::ipv4, in.rest()};
    if (label == kIpv6ExplicitNull) return {Layer::ipv6, in.rest()};
    note_bad_label(walk, label);
    return by_nibble(walk, in.rest());
  }
  walk.note(Event::mpls_too_many_labels);
  return {};
}

}  // namespace espial::decode
