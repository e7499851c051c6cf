#pragma once
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/base/time.hpp"

namespace espial {

/// A table with a ceiling for things that are remembered between packets: an entry that is not
/// touched for a time is forgotten, and when the table is full the one longest untouched goes: a
/// `kept` one whose time is over, else one that is not kept, so that a flood of new entries eats
/// itself. Only where those not kept have less than an eighth of the table, a kept one makes room.
/// Keys are 64-bit hashes under a secret (SipHash): nobody outside can make two entries meet.
///
/// Entries lie in pages that are made as the table grows and never given back. Beyond that only the
/// index is allocated anew at times: where entries come and go, once in about ten times the
/// capacity. Every operation costs one look-up. One thread.
template <class Value>
class LruTable {
 public:
  /// `capacity`: at least 1. `timeout`: silence after which an entry is not found any more.
  LruTable(std::uint32_t capacity, Duration timeout) : capacity_(capacity), timeout_(timeout) {
    index_.reserve(capacity);
  }

  /// The entry, touched; null if there is none or its time is over.
  [[nodiscard]] Value* find(std::uint64_t key, Timestamp now) {
    const auto found = index_.find(key);
    if (found == index_.end()) return nullptr;
    Slot& slot = at(found->second);
    if (now - slot.last > timeout_) {
      remove(found->second);
      return nullptr;
    }
    touch(found->second, now);
    return &slot.value;
  }

  /// The entry, made anew (value-initialised) if there is none. The pointer is good until the next
  /// call of make().
  struct Made {
    Value* value;
    bool created;
  };
  Made make(std::uint64_t key, Timestamp now) {
    if (Value* const known = find(key, now)) return {known, false};
    const std::uint32_t place = take_place(now);
    Slot& slot = at(place);
    slot.key = key;
    slot.last = now;
    slot.kept = false;
    append(new_, place);
    index_.emplace(key, place);
    return {&slot.value, true};
  }

  /// Moves the entry among those that go last.
  void keep(std::uint64_t key) {
    const auto found = index_.find(key);
    if (found == index_.end() || at(found->second).kept) return;
    unlink(found->second);
    at(found->second).kept = true;
    append(kept_, found->second);
  }

  void erase(std::uint64_t key) {
    if (const auto found = index_.find(key); found != index_.end()) remove(found->second);
  }

  [[nodiscard]] std::size_t size() const noexcept { return index_.size(); }
  [[nodiscard]] std::uint32_t capacity() const noexcept { return capacity_; }
  /// Entries that had to go because the table was full.
  [[nodiscard]] std::uint64_t evicted() const noexcept { return evicted_; }

 private:
  static constexpr std::uint32_t kNone = 0;  // places are counted from 1
  static constexpr std::uint32_t kPageSlots = 64;
  static constexpr std::uint32_t kShareOfNew = 8;
  struct Slot {
    std::uint64_t key = 0;
    Timestamp last;
    std::uint32_t previous = kNone, next = kNone;
    bool kept = false;
    Value value{};
  };
  struct List {
    std::uint32_t oldest = kNone, newest = kNone, size = 0;
  };

  Slot& at(std::uint32_t place) {
    return pages_[(place - 1) / kPageSlots][(place - 1) % kPageSlots];
  }
  List& list_of(const Slot& slot) { return slot.kept ? kept_ : new_; }

  std::uint32_t take_place(Timestamp now) {
    if (free_ == kNone && made_ == capacity_) {
      ++evicted_;
      remove(oldest(now));
    }
    if (free_ != kNone) {
      const std::uint32_t place = free_;
      free_ = at(place).next;
      return place;
    }
    if (made_ % kPageSlots == 0)
      pages_.push_back(std::make_unique<Slot[]>(kPageSlots));  // NOLINT(*-avoid-c-arrays)
    return ++made_;
  }

  /// Who goes from a full table.
  [[nodiscard]] std::uint32_t oldest(Timestamp now) {
    if (kept_.oldest == kNone) return new_.oldest;
    if (new_.oldest == kNone) return kept_.oldest;
    const bool over = now - at(kept_.oldest).last > timeout_;
    return over || new_.size < capacity_ / kShareOfNew ? kept_.oldest : new_.oldest;
  }

  void remove(std::uint32_t place) {
    unlink(place);
    index_.erase(at(place).key);
    at(place).value = Value{};  // what it holds is given back now
    at(place).next = free_;
    free_ = place;
  }

  void touch(std::uint32_t place, Timestamp now) {
    at(place).last = now;
    unlink(place);
    append(list_of(at(place)), place);
  }

  void append(List& list, std::uint32_t place) {
    at(place).previous = list.newest;
    at(place).next = kNone;
    (list.newest == kNone ? list.oldest : at(list.newest).next) = place;
    list.newest = place;
    ++list.size;
  }

  void unlink(std::uint32_t place) {
    const Slot& slot = at(place);
    List& list = list_of(slot);
    (slot.previous == kNone ? list.oldest : at(slot.previous).next) = slot.next;
    (slot.next == kNone ? list.newest : at(slot.next).previous) = slot.previous;
    --list.size;
  }

  std::uint32_t capacity_;
  Duration timeout_;
  boost::unordered_flat_map<std::uint64_t, std::uint32_t> index_;
  std::vector<std::unique_ptr<Slot[]>> pages_;  // NOLINT(*-avoid-c-arrays)
  List new_, kept_;
  std::uint32_t free_ = kNone;
  std::uint32_t made_ = 0;
  std::uint64_t evicted_ = 0;
};

}  // namespace espial
