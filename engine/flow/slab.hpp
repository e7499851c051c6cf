#pragma once
#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace espial::flow {

/// Items of one kind in pages that are made as they are needed, up to a ceiling, and never given
/// back: on a warm slab take() and give() allocate nothing. Addresses stay good for the slab's
/// life. T has a member `T* next`, which belongs to the slab while the item is free.
template <class T>
class Slab {
 public:
  explicit Slab(std::uint64_t capacity) noexcept : capacity_(capacity) {}

  /// An item as its last user left it; null when all are in use.
  [[nodiscard]] T* take() {
    if (free_ == nullptr) grow();
    if (free_ == nullptr) return nullptr;
    ++in_use_;
    return std::exchange(free_, free_->next);
  }
  void give(T* item) noexcept {
    item->next = std::exchange(free_, item);
    --in_use_;
  }

  [[nodiscard]] std::uint64_t capacity() const noexcept { return capacity_; }
  /// Items that take() still has.
  [[nodiscard]] std::uint64_t left() const noexcept { return capacity_ - in_use_; }
  /// Bytes of the pages made so far.
  [[nodiscard]] std::uint64_t memory() const noexcept { return made_ * sizeof(T); }

 private:
  static constexpr std::uint64_t kPageItems = 256;

  void grow() {
    const std::uint64_t items = std::min(kPageItems, capacity_ - made_);
    if (items == 0) return;
    made_ += items;
    for (T& item : pages_.emplace_back(items)) item.next = std::exchange(free_, &item);
  }

  std::uint64_t capacity_;
  std::uint64_t made_ = 0;
  std::uint64_t in_use_ = 0;
  T* free_ = nullptr;
  std::vector<std::vector<T>> pages_;
};

}  // namespace espial::flow
