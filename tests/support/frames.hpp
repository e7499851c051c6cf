#pragma once
#include <vector>

#include "engine/decode/packet.hpp"
#include "tests/support/packets.hpp"

/// Whole frames of each kind that decode reads, and what holds of every decoded frame: for unit
/// tests and fuzzers.
namespace espial::test {

struct Frame {
  const char* name;
  LinkType link;
  Bytes bytes;
  std::size_t packets;  // IP packets in it
};

/// An ESP-in-UDP packet: what stands inside all of the frames below.
[[nodiscard]] inline Bytes esp_in_udp() {
  return ipv4({}, udp({.source = 4500, .destination = 4500}, esp({.body_size = 16})));
}

/// Frames with nothing wrong in them, under Checksums::verify.
[[nodiscard]] inline std::vector<Frame> whole_frames() {
  const Bytes inner = esp_in_udp();
  const Bytes inner6 = ipv6({}, udp({}, bytes(1, 2, 3)));
  const Bytes options = from_hex("020405b4 0402 080a0000000100000000 01 030307");
  const Bytes gre_all = Writer().u16(0xB000).u16(kEtherIpv4).u32(0).u32(7).u32(1).raw(inner).take();
  const Bytes pptp = Writer()
                         .u16(0x3081)
                         .u16(0x880B)
                         .u16(inner.size() + 4)
                         .u16(1)
                         .u32(2)
                         .u32(1)
                         .u16(0xFF03)
                         .u16(0x21)
                         .raw(inner)
                         .take();
  const Bytes route = ipv6_extension(60, from_hex("040000000000"),
                                     ipv6_extension(17, from_hex("040105"), udp({}, {})));
  return {
      {"ethernet", LinkType::ethernet, ethernet(kEtherIpv4, inner), 1},
      {"vlan", LinkType::ethernet, ethernet(0x8100, vlan(5, kEtherIpv4, inner)), 1},
      {"qinq", LinkType::ethernet, ethernet(0x88A8, vlan(5, 0x8100, vlan(6, kEtherIpv6, inner6))),
       1},
      {"sll", LinkType::linux_sll, linux_sll(kEtherIpv4, inner), 1},
      {"sll2", LinkType::linux_sll2, linux_sll2(kEtherIpv6, inner6), 1},
      {"null", LinkType::bsd_loopback, join({bytes(2, 0, 0, 0), inner}), 1},
      {"loop", LinkType::loop, join({bytes(0, 0, 0, 24), inner6}), 1},
      {"raw", LinkType::raw_ip, inner, 1},
      {"raw 4", LinkType::ipv4, inner, 1},
      {"raw 6", LinkType::ipv6, inner6, 1},
      {"ppp", LinkType::ppp, join({from_hex("ff030021"), inner}), 1},
      {"ppp compressed", LinkType::ppp, join({bytes(0x57), inner6}), 1},
      {"pppoe", LinkType::ethernet, ethernet(0x8864, pppoe(0x21, inner)), 1},
      {"mpls", LinkType::ethernet, ethernet(0x8847, mpls(100, false, mpls(200, true, inner))), 1},
      {"pseudowire", LinkType::ethernet,
       ethernet(0x8847, mpls(100, true, join({filler(4), ethernet(kEtherIpv4, inner)}))), 1},
      {"fabric path", LinkType::ethernet,
       ethernet(0x8903, join({bytes(0, 1), ethernet(kEtherIpv4, inner)})), 1},
      {"802.1ah", LinkType::ethernet,
       ethernet(0x88E7, join({bytes(0, 0, 0, 7), ethernet(kEtherIpv4, inner)})), 1},
      {"vn-tag", LinkType::ethernet,
       ethernet(0x8926, join({filler(4), bytes(0x81, 0), vlan(5, kEtherIpv4, inner)})), 1},
      {"e-tag", LinkType::ethernet, ethernet(0x893F, vlan(0, 0, vlan(0, kEtherIpv4, inner))), 1},
      {"arp", LinkType::ethernet, ethernet(0x0806, arp(1)), 0},
      {"cisco hdlc", LinkType::cisco_hdlc, join({bytes(0x0F, 0, 8, 0), inner}), 1},
      {"ppp serial", LinkType::ppp_serial, join({from_hex("ff030021"), inner}), 1},
      {"nsh", LinkType::ethernet, ethernet(0x894F, nsh(1, inner)), 1},
      {"vxlan", LinkType::raw_ip,
       ipv4({}, udp({.source = 50'000, .destination = 4789},
                    vxlan(7, ethernet(0x8100, vlan(5, kEtherIpv4, inner))))),
       2},
      {"geneve", LinkType::raw_ip,
       ipv6({}, udp({.source = 50'000, .destination = 6081},
                    geneve(7, 0x6558, ethernet(kEtherIpv4, inner), filler(8)))),
       2},
      {"teredo", LinkType::raw_ip,
       ipv4({}, udp({.source = 50'000, .destination = 3544},
                    join({from_hex("0001 0000 0000000000000000 00 0000 ffff 01020304"), inner6}))),
       2},
      {"erspan", LinkType::raw_ip, ipv4({.protocol = 47}, erspan(5, ethernet(kEtherIpv4, inner))),
       2},
      {"erspan type III", LinkType::raw_ip,
       ipv4({.protocol = 47}, Writer()
                                  .u16(0x1000)
                                  .u16(0x22EB)
                                  .u32(1)
                                  .raw(from_hex("20050007 00000000 00000001 0000000000000000"))
                                  .raw(ethernet(kEtherIpv6, inner6))
                                  .take()),
       2},
      {"options", LinkType::raw_ip, ipv4({.options = from_hex("9404000001010101")}, udp({}, {})),
       1},
      {"tcp", LinkType::raw_ip, ipv4({.protocol = 6}, tcp({.flags = 2, .options = options}, {})),
       1},
      {"tcp 6", LinkType::raw_ip, ipv6({.next_header = 6}, tcp({}, bytes(1))), 1},
      {"icmp", LinkType::raw_ip, ipv4({.protocol = 1}, icmp(8, 0, 0x10002, filler(5))), 1},
      {"icmp error", LinkType::raw_ip, ipv4({.protocol = 1}, icmp(3, 4, 1400, inner)), 1},
      {"icmpv6", LinkType::raw_ip, ipv6({.next_header = 58}, icmpv6(128, 0, 0x10002, filler(5))),
       1},
      {"icmpv6 error", LinkType::raw_ip, ipv6({.next_header = 58}, icmpv6(2, 0, 1280, inner6)), 1},
      {"sctp", LinkType::raw_ip, ipv4({.protocol = 132}, sctp(5000, 5001, filler(4))), 1},
      {"esp", LinkType::raw_ip, ipv4({.protocol = 50}, esp({})), 1},
      {"ah esp", LinkType::raw_ip, ipv4({.protocol = 51}, ah({}, esp({}))), 1},
      {"ah tunnel", LinkType::raw_ip, ipv6({.next_header = 51}, ah({.next_header = 4}, inner)), 2},
      {"ip in ip", LinkType::raw_ip, ipv4({.protocol = 4}, inner), 2},
      {"6in4", LinkType::raw_ip, ipv4({.protocol = 41}, inner6), 2},
      {"gre", LinkType::raw_ip, ipv4({.protocol = 47}, gre(kEtherIpv4, inner)), 2},
      {"gre all fields", LinkType::raw_ip, ipv4({.protocol = 47}, gre_all), 2},
      {"gre bridge", LinkType::raw_ip,
       ipv4({.protocol = 47}, gre(0x6558, ethernet(0x8100, vlan(9, kEtherIpv4, inner)))), 2},
      {"gre mpls", LinkType::raw_ip, ipv4({.protocol = 47}, gre(0x8847, mpls(16, true, inner))), 2},
      {"pptp", LinkType::raw_ip, ipv4({.protocol = 47}, pptp), 2},
      {"fragment", LinkType::raw_ip, ipv4({.offset = 1480, .more = true}, filler(16)), 1},
      {"fragment 6", LinkType::raw_ip,
       ipv6({.next_header = 44}, ipv6_fragment(17, 8, true, 7, filler(16))), 1},
      {"extensions", LinkType::raw_ip,
       ipv6({.next_header = 0}, ipv6_extension(43, from_hex("05020000"), route)), 1},
  };
}

/// Everything wrong with a frame and the packets in it.
[[nodiscard]] inline decode::EventSet all_events(const decode::DecodedFrame& frame) {
  decode::EventSet events = frame.events;
  for (const decode::Packet& packet : frame.packets) events.merge(packet.events);
  return events;
}

/// The views of a packet lie in its bytes, and its bytes in `whole`.
[[nodiscard]] inline bool views_are_inside(ByteView whole, const decode::Packet& packet) {
  bool inside = contains(whole, packet.bytes);
  const auto check = [&](ByteView part) { inside = inside && contains(packet.bytes, part); };
  check(packet.ip_header);
  check(packet.transport_header);
  check(packet.payload);
  check(packet.icmp.quoted);
  check(packet.tcp.header);
  for (const ByteView header : packet.auth_headers) check(header);
  for (const decode::TcpOption& option : packet.tcp.options) {
    inside = inside && contains(packet.tcp.header, option.data);
  }
  return inside;
}

/// The same for a frame, whose packets lie each inside the one before.
[[nodiscard]] inline bool views_are_inside(const decode::DecodedFrame& frame) {
  ByteView whole = frame.bytes;
  for (const decode::Packet& packet : frame.packets) {
    if (!views_are_inside(whole, packet)) return false;
    whole = packet.bytes;
  }
  return true;
}

}  // namespace espial::test
