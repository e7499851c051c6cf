#include "engine/pipeline/held_frames.hpp"

#include <algorithm>
#include <utility>

namespace espial::pipeline {

HeldFrames::HeldFrames(const Limits& limits)
    : limits_(limits),
      forbidden_(std::max(limits.max_frames, 1U), limits.timeout),
      nodes_(limits.max_frames),
      chains_(limits.max_frames) {
  for (std::uint32_t i = limits.max_frames; i > 0; --i) {
    nodes_[i - 1].next = std::exchange(free_node_, i);
    chains_[i - 1].newer = std::exchange(free_chain_, i);
  }
  by_datagram_.reserve(limits.max_frames);
  settled_.reserve(limits.max_frames);
}

void HeldFrames::hold(const capture::RawPacket& frame, std::uint64_t datagram) {
  if (!enabled()) {
    settled_.push_back({.frame = frame, .verdict = Verdict::accept});
    return;
  }
  if (free_node_ == 0) evicted_ += release(oldest_, Verdict::accept);
  const std::uint32_t at = chain_of(datagram, frame.time);
  const std::uint32_t added = free_node_;
  Node& node = nodes_[added - 1];
  free_node_ = node.next;
  node = {.frame = frame};
  node.frame.bytes = {};
  Chain& chain = chains_[at - 1];
  (chain.last == 0 ? chain.first : nodes_[chain.last - 1].next) = added;
  chain.last = added;
  ++held_;
}

std::uint32_t HeldFrames::chain_of(std::uint64_t datagram, Timestamp now) {
  const auto [place, made] = by_datagram_.try_emplace(datagram, free_chain_);
  if (!made) return place->second;
  const std::uint32_t at = free_chain_;
  Chain& chain = chains_[at - 1];
  free_chain_ = chain.newer;
  chain = {.older = newest_, .datagram = datagram, .since = now};
  (newest_ == 0 ? oldest_ : chains_[newest_ - 1].newer) = at;
  newest_ = at;
  return at;
}

void HeldFrames::wait_for(std::uint64_t datagram, std::uint64_t other) {
  const auto found = by_datagram_.find(datagram);
  if (found == by_datagram_.end() || datagram == other) return;
  const std::uint32_t from = found->second;
  const auto known = by_datagram_.find(other);
  if (known == by_datagram_.end()) {
    by_datagram_.erase(found);
    by_datagram_.emplace(other, from);
    chains_[from - 1].datagram = other;
    return;
  }
  Chain& into = chains_[known->second - 1];
  nodes_[into.last - 1].next = chains_[from - 1].first;
  into.last = chains_[from - 1].last;
  forget(from);
}

void HeldFrames::settle(std::uint64_t datagram, Verdict verdict) {
  const auto found = by_datagram_.find(datagram);
  if (found != by_datagram_.end()) release(found->second, verdict);
}

void HeldFrames::expire(Timestamp now) {
  while (oldest_ != 0 && now - chains_[oldest_ - 1].since > limits_.timeout)
    timed_out_ += release(oldest_, Verdict::accept);
}

void HeldFrames::release_all() {
  while (oldest_ != 0) timed_out_ += release(oldest_, Verdict::accept);
}

/// Settles a datagram's frames and forgets it; how many they were.
std::uint32_t HeldFrames::release(std::uint32_t at, Verdict verdict) {
  std::uint32_t released = 0;
  for (std::uint32_t i = chains_[at - 1].first; i != 0; ++released) {
    Node& node = nodes_[i - 1];
    settled_.push_back({.frame = node.frame, .verdict = verdict});
    const std::uint32_t next = std::exchange(node.next, free_node_);
    free_node_ = std::exchange(i, next);
  }
  forget(at);
  held_ -= released;
  return released;
}

/// Its frames are no longer its own.
void HeldFrames::forget(std::uint32_t at) {
  Chain& chain = chains_[at - 1];
  by_datagram_.erase(chain.datagram);
  (chain.older == 0 ? oldest_ : chains_[chain.older - 1].newer) = chain.newer;
  (chain.newer == 0 ? newest_ : chains_[chain.newer - 1].older) = chain.older;
  chain.newer = std::exchange(free_chain_, at);
}

}  // namespace espial::pipeline
