#include "engine/flow/datagram.hpp"

#include <cassert>
#include <iterator>

namespace espial::flow {

Fit Datagram::fit(const Piece& piece, Overlap overlap, std::uint32_t max_fragments) noexcept {
  end_before_ = end_;
  last_seen_before_ = last_seen_;
  const std::uint32_t end = piece.end();
  if (piece.last) {
    if (end < end_ || (last_seen_ && end != end_)) return Fit::contradiction;
    last_seen_ = true;
    end_ = end;
  } else if (end > end_) {
    if (last_seen_) return Fit::contradiction;
    end_ = end;
  }
  if (piece.data.empty()) return Fit::empty;
  const Fit fit = meet(piece, overlap);
  return fit == Fit::fits && fragments_.size() >= max_fragments ? Fit::too_many : fit;
}

/// How `piece` lies to the fragments that are there.
Fit Datagram::meet(const Piece& piece, Overlap overlap) const noexcept {
  const auto above = fragments_.upper_bound(piece.begin);
  if (above != fragments_.begin()) {
    const Fragment& below = *std::prev(above);
    const bool same = below.begin == piece.begin && below.end == piece.end();
    if (same && ByteLog::holds(below.place, piece.data)) return Fit::duplicate;
    if (same) return Fit::inside;
    if (piece.begin < below.run->run_end)
      return overlap == Overlap::linux_modern && piece.end() <= below.run->run_end ? Fit::inside
                                                                                   : Fit::overlap;
  }
  return above != fragments_.end() && above->begin < piece.end() ? Fit::overlap : Fit::fits;
}

std::uint64_t Datagram::blocks_for(const Piece& piece) const noexcept {
  return log_.blocks_for(piece.header.size() + piece.data.size());
}

void Datagram::insert(const Piece& piece, FragmentPools& pools) {
  Fragment* const fragment = pools.fragments.take();
  assert(fragment != nullptr);
  if (!piece.header.empty()) {
    header_ = log_.append(piece.header, pools.blocks);
    header_size_ = static_cast<std::uint32_t>(piece.header.size());
    next_header_at_ = piece.next_header_at;
    next_header_ = piece.next_header;
  }
  fragment->place = log_.append(piece.data, pools.blocks);
  insert_range(piece, *fragment);
  received_ += fragment->end - fragment->begin;
  newest_ = fragment;
}

/// Into the set, and to the last run when it goes on with that.
void Datagram::insert_range(const Piece& piece, Fragment& fragment) noexcept {
  fragment.begin = piece.begin;
  fragment.end = piece.end();
  Fragment* const last = fragments_.empty() ? nullptr : &*fragments_.rbegin();
  fragment.run = last != nullptr && last->end == piece.begin ? last->run : &fragment;
  fragment.run->run_end = fragment.end;
  fragments_.insert(fragment);
}

void Datagram::take_back(FragmentPools& pools) noexcept {
  assert(newest_ != nullptr);
  const bool first = newest_->begin == 0;
  log_.cut(first ? header_ : newest_->place, pools.blocks);
  if (first) header_size_ = 0;
  received_ -= newest_->end - newest_->begin;
  newest_->run->run_end = newest_->begin;  // it is the last of its run: no other came since
  fragments_.erase(fragments_.iterator_to(*newest_));
  pools.fragments.give(newest_);
  newest_ = nullptr;
  end_ = end_before_;
  last_seen_ = last_seen_before_;
}

void Datagram::clear(FragmentPools& pools) noexcept {
  fragments_.clear_and_dispose([&](Fragment* fragment) { pools.fragments.give(fragment); });
  log_.clear(pools.blocks);
  header_size_ = received_ = end_ = 0;
  last_seen_ = false;
  newest_ = nullptr;
}

void Datagram::write(std::span<std::byte> out) const noexcept {
  ByteLog::copy(header_, out.first(header_size_));
  const std::span<std::byte> data = out.subspan(header_size_);
  for (const Fragment& fragment : fragments_)
    ByteLog::copy(fragment.place, data.subspan(fragment.begin, fragment.end - fragment.begin));
}

}  // namespace espial::flow
