#include "engine/decode/checksum.hpp"
#include "engine/decode/walk.hpp"

/// ICMP (RFC 792) and ICMPv6 (RFC 4443).
namespace espial::decode {
namespace {

constexpr std::size_t kHeader = 8;

void read_header(ByteView bytes, bool has_id, Transport transport, Packet& packet) noexcept {
  ByteReader in(bytes);
  packet.icmp.type = in.be<std::uint8_t>();
  packet.icmp.code = in.be<std::uint8_t>();
  in.skip(2);  // checksum
  if (has_id) {
    packet.icmp.id = in.be<std::uint16_t>();
    packet.icmp.sequence = in.be<std::uint16_t>();
  }
  packet.transport = transport;
  packet.transport_header = bytes.first(kHeader);
  packet.payload = bytes.subspan(kHeader);
}

/// What the quoted datagram begins with: `version` in a header of `header_size` bytes.
void check_quoted(Walk& walk, ByteView quoted, unsigned version, std::size_t header_size,
                  Event truncated, Event unknown_version) noexcept {
  if (quoted.size() < header_size) {
    walk.note(truncated);
  } else if (std::to_integer<unsigned>(quoted.front() >> 4U) != version) {
    walk.note(unknown_version);
  }
}

/// Echo, timestamp, information and address mask, with their replies (RFC 792, RFC 950).
constexpr bool has_id_v4(std::uint8_t type) noexcept {
  return type == 0 || type == 8 || (type >= 13 && type <= 18);
}

/// Unreachable, source quench, redirect, time exceeded, parameter problem.
constexpr bool is_error_v4(std::uint8_t type) noexcept {
  return (type >= 3 && type <= 5) || type == 11 || type == 12;
}

/// RFC 4443 section 2.1: unreachable, too big, time exceeded, parameter problem.
constexpr bool is_error_v6(std::uint8_t type) noexcept {
  return type >= 1 && type <= 4;
}

}  // namespace

void decode_icmpv4(Walk& walk, Packet& packet, ByteView bytes) noexcept {
  if (bytes.size() < kHeader) {
    walk.note(Event::icmpv4_pkt_too_small);
    return;
  }
  const auto type = std::to_integer<std::uint8_t>(bytes.front());
  read_header(bytes, has_id_v4(type), Transport::icmp, packet);
  if (type == 3 && packet.icmp.code == 4)  // RFC 1191 section 4
    packet.icmp.mtu = read_be<std::uint16_t>(bytes.subspan(6));
  check_icmpv4_kind(walk, packet);
  if (is_error_v4(type)) {
    packet.icmp.quoted = packet.payload;
    check_quoted(walk, packet.payload, 4, 20, Event::icmpv4_ipv4_trunc_pkt,
                 Event::icmpv4_ipv4_unknown_ver);
  }
  if (walk.verify && internet_checksum(bytes) != 0) walk.note(Event::icmpv4_csum_invalid);
}

void decode_icmpv6(Walk& walk, Packet& packet, ByteView bytes) noexcept {
  if (bytes.size() < kHeader) {
    walk.note(Event::icmpv6_pkt_too_small);
    return;
  }
  const auto type = std::to_integer<std::uint8_t>(bytes.front());
  read_header(bytes, type == 128 || type == 129, Transport::icmpv6, packet);
  if (type == 2) packet.icmp.mtu = read_be<std::uint32_t>(bytes.subspan(4));
  check_icmpv6_kind(walk, packet);
  if (is_error_v6(type)) {
    packet.icmp.quoted = packet.payload;
    check_quoted(walk, packet.payload, 6, 40, Event::icmpv6_ipv6_trunc_pkt,
                 Event::icmpv6_ipv6_unknown_version);
  }
  if (walk.verify &&
      transport_checksum(packet.source, packet.destination, IpProtocol::icmpv6, bytes) != 0) {
    walk.note(Event::icmpv6_csum_invalid);
  }
}

}  // namespace espial::decode
