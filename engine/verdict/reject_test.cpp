#include "engine/verdict/reject.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "tests/support/packets.hpp"

namespace espial::verdict {
namespace {

using decode::Packet;
using decode::Transport;
using test::Bytes;
using test::from_hex;

constexpr std::uint8_t kFin = 1, kSyn = 2, kRst = 4, kAck = 16;

std::unique_ptr<decode::DecodedFrame> decoded(ByteView packet) {
  auto frame = std::make_unique<decode::DecodedFrame>();
  decode::decode_ip(packet, decode::Checksums::verify, *frame);
  return frame;
}

class RejectTest : public testing::Test {
 protected:
  /// What `side` of `bytes` is told; null where nothing is. Reads it as its receiver would: all
  /// checksums are verified.
  const Packet* told(Bytes bytes, RejectSide side = RejectSide::source) {
    refused_ = std::move(bytes);
    const auto frame = decoded(refused_);
    if (!build_answer(frame->packets.back(), side, answer_)) return nullptr;
    read_ = decoded(answer_.bytes());
    const Packet& packet = read_->packets.at(0);
    EXPECT_TRUE(packet.events.empty()) << "checksums and lengths are right";
    EXPECT_EQ(packet.bytes.size(), answer_.size);
    return &packet;
  }

  Bytes refused_;
  Answer answer_;
  std::unique_ptr<decode::DecodedFrame> read_;
};

Bytes tcp4(test::Tcp tcp, std::string_view payload = {}) {
  tcp.source = 40000;
  tcp.destination = 4500;
  return test::ipv4({.protocol = 6}, test::tcp(tcp, as_bytes(payload)));
}

TEST_F(RejectTest, ASynIsAnsweredWithAResetThatAcknowledgesIt) {
  const Packet* const reset = told(tcp4({.sequence = 0xFFFFFFFF, .flags = kSyn}, "early"));
  ASSERT_NE(reset, nullptr);
  EXPECT_EQ(to_text(reset->source), "10.9.0.2");
  EXPECT_EQ(to_text(reset->destination), "10.9.0.1");
  EXPECT_EQ(reset->source_port, Port{4500});
  EXPECT_EQ(reset->destination_port, Port{40000});
  EXPECT_EQ(reset->tcp.flags, kRst | kAck);
  EXPECT_EQ(reset->tcp.sequence, 0U);
  EXPECT_EQ(reset->tcp.acknowledgment, 5U) << "the SYN and five bytes, across the wrap";
}

TEST_F(RejectTest, DataIsAnsweredAtTheNumberThatItsSenderWaitsFor) {
  const Packet* const reset =
      told(tcp4({.sequence = 100, .acknowledgment = 7000, .flags = kAck}, "forbidden"));
  ASSERT_NE(reset, nullptr);
  EXPECT_EQ(reset->tcp.flags, kRst);
  EXPECT_EQ(reset->tcp.sequence, 7000U);
}

TEST_F(RejectTest, TheReceiverIsToldInTheNameOfTheSender) {
  const Packet* const reset = told(
      tcp4({.sequence = 100, .acknowledgment = 7000, .flags = kAck}, "x"), RejectSide::destination);
  ASSERT_NE(reset, nullptr);
  EXPECT_EQ(to_text(reset->source), "10.9.0.1");
  EXPECT_EQ(reset->destination_port, Port{4500});
  EXPECT_EQ(reset->tcp.flags, kRst | kAck);
  EXPECT_EQ(reset->tcp.sequence, 100U) << "the next that it would have taken (RFC 5961)";
  EXPECT_EQ(reset->tcp.acknowledgment, 7000U);
}

TEST_F(RejectTest, OverIpv6Too) {
  const Bytes syn = test::ipv6(
      {.next_header = 6},
      test::tcp({.source = 1, .destination = 2, .sequence = 9, .flags = kSyn | kFin}, {}));
  const Packet* const reset = told(syn);
  ASSERT_NE(reset, nullptr);
  EXPECT_EQ(to_text(reset->source), "2001:db8::2");
  EXPECT_EQ(reset->tcp.acknowledgment, 11U);
}

TEST_F(RejectTest, TheRestIsToldThatItIsProhibited) {
  const Packet* const error =
      told(test::ipv4({}, test::udp({.source = 500, .destination = 500}, from_hex("0102"))));
  ASSERT_NE(error, nullptr);
  EXPECT_EQ(error->transport, Transport::icmp);
  EXPECT_EQ(error->icmp.type, 3);
  EXPECT_EQ(error->icmp.code, 13);
  EXPECT_EQ(to_text(error->destination), "10.9.0.1");
  EXPECT_TRUE(std::ranges::equal(error->icmp.quoted, refused_));

  const Packet* const of_esp = told(test::ipv6({.next_header = 50}, from_hex("0000000700000001")));
  ASSERT_NE(of_esp, nullptr);
  EXPECT_EQ(of_esp->transport, Transport::icmpv6);
  EXPECT_EQ(of_esp->icmp.type, 1);
  EXPECT_EQ(of_esp->icmp.code, 1);
  EXPECT_TRUE(std::ranges::equal(of_esp->icmp.quoted, refused_));
}

TEST_F(RejectTest, QuotesNoMoreThanEveryLinkCarries) {
  const Bytes long_payload(1400, std::byte{7});
  ASSERT_NE(told(test::ipv4({}, test::udp({}, long_payload))), nullptr);
  EXPECT_EQ(answer_.size, 576);
  ASSERT_NE(told(test::ipv6({}, test::udp({}, long_payload))), nullptr);
  EXPECT_EQ(answer_.size, 1280);
}

TEST_F(RejectTest, SomePacketsMustNotBeAnswered) {
  const auto udp = [](test::Ipv4 ip) { return test::ipv4(ip, test::udp({}, from_hex("00"))); };
  EXPECT_EQ(told(tcp4({.flags = kRst})), nullptr) << "a reset for a reset";
  EXPECT_EQ(told(test::ipv4({.protocol = 1}, test::icmp(3, 3, 0, refused_))), nullptr);
  EXPECT_EQ(told(test::ipv4({.protocol = 1}, test::icmp(5, 0, 0, refused_))), nullptr);
  EXPECT_EQ(told(udp({.destination = "224.0.0.1"})), nullptr);
  EXPECT_EQ(told(udp({.destination = "255.255.255.255"})), nullptr);
  EXPECT_EQ(told(udp({.source = "0.0.0.0"})), nullptr);
  EXPECT_EQ(told(udp({.source = "127.0.0.1"})), nullptr);
  EXPECT_EQ(told(test::ipv4({.offset = 8}, from_hex("0001020304050607"))), nullptr);
  EXPECT_EQ(told(test::ipv6({.destination = "ff02::1"}, test::udp({}, {}))), nullptr);
  EXPECT_EQ(told(test::ipv6({.source = "::"}, test::udp({}, {}))), nullptr);
  EXPECT_EQ(told(udp({}), RejectSide::destination), nullptr) << "an error tells a sender";
  EXPECT_EQ(told(test::ipv4({.protocol = 4}, udp({}))), nullptr) << "inside of a tunnel";
  EXPECT_NE(told(test::ipv4({.protocol = 1}, test::icmp(8, 0, 0, {}))), nullptr) << "an echo may";
}

TEST(Rejects, TellWhomTheRuleSays) {
  const Bytes bytes = tcp4({.flags = kAck});
  const auto frame = decoded(bytes);
  Rejects rejects(10);
  EXPECT_EQ(rejects.reject(frame->packets[0], rules::RejectTo::both, Timestamp{}).built, 2);
  ASSERT_EQ(rejects.waiting().size(), 2U);
  EXPECT_TRUE(
      std::ranges::equal(rejects.waiting()[0].bytes().subspan(12, 4), from_hex("0a090002")));
  EXPECT_TRUE(
      std::ranges::equal(rejects.waiting()[1].bytes().subspan(12, 4), from_hex("0a090001")));
  rejects.clear();
  EXPECT_EQ(rejects.reject(frame->packets[0], rules::RejectTo::destination, Timestamp{}).built, 1);
  EXPECT_TRUE(
      std::ranges::equal(rejects.waiting()[0].bytes().subspan(12, 4), from_hex("0a090001")));
}

TEST(Rejects, AFloodIsAnsweredAtTheRate) {
  const Bytes bytes = tcp4({.flags = kSyn});
  const auto frame = decoded(bytes);
  Rejects rejects(3);
  Timestamp now = Timestamp::from_parts(1000, 0);
  const auto send_many = [&] {
    unsigned built = 0;
    for (int i = 0; i < 100; ++i) {
      built += rejects.reject(frame->packets[0], rules::RejectTo::source, now).built;
      rejects.clear();
    }
    return built;
  };
  EXPECT_EQ(send_many(), 3U);
  now = now + std::chrono::milliseconds(999);
  EXPECT_EQ(send_many(), 0U);
  now = now + std::chrono::milliseconds(1);
  EXPECT_EQ(send_many(), 3U);
}

TEST(Rejects, WithoutARateNothingIsAnswered) {
  const Bytes bytes = tcp4({.flags = kSyn});
  const auto frame = decoded(bytes);
  Rejects rejects(0);
  EXPECT_EQ(rejects.reject(frame->packets[0], rules::RejectTo::both, Timestamp{}).limited, 2);
  EXPECT_TRUE(rejects.waiting().empty());
}

}  // namespace
}  // namespace espial::verdict
