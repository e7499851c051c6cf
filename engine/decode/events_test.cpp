#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <set>
#include <string>

#include "tests/support/frames.hpp"

namespace espial::decode {
namespace {

using namespace espial::test;

struct Row {
  Event event;
  LinkType link;
  Bytes frame;
};

Row at(Event event, const Bytes& packet) {
  return {event, LinkType::raw_ip, packet};
}

Row framed(Event event, std::uint16_t ether_type, const Bytes& content) {
  return {event, LinkType::ethernet, ethernet(ether_type, content)};
}

Row v4(Event event, std::uint8_t protocol, const Bytes& content) {
  return at(event, ipv4({.protocol = protocol}, content));
}

Row v6(Event event, std::uint8_t next_header, const Bytes& content) {
  return at(event, ipv6({.next_header = next_header}, content));
}

Row options4(Event event, std::string_view hex) {
  return at(event, ipv4({.options = from_hex(hex)}, udp({}, {})));
}

Row options_tcp(Event event, std::string_view hex) {
  return v4(event, 6, tcp({.options = from_hex(hex)}, {}));
}

/// One destination options or hop-by-hop header with these options, UDP behind it.
Row options6(Event event, std::uint8_t header, std::string_view hex) {
  return v6(event, header, ipv6_extension(17, from_hex(hex), udp({}, {})));
}

Row gre_row(Event event, std::uint16_t flags, std::uint16_t protocol, std::string_view rest) {
  return v4(event, 47, Writer().u16(flags).u16(protocol).raw(from_hex(rest)).take());
}

Bytes destination_options(std::size_t count, std::uint8_t last, const Bytes& content) {
  Bytes chain = content;
  for (std::size_t i = 0; i < count; ++i)
    chain = ipv6_extension(i == 0 ? last : 60, from_hex("040105"), chain);
  return chain;
}

Bytes nested(std::size_t count) {
  Bytes packet = ipv4({.protocol = 50}, esp({}));
  for (std::size_t i = 1; i < count; ++i) packet = ipv4({.protocol = 4}, packet);
  return packet;
}

Bytes labels(std::size_t count) {
  Bytes stack = mpls(100, true, esp_in_udp());
  for (std::size_t i = 1; i < count; ++i) stack = mpls(100, false, stack);
  return stack;
}

Bytes to_port(std::uint16_t port, const Bytes& payload) {
  return udp({.source = 50'000, .destination = port}, payload);
}

/// ERSPAN in ERSPAN, each of a VLAN.
Bytes mirrored(std::size_t count) {
  Bytes packet = esp_in_udp();
  for (std::size_t i = 0; i < count; ++i)
    packet = ipv4({.protocol = 47}, erspan(5, ethernet(kEtherIpv4, packet)));
  return packet;
}

Bytes five_auth_headers() {
  Bytes packet = esp({});
  for (int i = 0; i < 5; ++i)
    packet = ah({.next_header = static_cast<std::uint8_t>(i == 0 ? 50 : 51)}, packet);
  return packet;
}

std::vector<Row> link_rows() {
  const Bytes ip = esp_in_udp();
  const Bytes many_tags =
      vlan(1, 0x8100, vlan(2, 0x8100, vlan(3, 0x8100, vlan(4, kEtherIpv4, ip))));
  return {
      {Event::ethernet_pkt_too_small, LinkType::ethernet, filler(13)},
      framed(Event::ethernet_unknown_ethertype, 0x88CC, filler(8)),
      framed(Event::vlan_header_too_small, 0x8100, filler(3)),
      framed(Event::vlan_unknown_type, 0x8100, vlan(1, 0x88CC, filler(8))),
      framed(Event::vlan_header_too_many_layers, 0x88A8, many_tags),
      {Event::sll_pkt_too_small, LinkType::linux_sll, filler(15)},
      {Event::sll2_pkt_too_small, LinkType::linux_sll2, filler(19)},
      {Event::null_pkt_too_small, LinkType::bsd_loopback, filler(3)},
      {Event::null_unsupported_type, LinkType::bsd_loopback, join({bytes(3, 0, 0, 0), ip})},
      at(Event::raw_invalid_ip_version, filler(40, 0x55)),
      {Event::link_unsupported, LinkType::nflog, ip},
      {Event::link_unsupported, LinkType{147}, ip},
      framed(Event::mpls_pkt_too_small, 0x8847, mpls(100, true, filler(3, 0x45))),
      framed(Event::mpls_header_too_small, 0x8847, mpls(100, false, filler(3))),
      framed(Event::mpls_bad_label, 0x8847, mpls(15, true, ip)),
      framed(Event::mpls_bad_label_router_alert, 0x8847, mpls(1, true, ip)),
      framed(Event::mpls_bad_label_implicit_null, 0x8848, mpls(3, true, ip)),
      framed(Event::mpls_too_many_labels, 0x8847, labels(kMaxMplsLabels + 1)),
      framed(Event::mpls_unknown_payload_type, 0x8847, mpls(100, true, filler(20, 0x10))),
      framed(Event::pppoe_pkt_too_small, 0x8864, filler(5)),
      framed(Event::pppoe_pkt_too_small, 0x8864, from_hex("11000001ffff0021")),
      framed(Event::pppoe_wrong_code, 0x8864, from_hex("1101000100020021")),
      framed(Event::pppoe_wrong_code, 0x8863, from_hex("110800000000")),
      framed(Event::pppoe_malformed_tags, 0x8863, from_hex("11090000 0004 01010004")),
      framed(Event::ppp_pkt_too_small, 0x8864, from_hex("11000001000100")),
      framed(Event::ppp_unsup_proto, 0x8864, pppoe(0xC021, filler(8))),
      {Event::too_many_layers, LinkType::raw_ip, nested(kMaxPackets + 1)},
  };
}

/// What stands between Ethernet and the network layer, and ARP.
std::vector<Row> bridge_rows() {
  return {
      framed(Event::dce_pkt_too_small, 0x8903, filler(15)),
      framed(Event::ieee8021ah_header_too_small, 0x88E7, filler(17)),
      framed(Event::vntag_header_too_small, 0x8926, filler(5)),
      framed(Event::vntag_unknown_type, 0x8926, from_hex("00000000 88cc 00000000")),
      framed(Event::etag_header_too_small, 0x893F, filler(7)),
      framed(Event::etag_unknown_type, 0x893F, from_hex("000000000000 88cc 00000000")),
      framed(Event::arp_pkt_too_small, 0x0806, from_hex("00010800060400")),
      framed(Event::arp_unsupported_hardware, 0x0806, from_hex("0006 0800 06 04 0001")),
      framed(Event::arp_unsupported_protocol, 0x0806, from_hex("0001 86dd 06 04 0001")),
      framed(Event::arp_invalid_pkt, 0x0806, join({from_hex("0001080006040001"), filler(19)})),
      framed(Event::arp_invalid_hardware_size, 0x0806,
             join({from_hex("0001080008040001"), filler(20)})),
      framed(Event::arp_invalid_protocol_size, 0x0806,
             join({from_hex("0001080006100001"), filler(20)})),
      framed(Event::arp_unsupported_opcode, 0x0806, arp(5)),
      {Event::chdlc_pkt_too_small, LinkType::cisco_hdlc, filler(3)},
      framed(Event::ppp_wrong_type, 0x8864, pppoe(0x4321, filler(8))),
      framed(Event::ppp_vju_pkt_too_small, 0x8864, pppoe(0x002F, filler(19))),
      framed(Event::ppp_ip4_pkt_too_small, 0x8864, pppoe(0x0021, filler(19, 0x45))),
      framed(Event::ppp_ip6_pkt_too_small, 0x8864, pppoe(0x0057, filler(39, 0x60))),
  };
}

std::vector<Row> tunnel_rows() {
  const Bytes ip = esp_in_udp();
  return {
      framed(Event::nsh_header_too_small, 0x894F, filler(7)),
      framed(Event::nsh_unsupported_version, 0x894F, from_hex("4fc2020100000001 45")),
      framed(Event::nsh_bad_header_length, 0x894F, from_hex("0fc2020100000001")),
      framed(Event::nsh_bad_header_length, 0x894F, from_hex("0fc1020100000001 45")),
      framed(Event::nsh_bad_header_length, 0x894F, from_hex("0fc2010100000001 45")),
      framed(Event::nsh_reserved_type, 0x894F, from_hex("0fc2000100000001 45")),
      framed(Event::nsh_unsupported_type, 0x894F, from_hex("0fc2030100000001 45")),
      framed(Event::nsh_unknown_payload, 0x894F, nsh(0x99, ip)),
      gre_row(Event::erspan_header_too_small, 0x1000, 0x88BE, "00000001 10050007 000000"),
      gre_row(Event::erspan_header_too_small, 0, 0x22EB, "20050007 00000000 00000001 00000000"),
      gre_row(Event::erspan_unsupported_version, 0x1000, 0x88BE, "00000001 20050007 00000000"),
      at(Event::erspan_too_many_vlan_layers, mirrored(kMaxVlanLayers + 1)),
      v4(Event::vxlan_unknown_payload_type, 17,
         to_port(4789, vxlan(7, ethernet(0x88CC, filler(8))))),
      v4(Event::geneve_unknown_payload_type, 17, to_port(6081, geneve(7, 0x88CC, filler(8)))),
  };
}

std::vector<Row> ipv4_rows() {
  const Bytes datagram = udp({}, filler(8));
  return {
      {Event::ipv4_pkt_too_small, LinkType::ipv4, filler(19, 0x45)},
      at(Event::ipv4_hlen_too_small, ipv4({.header_words = std::uint8_t{4}}, datagram)),
      at(Event::ipv4_iplen_smaller_than_hlen, ipv4({.total_length = std::uint16_t{19}}, datagram)),
      at(Event::ipv4_iplen_smaller_than_hlen, ipv4({.total_length = std::uint16_t{0}}, datagram)),
      at(Event::ipv4_trunc_pkt, ipv4({.total_length = std::uint16_t{37}}, datagram)),
      options4(Event::ipv4_opt_malformed, "0707 03 00000000 00"),  // record route: pointer below 4
      options4(Event::ipv4_opt_malformed,
               "4408 060000000000"),  // timestamp: pointer between records
      options4(Event::ipv4_opt_malformed, "8608 00000001 0002"),  // CIPSO: tag of type zero
      options4(Event::ipv4_opt_invalid, "de04000001010101"),
      options4(Event::ipv4_opt_unknown, "de04000001010101"),
      options4(Event::ipv4_opt_invalid_len, "9401000000000000"),  // below its own two bytes
      options4(Event::ipv4_opt_invalid_len, "9409000000000000"),  // beyond the header
      options4(Event::ipv4_opt_invalid_len, "9403000000000000"),  // router alert has four bytes
      options4(Event::ipv4_opt_duplicate, "9404000094040000"),
      options4(Event::ipv4_opt_pad_required, "94040000"),
      options4(Event::ipv4_opt_eol_required, "0101010101010194"),
      {Event::ipv4_wrong_ip_version, LinkType::ipv4, ipv4({.version = 6}, datagram)},
      v4(Event::ipv4_icmpv6, 58, icmpv6(128, 0, 0, {})),
      at(Event::ipv4_csum_invalid, ipv4({.checksum = std::uint16_t{0x1234}}, datagram)),
      v4(Event::esp_pkt_too_small, 50, filler(7)),
      v4(Event::ah_trunc, 51, filler(11)),
      v4(Event::ah_trunc, 51, ah({.payload_length = std::uint8_t{200}}, esp({}))),
      v4(Event::ah_bad_length, 51, ah({.payload_length = std::uint8_t{0}}, esp({}))),
      v4(Event::ah_res_not_null, 51, join({from_hex("32040001"), filler(20), esp({})})),
      v4(Event::ah_too_many, 51, five_auth_headers()),
  };
}

std::vector<Row> ipv6_rows() {
  const Bytes datagram = udp({}, {});
  const auto hop = [&](std::uint8_t next, const Bytes& rest) {
    return ipv6_extension(next, from_hex("05020000"), rest);
  };
  const auto route = [&](std::uint8_t next, const Bytes& rest) {
    return ipv6_extension(next, from_hex("0400"), rest);
  };
  return {
      {Event::ipv6_pkt_too_small, LinkType::ipv6, filler(39, 0x60)},
      at(Event::ipv6_trunc_pkt, ipv6({.payload_length = std::uint16_t{9}}, datagram)),
      v6(Event::ipv6_trunc_exthdr, 60, filler(7)),
      v6(Event::ipv6_trunc_exthdr, 44, filler(7)),
      {Event::ipv6_wrong_ip_version, LinkType::ipv6, ipv6({.version = 4}, datagram)},
      v6(Event::ipv6_exthdr_too_many, 60,
         destination_options(kMaxExtensionHeaders + 1, 17, datagram)),
      v6(Event::ipv6_exthdr_dupl_fh, 44,
         ipv6_fragment(44, 0, false, 1, ipv6_fragment(17, 0, false, 1, datagram))),
      v6(Event::ipv6_exthdr_useless_fh, 44, ipv6_fragment(17, 0, false, 1, datagram)),
      v6(Event::ipv6_fh_non_zero_reserved_field, 44,
         join({from_hex("1101 0000 00000001"), datagram})),
      v6(Event::ipv6_exthdr_dupl_hh, 0, hop(0, hop(17, datagram))),
      v6(Event::ipv6_exthdr_dupl_rh, 43, route(43, route(17, datagram))),
      v6(Event::ipv6_exthdr_dupl_dh, 60, destination_options(3, 17, datagram)),
      v6(Event::ipv6_exthdr_dupl_ah, 51, ah({.next_header = 51}, ah({}, esp({})))),
      v6(Event::ipv6_exthdr_ah_res_not_null, 51, join({from_hex("32040001"), filler(20), esp({})})),
      v6(Event::ipv6_unknown_next_header, 89, filler(8)),
      v6(Event::ipv6_ipv4_in_ipv6_too_small, 4, filler(19, 0x45)),
      v6(Event::ipv6_ipv4_in_ipv6_wrong_version, 4, filler(20, 0x65)),
      v6(Event::ipv6_ipv6_in_ipv6_too_small, 41, filler(39, 0x60)),
      v6(Event::ipv6_ipv6_in_ipv6_wrong_version, 41, filler(40, 0x40)),
      v6(Event::ipv6_hopopts_not_first, 43, route(0, hop(17, datagram))),
      options6(Event::ipv6_hopopts_unknown_opt, 0, "3f0400000000"),
      options6(Event::ipv6_hopopts_only_padding, 0, "010400000000"),
      options6(Event::ipv6_dstopts_unknown_opt, 60, "3f0400000000"),
      options6(Event::ipv6_dstopts_only_padding, 60, "010400000000"),
      options6(Event::ipv6_zero_len_padn, 60, "010004010500"),
      options6(Event::ipv6_exthdr_invalid_optlen, 60, "3f0500000000"),
      options6(Event::ipv6_exthdr_invalid_optlen, 0, "050100"),
      v6(Event::ipv6_rh_type_0, 43, ipv6_extension(17, from_hex("0000"), datagram)),
      v6(Event::ipv6_data_after_none_header, 59, filler(1)),
      v6(Event::ipv6_icmpv4, 1, icmp(8, 0, 0, {})),
  };
}

std::vector<Row> transport_rows() {
  const Bytes ip = esp_in_udp();
  return {
      v4(Event::udp_hlen_too_small, 17, filler(7)),
      v4(Event::udp_pkt_too_small, 17, udp({.length = std::uint16_t{9}}, {})),
      v4(Event::udp_hlen_invalid, 17, udp({.length = std::uint16_t{8}}, filler(1))),
      v4(Event::udp_len_invalid, 17, udp({.length = std::uint16_t{7}}, filler(4))),
      v4(Event::udp_csum_invalid, 17, udp({.checksum = 1}, filler(4))),
      v4(Event::tcp_pkt_too_small, 6, filler(19)),
      v4(Event::tcp_hlen_too_small, 6, tcp({.header_words = std::uint8_t{6}}, {})),
      v4(Event::tcp_invalid_optlen, 6, tcp({.header_words = std::uint8_t{4}}, {})),
      options_tcp(Event::tcp_opt_invalid_len, "02010000"),  // below its own two bytes
      options_tcp(Event::tcp_opt_invalid_len, "02050000"),  // beyond the header
      options_tcp(Event::tcp_opt_invalid_len, "03040000"),  // window scale has three bytes
      options_tcp(Event::tcp_opt_invalid_len, "01010103"),  // no room for a length
      options_tcp(Event::tcp_opt_duplicate, "04020402"),
      v4(Event::tcp_csum_invalid, 6, tcp({.checksum = 1}, filler(3))),
      v4(Event::icmpv4_pkt_too_small, 1, filler(7)),
      v4(Event::icmpv4_ipv4_trunc_pkt, 1, icmp(3, 1, 0, ByteView(ip).first(19))),
      v4(Event::icmpv4_ipv4_unknown_ver, 1, icmp(11, 0, 0, filler(28, 0x65))),
      v4(Event::icmpv4_csum_invalid, 1, bytes(8, 0, 1, 1, 0, 0, 0, 0)),
      v4(Event::icmpv4_unknown_type, 1, icmp(7, 0, 0, {})),
      v4(Event::icmpv4_unknown_code, 1, icmp(8, 1, 0, {})),
      v4(Event::icmpv4_unknown_code, 1, icmp(9, 1, 0, {})),
      v6(Event::icmpv6_unknown_type, 58, icmpv6(127, 0, 0, {})),
      v6(Event::icmpv6_unknown_code, 58, icmpv6(128, 1, 0, {})),
      v6(Event::icmpv6_unassigned_type, 58, icmpv6(99, 0, 0, {})),
      v6(Event::icmpv6_experimentation_type, 58, icmpv6(200, 0, 0, {})),
      v6(Event::icmpv6_mld_message_with_invalid_hl, 58, icmpv6(130, 0, 0, filler(16))),
      v6(Event::icmpv6_pkt_too_small, 58, filler(7)),
      v6(Event::icmpv6_ipv6_trunc_pkt, 58, icmpv6(1, 0, 0, filler(39, 0x60))),
      v6(Event::icmpv6_ipv6_unknown_version, 58, icmpv6(3, 0, 0, filler(48, 0x45))),
      v6(Event::icmpv6_csum_invalid, 58, bytes(128, 0, 1, 1, 0, 0, 0, 0)),
      v4(Event::sctp_pkt_too_small, 132, filler(11)),
  };
}

std::vector<Row> gre_rows() {
  return {
      v4(Event::gre_pkt_too_small, 47, filler(3)),
      gre_row(Event::gre_wrong_version, 0x0002, 0x0800, ""),
      gre_row(Event::gre_version0_recur, 0x0100, 0x0806, ""),
      gre_row(Event::gre_version0_flags, 0x0008, 0x0806, ""),
      gre_row(Event::gre_version0_hdr_too_big, 0x2000, 0x0800, "000000"),
      gre_row(Event::gre_version0_malformed_sre_hdr, 0x4000, 0x0800, "00000000 0800 00 04 0000"),
      gre_row(Event::gre_version1_chksum, 0xA001, 0x880B, "00000000 00000001"),
      gre_row(Event::gre_version1_route, 0x6001, 0x880B, "00000000 00000001 00000000"),
      gre_row(Event::gre_version1_ssr, 0x2801, 0x880B, "00000001"),
      gre_row(Event::gre_version1_recur, 0x2101, 0x880B, "00000001"),
      gre_row(Event::gre_version1_flags, 0x2009, 0x880B, "00000001"),
      gre_row(Event::gre_version1_no_key, 0x0001, 0x880B, "00000001"),
      gre_row(Event::gre_version1_wrong_protocol, 0x2001, 0x0800, "00000001"),
      gre_row(Event::gre_version1_malformed_sre_hdr, 0x6001, 0x880B, "00000000 00000001 0800"),
      gre_row(Event::gre_version1_hdr_too_big, 0x3001, 0x880B, "00000001 0000"),
  };
}

std::vector<Row> all_rows() {
  std::vector<Row> all;
  for (const auto& rows : {link_rows(), bridge_rows(), tunnel_rows(), ipv4_rows(), ipv6_rows(),
                           transport_rows(), gre_rows()}) {
    all.insert(all.end(), rows.begin(), rows.end());
  }
  return all;
}

void for_each_event(auto sink) {
  for (std::size_t i = 0; i < static_cast<std::size_t>(Event::count_); ++i)
    sink(static_cast<Event>(i));
}

TEST(DecodeEvents, EachCraftedFrameGivesTheEventItIsMadeFor) {
  const auto out = std::make_unique<DecodedFrame>();
  std::size_t number = 0;
  for (const Row& row : all_rows()) {
    decode(row.link, row.frame, Checksums::verify, *out);
    EXPECT_TRUE(all_events(*out).has(row.event)) << name_of(row.event) << ", row " << number;
    EXPECT_TRUE(views_are_inside(*out)) << name_of(row.event);
    ++number;
  }
}

/// Those of fragments have theirs in engine/flow/defrag_faults_test.cpp: no single frame makes
/// them.
TEST(DecodeEvents, EveryEventThatDecodeRaisesHasACraftedFrame) {
  EventSet made;
  for (const Row& row : all_rows()) made.add(row.event);
  for_each_event([&](Event event) {
    const bool elsewhere = kFragmentEvents.has(event) || kUnraisedEvents.has(event);
    EXPECT_EQ(made.has(event), !elsewhere) << name_of(event);
  });
}

TEST(DecodeEvents, ChecksumsAreJudgedOnlyWhenAskedFor) {
  EventSet checksums;
  for (const Event event :
       {Event::ipv4_csum_invalid, Event::udp_csum_invalid, Event::tcp_csum_invalid,
        Event::icmpv4_csum_invalid, Event::icmpv6_csum_invalid}) {
    checksums.add(event);
  }
  const auto out = std::make_unique<DecodedFrame>();
  for (const Row& row : all_rows()) {
    decode(row.link, row.frame, Checksums::ignore, *out);
    all_events(*out).for_each(
        [&](Event event) { EXPECT_FALSE(checksums.has(event)) << name_of(event); });
    EXPECT_EQ(all_events(*out).has(row.event), !checksums.has(row.event)) << name_of(row.event);
  }
}

TEST(DecodeEvents, EveryPrefixOfAMalformedFrameKeepsItsViewsInside) {
  const auto out = std::make_unique<DecodedFrame>();
  for (const Row& row : all_rows()) {
    for (std::size_t n = 0; n < row.frame.size(); ++n) {
      const Bytes prefix(row.frame.begin(), row.frame.begin() + static_cast<std::ptrdiff_t>(n));
      decode(row.link, prefix, Checksums::verify, *out);
      ASSERT_TRUE(views_are_inside(*out)) << name_of(row.event) << " cut at " << n;
    }
  }
}

TEST(DecodeEvents, NamesAreDistinctAndStandInTheTableOfTheReadme) {
  std::ifstream in(ESPIAL_SOURCE_DIR "/engine/decode/README.md");
  const std::string readme{std::istreambuf_iterator<char>(in), {}};
  std::set<std::string_view> names;
  for_each_event([&](Event event) {
    EXPECT_TRUE(names.insert(name_of(event)).second) << name_of(event);
    EXPECT_NE(readme.find(fmt::format("`{}`", name_of(event))), std::string::npos)
        << name_of(event);
  });
  EXPECT_EQ(name_of(Event::ipv4_trunc_pkt), "ipv4.trunc_pkt");
  EXPECT_EQ(name_of(Event::count_), "unknown");
}

}  // namespace
}  // namespace espial::decode
