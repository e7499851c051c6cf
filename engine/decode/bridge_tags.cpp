#include "engine/decode/walk.hpp"

/// What bridges put between an Ethernet header and what it carries, beside VLAN tags: Cisco
/// FabricPath (DCE), the backbone service tag of IEEE 802.1ah, VN-Tag (802.1Qbh) and E-Tag
/// (802.1BR). None is a tunnel: what follows belongs to the same link.
namespace espial::decode {
namespace {

constexpr std::size_t kEthernetHeader = 14;
constexpr std::size_t kFabricPathTag = 2;
constexpr std::size_t kServiceTag = 4;  // of 802.1ah: priority and flags, service identifier
constexpr std::size_t kVnTag = 4;
constexpr std::size_t kETag = 6;

/// A tag of `size` bytes, then the EtherType of what follows.
Next behind_tag(Walk& walk, ByteView bytes, std::size_t size, Event too_small,
                Event unknown) noexcept {
  ByteReader in(bytes);
  in.skip(size);
  const auto type = in.be<std::uint16_t>();
  if (!in.ok()) {
    walk.note(too_small);
    return {};
  }
  const std::optional<Next> next = by_ether_type(walk, type, in.rest());
  if (!next) walk.note(unknown);
  return next.value_or(Next{});
}

}  // namespace

Next decode_fabric_path(Walk& walk, ByteView bytes) noexcept {
  if (bytes.size() < kFabricPathTag + kEthernetHeader) {
    walk.note(Event::dce_pkt_too_small);
    return {};
  }
  return {Layer::ethernet, bytes.subspan(kFabricPathTag)};
}

Next decode_backbone_tag(Walk& walk, ByteView bytes) noexcept {
  if (bytes.size() < kServiceTag + kEthernetHeader) {
    walk.note(Event::ieee8021ah_header_too_small);
    return {};
  }
  walk.count(Carrier::ieee8021ah);
  return {Layer::ethernet, bytes.subspan(kServiceTag)};
}

Next decode_vntag(Walk& walk, ByteView bytes) noexcept {
  walk.count(Carrier::vntag);
  return behind_tag(walk, bytes, kVnTag, Event::vntag_header_too_small, Event::vntag_unknown_type);
}

Next decode_etag(Walk& walk, ByteView bytes) noexcept {
  walk.count(Carrier::etag);
  return behind_tag(walk, bytes, kETag, Event::etag_header_too_small, Event::etag_unknown_type);
}

}  // namespace espial::decode
