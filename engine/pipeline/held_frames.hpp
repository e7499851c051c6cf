#pragma once
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <vector>

#include "engine/base/lru_table.hpp"
#include "engine/capture/source.hpp"

namespace espial::pipeline {

/// Frames whose verdict waits for others: the fragments of a datagram that is not complete. They
/// lie with their source (a kernel's queue); here are their handles, by datagram, in the order in
/// which they came.
///
/// Bounded in number and in time: beyond either the oldest datagram's frames pass, and are counted;
/// the datagram itself is still being joined, so that the fragment that completes it is judged.
/// Owned by a worker. Nothing is allocated once the tables have their size.
class HeldFrames {
 public:
  struct Limits {
    std::uint32_t max_frames = 2'048;  // 0: nothing is held
    Duration timeout = std::chrono::seconds(2);
  };

  struct Settled {
    capture::RawPacket frame;  // without its bytes
    Verdict verdict;
  };

  explicit HeldFrames(const Limits& limits);

  [[nodiscard]] bool enabled() const noexcept { return limits_.max_frames > 0; }

  /// Holds a frame back with those of the same `datagram`.
  void hold(const capture::RawPacket& frame, std::uint64_t datagram);

  /// What is held of `datagram` waits for `other` from now on, as if it had come with it.
  void wait_for(std::uint64_t datagram, std::uint64_t other);

  /// The verdict on all that is held of `datagram`.
  void settle(std::uint64_t datagram, Verdict verdict);

  /// What comes of `key` (Defragmenter::Result) is dropped for as long as frames wait: what is left
  /// of a datagram that was dropped.
  void forbid(std::uint64_t key, Timestamp now) { forbidden_.make(key, now); }
  [[nodiscard]] bool is_forbidden(std::uint64_t key, Timestamp now) {
    return forbidden_.size() > 0 && forbidden_.find(key, now) != nullptr;
  }

  /// Lets pass what has waited for its time.
  void expire(Timestamp now);
  /// Lets pass all.
  void release_all();

  /// What has been settled since it was last taken; the caller decides it and clears it.
  [[nodiscard]] std::vector<Settled>& settled() noexcept { return settled_; }

  [[nodiscard]] std::uint32_t size() const noexcept { return held_; }
  /// Frames that passed before their datagram was complete: for time, for room.
  [[nodiscard]] std::uint64_t timed_out() const noexcept { return timed_out_; }
  [[nodiscard]] std::uint64_t evicted() const noexcept { return evicted_; }

 private:
  /// One frame, in its datagram's chain; free ones are chained too.
  struct Node {
    capture::RawPacket frame;
    std::uint32_t next = 0;  // counted from 1
  };
  struct Chain {
    std::uint32_t first = 0, last = 0;
    std::uint32_t older = 0, newer = 0;  // datagrams by age: indices of chains, counted from 1
    std::uint64_t datagram = 0;
    Timestamp since;
  };

  [[nodiscard]] std::uint32_t chain_of(std::uint64_t datagram, Timestamp now);
  std::uint32_t release(std::uint32_t at, Verdict verdict);
  void forget(std::uint32_t at);

  struct Mark {};

  Limits limits_;
  LruTable<Mark> forbidden_;
  std::vector<Node> nodes_;
  std::vector<Chain> chains_;
  std::uint32_t free_node_ = 0, free_chain_ = 0, oldest_ = 0, newest_ = 0;
  boost::unordered_flat_map<std::uint64_t, std::uint32_t> by_datagram_;
  std::vector<Settled> settled_;
  std::uint32_t held_ = 0;
  std::uint64_t timed_out_ = 0, evicted_ = 0;
};

}  // namespace espial::pipeline
