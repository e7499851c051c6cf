#include "engine/flow/flow.hpp"

#include <gtest/gtest.h>

#include <array>

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

TEST(Flow, AFollowedOrBypassedFlowKeepsItsState) {
  struct Session {
  } session;
  Flow followed;
  followed.tcp = reinterpret_cast<TcpSession*>(&session);  // NOLINT: only whether there is one
  account(followed, Direction::to_server, tcp(kRst), kNow);
  EXPECT_EQ(followed.state, State::created);
  Flow bypassed;
  bypassed.state = State::bypassed;
  account(bypassed, Direction::to_server, tcp(kRst), kNow);
  EXPECT_EQ(bypassed.state, State::bypassed);
}

TEST(Flow, ADroppedFlowStaysAsItWas) {
  Flow flow;
  account(flow, Direction::to_server, tcp(kSyn), kNow);
  flow.dropped = true;
  account(flow, Direction::to_client, tcp(kSyn | kAck), kNow + std::chrono::seconds(1));
  account(flow, Direction::to_server, tcp(kRst), kNow + std::chrono::seconds(2));
  EXPECT_EQ(flow.state, State::created);
  EXPECT_EQ(tcp_state_by_flags(flow), "syn_sent");
  EXPECT_EQ(flow.side(Direction::to_client).packets, 1U) << "counted all the same";
  EXPECT_EQ(flow.last, kNow + std::chrono::seconds(2)) << "the mark lasts while they come";
}

TEST(Flow, KeepsTheRangeOfHopLimitsOfEachDirection) {
  Flow flow;
  for (const std::uint8_t ttl : std::array<std::uint8_t, 4>{64, 0, 255, 63}) {
    decode::Packet packet = tcp(kSyn);
    packet.ttl = ttl;
    account(flow, Direction::to_server, packet, kNow);
  }
  EXPECT_EQ(flow.sides[0].min_ttl, 0);
  EXPECT_EQ(flow.sides[0].max_ttl, 255);
  EXPECT_FALSE(flow.sides[1].spoke);
}

TEST(Flow, TellsTheIcmpTypeOfItsFirstPackets) {
  Flow flow;
  decode::Packet echo;
  echo.transport = decode::Transport::icmp;
  for (const std::uint8_t type : std::array<std::uint8_t, 2>{8, 13}) {
    echo.icmp.type = type;
    account(flow, Direction::to_server, echo, kNow);
  }
  EXPECT_EQ(flow.sides[0].icmp_type, 8);
}

TEST(Flow, FlagsTellTheStateOfAConnectionThatIsNotFollowed) {
  const auto state = [](std::uint8_t there, std::uint8_t back) {
    Flow flow;
    flow.sides[0].tcp_flags = there;
    flow.sides[1].tcp_flags = back;
    return tcp_state_by_flags(flow);
  };
  EXPECT_EQ(state(kAck, kAck), "") << "met midstream";
  EXPECT_EQ(state(kSyn, 0), "syn_sent");
  EXPECT_EQ(state(kSyn, kSyn | kAck), "syn_recv");
  EXPECT_EQ(state(kSyn | kAck, kSyn | kAck), "established");
  EXPECT_EQ(state(kSyn | kAck | kFin, kSyn | kAck), "close_wait");
  EXPECT_EQ(state(kSyn | kAck, kSyn | kAck | kFin), "fin_wait1");
  EXPECT_EQ(state(kSyn | kAck | kFin, kSyn | kAck | kFin), "closed");
  EXPECT_EQ(state(kSyn, kRst), "closed");
}

TEST(Flow, LastNeverGoesBack) {
  Flow flow;
  account(flow, Direction::to_server, tcp(kSyn), kNow);
  account(flow, Direction::to_server, tcp(kSyn), Timestamp{});
  EXPECT_EQ(flow.last, kNow);
}

}  // namespace
}  // namespace espial::flow
