#include <cstdlib>
#include <span>

#include "tests/support/stream_model.hpp"
#include "tests/support/stream_receiver.hpp"

/// The input is a policy, the first sequence number, and a script of four bytes a step: a segment
/// somewhere around what comes next, a hole given up, bytes given back, or all of them. Oracle: a
/// plain model of the receiver delivers the same bytes; a segment that contradicts is one whose
/// bytes differ; what finds no room changes nothing; everything is given back in the end.
namespace {

using namespace espial;
using test::Bytes;

constexpr std::size_t kStep = 4;
constexpr std::size_t kMemory = 64U << 10U;  // soon met

void require(bool holds) {
  if (!holds) std::abort();
}

unsigned number(ByteView in, std::size_t i) {
  return std::to_integer<unsigned>(in[i]);
}

class Run {
 public:
  Run(flow::OsPolicy policy, std::uint32_t sequence)
      : sequence_(sequence), receiver_(policy, sequence, kMemory), model_(policy) {}

  void step(ByteView in) {
    switch (number(in, 0) % 16) {
      case 0: return skip();
      case 1:
        return receiver_.buffer.release(receiver_.buffer.next() - number(in, 1), receiver_.pools);
      default: return add(segment(in));
    }
  }

  void finish() {
    while (receiver_.buffer.waiting() > 0) skip();
    require(receiver_.delivered == model_.delivered());
    receiver_.buffer.clear(receiver_.pools);
    require(receiver_.pools.blocks.left() == receiver_.pools.blocks.capacity());
    require(receiver_.pools.segments.left() == receiver_.pools.segments.capacity());
  }

 private:
  /// From up to 64 before next() to far behind it; a few bytes, or many.
  [[nodiscard]] test::Segment segment(ByteView in) const {
    const std::uint64_t far = number(in, 1) * (number(in, 0) % 16 == 2 ? 97U : 1U);
    const std::uint64_t at = receiver_.buffer.next() + far;
    const std::size_t size = number(in, 2) % 64U * (number(in, 0) % 16 == 3 ? 29U : 1U);
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(number(in, 3) + i);
    return {.offset = at < 64 ? 0 : at - 64, .bytes = bytes};
  }

  void add(const test::Segment& segment) {
    const flow::StreamBuffer& buffer = receiver_.buffer;
    const std::uint64_t next = buffer.next();
    const std::uint64_t waiting = buffer.waiting();
    const bool contradicts =
        buffer.contradicts(sequence_ + static_cast<std::uint32_t>(segment.offset), segment.bytes);
    const auto added = receiver_.add(segment);
    require(added.differs == contradicts && (added.overlap || !added.differs));
    require(added.begin == next && added.end == buffer.next());
    if (added.room != flow::StreamBuffer::Room::had) {
      require(buffer.next() == next && buffer.waiting() == waiting);
    } else {
      model_.add(segment);
    }
    check();
  }

  void skip() {
    const bool waits = model_.skip_hole();
    const auto skipped = receiver_.skip_hole();
    require(waits == (skipped.begin != skipped.end));
    check();
  }

  void check() const {
    require(receiver_.buffer.next() == model_.next());
    require(receiver_.buffer.waiting() == model_.waiting());
    require(receiver_.buffer.kept_from() <= receiver_.buffer.next());
    require(receiver_.pools.memory() <= kMemory);
  }

  std::uint32_t sequence_;
  test::StreamReceiver receiver_;
  test::StreamModel model_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteView input = std::as_bytes(std::span(data, size));
  if (input.size() < 2) return 0;
  const auto policy = static_cast<flow::OsPolicy>(number(input, 0) % 16);
  Run run(policy, 0U - number(input, 1) * 16U);
  for (input = input.subspan(2); input.size() >= kStep; input = input.subspan(kStep))
    run.step(input.first(kStep));
  run.finish();
  return 0;
}
