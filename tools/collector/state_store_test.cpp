#include "tools/collector/state_store.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "tests/support/pki.hpp"

namespace espial::collector {
namespace {

StateStore open_in(const test::TemporaryFolder& folder) {
  auto store = StateStore::open(folder.path() / "state.mdb");
  if (!store) throw std::runtime_error(to_text(store.error()));
  return std::move(*store);
}

TEST(StateStore, KnowsNothingOfANewStream) {
  const test::TemporaryFolder folder;
  const StateStore store = open_in(folder);
  EXPECT_EQ(store.last({.sensor_id = "gw", .epoch = 1}).value(), std::nullopt);
}

TEST(StateStore, RemembersAcrossAReopening) {
  const test::TemporaryFolder folder;
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  {
    StateStore store = open_in(folder);
    ASSERT_TRUE(store.remember({.sensor_id = "gw", .epoch = 0}, 7));
    ASSERT_TRUE(store.remember({.sensor_id = "gw", .epoch = kMost}, kMost));
    ASSERT_TRUE(store.remember({.sensor_id = "gw2", .epoch = 0}, 9));
    ASSERT_TRUE(store.remember({.sensor_id = "gw", .epoch = 0}, 8));
  }
  const StateStore store = open_in(folder);
  EXPECT_EQ(store.last({.sensor_id = "gw", .epoch = 0}).value(), 8U);
  EXPECT_EQ(store.last({.sensor_id = "gw", .epoch = kMost}).value(), kMost);
  EXPECT_EQ(store.last({.sensor_id = "gw2", .epoch = 0}).value(), 9U);
  EXPECT_EQ(store.last({.sensor_id = "gw2", .epoch = 1}).value(), std::nullopt);
}

TEST(StateStore, KeepsTheNewestEpochsOfASensor) {
  const test::TemporaryFolder folder;
  StateStore store = open_in(folder);
  for (std::uint64_t epoch = 1; epoch <= StateStore::kEpochs; ++epoch) {
    ASSERT_TRUE(store.remember({.sensor_id = "gw", .epoch = epoch}, epoch));
  }
  EXPECT_EQ(store.last({.sensor_id = "gw", .epoch = 1}).value(), 1U);
  ASSERT_TRUE(store.remember({.sensor_id = "gw", .epoch = 1}, 5));   // used again: the newest now
  ASSERT_TRUE(store.remember({.sensor_id = "gw", .epoch = 99}, 1));  // pushes out epoch 2
  EXPECT_EQ(store.last({.sensor_id = "gw", .epoch = 1}).value(), 5U);
  EXPECT_EQ(store.last({.sensor_id = "gw", .epoch = 2}).value(), std::nullopt);
  EXPECT_EQ(store.last({.sensor_id = "gw", .epoch = 3}).value(), 3U);
}

TEST(StateStore, TakesASensorIdOfTheGreatestLength) {
  const test::TemporaryFolder folder;
  StateStore store = open_in(folder);
  const StreamKey stream{.sensor_id = std::string(StateStore::kMaxSensorId, 'x'), .epoch = 1};
  EXPECT_TRUE(store.remember(stream, 3));
  EXPECT_EQ(store.last(stream).value(), 3U);
}

TEST(StateStore, NamesTheFileThatCannotBeOpened) {
  const auto store = StateStore::open("/nonexistent/state.mdb");
  ASSERT_FALSE(store);
  EXPECT_NE(store.error().what.find("/nonexistent/state.mdb"), std::string::npos);
}

}  // namespace
}  // namespace espial::collector
