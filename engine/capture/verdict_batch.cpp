#include "engine/capture/verdict_batch.hpp"

#include <algorithm>
#include <utility>

namespace espial::capture {

VerdictBatch::VerdictBatch(std::size_t capacity) {
  entries_.reserve(capacity);
  singles_.reserve(capacity);
}

void VerdictBatch::deliver(std::uint32_t id) {
  entries_.push_back({.id = id, .state = State::undecided});
}

VerdictBatch::Entry* VerdictBatch::find(std::uint32_t id) noexcept {
  if (expected_ < entries_.size() && entries_[expected_].id == id) return &entries_[expected_++];
  if (entries_.empty()) return nullptr;
  const auto distance = [oldest = entries_.front().id](std::uint32_t i) { return i - oldest; };
  const auto found = std::ranges::lower_bound(
      entries_, distance(id), {}, [&](const Entry& entry) { return distance(entry.id); });
  return found != entries_.end() && found->id == id ? &*found : nullptr;
}

bool VerdictBatch::decide(std::uint32_t id, Verdict verdict) noexcept {
  Entry* const entry = find(id);
  if (entry == nullptr || entry->state != State::undecided) return false;
  entry->state = verdict == Verdict::accept ? State::accepted : State::dropped;
  if (entry < entries_.data() + held_) held_decided_ = true;
  return true;
}

VerdictBatch::Settlement VerdictBatch::settle() {
  singles_.clear();
  Settlement settlement;
  // With nothing new about them the held ones need no look: they stay, and the oldest is of them.
  const std::size_t begin = std::exchange(held_decided_, false) ? 0 : held_;
  std::size_t kept = begin;
  for (std::size_t i = begin; i < entries_.size(); ++i) {
    const Entry entry = entries_[i];
    if (entry.state == State::undecided) {
      entries_[kept++] = entry;
    } else if (entry.state == State::accepted && kept == 0) {
      settlement.accept_through = entry.id;
    } else {
      singles_.push_back(
          {.id = entry.id,
           .verdict = entry.state == State::accepted ? Verdict::accept : Verdict::drop});
    }
  }
  entries_.resize(kept);
  held_ = expected_ = kept;
  settlement.singles = singles_;
  return settlement;
}

}  // namespace espial::capture
