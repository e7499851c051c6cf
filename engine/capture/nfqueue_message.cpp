#include "engine/capture/nfqueue_message.hpp"

#include <libmnl/libmnl.h>
#include <libnetfilter_queue/libnetfilter_queue.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>

#include <array>

namespace espial::capture {
namespace {

constexpr unsigned kPacketType = (NFNL_SUBSYS_QUEUE << 8U) | NFQNL_MSG_PACKET;

ByteView value_of(const nlattr* attribute) noexcept {
  if (attribute == nullptr) return {};
  return {static_cast<const std::byte*>(mnl_attr_get_payload(attribute)),
          mnl_attr_get_payload_len(attribute)};
}

std::uint32_t number_in(const nlattr* attribute) noexcept {
  return read_be<std::uint32_t>(value_of(attribute));
}

/// Absent for packets that came without a receive time, as locally made ones.
Timestamp time_in(const nlattr* attribute, Timestamp now) noexcept {
  if (attribute == nullptr) return now;
  ByteReader in(value_of(attribute));
  const auto seconds = in.be<std::uint64_t>();
  const auto microseconds = in.be<std::uint64_t>();
  if (!in.ok()) return now;
  return Timestamp::from_parts(static_cast<std::int64_t>(seconds),
                               static_cast<std::int64_t>(microseconds) * 1000);
}

/// Only a packet that came from outside and that nobody has verified says NOTVERIFIED.
ChecksumState checksums_in(std::uint32_t flags) noexcept {
  const bool unknown =
      (flags & NFQA_SKB_CSUMNOTREADY) == 0 && (flags & NFQA_SKB_CSUM_NOTVERIFIED) != 0;
  return unknown ? ChecksumState::unknown : ChecksumState::not_filled_in;
}

bool is_packet(const nlmsghdr& message) noexcept {
  return message.nlmsg_type == kPacketType;
}

}  // namespace

std::optional<RawPacket> parse_packet_message(const nlmsghdr& message, Timestamp now) noexcept {
  std::array<nlattr*, NFQA_MAX + 1> attributes{};
  if (!is_packet(message) || message.nlmsg_len < NLMSG_LENGTH(sizeof(nfgenmsg)) ||
      nfq_nlmsg_parse(&message, attributes.data()) < 0) {
    return std::nullopt;
  }
  if (attributes[NFQA_PACKET_HDR] == nullptr || attributes[NFQA_PAYLOAD] == nullptr) {
    return std::nullopt;
  }
  const ByteView bytes = value_of(attributes[NFQA_PAYLOAD]);
  const std::uint32_t flags = number_in(attributes[NFQA_SKB_INFO]);
  const std::uint32_t cut_from = number_in(attributes[NFQA_CAP_LEN]);  // only when the copy was cut
  return RawPacket{
      .bytes = bytes,
      .time = time_in(attributes[NFQA_TIMESTAMP], now),
      .link = LinkType::raw_ip,
      .wire_length = cut_from != 0 ? cut_from : static_cast<std::uint32_t>(bytes.size()),
      .checksums = checksums_in(flags),
      .unsegmented = (flags & NFQA_SKB_GSO) != 0,
      .number = PacketNumber{},
      .id = number_in(attributes[NFQA_PACKET_HDR])};
}

}  // namespace espial::capture
