#pragma once
#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/base/bytes.hpp"
#include "engine/export/loss.hpp"
#include "engine/record/record.hpp"

namespace espial::exporting {

/// A serialized record on its way out of the ring; `bytes` borrow from the ring.
struct RingEntry {
  std::int64_t time_ns =
      0;  // Record.time_ns, so that a loss further on can be dated without parsing
  ByteView bytes;
};

/// A bounded queue of serialized records between one worker and the export thread: a ring of bytes,
/// so that a record is serialized straight into its place and costs neither an allocation nor a
/// lock. (boost::lockfree::spsc_queue holds elements of one size; records run from 50 bytes to some
/// kilobytes, and giving each the room of the largest would make a ring that is mostly air.)
///
/// An entry is a header of 16 bytes and the record, rounded up to 16, never split: where the rest
/// of the buffer is too short, a wrap mark fills it. Positions count bytes since the start and
/// never wrap in practice (2^64). One thread produces, one consumes; each keeps to its own
/// functions.
class RecordRing {  // NOLINT(*-optin.performance.Padding): a cache line for each thread
 public:
  /// `bytes` is rounded up to a power of two, at least 4 KiB.
  explicit RecordRing(std::size_t bytes);

  /// Producer: room for a record of `size` bytes, nothing when it does not fit now. A record above
  /// half the capacity may never fit. The caller writes all of it, then commits.
  [[nodiscard]] std::optional<std::span<std::byte>> reserve(std::size_t size,
                                                            std::int64_t time_ns) noexcept;
  /// Producer: hands what was reserved last to the consumer.
  void commit() noexcept { head_.store(reserved_, std::memory_order_release); }

  /// Consumer: calls `take(const RingEntry&)` for the oldest entries, about `max_bytes` of them and
  /// at least one if there is one; their room is free when this returns. How many were taken.
  template <std::invocable<const RingEntry&> Take>
  std::size_t drain(std::size_t max_bytes, Take&& take) {
    const std::uint64_t head = head_.load(std::memory_order_acquire);
    const std::uint64_t start = tail_.load(std::memory_order_relaxed);
    std::uint64_t position = start;
    std::size_t count = 0;
    while (position != head && position - start < max_bytes) {
      const Header header = header_at(position);
      if (header.size != kWrapMark) {
        take(RingEntry{.time_ns = header.time_ns, .bytes = body_at(position, header.size)});
        ++count;
      }
      position += footprint(header, position);
    }
    tail_.store(position, std::memory_order_release);
    return count;
  }

  [[nodiscard]] std::size_t capacity() const noexcept { return buffer_.size(); }

 private:
  struct Header {
    std::uint64_t size = 0;
    std::int64_t time_ns = 0;
  };
  static constexpr std::size_t kUnit = sizeof(Header);
  static constexpr std::uint64_t kWrapMark = ~std::uint64_t{0};
  static constexpr std::size_t kCacheLine = 64;

  [[nodiscard]] std::size_t offset(std::uint64_t position) const noexcept {
    return position & (buffer_.size() - 1);
  }
  [[nodiscard]] Header header_at(std::uint64_t position) const noexcept;
  void put_header(std::uint64_t position, const Header& header) noexcept;
  [[nodiscard]] ByteView body_at(std::uint64_t position, std::uint64_t size) const noexcept;
  /// Bytes from `position` to the next entry.
  [[nodiscard]] std::uint64_t footprint(const Header& header,
                                        std::uint64_t position) const noexcept;

  std::vector<std::byte> buffer_;
  alignas(kCacheLine) std::atomic<std::uint64_t> head_{0};  // written by the producer
  std::uint64_t reserved_ = 0;                              // producer: head after the next commit
  std::uint64_t known_tail_ = 0;                            // producer: the tail as last seen
  alignas(kCacheLine) std::atomic<std::uint64_t> tail_{0};  // written by the consumer
};

/// No record is longer: what is (no event of ours comes near) counts as lost. So every record fits
/// a ring, a batch and a frame.
inline constexpr std::size_t kMaxRecord = std::size_t{1} << 20U;

/// The producer's side of a ring as the worker knows it. Never blocks. When the ring is full the
/// record is lost and counted; before the next record that fits, a Lost record tells of the gap.
/// Counters may be read from any thread.
class RingSink final : public record::Sink {
 public:
  /// `ring` is borrowed and outlives the sink.
  explicit RingSink(RecordRing& ring) : ring_(ring) {}

  void emit(const record::Record& record) override;

  /// Tells of what was lost, if there is anything to tell and room for it. For the worker's idle
  /// tick, and for the exporter once the worker has ended.
  bool settle();

  [[nodiscard]] std::uint64_t made() const noexcept {
    return made_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t lost() const noexcept {
    return lost_.load(std::memory_order_relaxed);
  }

 private:
  bool put(const record::Record& record);

  RecordRing& ring_;
  LossTally tally_;
  record::Record lost_record_;
  std::atomic<std::uint64_t> made_{0};
  std::atomic<std::uint64_t> lost_{0};
};

}  // namespace espial::exporting
