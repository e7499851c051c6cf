#include "engine/capture/nfqueue_message.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>

#include <array>
#include <bit>

#include "tests/support/captures.hpp"

namespace espial::capture {
namespace {

const Timestamp kNow = Timestamp::from_parts(1000, 1);

/// A message as the kernel writes it.
class PacketMessage {
 public:
  explicit PacketMessage(std::uint16_t type = (NFNL_SUBSYS_QUEUE << 8U) | NFQNL_MSG_PACKET)
      : message_(mnl_nlmsg_put_header(buffer_.data())) {
    message_->nlmsg_type = type;
    mnl_nlmsg_put_extra_header(message_, sizeof(nfgenmsg));
  }
  PacketMessage& id(std::uint32_t id) {
    const nfqnl_msg_packet_hdr header{.packet_id = htonl(id), .hw_protocol = 0, .hook = 0};
    return put(NFQA_PACKET_HDR, std::as_bytes(std::span(&header, 1)));
  }
  PacketMessage& put(std::uint16_t type, ByteView value) {
    mnl_attr_put(message_, type, value.size(), value.data());
    return *this;
  }
  PacketMessage& number(std::uint16_t type, std::uint32_t value) {
    mnl_attr_put_u32(message_, type, htonl(value));
    return *this;
  }
  [[nodiscard]] nlmsghdr& get() { return *message_; }

 private:
  alignas(8) std::array<char, 2048> buffer_{};
  nlmsghdr* message_;
};

TEST(NfqueueMessage, GivesThePacketWhereItLies) {
  const auto bytes = tests::pattern(33, 1);
  PacketMessage message;
  message.id(0xfffffff0).put(NFQA_PAYLOAD, bytes);
  const auto packet = parse_packet_message(message.get(), kNow);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->id, 0xfffffff0U);
  EXPECT_TRUE(equal(packet->bytes, bytes));
  EXPECT_TRUE(contains(std::as_bytes(std::span(&message, 1)), packet->bytes));
  EXPECT_EQ(packet->wire_length, 33U);
  EXPECT_EQ(packet->link, LinkType::raw_ip);
  EXPECT_EQ(packet->time, kNow) << "no time in the message";
  EXPECT_FALSE(packet->unsegmented);
}

TEST(NfqueueMessage, ReadsTheReceiveTime) {
  const std::array<std::uint64_t, 2> time{std::byteswap(std::uint64_t{7}),
                                          std::byteswap(std::uint64_t{9})};
  PacketMessage message;
  message.id(1).put(NFQA_PAYLOAD, {}).put(NFQA_TIMESTAMP, std::as_bytes(std::span(time)));
  EXPECT_EQ(parse_packet_message(message.get(), kNow)->time, Timestamp::from_parts(7, 9000));
}

TEST(NfqueueMessage, ReadsWhatTheKernelSaysOfChecksumsAndSegments) {
  const auto with = [](std::uint32_t flags) {
    PacketMessage message;
    message.id(1).put(NFQA_PAYLOAD, {});
    if (flags != 0) message.number(NFQA_SKB_INFO, flags);
    return *parse_packet_message(message.get(), kNow);
  };
  EXPECT_EQ(with(0).checksums, ChecksumState::not_filled_in) << "the kernel has verified them";
  EXPECT_EQ(with(NFQA_SKB_CSUM_NOTVERIFIED).checksums, ChecksumState::unknown);
  EXPECT_EQ(with(NFQA_SKB_CSUMNOTREADY).checksums, ChecksumState::not_filled_in);
  EXPECT_EQ(with(NFQA_SKB_CSUMNOTREADY | NFQA_SKB_CSUM_NOTVERIFIED).checksums,
            ChecksumState::not_filled_in);
  EXPECT_TRUE(with(NFQA_SKB_GSO).unsegmented);
}

TEST(NfqueueMessage, TellsTheLengthOfACutPacket) {
  PacketMessage message;
  message.id(1).put(NFQA_PAYLOAD, tests::pattern(20, 1)).number(NFQA_CAP_LEN, 1400);
  EXPECT_EQ(parse_packet_message(message.get(), kNow)->wire_length, 1400U);
}

TEST(NfqueueMessage, RefusesWhatIsNoPacket) {
  EXPECT_FALSE(parse_packet_message(PacketMessage().get(), kNow));
  EXPECT_FALSE(parse_packet_message(PacketMessage().id(1).get(), kNow)) << "no payload";
  EXPECT_FALSE(parse_packet_message(PacketMessage().put(NFQA_PAYLOAD, {}).get(), kNow)) << "no id";
  PacketMessage answer(NLMSG_ERROR);
  answer.id(1).put(NFQA_PAYLOAD, {});
  EXPECT_FALSE(parse_packet_message(answer.get(), kNow));
  PacketMessage cut;
  cut.get().nlmsg_len = NLMSG_HDRLEN;
  EXPECT_FALSE(parse_packet_message(cut.get(), kNow));
}

}  // namespace
}  // namespace espial::capture
