#include <gtest/gtest.h>

#include <memory>

#include "tests/support/frames.hpp"

namespace espial::decode {
namespace {

using namespace espial::test;

class Decode : public testing::Test {
 protected:
  const DecodedFrame& ethernet_frame(Bytes frame) {
    bytes_ = std::move(frame);  // what is decoded borrows from it
    decode(LinkType::ethernet, bytes_, Checksums::verify, *out_);
    return *out_;
  }
  const DecodedFrame& ip(Bytes packet) {
    bytes_ = std::move(packet);
    decode_ip(bytes_, Checksums::verify, *out_);
    return *out_;
  }
  Bytes bytes_;
  const std::unique_ptr<DecodedFrame> out_ = std::make_unique<DecodedFrame>();
};

TEST_F(Decode, FindsNothingWrongWithWholeFramesOfEachKind) {
  for (const Frame& frame : whole_frames()) {
    decode(frame.link, frame.bytes, Checksums::verify, *out_);
    all_events(*out_).for_each(
        [&](Event event) { ADD_FAILURE() << frame.name << ": " << name_of(event); });
    EXPECT_EQ(out_->packets.size(), frame.packets) << frame.name;
    EXPECT_TRUE(views_are_inside(*out_)) << frame.name;
  }
}

TEST_F(Decode, GivesAnEventForEveryProperPrefixOfAFrame) {
  for (const Frame& frame : whole_frames()) {
    for (std::size_t n = 0; n < frame.bytes.size(); ++n) {
      const Bytes prefix(frame.bytes.begin(), frame.bytes.begin() + static_cast<std::ptrdiff_t>(n));
      decode(frame.link, prefix, Checksums::verify, *out_);
      ASSERT_FALSE(all_events(*out_).empty()) << frame.name << " cut at " << n;
      ASSERT_TRUE(views_are_inside(*out_)) << frame.name << " cut at " << n;
      ASSERT_LE(out_->packets.size(), frame.packets) << frame.name << " cut at " << n;
    }
  }
}

TEST_F(Decode, JudgesNoChecksumOfACutPacket) {
  for (const Frame& frame : whole_frames()) {
    if (frame.packets != 1 || frame.bytes.size() < 60) continue;
    decode(frame.link, ByteView(frame.bytes).first(frame.bytes.size() - 1), Checksums::verify,
           *out_);
    const EventSet events = all_events(*out_);
    for (const Event event :
         {Event::udp_csum_invalid, Event::tcp_csum_invalid, Event::icmpv4_csum_invalid,
          Event::icmpv6_csum_invalid, Event::udp_pkt_too_small}) {
      EXPECT_FALSE(events.has(event)) << frame.name << ": " << name_of(event);
    }
  }
}

TEST_F(Decode, LeavesNothingOfTheFrameBefore) {
  for (const Frame& before : whole_frames()) {
    decode(before.link, before.bytes, Checksums::verify, *out_);
    ip(ipv4({.protocol = 50}, esp({})));
    ASSERT_EQ(out_->packets.size(), 1U);
    const Packet& packet = out_->packets[0];
    EXPECT_TRUE(packet.auth_headers.empty());
    EXPECT_TRUE(packet.tcp.options.empty());
    EXPECT_TRUE(packet.icmp.quoted.empty());
    EXPECT_FALSE(packet.fragment.has_value());
    EXPECT_EQ(packet.source_port, Port{0});
    EXPECT_EQ(packet.transport, Transport::other);
    EXPECT_TRUE(out_->link.vlan_ids.empty());
    EXPECT_FALSE(out_->link.has_macs);
  }
}

TEST_F(Decode, ReadsMacsAndVlanIdsOutermostFirst) {
  const DecodedFrame& frame =
      ethernet_frame(ethernet(0x88A8, vlan(0x2ABC, 0x8100, vlan(7, kEtherIpv4, esp_in_udp()))));
  EXPECT_TRUE(frame.link.has_macs);
  EXPECT_EQ(frame.link.source.bytes[5], std::byte{0x0A});
  EXPECT_EQ(frame.link.destination.bytes[5], std::byte{0x0B});
  EXPECT_EQ(frame.link.ether_type, kEtherIpv4);
  ASSERT_EQ(frame.link.vlan_ids.size(), 2U);
  EXPECT_EQ(frame.link.vlan_ids[0], 0xABC);
  EXPECT_EQ(frame.link.vlan_ids[1], 7);
}

TEST_F(Decode, TakesThreeVlanTagsAndNotFour) {
  const Bytes two = vlan(2, 0x9100, vlan(3, kEtherIpv4, esp_in_udp()));
  EXPECT_EQ(ethernet_frame(ethernet(0x9200, vlan(1, 0x8100, two))).packets.size(), 1U);
  EXPECT_EQ(out_->link.vlan_ids.size(), 3U);
  EXPECT_TRUE(all_events(*out_).empty());
  EXPECT_TRUE(
      ethernet_frame(ethernet(0x88A8, vlan(0, 0x8100, vlan(1, 0x8100, two)))).packets.empty());
  EXPECT_TRUE(out_->events.has(Event::vlan_header_too_many_layers));
}

TEST_F(Decode, IgnoresThePaddingOfAnEthernetFrame) {
  const DecodedFrame& frame = ethernet_frame(join({ethernet(kEtherIpv4, esp_in_udp()), filler(9)}));
  ASSERT_EQ(frame.packets.size(), 1U);
  EXPECT_EQ(frame.packets[0].bytes.size(), esp_in_udp().size());
  EXPECT_TRUE(all_events(frame).empty());
}

TEST_F(Decode, HasNothingAgainstArp) {
  EXPECT_TRUE(ethernet_frame(ethernet(0x0806, arp(1))).packets.empty());
  EXPECT_TRUE(out_->events.empty());
  EXPECT_EQ(out_->link.ether_type, 0x0806);
}

TEST_F(Decode, KeepsTheInnerVlanTagsOfABridgeOutOfTheLink) {
  const Bytes bridged = gre(0x6558, ethernet(0x8100, vlan(9, kEtherIpv4, esp_in_udp())));
  const DecodedFrame& frame =
      ethernet_frame(ethernet(0x8100, vlan(5, kEtherIpv4, ipv4({.protocol = 47}, bridged))));
  ASSERT_EQ(frame.packets.size(), 2U);
  ASSERT_EQ(frame.link.vlan_ids.size(), 1U);
  EXPECT_EQ(frame.link.vlan_ids[0], 5);
  EXPECT_EQ(frame.packets[1].tunnel, Tunnel::gre);
}

TEST_F(Decode, ReadsLoopbackFamiliesInBothByteOrders) {
  const Bytes four = ipv4({}, udp({}, {}));
  const Bytes six = ipv6({}, udp({}, {}));
  for (const int family : {2, 10, 24, 28, 30}) {
    const Bytes& packet = family == 2 ? four : six;
    for (const Bytes& header : {bytes(family, 0, 0, 0), bytes(0, 0, 0, family)}) {
      decode(LinkType::bsd_loopback, join({header, packet}), Checksums::verify, *out_);
      EXPECT_EQ(out_->packets.size(), 1U) << family;
    }
  }
}

TEST_F(Decode, NamesTheTunnelOfEachPacket) {
  const Bytes inner = esp_in_udp();
  EXPECT_EQ(ip(inner).packets[0].tunnel, Tunnel::none);
  EXPECT_EQ(ip(ipv4({.protocol = 4}, inner)).packets[1].tunnel, Tunnel::ip_in_ip);
  EXPECT_EQ(ip(ipv4({.protocol = 47}, gre(kEtherIpv4, inner))).packets[1].tunnel, Tunnel::gre);
  EXPECT_EQ(ip(ipv4({.protocol = 51}, ah({.next_header = 4}, inner))).packets[1].tunnel,
            Tunnel::ah);
  EXPECT_EQ(ip(ipv4({.protocol = 137}, mpls(100, true, inner))).packets[1].tunnel, Tunnel::mpls);
  const Bytes dial_in = gre(0x6558, ethernet(0x8864, pppoe(0x21, inner)));
  EXPECT_EQ(ip(ipv4({.protocol = 47}, dial_in)).packets[1].tunnel, Tunnel::pppoe);
  EXPECT_EQ(ethernet_frame(ethernet(0x8864, pppoe(0x21, inner))).packets[0].tunnel, Tunnel::none);
}

TEST_F(Decode, StopsAtTheLimitOfNestedPackets) {
  Bytes packet = esp_in_udp();
  for (std::size_t depth = 1; depth < kMaxPackets; ++depth) packet = ipv4({.protocol = 4}, packet);
  EXPECT_EQ(ip(packet).packets.size(), kMaxPackets);
  EXPECT_TRUE(all_events(*out_).empty());
  EXPECT_EQ(out_->packets.back().transport, Transport::udp);

  packet = ipv4({.protocol = 4}, packet);
  EXPECT_EQ(ip(packet).packets.size(), kMaxPackets);
  EXPECT_TRUE(out_->events.has(Event::too_many_layers));
  EXPECT_EQ(out_->packets.back().upper, IpProtocol::ipv4);
}

TEST_F(Decode, StopsAtTheLimitOfLayersThatAreNotIp) {
  Bytes frame = ethernet(kEtherIpv4, esp_in_udp());  // two layers; a pseudowire around it adds two
  for (std::size_t layers = 2; layers < kMaxLayers; layers += 2) {
    frame = ethernet(0x8847, mpls(100, true, join({filler(4), frame})));
  }
  EXPECT_EQ(ethernet_frame(frame).packets.size(), 1U);
  EXPECT_TRUE(all_events(*out_).empty());

  decode(LinkType::raw_ip, ipv4({.protocol = 47}, gre(0x6558, frame)), Checksums::verify, *out_);
  EXPECT_EQ(out_->packets.size(), 1U);
  EXPECT_TRUE(out_->events.has(Event::too_many_layers));
}

TEST_F(Decode, StopsAtTheLimitOfLabels) {
  Bytes stack = mpls(100, true, esp_in_udp());
  for (std::size_t n = 1; n < kMaxMplsLabels; ++n) stack = mpls(100, false, stack);
  EXPECT_EQ(ethernet_frame(ethernet(0x8847, stack)).packets.size(), 1U);
  EXPECT_TRUE(ethernet_frame(ethernet(0x8847, mpls(100, false, stack))).packets.empty());
}

TEST_F(Decode, ReadsExplicitNullLabelsWhateverTheNibbleSays) {
  EXPECT_EQ(ethernet_frame(ethernet(0x8847, mpls(0, true, esp_in_udp()))).packets.size(), 1U);
  EXPECT_EQ(ethernet_frame(ethernet(0x8847, mpls(2, true, ipv6({}, udp({}, {}))))).packets.size(),
            1U);
  ethernet_frame(ethernet(0x8847, mpls(2, true, esp_in_udp())));
  EXPECT_TRUE(out_->events.has(Event::ipv6_pkt_too_small) ||
              out_->events.has(Event::ipv6_wrong_ip_version));
}

TEST_F(Decode, ReadsOnBehindABadLabel) {
  EXPECT_EQ(ethernet_frame(ethernet(0x8847, mpls(1, true, esp_in_udp()))).packets.size(), 1U);
}

TEST_F(Decode, ClipsPppoeToItsLength) {
  const Bytes session = join({pppoe(0x21, esp_in_udp()), filler(20)});
  EXPECT_EQ(ethernet_frame(ethernet(0x8864, session)).packets.size(), 1U);
  EXPECT_TRUE(all_events(*out_).empty());
}

TEST_F(Decode, HasNothingAgainstPppoeDiscovery) {
  ethernet_frame(ethernet(0x8863, from_hex("11090000 0008 01010000 00000000 ffff")));
  EXPECT_TRUE(out_->events.empty());
}

}  // namespace
}  // namespace espial::decode
