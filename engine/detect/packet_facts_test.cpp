#include <gtest/gtest.h>

#include "engine/detect/evaluate.hpp"
#include "tests/support/rules.hpp"
#include "tests/support/samples.hpp"

/// Fields of packet headers, and rules on them.
namespace espial::detect {
namespace {

using namespace espial::test;  // builders of packets and rules
using rules::FieldId;
using Values = std::vector<std::string>;

Values values_of(const PacketFacts& facts, FieldId field) {
  GatheredValues sink;
  facts.visit(field, sink);
  return sink.values;
}

Values values_of(Bytes packet, FieldId field) {
  const SeenPacket seen(std::move(packet));
  return values_of(seen.facts(), field);
}

bool matches(const SeenPacket& packet, std::string_view options, std::string_view protocol = "ip") {
  const auto opened = ruleset(
      rule("alert " + std::string(protocol) + " any any -> any any", std::string(options), 1));
  Scratch scratch;
  evaluate(*opened, packet.facts(), scratch);
  return !scratch.matches.empty();
}

bool matches(Bytes packet, std::string_view options) {
  return matches(SeenPacket(std::move(packet)), options);
}

SeenPacket tagged(std::vector<std::uint16_t> ids) {
  Bytes inside = ipv4({}, udp({}, {}));
  std::uint16_t type = kEtherIpv4;
  for (auto id = ids.rbegin(); id != ids.rend(); ++id) {
    inside = vlan(*id, type, inside);
    type = 0x8100;
  }
  return SeenPacket(ethernet(type, inside), {}, LinkType::ethernet);
}

TEST(PacketFacts, OfATcpSegmentAreItsFlagsAndNumbers) {
  const SeenPacket seen(
      ipv4({.protocol = 6, .ttl = 9, .tos = 4, .id = 77},
           tcp({.sequence = 5, .acknowledgment = 6, .flags = 0x12, .window = 7}, text("abc"))));
  const PacketFacts facts = seen.facts();
  EXPECT_EQ(values_of(facts, FieldId::ttl), Values{"9"});
  EXPECT_EQ(values_of(facts, FieldId::tos), Values{"4"});
  EXPECT_EQ(values_of(facts, FieldId::ip_id), Values{"77"});
  EXPECT_EQ(values_of(facts, FieldId::ip_proto), Values{"6"});
  EXPECT_EQ(values_of(facts, FieldId::tcp_sequence), Values{"5"});
  EXPECT_EQ(values_of(facts, FieldId::tcp_acknowledgment), Values{"6"});
  EXPECT_EQ(values_of(facts, FieldId::tcp_flags), Values{"18"});
  EXPECT_EQ(values_of(facts, FieldId::tcp_window), Values{"7"});
  EXPECT_EQ(values_of(facts, FieldId::payload_size), Values{"3"});
  EXPECT_EQ(values_of(facts, FieldId::tcp_mss), Values{});
  EXPECT_EQ(values_of(facts, FieldId::icmp_type), Values{});
}

TEST(PacketFacts, WhatIsOfIpv4AloneIsNotInIpv6) {
  const SeenPacket seen(ipv6({.hop_limit = 3, .traffic_class = 8}, udp({}, {})));
  for (const FieldId field : {FieldId::tos, FieldId::ip_id, FieldId::frag_bits, FieldId::ip_options,
                              FieldId::ipv4_header, FieldId::frag_offset, FieldId::ipv4_checksum})
    EXPECT_EQ(values_of(seen.facts(), field), Values{}) << rules::keyword_of(field)->name;
  EXPECT_EQ(values_of(seen.facts(), FieldId::ttl), Values{"3"});
}

TEST(PacketFacts, OfAFragmentAreItsBitsAndItsOffsetInEights) {
  const auto of = [](const Ipv4& header, FieldId field) {
    return values_of(ipv4(header, filler(16)), field);
  };
  EXPECT_EQ(of({.offset = 16, .more = true}, FieldId::frag_offset), Values{"2"});
  EXPECT_EQ(of({.offset = 16, .more = true}, FieldId::frag_bits), Values{"1"});
  EXPECT_EQ(of({.dont_fragment = true}, FieldId::frag_bits), Values{"2"});
  EXPECT_EQ(of({}, FieldId::frag_offset), Values{"0"});
  EXPECT_EQ(values_of(ipv6({.next_header = 44}, ipv6_fragment(17, 24, true, 9, filler(16))),
                      FieldId::frag_offset),
            Values{"3"});
}

TEST(PacketFacts, OptionsOfIpv4EndWhereTheyCannotBeReadOn) {
  const auto of = [](std::string_view hex) {
    return values_of(ipv4({.options = test::from_hex(hex)}, udp({}, {})), FieldId::ip_options);
  };
  EXPECT_EQ(of("01070304 00070304"), (Values{"1", "7", "0"})) << "nothing counts behind the end";
  EXPECT_EQ(of("94040000"), Values{"148"});
  EXPECT_EQ(of("01010144"), (Values{"1", "1", "1"})) << "an option without its length";
  EXPECT_EQ(of("01070100"), Values{"1"}) << "a length that stands still";
  EXPECT_EQ(of("0107ff00"), Values{"1"}) << "a length beyond the header";
  EXPECT_EQ(values_of(ipv4({}, udp({}, {})), FieldId::ip_options), Values{});
}

TEST(PacketFacts, TheHeaderOfIpv6HasItsExtensions) {
  const auto size = [](Bytes packet) {
    return values_of(std::move(packet), FieldId::ipv6_header).at(0).size() / 2;
  };
  EXPECT_EQ(size(ipv6({}, udp({}, text("x")))), 40U);
  EXPECT_EQ(size(ipv6({.next_header = 44}, ipv6_fragment(17, 8, true, 1, filler(8)))), 48U);
  EXPECT_EQ(size(ipv6({.next_header = 59}, {})), 40U);
}

TEST(PacketFacts, TheFirstTcpOptionOfItsKindCounts) {
  const auto of = [](std::string_view hex, FieldId field) {
    return values_of(ipv4({.protocol = 6}, tcp({.options = test::from_hex(hex)}, {})), field);
  };
  EXPECT_EQ(of("020405b4 02040001", FieldId::tcp_mss), Values{"1460"});
  EXPECT_EQ(of("0203ff00", FieldId::tcp_mss), Values{}) << "of another length";
  EXPECT_EQ(of("03030e00", FieldId::tcp_wscale), Values{"14"});
}

TEST(PacketFacts, OnlyQueriesHaveAnIdentifier) {
  const auto v4 = [](unsigned type) {
    return values_of(
        ipv4({.protocol = 1}, icmp(static_cast<std::uint8_t>(type), 0, 0x00070008, filler(20))),
        FieldId::icmp_id);
  };
  for (const unsigned type : {0U, 8U, 13U, 14U, 15U, 16U, 17U, 18U})
    EXPECT_EQ(v4(type), Values{"7"});
  for (const unsigned type : {3U, 5U, 11U, 12U, 19U}) EXPECT_EQ(v4(type), Values{});
  const Bytes echo = ipv6({.next_header = 58}, icmpv6(129, 0, 0x00070008, {}));
  EXPECT_EQ(values_of(echo, FieldId::icmp_id), Values{"7"});
  EXPECT_EQ(values_of(echo, FieldId::icmp_sequence), Values{"8"});
  EXPECT_EQ(values_of(echo, FieldId::icmpv6_mtu), Values{});
}

TEST(PacketFacts, AChecksumIsRightOrWrongOrNotThere) {
  const auto udp_of = [](std::uint16_t checksum, bool fill) {
    return ipv4({.fill_transport_checksum = fill}, udp({.checksum = checksum}, text("abc")));
  };
  EXPECT_EQ(values_of(udp_of(0, true), FieldId::udpv4_checksum), Values{"1"});
  EXPECT_EQ(values_of(udp_of(0x1234, true), FieldId::udpv4_checksum), Values{"0"});
  EXPECT_EQ(values_of(udp_of(0, false), FieldId::udpv4_checksum), Values{}) << "none over IPv4";
  EXPECT_EQ(values_of(ipv6({.fill_transport_checksum = false}, udp({}, text("abc"))),
                      FieldId::udpv6_checksum),
            Values{"0"});
  EXPECT_EQ(values_of(udp_of(0, true), FieldId::udpv6_checksum), Values{});
  EXPECT_EQ(values_of(udp_of(0, true), FieldId::tcpv4_checksum), Values{});
  Bytes cut = udp_of(0, true);
  cut.pop_back();
  EXPECT_EQ(values_of(cut, FieldId::udpv4_checksum), Values{}) << "of what is not all there";
}

TEST(PacketFacts, WhereChecksumsAreNotJudgedTheyAreRight) {
  const SeenPacket seen(ipv4({}, udp({.checksum = 0x1234}, text("abc"))));
  PacketFacts facts = seen.facts();
  facts.checksums_ignored = true;
  EXPECT_EQ(values_of(facts, FieldId::udpv4_checksum), Values{"1"});
  EXPECT_EQ(values_of(facts, FieldId::ipv4_checksum), Values{"1"});
}

TEST(PacketRules, OnVlansAskOneLayerOrAll) {
  const SeenPacket three = tagged({200, 300, 400});
  for (const std::string_view yes :
       {"vlan.id:200,0;",        "vlan.id:300;",           "vlan.id:400,-1;",
        "vlan.id:200,-3;",       "vlan.id:!200,1;",        "vlan.id:!200;",
        "vlan.id:!500,all;",     "vlan.id:>100,all;",      "vlan.id:100-600,2;",
        "vlan.layers:3;",        "vlan.id:300,or_absent;", "vlan.id:>100,all_or_absent;",
        "vlan.id:>250,nb2;",     "vlan.id:500,nb<1;",      "vlan.id:count 3;",
        "vlan.id:300,oob_or 1;", "vlan.id:>250,all,1:3;",  "vlan.id:200,0,0:-1;",
        "vlan.id:300,-1,-3:-1;", "vlan.id:300,nb1,-2:3;",  "vlan.id:200,or_absent,2:1;"})
    EXPECT_TRUE(matches(three, yes)) << yes;
  for (const std::string_view no :
       {"vlan.id:300,0;", "vlan.id:200,-1;", "vlan.id:500;", "vlan.id:!200,0;", "vlan.id:>200,all;",
        "vlan.layers:<3;", "vlan.id:>250,nb1;", "vlan.id:count <3;", "vlan.id:200,oob_or 1;",
        "vlan.id:400,any,0:2;", "vlan.id:200,all,0:0;", "vlan.id:200,2,0:2;"})
    EXPECT_FALSE(matches(three, no)) << no;
}

TEST(PacketRules, OnVlansOfAPacketWithoutOne) {
  const SeenPacket none = tagged({});
  for (const std::string_view no :
       {"vlan.id:!200;", "vlan.id:200,all;", "vlan.id:!200,0;", "vlan.id:!200,-1;",
        "vlan.id:count >0;", "vlan.id:200,nb>0;", "vlan.id:200,any,0:1;"})
    EXPECT_FALSE(matches(none, no)) << no;
  for (const std::string_view yes :
       {"vlan.id:200,all_or_absent;", "vlan.id:200,or_absent;", "vlan.layers:0;",
        "vlan.id:count 0;", "vlan.id:200,nb0;", "vlan.id:200,oob_or 0;", "vlan.id:200,oob_or -1;"})
    EXPECT_TRUE(matches(none, yes)) << yes;
  EXPECT_FALSE(matches(tagged({200}), "vlan.id:200,1;"));
  EXPECT_TRUE(matches(tagged({200}), "vlan.id:300,oob_or 1;"));
  EXPECT_FALSE(matches(tagged({200}), "vlan.id:200,any,0:2;")) << "out of bounds: empty";
}

TEST(PacketRules, OnTcpFlagsFollowTheirSign) {
  const auto with = [](std::uint8_t flags, std::string_view value) {
    return matches(ipv4({.protocol = 6}, tcp({.flags = flags}, {})),
                   "flags:" + std::string(value) + ";");
  };
  constexpr std::uint8_t syn = 0x02;
  constexpr std::uint8_t syn_ack = 0x12;
  EXPECT_TRUE(with(syn, "S"));
  EXPECT_FALSE(with(syn_ack, "S"));
  EXPECT_TRUE(with(syn_ack, "+S"));
  EXPECT_TRUE(with(syn, "+S"));
  EXPECT_TRUE(with(syn, "*SF"));
  EXPECT_FALSE(with(syn, "*AF"));
  EXPECT_TRUE(with(syn, "!SA"));
  EXPECT_FALSE(with(syn_ack, "!SA"));
  EXPECT_TRUE(with(0xC2, "S,12"));
  EXPECT_TRUE(with(0xC2, "S,CE"));
  EXPECT_FALSE(with(0xC2, "S"));
  EXPECT_TRUE(with(0, "0"));
  EXPECT_FALSE(with(syn, "0"));
  EXPECT_TRUE(with(syn, "!0"));
  EXPECT_FALSE(with(0xC0, "0,12")) << "no flag at all is meant";
  EXPECT_FALSE(matches(ipv4({}, udp({}, {})), "flags:!0;")) << "no TCP";
}

TEST(PacketRules, OnFragmentBitsFollowTheirSign) {
  const auto with = [](bool more, bool dont, std::string_view value) {
    return matches(ipv4({.more = more, .dont_fragment = dont}, filler(16)),
                   "fragbits:" + std::string(value) + ";");
  };
  EXPECT_TRUE(with(false, true, "D"));
  EXPECT_FALSE(with(true, true, "D"));
  EXPECT_TRUE(with(true, true, "+D"));
  EXPECT_FALSE(with(false, true, "+D")) << "the sign asks for one more";
  EXPECT_TRUE(with(false, true, "*MD"));
  EXPECT_TRUE(with(false, true, "!MD"));
  EXPECT_FALSE(with(true, true, "!MD"));
}

TEST(PacketRules, OnTheSizeOfThePayload) {
  const auto with = [](std::size_t size, std::string_view options) {
    return matches(ipv4({}, udp({}, filler(size))), options);
  };
  EXPECT_TRUE(with(9, "dsize:8<>20;"));
  EXPECT_FALSE(with(8, "dsize:8<>20;"));
  EXPECT_FALSE(with(20, "dsize:8<>20;"));
  EXPECT_TRUE(with(10, "dsize:!9;"));
  EXPECT_FALSE(with(9, "dsize:!9;"));
  EXPECT_FALSE(with(0, "dsize:!9;")) << "without a payload";
  EXPECT_TRUE(with(0, "dsize:0;"));
  EXPECT_TRUE(with(0, "dsize:<=9;"));
}

}  // namespace
}  // namespace espial::detect
