#include "engine/capture/memory_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/captures.hpp"

namespace espial::capture {
namespace {

TEST(MemorySource, GivesItsPacketsInOrderAndRemembersDecisions) {
  const auto bytes = tests::pattern(10, 1);
  MemorySource source({{.bytes = bytes, .time = Timestamp::from_parts(1, 0)},
                       {.bytes = {}, .time = Timestamp::from_parts(2, 0), .wire_length = 99}});
  std::array<RawPacket, 1> batch;
  auto received = source.receive(batch, Duration::zero());
  ASSERT_TRUE(received);
  EXPECT_EQ(received->count, 1U);
  EXPECT_FALSE(received->end);
  EXPECT_TRUE(equal(batch[0].bytes, bytes));
  EXPECT_EQ(batch[0].number, PacketNumber{1});
  const RawPacket held = batch[0];
  received = source.receive(batch, Duration::zero());
  EXPECT_TRUE(received->end);
  EXPECT_EQ(batch[0].wire_length, 99U);
  source.decide(batch[0], Verdict::accept);
  source.decide(held, Verdict::drop);
  source.finish_batch();
  EXPECT_THAT(source.decisions(),
              testing::ElementsAre(MemorySource::Decision{PacketNumber{2}, Verdict::accept},
                                   MemorySource::Decision{PacketNumber{1}, Verdict::drop}));
  EXPECT_EQ(source.finished_batches(), 1U);
  EXPECT_EQ(source.stats().bytes, 10U);
}

TEST(MemorySource, EndsAtOnceWithoutPackets) {
  MemorySource source({});
  std::array<RawPacket, 4> batch;
  const auto received = source.receive(batch, Duration::zero());
  ASSERT_TRUE(received);
  EXPECT_EQ(received->count, 0U);
  EXPECT_TRUE(received->end);
}

}  // namespace
}  // namespace espial::capture
