#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/flow/overlap.hpp"
#include "tests/support/packets.hpp"

/// What a receiver makes of the fragments of one datagram, as plainly as it can be said: each byte
/// has an owner, and nothing is fast. Written from the policies' words, for comparison.
namespace espial::test {

class FragmentModel {
 public:
  explicit FragmentModel(flow::Overlap overlap) : overlap_(overlap) {}

  /// The datagram's bytes when this fragment completes them; it is forgotten then.
  std::optional<Bytes> add(std::size_t begin, ByteView bytes, bool last) {
    const std::size_t end = begin + bytes.size();
    if (linux_like() && contradicts(end, last)) {
      if (strict()) *this = FragmentModel(overlap_);
      return std::nullopt;
    }
    if (linux_like()) note_end(end, last);
    if (strict() && !may_join(begin, end)) return std::nullopt;
    return own(begin, bytes, last) ? joined() : std::nullopt;
  }

 private:
  struct Byte {
    int owner = -1;
    bool last = false;
    std::byte value{};
  };

  [[nodiscard]] bool strict() const {
    return overlap_ == flow::Overlap::linux_modern || overlap_ == flow::Overlap::rfc5722;
  }
  [[nodiscard]] bool linux_like() const {
    return strict() || overlap_ == flow::Overlap::linux_classic;
  }
  [[nodiscard]] bool contradicts(std::size_t end, bool last) const {
    if (last) return end < end_ || (last_seen_ && end != end_);
    return last_seen_ && end > end_;
  }
  void note_end(std::size_t end, bool last) {
    end_ = std::max(end_, end);
    last_seen_ = last_seen_ || last;
  }

  /// The runs of fragments that were appended in order, or, for RFC 5722, the fragments.
  bool may_join(std::size_t begin, std::size_t end) {
    const bool runs = overlap_ == flow::Overlap::linux_modern;
    for (const auto& [from, to] : runs_) {
      if (end <= from || begin >= to) continue;
      const bool inside = runs ? begin >= from && end <= to : begin == from && end == to;
      if (!inside) *this = FragmentModel(overlap_);
      return false;
    }
    const auto highest = std::ranges::max_element(runs_, {}, &Run::to);
    if (runs && highest != runs_.end() && highest->to == begin)
      highest->to = end;
    else
      runs_.push_back({.from = begin, .to = end});
    return true;
  }

  /// False when nothing of it stays: receivers drop it at once and look no further.
  bool own(std::size_t begin, ByteView bytes, bool last) {
    const std::size_t end = begin + bytes.size();
    if (bytes_.size() < end) bytes_.resize(end);
    const std::vector<Byte> before = bytes_;
    ++newest_;
    bool owns = false;
    for (std::size_t at = begin; at < end; ++at)
      if (before[at].owner < 0 || newer_stays(before, at, begin, end)) {
        bytes_[at] = {.owner = newest_, .last = last, .value = bytes[at - begin]};
        owns = true;
      }
    return owns;
  }

  /// What is left of the older fragment around `at` against the newer one.
  [[nodiscard]] bool newer_stays(const std::vector<Byte>& bytes, std::size_t at, std::size_t begin,
                                 std::size_t end) const {
    std::size_t from = at;
    while (from > 0 && bytes[from - 1].owner == bytes[at].owner) --from;
    std::size_t to = at + 1;
    while (to < bytes.size() && bytes[to].owner == bytes[at].owner) ++to;
    const bool starts_before = begin < from;
    const bool starts_with = begin == from;
    const bool ends_behind = end > to;
    const bool ends_with = end == to;
    switch (overlap_) {
      case flow::Overlap::last: return true;
      case flow::Overlap::bsd: return starts_before;
      case flow::Overlap::linux_classic: return starts_before || starts_with;
      case flow::Overlap::windows: return starts_before && ends_behind;
      case flow::Overlap::solaris: return starts_before && (ends_behind || ends_with);
      case flow::Overlap::bsd_right:
        return ends_behind || (ends_with && (starts_before || starts_with));
      case flow::Overlap::first:
      case flow::Overlap::linux_modern:
      case flow::Overlap::rfc5722: return false;
    }
    return false;
  }

  std::optional<Bytes> joined() {
    const bool whole =
        std::ranges::all_of(bytes_, [](const Byte& byte) { return byte.owner >= 0; });
    const bool ended = linux_like() ? last_seen_ && bytes_.size() == end_ : bytes_.back().last;
    if (!whole || !ended) return std::nullopt;
    Bytes out;
    for (const Byte& byte : bytes_) out.push_back(byte.value);
    *this = FragmentModel(overlap_);
    return out;
  }

  struct Run {
    std::size_t from, to;
  };

  flow::Overlap overlap_;
  std::vector<Byte> bytes_;
  std::vector<Run> runs_;
  int newest_ = -1;
  std::size_t end_ = 0;
  bool last_seen_ = false;
};

}  // namespace espial::test
