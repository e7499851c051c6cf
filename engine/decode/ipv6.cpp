#include "engine/decode/ipv6_extensions.hpp"
#include "engine/decode/walk.hpp"

/// IPv6 (RFC 8200): the fixed header. Its chain of extension headers is walked in
/// ipv6_extensions.cpp.
namespace espial::decode {
namespace {

constexpr std::size_t kHeader = 40;

void read_fixed_header(ByteView fixed, Packet& packet) noexcept {
  ByteReader in(fixed);
  const auto first = in.be<std::uint32_t>();
  packet.tos = static_cast<std::uint8_t>(first >> 20U);
  packet.flow_label = first & 0xF'FFFFU;
  packet.total_length = std::uint32_t{kHeader} + in.be<std::uint16_t>();
  packet.protocol = IpProtocol{in.be<std::uint8_t>()};
  packet.upper = packet.protocol;
  packet.ttl = in.be<std::uint8_t>();
  packet.source = IpAddress::from_bytes(in.take(16));
  packet.destination = IpAddress::from_bytes(in.take(16));
}

/// A jumbogram states its length in a hop-by-hop option (RFC 2675 section 2), as does what Linux
/// does not segment for NFQUEUE (BIG TCP).
std::size_t datagram_size(const Packet& packet, ByteView rest) noexcept {
  if (packet.total_length == kHeader && packet.protocol == IpProtocol::hop_by_hop) {
    return kHeader + jumbo_payload_length(rest).value_or(0);
  }
  return packet.total_length;
}

}  // namespace

Next decode_ipv6(Walk& walk, ByteView bytes) noexcept {
  if (bytes.size() < kHeader) {
    walk.note(Event::ipv6_pkt_too_small);
    return {};
  }
  if (std::to_integer<unsigned>(bytes.front() >> 4U) != 6) {
    walk.note(Event::ipv6_wrong_ip_version);
    return {};
  }
  Packet* packet = walk.append_packet();
  if (packet == nullptr) return {};
  packet->ip_header = bytes.first(kHeader);
  read_fixed_header(packet->ip_header, *packet);
  const std::size_t size = datagram_size(*packet, bytes.subspan(kHeader));
  if (size > bytes.size()) walk.note(Event::ipv6_trunc_pkt);
  walk.missing = size > bytes.size() ? size - bytes.size() : 0;
  walk.verify = walk.checksums == Checksums::verify && walk.missing == 0;
  packet->bytes = clip(bytes, size);
  return decode_ipv6_chain(walk, *packet, packet->bytes.subspan(kHeader));
}

}  // namespace espial::decode
