#include "engine/decode/walk.hpp"

namespace espial::decode {
namespace {

Next enter_tunnel(Walk& walk, const Packet& packet, Layer layer, ByteView bytes) noexcept {
  walk.tunnel = packet.auth_headers.empty() ? Tunnel::ip_in_ip : Tunnel::ah;
  return {layer, bytes};
}

}  // namespace

Next decode_upper(Walk& walk, Packet& packet, ByteView bytes) noexcept {
  packet.payload = bytes;
  const bool v4 = packet.version() == IpVersion::v4;
  switch (packet.upper) {
    case IpProtocol::udp: decode_udp(walk, packet, bytes); return {};
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
    case IpProtocol::hop_by_hop:
    case IpProtocol::routing:
    case IpProtocol::fragment:
    case IpProtocol::esp:
    case IpProtocol::ah:
    case IpProtocol::destination_options:
    case IpProtocol::ipcomp:
    case IpProtocol::mobility:
    case IpProtocol::hip:
    case IpProtocol::shim6:
    case IpProtocol::wesp: return {};
  }
  return {};  // a protocol without a name here: its bytes are the payload
}

}  // namespace espial::decode
