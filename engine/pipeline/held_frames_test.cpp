#include "engine/pipeline/held_frames.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

namespace espial::pipeline {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

constexpr Timestamp at(std::int64_t seconds) {
  return Timestamp::from_parts(1'700'000'000 + seconds, 0);
}

capture::RawPacket frame(std::uint32_t id, Timestamp time) {
  capture::RawPacket frame;
  frame.bytes = as_bytes(std::string_view("x"));
  frame.time = time;
  frame.id = id;
  return frame;
}

class Held : public testing::Test {
 protected:
  void hold(std::uint32_t id, std::uint64_t datagram, std::int64_t when = 0) {
    frames_.hold(frame(id, at(when)), datagram);
  }
  std::vector<std::pair<std::uint32_t, Verdict>> settled() {
    std::vector<std::pair<std::uint32_t, Verdict>> out;
    for (const HeldFrames::Settled& one : frames_.settled()) {
      EXPECT_TRUE(one.frame.bytes.empty());
      out.emplace_back(one.frame.id, one.verdict);
    }
    frames_.settled().clear();
    return out;
  }
  HeldFrames frames_{{.max_frames = 4, .timeout = std::chrono::seconds(2)}};
};

TEST_F(Held, AVerdictSettlesItsDatagramInOrder) {
  hold(1, 7);
  hold(2, 8);
  hold(3, 7);
  EXPECT_EQ(frames_.size(), 3U);
  frames_.settle(7, Verdict::drop);
  EXPECT_THAT(settled(), ElementsAre(Pair(1U, Verdict::drop), Pair(3U, Verdict::drop)));
  EXPECT_EQ(frames_.size(), 1U);
  frames_.settle(7, Verdict::accept);
  frames_.settle(99, Verdict::accept);
  EXPECT_THAT(settled(), IsEmpty());
  frames_.settle(8, Verdict::accept);
  EXPECT_THAT(settled(), ElementsAre(Pair(2U, Verdict::accept)));
}

TEST_F(Held, PassAfterTheirTimeOldestFirst) {
  hold(1, 7, 0);
  hold(2, 8, 1);
  hold(3, 7, 2);
  frames_.expire(at(2));
  EXPECT_THAT(settled(), IsEmpty());
  frames_.expire(at(3));
  EXPECT_THAT(settled(), ElementsAre(Pair(1U, Verdict::accept), Pair(3U, Verdict::accept)));
  EXPECT_EQ(frames_.timed_out(), 2U);
  hold(4, 9, 3);
  frames_.release_all();
  EXPECT_THAT(settled(), ElementsAre(Pair(2U, Verdict::accept), Pair(4U, Verdict::accept)));
  EXPECT_EQ(frames_.size(), 0U);
}

TEST_F(Held, TheOldestDatagramMakesRoom) {
  for (std::uint32_t id = 1; id <= 4; ++id) hold(id, id < 3 ? 7 : id);
  hold(5, 5);
  EXPECT_THAT(settled(), ElementsAre(Pair(1U, Verdict::accept), Pair(2U, Verdict::accept)));
  EXPECT_EQ(frames_.evicted(), 2U);
  EXPECT_EQ(frames_.size(), 3U);
}

TEST_F(Held, ADatagramLargerThanTheRoomGoesOnWithoutItsFirstFrames) {
  for (std::uint32_t id = 1; id <= 6; ++id) hold(id, 7);
  EXPECT_EQ(frames_.evicted(), 4U);
  settled();
  frames_.settle(7, Verdict::drop);
  EXPECT_THAT(settled(), ElementsAre(Pair(5U, Verdict::drop), Pair(6U, Verdict::drop)));
}

TEST_F(Held, OneMayWaitForAnother) {
  hold(1, 7);
  frames_.wait_for(7, 8);
  hold(2, 8);
  hold(3, 9);
  frames_.wait_for(9, 8);
  frames_.wait_for(9, 8);
  frames_.wait_for(8, 8);
  frames_.settle(7, Verdict::accept);
  frames_.settle(9, Verdict::accept);
  EXPECT_THAT(settled(), IsEmpty());
  frames_.settle(8, Verdict::drop);
  EXPECT_THAT(settled(), ElementsAre(Pair(1U, Verdict::drop), Pair(2U, Verdict::drop),
                                     Pair(3U, Verdict::drop)));
  EXPECT_EQ(frames_.size(), 0U);
}

TEST_F(Held, WhatIsLeftOfADroppedDatagramIsForbiddenForAWhile) {
  EXPECT_FALSE(frames_.is_forbidden(7, at(0)));
  frames_.forbid(7, at(0));
  EXPECT_TRUE(frames_.is_forbidden(7, at(2)));
  EXPECT_FALSE(frames_.is_forbidden(8, at(2)));
  EXPECT_FALSE(frames_.is_forbidden(7, at(5)));
}

TEST_F(Held, ItsPlacesAreUsedAgain) {
  for (std::uint32_t round = 0; round < 100; ++round) {
    for (std::uint32_t i = 0; i < 4; ++i) hold((round * 4) + i, round + (i % 2));
    frames_.settle(round, Verdict::accept);
    frames_.settle(round + 1, Verdict::drop);
    EXPECT_EQ(settled().size(), 4U);
  }
  EXPECT_EQ(frames_.evicted(), 0U);
}

TEST(HeldFrames, WithoutRoomNothingWaits) {
  HeldFrames none({.max_frames = 0});
  EXPECT_FALSE(none.enabled());
  none.hold(frame(3, at(0)), 1);
  ASSERT_EQ(none.settled().size(), 1U);
  EXPECT_EQ(none.settled().front().verdict, Verdict::accept);
}

}  // namespace
}  // namespace espial::pipeline
