#include <gtest/gtest.h>

#include <array>

#include "engine/sa/fragments.hpp"
#include "tests/support/exchanges.hpp"
#include "tests/support/memory.hpp"

namespace espial::sa {
namespace {

using test::set_of;
using enum ipsec::Anomaly;

class Sets {
 public:
  explicit Sets(const Limits& limits = {}) : sets(limits, test::kSecret) {}

  FragmentSets::Seen add(const test::Sealed& f) {
    test::Observed observed(test::kThere, test::ike_sealed(f));
    return sets.add(observed.ike(), now);
  }

  FragmentSets sets;
  Timestamp now;
};

TEST(FragmentSets, CountsDifferentPiecesInAnyOrder) {
  Sets sets;
  std::uint16_t received = 0;
  for (const std::uint16_t number : std::to_array<std::uint16_t>({3, 1, 1, 4, 2, 2, 5})) {
    const auto seen = sets.add({.fill = number, .number = number, .total = 5});
    EXPECT_TRUE(seen.anomalies.empty());
    EXPECT_EQ(seen.progress.total, 5U);
    EXPECT_GE(seen.progress.received, received);
    received = seen.progress.received;
    EXPECT_EQ(seen.progress.complete(), number == 5);
  }
  EXPECT_EQ(received, 5U);
  EXPECT_TRUE(sets.add({.fill = 3, .number = 3, .total = 5}).progress.complete()) << "sent again";
}

TEST(FragmentSets, APieceWithOtherBytesIsAConflictAndNotCounted) {
  Sets sets;
  (void)sets.add({.fill = 1, .number = 1, .total = 3});
  const auto seen = sets.add({.fill = 2, .number = 1, .total = 3});
  EXPECT_EQ(seen.anomalies, set_of({ike_fragment_conflict}));
  EXPECT_EQ(seen.progress.received, 1U);
  EXPECT_TRUE(sets.add({.fill = 1, .number = 1, .total = 3}).anomalies.empty());
}

TEST(FragmentSets, ALargerTotalBeginsAnew) {
  Sets sets;
  (void)sets.add({.number = 1, .total = 2});
  const auto seen = sets.add({.fill = 9, .number = 1, .total = 4});
  EXPECT_TRUE(seen.anomalies.empty());
  EXPECT_EQ(seen.progress.received, 1U);
  EXPECT_EQ(seen.progress.total, 4U);
}

TEST(FragmentSets, ASmallerTotalIsPassedOverAndTold) {
  Sets sets;
  (void)sets.add({.number = 1, .total = 4});
  const auto seen = sets.add({.fill = 9, .number = 1, .total = 3});
  EXPECT_EQ(seen.anomalies, set_of({ike_fragment_total_shrunk}));
  EXPECT_EQ(seen.progress.received, 1U);
  EXPECT_EQ(seen.progress.total, 4U);
  EXPECT_TRUE(sets.add({.number = 2, .total = 4}).anomalies.empty());
}

TEST(FragmentSets, TakesSetsOf255AndNoLarger) {
  Sets sets;
  for (std::uint16_t number = 1; number <= 255; ++number) {
    const auto seen = sets.add({.number = number, .total = 255});
    EXPECT_TRUE(seen.anomalies.empty());
    EXPECT_EQ(seen.progress.complete(), number == 255);
  }
  const auto seen = sets.add({.id = 2, .number = 1, .total = 256});
  EXPECT_EQ(seen.anomalies, set_of({ike_fragments_too_many}));
  EXPECT_EQ(sets.sets.sets(), 1U);
}

TEST(FragmentSets, PassesOverNumbersThatCannotBe) {
  Sets sets;
  EXPECT_EQ(sets.add({.number = 0, .total = 3}).progress.received, 0U);
  EXPECT_EQ(sets.add({.number = 4, .total = 3}).progress.received, 0U);
  EXPECT_EQ(sets.sets.sets(), 0U);
}

TEST(FragmentSets, KeepsMessagesApart) {
  Sets sets;
  const test::Sealed first{.number = 1, .total = 2};
  (void)sets.add(first);
  for (test::Sealed other :
       {test::Sealed{.initiator_spi = 1}, test::Sealed{.responder_spi = 1},
        test::Sealed{.exchange = 43}, test::Sealed{.flags = 0x20}, test::Sealed{.id = 2}}) {
    other.number = 1;
    other.total = 2;
    other.fill = 0x55;
    const auto seen = sets.add(other);
    EXPECT_TRUE(seen.anomalies.empty());
    EXPECT_EQ(seen.progress.received, 1U);
  }
  EXPECT_EQ(sets.sets.sets(), 6U);
}

TEST(FragmentSets, ForgetsInTimeAndHoldsItsCeiling) {
  Sets sets({.max_fragment_sets = 2});
  for (std::uint32_t id = 1; id <= 3; ++id) (void)sets.add({.id = id, .number = 1, .total = 2});
  EXPECT_EQ(sets.sets.sets(), 2U);
  EXPECT_EQ(sets.add({.id = 1, .number = 2, .total = 2}).progress.received, 1U) << "it went";
  sets.now = Timestamp(std::chrono::milliseconds(30'001));
  EXPECT_EQ(sets.add({.id = 3, .number = 2, .total = 2}).progress.received, 1U) << "too late";
}

}  // namespace
}  // namespace espial::sa
