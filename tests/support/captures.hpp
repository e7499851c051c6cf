#pragma once
#include <algorithm>
#include <array>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/bytes.hpp"
#include "engine/capture/byte_input.hpp"
#include "engine/capture/frame.hpp"
#include "engine/capture/source.hpp"

/// Capture files made in memory, and the reading of whole sources: for tests and fuzz targets.
namespace espial::tests {

using Bytes = std::vector<std::byte>;

/// Appends numbers in one byte order.
class ImageWriter {
 public:
  explicit ImageWriter(capture::ByteOrder order) : order_(order) {}

  template <std::unsigned_integral T>
  ImageWriter& put(T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      const std::size_t place = order_ == capture::ByteOrder::little ? i : sizeof(T) - 1 - i;
      bytes_.push_back(static_cast<std::byte>(std::uint64_t{value} >> (8 * place)));
    }
    return *this;
  }
  ImageWriter& put(ByteView bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return *this;
  }
  ImageWriter& pad_to(std::size_t multiple) {
    while (bytes_.size() % multiple != 0) bytes_.push_back(std::byte{0});
    return *this;
  }
  [[nodiscard]] const Bytes& bytes() const { return bytes_; }
  [[nodiscard]] capture::ByteOrder order() const { return order_; }

 private:
  capture::ByteOrder order_;
  Bytes bytes_;
};

/// `size` bytes that differ from each other and, by `seed`, from those of other packets.
inline Bytes pattern(std::size_t size, std::uint8_t seed) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) {
    bytes[i] = static_cast<std::byte>((i * 7 + std::size_t{seed} * 31) & 0xffU);
  }
  return bytes;
}

inline constexpr std::uint32_t kPcapMicroseconds = 0xa1b2c3d4;
inline constexpr std::uint32_t kPcapNanoseconds = 0xa1b23c4d;
inline constexpr std::uint32_t kPcapModified = 0xa1b2cd34;

/// A classic pcap file, written record by record.
class PcapImage {
 public:
  explicit PcapImage(capture::ByteOrder order = capture::ByteOrder::little,
                     std::uint32_t magic = kPcapMicroseconds, std::uint32_t link = 1)
      : writer_(order), modified_(magic == kPcapModified) {
    writer_.put(magic).put(std::uint16_t{2}).put(std::uint16_t{4});
    writer_.put(std::uint64_t{0}).put(std::uint32_t{262144}).put(link);
  }
  PcapImage& packet(std::uint32_t seconds, std::uint32_t ticks, ByteView bytes,
                    std::uint32_t wire_length = 0) {
    const auto length = static_cast<std::uint32_t>(bytes.size());
    header(seconds, ticks, length, std::max(wire_length, length));
    writer_.put(bytes);
    return *this;
  }
  PcapImage& header(std::uint32_t seconds, std::uint32_t ticks, std::uint32_t captured,
                    std::uint32_t original) {
    writer_.put(seconds).put(ticks).put(captured).put(original);
    if (modified_) writer_.put(std::uint64_t{0x0102030405060708});
    return *this;
  }
  [[nodiscard]] const Bytes& bytes() const { return writer_.bytes(); }

 private:
  ImageWriter writer_;
  bool modified_;
};

/// A pcapng file, written block by block.
class PcapngImage {
 public:
  explicit PcapngImage(capture::ByteOrder order = capture::ByteOrder::little) { section(order); }

  PcapngImage& section(capture::ByteOrder order) {
    order_ = order;
    ImageWriter body(order);
    body.put(std::uint32_t{0x1a2b3c4d}).put(std::uint16_t{1}).put(std::uint16_t{0});
    return block(0x0a0d0d0a, body.put(~std::uint64_t{0}).bytes());
  }
  PcapngImage& interface(std::uint16_t link, std::uint32_t snap_length = 0,
                         std::optional<std::uint8_t> resolution = std::nullopt,
                         std::optional<std::int64_t> offset = std::nullopt) {
    ImageWriter body(order_);
    body.put(link).put(std::uint16_t{0}).put(snap_length);
    if (resolution) {
      body.put(std::uint16_t{9}).put(std::uint16_t{1}).put(*resolution).pad_to(4);
    }
    if (offset) {
      body.put(std::uint16_t{14}).put(std::uint16_t{8}).put(static_cast<std::uint64_t>(*offset));
    }
    return block(1, body.put(std::uint32_t{0}).bytes());
  }
  PcapngImage& enhanced(std::uint32_t interface, std::uint64_t ticks, ByteView bytes,
                        std::uint32_t wire_length = 0) {
    ImageWriter body(order_);
    body.put(interface);
    put_captured(body, ticks, bytes, wire_length);
    return block(6, body.bytes());
  }
  PcapngImage& obsolete(std::uint16_t interface, std::uint64_t ticks, ByteView bytes) {
    ImageWriter body(order_);
    body.put(interface).put(std::uint16_t{0xffff});
    put_captured(body, ticks, bytes, 0);
    return block(2, body.bytes());
  }
  PcapngImage& simple(ByteView bytes, std::uint32_t wire_length = 0) {
    ImageWriter body(order_);
    body.put(std::max(wire_length, static_cast<std::uint32_t>(bytes.size()))).put(bytes).pad_to(4);
    return block(3, body.bytes());
  }
  /// Any block, with right lengths around a body that is a multiple of four bytes.
  PcapngImage& block(std::uint32_t type, ByteView body) {
    const auto size = static_cast<std::uint32_t>(body.size() + 12);
    ImageWriter out(order_);
    out.put(type).put(size).put(body).put(size);
    return raw(out.bytes());
  }
  PcapngImage& raw(ByteView bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return *this;
  }
  [[nodiscard]] const Bytes& bytes() const { return bytes_; }

 private:
  static void put_captured(ImageWriter& body, std::uint64_t ticks, ByteView bytes,
                           std::uint32_t wire_length) {
    const auto length = static_cast<std::uint32_t>(bytes.size());
    body.put(static_cast<std::uint32_t>(ticks >> 32U)).put(static_cast<std::uint32_t>(ticks));
    body.put(length).put(std::max(wire_length, length)).put(bytes).pad_to(4);
  }

  capture::ByteOrder order_ = capture::ByteOrder::little;
  Bytes bytes_;
};

/// A packet that outlives its source.
struct KeptPacket {
  Bytes bytes;
  Timestamp time;
  LinkType link{};
  std::uint32_t wire_length = 0;
  std::uint64_t number = 0;
  friend bool operator==(const KeptPacket&, const KeptPacket&) = default;
};

/// All that a source gives, to the end.
struct WholeRead {
  std::vector<KeptPacket> packets;
  std::optional<capture::Damage> damage;
};

/// Reads to the end in batches of `batch`; `look` sees each packet while it is valid.
template <class Look>
WholeRead read_whole(capture::PacketSource& source, std::size_t batch, Look look) {
  WholeRead whole;
  std::vector<capture::RawPacket> packets(batch);
  for (;;) {
    const auto received = source.receive(packets, Duration::zero());
    if (!received) break;
    for (const capture::RawPacket& p : std::span(packets).first(received->count)) {
      look(p);
      whole.packets.push_back({.bytes = Bytes(p.bytes.begin(), p.bytes.end()),
                               .time = p.time,
                               .link = p.link,
                               .wire_length = p.wire_length,
                               .number = p.number.value()});
    }
    if (received->end) break;
  }
  whole.damage = source.damage();
  return whole;
}
inline WholeRead read_whole(capture::PacketSource& source, std::size_t batch = 7) {
  return read_whole(source, batch, [](const capture::RawPacket&) {});
}

/// Bytes in memory that come in short pieces, their sizes chosen by a seed: as a pipe gives them.
class ChoppedInput final : public capture::ByteInput {
 public:
  ChoppedInput(ByteView bytes, std::size_t longest, std::uint64_t seed)
      : rest_(bytes), total_(bytes.size()), longest_(longest), state_(seed | 1U) {}

  std::expected<std::size_t, std::string> read(std::span<std::byte> into) override {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    const std::size_t n = std::min({into.size(), rest_.size(), 1 + (state_ >> 33U) % longest_});
    std::ranges::copy(rest_.first(n), into.begin());
    rest_ = rest_.subspan(n);
    return n;
  }
  [[nodiscard]] std::uint64_t consumed() const override { return total_ - rest_.size(); }
  [[nodiscard]] std::uint64_t total() const override { return total_; }

 private:
  ByteView rest_;
  std::uint64_t total_;
  std::size_t longest_;
  std::uint64_t state_;
};

}  // namespace espial::tests
