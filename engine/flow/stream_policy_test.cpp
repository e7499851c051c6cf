#include <gtest/gtest.h>

#include <array>

#include "engine/flow/stream_buffer.hpp"
#include "tests/support/segmenter.hpp"
#include "tests/support/stream_model.hpp"
#include "tests/support/stream_receiver.hpp"

/// Whose bytes stay: each policy against a plain model of it, by chance.
namespace espial::flow {
namespace {

using test::Bytes;
using test::Segment;
using test::Segmenter;
using test::Segments;
using test::StreamModel;
using test::StreamReceiver;

constexpr auto kPolicies = std::to_array<OsPolicy>(
    {OsPolicy::first, OsPolicy::last, OsPolicy::bsd, OsPolicy::bsd_right, OsPolicy::old_linux,
     OsPolicy::linux_classic, OsPolicy::linux_modern, OsPolicy::old_solaris, OsPolicy::solaris,
     OsPolicy::hpux10, OsPolicy::hpux11, OsPolicy::irix, OsPolicy::macos, OsPolicy::windows,
     OsPolicy::vista, OsPolicy::windows2k3});

/// A stream and what a way does to it: small pieces and large ones, in order and out of it.
Segments traffic(Segmenter& chance) {
  const std::size_t size = 1 + chance.below(chance.below(8) == 0 ? 3000 : 60);
  const std::size_t largest = 1 + chance.below(size);
  const Bytes stream = chance.stream(size);
  Segments all = chance.cut(stream, largest);
  chance.reorder(all, chance.below(all.size() + 1));
  chance.duplicate(all, chance.below(4));
  chance.overlap(all, stream, chance.below(12), largest, false);
  chance.overlap(all, stream, chance.below(24), largest, true);
  chance.lose(all, chance.below(3));
  return all;
}

void compare(OsPolicy policy, std::uint64_t seed) {
  Segmenter chance(seed);
  StreamReceiver receiver(policy, static_cast<std::uint32_t>(0U - chance.below(3000)));
  StreamModel model(policy);
  for (const Segment& segment : traffic(chance)) {
    ASSERT_EQ(receiver.add(segment).room, StreamBuffer::Room::had);
    model.add(segment);
    ASSERT_EQ(receiver.buffer.next(), model.next());
    ASSERT_EQ(receiver.buffer.waiting(), model.waiting());
    if (chance.below(4) == 0)
      receiver.buffer.release(chance.below(receiver.buffer.next() + 1), receiver.pools);
  }
  while (model.skip_hole()) receiver.skip_hole();
  ASSERT_EQ(receiver.delivered, model.delivered());
  receiver.buffer.clear(receiver.pools);
  ASSERT_EQ(receiver.pools.blocks.left(), receiver.pools.blocks.capacity());
  ASSERT_EQ(receiver.pools.segments.left(), receiver.pools.segments.capacity());
}

TEST(StreamPolicies, DeliverWhatAPlainModelOfEachReceiverDelivers) {
  for (const OsPolicy policy : kPolicies) {
    for (std::uint64_t seed = 0; seed < 1000 && !testing::Test::HasFatalFailure(); ++seed) {
      SCOPED_TRACE(testing::Message()
                   << "policy " << static_cast<int>(policy) << ", seed " << seed);
      compare(policy, seed);
    }
  }
}

}  // namespace
}  // namespace espial::flow
