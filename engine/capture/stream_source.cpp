#include "engine/capture/stream_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/hex.hpp"
#include "engine/capture/decompress.hpp"

namespace espial::capture {
namespace {

constexpr std::size_t kMagicSize = 4;
constexpr std::array<std::uint32_t, 9> kMagics{0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d,
                                               0x4d3cb2a1, 0xa1b2cd34, 0x34cdb2a1,
                                               0x0a0d0d0a, 0x1f8b0800, 0x28b52ffd};

/// Fewer bytes than a magic number: could they be the start of one?
bool may_become_capture(ByteView first) {
  return std::ranges::any_of(kMagics, [first](std::uint32_t magic) {
    const unsigned missing_bits = 8U * static_cast<unsigned>(kMagicSize - first.size());
    std::uint32_t seen = 0;
    for (const std::byte b : first) seen = (seen << 8U) | std::to_integer<std::uint32_t>(b);
    return first.empty() || seen == magic >> missing_bits;
  });
}

}  // namespace

StreamSource::StreamSource(StreamWindow window, Framing framing, std::string name)
    : window_(std::move(window)), framing_(std::move(framing)), name_(std::move(name)) {}

std::optional<StreamSource::Framing> StreamSource::detect_framing(ByteView first) {
  if (PcapngFraming::is_magic(first)) return PcapngFraming();
  if (const auto pcap = PcapFraming::from_magic(first)) return *pcap;
  return std::nullopt;
}

std::expected<std::unique_ptr<StreamSource>, SystemError> StreamSource::open(
    std::unique_ptr<ByteInput> input, std::string name) {
  StreamWindow window(decompress(std::move(input)));
  const bool whole_magic = window.fill(kMagicSize);
  std::optional<Framing> framing = detect_framing(window.unread());
  // Too short to tell: an empty or cut file is a damaged capture, and says so when it is read.
  if (!whole_magic && may_become_capture(window.unread())) framing = PcapngFraming();
  if (!framing) {
    return std::unexpected(SystemError{
        .what = fmt::format(
            "{} is not a capture: it starts with {}", name,
            to_hex(window.unread().first(std::min(kMagicSize, window.unread().size())))),
        .advice = "Captures are pcap or pcapng files, plain or packed with gzip or zstd."});
  }
  return std::unique_ptr<StreamSource>(
      new StreamSource(  // NOLINT(cppcoreguidelines-owning-memory): the constructor is private
          std::move(window), std::move(*framing), std::move(name)));
}

std::expected<PacketSource::Received, SystemError> StreamSource::receive(std::span<RawPacket> into,
                                                                         Duration /*wait*/) {
  if (ended_) return Received{.end = true};
  return std::visit([&](auto& framing) { return read_batch(framing, into); }, framing_);
}

template <class F>
PacketSource::Received StreamSource::read_batch(F& framing, std::span<RawPacket> into) {
  Received received;
  while (received.count < into.size() && !ended_) {
    const Frame frame = framing.next(window_.unread());
    switch (frame.kind) {
      case Frame::Kind::packet:
        into[received.count++] = to_packet(frame);
        window_.consume(frame.size);
        break;
      case Frame::Kind::nothing: window_.consume(frame.size); break;
      case Frame::Kind::incomplete:
        // fill() would move the bytes that packets of this batch are views of.
        if (received.count > 0) return received;
        if (!window_.fill(frame.size)) end_inside(frame.size);
        break;
      case Frame::Kind::damaged: end_damaged(fmt::format("{}: {}", frame.what, frame.value)); break;
    }
  }
  received.end = ended_;
  return received;
}

RawPacket StreamSource::to_packet(const Frame& frame) noexcept {
  ++stats_.packets;
  stats_.bytes += frame.bytes.size();
  return {.bytes = frame.bytes,
          .time = frame.time,
          .link = frame.link,
          .wire_length = frame.wire_length,
          .number = PacketNumber{stats_.packets}};
}

/// The input ended or failed before the record at hand was whole. At the edge of a record an end is
/// no damage, but for the first: each capture has a header.
void StreamSource::end_inside(std::size_t needed) {
  const std::size_t left = window_.unread().size();
  if (!window_.fault().empty()) {
    end_damaged(window_.fault());
  } else if (left > 0) {
    end_damaged(fmt::format("ends in mid-record: {} bytes of at least {}", left, needed));
  } else if (window_.offset() == 0) {
    end_damaged("empty");
  }
  ended_ = true;
}

void StreamSource::end_damaged(std::string what) {
  damage_ = Damage{.file = name_, .offset = window_.offset(), .what = std::move(what)};
  ended_ = true;
}

Progress StreamSource::progress() const {
  return {.done = window_.input().consumed(), .total = window_.input().total()};
}

}  // namespace espial::capture
