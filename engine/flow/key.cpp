#include "engine/flow/key.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace espial::flow {
namespace {

/// ICMP types that answer each other share a flow (as in the Community ID specification, version
/// 1).
using IcmpPair = std::pair<std::uint8_t, std::uint8_t>;  // request and reply
constexpr std::array kIcmpPairs{IcmpPair{8, 0}, IcmpPair{13, 14}, IcmpPair{15, 16}, IcmpPair{10, 9},
                                IcmpPair{17, 18}};
constexpr std::array kIcmp6Pairs{IcmpPair{128, 129}, IcmpPair{133, 134}, IcmpPair{135, 136},
                                 IcmpPair{130, 131}, IcmpPair{139, 140}, IcmpPair{144, 145}};

bool is_icmp(const decode::Packet& packet) noexcept {
  return packet.transport == decode::Transport::icmp ||
         packet.transport == decode::Transport::icmpv6;
}

KeyParts parts_of(const decode::Packet& packet, std::optional<Spi> spi) noexcept {
  KeyParts parts;
  if (is_icmp(packet)) {
    parts = icmp_parts(packet.version(), packet.icmp.type, packet.icmp.code, packet.icmp.id);
  } else {
    parts.source_port = packet.source_port.value();
    parts.destination_port = packet.destination_port.value();
    parts.one_way = spi.has_value();
  }
  if (spi) parts.discriminator = spi->value();
  parts.source = packet.source;
  parts.destination = packet.destination;
  parts.protocol = std::to_underlying(packet.protocol);
  return parts;
}

}  // namespace

namespace {

/// What both directions of a tunnel have in common. Without padding: hashed as bytes.
struct TunnelKey {
  std::array<std::byte, 16> low{}, high{};
  std::uint64_t inner_vlans = 0;
  std::uint32_t vlans = 0, around = 0, network = 0;
  std::uint32_t port = 0;
  std::uint32_t carrier = 0;  // own flow, where that is common
  std::uint32_t unused = 0;
};
static_assert(std::has_unique_object_representations_v<TunnelKey>);

/// Tag zero differs from no tag.
std::uint64_t fold(const decode::VlanIds& ids) noexcept {
  std::uint64_t folded = ids.size();
  for (const std::uint16_t id : ids) folded = (folded << 12U) | id;
  return folded;
}

bool hides_its_direction(decode::Tunnel tunnel) noexcept {
  return tunnel == decode::Tunnel::vxlan || tunnel == decode::Tunnel::geneve;
}

}  // namespace

std::uint32_t carrier_of(const decode::DecodedFrame& frame, std::size_t depth, std::uint32_t own,
                         bool directed, std::uint32_t around, const SipKey& secret) noexcept {
  if (depth + 1 >= frame.packets.size()) return own | 1U;
  const decode::Packet& outer = frame.packets[depth];
  const decode::Packet& inner = frame.packets[depth + 1];
  const bool network = hides_its_direction(inner.tunnel);
  if (!network && !directed && inner.tunnel_vlans.empty()) return own | 1U;
  TunnelKey key{.inner_vlans = fold(inner.tunnel_vlans)};
  if (network || directed) {
    key.low = outer.source.padded();
    key.high = outer.destination.padded();
    if (key.high < key.low) std::swap(key.low, key.high);
    key.vlans = fold_vlans(frame.link);
    key.around = around;
    key.network = inner.tunnel_id;
    key.port = network ? outer.destination_port.value() : std::uint32_t{0};
  } else {
    key.carrier = own;
  }
  return static_cast<std::uint32_t>(siphash(secret, std::as_bytes(std::span(&key, 1)))) | 1U;
}

std::uint32_t fold_vlans(const decode::Link& link) noexcept {
  std::uint32_t vlans = 0;
  for (const std::uint16_t id : link.vlan_ids) vlans = (vlans << 12U) | (id & 0xfffU);
  return vlans;
}

/// Type and its counterpart, or type and code for one-way messages.
KeyParts icmp_parts(IpVersion version, std::uint8_t type, std::uint8_t code,
                    std::uint16_t id) noexcept {
  const std::span<const IcmpPair> pairs = version == IpVersion::v4
                                              ? std::span<const IcmpPair>(kIcmpPairs)
                                              : std::span<const IcmpPair>(kIcmp6Pairs);
  KeyParts parts;
  parts.source_port = type;
  parts.destination_port = code;
  parts.discriminator = id;
  parts.one_way = true;
  for (const auto& [request, reply] : pairs) {
    if (type != request && type != reply) continue;
    parts.destination_port = type == request ? reply : request;
    parts.one_way = false;
  }
  return parts;
}

KeyedPacket make_key(const KeyParts& parts, std::uint32_t vlans, std::uint32_t carrier) noexcept {
  KeyedPacket keyed;
  FlowKey& key = keyed.key;
  key.low = parts.source.padded();
  key.high = parts.destination.padded();
  key.low_port = parts.source_port;
  key.high_port = parts.destination_port;
  key.discriminator = parts.discriminator;
  key.vlans = vlans;
  key.carrier = carrier;
  key.protocol = parts.protocol;
  key.version = parts.source.version();
  key.directed = parts.one_way;
  if (!key.directed && std::pair(key.high, key.high_port) < std::pair(key.low, key.low_port)) {
    std::swap(key.low, key.high);
    std::swap(key.low_port, key.high_port);
    keyed.from_low = false;
  }
  return keyed;
}

KeyedPacket make_key(const decode::Packet& packet, const decode::Link& link, std::optional<Spi> spi,
                     std::uint32_t carrier) noexcept {
  return make_key(parts_of(packet, spi), fold_vlans(link), carrier);
}

FlowKey conversation_key(const FlowKey& key, IkeSpi initiator) noexcept {
  FlowKey conversation = key;
  conversation.kind = KeyKind::conversation;
  conversation.discriminator = initiator.value();
  return conversation;
}

}  // namespace espial::flow
