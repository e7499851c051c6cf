#include "engine/capture/nfqueue_table.hpp"

#include <gtest/gtest.h>

#include <string>

namespace espial::capture {
namespace {

constexpr std::string_view kTable =
    "    3   7318     5 2 65531     7     9       33  1\n"
    "65535 4018421474     0 2 65531     0     0        0  1\n";

TEST(NfqueueTable, FindsTheLineOfAQueue) {
  const auto state = find_queue(kTable, 3);
  ASSERT_TRUE(state);
  EXPECT_EQ(state->port, 7318U);
  EXPECT_EQ(state->waiting, 5U);
  EXPECT_EQ(state->dropped_full, 7U);
  EXPECT_EQ(state->dropped_user, 9U);
  EXPECT_EQ(find_queue(kTable, 65535)->port, 4018421474U);
}

TEST(NfqueueTable, HasNoQueueThatIsNotThere) {
  EXPECT_FALSE(find_queue(kTable, 4));
  EXPECT_FALSE(find_queue("", 3));
}

TEST(NfqueueTable, SkipsLinesThatItCannotRead) {
  EXPECT_FALSE(find_queue("    3   7318     5 2 65531     7", 3));
  EXPECT_FALSE(find_queue("3 x\n\n \n", 3));
  EXPECT_TRUE(find_queue(std::string("what?\n") + std::string(kTable), 3));
}

}  // namespace
}  // namespace espial::capture
