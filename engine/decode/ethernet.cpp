#include <array>

#include "engine/decode/walk.hpp"

/// Ethernet II and the tags between it and the network layer (IEEE 802.3, 802.1Q, 802.1ad).
namespace espial::decode {
namespace {

constexpr std::size_t kHeader = 14;
constexpr std::uint16_t kIpv4 = 0x0800;
constexpr std::uint16_t kArp = 0x0806;
constexpr std::uint16_t kBridging = 0x6558;  // transparent Ethernet bridging
constexpr std::uint16_t kIpv6 = 0x86DD;
constexpr std::uint16_t kMplsUnicast = 0x8847;
constexpr std::uint16_t kMplsMulticast = 0x8848;
constexpr std::uint16_t kPppoeDiscovery = 0x8863;
constexpr std::uint16_t kPppoeSession = 0x8864;
constexpr std::uint16_t kPpp = 0x880B;
constexpr std::uint16_t kBackboneTag = 0x88E7;  // 802.1ah
constexpr std::uint16_t kFabricPath = 0x8903;
constexpr std::uint16_t kVnTag = 0x8926;
constexpr std::uint16_t kETag = 0x893F;
constexpr std::uint16_t kNsh = 0x894F;

/// By the tags before this one.
constexpr std::array<Carrier, kMaxVlanLayers> kTagCarriers{Carrier::vlan, Carrier::vlan_qinq,
                                                           Carrier::vlan_qinqinq};

constexpr bool is_vlan_tag(std::uint16_t type) noexcept {
  return type == 0x8100 || type == 0x88A8 || type == 0x9100 || type == 0x9200;
}

constexpr std::optional<Layer> layer_of(std::uint16_t type) noexcept {
  switch (type) {
    case kIpv4: return Layer::ipv4;
    case kIpv6: return Layer::ipv6;
    case kMplsUnicast:
    case kMplsMulticast: return Layer::mpls;
    case kPppoeDiscovery: return Layer::pppoe_discovery;
    case kPppoeSession: return Layer::pppoe_session;
    case kPpp: return Layer::ppp;
    case kBridging: return Layer::ethernet;
    case kArp: return Layer::arp;
    case kNsh: return Layer::nsh;
    case kBackboneTag: return Layer::backbone_tag;
    case kFabricPath: return Layer::fabric_path;
    case kVnTag: return Layer::vntag;
    case kETag: return Layer::etag;
    default: return std::nullopt;
  }
}

/// Takes VLAN tags off; false (noted) when they are too many or cut.
bool skip_vlan_tags(Walk& walk, std::uint16_t& type, ByteReader& in) noexcept {
  for (std::size_t layers = 0; is_vlan_tag(type); ++layers) {
    if (layers == kMaxVlanLayers) {
      walk.note(Event::vlan_header_too_many_layers);
      return false;
    }
    const auto tci = in.be<std::uint16_t>();
    const auto inner_type = in.be<std::uint16_t>();
    if (!in.ok()) {
      walk.note(Event::vlan_header_too_small);
      return false;
    }
    walk.tag(tci & 0x0FFFU);
    walk.count(kTagCarriers[layers]);
    type = inner_type;
  }
  return true;
}

}  // namespace

std::optional<Next> by_ether_type(Walk& walk, std::uint16_t type, ByteView bytes) noexcept {
  ByteReader in(bytes);
  const bool tagged = is_vlan_tag(type);
  if (tagged && !skip_vlan_tags(walk, type, in)) return Next{};
  if (walk.out.packets.empty()) walk.out.link.ether_type = type;
  if (const std::optional<Layer> layer = layer_of(type)) return Next{*layer, in.rest()};
  walk.count(Carrier::unknown_ethertype);
  if (!tagged) return std::nullopt;
  walk.note(Event::vlan_unknown_type);
  return Next{};
}

bool is_known_ether_type(std::uint16_t type) noexcept {
  return is_vlan_tag(type) || layer_of(type).has_value();
}

Next decode_ethernet(Walk& walk, ByteView bytes) noexcept {
  ByteReader in(bytes);
  const ByteView destination = in.take(sizeof(MacAddress));
  const ByteView source = in.take(sizeof(MacAddress));
  const auto type = in.be<std::uint16_t>();
  if (!in.ok()) {
    walk.note(Event::ethernet_pkt_too_small);
    return {};
  }
  walk.count(Carrier::ethernet);
  Link& link = walk.out.link;
  walk.ethernet = bytes.first(kHeader);
  if (walk.out.packets.empty() && !link.has_macs) {
    link.ethernet = bytes.first(kHeader);
    std::ranges::copy(source, link.source.bytes.begin());
    std::ranges::copy(destination, link.destination.bytes.begin());
    link.has_macs = true;
  }
  const std::optional<Next> next = by_ether_type(walk, type, in.rest());
  if (!next) {
    walk.note(Event::ethernet_unknown_ethertype);
    return {};
  }
  return *next;
}

}  // namespace espial::decode
