#pragma once
#include <array>
#include <cstdint>
#include <span>

#include "engine/base/bytes.hpp"
#include "engine/flow/byte_log.hpp"
#include "engine/flow/held_segment.hpp"
#include "engine/flow/os_policy.hpp"
#include "engine/flow/slab.hpp"

/// One direction of a TCP connection as its receiver puts it together. Judges no windows and no
/// acknowledgements: tcp_streams does, and gives in what the receiver takes.
namespace espial::flow {

/// The memory of all buffers of a worker: `stream.reassembly.memcap`, shared out to blocks of bytes
/// and to segments. Nothing is allocated on warm pools.
struct StreamPools {
  explicit StreamPools(std::uint64_t memcap);
  ~StreamPools();
  StreamPools(const StreamPools&) = delete;
  StreamPools& operator=(const StreamPools&) = delete;
  StreamPools(StreamPools&&) = delete;
  StreamPools& operator=(StreamPools&&) = delete;
  [[nodiscard]] std::uint64_t memory() const noexcept;

  Slab<Block> blocks;
  Slab<HeldSegment> segments;
};

/// Offsets are 64 bits and count the stream's bytes from 0, so that they never wrap; sequence
/// numbers do (RFC 9293 section 3.4).
///
/// A byte that is in order is delivered: every receiver hands it to its application there and then,
/// and nothing that comes later changes it. Only what waits behind a hole can be overlapped, and
/// there the policy says whose bytes stay.
class StreamBuffer {
 public:
  /// Ceilings of what waits in one direction; a segment that would break one finds no room.
  static constexpr std::uint64_t kMaxWaiting = 1U << 20U;  // bytes
  static constexpr std::uint32_t kMaxHeld = 4096;          // segments
  /// How far a segment may reach ahead of next(): RFC 7323 section 2.3.
  static constexpr std::int64_t kMaxAhead = 1 << 30;

  /// none: none in the pools; full: so much waits already as may.
  enum class Room : std::uint8_t { had, none, full };

  struct Added {
    std::uint64_t begin = 0, end = 0;  // offsets of the bytes now in order; equal when none are
    Room room = Room::had;             // else the bytes are not kept (and not in order), and
                                       // the buffer is as it was
    bool overlap = false;              // some of it was there already
    bool differs = false;              // and says something else
    bool unverifiable = false;         // some of it repeats bytes that are no longer kept
  };

  /// `sequence`: of the first byte, offset 0. The buffer is empty.
  void begin(std::uint32_t sequence) noexcept;

  /// Takes a segment's bytes. What reaches farther ahead than 2^30 is not of the stream and changes
  /// nothing.
  Added add(std::uint32_t sequence, ByteView payload, OsPolicy policy, StreamPools& pools);

  /// Whether `payload` says something else than the bytes that are kept of its range, in order or
  /// waiting. Changes nothing.
  [[nodiscard]] bool contradicts(std::uint32_t sequence, ByteView payload) const noexcept;

  /// Gives up the bytes missing before what waits first, and delivers that: a gap. The offsets go
  /// on behind the hole, which keeps its length. begin == end when nothing waits.
  Added skip_hole(StreamPools& pools);

  /// Bytes before `offset` are needed no more. They may be given back late.
  void release(std::uint64_t offset, StreamPools& pools) noexcept;
  /// Gives everything back. next() stays.
  void clear(StreamPools& pools) noexcept;

  /// The offset of the next byte to come in order, and its sequence number.
  [[nodiscard]] std::uint64_t next() const noexcept;
  [[nodiscard]] std::uint32_t next_sequence() const noexcept;
  /// From where on the bytes before next() are kept without a gap.
  [[nodiscard]] std::uint64_t kept_from() const noexcept;
  /// Bytes that wait behind a hole, and the offset of the first of them.
  [[nodiscard]] std::uint64_t waiting() const noexcept;
  [[nodiscard]] std::uint64_t waits_at() const noexcept;
  /// Pieces that they make.
  [[nodiscard]] std::uint32_t held() const noexcept { return held_.size(); }

  /// Copies kept bytes from `offset` on, as many as `out` takes; they must be there.
  void copy(std::uint64_t offset, std::span<std::byte> out) const noexcept;

 private:
  /// A segment whose bytes before next() are cut off.
  struct Piece {
    std::uint64_t begin = 0;
    ByteView bytes;
    Extent sent = {};  // before the cut
    OsPolicy policy = OsPolicy::linux_modern;

    [[nodiscard]] std::uint64_t end() const noexcept { return begin + bytes.size(); }
  };
  /// Where no bytes are, between the block before and the one behind.
  struct Gap {
    std::uint64_t begin = 0, end = 0;
    Block* before = nullptr;
    std::uint64_t before_cell = 0, behind_cell = 0;
  };

  Added deliver(const Piece& piece, Added added, StreamPools& pools);
  Added hold(Piece piece, Added added, StreamPools& pools);
  void join_run(Piece& piece) const noexcept;
  [[nodiscard]] Room room_for(const Piece& piece, const StreamPools& pools) const noexcept;
  void insert(const Piece& piece, std::uint64_t begin, std::uint64_t end, StreamPools& pools);
  void uncover(Extent range, Block* last, StreamPools& pools);
  void grow_run(HeldSegment& added, StreamPools& pools) noexcept;
  void take_in_order(StreamPools& pools) noexcept;
  void drop_blocks_before(const Block* stop, StreamPools& pools) noexcept;
  void set_marks() noexcept;
  void drop_marks() noexcept;
  [[nodiscard]] std::uint64_t mark_cell(std::size_t i) const noexcept;

  [[nodiscard]] HeldSegments::const_iterator first_behind(std::uint64_t offset) const noexcept;
  [[nodiscard]] Extent sent_of(const HeldSegment& held, const Piece& piece) const noexcept;
  [[nodiscard]] Block* block_of(std::uint64_t offset) const noexcept;
  [[nodiscard]] Block* kept_block(std::uint64_t offset) const noexcept;
  [[nodiscard]] bool kept_differs(std::int64_t begin, ByteView bytes) const noexcept;
  [[nodiscard]] Added meet_waiting(const Piece& piece, Added added) const noexcept;
  [[nodiscard]] std::uint64_t missing_blocks(const Piece& piece) const noexcept;
  void add_blocks(const Piece& piece, StreamPools& pools);
  template <class Sink>
  void for_each_gap(const Piece& piece, Sink sink) const;
  template <class Sink>
  void for_each_won(const Piece& piece, Sink sink) const;

  // Bytes stand in blocks of a grid: that of offset n is block n / Block::kBytes of the stream, so
  // that what waits moves into the stream without a copy. The chain has the blocks in order; where
  // nothing is, none. Those up to `tail_` have bytes in order, those behind have only such as wait.
  Block* head_ = nullptr;
  Block* tail_ = nullptr;        // holds the byte before next_; null when that is not kept
  std::uint64_t head_cell_ = 0;  // where in the grid head_ stands, when tail_ is not null
  // Blocks to start from: marks_[i] is `i * marks_apart_` behind the first of them.
  std::array<Block*, 8> marks_{};
  std::uint64_t first_mark_cell_ = 0;
  std::uint32_t marks_apart_ = 0;
  std::uint32_t marks_used_ = 0;
  std::uint64_t next_ = 0;
  std::uint64_t kept_from_ = 0;
  std::uint64_t waiting_ = 0;
  HeldSegments held_;
  std::uint32_t first_sequence_ = 0;
};

}  // namespace espial::flow
