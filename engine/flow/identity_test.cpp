#include "engine/flow/identity.hpp"

#include <gtest/gtest.h>

#include <set>

namespace espial::flow {
namespace {

FlowKey key(std::string_view source, std::uint16_t source_port, std::string_view destination,
            std::uint16_t port, decode::IpProtocol protocol, decode::Transport transport) {
  decode::Packet packet;
  packet.source = IpAddress::parse(source).value();
  packet.destination = IpAddress::parse(destination).value();
  packet.source_port = Port{source_port};
  packet.destination_port = Port{port};
  packet.protocol = protocol;
  packet.transport = transport;
  if (transport == decode::Transport::icmp) {
    packet.icmp.type = static_cast<std::uint8_t>(source_port);
    packet.icmp.code = static_cast<std::uint8_t>(port);
  }
  return make_key(packet, {}, {}, 0).key;
}

// Values published with the Community ID specification (seed 0).
TEST(CommunityId, EqualsThePublishedValues) {
  using decode::IpProtocol;
  using decode::Transport;
  EXPECT_EQ(community_id(key("128.232.110.120", 34855, "66.35.250.204", 80, IpProtocol::tcp,
                             Transport::tcp)),
            "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
  EXPECT_EQ(community_id(key("66.35.250.204", 80, "128.232.110.120", 34855, IpProtocol::tcp,
                             Transport::tcp)),
            "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
  EXPECT_EQ(
      community_id(key("192.168.1.52", 54585, "8.8.8.8", 53, IpProtocol::udp, Transport::udp)),
      "1:d/FP5EW3wiY1vCndhwleRRKHowQ=");
  EXPECT_EQ(
      community_id(key("192.168.0.89", 8, "192.168.0.1", 0, IpProtocol::icmp, Transport::icmp)),
      "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=");
}

TEST(Uid, LooksLikeZeeksAndDiffersFromFlowToFlow) {
  constexpr SipKey kSecret{3, 4};
  std::set<std::string> seen;
  for (std::uint64_t n = 0; n < 1000; ++n) {
    Flow flow;
    flow.id = FlowId{n};
    const std::string text = uid(flow, kSecret);
    EXPECT_EQ(text.size(), 18U);
    EXPECT_EQ(text[0], 'C');
    EXPECT_TRUE(seen.insert(text).second);
    EXPECT_EQ(text, uid(flow, kSecret));
  }
}

}  // namespace
}  // namespace espial::flow
