#include "engine/capture/verdict_batch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace espial::capture {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Single = VerdictBatch::Single;
using enum Verdict;

void deliver(VerdictBatch& batch, std::uint32_t first, std::uint32_t count) {
  for (std::uint32_t i = 0; i < count; ++i) batch.deliver(first + i);
}

TEST(VerdictBatch, SettlesABatchOfAcceptedPacketsWithOneVerdict) {
  VerdictBatch batch(64);
  deliver(batch, 1, 64);
  for (std::uint32_t id = 1; id <= 64; ++id) EXPECT_TRUE(batch.decide(id, accept));
  const auto settlement = batch.settle();
  EXPECT_THAT(settlement.singles, IsEmpty());
  EXPECT_EQ(settlement.accept_through, 64U);
  EXPECT_EQ(batch.held(), 0U);
}

TEST(VerdictBatch, SaysNothingWhenNothingWasDecided) {
  VerdictBatch batch(8);
  deliver(batch, 1, 3);
  const auto settlement = batch.settle();
  EXPECT_THAT(settlement.singles, IsEmpty());
  EXPECT_FALSE(settlement.accept_through);
  EXPECT_EQ(batch.held(), 3U);
}

TEST(VerdictBatch, ReachesToJustBelowTheOldestHeldPacket) {
  VerdictBatch batch(8);
  deliver(batch, 10, 7);
  EXPECT_TRUE(batch.decide(10, accept));
  EXPECT_TRUE(batch.decide(11, drop));
  for (const std::uint32_t id : {12U, 13U, 15U, 16U}) EXPECT_TRUE(batch.decide(id, accept));
  const auto settlement = batch.settle();
  EXPECT_THAT(settlement.singles,
              ElementsAre(Single{11, drop}, Single{15, accept}, Single{16, accept}));
  EXPECT_EQ(settlement.accept_through, 13U);
  EXPECT_EQ(batch.held(), 1U);
}

TEST(VerdictBatch, AllDroppedNeedsNoBatchVerdict) {
  VerdictBatch batch(8);
  deliver(batch, 1, 2);
  EXPECT_TRUE(batch.decide(1, drop));
  EXPECT_TRUE(batch.decide(2, drop));
  const auto settlement = batch.settle();
  EXPECT_THAT(settlement.singles, ElementsAre(Single{1, drop}, Single{2, drop}));
  EXPECT_FALSE(settlement.accept_through);
}

TEST(VerdictBatch, GoesOnWithSinglesWhileAnOlderPacketIsHeld) {
  VerdictBatch batch(8);
  deliver(batch, 1, 1);
  (void)batch.settle();
  deliver(batch, 2, 2);
  EXPECT_TRUE(batch.decide(2, accept));
  EXPECT_TRUE(batch.decide(3, accept));
  auto settlement = batch.settle();
  EXPECT_THAT(settlement.singles, ElementsAre(Single{2, accept}, Single{3, accept}));
  EXPECT_FALSE(settlement.accept_through);
  EXPECT_TRUE(batch.decide(1, accept));
  settlement = batch.settle();
  EXPECT_THAT(settlement.singles, IsEmpty());
  EXPECT_EQ(settlement.accept_through, 1U);
  EXPECT_EQ(batch.held(), 0U);
}

TEST(VerdictBatch, TakesAHeldPacketTogetherWithTheNewBatch) {
  VerdictBatch batch(8);
  deliver(batch, 1, 3);
  EXPECT_TRUE(batch.decide(2, accept));
  (void)batch.settle();
  deliver(batch, 4, 2);
  EXPECT_TRUE(batch.decide(1, accept));
  EXPECT_TRUE(batch.decide(4, accept));
  EXPECT_TRUE(batch.decide(3, accept));
  const auto settlement = batch.settle();
  EXPECT_THAT(settlement.singles, IsEmpty());
  EXPECT_EQ(settlement.accept_through, 4U);
  EXPECT_EQ(batch.held(), 1U);
}

TEST(VerdictBatch, RefusesUnknownPacketsAndSecondDecisions) {
  VerdictBatch batch(8);
  EXPECT_FALSE(batch.decide(1, accept));
  deliver(batch, 5, 2);
  EXPECT_FALSE(batch.decide(4, accept));
  EXPECT_FALSE(batch.decide(7, accept));
  EXPECT_TRUE(batch.decide(5, drop));
  EXPECT_FALSE(batch.decide(5, accept));
  EXPECT_THAT(batch.settle().singles, ElementsAre(Single{5, drop}));
  EXPECT_FALSE(batch.decide(5, accept)) << "settled already";
}

TEST(VerdictBatch, FindsPacketsBehindGapsAndOutOfOrder) {
  VerdictBatch batch(8);
  for (const std::uint32_t id : {3U, 7U, 100U, 101U}) batch.deliver(id);
  EXPECT_TRUE(batch.decide(101, accept));
  EXPECT_TRUE(batch.decide(7, accept));
  EXPECT_FALSE(batch.decide(8, accept));
  EXPECT_TRUE(batch.decide(3, accept));
  const auto settlement = batch.settle();
  EXPECT_THAT(settlement.singles, ElementsAre(Single{101, accept}));
  EXPECT_EQ(settlement.accept_through, 7U);
}

TEST(VerdictBatch, KeepsItsOrderWhereIdsWrap) {
  VerdictBatch batch(8);
  deliver(batch, 0xfffffffeU, 5);  // fffffffe, ffffffff, 0, 1, 2
  for (const std::uint32_t id : {0xfffffffeU, 0xffffffffU, 0U, 2U}) {
    EXPECT_TRUE(batch.decide(id, accept)) << id;
  }
  auto settlement = batch.settle();
  EXPECT_THAT(settlement.singles, ElementsAre(Single{2, accept}));
  EXPECT_EQ(settlement.accept_through, 0U);
  deliver(batch, 3, 1);
  EXPECT_TRUE(batch.decide(3, drop));
  EXPECT_TRUE(batch.decide(1, accept));
  settlement = batch.settle();
  EXPECT_THAT(settlement.singles, ElementsAre(Single{3, drop}));
  EXPECT_EQ(settlement.accept_through, 1U);
}

TEST(VerdictBatch, FindsAPacketHeldAcrossTheWrap) {
  VerdictBatch batch(8);
  batch.deliver(0xfffffff0U);
  (void)batch.settle();
  deliver(batch, 5, 3);
  EXPECT_TRUE(batch.decide(7, accept));
  EXPECT_TRUE(batch.decide(0xfffffff0U, drop));
  const auto settlement = batch.settle();
  EXPECT_THAT(settlement.singles, ElementsAre(Single{0xfffffff0U, drop}, Single{7, accept}));
  EXPECT_FALSE(settlement.accept_through);
}

/// What the kernel does with the verdicts that it is told.
class KernelQueue {
 public:
  void enqueue(std::uint32_t id) { waiting_.push_back(id); }
  void tell(const VerdictBatch::Settlement& settlement) {
    for (const Single& single : settlement.singles) settle(single.id, single.verdict);
    if (!settlement.accept_through) return;
    while (!waiting_.empty() &&
           static_cast<std::int32_t>(waiting_.front() - *settlement.accept_through) <= 0) {
      settle(waiting_.front(), accept);
    }
  }
  std::map<std::uint32_t, Verdict> settled;

 private:
  void settle(std::uint32_t id, Verdict verdict) {
    ASSERT_EQ(std::erase(waiting_, id), 1U) << id;
    settled[id] = verdict;
  }
  std::vector<std::uint32_t> waiting_;
};

TEST(VerdictBatch, GivesEachPacketItsOwnVerdictWhateverTheOrder) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    std::mt19937_64 random(seed);
    VerdictBatch batch(512);
    KernelQueue kernel;
    std::map<std::uint32_t, Verdict> decided;
    std::vector<std::uint32_t> open;
    std::uint32_t next = 0xffffff80U;
    for (int round = 0; round < 20; ++round) {
      for (std::uint64_t n = random() % 17; n > 0; --n) {
        next += random() % 8 == 0 ? 2U : 1U;
        kernel.enqueue(next);
        batch.deliver(next);
        open.push_back(next);
      }
      if (random() % 2 == 0) std::ranges::shuffle(open, random);
      const std::uint64_t leave = round == 19 ? 0 : random() % 6;
      while (open.size() > leave) {
        const Verdict verdict = random() % 4 == 0 ? drop : accept;
        ASSERT_TRUE(batch.decide(open.front(), verdict));
        decided[open.front()] = verdict;
        open.erase(open.begin());
      }
      kernel.tell(batch.settle());
      ASSERT_EQ(kernel.settled, decided) << "seed " << seed << " round " << round;
      ASSERT_EQ(batch.held(), open.size());
    }
  }
}

}  // namespace
}  // namespace espial::capture
