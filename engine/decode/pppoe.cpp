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

}  // namespace

Next decode_pppoe_discovery(Walk& walk, ByteView bytes) noexcept {
  const std::optional<PppoeHeader> header = read_header(walk, bytes);
  if (!header) return {};
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
  switch (protocol) {
    case 0x0021: return {Layer::ipv4, in.rest()};
    case 0x0057: return {Layer::ipv6, in.rest()};
    case 0x0281:
    case 0x0283: return {Layer::mpls, in.rest()};
    default: walk.note(Event::ppp_unsup_proto); return {};
  }
}

}  // namespace espial::decode
