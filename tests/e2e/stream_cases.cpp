#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "tests/support/stream_receiver.hpp"

/// stream_cases FIRST LAST: for each seed from FIRST to LAST a TCP stream in segments that overlap
/// and say different things while they wait, and what policy linux_modern makes of them. Lines:
///
///   case SEED
///   segment OFFSET HEX
///   expect HEX
///
/// Left out are segments of which Linux itself does not know what becomes: one that begins where an
/// older one ends, but inside of a third that begins between them. Whether Linux comes past the
/// older one, and so appends to it, is a matter of how its tree happens to be balanced. The same
/// holds after a segment that was appended to another covers a third: that one stays in the tree.
namespace {

using namespace espial;

/// Small, so that Linux always has room to append one waiting segment to another.
constexpr std::size_t kLongest = 90;

/// The ranges in Linux's queue of what came early.
class KernelQueue {
 public:
  /// False when the tree decides; the segment is not to be sent then.
  bool add(const test::Segment& segment) {
    const Range fresh{.begin = segment.offset, .end = segment.end()};
    if (fresh.begin <= next_) {
      next_ = std::max(next_, fresh.end);
      while (!queue_.empty() && queue_.front().begin <= next_) {
        next_ = std::max(next_, queue_.front().end);
        queue_.erase(queue_.begin());
      }
      return true;
    }
    const auto behind = std::ranges::upper_bound(queue_, fresh.begin, {}, &Range::begin);
    const auto before_last = behind == queue_.begin() ? behind : behind - 1;
    if (std::any_of(queue_.begin(), before_last,
                    [&](const Range& range) { return range.end == fresh.begin; }))
      return false;
    if (before_last == behind) {
      insert(behind, fresh);
    } else if (before_last->end == fresh.begin) {
      if (behind != queue_.end() && behind->end <= fresh.end) return false;
      before_last->end = fresh.end;
    } else if (before_last->end < fresh.end) {
      if (before_last->begin == fresh.begin) {
        *before_last = fresh;
        cover(behind, fresh.end);
      } else {
        insert(behind, fresh);
      }
    }
    return true;
  }

 private:
  struct Range {
    std::uint64_t begin = 0, end = 0;
  };
  using Place = std::vector<Range>::iterator;

  void insert(Place place, const Range& range) {
    cover(queue_.insert(place, range) + 1, range.end);
  }
  void cover(Place from, std::uint64_t end) {
    queue_.erase(from, std::find_if(from, queue_.end(),
                                    [&](const Range& range) { return range.end > end; }));
  }

  std::uint64_t next_ = 0;
  std::vector<Range> queue_;  // ends rise like begins
};

/// The beginning comes late: until then all of it waits. In the end each byte has come.
test::Segments traffic(test::Segmenter& chance) {
  const test::Bytes stream = chance.stream(8 + chance.below(kLongest - 8));
  const std::size_t largest = 1 + chance.below(12);
  test::Segments all = chance.cut(stream, largest);
  chance.reorder(all, all.size());
  chance.duplicate(all, chance.below(3));
  chance.overlap(all, stream, 4 + chance.below(16), largest * 2, true);
  const std::size_t quiet = chance.below(all.size());
  test::Segments order;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (i >= quiet || all[i].offset > 0) order.push_back(all[i]);
  for (test::Segment& last : chance.cut(stream, largest)) order.push_back(std::move(last));
  return order;
}

std::string hex(ByteView bytes) {
  std::string out;
  for (const std::byte byte : bytes) out += fmt::format("{:02x}", std::to_integer<unsigned>(byte));
  return out;
}

void print_case(std::uint64_t seed) {
  test::Segmenter chance(seed);
  test::StreamReceiver receiver(flow::OsPolicy::linux_modern);
  KernelQueue queue;
  fmt::print("case {}\n", seed);
  for (const test::Segment& segment : traffic(chance)) {
    if (!queue.add(segment)) continue;
    receiver.add(segment);
    fmt::print("segment {} {}\n", segment.offset, hex(segment.bytes));
  }
  fmt::print("expect {}\n", hex(receiver.delivered));
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) return 2;
  const std::uint64_t last = std::strtoull(words[2], nullptr, 10);
  for (std::uint64_t seed = std::strtoull(words[1], nullptr, 10); seed <= last; ++seed)
    print_case(seed);
  return 0;
}
