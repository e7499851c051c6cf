#include "engine/flow/datagram.hpp"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <utility>

namespace espial::flow {
namespace {

Range range_of(const Fragment& fragment) noexcept {
  return {.begin = fragment.begin, .end = fragment.end};
}

Range range_of(const Piece& piece) noexcept {
  return {.begin = piece.begin, .end = piece.end()};
}

/// What is left of a fragment on both sides of one that replaces it in part.
constexpr std::uint16_t kRemainders = 2;

}  // namespace

void Datagram::open(const DatagramKey& its_key, Overlap its_overlap, Timestamp now) noexcept {
  key = its_key;
  overlap = its_overlap;
  start = now;
}

Fit Datagram::fit(const Piece& piece, std::uint32_t max_fragments, FragmentPools& pools) noexcept {
  drop_replaced(pools);
  end_before_ = end_;
  last_seen_before_ = last_seen_;
  if (has_one_end(overlap) && !move_end(piece)) return Fit::contradiction;
  if (piece.data.empty()) return Fit::empty;
  const Fit fit = meet(piece);
  const bool joins = fit == Fit::fits || fit == Fit::fits_in_part;
  return joins && taken_ >= max_fragments ? Fit::too_many : fit;
}

/// False for data beyond the end and for a second end, which leave it where it is.
bool Datagram::move_end(const Piece& piece) noexcept {
  const std::uint32_t end = piece.end();
  const bool beyond = end > end_;
  if (last_seen_ && (beyond || (piece.last && end != end_))) return false;
  if (piece.last && end < end_) return false;
  end_ = std::max(end, end_);
  last_seen_ = last_seen_ || piece.last;
  return true;
}

/// How `piece` lies to the fragments that are there.
Fit Datagram::meet(const Piece& piece) noexcept {
  wanted_ = 1;
  // All may be there and nobody have noticed: classic Linux looks when a fragment goes in, and one
  // that brought nothing but the end did not.
  const auto same = fragments_.find(piece.begin);
  if (same != fragments_.end() && same->end == piece.end() &&
      (is_strict(overlap) || (same->last == piece.last && !complete())) &&
      ByteLog::holds(same->place, piece.data))
    return Fit::duplicate;
  return is_strict(overlap) ? meet_strictly(piece) : meet_and_trim(piece);
}

Fit Datagram::meet_strictly(const Piece& piece) const noexcept {
  const auto above = fragments_.upper_bound(piece.begin);
  if (above != fragments_.begin()) {
    const Fragment& below = *std::prev(above);
    if (below.begin == piece.begin && below.end == piece.end()) return Fit::inside;
    const bool runs = overlap == Overlap::linux_modern;
    const std::uint32_t end = runs ? below.run->run_end : below.end;
    if (piece.begin < end) return runs && piece.end() <= end ? Fit::inside : Fit::overlap;
  }
  return above != fragments_.end() && above->begin < piece.end() ? Fit::overlap : Fit::fits;
}

/// Whether anything of `piece` would stay, and how many fragments it would be.
Fit Datagram::meet_and_trim(const Piece& piece) noexcept {
  bool stays = false;
  bool touches = false;
  std::uint32_t at = piece.begin;
  for (auto old = first_touching(piece); old != fragments_.end() && old->begin < piece.end();
       ++old) {
    touches = true;
    if (takes_from(piece, *old)) {
      stays = true;
      continue;
    }
    stays = stays || at < old->begin;
    at = old->end;
    ++wanted_;
  }
  if (!touches) return Fit::fits;
  wanted_ = static_cast<std::uint16_t>(wanted_ + kRemainders);
  return stays || at < piece.end() ? Fit::fits_in_part : Fit::inside;
}

/// The lowest fragment that ends behind the begin of `piece`; it may begin behind its end.
Datagram::Iterator Datagram::first_touching(const Piece& piece) noexcept {
  const auto above = fragments_.upper_bound(piece.begin);
  if (above == fragments_.begin()) return above;
  const auto below = std::prev(above);
  return below->end > piece.begin ? below : above;
}

bool Datagram::takes_from(const Piece& piece, const Fragment& old) const noexcept {
  return new_wins(overlap, range_of(old), range_of(piece));
}

std::uint64_t Datagram::blocks_for(const Piece& piece) const noexcept {
  return log_.blocks_for(piece.header.size() + piece.data.size());
}

Datagram::Header Datagram::header_of(const Piece& piece, ByteLog::Place place) noexcept {
  return {.block = place.block,
          .at = static_cast<std::uint16_t>(place.at),
          .size = static_cast<std::uint16_t>(piece.header.size()),
          .next_header_at = piece.next_header_at,
          .next_header = piece.next_header};
}

void Datagram::insert(const Piece& piece, FragmentPools& pools) {
  made_ = nullptr;
  header_before_ = header_;
  const ByteLog::Place header =
      piece.header.empty() ? ByteLog::Place{} : log_.append(piece.header, pools.blocks);
  const ByteLog::Place data = log_.append(piece.data, pools.blocks);
  const ByteLog::Place first_byte = piece.header.empty() ? data : header;
  log_end_ = first_byte.block;
  log_end_at_ = static_cast<std::uint16_t>(first_byte.at);
  std::uint32_t at = piece.begin;
  const auto make_up_to = [&](std::uint32_t end) {
    if (at >= end) return;
    make({.begin = at, .end = end}, ByteLog::behind(data, at - piece.begin), piece.last, pools);
    if (at == 0) header_ = header_of(piece, header);
  };
  for (auto old = first_touching(piece); old != fragments_.end() && old->begin < piece.end();) {
    Fragment& fragment = *old++;
    if (takes_from(piece, fragment)) {
      replace(fragment, piece, pools);
    } else {
      make_up_to(fragment.begin);
      at = fragment.end;
    }
  }
  make_up_to(piece.end());
  ++taken_;
  if (!has_one_end(overlap)) {
    end_ = fragments_.rbegin()->end;
    last_seen_ = fragments_.rbegin()->last;
  }
}

/// What `piece` leaves of `old`, which goes.
void Datagram::replace(Fragment& old, const Piece& piece, FragmentPools& pools) {
  remove(old);
  old.next = std::exchange(replaced_, &old);
  if (old.begin < piece.begin)
    make({.begin = old.begin, .end = piece.begin}, old.place, old.last, pools);
  if (old.end > piece.end())
    make({.begin = piece.end(), .end = old.end},
         ByteLog::behind(old.place, piece.end() - old.begin), old.last, pools);
}

void Datagram::make(Range range, ByteLog::Place place, bool last, FragmentPools& pools) {
  Fragment* const fragment = pools.fragments.take();
  assert(fragment != nullptr);
  fragment->begin = range.begin;
  fragment->end = range.end;
  fragment->place = place;
  fragment->last = last;
  fragment->next = std::exchange(made_, fragment);
  if (overlap == Overlap::linux_modern) join_run(*fragment);
  add(*fragment);
}

/// To the last run when it goes on with that.
void Datagram::join_run(Fragment& fragment) noexcept {
  Fragment* const last = fragments_.empty() ? nullptr : &*fragments_.rbegin();
  fragment.run = last != nullptr && last->end == fragment.begin ? last->run : &fragment;
  fragment.run->run_end = fragment.end;
}

void Datagram::add(Fragment& fragment) noexcept {
  fragments_.insert(fragment);
  received_ += fragment.end - fragment.begin;
}

void Datagram::remove(Fragment& fragment) noexcept {
  fragments_.erase(fragments_.iterator_to(fragment));
  received_ -= fragment.end - fragment.begin;
}

void Datagram::take_back(FragmentPools& pools) noexcept {
  assert(made_ != nullptr);
  while (made_ != nullptr) {
    Fragment& fragment = *std::exchange(made_, made_->next);
    remove(fragment);
    // It is the last of its run: no other came since.
    if (overlap == Overlap::linux_modern) fragment.run->run_end = fragment.begin;
    pools.fragments.give(&fragment);
  }
  while (replaced_ != nullptr) add(*std::exchange(replaced_, replaced_->next));
  log_.cut({.block = log_end_, .at = log_end_at_}, pools.blocks);
  header_ = header_before_;
  end_ = end_before_;
  last_seen_ = last_seen_before_;
  --taken_;
}

void Datagram::drop_replaced(FragmentPools& pools) noexcept {
  while (replaced_ != nullptr) pools.fragments.give(std::exchange(replaced_, replaced_->next));
}

void Datagram::clear(FragmentPools& pools) noexcept {
  drop_replaced(pools);
  fragments_.clear_and_dispose([&](Fragment* fragment) { pools.fragments.give(fragment); });
  log_.clear(pools.blocks);
  header_ = {};
  last_seen_ = false;
  end_ = received_ = taken_ = 0;
  made_ = nullptr;
}

void Datagram::write(std::span<std::byte> out) const noexcept {
  ByteLog::copy({.block = header_.block, .at = header_.at}, out.first(header_.size));
  const std::span<std::byte> data = out.subspan(header_.size);
  for (const Fragment& fragment : fragments_)
    ByteLog::copy(fragment.place, data.subspan(fragment.begin, fragment.end - fragment.begin));
}

}  // namespace espial::flow
