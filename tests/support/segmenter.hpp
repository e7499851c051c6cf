#pragma once
#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "tests/support/bytes.hpp"

/// A stream cut into TCP segments for tests, and what a hostile or unlucky way does to them.
namespace espial::test {

/// Offsets count from the stream's first byte.
struct Segment {
  std::uint64_t offset = 0;
  Bytes bytes;

  [[nodiscard]] std::uint64_t end() const { return offset + bytes.size(); }
};
using Segments = std::vector<Segment>;

/// Chance that repeats itself.
class Segmenter {
 public:
  explicit Segmenter(std::uint64_t seed) : random_(seed) {}

  /// Below `n`, which is not 0.
  std::size_t below(std::size_t n) { return random_() % n; }

  Bytes stream(std::size_t size) {
    Bytes bytes(size);
    for (std::byte& byte : bytes) byte = letter();
    return bytes;
  }

  /// At random places, in order; none longer than `largest`.
  Segments cut(ByteView stream, std::size_t largest) {
    Segments all;
    for (std::size_t at = 0; at < stream.size();) {
      const std::size_t size = std::min(stream.size() - at, 1 + below(largest));
      all.push_back({.offset = at, .bytes = copy(stream.subspan(at, size))});
      at += size;
    }
    return all;
  }
  /// Moves segments out of their place, none farther than `reach`.
  void reorder(Segments& all, std::size_t reach) {
    for (std::size_t i = 0; i < all.size(); ++i)
      std::swap(all[i], all[std::min(all.size() - 1, i + below(reach + 1))]);
  }
  /// Some once more, anywhere behind.
  void duplicate(Segments& all, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t from = below(all.size());
      put(all, from + 1 + below(all.size() - from), all[from]);
    }
  }
  /// `count` more segments with ranges of their own, anywhere. They say what `stream` says, or,
  /// `other`, something else.
  void overlap(Segments& all, ByteView stream, std::size_t count, std::size_t largest, bool other) {
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t at = below(stream.size());
      const std::size_t size = std::min(stream.size() - at, 1 + below(largest));
      put(all, below(all.size() + 1),
          {.offset = at, .bytes = other ? this->stream(size) : copy(stream.subspan(at, size))});
    }
  }
  /// `count` of them, gone.
  void lose(Segments& all, std::size_t count) {
    for (; count > 0 && !all.empty(); --count)
      all.erase(all.begin() + static_cast<std::ptrdiff_t>(below(all.size())));
  }

 private:
  std::byte letter() { return static_cast<std::byte>('a' + below(26)); }
  static void put(Segments& all, std::size_t at, Segment segment) {
    all.insert(all.begin() + static_cast<std::ptrdiff_t>(at), std::move(segment));
  }

  std::mt19937_64 random_;
};

}  // namespace espial::test
