#include "engine/flow/flow.hpp"

#include <gtest/gtest.h>

namespace espial::flow {
namespace {

constexpr std::uint8_t kFin = 1;
constexpr std::uint8_t kSyn = 2;
constexpr std::uint8_t kRst = 4;
constexpr std::uint8_t kAck = 16;
constexpr Timestamp kNow(std::chrono::seconds(100));

decode::Packet tcp(std::uint8_t flags) {
  decode::Packet packet;
  packet.transport = decode::Transport::tcp;
  packet.tcp.flags = flags;
  return packet;
}

TEST(Flow, UdpIsEstablishedWhenBothHaveSpoken) {
  Flow flow;
  decode::Packet udp;
  udp.transport = decode::Transport::udp;
  account(flow, Direction::to_server, udp, kNow);
  account(flow, Direction::to_server, udp, kNow);
  EXPECT_EQ(flow.state, State::created);
  account(flow, Direction::to_client, udp, kNow);
  EXPECT_EQ(flow.state, State::established);
  EXPECT_EQ(flow.side(Direction::to_server).packets, 2U);
  EXPECT_EQ(flow.side(Direction::to_client).packets, 1U);
}

TEST(Flow, TcpIsEstablishedByTheThirdSegment) {
  Flow flow;
  account(flow, Direction::to_server, tcp(kSyn), kNow);
  EXPECT_EQ(flow.state, State::created);
  account(flow, Direction::to_client, tcp(kSyn | kAck), kNow);
  EXPECT_EQ(flow.state, State::created);
  account(flow, Direction::to_server, tcp(kAck), kNow);
  EXPECT_EQ(flow.state, State::established);
  account(flow, Direction::to_server, tcp(kAck | kFin), kNow);
  EXPECT_EQ(flow.state, State::established);
  account(flow, Direction::to_client, tcp(kAck | kFin), kNow);
  EXPECT_EQ(flow.state, State::closed);
}

TEST(Flow, TcpMetMidstreamIsEstablishedWhenBothHaveSpoken) {
  Flow flow;
  account(flow, Direction::to_server, tcp(kAck), kNow);
  account(flow, Direction::to_client, tcp(kAck), kNow);
  EXPECT_EQ(flow.state, State::established);
}

TEST(Flow, ResetCloses) {
  Flow flow;
  account(flow, Direction::to_server, tcp(kSyn), kNow);
  account(flow, Direction::to_client, tcp(kRst | kAck), kNow);
  EXPECT_EQ(flow.state, State::closed);
}

TEST(Flow, LastNeverGoesBack) {
  Flow flow;
  account(flow, Direction::to_server, tcp(kSyn), kNow);
  account(flow, Direction::to_server, tcp(kSyn), Timestamp{});
  EXPECT_EQ(flow.last, kNow);
}

}  // namespace
}  // namespace espial::flow
