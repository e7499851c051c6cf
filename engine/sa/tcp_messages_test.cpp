#include "engine/sa/tcp_messages.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "tests/support/packets.hpp"

namespace espial::sa {
namespace {

using namespace espial::test;  // builders of packets

constexpr std::uint8_t kSyn = 0x02, kAck = 0x10, kRst = 0x04;
constexpr std::uint32_t kClientFirst = 1000, kServerFirst = 9000;

Bytes framed(const Bytes& message) {
  return Writer().u16(message.size() + 2).raw(message).take();
}

/// A connection from 10.0.0.1 to 10.0.0.2, and what its messages are.
class TcpConnection : public testing::Test {
 protected:
  void client(std::uint32_t sequence, const Bytes& payload, std::uint8_t flags = kAck) {
    send({.source = 30000, .destination = port_, .sequence = sequence, .flags = flags}, payload,
         "10.0.0.1", "10.0.0.2");
  }
  void server(std::uint32_t sequence, const Bytes& payload, std::uint8_t flags = kAck) {
    send({.source = port_, .destination = 30000, .sequence = sequence, .flags = flags}, payload,
         "10.0.0.2", "10.0.0.1");
  }
  void handshake() {
    client(kClientFirst - 1, {}, kSyn);
    server(kServerFirst - 1, {}, kSyn | kAck);
  }

  std::uint16_t port_ = 4500;
  std::vector<Bytes> messages_;
  ipsec::AnomalySet anomalies_;
  TcpMessages tcp_{Limits{.max_tcp_connections = 4}, {1, 2}};

 private:
  void send(const Tcp& header, const Bytes& payload, std::string_view from, std::string_view to) {
    const Bytes packet =
        ipv4({.source = from, .destination = to, .protocol = 6}, tcp(header, payload));
    decode::decode(LinkType::raw_ip, packet, decode::Checksums::ignore, *frame_);
    const decode::Packet& seen = frame_->packets.at(0);
    now_ = now_ + std::chrono::seconds(1);
    tcp_.observe(seen, flow::make_key(seen, frame_->link, std::nullopt, 0), now_);
    for (ByteView message = tcp_.next(); !message.empty(); message = tcp_.next())
      messages_.push_back(copy(message));
    anomalies_ = tcp_.anomalies();
  }
  Timestamp now_ = Timestamp::from_parts(1'700'000'000, 0);
  std::unique_ptr<decode::DecodedFrame> frame_ = std::make_unique<decode::DecodedFrame>();
};

const Bytes kFirst = filler(40, 1), kSecond = filler(9, 2), kThird = filler(300, 3);

TEST_F(TcpConnection, MessagesOfBothSidesAreCutOutBehindThePrefix) {
  handshake();
  client(kClientFirst, join({text("IKETCP"), framed(kFirst)}));
  server(kServerFirst, join({framed(kSecond), framed(kThird)}));
  EXPECT_EQ(messages_, (std::vector<Bytes>{kFirst, kSecond, kThird}));
  EXPECT_TRUE(anomalies_.empty());
}

TEST_F(TcpConnection, EveryCutInTwoAndEitherOrderGivesTheSame) {
  const Bytes whole = join({text("IKETCP"), framed(kFirst), framed(kSecond)});
  for (std::size_t cut = 1; cut < whole.size(); ++cut) {
    for (const bool swapped : {false, true}) {
      tcp_ = TcpMessages{Limits{}, {1, 2}};
      messages_.clear();
      handshake();
      const Bytes head(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(cut));
      const Bytes tail(whole.begin() + static_cast<std::ptrdiff_t>(cut), whole.end());
      const auto later = kClientFirst + static_cast<std::uint32_t>(cut);
      if (swapped) client(later, tail);
      client(kClientFirst, head);
      if (!swapped) client(later, tail);
      EXPECT_EQ(messages_, (std::vector<Bytes>{kFirst, kSecond})) << cut << " " << swapped;
    }
  }
}

TEST_F(TcpConnection, WithoutAHandshakeThePrefixOpensIt) {
  client(kClientFirst, join({text("IKETCP"), framed(kFirst)}));
  server(kServerFirst, framed(kSecond));
  EXPECT_EQ(messages_, (std::vector<Bytes>{kFirst, kSecond}));
}

TEST_F(TcpConnection, MidstreamNothingIsGuessed) {
  client(kClientFirst, framed(kFirst));
  server(kServerFirst, framed(kSecond));
  EXPECT_TRUE(messages_.empty());
  EXPECT_EQ(tcp_.size(), 0U);
}

TEST_F(TcpConnection, AnyPortWillDo) {
  port_ = 443;
  handshake();
  client(kClientFirst, join({text("IKETCP"), framed(kFirst)}));
  EXPECT_EQ(messages_, (std::vector<Bytes>{kFirst}));
}

TEST_F(TcpConnection, AnotherProtocolIsForgottenWithItsFirstBytes) {
  port_ = 80;
  handshake();
  EXPECT_EQ(tcp_.size(), 1U);
  client(kClientFirst, text("GET / HTTP/1.1"));
  EXPECT_EQ(tcp_.size(), 0U);
  EXPECT_TRUE(anomalies_.empty()) << "it never said that it was IPsec";
}

TEST_F(TcpConnection, OnThePortOfNatTraversalAMissingPrefixIsTold) {
  handshake();
  client(kClientFirst, text("xIKETCP"));
  EXPECT_TRUE(anomalies_.has(ipsec::Anomaly::tcp_no_prefix));
  client(kClientFirst + 7, framed(kFirst));
  EXPECT_TRUE(messages_.empty());
}

TEST_F(TcpConnection, AServerThatSpeaksFirstSpeaksSomethingElse) {
  port_ = 22;
  handshake();
  server(kServerFirst, Writer().u16(4).u16(7).take());
  EXPECT_TRUE(messages_.empty());
  EXPECT_EQ(tcp_.size(), 0U);
}

TEST_F(TcpConnection, ARetransmittedSegmentIsNotReadAgain) {
  handshake();
  const Bytes payload = join({text("IKETCP"), framed(kFirst)});
  client(kClientFirst, payload);
  client(kClientFirst, payload);
  EXPECT_EQ(messages_.size(), 1U);
}

TEST_F(TcpConnection, ABadLengthEndsTheConnection) {
  handshake();
  client(kClientFirst, join({text("IKETCP"), framed(kFirst), bytes(0, 1)}));
  EXPECT_EQ(messages_.size(), 1U);
  EXPECT_TRUE(anomalies_.has(ipsec::Anomaly::tcp_bad_length));
  EXPECT_EQ(tcp_.size(), 0U);
}

TEST_F(TcpConnection, AResetForgetsIt) {
  handshake();
  client(kClientFirst, text("IKETCP"), kRst);
  EXPECT_EQ(tcp_.size(), 0U);
}

TEST_F(TcpConnection, AFloodOfSynsLeavesAConnectionWithThePrefixAlone) {
  handshake();
  client(kClientFirst, text("IKETCP"));
  const std::uint16_t own = port_;
  for (port_ = 5000; port_ < 5100; ++port_) client(kClientFirst - 1, {}, kSyn);
  port_ = own;
  EXPECT_EQ(tcp_.size(), 4U);
  client(kClientFirst + 6, framed(kFirst));
  EXPECT_EQ(messages_, (std::vector<Bytes>{kFirst}));
}

TEST_F(TcpConnection, SoManyMessagesOfOneSegmentAreReadAndNoMore) {
  handshake();
  Bytes payload = text("IKETCP");
  const Bytes one = framed(bytes(1, 2, 3, 4));
  for (std::size_t i = 0; i <= TcpMessages::kMaxMessages; ++i)
    payload.insert(payload.end(), one.begin(), one.end());
  client(kClientFirst, payload);
  EXPECT_EQ(messages_.size(), TcpMessages::kMaxMessages);
  EXPECT_EQ(tcp_.skipped(), 1U);
}

}  // namespace
}  // namespace espial::sa
