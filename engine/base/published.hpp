#pragma once
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace espial {

/// Reload is publication, not mutation. One writer publishes, each reader follows at its batch
/// edges. A reader pays one acquire load when nothing moved; else it takes the lock for the time of
/// a pointer copy. Values are freed by the publisher (`collect`), never on a reader's thread: a
/// value stays until every reader has moved past it.
///
/// Threads: publish, collect and add_reader from the control thread; each Reader from one thread of
/// its own. The Published must outlive its Readers.
template <class T>
class Published {
 public:
  class Reader {
   public:
    /// The newest value; valid until the next get() of this reader.
    const T& get() noexcept {
      const std::uint64_t generation = source_->generation_.load(std::memory_order_acquire);
      if (generation != seen_.load(std::memory_order_relaxed)) refresh();
      return *local_;
    }
    [[nodiscard]] std::uint64_t generation() const noexcept {
      return seen_.load(std::memory_order_acquire);
    }

   private:
    friend class Published;
    explicit Reader(Published& source) : source_(&source) {}
    void refresh() noexcept {
      const std::scoped_lock lock(source_->mutex_);
      local_ = source_->values_.back().value.get();
      seen_.store(source_->values_.back().generation, std::memory_order_release);
    }
    Published* source_;
    const T* local_ = nullptr;
    std::atomic<std::uint64_t> seen_{0};
  };

  explicit Published(std::unique_ptr<const T> first) { publish(std::move(first)); }

  /// Makes `next` what readers see from their next get() on. Returns its generation, counted
  /// from 1.
  std::uint64_t publish(std::unique_ptr<const T> next) {
    const std::scoped_lock lock(mutex_);
    const std::uint64_t generation = generation_.load(std::memory_order_relaxed) + 1;
    values_.push_back({.generation = generation, .value = std::move(next)});
    generation_.store(generation, std::memory_order_release);
    return generation;
  }

  /// The reader lives as long as this object; it holds the current value from the start.
  Reader& add_reader() {
    auto reader =
        std::unique_ptr<Reader>(new Reader(*this));  // NOLINT(*-owning-memory): private constructor
    reader->refresh();
    const std::scoped_lock lock(mutex_);
    readers_.push_back(std::move(reader));
    return *readers_.back();
  }

  /// Frees the values that every reader has left behind; how many are still held besides the
  /// newest.
  std::size_t collect() {
    std::vector<Value> dead;  // freed after the lock is released
    const std::scoped_lock lock(mutex_);
    std::uint64_t oldest = generation_.load(std::memory_order_relaxed);
    for (const auto& reader : readers_) oldest = std::min(oldest, reader->generation());
    const auto keep =
        std::ranges::find_if(values_, [&](const Value& v) { return v.generation >= oldest; });
    dead.assign(std::make_move_iterator(values_.begin()), std::make_move_iterator(keep));
    values_.erase(values_.begin(), keep);
    return values_.size() - 1;
  }

  /// The newest value, for the control thread.
  [[nodiscard]] const T& newest() const noexcept {
    const std::scoped_lock lock(mutex_);
    return *values_.back().value;
  }
  [[nodiscard]] std::uint64_t generation() const noexcept {
    return generation_.load(std::memory_order_acquire);
  }

 private:
  struct Value {
    std::uint64_t generation;
    std::unique_ptr<const T> value;
  };
  mutable std::mutex mutex_;
  std::vector<Value> values_;  // oldest first, never empty after construction
  std::vector<std::unique_ptr<Reader>> readers_;
  std::atomic<std::uint64_t> generation_{0};
};

}  // namespace espial
