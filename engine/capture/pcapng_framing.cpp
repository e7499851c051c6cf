#include "engine/capture/pcapng_framing.hpp"

#include <algorithm>
#include <bit>

namespace espial::capture {
namespace {

constexpr std::uint32_t kSectionHeader = 0x0a0d0d0a;  // the same in both byte orders
constexpr std::uint32_t kInterfaceDescription = 1;
constexpr std::uint32_t kPacket = 2;  // obsolete
constexpr std::uint32_t kSimplePacket = 3;
constexpr std::uint32_t kEnhancedPacket = 6;
constexpr std::uint32_t kByteOrderMagic = 0x1a2b3c4d;
constexpr std::uint16_t kMajorVersion = 1;

constexpr std::size_t kBlockHeaderSize = 8;   // type, total length
constexpr std::size_t kBlockTrailerSize = 4;  // total length again
constexpr std::size_t kOrderEnd = 12;         // of a section header: through the byte-order magic

constexpr std::uint16_t kEndOfOptions = 0;
constexpr std::uint16_t kTimeResolution = 9;
constexpr std::uint16_t kTimeOffset = 14;

constexpr std::size_t padded(std::size_t n) noexcept {
  return (n + 3) & ~std::size_t{3};
}

constexpr std::string_view kCutBlock = "block too short for its type";

}  // namespace

bool PcapngFraming::is_magic(ByteView first) noexcept {
  return first.size() >= 4 && read_be<std::uint32_t>(first) == kSectionHeader;
}

Frame PcapngFraming::next(ByteView unread) {
  if (unread.size() < kOrderEnd) return Frame::incomplete(kOrderEnd);  // no block is shorter
  const bool new_section = is_magic(unread);
  if (new_section) {
    const ByteView magic = unread.subspan(kBlockHeaderSize, 4);
    if (read_be<std::uint32_t>(magic) == kByteOrderMagic) {
      order_ = ByteOrder::big;
    } else if (std::byteswap(read_be<std::uint32_t>(magic)) == kByteOrderMagic) {
      order_ = ByteOrder::little;
    } else {
      return Frame::damaged("section header with byte-order magic", read_be<std::uint32_t>(magic));
    }
  } else if (!in_section_) {
    return Frame::damaged("block before any section header", read_be<std::uint32_t>(unread));
  }
  ByteReader in(unread);
  const auto type = read<std::uint32_t>(in, order_);
  const auto size = read<std::uint32_t>(in, order_);
  if (size < kBlockHeaderSize + kBlockTrailerSize || size % 4 != 0 || size > kMaxBlockSize) {
    return Frame::damaged("impossible block length", size);
  }
  if (unread.size() < size) return Frame::incomplete(size);
  const ByteView body = in.take(size - kBlockHeaderSize - kBlockTrailerSize);
  const auto again = read<std::uint32_t>(in, order_);
  if (again != size) return Frame::damaged("block length does not come again at its end", again);
  switch (type) {
    case kSectionHeader: return start_section(body, size);
    case kInterfaceDescription: return add_interface(body, size);
    case kSimplePacket: return read_simple_packet(body, size);
    case kPacket:
    case kEnhancedPacket: return read_packet(type, body, size);
    default: return Frame::nothing(size);  // an open registry: what is not ours is gone past
  }
}

Frame PcapngFraming::start_section(ByteView body, std::size_t size) {
  ByteReader in(body);
  in.skip(4);  // byte-order magic
  const auto major = read<std::uint16_t>(in, order_);
  in.skip(2 + 8);  // minor version; section length, which writers leave open
  if (!in.ok()) return Frame::damaged(kCutBlock, kSectionHeader);
  if (major != kMajorVersion) return Frame::damaged("unknown major version of pcapng", major);
  in_section_ = true;
  interfaces_.clear();
  return Frame::nothing(size);
}

Frame PcapngFraming::add_interface(ByteView body, std::size_t size) {
  ByteReader in(body);
  const auto link = read<std::uint16_t>(in, order_);
  in.skip(2);  // reserved
  const auto snap_length = read<std::uint32_t>(in, order_);
  if (!in.ok()) return Frame::damaged(kCutBlock, kInterfaceDescription);
  if (interfaces_.size() == kMaxInterfaces) {
    return Frame::damaged("too many interfaces in a section", kMaxInterfaces);
  }
  interfaces_.push_back(
      {.link = LinkType{link}, .snap_length = snap_length, .clock = read_clock(in)});
  return Frame::nothing(size);
}

/// Options that are malformed end the list: the defaults hold for what was not read.
PcapngClock PcapngFraming::read_clock(ByteReader options) const noexcept {
  std::uint8_t resolution = 6;
  std::int64_t offset = 0;
  while (options.remaining() >= 4) {  // each turn takes four bytes at least
    const auto code = read<std::uint16_t>(options, order_);
    const auto length = read<std::uint16_t>(options, order_);
    ByteReader value(options.take(length));
    options.skip(std::min(padded(length) - length, options.remaining()));
    if (!options.ok() || code == kEndOfOptions) break;
    if (code == kTimeResolution && length == 1) resolution = value.be<std::uint8_t>();
    if (code == kTimeOffset && length == 8) {
      offset = std::bit_cast<std::int64_t>(read<std::uint64_t>(value, order_));
    }
  }
  return PcapngClock(resolution, offset);
}

Frame PcapngFraming::read_packet(std::uint32_t type, ByteView body, std::size_t size) {
  ByteReader in(body);
  Captured captured{};
  if (type == kEnhancedPacket) {
    captured.interface = read<std::uint32_t>(in, order_);
  } else {
    captured.interface = read<std::uint16_t>(in, order_);
    in.skip(2);  // drops count
  }
  const auto high = read<std::uint32_t>(in, order_);
  const auto low = read<std::uint32_t>(in, order_);
  captured.captured = read<std::uint32_t>(in, order_);
  captured.original = read<std::uint32_t>(in, order_);
  if (!in.ok()) return Frame::damaged(kCutBlock, type);
  if (captured.interface >= interfaces_.size()) {
    return Frame::damaged("packet of an interface that is not described", captured.interface);
  }
  last_time_ = interfaces_[captured.interface].clock.to_time((std::uint64_t{high} << 32U) | low);
  return make_packet(captured, in, size);
}

Frame PcapngFraming::read_simple_packet(ByteView body, std::size_t size) {
  ByteReader in(body);
  const auto original = read<std::uint32_t>(in, order_);
  if (!in.ok()) return Frame::damaged(kCutBlock, kSimplePacket);
  if (interfaces_.empty()) return Frame::damaged("packet of an interface that is not described", 0);
  const std::uint32_t snap_length = interfaces_.front().snap_length;
  const std::uint32_t captured = snap_length == 0 ? original : std::min(original, snap_length);
  return make_packet({.interface = 0, .captured = captured, .original = original}, in, size);
}

Frame PcapngFraming::make_packet(const Captured& captured, ByteReader& in, std::size_t size) const {
  if (captured.captured > kMaxFrameSize) {
    return Frame::damaged("captured length over 262144", captured.captured);
  }
  const ByteView bytes = in.take(captured.captured);
  if (!in.ok()) return Frame::damaged("captured length over that of the block", captured.captured);
  return {.kind = Frame::Kind::packet,
          .link = interfaces_[captured.interface].link,
          .wire_length = std::max(captured.original, captured.captured),
          .size = size,
          .bytes = bytes,
          .time = last_time_,
          .what = {}};
}

}  // namespace espial::capture
