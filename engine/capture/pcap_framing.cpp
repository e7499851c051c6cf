#include "engine/capture/pcap_framing.hpp"

#include <algorithm>
#include <bit>

namespace espial::capture {
namespace {

constexpr std::size_t kFileHeaderSize = 24;
constexpr std::size_t kRecordHeaderSize = 16;
constexpr std::size_t kModifiedRecordHeaderSize = 24;  // and ifindex, protocol, packet type, pad
constexpr std::uint16_t kMajorVersion = 2;
constexpr std::uint32_t kMicrosecondMagic = 0xa1b2c3d4;
constexpr std::uint32_t kNanosecondMagic = 0xa1b23c4d;
constexpr std::uint32_t kModifiedMagic = 0xa1b2cd34;
constexpr std::uint32_t kLinkTypeMask = 0xffff;  // above it: length of the frame check sequence

}  // namespace

std::optional<PcapFraming> PcapFraming::from_magic(ByteView first) noexcept {
  for (const ByteOrder order : {ByteOrder::big, ByteOrder::little}) {
    ByteReader in(first);
    switch (read<std::uint32_t>(in, order)) {
      case kMicrosecondMagic: return PcapFraming(order, 1000, kRecordHeaderSize);
      case kNanosecondMagic: return PcapFraming(order, 1, kRecordHeaderSize);
      case kModifiedMagic: return PcapFraming(order, 1000, kModifiedRecordHeaderSize);
      default: break;  // not an enumeration: any other number is not pcap
    }
  }
  return std::nullopt;
}

Frame PcapFraming::read_file_header(ByteView unread) noexcept {
  if (unread.size() < kFileHeaderSize) return Frame::incomplete(kFileHeaderSize);
  ByteReader in(unread.first(kFileHeaderSize));
  in.skip(4);  // magic
  const auto major = read<std::uint16_t>(in, order_);
  in.skip(2 + 4 + 4 + 4);  // minor version, time zone, accuracy, snap length: all of no use
  const auto link = read<std::uint32_t>(in, order_);
  if (major != kMajorVersion) return Frame::damaged("unknown major version of pcap", major);
  link_ = LinkType{static_cast<std::uint16_t>(link & kLinkTypeMask)};
  header_read_ = true;
  return Frame::nothing(kFileHeaderSize);
}

Frame PcapFraming::next_record(ByteView unread) const noexcept {
  if (unread.size() < record_header_) return Frame::incomplete(record_header_);
  ByteReader in(unread);
  const auto seconds = read<std::uint32_t>(in, order_);
  const auto ticks = read<std::uint32_t>(in, order_);
  const auto captured = read<std::uint32_t>(in, order_);
  const auto original = read<std::uint32_t>(in, order_);
  if (captured > kMaxFrameSize) return Frame::damaged("captured length over 262144", captured);
  in.skip(record_header_ - kRecordHeaderSize);
  const std::size_t size = record_header_ + captured;
  if (unread.size() < size) return Frame::incomplete(size);
  return {.kind = Frame::Kind::packet,
          .link = link_,
          .wire_length = std::max(original, captured),
          .size = size,
          .bytes = in.take(captured),
          .time = Timestamp::from_parts(seconds, std::int64_t{ticks} * nanoseconds_per_tick_),
          .what = {}};
}

}  // namespace espial::capture
