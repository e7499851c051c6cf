#include "engine/decode/checksum.hpp"
#include "engine/decode/ipv4_options.hpp"
#include "engine/decode/walk.hpp"

/// IPv4 (RFC 791).
namespace espial::decode {
namespace {

constexpr std::size_t kMinHeader = 20;
constexpr std::size_t kMaxTotalLength = 65535;

/// Bytes of the datagram by its header. Zero is what Linux writes into an unsegmented packet above
/// 64 KiB (BIG TCP, which NFQUEUE hands out so): then it is all that is there. In a smaller packet
/// zero is wrong, and noted; it is read the same way, since writers of capture files leave zero
/// where the network card would have filled it in.
std::size_t datagram_size(Walk& walk, std::size_t total_length, std::size_t header_size,
                          std::size_t available) noexcept {
  if (total_length == 0 && available > kMaxTotalLength) return available;
  if (total_length < header_size) walk.note(Event::ipv4_iplen_smaller_than_hlen);
  return total_length == 0 ? available : total_length;
}

void read_fixed_header(ByteView fixed, Packet& packet) noexcept {
  ByteReader in(fixed);
  in.skip(1);
  packet.tos = in.be<std::uint8_t>();
  packet.total_length = in.be<std::uint16_t>();
  packet.ip_id = in.be<std::uint16_t>();
  const auto flags_and_offset = in.be<std::uint16_t>();
  packet.ip_flags = static_cast<std::uint8_t>(flags_and_offset >> 13U);
  packet.ip_offset = flags_and_offset & 0x1FFFU;
  packet.ttl = in.be<std::uint8_t>();
  packet.protocol = IpProtocol{in.be<std::uint8_t>()};
  packet.upper = packet.protocol;
  in.skip(2);
  packet.source = IpAddress::from_bytes(in.take(4));
  packet.destination = IpAddress::from_bytes(in.take(4));
}

/// RFC 791 section 3.2. Nothing for a whole datagram.
std::optional<Fragment> fragment_of(const Packet& packet) noexcept {
  const bool more = (packet.ip_flags & 1U) != 0;
  if (packet.ip_offset == 0 && !more) return std::nullopt;
  return Fragment{.id = packet.ip_id, .offset = packet.ip_offset * 8U, .more = more};
}

/// Finds where the datagram and its header end. False (noted) when nothing behind the header can be
/// told.
bool delimit(Walk& walk, Packet& packet, ByteView bytes, std::size_t header_size) noexcept {
  packet.bytes = bytes;
  packet.ip_header = bytes.first(kMinHeader);
  if (header_size < kMinHeader) {
    walk.note(Event::ipv4_hlen_too_small);
    return false;
  }
  const std::size_t size = datagram_size(walk, packet.total_length, header_size, bytes.size());
  if (size < header_size) return false;
  if (size > bytes.size()) walk.note(Event::ipv4_trunc_pkt);
  walk.missing = size > bytes.size() ? size - bytes.size() : 0;
  packet.bytes = clip(bytes, size);
  packet.ip_header = clip(packet.bytes, header_size);
  return packet.ip_header.size() == header_size;
}

}  // namespace

Next decode_ipv4(Walk& walk, ByteView bytes) noexcept {
  if (bytes.size() < kMinHeader) {
    walk.note(Event::ipv4_pkt_too_small);
    return {};
  }
  const auto version_and_words = std::to_integer<std::size_t>(bytes.front());
  if (version_and_words >> 4U != 4) {
    walk.note(Event::ipv4_wrong_ip_version);
    return {};
  }
  Packet* packet = walk.append_packet();
  if (packet == nullptr) return {};
  read_fixed_header(bytes.first(kMinHeader), *packet);
  if (!delimit(walk, *packet, bytes, (version_and_words & 0xFU) * 4)) return {};

  walk.verify = walk.checksums == Checksums::verify && walk.missing == 0;
  if (walk.checksums == Checksums::verify && internet_checksum(packet->ip_header) != 0) {
    walk.note(Event::ipv4_csum_invalid);
  }
  if (packet->ip_header.size() > kMinHeader) {
    const CheckedOptions options = check_ipv4_options(packet->ip_header.subspan(kMinHeader));
    packet->events.merge(options.events);
    packet->ip_options = options.seen;
  }
  ByteView rest = packet->bytes.subspan(packet->ip_header.size());
  packet->payload = rest;
  packet->fragment = fragment_of(*packet);
  if (packet->fragment) {
    packet->transport = Transport::fragment;
    return {};
  }
  while (packet->upper == IpProtocol::ah) {
    const std::optional<AfterAh> after = decode_ah(walk, *packet, rest);
    if (!after) return {};
    packet->upper = after->next;
    rest = packet->payload = after->rest;
  }
  return decode_upper(walk, *packet, rest);
}

Next decode_ip_by_nibble(Walk& walk, ByteView bytes) noexcept {
  if (bytes.empty()) {
    walk.note(Event::ipv4_pkt_too_small);
    return {};
  }
  switch (std::to_integer<unsigned>(bytes.front() >> 4U)) {
    case 4: return decode_ipv4(walk, bytes);
    case 6: return decode_ipv6(walk, bytes);
    default: walk.note(Event::raw_invalid_ip_version); return {};
  }
}

}  // namespace espial::decode
