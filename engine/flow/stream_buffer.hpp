#pragma once
#include <cstdint>
#include <span>

#include "engine/base/bytes.hpp"
#include "engine/flow/byte_log.hpp"
#include "engine/flow/os_policy.hpp"
#include "engine/flow/slab.hpp"

/// One direction of a TCP connection as its receiver puts it together. Judges no windows and no
/// acknowledgements: tcp_streams does, and gives in what the receiver takes.
namespace espial::flow {

struct HeldSegment;  // of the queue of what came early; stream_buffer.cpp

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
  enum class Room : std::uint8_t { had, none };

  struct Added {
    std::uint64_t begin = 0, end = 0;  // offsets of the bytes now in order; equal when none are
    Room room = Room::had;             // none: the bytes are not kept (and not in order)
    bool overlap = false;              // some of it was there already
    bool differs = false;              // and says something else
    bool unverifiable = false;         // some of it repeats bytes that are no longer kept
  };

  /// `sequence`: of the first byte, offset 0.
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
  void clear(StreamPools& pools) noexcept;

  /// The offset of the next byte to come in order, and its sequence number.
  [[nodiscard]] std::uint64_t next() const noexcept;
  [[nodiscard]] std::uint32_t next_sequence() const noexcept;
  /// From where on the bytes before next() are kept without a gap.
  [[nodiscard]] std::uint64_t kept_from() const noexcept;
  /// Bytes that wait behind a hole, and the offset of the first of them.
  [[nodiscard]] std::uint64_t waiting() const noexcept;
  [[nodiscard]] std::uint64_t waits_at() const noexcept;

  /// Copies kept bytes from `offset` on, as many as `out` takes; they must be there.
  void copy(std::uint64_t offset, std::span<std::byte> out) const noexcept;
};

}  // namespace espial::flow
