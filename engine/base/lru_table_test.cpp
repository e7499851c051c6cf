#include "engine/base/lru_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <vector>

namespace espial {
namespace {

constexpr Duration kTimeout = std::chrono::seconds(10);

Timestamp at(std::int64_t milliseconds) {
  return Timestamp(std::chrono::milliseconds(milliseconds));
}

using Table = LruTable<int>;

/// Puts `value` under `key`.
void put(Table& table, std::uint64_t key, int value, Timestamp now) {
  *table.make(key, now).value = value;
}

TEST(LruTable, MakesAnEntryOnceAndFindsItAgain) {
  Table table(4, kTimeout);
  EXPECT_EQ(table.find(1, at(0)), nullptr);
  const auto made = table.make(1, at(0));
  EXPECT_TRUE(made.created);
  EXPECT_EQ(*made.value, 0);
  *made.value = 7;
  const auto again = table.make(1, at(1));
  EXPECT_FALSE(again.created);
  EXPECT_EQ(again.value, made.value);
  EXPECT_EQ(*table.find(1, at(2)), 7);
  EXPECT_EQ(table.size(), 1U);
}

TEST(LruTable, HoldsItsCapacityAndNotOneMore) {
  for (const std::uint32_t capacity : {1U, 2U, 63U, 64U, 65U, 128U, 200U}) {
    Table table(capacity, kTimeout);
    EXPECT_EQ(table.capacity(), capacity);
    for (std::uint32_t key = 0; key < capacity; ++key) put(table, key, 1, at(0));
    EXPECT_EQ(table.size(), capacity);
    EXPECT_EQ(table.evicted(), 0U);
    put(table, capacity, 1, at(0));
    EXPECT_EQ(table.size(), capacity);
    EXPECT_EQ(table.evicted(), 1U);
    EXPECT_NE(table.find(capacity, at(0)), nullptr);
    EXPECT_NE(table.find(1, at(0)), nullptr) << "the second stays, or is the newest";
    EXPECT_EQ(table.find(0, at(0)), nullptr) << "the oldest goes";
  }
}

TEST(LruTable, TheOneLongestUntouchedGoes) {
  Table table(3, kTimeout);
  for (std::uint64_t key = 1; key <= 3; ++key) put(table, key, 1, at(0));
  (void)table.find(1, at(1));
  (void)table.make(2, at(1));
  put(table, 4, 1, at(2));
  EXPECT_EQ(table.find(3, at(2)), nullptr);
  EXPECT_NE(table.find(1, at(2)), nullptr);
  EXPECT_NE(table.find(2, at(2)), nullptr);
}

TEST(LruTable, AFloodOfNewOnesLeavesTheKept) {
  Table table(16, kTimeout);
  for (std::uint64_t key = 0; key < 8; ++key) {
    put(table, key, 1, at(0));
    table.keep(key);
  }
  for (std::uint64_t key = 100; key < 10'000; ++key) put(table, key, 1, at(0));
  for (std::uint64_t key = 0; key < 8; ++key) EXPECT_NE(table.find(key, at(0)), nullptr) << key;
  EXPECT_EQ(table.size(), 16U);
}

TEST(LruTable, OfKeptOnesAloneTheOneLongestUntouchedGoes) {
  Table table(3, kTimeout);
  for (std::uint64_t key = 1; key <= 3; ++key) {
    put(table, key, 1, at(0));
    table.keep(key);
  }
  (void)table.find(1, at(1));
  put(table, 4, 1, at(1));
  EXPECT_EQ(table.find(2, at(1)), nullptr);
  for (const std::uint64_t key : {1U, 3U, 4U}) EXPECT_NE(table.find(key, at(1)), nullptr) << key;
}

TEST(LruTable, AnEntryThatIsMadeAnewIsNotKeptAnyMore) {
  Table table(2, kTimeout);
  put(table, 1, 1, at(0));
  table.keep(1);
  table.erase(1);
  put(table, 1, 1, at(0));
  put(table, 2, 1, at(0));
  table.keep(2);
  put(table, 3, 1, at(0));
  EXPECT_EQ(table.find(1, at(0)), nullptr);
  EXPECT_NE(table.find(2, at(0)), nullptr);
}

TEST(LruTable, KeepingTwiceOrWhatIsNotThereDoesNothing) {
  Table table(2, kTimeout);
  table.keep(9);
  put(table, 1, 5, at(0));
  table.keep(1);
  table.keep(1);
  EXPECT_EQ(*table.find(1, at(0)), 5);
  EXPECT_EQ(table.size(), 1U);
}

TEST(LruTable, FullOfKeptOnesItStillHasRoomForSeveralNewOnes) {
  Table table(64, kTimeout);
  for (std::uint64_t key = 0; key < 64; ++key) {
    put(table, key, 1, at(0));
    table.keep(key);
  }
  for (std::uint64_t key = 100; key < 108; ++key) put(table, key, 1, at(1));
  for (std::uint64_t key = 100; key < 108; ++key) EXPECT_NE(table.find(key, at(1)), nullptr) << key;
  for (std::uint64_t key = 200; key < 10'000; ++key) put(table, key, 1, at(2));
  for (std::uint64_t key = 8; key < 64; ++key)
    EXPECT_NE(table.find(key, at(2)), nullptr) << "an eighth at most: " << key;
}

TEST(LruTable, KeptOnesWhoseTimeIsOverGoBeforeNewOnes) {
  Table table(4, kTimeout);
  for (std::uint64_t key = 0; key < 4; ++key) {
    put(table, key, 1, at(0));
    table.keep(key);
  }
  for (std::uint64_t key = 10; key < 14; ++key) put(table, key, 1, at(10'001));
  for (std::uint64_t key = 10; key < 14; ++key)
    EXPECT_NE(table.find(key, at(10'001)), nullptr) << key;
}

TEST(LruTable, TimeoutsAreExact) {
  Table table(4, kTimeout);
  put(table, 1, 7, at(0));
  ASSERT_NE(table.find(1, at(10'000)), nullptr) << "and touched";
  ASSERT_NE(table.find(1, at(20'000)), nullptr);
  EXPECT_EQ(table.find(1, Timestamp(at(30'000).since_epoch() + Duration(1))), nullptr);
  EXPECT_EQ(table.size(), 0U);
  const auto made = table.make(1, at(30'001));
  EXPECT_TRUE(made.created);
  EXPECT_EQ(*made.value, 0) << "nothing of the old value";
}

TEST(LruTable, MakingFindsThatTheTimeIsOver) {
  Table table(1, kTimeout);
  put(table, 1, 7, at(0));
  const auto made = table.make(1, at(10'001));
  EXPECT_TRUE(made.created);
  EXPECT_EQ(*made.value, 0);
  EXPECT_EQ(table.evicted(), 0U);
}

TEST(LruTable, TimeThatGoesBackEndsNothing) {
  Table table(1, kTimeout);
  put(table, 1, 7, at(50'000));
  EXPECT_NE(table.find(1, at(0)), nullptr);
  EXPECT_NE(table.find(1, at(10'000)), nullptr);
}

TEST(LruTable, WhatIsErasedIsGoneAndItsPlaceUsedAgain) {
  Table table(2, kTimeout);
  for (int round = 0; round < 1000; ++round) {
    put(table, 1, round, at(round));
    put(table, 2, round, at(round));
    table.erase(1);
    table.erase(1);
    EXPECT_EQ(table.find(1, at(round)), nullptr);
    put(table, 3, round, at(round));
    EXPECT_EQ(*table.find(2, at(round)), round);
    table.erase(2);
    table.erase(3);
  }
  EXPECT_EQ(table.size(), 0U);
  EXPECT_EQ(table.evicted(), 0U);
}

TEST(LruTable, PointersStayGoodWhileTheTableGrows) {
  Table table(1000, kTimeout);
  std::map<std::uint64_t, int*> places;
  for (std::uint64_t key = 0; key < 1000; ++key) {
    places[key] = table.make(key, at(0)).value;
    *places[key] = static_cast<int>(key);
  }
  std::set<int*> different;
  for (const auto& [key, place] : places) {
    EXPECT_EQ(*place, static_cast<int>(key));
    EXPECT_EQ(table.find(key, at(0)), place);
    different.insert(place);
  }
  EXPECT_EQ(different.size(), 1000U);
}

TEST(LruTable, APointerOutlivesFindingKeepingAndErasingOthers) {
  LruTable<std::vector<int>> table(3, kTimeout);
  std::vector<int>* const mine = table.make(1, at(0)).value;
  mine->assign(100, 4);
  (void)table.make(2, at(0));
  table.keep(1);
  (void)table.find(2, at(1));
  table.erase(2);
  EXPECT_EQ(*mine, std::vector<int>(100, 4));
}

/// The same promises, kept in the plainest way.
class Model {
 public:
  Model(std::size_t capacity, Duration timeout) : capacity_(capacity), timeout_(timeout) {}

  int* find(std::uint64_t key, Timestamp now) {
    const auto found = entries_.find(key);
    if (found == entries_.end()) return nullptr;
    if (now - found->second.last > timeout_) {
      entries_.erase(found);
      return nullptr;
    }
    found->second.last = now;
    found->second.order = ++clock_;
    return &found->second.value;
  }
  std::pair<int*, bool> make(std::uint64_t key, Timestamp now) {
    if (int* const known = find(key, now)) return {known, false};
    if (entries_.size() == capacity_) entries_.erase(victim(now));
    Entry& entry = entries_[key] = {.value = 0, .last = now, .order = ++clock_, .kept = false};
    return {&entry.value, true};
  }
  void keep(std::uint64_t key) {
    const auto found = entries_.find(key);
    if (found == entries_.end() || found->second.kept) return;
    found->second.kept = true;
    found->second.order = ++clock_;
  }
  void erase(std::uint64_t key) { entries_.erase(key); }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    int value = 0;
    Timestamp last;
    std::uint64_t order = 0;
    bool kept = false;
  };
  [[nodiscard]] std::optional<std::uint64_t> oldest(bool kept) const {
    std::optional<std::uint64_t> oldest;
    for (const auto& [key, entry] : entries_)
      if (entry.kept == kept && (!oldest || entry.order < entries_.at(*oldest).order)) oldest = key;
    return oldest;
  }
  [[nodiscard]] std::uint64_t victim(Timestamp now) const {
    const auto kept = oldest(true);
    const auto fresh = oldest(false);
    if (!fresh) return *kept;
    if (!kept) return *fresh;
    const auto fresh_ones = static_cast<std::size_t>(
        std::ranges::count_if(entries_, [](const auto& entry) { return !entry.second.kept; }));
    const bool over = now - entries_.at(*kept).last > timeout_;
    return over || fresh_ones < capacity_ / 8 ? *kept : *fresh;
  }

  std::size_t capacity_;
  Duration timeout_;
  std::uint64_t clock_ = 0;
  std::map<std::uint64_t, Entry> entries_;
};

void compare(std::uint32_t capacity, unsigned seed) {
  std::mt19937 random(seed);
  Table table(capacity, kTimeout);
  Model model(capacity, kTimeout);
  Timestamp now = at(0);
  for (int step = 0; step < 20'000; ++step) {
    const std::uint64_t key = random() % (capacity * 2 + 1);
    if (random() % 8 == 0) now = now + std::chrono::milliseconds(random() % 3000);
    switch (random() % 8) {
      case 0: {
        int* const found = table.find(key, now);
        int* const expected = model.find(key, now);
        ASSERT_EQ(found == nullptr, expected == nullptr) << "step " << step;
        if (found != nullptr) {
          ASSERT_EQ(*found, *expected);
        }
        break;
      }
      case 1: table.keep(key), model.keep(key); break;
      case 2: table.erase(key), model.erase(key); break;
      default: {
        const auto made = table.make(key, now);
        const auto [value, created] = model.make(key, now);
        ASSERT_EQ(made.created, created) << "step " << step;
        ASSERT_EQ(*made.value, *value) << "step " << step;
        *made.value = *value = step;
      }
    }
    ASSERT_EQ(table.size(), model.size()) << "step " << step;
  }
}

TEST(LruTable, AgreesWithAModelUnderRandomUse) {
  for (const std::uint32_t capacity : {1U, 2U, 7U, 8U, 9U, 40U, 100U})
    for (unsigned seed = 0; seed < 4; ++seed) compare(capacity, seed);
}

}  // namespace
}  // namespace espial
