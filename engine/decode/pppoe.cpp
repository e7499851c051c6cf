#include <algorithm>
#include <array>

#include "engine/decode/walk.hpp"

/// PPP over Ethernet (RFC 2516) and PPP itself (RFC 1661), also as GRE carries it (RFC 2637).
namespace espial::decode {
namespace {

constexpr std::uint8_t kVersionAndType = 0x11;
constexpr std::uint16_t kEndOfList = 0x0000;

struct PppoeHeader {
  std::uint8_t version_and_type = 0, code = 0;
  ByteView payload;  // by the length field, or what is there
};

/// RFC 2516 section 4. Bytes behind the stated length are padding of the Ethernet frame.
std::optional<PppoeHeader> read_header(Walk& walk, ByteView bytes) noexcept {
  ByteReader in(bytes);
  PppoeHeader header{
      .version_and_type = in.be<std::uint8_t>(), .code = in.be<std::uint8_t>(), .payload = {}};
  in.skip(2);  // session
  const auto length = in.be<std::uint16_t>();
  if (!in.ok()) {
    walk.note(Event::pppoe_pkt_too_small);
    return std::nullopt;
  }
  if (length > in.remaining()) walk.note(Event::pppoe_pkt_too_small);
  header.payload = clip(in.rest(), length);
  return header;
}

constexpr bool is_discovery_code(std::uint8_t code) noexcept {
  return code == 0x09 || code == 0x07 || code == 0x19 || code == 0x65 ||
         code == 0xA7;  // PADI PADO PADR PADS PADT
}

bool tags_are_whole(ByteView tags) noexcept {
  ByteReader in(tags);
  while (in.remaining() > 0) {
    const auto type = in.be<std::uint16_t>();
    in.skip(in.be<std::uint16_t>());
    if (!in.ok()) return false;
    if (type == kEndOfList) break;
  }
  return true;
}

constexpr std::size_t kIpv4Header = 20;
constexpr std::size_t kIpv6Header = 40;

/// Protocols of IANA's "PPP Numbers" that carry no IP packet as it is: other network layers,
/// compressed headers (RFC 1144, whose uncompressed form has a slot number for a protocol), and
/// what negotiates, tests and authenticates the link.
constexpr auto kValidProtocols = std::to_array<std::uint16_t>(
    {0x0023, 0x0025, 0x0027, 0x0029, 0x002B, 0x002D, 0x002F, 0x0031, 0x0033, 0x0035, 0x003D,
     0x003F, 0x0053, 0x00FB, 0x00FD, 0x0201, 0x0231, 0x0233, 0x8021, 0x8023, 0x8025, 0x8027,
     0x8029, 0x802B, 0x8031, 0x8033, 0x8035, 0x803F, 0x8053, 0x8057, 0x80FB, 0x80FD, 0x8281,
     0x8283, 0xC021, 0xC023, 0xC025, 0xC027, 0xC02B, 0xC02D, 0xC223, 0xC227});
constexpr std::uint16_t kUncompressedTcp = 0x002F;
static_assert(std::ranges::is_sorted(kValidProtocols));

Next ip_of_ppp(Walk& walk, Layer layer, ByteView bytes) noexcept {
  const bool v4 = layer == Layer::ipv4;
  if (bytes.size() >= (v4 ? kIpv4Header : kIpv6Header)) return {layer, bytes};
  walk.note(v4 ? Event::ppp_ip4_pkt_too_small : Event::ppp_ip6_pkt_too_small);
  return {};
}

Next closed_ppp(Walk& walk, std::uint16_t protocol, ByteView bytes) noexcept {
  const bool valid = std::ranges::binary_search(kValidProtocols, protocol);
  walk.note(valid ? Event::ppp_unsup_proto : Event::ppp_wrong_type);
  if (protocol == kUncompressedTcp && bytes.size() < kIpv4Header)
    walk.note(Event::ppp_vju_pkt_too_small);
  return {};
}

}  // namespace

Next decode_pppoe_discovery(Walk& walk, ByteView bytes) noexcept {
  const std::optional<PppoeHeader> header = read_header(walk, bytes);
  if (!header) return {};
  walk.count(Carrier::pppoe);
  if (header->version_and_type != kVersionAndType || !is_discovery_code(header->code)) {
    walk.note(Event::pppoe_wrong_code);
  } else if (!tags_are_whole(header->payload)) {
    walk.note(Event::pppoe_malformed_tags);
  }
  return {};
}

Next decode_pppoe_session(Walk& walk, ByteView bytes) noexcept {
  const std::optional<PppoeHeader> header = read_header(walk, bytes);
  if (!header) return {};
  if (header->version_and_type != kVersionAndType || header->code != 0) {
    walk.note(Event::pppoe_wrong_code);
    return {};
  }
  walk.count(Carrier::pppoe);
  walk.tunnel = Tunnel::pppoe;
  return {Layer::ppp, header->payload};
}

Next decode_ppp(Walk& walk, ByteView bytes) noexcept {
  ByteReader in(bytes);
  // Address and control field of HDLC-like framing (RFC 1662 section 3.1), left out after
  // compression.
  if (read_be<std::uint16_t>(bytes) == 0xFF03) in.skip(2);
  // A protocol number is even in its first byte; an odd one is a number of one byte (RFC 1661
  // section 6.5).
  std::uint16_t protocol = in.be<std::uint8_t>();
  if ((protocol & 1U) == 0)
    protocol = static_cast<std::uint16_t>((protocol << 8U) | in.be<std::uint8_t>());
  if (!in.ok()) {
    walk.note(Event::ppp_pkt_too_small);
    return {};
  }
  walk.count(Carrier::ppp);
  switch (protocol) {
    case 0x0021: return ip_of_ppp(walk, Layer::ipv4, in.rest());
    case 0x0057: return ip_of_ppp(walk, Layer::ipv6, in.rest());
    case 0x0281:
    case 0x0283: return {Layer::mpls, in.rest()};
    default: return closed_ppp(walk, protocol, in.rest());
  }
}

}  // namespace espial::decode
