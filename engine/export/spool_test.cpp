#include "engine/export/spool.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace espial::exporting {
namespace {

using Kept = std::vector<std::pair<std::uint64_t, std::string>>;

Kept all_from(const Spool& spool, std::uint64_t from) {
  Kept kept;
  spool.read(from, [&](std::uint64_t sequence, ByteView record) {
    kept.emplace_back(sequence, as_text(record));
    return true;
  });
  return kept;
}

TEST(MemorySpool, GivesDenseSequencesFromOne) {
  MemorySpool spool;
  EXPECT_TRUE(spool.empty());
  EXPECT_EQ(spool.append(as_bytes("a")), 1U);
  EXPECT_EQ(spool.append(as_bytes("")), 2U);
  EXPECT_EQ(spool.append(as_bytes("c")), 3U);
  EXPECT_EQ(all_from(spool, 1), (Kept{{1, "a"}, {2, ""}, {3, "c"}}));
  EXPECT_EQ(all_from(spool, 3), (Kept{{3, "c"}}));
  EXPECT_EQ(all_from(spool, 4), Kept{});
}

TEST(MemorySpool, FreesWhatIsAcknowledgedAndGoesOnCounting) {
  MemorySpool spool;
  for (int n = 0; n < 3; ++n) (void)spool.append(as_bytes("x"));
  spool.acknowledge(2);
  EXPECT_EQ(spool.first_sequence(), 3U);
  EXPECT_EQ(all_from(spool, 0), (Kept{{3, "x"}}));
  spool.acknowledge(1);
  EXPECT_EQ(spool.first_sequence(), 3U);
  spool.acknowledge(std::numeric_limits<std::uint64_t>::max());
  EXPECT_TRUE(spool.empty());
  EXPECT_EQ(spool.bytes(), 0U);
  EXPECT_EQ(spool.append(as_bytes("y")), 4U);
}

TEST(MemorySpool, RefusesTheNewestWhenFullAndMakesNoHole) {
  MemorySpool spool(2 * (64 + 10));
  const std::string ten(10, 'x');
  EXPECT_EQ(spool.append(as_bytes(ten)), 1U);
  EXPECT_EQ(spool.append(as_bytes(ten + "!")), std::nullopt);
  EXPECT_EQ(spool.append(as_bytes(ten)), 2U);
  EXPECT_EQ(spool.append(as_bytes("")), std::nullopt);
  spool.acknowledge(1);
  EXPECT_EQ(spool.append(as_bytes(ten)), 3U);
}

TEST(MemorySpool, StopsReadingWhenToldTo) {
  MemorySpool spool;
  for (int n = 0; n < 3; ++n) (void)spool.append(as_bytes("x"));
  int calls = 0;
  spool.read(1, [&](std::uint64_t, ByteView) { return ++calls < 2; });
  EXPECT_EQ(calls, 2);
}

TEST(MemorySpool, IsAnotherEpochAtEachStart) {
  EXPECT_NE(MemorySpool().epoch(), MemorySpool().epoch());
}

}  // namespace
}  // namespace espial::exporting
