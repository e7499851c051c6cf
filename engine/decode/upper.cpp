#include "engine/decode/walk.hpp"

namespace espial::decode {
namespace {

constexpr std::size_t kIpv4Header = 20;
constexpr std::size_t kIpv6Header = 40;
constexpr std::size_t kEspHeader = 8;  // SPI and sequence number (RFC 4303 section 2)

/// What IPv6 carries as IP and cannot be: Suricata has names of their own for it.
std::optional<Event> fault_in_ipv6(Layer layer, ByteView bytes) noexcept {
  const bool v4 = layer == Layer::ipv4;
  if (bytes.size() < (v4 ? kIpv4Header : kIpv6Header))
    return v4 ? Event::ipv6_ipv4_in_ipv6_too_small : Event::ipv6_ipv6_in_ipv6_too_small;
  if (std::to_integer<unsigned>(bytes.front() >> 4U) != (v4 ? 4U : 6U))
    return v4 ? Event::ipv6_ipv4_in_ipv6_wrong_version : Event::ipv6_ipv6_in_ipv6_wrong_version;
  return std::nullopt;
}

Next enter_tunnel(Walk& walk, const Packet& packet, Layer layer, ByteView bytes) noexcept {
  if (packet.version() == IpVersion::v6) {
    if (const std::optional<Event> fault = fault_in_ipv6(layer, bytes)) {
      walk.note(*fault);
      return {};
    }
  }
  walk.tunnel = packet.auth_headers.empty() ? Tunnel::ip_in_ip : Tunnel::ah;
  return {layer, bytes};
}

}  // namespace

Next decode_upper(Walk& walk, Packet& packet, ByteView bytes) noexcept {
  packet.payload = bytes;
  const bool v4 = packet.version() == IpVersion::v4;
  switch (packet.upper) {
    case IpProtocol::udp: return decode_udp(walk, packet, bytes);
    case IpProtocol::tcp: decode_tcp(walk, packet, bytes); return {};
    case IpProtocol::sctp: decode_sctp(walk, packet, bytes); return {};
    case IpProtocol::icmp:
      if (v4) {
        decode_icmpv4(walk, packet, bytes);
      } else {
        walk.note(Event::ipv6_icmpv4);
      }
      return {};
    case IpProtocol::icmpv6:
      if (v4) {
        walk.note(Event::ipv4_icmpv6);
      } else {
        decode_icmpv6(walk, packet, bytes);
      }
      return {};
    case IpProtocol::gre: return decode_gre(walk, bytes);
    case IpProtocol::ipv4: return enter_tunnel(walk, packet, Layer::ipv4, bytes);
    case IpProtocol::ipv6: return enter_tunnel(walk, packet, Layer::ipv6, bytes);
    case IpProtocol::mpls: return {Layer::mpls, bytes};
    case IpProtocol::no_next_header:
      if (!v4 && !bytes.empty()) walk.note(Event::ipv6_data_after_none_header);
      return {};
    case IpProtocol::esp:
      if (bytes.size() < kEspHeader) walk.note(Event::esp_pkt_too_small);
      return {};
    case IpProtocol::hop_by_hop:
    case IpProtocol::routing:
    case IpProtocol::fragment:
    case IpProtocol::ah:
    case IpProtocol::destination_options:
    case IpProtocol::ipcomp:
    case IpProtocol::mobility:
    case IpProtocol::hip:
    case IpProtocol::shim6:
    case IpProtocol::wesp: return {};
  }
  // A protocol without a name here: its bytes are the payload.
  if (!v4) walk.note(Event::ipv6_unknown_next_header);
  return {};
}

}  // namespace espial::decode
