#include "engine/sa/tcp_messages.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>

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
  TcpConnection() { tcp_.emplace(Limits{.max_tcp_connections = 4}, SipKey{1, 2}); }
  void client(std::uint32_t sequence, const Bytes& payload, std::uint8_t flags = kAck) {
    send({.source = 30000, .destination = port_, .sequence = sequence, .flags = flags}, payload,
         "10.0.0.1", "10.0.0.2");
  }
  void server(std::uint32_t sequence, const Bytes& payload, std::uint8_t flags = kAck) {
    send({.source = port_,
          .destination = 30000,
          .sequence = sequence,
          .acknowledgment = acknowledged_,
          .flags = flags},
         payload, "10.0.0.2", "10.0.0.1");
  }
  void handshake() {
    client(kClientFirst - 1, {}, kSyn);
    server(kServerFirst - 1, {}, kSyn | kAck);
  }

  std::uint16_t port_ = 4500;
  std::vector<Bytes> messages_;
  std::uint32_t acknowledged_ = kClientFirst;
  ipsec::AnomalySet anomalies_;
  bool damaged_ = false;
  std::optional<TcpMessages> tcp_;

 private:
  void send(const Tcp& header, const Bytes& payload, std::string_view from, std::string_view to) {
    const Bytes packet =
        ipv4({.source = from, .destination = to, .protocol = 6}, tcp(header, payload));
    decode::decode(LinkType::raw_ip, packet, decode::Checksums::ignore, *frame_);
    decode::Packet& seen = frame_->packets.at(0);
    if (damaged_) seen.events.add(decode::Event::tcp_csum_invalid);
    now_ = now_ + std::chrono::seconds(1);
    tcp_->observe(seen, flow::make_key(seen, frame_->link, std::nullopt, 0), now_);
    for (ByteView message = tcp_->next(); !message.empty(); message = tcp_->next())
      messages_.push_back(copy(message));
    anomalies_ = tcp_->anomalies();
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
      tcp_.emplace(Limits{}, SipKey{1, 2});
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
  EXPECT_EQ(tcp_->size(), 0U);
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
  EXPECT_EQ(tcp_->size(), 1U);
  client(kClientFirst, text("GET / HTTP/1.1"));
  EXPECT_EQ(tcp_->size(), 0U);
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
  EXPECT_EQ(tcp_->size(), 0U);
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
  EXPECT_EQ(tcp_->size(), 0U);
}

TEST_F(TcpConnection, AResetForgetsIt) {
  handshake();
  client(kClientFirst, text("IKETCP"));
  client(kClientFirst + 6, {}, kRst);
  EXPECT_EQ(tcp_->size(), 0U);
}

TEST_F(TcpConnection, AResetThatIsNotAtTheNextByteIsNone) {
  handshake();
  client(kClientFirst, text("IKETCP"));
  client(kClientFirst + 5, {}, kRst);
  client(kClientFirst + 76'000, {}, kRst | kAck);
  server(kServerFirst + 1, {}, kRst);
  client(kClientFirst + 6, framed(kFirst));
  EXPECT_EQ(messages_, (std::vector<Bytes>{kFirst}));
}

TEST_F(TcpConnection, ADamagedSegmentKeepsNoPlace) {
  handshake();
  damaged_ = true;
  client(kClientFirst, join({text("IKETCP"), framed(kSecond)}));
  damaged_ = false;
  client(kClientFirst, join({text("IKETCP"), framed(kFirst)}));
  EXPECT_EQ(messages_, (std::vector<Bytes>{kFirst}));
}

TEST_F(TcpConnection, OneThatIsFarAheadBlindsNobody) {
  handshake();
  client(kClientFirst, text("IKETCP"));
  client(kClientFirst + 300'000, bytes(1));
  client(kClientFirst + (1U << 31U) - 1, filler(1000));
  client(kClientFirst + 6, framed(kFirst));
  EXPECT_EQ(messages_, (std::vector<Bytes>{kFirst}));
}

TEST_F(TcpConnection, ThatHoldsTooMuchIsGivenUpAndSaysSo) {
  for (const bool of_server : {false, true}) {
    tcp_.emplace(Limits{}, SipKey{1, 2});
    handshake();
    client(kClientFirst, text("IKETCP"));
    for (std::uint32_t i = 0; i < 5 && tcp_->size() == 1; ++i) {
      if (of_server) server(kServerFirst + 1 + 60'000 * i, filler(60'000));
      if (!of_server) client(kClientFirst + 7 + 60'000 * i, filler(60'000));
    }
    EXPECT_TRUE(anomalies_.has(ipsec::Anomaly::tcp_gap));
    EXPECT_EQ(tcp_->size(), 0U);
    EXPECT_EQ(tcp_->held(), 0U);
  }
}

TEST_F(TcpConnection, AllOfThemTogetherHoldSoMuchAndNoMore) {
  tcp_.emplace(Limits{.max_tcp_connections = 8, .max_tcp_held = 100'000}, SipKey{1, 2});
  for (port_ = 5000; port_ < 5002; ++port_) {
    client(kClientFirst, text("IKETCP"));
    client(kClientFirst + 7, filler(40'000));
    EXPECT_TRUE(anomalies_.empty());
  }
  EXPECT_EQ(tcp_->held(), 80'000U);
  client(kClientFirst, text("IKETCP"));
  client(kClientFirst + 7, filler(40'000));
  EXPECT_TRUE(anomalies_.has(ipsec::Anomaly::tcp_gap));
  EXPECT_EQ(tcp_->held(), 80'000U) << "what it held is given back";
  for (port_ = 6000; port_ < 6100; ++port_) client(kClientFirst, text("IKETCP"));
  EXPECT_EQ(tcp_->held(), 0U) << "so is what went with those that made room";
}

TEST_F(TcpConnection, TheSamePortsMayConnectAgain) {
  handshake();
  const Bytes payload = join({text("IKETCP"), framed(kFirst)});
  client(kClientFirst, payload);
  const auto end = kClientFirst + static_cast<std::uint32_t>(payload.size());
  client(500, {}, kSyn);
  client(end, framed(kSecond), kAck | 1);
  EXPECT_EQ(messages_, (std::vector<Bytes>{kFirst, kSecond})) << "a SYN in its middle is none";
  client(500, {}, kSyn);
  client(501, join({text("IKETCP"), framed(kThird)}));
  EXPECT_EQ(messages_, (std::vector<Bytes>{kFirst, kSecond, kThird}));
}

TEST_F(TcpConnection, TheSynThatIsAnsweredIsTheOne) {
  client(77, {}, kSyn);  // never arrives
  client(kClientFirst - 1, {}, kSyn);
  server(kServerFirst - 1, {}, kSyn | kAck);
  client(kClientFirst, join({text("IKETCP"), framed(kFirst)}));
  EXPECT_EQ(messages_, (std::vector<Bytes>{kFirst}));
  tcp_.emplace(Limits{}, SipKey{1, 2});
  client(kClientFirst - 1, {}, kSyn);
  client(77, {}, kSyn);  // never arrives
  server(kServerFirst - 1, {}, kSyn | kAck);
  client(kClientFirst, join({text("IKETCP"), framed(kSecond)}));
  EXPECT_EQ(messages_, (std::vector<Bytes>{kFirst, kSecond}));
}

TEST_F(TcpConnection, AFloodOfSynsLeavesAConnectionWithThePrefixAlone) {
  handshake();
  client(kClientFirst, text("IKETCP"));
  const std::uint16_t own = port_;
  for (port_ = 5000; port_ < 5100; ++port_) client(kClientFirst - 1, {}, kSyn);
  port_ = own;
  EXPECT_EQ(tcp_->size(), 4U);
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
  EXPECT_EQ(tcp_->skipped(), 1U);
  EXPECT_TRUE(anomalies_.has(ipsec::Anomaly::tcp_too_many_messages));
}

}  // namespace
}  // namespace espial::sa
