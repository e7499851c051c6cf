#include "engine/flow/key.hpp"

#include <algorithm>
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
  KeyParts parts{
      .source_port = type, .destination_port = code, .discriminator = id, .one_way = true};
  for (const auto& [request, reply] : pairs) {
    if (type != request && type != reply) continue;
    parts.source_port = type;
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
