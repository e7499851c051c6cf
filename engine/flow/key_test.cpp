#include "engine/flow/key.hpp"

#include <gtest/gtest.h>

namespace espial::flow {
namespace {

decode::Packet udp(std::string_view source, std::uint16_t source_port, std::string_view destination,
                   std::uint16_t port) {
  decode::Packet packet;
  packet.source = IpAddress::parse(source).value();
  packet.destination = IpAddress::parse(destination).value();
  packet.source_port = Port{source_port};
  packet.destination_port = Port{port};
  packet.protocol = decode::IpProtocol::udp;
  packet.transport = decode::Transport::udp;
  return packet;
}

decode::Packet icmp(std::string_view source, std::string_view destination, std::uint8_t type,
                    std::uint16_t id) {
  decode::Packet packet = udp(source, 0, destination, 0);
  packet.protocol = decode::IpProtocol::icmp;
  packet.transport = decode::Transport::icmp;
  packet.icmp.type = type;
  packet.icmp.id = id;
  return packet;
}

KeyedPacket keyed(const decode::Packet& packet, std::optional<Spi> spi = {}) {
  return make_key(packet, {}, spi, 0);
}

TEST(FlowKey, BothDirectionsOfAConnectionAreOne) {
  const auto there = keyed(udp("10.0.0.9", 500, "10.0.0.2", 500));
  const auto back = keyed(udp("10.0.0.2", 500, "10.0.0.9", 500));
  EXPECT_EQ(there.key, back.key);
  EXPECT_NE(there.from_low, back.from_low);
}

TEST(FlowKey, PortsDecideBetweenEqualAddresses) {
  const auto there = keyed(udp("10.0.0.1", 4500, "10.0.0.1", 500));
  const auto back = keyed(udp("10.0.0.1", 500, "10.0.0.1", 4500));
  EXPECT_EQ(there.key, back.key);
  EXPECT_NE(there.from_low, back.from_low);
}

TEST(FlowKey, EverythingInItCounts) {
  const auto base = keyed(udp("10.0.0.1", 500, "10.0.0.2", 500)).key;
  EXPECT_NE(keyed(udp("10.0.0.1", 501, "10.0.0.2", 500)).key, base);
  EXPECT_NE(keyed(udp("10.0.0.3", 500, "10.0.0.2", 500)).key, base);
  decode::Link tagged;
  tagged.vlan_ids.push_back(7);
  EXPECT_NE(make_key(udp("10.0.0.1", 500, "10.0.0.2", 500), tagged, {}, 0).key, base);
  EXPECT_NE(make_key(udp("10.0.0.1", 500, "10.0.0.2", 500), {}, {}, 9).key, base);
}

TEST(FlowKey, AnSpiNamesOneDirectionAndIsAFlowOfItsOwn) {
  const auto packet = udp("10.0.0.9", 4500, "10.0.0.2", 4500);
  const auto one = keyed(packet, Spi{0x1000});
  EXPECT_NE(one.key, keyed(packet, Spi{0x1001}).key);
  EXPECT_NE(one.key, keyed(packet).key) << "IKE on the same ports is another flow";
  EXPECT_NE(one.key, keyed(udp("10.0.0.2", 4500, "10.0.0.9", 4500), Spi{0x1000}).key);
  EXPECT_TRUE(one.from_low) << "the sender is the originator";
}

TEST(FlowKey, EchoRequestAndReplyAreOneFlowAndIdsPartThem) {
  const auto request = keyed(icmp("10.0.0.1", "10.0.0.2", 8, 5));
  EXPECT_EQ(request.key, keyed(icmp("10.0.0.2", "10.0.0.1", 0, 5)).key);
  EXPECT_NE(request.key, keyed(icmp("10.0.0.1", "10.0.0.2", 8, 6)).key);
}

/// What `carrier_of` gives for a tunnel from `source` to `destination`.
struct TunnelEnds {
  std::string_view source = "10.0.0.1", destination = "10.0.0.2";
  std::uint16_t source_port = 50'000;
  decode::Tunnel tunnel = decode::Tunnel::vxlan;
  std::uint32_t network = 7, vlans = 0, own = 0x1234, around = 0;
  bool directed = false;
};

std::uint32_t carrier(const TunnelEnds& ends) {
  decode::DecodedFrame frame;
  frame.packets.push_back(udp(ends.source, ends.source_port, ends.destination, 4789));
  frame.packets.push_back(udp("192.168.0.1", 1, "192.168.0.2", 2));
  frame.packets[1].tunnel = ends.tunnel;
  frame.packets[1].tunnel_id = ends.network;
  if (ends.vlans != 0) frame.packets[1].tunnel_vlans = {static_cast<std::uint16_t>(ends.vlans)};
  return carrier_of(frame, 0, ends.own, ends.directed, ends.around, SipKey{1, 2});
}

TEST(Carrier, BothDirectionsOfAVxlanTunnelAreOneWhateverTheirSourcePorts) {
  const std::uint32_t there = carrier({});
  EXPECT_EQ(carrier({.source_port = 50'001, .own = 9}), there);
  EXPECT_EQ(carrier({.source = "10.0.0.2", .destination = "10.0.0.1", .own = 10}), there);
  EXPECT_NE(there, 0U);
}

TEST(Carrier, WhatTellsTunnelsApartCounts) {
  const std::uint32_t base = carrier({});
  EXPECT_NE(carrier({.destination = "10.0.0.3"}), base);
  EXPECT_NE(carrier({.network = 8}), base);
  EXPECT_NE(carrier({.vlans = 5}), base);
  EXPECT_NE(carrier({.around = 3}), base);
}

TEST(Carrier, OfOtherTunnelsIsTheFlowAndTheTagsInIt) {
  const TunnelEnds gre{.tunnel = decode::Tunnel::gre, .network = 0};
  EXPECT_EQ(carrier(gre), 0x1235U);
  TunnelEnds tagged = gre;
  tagged.vlans = 5;
  EXPECT_NE(carrier(tagged), carrier(gre));
  TunnelEnds other = tagged;
  other.own = 0x9999;
  EXPECT_NE(carrier(other), carrier(tagged));
}

TEST(Carrier, OfADirectedFlowIsThatOfTheWayBack) {
  const TunnelEnds there{.tunnel = decode::Tunnel::esp, .network = 0, .own = 1, .directed = true};
  TunnelEnds back = there;
  std::swap(back.source, back.destination);
  back.own = 99;
  EXPECT_EQ(carrier(there), carrier(back));
}

TEST(FlowKey, AConversationIsItsInitiatorSpiInItsFlow) {
  const auto key = keyed(udp("10.0.0.1", 500, "10.0.0.2", 500)).key;
  EXPECT_EQ(conversation_key(key, IkeSpi{7}), conversation_key(key, IkeSpi{7}));
  EXPECT_NE(conversation_key(key, IkeSpi{7}), conversation_key(key, IkeSpi{8}));
  EXPECT_NE(conversation_key(key, IkeSpi{0}), key);
}

}  // namespace
}  // namespace espial::flow
