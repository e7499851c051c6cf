#include "engine/export/ring.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <thread>
#include <vector>

namespace espial::exporting {
namespace {

constexpr std::size_t kHeader = 16;
constexpr std::size_t kSmallest = 4096;

bool put(RecordRing& ring, std::size_t size, std::uint8_t fill, std::int64_t time_ns = 0) {
  const auto room = ring.reserve(size, time_ns);
  if (!room) return false;
  EXPECT_EQ(room->size(), size);
  std::ranges::fill(*room, std::byte{fill});
  ring.commit();
  return true;
}

record::Record alert(std::int64_t time_ns, std::uint32_t sid = 1) {
  record::Record record;
  record.set_time_ns(time_ns);
  record.mutable_alert()->mutable_rule()->set_sid(sid);
  return record;
}

std::vector<record::Record> drain(RecordRing& ring) {
  std::vector<record::Record> records;
  ring.drain(ring.capacity(), [&](const RingEntry& entry) {
    record::Record record;
    EXPECT_TRUE(record.ParseFromArray(entry.bytes.data(), static_cast<int>(entry.bytes.size())));
    EXPECT_EQ(record.time_ns(), entry.time_ns);
    records.push_back(record);
  });
  return records;
}

TEST(RecordRing, RoundsItsSizeUpToAPowerOfTwo) {
  EXPECT_EQ(RecordRing(0).capacity(), kSmallest);
  EXPECT_EQ(RecordRing(5000).capacity(), 8192U);
}

TEST(RecordRing, KeepsOrderSizeAndTimeOfEveryEntry) {
  RecordRing ring(kSmallest);
  for (std::uint8_t n = 0; n < 40; ++n) ASSERT_TRUE(put(ring, n, n, n * 1000));
  std::size_t seen = 0;
  EXPECT_EQ(ring.drain(ring.capacity(),
                       [&](const RingEntry& entry) {
                         EXPECT_EQ(entry.bytes.size(), seen);
                         EXPECT_EQ(entry.time_ns, static_cast<std::int64_t>(seen * 1000));
                         for (const std::byte b : entry.bytes)
                           EXPECT_EQ(std::to_integer<std::size_t>(b), seen);
                         ++seen;
                       }),
            40U);
}

TEST(RecordRing, IsFullToTheLastByteAndNotBefore) {
  RecordRing ring(kSmallest);
  EXPECT_FALSE(ring.reserve(kSmallest - kHeader + 1, 0));
  EXPECT_TRUE(put(ring, kSmallest - kHeader, 1));
  EXPECT_FALSE(ring.reserve(0, 0));
  EXPECT_EQ(ring.drain(1, [](const RingEntry&) {}), 1U);
  EXPECT_TRUE(put(ring, 0, 0));
}

TEST(RecordRing, WrapsAtEveryOffsetWithoutSplittingAnEntry) {
  for (std::size_t lead = 0; lead < kSmallest / 2; lead += kHeader) {
    RecordRing ring(kSmallest);
    ASSERT_TRUE(put(ring, lead, 1));
    ring.drain(kSmallest, [](const RingEntry&) {});
    for (int round = 0; round < 5; ++round) {
      ASSERT_TRUE(put(ring, 1500, 7));
      std::size_t sum = 0;
      ring.drain(kSmallest, [&](const RingEntry& entry) {
        for (const std::byte b : entry.bytes) sum += std::to_integer<std::size_t>(b);
      });
      EXPECT_EQ(sum, 1500U * 7U) << "lead " << lead << ", round " << round;
    }
  }
}

TEST(RecordRing, DrainsAtLeastOneEntryAndStopsNearTheBound) {
  RecordRing ring(kSmallest);
  for (int n = 0; n < 10; ++n) ASSERT_TRUE(put(ring, 84, 1));
  EXPECT_EQ(ring.drain(1, [](const RingEntry&) {}), 1U);
  EXPECT_EQ(ring.drain(224, [](const RingEntry&) {}), 2U);
  EXPECT_EQ(ring.drain(kSmallest, [](const RingEntry&) {}), 7U);
  EXPECT_EQ(ring.drain(kSmallest, [](const RingEntry&) {}), 0U);
}

TEST(RecordRing, HandsEveryEntryOverBetweenTwoThreads) {
  constexpr std::uint64_t kCount = 50'000;
  RecordRing ring(kSmallest);
  std::jthread producer([&] {
    for (std::uint64_t n = 0; n < kCount;) {
      const auto room = ring.reserve(sizeof n + n % 50, static_cast<std::int64_t>(n));
      if (!room) {
        std::this_thread::yield();
        continue;
      }
      std::memcpy(room->data(), &n, sizeof n);
      ring.commit();
      ++n;
    }
  });
  std::uint64_t expected = 0;
  while (expected < kCount) {
    ring.drain(kSmallest, [&](const RingEntry& entry) {
      std::uint64_t n = 0;
      std::memcpy(&n, entry.bytes.data(), sizeof n);
      ASSERT_EQ(n, expected);
      ASSERT_EQ(entry.bytes.size(), sizeof n + n % 50);
      ++expected;
    });
  }
}

TEST(RingSink, GivesOutWhatWasEmitted) {
  RecordRing ring(kSmallest);
  RingSink sink(ring);
  sink.emit(alert(10, 1));
  sink.emit(alert(20, 2));
  const auto records = drain(ring);
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[1].alert().rule().sid(), 2U);
  EXPECT_EQ(sink.made(), 2U);
  EXPECT_EQ(sink.lost(), 0U);
}

TEST(RingSink, TellsOfALossWhereItHappenedOnceThereIsRoom) {
  RecordRing ring(kSmallest);
  RingSink sink(ring);
  std::int64_t time = 0;
  while (sink.lost() < 3) sink.emit(alert(++time));
  const auto before = drain(ring);
  sink.emit(alert(1000));
  const auto after = drain(ring);
  ASSERT_EQ(after.size(), 2U);
  ASSERT_TRUE(after[0].has_lost());
  EXPECT_EQ(after[0].lost().count(), 3U);
  EXPECT_EQ(after[0].lost().reason(), "ring full");
  EXPECT_EQ(after[0].lost().from_ns(), static_cast<std::int64_t>(before.size()) + 1);
  EXPECT_EQ(after[0].lost().to_ns(), time);
  EXPECT_EQ(after[1].time_ns(), 1000);
  EXPECT_EQ(sink.made(), before.size() + 4);
}

TEST(RingSink, SettlesALossAfterTheLastRecordToo) {
  RecordRing ring(kSmallest);
  RingSink sink(ring);
  while (sink.lost() < 1) sink.emit(alert(5));
  EXPECT_FALSE(sink.settle());
  drain(ring);
  EXPECT_TRUE(sink.settle());
  EXPECT_TRUE(sink.settle());
  EXPECT_EQ(drain(ring).size(), 1U);
}

TEST(RingSink, CountsARecordThatIsTooLongForAnyRingAsLost) {
  RecordRing ring(4 * kMaxRecord);
  RingSink sink(ring);
  record::Record record;
  record.mutable_tagged_packet()->mutable_data()->resize(kMaxRecord);
  sink.emit(record);
  EXPECT_EQ(sink.lost(), 1U);
  record.mutable_tagged_packet()->mutable_data()->resize(kMaxRecord - 16);
  sink.emit(record);
  EXPECT_EQ(sink.lost(), 1U);
}

}  // namespace
}  // namespace espial::exporting
