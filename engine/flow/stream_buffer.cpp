#include "engine/flow/stream_buffer.hpp"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <limits>
#include <utility>

namespace espial::flow {
namespace {

constexpr std::uint64_t kNoCell = std::numeric_limits<std::uint64_t>::max();
/// Of the memory, what goes to segments: enough for bytes that come in pieces of a hundred or more.
constexpr std::uint64_t kSegmentShare = 16;
/// Blocks from one mark to the next, while few are kept. What rules look back on lies within that.
constexpr std::uint32_t kMarksApart = 16;
/// What Linux makes one run is kept in pieces no longer than this, so that a place in it is found
/// in a few steps.
constexpr std::uint64_t kMaxRunPiece = 16ULL * Block::kBytes;

constexpr std::uint64_t cell_of(std::uint64_t offset) noexcept {
  return offset / Block::kBytes;
}

ByteLog::Place place_of(Block* block, std::uint64_t offset) noexcept {
  return {.block = block, .at = static_cast<std::uint32_t>(offset % Block::kBytes)};
}

Block* walk(Block* block, std::uint64_t steps) noexcept {
  for (; steps > 0; --steps) block = block->next;
  return block;
}

/// Writes `bytes` at `offset`, which is in `block`; the block of the last of them.
Block* write(Block* block, std::uint64_t offset, ByteView bytes) noexcept {
  std::uint64_t at = offset % Block::kBytes;
  while (true) {
    const std::span<std::byte> open = std::span(block->bytes).subspan(at);
    const ByteView piece = bytes.first(std::min(bytes.size(), open.size()));
    std::ranges::copy(piece, open.begin());
    bytes = bytes.subspan(piece.size());
    if (bytes.empty()) return block;
    block = block->next;
    at = 0;
  }
}

}  // namespace

StreamPools::StreamPools(std::uint64_t memcap)
    : blocks((memcap - memcap / kSegmentShare) / sizeof(Block)),
      segments(memcap / kSegmentShare / sizeof(HeldSegment)) {}

StreamPools::~StreamPools() = default;

std::uint64_t StreamPools::memory() const noexcept {
  return blocks.memory() + segments.memory();
}

void StreamBuffer::begin(std::uint32_t sequence) noexcept {
  assert(head_ == nullptr && held_.empty());
  first_sequence_ = sequence;
  next_ = kept_from_ = 0;
}

StreamBuffer::Added StreamBuffer::add(std::uint32_t sequence, ByteView payload, OsPolicy policy,
                                      StreamPools& pools) {
  Added added{.begin = next_, .end = next_};
  // Sequence numbers wrap (RFC 9293 section 3.4): the distance is signed.
  const std::int64_t ahead = static_cast<std::int32_t>(sequence - next_sequence());
  const auto size = static_cast<std::int64_t>(payload.size());
  if (size == 0) return added;
  if (ahead + size > kMaxAhead) {
    added.room = Room::full;
    return added;
  }
  const std::int64_t start = static_cast<std::int64_t>(next_) + ahead;
  if (ahead < 0) {
    added.overlap = true;
    added.unverifiable = start < static_cast<std::int64_t>(kept_from_);
    added.differs = kept_differs(start, payload);
    if (ahead + size <= 0) return added;
  }
  const std::uint64_t begin = next_ + static_cast<std::uint64_t>(std::max<std::int64_t>(ahead, 0));
  const auto old = static_cast<std::size_t>(std::max<std::int64_t>(-ahead, 0));
  // What lies before the stream's first byte makes no difference to how segments lie to others.
  const Extent sent{.begin = static_cast<std::uint64_t>(std::max<std::int64_t>(start, 0)),
                    .end = begin + payload.size() - old};
  const Piece piece{.begin = begin, .bytes = payload.subspan(old), .sent = sent, .policy = policy};
  added = meet_waiting(piece, added);
  return begin == next_ ? deliver(piece, added, pools) : hold(piece, added, pools);
}

/// All of `piece` comes in order, and with it what waited for that.
StreamBuffer::Added StreamBuffer::deliver(const Piece& piece, Added added, StreamPools& pools) {
  if (missing_blocks(piece) > pools.blocks.left()) {
    added.room = Room::none;
    return added;
  }
  add_blocks(piece, pools);
  Block* last = nullptr;
  for_each_won(piece, [&](std::uint64_t from, std::uint64_t to) {
    last = write(block_of(from), from, piece.bytes.subspan(from - piece.begin, to - from));
  });
  if (tail_ == nullptr) {
    head_cell_ = cell_of(next_);
    kept_from_ = next_;
  }
  // Where a waiting segment keeps the end, that is taken after it.
  if (last != nullptr) tail_ = last;
  next_ = piece.end();
  take_in_order(pools);
  added.end = next_;
  return added;
}

/// Moves what waits at next() or before into the stream.
void StreamBuffer::take_in_order(StreamPools& pools) noexcept {
  while (!held_.empty() && held_.begin()->begin <= next_) {
    HeldSegment& held = *held_.begin();
    waiting_ -= held.end - held.begin;
    if (held.end >= next_) {
      next_ = held.end;
      tail_ = held.last;
    }
    held_.erase(held_.begin());
    pools.segments.give(&held);
  }
  set_marks();
}

std::uint64_t StreamBuffer::mark_cell(std::size_t i) const noexcept {
  return first_mark_cell_ + (i * marks_apart_);
}

/// Marks what has come in order since the last time. When the marks are used up every other goes.
void StreamBuffer::set_marks() noexcept {
  if (marks_used_ == 0) {
    marks_[0] = head_;
    first_mark_cell_ = head_cell_;
    marks_apart_ = kMarksApart;
    marks_used_ = 1;
  }
  while (mark_cell(marks_used_) <= cell_of(next_ - 1)) {
    if (marks_used_ == marks_.size()) {
      for (std::size_t i = 0; i < marks_.size() / 2; ++i) marks_[i] = marks_[2 * i];
      marks_used_ /= 2;
      marks_apart_ *= 2;
      continue;
    }
    marks_[marks_used_] = walk(marks_[marks_used_ - 1], marks_apart_);
    ++marks_used_;
  }
}

/// Takes away the marks before head_. With the last but one the rest goes, to stand closer again.
void StreamBuffer::drop_marks() noexcept {
  std::uint32_t gone = 0;
  while (gone < marks_used_ && mark_cell(gone) < head_cell_) ++gone;
  if (gone == 0) return;
  std::ranges::copy(std::span(marks_).subspan(gone), marks_.begin());
  first_mark_cell_ = mark_cell(gone);
  marks_used_ -= gone;
  if (marks_used_ < 2) marks_used_ = 0;
}

StreamBuffer::Added StreamBuffer::hold(Piece piece, Added added, StreamPools& pools) {
  added.room = room_for(piece, pools);
  if (added.room != Room::had) return added;
  add_blocks(piece, pools);
  if (piece.policy == OsPolicy::linux_modern) join_run(piece);
  for_each_won(piece,
               [&](std::uint64_t from, std::uint64_t to) { insert(piece, from, to, pools); });
  return added;
}

/// Linux puts a segment that begins where another ends behind that, as one with it.
void StreamBuffer::join_run(Piece& piece) const noexcept {
  const auto behind = first_behind(piece.begin);
  if (behind == held_.begin()) return;
  const HeldSegment& below = *std::prev(behind);
  if (below.end == piece.begin) piece.sent.begin = below.sent.begin;
}

StreamBuffer::Room StreamBuffer::room_for(const Piece& piece,
                                          const StreamPools& pools) const noexcept {
  std::uint64_t pieces = 0;
  for_each_won(piece, [&](std::uint64_t, std::uint64_t) { ++pieces; });
  if (pieces == 0) return Room::had;
  const auto behind = first_behind(piece.begin);
  if (behind != held_.begin()) {
    const HeldSegment& below = *std::prev(behind);
    if (below.begin < piece.begin && below.end > piece.end()) ++pieces;  // that is parted in two
  }
  std::uint64_t bytes = 0;
  for_each_gap(piece, [&](const Gap& gap) { bytes += gap.end - gap.begin; });
  if (waiting_ + bytes > kMaxWaiting || held_.size() + pieces > kMaxHeld) return Room::full;
  const bool left = pieces <= pools.segments.left() && missing_blocks(piece) <= pools.blocks.left();
  return left ? Room::had : Room::none;
}

/// Bytes [begin, end) of `piece` stay. Their blocks are there.
void StreamBuffer::insert(const Piece& piece, std::uint64_t begin, std::uint64_t end,
                          StreamPools& pools) {
  Block* const first = block_of(begin);
  Block* const last = write(first, begin, piece.bytes.subspan(begin - piece.begin, end - begin));
  uncover({.begin = begin, .end = end}, last, pools);
  HeldSegment* const held = pools.segments.take();
  assert(held != nullptr);
  held->begin = begin;
  held->end = end;
  held->sent = piece.sent;
  held->first = first;
  held->last = last;
  waiting_ += end - begin;
  held_.insert(*held);
  if (piece.policy == OsPolicy::linux_modern) grow_run(*held, pools);
}

/// Takes `range` away from the segments that have it. `last` is the block of its last byte.
void StreamBuffer::uncover(Extent range, Block* last, StreamPools& pools) {
  Block* const behind = range.end % Block::kBytes == 0 ? last->next : last;
  auto it = held_.upper_bound(range.begin);
  if (it != held_.begin() && std::prev(it)->end > range.begin) --it;
  while (it != held_.end() && it->begin < range.end) {
    HeldSegment& held = *it;
    ++it;
    waiting_ -= std::min(held.end, range.end) - std::max(held.begin, range.begin);
    if (held.begin < range.begin && held.end > range.end) {
      HeldSegment* const rest = pools.segments.take();
      assert(rest != nullptr);
      rest->begin = range.end;
      rest->end = held.end;
      rest->sent = held.sent;
      rest->first = behind;
      rest->last = held.last;
      held_.insert(it, *rest);
    }
    if (held.begin < range.begin) {
      held.end = range.begin;
      held.last = block_of(range.begin - 1);
    } else if (held.end > range.end) {
      held.begin = range.end;  // its place among the others stays
      held.first = behind;
    } else {
      held_.erase(held_.iterator_to(held));
      pools.segments.give(&held);
    }
  }
}

/// Pieces of one run that lie side by side become one, up to a length.
void StreamBuffer::grow_run(HeldSegment& added, StreamPools& pools) noexcept {
  const auto place = held_.iterator_to(added);
  if (place == held_.begin()) return;
  HeldSegment& below = *std::prev(place);
  if (below.end != added.begin || below.sent.begin != added.sent.begin) return;
  if (added.end - below.begin > kMaxRunPiece) return;
  below.end = added.end;
  below.sent.end = added.sent.end;
  below.last = added.last;
  held_.erase(place);
  pools.segments.give(&added);
}

bool StreamBuffer::contradicts(std::uint32_t sequence, ByteView payload) const noexcept {
  const std::int64_t ahead = static_cast<std::int32_t>(sequence - next_sequence());
  const auto size = static_cast<std::int64_t>(payload.size());
  if (size == 0 || ahead + size > kMaxAhead) return false;
  if (kept_differs(static_cast<std::int64_t>(next_) + ahead, payload)) return true;
  if (ahead + size <= 0) return false;
  const auto old = static_cast<std::size_t>(std::max<std::int64_t>(-ahead, 0));
  const std::uint64_t begin = next_ + static_cast<std::uint64_t>(std::max<std::int64_t>(ahead, 0));
  return meet_waiting({.begin = begin, .bytes = payload.subspan(old)}, {}).differs;
}

StreamBuffer::Added StreamBuffer::skip_hole(StreamPools& pools) {
  if (held_.empty()) return {.begin = next_, .end = next_};
  const HeldSegment& first = *held_.begin();
  const std::uint64_t begin = first.begin;
  drop_blocks_before(first.first, pools);
  head_cell_ = cell_of(begin);
  next_ = kept_from_ = begin;
  take_in_order(pools);
  return {.begin = begin, .end = next_};
}

/// `stop`: one of the chain, or null for all of it.
void StreamBuffer::drop_blocks_before(const Block* stop, StreamPools& pools) noexcept {
  while (head_ != stop) pools.blocks.give(std::exchange(head_, head_->next));
  tail_ = nullptr;
  marks_used_ = 0;
}

void StreamBuffer::release(std::uint64_t offset, StreamPools& pools) noexcept {
  const std::uint64_t limit = std::min(offset, next_);
  while (tail_ != nullptr && (head_cell_ + 1) * Block::kBytes <= limit) {
    if (head_ == tail_) tail_ = nullptr;
    pools.blocks.give(std::exchange(head_, head_->next));
    ++head_cell_;
  }
  if (tail_ == nullptr) {
    kept_from_ = next_;
    marks_used_ = 0;
    return;
  }
  kept_from_ = std::max(kept_from_, head_cell_ * Block::kBytes);
  drop_marks();
  set_marks();
}

void StreamBuffer::clear(StreamPools& pools) noexcept {
  held_.clear_and_dispose([&](HeldSegment* held) { pools.segments.give(held); });
  drop_blocks_before(nullptr, pools);
  waiting_ = 0;
  kept_from_ = next_;
}

std::uint64_t StreamBuffer::next() const noexcept {
  return next_;
}
std::uint32_t StreamBuffer::next_sequence() const noexcept {
  return first_sequence_ + static_cast<std::uint32_t>(next_);
}
std::uint64_t StreamBuffer::kept_from() const noexcept {
  return kept_from_;
}
std::uint64_t StreamBuffer::waiting() const noexcept {
  return waiting_;
}
std::uint64_t StreamBuffer::waits_at() const noexcept {
  return held_.empty() ? next_ : held_.begin()->begin;
}

void StreamBuffer::copy(std::uint64_t offset, std::span<std::byte> out) const noexcept {
  if (out.empty()) return;
  assert(offset >= kept_from_ && offset + out.size() <= next_);
  ByteLog::copy(place_of(kept_block(offset), offset), out);
}

/// The first waiting segment that begins behind `offset`.
HeldSegments::const_iterator StreamBuffer::first_behind(std::uint64_t offset) const noexcept {
  return held_.upper_bound(offset);
}

/// The block of a byte that is in order.
Block* StreamBuffer::kept_block(std::uint64_t offset) const noexcept {
  const std::uint64_t cell = cell_of(offset);
  if (cell == cell_of(next_ - 1)) return tail_;
  if (cell < first_mark_cell_) return walk(head_, cell - head_cell_);
  const std::uint64_t mark =
      std::min<std::uint64_t>((cell - first_mark_cell_) / marks_apart_, marks_used_ - 1);
  return walk(marks_[mark], cell - mark_cell(mark));
}

/// The block of a byte that waits, or of one whose block has just been made: the chain has that
/// behind the one of the bytes below.
Block* StreamBuffer::block_of(std::uint64_t offset) const noexcept {
  const auto behind = first_behind(offset);
  const bool none_below = behind == held_.begin();
  const HeldSegment* const below = none_below ? nullptr : &*std::prev(behind);
  if (below != nullptr && below->end > offset)
    return walk(below->first, cell_of(offset) - cell_of(below->begin));
  Block* const before = none_below ? tail_ : below->last;
  if (before == nullptr) return head_;
  const std::uint64_t end = none_below ? next_ : below->end;
  return cell_of(end - 1) == cell_of(offset) ? before : before->next;
}

/// Compares `bytes`, which lie from `begin` on, with those of them that are kept in order.
bool StreamBuffer::kept_differs(std::int64_t begin, ByteView bytes) const noexcept {
  const std::int64_t from = std::max(begin, static_cast<std::int64_t>(kept_from_));
  const std::int64_t to =
      std::min(begin + static_cast<std::int64_t>(bytes.size()), static_cast<std::int64_t>(next_));
  if (from >= to) return false;
  const auto offset = static_cast<std::uint64_t>(from);
  const ByteView same =
      bytes.subspan(static_cast<std::size_t>(from - begin), static_cast<std::size_t>(to - from));
  return !ByteLog::holds(place_of(kept_block(offset), offset), same);
}

/// Whether some of `piece` waits already, and says something else.
StreamBuffer::Added StreamBuffer::meet_waiting(const Piece& piece, Added added) const noexcept {
  auto it = first_behind(piece.begin);
  if (it != held_.begin() && std::prev(it)->end > piece.begin) --it;
  for (; it != held_.end() && it->begin < piece.end(); ++it) {
    added.overlap = true;
    if (added.differs) break;
    const std::uint64_t from = std::max(it->begin, piece.begin);
    const std::uint64_t to = std::min(it->end, piece.end());
    Block* const block = walk(it->first, cell_of(from) - cell_of(it->begin));
    added.differs =
        !ByteLog::holds(place_of(block, from), piece.bytes.subspan(from - piece.begin, to - from));
  }
  return added;
}

/// Calls `sink` with the parts of `piece` for which no byte is there. It may add their blocks.
template <class Sink>
void StreamBuffer::for_each_gap(const Piece& piece, Sink sink) const {
  auto it = first_behind(piece.begin);
  const HeldSegment* const below = it == held_.begin() ? nullptr : &*std::prev(it);
  Gap gap{.begin = piece.begin, .before = tail_};
  gap.before_cell = tail_ == nullptr ? kNoCell : cell_of(next_ - 1);
  if (below != nullptr) {
    gap.begin = std::max(piece.begin, below->end);
    gap.before = below->last;
    gap.before_cell = cell_of(below->end - 1);
  }
  while (gap.begin < piece.end()) {
    const bool last = it == held_.end();
    gap.end = last ? piece.end() : std::min(piece.end(), it->begin);
    gap.behind_cell = last ? kNoCell : cell_of(it->begin);
    if (gap.begin < gap.end) sink(std::as_const(gap));
    if (last) return;
    gap.begin = it->end;
    gap.before = it->last;
    gap.before_cell = cell_of(it->end - 1);
    ++it;
  }
}

std::uint64_t StreamBuffer::missing_blocks(const Piece& piece) const noexcept {
  std::uint64_t missing = 0;
  for_each_gap(piece, [&](const Gap& gap) {
    const std::uint64_t first = cell_of(gap.begin);
    const std::uint64_t last = cell_of(gap.end - 1);
    missing += last - first + 1;
    if (first == gap.before_cell) --missing;
    if (last == gap.behind_cell && (first != last || first != gap.before_cell)) --missing;
  });
  return missing;
}

void StreamBuffer::add_blocks(const Piece& piece, StreamPools& pools) {
  for_each_gap(piece, [&](const Gap& gap) {
    Block* before = gap.before;
    for (std::uint64_t cell = cell_of(gap.begin); cell <= cell_of(gap.end - 1); ++cell) {
      if (cell == gap.before_cell || cell == gap.behind_cell) continue;
      Block* const block = pools.blocks.take();
      assert(block != nullptr);
      Block*& link = before == nullptr ? head_ : before->next;
      block->next = std::exchange(link, block);
      before = block;
    }
  });
}

/// `held` as it was sent, as far as `piece` asks. Of a run, each piece has its own end.
Extent StreamBuffer::sent_of(const HeldSegment& held, const Piece& piece) const noexcept {
  Extent sent = held.sent;
  if (piece.policy != OsPolicy::linux_modern || sent.begin != piece.sent.begin) return sent;
  auto it = std::next(held_.iterator_to(held));
  for (; it != held_.end() && sent.end <= piece.sent.end; ++it) {
    if (it->sent.begin != sent.begin) break;
    sent.end = it->sent.end;
  }
  return sent;
}

/// Calls `sink` with the ranges of `piece` whose bytes stay: where none are, and where the policy
/// has it so. It may take them from the segments that have them.
template <class Sink>
void StreamBuffer::for_each_won(const Piece& piece, Sink sink) const {
  auto it = first_behind(piece.begin);
  if (it != held_.begin() && std::prev(it)->end > piece.begin) --it;
  std::uint64_t from = piece.begin;
  while (it != held_.end() && it->begin < piece.end()) {
    const HeldSegment& held = *it++;
    if (later_stays(piece.policy, sent_of(held, piece), piece.sent)) continue;
    if (from < held.begin) sink(from, held.begin);
    from = held.end;
  }
  if (from < piece.end()) sink(from, piece.end());
}

}  // namespace espial::flow
