#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>

#include "engine/flow/os_policy.hpp"
#include "tests/support/segmenter.hpp"

/// A receiver of TCP segments, as plain as can be: each byte that waits knows which segment it is
/// of, and the table of Novak and Sturges says whether a later one takes it. Slow, without limits.
namespace espial::test {

class StreamModel {
 public:
  explicit StreamModel(flow::OsPolicy policy) : policy_(policy) {}

  void add(const Segment& segment) {
    if (segment.bytes.empty()) return;
    auto owner = std::make_shared<Range>(Range{.begin = segment.offset, .end = segment.end()});
    if (policy_ == flow::OsPolicy::linux_modern) owner = run_for(segment, owner);
    for (std::size_t i = 0; i < segment.bytes.size(); ++i) {
      const std::uint64_t offset = segment.offset + i;
      if (offset < next_) continue;
      const auto there = waiting_.find(offset);
      const Range sent{.begin = segment.offset, .end = segment.end()};
      if (there == waiting_.end() || takes(*there->second.owner, sent, *owner))
        waiting_[offset] = {.value = segment.bytes[i], .owner = owner};
    }
    drain();
  }
  /// Goes on behind the hole; false when nothing waits.
  bool skip_hole() {
    if (waiting_.empty()) return false;
    next_ = waiting_.begin()->first;
    drain();
    return true;
  }

  [[nodiscard]] std::uint64_t next() const { return next_; }
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
  /// What was delivered, without the holes.
  [[nodiscard]] const Bytes& delivered() const { return delivered_; }

 private:
  struct Range {
    std::uint64_t begin, end;
  };
  struct Held {
    std::byte value;
    std::shared_ptr<Range> owner;
  };

  /// Linux appends a segment that begins where another ends to it, if nothing waits there.
  std::shared_ptr<Range> run_for(const Segment& segment, std::shared_ptr<Range> alone) {
    if (segment.offset <= next_ || waiting_.contains(segment.offset)) return alone;
    const auto before = waiting_.find(segment.offset - 1);
    if (before == waiting_.end()) return alone;
    before->second.owner->end = segment.end();
    return before->second.owner;
  }

  [[nodiscard]] bool takes(const Range& held, const Range& sent, const Range& owner) const {
    using enum flow::OsPolicy;
    const bool before = sent.begin < held.begin;
    const bool same = sent.begin == held.begin;
    const bool longer = sent.end > held.end;
    const bool as_long = sent.end == held.end;
    if (policy_ == first || policy_ == vista) return false;
    if (policy_ == last) return true;
    if (policy_ == linux_modern) return owner.begin < held.begin || (same && longer);
    if (policy_ == linux_classic) return before || (same && longer);
    if (policy_ == old_linux) return before || (same && (longer || as_long));
    if (policy_ == solaris || policy_ == old_solaris || policy_ == hpux11)
      return longer || (as_long && (before || same));
    return before;
  }

  void drain() {
    for (auto it = waiting_.begin(); it != waiting_.end() && it->first == next_; ++next_) {
      delivered_.push_back(it->second.value);
      it = waiting_.erase(it);
    }
  }

  flow::OsPolicy policy_;
  std::uint64_t next_ = 0;
  std::map<std::uint64_t, Held> waiting_;
  Bytes delivered_;
};

}  // namespace espial::test
