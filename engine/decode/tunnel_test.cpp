#include <gtest/gtest.h>

#include <memory>

#include "tests/support/frames.hpp"

namespace espial::decode {
namespace {

using namespace espial::test;

class DecodeTunnel : public testing::Test {
 protected:
  const DecodedFrame& ip(Bytes packet) {
    bytes_ = std::move(packet);  // what is decoded borrows from it
    decode_ip(bytes_, Checksums::verify, *out_, settings_);
    return *out_;
  }
  const DecodedFrame& carried(std::uint16_t source, std::uint16_t destination,
                              const Bytes& payload) {
    return ip(ipv4({}, udp({.source = source, .destination = destination}, payload)));
  }

  Bytes bytes_;
  DecoderSettings settings_;
  const Bytes frame_ = ethernet(kEtherIpv4, esp_in_udp());
  const Bytes six_ = ipv6({}, udp({}, bytes(1, 2, 3)));
  const std::unique_ptr<DecodedFrame> out_ = std::make_unique<DecodedFrame>();
};

TEST_F(DecodeTunnel, AVxlanPacketIsTheUdpPacketThatItIsAndTheOneInIt) {
  ASSERT_EQ(carried(50'000, 4789, vxlan(0xABCDEF, frame_)).packets.size(), 2U);
  const Packet& outer = out_->packets[0];
  EXPECT_EQ(outer.transport, Transport::udp);
  EXPECT_EQ(outer.destination_port, Port{4789});
  EXPECT_EQ(outer.payload.size(), 8 + frame_.size());
  EXPECT_EQ(out_->packets[1].tunnel, Tunnel::vxlan);
  EXPECT_EQ(out_->packets[1].tunnel_id, 0xABCDEFU);
  EXPECT_EQ(out_->packets[1].destination_port, Port{4500});
  EXPECT_TRUE(all_events(*out_).empty());
}

TEST_F(DecodeTunnel, TheFramesLinkStaysTheOuterOne) {
  const Bytes tagged = ethernet(0x88A8, vlan(0x5, 0x8100, vlan(0x6, kEtherIpv4, esp_in_udp())));
  const Bytes frame = ethernet(
      0x8100,
      vlan(9, kEtherIpv4, ipv4({}, udp({.source = 1, .destination = 4789}, vxlan(7, tagged)))));
  decode(LinkType::ethernet, frame, Checksums::verify, *out_);
  ASSERT_EQ(out_->packets.size(), 2U);
  ASSERT_EQ(out_->link.vlan_ids.size(), 1U);
  EXPECT_EQ(out_->link.vlan_ids[0], 9);
  EXPECT_TRUE(out_->packets[0].tunnel_vlans.empty());
  EXPECT_EQ(out_->packets[1].tunnel_vlans, (VlanIds{5, 6}));
}

TEST_F(DecodeTunnel, ATunnelThatIsOffIsNotEntered) {
  settings_.vxlan.enabled = settings_.geneve.enabled = settings_.teredo.enabled = false;
  EXPECT_EQ(carried(1, 4789, vxlan(7, frame_)).packets.size(), 1U);
  EXPECT_EQ(carried(1, 6081, geneve(7, kEtherIpv6, six_)).packets.size(), 1U);
  EXPECT_EQ(carried(1, 3544, six_).packets.size(), 1U);
}

TEST_F(DecodeTunnel, PortsAreThoseOfTheSettingsEitherOfThePacket) {
  EXPECT_EQ(carried(1, 8472, vxlan(7, frame_)).packets.size(), 1U);
  settings_.vxlan.ports = PortSet{8472};
  EXPECT_EQ(carried(1, 8472, vxlan(7, frame_)).packets.size(), 2U);
  EXPECT_EQ(carried(8472, 1, vxlan(7, frame_)).packets.size(), 2U);
  EXPECT_EQ(carried(1, 4789, vxlan(7, frame_)).packets.size(), 1U);
}

TEST_F(DecodeTunnel, NothingThatGoesToAnIkePortIsATunnel) {
  settings_.vxlan.ports.add(4500);
  settings_.teredo.ports = PortSet::any();
  EXPECT_EQ(carried(4789, 4500, vxlan(7, frame_)).packets.size(), 1U);
  EXPECT_EQ(carried(4789, 500, vxlan(7, frame_)).packets.size(), 1U);
  EXPECT_EQ(carried(4500, 1, vxlan(7, frame_)).packets.size(), 1U);
  EXPECT_EQ(carried(500, 1, six_).packets.size(), 1U);
  EXPECT_EQ(carried(500, 4789, vxlan(7, frame_)).packets.size(), 2U)
      << "a tunnel's end does not look where a packet is from";
}

TEST_F(DecodeTunnel, VxlanNeedsItsFlagAndWhenStrictItsReservedByte) {
  Bytes header = vxlan(7, frame_);
  header[7] = std::byte{1};
  EXPECT_EQ(carried(1, 4789, header).packets.size(), 1U);
  settings_.vxlan_strict = false;
  EXPECT_EQ(carried(1, 4789, header).packets.size(), 2U);
  header[0] = std::byte{0};
  EXPECT_EQ(carried(1, 4789, header).packets.size(), 1U);
}

TEST_F(DecodeTunnel, GeneveCarriesWhatItsEtherTypeSaysBehindItsOptions) {
  ASSERT_EQ(carried(1, 6081, geneve(7, kEtherIpv6, six_, filler(12))).packets.size(), 2U);
  EXPECT_EQ(out_->packets[1].tunnel, Tunnel::geneve);
  EXPECT_EQ(out_->packets[1].tunnel_id, 7U);
  EXPECT_EQ(carried(1, 6081, geneve(7, 0x6558, frame_)).packets.size(), 2U);
  Bytes version1 = geneve(7, kEtherIpv6, six_);
  version1[0] = std::byte{0x40};
  EXPECT_EQ(carried(1, 6081, version1).packets.size(), 1U);
  EXPECT_EQ(carried(1, 6081, from_hex("3f0086dd00000700")).packets.size(), 1U) << "options cut";
}

TEST_F(DecodeTunnel, TeredoMayHaveIndicationsInFrontAndTrailersBehind) {
  const Bytes origin = from_hex("0000 ffff 01020304");
  const Bytes authentication = from_hex("0001 0102 aa bbbb 0000000000000000 00");
  EXPECT_EQ(carried(1, 3544, six_).packets.size(), 2U);
  EXPECT_EQ(out_->packets[1].tunnel, Tunnel::teredo);
  EXPECT_EQ(carried(3544, 1, join({origin, six_})).packets.size(), 2U);
  EXPECT_EQ(carried(1, 3544, join({authentication, origin, six_})).packets.size(), 2U);
  EXPECT_EQ(carried(1, 3544, join({six_, bytes(1, 2, 3, 4)})).packets.size(), 2U);
  EXPECT_EQ(carried(1, 3544, join({from_hex("0002"), six_})).packets.size(), 1U);
  EXPECT_EQ(carried(1, 3544, ByteView(six_).size() > 1 ? Bytes(six_.begin(), six_.end() - 1) : six_)
                .packets.size(),
            1U)
      << "longer than the datagram";
}

TEST_F(DecodeTunnel, OnAnyPortTeredoMustFillTheDatagram) {
  settings_.teredo.ports = PortSet::any();
  EXPECT_EQ(carried(1, 2, six_).packets.size(), 2U);
  EXPECT_EQ(carried(1, 2, join({six_, bytes(1)})).packets.size(), 1U);
}

TEST_F(DecodeTunnel, IndicationsWithoutEndAreNotFollowed) {
  Bytes origins = six_;
  for (int i = 0; i < 5; ++i) origins = join({from_hex("0000 ffff 01020304"), origins});
  EXPECT_EQ(carried(1, 3544, origins).packets.size(), 1U);
}

TEST_F(DecodeTunnel, ErspanTypeOneUnlessItIsOff) {
  const Bytes packet = ipv4({.protocol = 47}, gre(0x88BE, frame_));
  ASSERT_EQ(ip(packet).packets.size(), 2U);
  EXPECT_EQ(out_->packets[1].tunnel, Tunnel::erspan);
  settings_.erspan_type1 = false;
  EXPECT_EQ(ip(packet).packets.size(), 1U);
}

TEST_F(DecodeTunnel, AnErspanHeadersVlanIsATagOfTheTunnel) {
  ASSERT_EQ(ip(ipv4({.protocol = 47}, erspan(5, frame_))).packets.size(), 2U);
  EXPECT_EQ(out_->packets[1].tunnel_vlans, VlanIds{5});
}

TEST_F(DecodeTunnel, ArpIsKeptWithItsTunnelAndTheHeaderInFrontOfIt) {
  const Bytes arp = from_hex("0001 0800 06 04 0001 000102030405 0a000001 000000000000 0a000002");
  const Bytes inner = ethernet(0x8100, vlan(0x7, 0x0806, arp));
  ASSERT_EQ(carried(1, 4789, vxlan(7, inner)).packets.size(), 1U);
  ASSERT_TRUE(out_->arp.has_value());
  EXPECT_EQ(out_->arp->tunnel, Tunnel::vxlan);
  EXPECT_EQ(out_->arp->tunnel_vlans, VlanIds{7});
  EXPECT_EQ(out_->arp->bytes.size(), arp.size());
  EXPECT_TRUE(std::ranges::equal(out_->arp->ethernet, ByteView(inner).first(14)));
  decode(LinkType::ethernet, inner, Checksums::verify, *out_, settings_);
  ASSERT_TRUE(out_->arp.has_value());
  EXPECT_TRUE(out_->packets.empty());
  EXPECT_EQ(out_->arp->tunnel, Tunnel::none);
  EXPECT_EQ(out_->arp->ethernet.data(), inner.data());
  decode(LinkType::ethernet, ByteView(inner).first(30), Checksums::verify, *out_, settings_);
  EXPECT_FALSE(out_->arp.has_value()) << "cut";
}

TEST_F(DecodeTunnel, EveryPacketHasTheEthernetHeaderInFrontOfIt) {
  const Bytes outer = ethernet(kEtherIpv4, ipv4({}, udp({.destination = 4789}, vxlan(7, frame_))));
  decode(LinkType::ethernet, outer, Checksums::verify, *out_, settings_);
  ASSERT_EQ(out_->packets.size(), 2U);
  EXPECT_EQ(out_->packets[0].ethernet.data(), outer.data());
  EXPECT_TRUE(std::ranges::equal(out_->packets[1].ethernet, ByteView(frame_).first(14)));
  EXPECT_EQ(out_->packets[1].ethernet.data() + 14, out_->packets[1].bytes.data());
  ip(ipv4({.protocol = 4}, ipv4({}, udp({}, filler(4)))));
  EXPECT_TRUE(out_->packets[0].ethernet.empty());
  EXPECT_TRUE(out_->packets[1].ethernet.empty());
}

TEST_F(DecodeTunnel, CarriersAreCountedEachTimeTheyAreMet) {
  const auto count = [&](Carrier carrier) { return out_->carriers[std::to_underlying(carrier)]; };
  const Bytes tagged = ethernet(0x88A8, vlan(0x5, 0x8100, vlan(0x6, kEtherIpv4, esp_in_udp())));
  decode(LinkType::ethernet,
         ethernet(kEtherIpv4, ipv4({}, udp({.destination = 4789}, vxlan(7, tagged)))),
         Checksums::verify, *out_, settings_);
  EXPECT_EQ(count(Carrier::ethernet), 2);
  EXPECT_EQ(count(Carrier::vxlan), 1);
  EXPECT_EQ(count(Carrier::vlan), 1);
  EXPECT_EQ(count(Carrier::vlan_qinq), 1);
  EXPECT_EQ(count(Carrier::vlan_qinqinq), 0);
  ip(ipv4({.protocol = 47}, erspan(5, frame_)));
  EXPECT_EQ(count(Carrier::gre), 1);
  EXPECT_EQ(count(Carrier::erspan), 1);
  EXPECT_EQ(count(Carrier::vxlan), 0) << "of the frame before";
}

TEST_F(DecodeTunnel, ReadsNoMoreLayersThanTheSettingsSay) {
  const Bytes packet = ipv4({}, udp({.destination = 4789}, vxlan(7, frame_)));
  settings_.max_layers = 2;  // IP; then Ethernet, and no further
  EXPECT_EQ(carried(1, 4789, vxlan(7, frame_)).packets.size(), 1U);
  EXPECT_TRUE(out_->events.has(Event::too_many_layers));
  settings_.max_layers = 3;
  EXPECT_EQ(carried(1, 4789, vxlan(7, frame_)).packets.size(), 2U);
  EXPECT_FALSE(out_->events.has(Event::too_many_layers));
}

TEST_F(DecodeTunnel, NestingEndsAtTheLimitOfPackets) {
  Bytes packet = esp_in_udp();
  for (std::size_t i = 0; i < kMaxPackets; ++i)
    packet = ipv4({}, udp({.source = 1, .destination = 6081}, geneve(1, kEtherIpv4, packet)));
  EXPECT_EQ(ip(packet).packets.size(), kMaxPackets);
  EXPECT_TRUE(out_->events.has(Event::too_many_layers));
}

TEST_F(DecodeTunnel, AFragmentInATunnelKeepsItsNetworkWhenJoined) {
  const Bytes whole = ipv4({}, udp({}, filler(24)));
  const Bytes part = ipv4({.offset = 0, .more = true}, ByteView(whole).subspan(20, 16));
  ASSERT_EQ(carried(1, 4789, vxlan(9, ethernet(kEtherIpv4, part))).packets.size(), 2U);
  ASSERT_TRUE(out_->packets[1].fragment.has_value());
  replace_fragment(whole, Checksums::verify, *out_, settings_);
  ASSERT_EQ(out_->packets.size(), 2U);
  EXPECT_EQ(out_->packets[1].tunnel_id, 9U);
  EXPECT_EQ(out_->packets[1].tunnel, Tunnel::vxlan);
}

TEST(PortSet, HoldsAFewPortsOrAll) {
  PortSet ports;
  EXPECT_FALSE(ports.has(Port{0}));
  for (std::uint16_t port = 1; port <= PortSet::kMost; ++port) EXPECT_TRUE(ports.add(port));
  EXPECT_TRUE(ports.add(1)) << "twice is once";
  EXPECT_FALSE(ports.add(100));
  EXPECT_TRUE(ports.has(Port{8}));
  EXPECT_FALSE(ports.has(Port{100}));
  EXPECT_TRUE(PortSet::any().has(Port{100}));
}

TEST(DecodeIpv4, KeepsFlagsOffsetAndOptionKinds) {
  const auto out = std::make_unique<DecodedFrame>();
  const Bytes packet =
      ipv4({.dont_fragment = true, .options = from_hex("9404000001010101")}, udp({}, {}));
  decode_ip(packet, Checksums::verify, *out);
  const Packet& p = out->packets.at(0);
  EXPECT_EQ(p.ip_flags, 2);
  EXPECT_EQ(p.ip_offset, 0);
  EXPECT_TRUE(p.ip_options.has(Ipv4Option::router_alert));
  EXPECT_TRUE(p.ip_options.has(Ipv4Option::no_operation));
  EXPECT_EQ(p.ip_options.size(), 2U);
  const Bytes last = ipv4({.offset = 64}, filler(8));
  decode_ip(last, Checksums::verify, *out);
  EXPECT_EQ(out->packets.at(0).ip_offset, 8);
  EXPECT_EQ(out->packets.at(0).ip_flags, 0);
  EXPECT_TRUE(out->packets.at(0).ip_options.empty());
}

TEST(DecodeIcmp, KeepsTheMtuOfWhatWasTooBig) {
  const auto out = std::make_unique<DecodedFrame>();
  const Bytes six = ipv6({.next_header = 58}, icmpv6(2, 0, 1400, ipv6({}, udp({}, {}))));
  decode_ip(six, Checksums::verify, *out);
  EXPECT_EQ(out->packets.at(0).icmp.mtu, 1400U);
  const Bytes four = ipv4({.protocol = 1}, icmp(3, 4, 576, ipv4({}, udp({}, {}))));
  decode_ip(four, Checksums::verify, *out);
  EXPECT_EQ(out->packets.at(0).icmp.mtu, 576U);
  const Bytes timestamp = ipv4({.protocol = 1}, icmp(13, 0, 0x00050006, filler(12)));
  decode_ip(timestamp, Checksums::verify, *out);
  EXPECT_EQ(out->packets.at(0).icmp.id, 5);
  EXPECT_EQ(out->packets.at(0).icmp.mtu, 0U);
}

}  // namespace
}  // namespace espial::decode
