#include "engine/sa/tcp_messages.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "tests/support/bytes.hpp"

namespace espial::sa {
namespace {

using namespace espial::test;
using flow::Direction;

Bytes framed(const Bytes& message) {
  return Writer().u16(message.size() + 2).raw(message).take();
}

/// Connections whose bytes come in order, and what their messages are.
class TcpConnection : public testing::Test {
 protected:
  TcpConnection() { start_anew({.max_tcp_connections = 4}); }
  void start_anew(const Limits& limits) {
    tcp_.emplace(limits);
    for (auto& offsets : offsets_) offsets = {};
    messages_.clear();
  }

  void client(const Bytes& bytes) { send(Direction::to_server, bytes); }
  void server(const Bytes& bytes) { send(Direction::to_client, bytes); }
  void send(Direction direction, const Bytes& bytes, std::uint64_t missing = 0) {
    std::uint64_t& offset = offsets_.at(flow_).at(std::to_underlying(direction));
    offset += missing;
    now_ = now_ + std::chrono::seconds(1);
    tcp_->begin_packet();
    tcp_->observe({.flow = FlowId{flow_},
                   .direction = direction,
                   .begin = offset,
                   .after_gap = missing > 0,
                   .bytes = bytes},
                  nat_traversal_, now_);
    offset += bytes.size();
    for (ByteView message = tcp_->next(); !message.empty(); message = tcp_->next())
      messages_.push_back(copy(message));
    anomalies_ = tcp_->anomalies();
  }

  std::uint64_t flow_ = 1;
  bool nat_traversal_ = true;
  std::vector<Bytes> messages_;
  ipsec::AnomalySet anomalies_;
  std::optional<TcpMessages> tcp_;
  Timestamp now_ = Timestamp::from_parts(1'700'000'000, 0);

 private:
  std::array<std::array<std::uint64_t, 2>, 200> offsets_{};  // by flow and direction
};

const Bytes kFirst = filler(40, 1), kSecond = filler(9, 2), kThird = filler(300, 3);

TEST_F(TcpConnection, MessagesOfBothSidesAreCutOutBehindThePrefix) {
  client(join({text("IKETCP"), framed(kFirst)}));
  server(join({framed(kSecond), framed(kThird)}));
  EXPECT_EQ(messages_, (std::vector<Bytes>{kFirst, kSecond, kThird}));
  EXPECT_TRUE(anomalies_.empty());
  EXPECT_TRUE(tcp_->carries(FlowId{1}, now_));
  EXPECT_FALSE(tcp_->carries(FlowId{2}, now_));
}

TEST_F(TcpConnection, EveryCutInTwoGivesTheSame) {
  const Bytes whole = join({text("IKETCP"), framed(kFirst), framed(kSecond)});
  for (std::size_t cut = 1; cut < whole.size(); ++cut) {
    start_anew({});
    client(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(cut)));
    client(Bytes(whole.begin() + static_cast<std::ptrdiff_t>(cut), whole.end()));
    EXPECT_EQ(messages_, (std::vector<Bytes>{kFirst, kSecond})) << cut;
  }
}

TEST_F(TcpConnection, AnotherProtocolTakesNoPlace) {
  nat_traversal_ = false;
  client(text("GET / HTTP/1.1"));
  EXPECT_EQ(tcp_->size(), 0U);
  EXPECT_TRUE(anomalies_.empty()) << "it never said that it was IPsec";
  client(join({text("IKETCP"), framed(kFirst)}));
  EXPECT_TRUE(messages_.empty()) << "the prefix stands first or nowhere";
}

TEST_F(TcpConnection, ThatOnlyBeganAsThePrefixIsForgotten) {
  nat_traversal_ = false;
  client(text("IK"));
  EXPECT_EQ(tcp_->size(), 1U);
  client(text("E!xx"));
  EXPECT_EQ(tcp_->size(), 0U);
  EXPECT_TRUE(anomalies_.empty());
}

TEST_F(TcpConnection, OnThePortOfNatTraversalAMissingPrefixIsTold) {
  client(text("xIKETCP"));
  EXPECT_TRUE(anomalies_.has(ipsec::Anomaly::tcp_no_prefix));
  client(framed(kFirst));
  EXPECT_TRUE(messages_.empty());
}

TEST_F(TcpConnection, AServerThatSpeaksFirstSpeaksSomethingElse) {
  server(Writer().u16(4).u16(7).take());
  client(text("IKE"));
  server(framed(kSecond));
  EXPECT_TRUE(messages_.empty());
  EXPECT_EQ(tcp_->size(), 0U);
}

TEST_F(TcpConnection, ABadLengthEndsTheConnection) {
  client(join({text("IKETCP"), framed(kFirst), bytes(0, 1)}));
  EXPECT_EQ(messages_.size(), 1U);
  EXPECT_TRUE(anomalies_.has(ipsec::Anomaly::tcp_bad_length));
  EXPECT_EQ(tcp_->size(), 0U);
}

TEST_F(TcpConnection, BehindAGapNothingIsGuessed) {
  for (const Direction direction : {Direction::to_server, Direction::to_client}) {
    start_anew({});
    client(join({text("IKETCP"), framed(kFirst)}));
    send(direction, framed(kSecond), 10);
    EXPECT_TRUE(anomalies_.has(ipsec::Anomaly::tcp_gap));
    client(framed(kThird));
    EXPECT_EQ(messages_, (std::vector<Bytes>{kFirst}));
    EXPECT_EQ(tcp_->size(), 0U);
    EXPECT_EQ(tcp_->held(), 0U);
  }
}

TEST_F(TcpConnection, BytesThatWereNotSeenAreAGap) {
  client(join({text("IKETCP"), framed(kFirst)}));
  flow_ = 2;
  send(Direction::to_server, text("IKETCP"), 1);
  EXPECT_EQ(tcp_->size(), 1U) << "not at the start of its connection";
}

TEST_F(TcpConnection, AllOfThemTogetherHoldSoMuchAndNoMore) {
  start_anew({.max_tcp_connections = 8, .max_tcp_held = 100'000});
  const Bytes cut = join({text("IKETCP"), Writer().u16(50'000).raw(filler(40'000)).take()});
  for (flow_ = 1; flow_ < 3; ++flow_) {
    client(cut);
    EXPECT_TRUE(anomalies_.empty());
  }
  EXPECT_EQ(tcp_->held(), 2U * 40'002U);
  client(cut);
  EXPECT_TRUE(anomalies_.has(ipsec::Anomaly::tcp_gap));
  EXPECT_EQ(tcp_->held(), 2U * 40'002U) << "what it held is given back";
  for (flow_ = 100; flow_ < 200; ++flow_) client(text("IKETCP"));
  EXPECT_EQ(tcp_->held(), 0U) << "so is what went with those that made room";
}

TEST_F(TcpConnection, AFloodOfBeginningsLeavesOneWithThePrefixAlone) {
  client(text("IKETCP"));
  for (flow_ = 2; flow_ < 102; ++flow_) client(text("I"));
  EXPECT_EQ(tcp_->size(), 4U);
  flow_ = 1;
  client(framed(kFirst));
  EXPECT_EQ(messages_, (std::vector<Bytes>{kFirst}));
}

TEST_F(TcpConnection, SoManyMessagesOfOneSegmentAreReadAndNoMore) {
  Bytes payload = text("IKETCP");
  const Bytes one = framed(bytes(1, 2, 3, 4));
  for (std::size_t i = 0; i <= TcpMessages::kMaxMessages; ++i)
    payload.insert(payload.end(), one.begin(), one.end());
  client(payload);
  EXPECT_EQ(messages_.size(), TcpMessages::kMaxMessages);
  EXPECT_EQ(tcp_->skipped(), 1U);
  EXPECT_TRUE(anomalies_.has(ipsec::Anomaly::tcp_too_many_messages));
}

}  // namespace
}  // namespace espial::sa
