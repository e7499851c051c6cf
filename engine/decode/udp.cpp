#include "engine/decode/checksum.hpp"
#include "engine/decode/walk.hpp"

/// UDP (RFC 768).
namespace espial::decode {
namespace {

constexpr std::size_t kHeader = 8;

/// How much of `carried` the datagram is, by its length field. Zero stands for all of it in a
/// jumbogram (RFC 2675 section 4) and in what Linux has not segmented yet.
std::size_t datagram_size(Walk& walk, std::size_t length, std::size_t carried) noexcept {
  if (length == 0 && carried > 0xFFFF) return carried;
  if (length < kHeader) {
    walk.note(Event::udp_len_invalid);
    return carried;
  }
  if (length > carried) walk.note(Event::udp_pkt_too_small);
  if (length < carried) walk.note(Event::udp_hlen_invalid);
  return length;
}

}  // namespace

Next decode_udp(Walk& walk, Packet& packet, ByteView bytes) noexcept {
  ByteReader in(bytes);
  const Port source{in.be<std::uint16_t>()};
  const Port destination{in.be<std::uint16_t>()};
  const auto length = in.be<std::uint16_t>();
  const auto checksum = in.be<std::uint16_t>();
  if (!in.ok()) {
    walk.note(Event::udp_hlen_too_small);
    return {};
  }
  packet.transport = Transport::udp;
  packet.source_port = source;
  packet.destination_port = destination;
  packet.transport_header = bytes.first(kHeader);
  const ByteView datagram = clip(bytes, datagram_size(walk, length, bytes.size() + walk.missing));
  packet.payload = datagram.subspan(kHeader);
  // Zero: the sender made none (RFC 768); in IPv6 tunnels may do so (RFC 6935).
  if (walk.verify && checksum != 0 && length <= bytes.size() &&
      transport_checksum(packet.source, packet.destination, IpProtocol::udp, datagram) != 0) {
    walk.note(Event::udp_csum_invalid);
  }
  return decode_udp_tunnel(walk, packet);
}

}  // namespace espial::decode
