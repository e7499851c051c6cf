#pragma once
#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "tests/support/fragments.hpp"

/// An attacker with fragments, driven by a seed: cuts, reorders, duplicates, overlaps, loses.
namespace espial::test {

/// Chance that repeats itself: cuts, orders, what comes twice and what is lost.
class Fragmenter {
 public:
  /// What others say of the bytes that a fragment shares with those that are right.
  enum class Lie : std::uint8_t { none, other_bytes };

  explicit Fragmenter(std::uint64_t seed) : random_(seed) {}

  /// Below `n`.
  std::size_t below(std::size_t n) { return random_() % n; }

  /// At random places, in order.
  std::vector<Bytes> cut(ByteView packet, std::size_t largest, const Cut& how = {}) {
    std::vector<Bytes> all;
    const std::size_t total = packet.size() - fragmented_at(packet, how);
    for (std::size_t begin = 0; begin < total;) {
      // The first never takes all: that would be no fragment.
      const std::size_t most = begin == 0 ? std::min(largest, (total - 1) / 8 * 8) : largest;
      const std::size_t end = std::min(total, begin + 8 + (below(most / 8) * 8));
      all.push_back(fragment(packet, begin, end, how));
      begin = end;
    }
    return all;
  }
  void shuffle(std::vector<Bytes>& all) { std::ranges::shuffle(all, random_); }
  /// Some of them once more, anywhere behind the place of the first.
  void duplicate(std::vector<Bytes>& all, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t from = below(all.size());
      const std::size_t to = from + 1 + below(all.size() - from);
      const Bytes again = all[from];
      all.insert(all.begin() + static_cast<std::ptrdiff_t>(to), again);
    }
  }
  /// `count` more anywhere, which share bytes with those of `packet`: the same bytes or others. One
  /// of eight claims to be the last. `packet` has eight bytes to share out at least.
  void overlap(std::vector<Bytes>& all, ByteView packet, std::size_t count, Lie lie,
               const Cut& how = {}) {
    const std::size_t total = packet.size() - fragmented_at(packet, how);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t begin = below(total / 8) * 8;
      const bool last = begin != 0 && below(8) == 0;
      const std::size_t most = last ? total : total / 8 * 8;
      const std::size_t end = std::min(most, begin + 8 + (below(6) * 8));
      Cut cut = how;
      cut.more = !last;
      if (lie == Lie::other_bytes) cut.content = filler(end - begin, static_cast<int>(below(256)));
      all.insert(all.begin() + static_cast<std::ptrdiff_t>(below(all.size() + 1)),
                 fragment(packet, begin, end, cut));
    }
  }
  /// One of them, gone.
  void lose(std::vector<Bytes>& all) {
    all.erase(all.begin() + static_cast<std::ptrdiff_t>(below(all.size())));
  }

 private:
  std::mt19937_64 random_;
};

}  // namespace espial::test
