#include <bit>

#include "engine/decode/walk.hpp"

/// What a capture file or an interface puts in front of the network layer, by the tcpdump.org
/// LINKTYPE registry.
namespace espial::decode {
namespace {

Next by_protocol_field(Walk& walk, std::uint16_t type, ByteView bytes) noexcept {
  const std::optional<Next> next = by_ether_type(walk, type, bytes);
  if (!next) walk.note(Event::ethernet_unknown_ethertype);
  return next.value_or(Next{});
}

/// LINKTYPE_LINUX_SLL: packet type, ARPHRD, address length, address (8 bytes), protocol.
Next decode_sll(Walk& walk, ByteView frame) noexcept {
  ByteReader in(frame);
  in.skip(14);
  const auto type = in.be<std::uint16_t>();
  if (!in.ok()) {
    walk.note(Event::sll_pkt_too_small);
    return {};
  }
  walk.count(Carrier::sll);
  return by_protocol_field(walk, type, in.rest());
}

/// LINKTYPE_LINUX_SLL2: protocol, reserved, interface, ARPHRD, packet type, address length, address
/// (8 bytes).
Next decode_sll2(Walk& walk, ByteView frame) noexcept {
  ByteReader in(frame);
  const auto type = in.be<std::uint16_t>();
  in.skip(18);
  if (!in.ok()) {
    walk.note(Event::sll2_pkt_too_small);
    return {};
  }
  walk.count(Carrier::sll2);
  return by_protocol_field(walk, type, in.rest());
}

/// LINKTYPE_C_HDLC (RFC 1547 section 4.3.1): address, control, protocol.
Next decode_cisco_hdlc(Walk& walk, ByteView frame) noexcept {
  ByteReader in(frame);
  in.skip(2);
  const auto type = in.be<std::uint16_t>();
  if (!in.ok()) {
    walk.note(Event::chdlc_pkt_too_small);
    return {};
  }
  walk.count(Carrier::chdlc);
  return by_protocol_field(walk, type, in.rest());
}

/// LINKTYPE_NULL and LINKTYPE_LOOP: the address family in the byte order of whoever wrote it.
/// AF_INET6 differs from system to system (Linux 10, NetBSD and OpenBSD 24, FreeBSD 28, macOS 30).
Next decode_loopback(Walk& walk, ByteView frame) noexcept {
  ByteReader in(frame);
  const auto written = in.be<std::uint32_t>();
  if (!in.ok()) {
    walk.note(Event::null_pkt_too_small);
    return {};
  }
  walk.count(Carrier::null);
  const std::uint32_t family = written > 0xFFFFU ? std::byteswap(written) : written;
  switch (family) {
    case 2: return {Layer::ipv4, in.rest()};
    case 10:
    case 24:
    case 28:
    case 30: return {Layer::ipv6, in.rest()};
    default: walk.note(Event::null_unsupported_type); return {};
  }
}

}  // namespace

Next decode_link(Walk& walk, LinkType type, ByteView frame) noexcept {
  switch (type) {
    case LinkType::ethernet: return {Layer::ethernet, frame};
    case LinkType::cisco_hdlc: return decode_cisco_hdlc(walk, frame);
    case LinkType::linux_sll: return decode_sll(walk, frame);
    case LinkType::linux_sll2: return decode_sll2(walk, frame);
    case LinkType::bsd_loopback:
    case LinkType::loop: return decode_loopback(walk, frame);
    case LinkType::raw_ip_old:
    case LinkType::raw_ip_openbsd:
    case LinkType::raw_ip: walk.count(Carrier::raw); return {Layer::ip, frame};
    case LinkType::ipv4: walk.count(Carrier::raw); return {Layer::ipv4, frame};
    case LinkType::ipv6: walk.count(Carrier::raw); return {Layer::ipv6, frame};
    case LinkType::ppp:
    case LinkType::ppp_serial: return {Layer::ppp, frame};
    case LinkType::pppoe: return {Layer::pppoe_session, frame};
    case LinkType::nflog: break;
  }
  walk.note(Event::link_unsupported);  // NFLOG, and every number without a name
  return {};
}

}  // namespace espial::decode
