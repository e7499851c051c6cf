#include "engine/pipeline/checksum_policy.hpp"

#include <gtest/gtest.h>

namespace espial::pipeline {
namespace {

using config::ChecksumMode;

const capture::RawPacket kPacket{};

bool verifies(const ChecksumPolicy& policy) {
  return policy.for_packet(kPacket) == decode::Checksums::verify;
}

/// `automatic` after `packets`, the first `bad` of which were wrong.
ChecksumPolicy after(unsigned packets, unsigned bad) {
  ChecksumPolicy policy(ChecksumMode::automatic);
  for (unsigned i = 0; i < packets; ++i) policy.observe(i < bad);
  return policy;
}

TEST(ChecksumPolicy, AllAndNoneDoNotChangeTheirMind) {
  ChecksumPolicy all(ChecksumMode::all);
  ChecksumPolicy none(ChecksumMode::none);
  for (unsigned i = 0; i < 2000; ++i) {
    all.observe(true);
    none.observe(false);
  }
  EXPECT_TRUE(verifies(all));
  EXPECT_FALSE(verifies(none));
}

TEST(ChecksumPolicy, AutomaticVerifiesUntilTheSampleIsWhole) {
  EXPECT_TRUE(verifies(after(0, 0)));
  EXPECT_TRUE(verifies(after(999, 999)));
  EXPECT_FALSE(verifies(after(1000, 1000)));
  EXPECT_FALSE(verifies(after(1001, 1000)));
}

TEST(ChecksumPolicy, ATenthOfTheSampleIsTooMany) {
  EXPECT_TRUE(verifies(after(1000, 99)));
  EXPECT_FALSE(verifies(after(1000, 100)));
  EXPECT_FALSE(verifies(after(1000, 101)));
}

TEST(ChecksumPolicy, TheThousandthPacketCounts) {
  ChecksumPolicy policy = after(999, 99);
  policy.observe(true);
  EXPECT_FALSE(verifies(policy));
}

TEST(ChecksumPolicy, WhatComesAfterTheSampleChangesNothing) {
  ChecksumPolicy good = after(1000, 99);
  for (unsigned i = 0; i < 5000; ++i) good.observe(true);
  EXPECT_TRUE(verifies(good));
  ChecksumPolicy bad = after(1000, 100);
  for (unsigned i = 0; i < 5000; ++i) bad.observe(false);
  EXPECT_FALSE(verifies(bad));
}

TEST(ChecksumPolicy, WhatTheHardwareWasToFillInIsNeverJudged) {
  capture::RawPacket unfilled;
  unfilled.checksums = capture::ChecksumState::not_filled_in;
  EXPECT_EQ(ChecksumPolicy(ChecksumMode::all).for_packet(unfilled), decode::Checksums::ignore);
}

}  // namespace
}  // namespace espial::pipeline
