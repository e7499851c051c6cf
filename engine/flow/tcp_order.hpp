#pragma once
#include <cstdint>
#include <utility>
#include <vector>

#include "engine/base/bytes.hpp"

namespace espial::flow {

/// Puts the segments of one direction of a TCP connection in order, for a reader that wants its
/// bytes once and nothing else: a byte that came keeps its place, whatever comes again for it. What
/// comes early is held, kMaxHeld bytes in kMaxPieces pieces at most; beyond that the direction is
/// lost, for what is missing may never come. What is farther ahead than any window reaches is not
/// of the stream. It judges neither windows nor acknowledgements.
class TcpOrder {
 public:
  static constexpr std::uint64_t kMaxHeld = 262'144;
  static constexpr std::size_t kMaxPieces = 256;
  static constexpr std::uint32_t kMaxAhead = 1U << 30U;  // RFC 7323 section 2.3

  /// `sequence`: of the first byte that the reader wants.
  void begin(std::uint32_t sequence) noexcept { next_ = sequence; }

  /// Takes a segment's payload and calls `sink(ByteView)` for each run of bytes that is now in
  /// order. The view is good for the time of the call.
  template <class Sink>
  void add(std::uint32_t sequence, ByteView payload, Sink sink);

  /// The sequence number of the first byte that has not been handed out.
  [[nodiscard]] std::uint32_t next() const noexcept { return next_; }
  [[nodiscard]] bool lost() const noexcept { return lost_; }
  [[nodiscard]] std::uint64_t held() const noexcept { return held_bytes_; }

 private:
  struct Piece {
    std::uint32_t ahead = 0;  // of `next_`
    std::vector<std::byte> bytes;
  };

  void hold(std::uint32_t ahead, ByteView bytes);
  void lose() noexcept;
  void keep(std::size_t place, std::uint32_t ahead, ByteView bytes);
  /// After `n` bytes were handed out: the first held piece, if it begins there.
  [[nodiscard]] std::vector<std::byte> advance(std::size_t n);

  std::uint32_t next_ = 0;     // the sequence number of the next byte to hand out
  std::vector<Piece> pieces_;  // in order, not overlapping, none at 0
  std::uint64_t held_bytes_ = 0;
  bool lost_ = false;
};

template <class Sink>
void TcpOrder::add(std::uint32_t sequence, ByteView payload, Sink sink) {
  if (lost_ || payload.empty()) return;
  // Sequence numbers wrap (RFC 9293 section 3.4): the distance is signed.
  const auto ahead = static_cast<std::int32_t>(sequence - next_);
  if (ahead > 0) {
    hold(static_cast<std::uint32_t>(ahead), payload);
    return;
  }
  const auto old = static_cast<std::size_t>(-std::int64_t{ahead});
  if (old >= payload.size()) return;
  // Behind the bytes that are new comes what was held first: that keeps its place.
  const std::size_t room = pieces_.empty() ? payload.size() : pieces_.front().ahead;
  const ByteView fresh = payload.subspan(old);
  const ByteView now = fresh.first(std::min(fresh.size(), room));
  const ByteView later = fresh.subspan(now.size());
  if (!later.empty()) hold(static_cast<std::uint32_t>(now.size()), later);
  sink(now);
  for (std::vector<std::byte> next = advance(now.size()); !next.empty();) {
    sink(ByteView(next));
    next = advance(next.size());
  }
}

}  // namespace espial::flow
