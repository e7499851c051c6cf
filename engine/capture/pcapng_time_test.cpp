#include "engine/capture/pcapng_time.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace espial::capture {
namespace {

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

TEST(PcapngClock, CountsMicrosecondsWhenNothingElseIsSaid) {
  EXPECT_EQ(PcapngClock().to_time(1'421'270'042'835'161),
            Timestamp::from_parts(1'421'270'042, 835'161'000));
}

TEST(PcapngClock, ReadsDecimalResolutions) {
  EXPECT_EQ(PcapngClock(0).to_time(5), Timestamp::from_parts(5, 0));
  EXPECT_EQ(PcapngClock(3).to_time(5'007), Timestamp::from_parts(5, 7'000'000));
  EXPECT_EQ(PcapngClock(9).to_time(5'000'000'007), Timestamp::from_parts(5, 7));
  EXPECT_EQ(PcapngClock(10).to_time(50'000'000'079), Timestamp::from_parts(5, 7));
  EXPECT_EQ(PcapngClock(19).to_time(10'000'000'000'000'000'000U), Timestamp::from_parts(1, 0));
  EXPECT_EQ(PcapngClock(20).to_time(kMost), Timestamp::from_parts(0, 184'467'440));
  EXPECT_EQ(PcapngClock(28).to_time(kMost), Timestamp::from_parts(0, 1));
  EXPECT_EQ(PcapngClock(29).to_time(kMost), Timestamp());
  EXPECT_EQ(PcapngClock(127).to_time(kMost), Timestamp());
}

TEST(PcapngClock, ReadsBinaryResolutions) {
  EXPECT_EQ(PcapngClock(0x80).to_time(5), Timestamp::from_parts(5, 0));
  EXPECT_EQ(PcapngClock(0x80 | 1).to_time(5), Timestamp::from_parts(2, 500'000'000));
  EXPECT_EQ(PcapngClock(0x80 | 32).to_time(0x1'8000'0000), Timestamp::from_parts(1, 500'000'000));
  EXPECT_EQ(PcapngClock(0x80 | 64).to_time(1ULL << 63U), Timestamp::from_parts(0, 500'000'000));
  EXPECT_EQ(PcapngClock(0xff).to_time(kMost), Timestamp());
}

TEST(PcapngClock, AddsTheOffset) {
  EXPECT_EQ(PcapngClock(6, 100).to_time(1'000'001), Timestamp::from_parts(101, 1'000));
  EXPECT_EQ(PcapngClock(6, -3).to_time(1'000'001), Timestamp::from_parts(-2, 1'000));
}

TEST(PcapngClock, HoldsImpossibleTimesAtTheEnds) {
  constexpr auto kLeast = std::numeric_limits<std::int64_t>::min();
  constexpr auto kLargest = std::numeric_limits<std::int64_t>::max();
  const Timestamp last = Timestamp::from_parts(9'223'372'035, 0);
  EXPECT_EQ(PcapngClock(0).to_time(kMost), last);
  EXPECT_EQ(PcapngClock(0, kLargest).to_time(kMost), last);
  EXPECT_EQ(PcapngClock(6, kLeast).to_time(0), Timestamp::from_parts(-9'223'372'035, 0));
  EXPECT_EQ(PcapngClock(0, kLeast).to_time(kMost), Timestamp::from_parts(-9'223'372'035, 0));
}

}  // namespace
}  // namespace espial::capture
