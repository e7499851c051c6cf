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

struct Ports {
  std::uint16_t source, destination;
  bool one_way;
};

/// Type and its counterpart, or type and code for one-way messages.
Ports icmp_ports(const decode::Packet& packet) noexcept {
  const std::span<const IcmpPair> pairs = packet.transport == decode::Transport::icmp
                                              ? std::span<const IcmpPair>(kIcmpPairs)
                                              : std::span<const IcmpPair>(kIcmp6Pairs);
  for (const auto& [request, reply] : pairs) {
    if (packet.icmp.type == request)
      return {.source = request, .destination = reply, .one_way = false};
    if (packet.icmp.type == reply)
      return {.source = reply, .destination = request, .one_way = false};
  }
  return {.source = packet.icmp.type, .destination = packet.icmp.code, .one_way = true};
}

bool is_icmp(const decode::Packet& packet) noexcept {
  return packet.transport == decode::Transport::icmp ||
         packet.transport == decode::Transport::icmpv6;
}

}  // namespace

std::uint32_t fold_vlans(const decode::Link& link) noexcept {
  std::uint32_t vlans = 0;
  for (const std::uint16_t id : link.vlan_ids) vlans = (vlans << 12U) | (id & 0xfffU);
  return vlans;
}

KeyedPacket make_key(const decode::Packet& packet, const decode::Link& link, std::optional<Spi> spi,
                     std::uint32_t carrier) noexcept {
  const bool icmp = is_icmp(packet);
  const Ports ports = icmp ? icmp_ports(packet)
                           : Ports{.source = packet.source_port.value(),
                                   .destination = packet.destination_port.value(),
                                   .one_way = spi.has_value()};
  KeyedPacket keyed;
  FlowKey& key = keyed.key;
  key.low = packet.source.padded();
  key.high = packet.destination.padded();
  key.low_port = ports.source;
  key.high_port = ports.destination;
  key.discriminator =
      spi ? std::uint64_t{spi->value()} : std::uint64_t{icmp ? packet.icmp.id : std::uint16_t{0}};
  key.vlans = fold_vlans(link);
  key.carrier = carrier;
  key.protocol = std::to_underlying(packet.protocol);
  key.version = packet.version();
  key.directed = ports.one_way;
  if (!key.directed && std::pair(key.high, key.high_port) < std::pair(key.low, key.low_port)) {
    std::swap(key.low, key.high);
    std::swap(key.low_port, key.high_port);
    keyed.from_low = false;
  }
  return keyed;
}

FlowKey conversation_key(const FlowKey& key, IkeSpi initiator) noexcept {
  FlowKey conversation = key;
  conversation.kind = KeyKind::conversation;
  conversation.discriminator = initiator.value();
  return conversation;
}

}  // namespace espial::flow
