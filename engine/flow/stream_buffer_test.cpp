#include "engine/flow/stream_buffer.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "tests/support/bytes.hpp"

namespace espial::flow {
namespace {

using test::Bytes;
using test::filler;
using test::text;

constexpr std::uint64_t kBlock = Block::kBytes;

class StreamBufferTest : public testing::Test {
 protected:
  void start(std::uint32_t sequence = 1000) {
    first_ = sequence;
    buffer_.begin(sequence);
  }
  /// Every test ends with nothing left in the buffer, and everything back in the pools.
  void TearDown() override {
    buffer_.clear(pools_);
    EXPECT_EQ(pools_.blocks.left(), pools_.blocks.capacity());
    EXPECT_EQ(pools_.segments.left(), pools_.segments.capacity());
    EXPECT_EQ(buffer_.waiting(), 0U);
    EXPECT_EQ(buffer_.kept_from(), buffer_.next());
  }

  StreamBuffer::Added add(std::uint64_t offset, ByteView bytes,
                          OsPolicy policy = OsPolicy::linux_modern) {
    return buffer_.add(first_ + static_cast<std::uint32_t>(offset), bytes, policy, pools_);
  }
  StreamBuffer::Added add(std::uint64_t offset, std::string_view characters) {
    return add(offset, text(characters));
  }
  Bytes kept(std::uint64_t begin, std::uint64_t end) {
    Bytes out(end - begin);
    buffer_.copy(begin, out);
    return out;
  }
  std::uint64_t blocks_used() const { return pools_.blocks.capacity() - pools_.blocks.left(); }
  std::uint64_t segments_used() const {
    return pools_.segments.capacity() - pools_.segments.left();
  }

  std::uint32_t first_ = 0;
  StreamPools pools_{4U << 20U};
  StreamBuffer buffer_;
};

TEST_F(StreamBufferTest, HandsOutWhatComesInOrder) {
  start();
  const auto added = add(0, "abc");
  EXPECT_EQ(added.begin, 0U);
  EXPECT_EQ(added.end, 3U);
  EXPECT_FALSE(added.overlap || added.differs || added.unverifiable);
  EXPECT_EQ(add(3, "def").begin, 3U);
  EXPECT_EQ(kept(0, 6), text("abcdef"));
  EXPECT_EQ(buffer_.next_sequence(), 1006U);
}

TEST_F(StreamBufferTest, KeepsWhatComesEarlyUntilTheHoleIsFilled) {
  start();
  const auto early = add(3, "def");
  EXPECT_EQ(early.begin, early.end);
  EXPECT_EQ(buffer_.waiting(), 3U);
  EXPECT_EQ(buffer_.waits_at(), 3U);
  const auto added = add(0, "abc");
  EXPECT_EQ(added.end, 6U);
  EXPECT_EQ(kept(0, 6), text("abcdef"));
  EXPECT_EQ(buffer_.waiting(), 0U);
  EXPECT_EQ(buffer_.waits_at(), 6U);
}

TEST_F(StreamBufferTest, AnEmptyPayloadChangesNothing) {
  start();
  add(5, "f");
  for (const std::uint64_t offset : {0U, 3U, 5U, 9U}) {
    const auto added = add(offset, Bytes{});
    EXPECT_EQ(added.begin, added.end);
    EXPECT_EQ(added.room, StreamBuffer::Room::had);
    EXPECT_FALSE(added.overlap);
    EXPECT_FALSE(buffer_.contradicts(first_ + static_cast<std::uint32_t>(offset), {}));
  }
  EXPECT_EQ(buffer_.waiting(), 1U);
}

TEST_F(StreamBufferTest, SequenceNumbersWrap) {
  start(0xFFFFFFFEU);
  EXPECT_EQ(add(4, "ef").end, 0U);
  EXPECT_EQ(add(0, "abcd").end, 6U);
  EXPECT_EQ(kept(0, 6), text("abcdef"));
  EXPECT_EQ(buffer_.next_sequence(), 4U);
  EXPECT_TRUE(add(1, "bcdefg").overlap);
  EXPECT_EQ(buffer_.next(), 7U);
}

TEST_F(StreamBufferTest, OffsetsGoOnBeyond32Bits) {
  start(77);
  const Bytes last = text("x");
  // A hole of 2^30 less a byte at a time.
  for (int i = 0; i < 9; ++i) {
    add(buffer_.next() + (1U << 30U) - 1, last);
    buffer_.skip_hole(pools_);
  }
  EXPECT_EQ(buffer_.next(), 9ULL << 30U);
  EXPECT_EQ(buffer_.next_sequence(), static_cast<std::uint32_t>(77 + (9ULL << 30U)));
  EXPECT_EQ(add(buffer_.next(), "yz").end, (9ULL << 30U) + 2);
  EXPECT_EQ(kept(buffer_.next() - 3, buffer_.next()), text("xyz"));
}

TEST_F(StreamBufferTest, WhatReachesTooFarAheadIsNotOfTheStream) {
  start();
  constexpr std::uint64_t kFar = 1U << 30U;
  EXPECT_EQ(add(kFar, "x").room, StreamBuffer::Room::full);
  EXPECT_EQ(buffer_.waiting(), 0U);
  add(kFar - 1, "xy");
  EXPECT_EQ(buffer_.waiting(), 0U);
  add(kFar - 1, "x");
  EXPECT_EQ(buffer_.waiting(), 1U);
}

TEST_F(StreamBufferTest, WhatRepeatsIsComparedWithWhatIsKept) {
  start();
  add(0, "abcdef");
  const auto same = add(2, "cdefgh");
  EXPECT_TRUE(same.overlap);
  EXPECT_FALSE(same.differs);
  EXPECT_EQ(same.begin, 6U);
  EXPECT_EQ(same.end, 8U);
  const auto other = add(1, "bXd");
  EXPECT_TRUE(other.overlap && other.differs);
  EXPECT_EQ(other.begin, other.end);
  EXPECT_EQ(kept(0, 8), text("abcdefgh"));
}

TEST_F(StreamBufferTest, WhatWaitsIsComparedToo) {
  start();
  add(4, "efgh");
  EXPECT_FALSE(add(2, "cdef").differs);
  EXPECT_TRUE(add(6, "gX").differs);
  EXPECT_TRUE(add(0, "abcX").differs);
}

TEST_F(StreamBufferTest, WhatIsNoLongerKeptCannotBeVerified) {
  start();
  add(0, filler(2 * kBlock, 'a'));
  buffer_.release(kBlock, pools_);
  EXPECT_EQ(buffer_.kept_from(), kBlock);
  const auto added = add(kBlock - 1, filler(2, 'x'));
  EXPECT_TRUE(added.overlap && added.unverifiable && added.differs);
  EXPECT_FALSE(add(kBlock, filler(2, 'a')).unverifiable);
  const auto before = add(0, filler(kBlock, 'x'));
  EXPECT_TRUE(before.unverifiable);
  EXPECT_FALSE(before.differs);
}

TEST_F(StreamBufferTest, WhatLiesBeforeTheFirstByteCannotBeVerified) {
  start();
  const auto added = add(static_cast<std::uint64_t>(-1), "xab");
  EXPECT_TRUE(added.unverifiable);
  EXPECT_EQ(added.end, 2U);
  EXPECT_EQ(kept(0, 2), text("ab"));
}

TEST_F(StreamBufferTest, ReleaseGivesBackWholeBlocksOnly) {
  start();
  add(0, filler(3 * kBlock + 5, 'a'));
  EXPECT_EQ(blocks_used(), 4U);
  buffer_.release(kBlock - 1, pools_);
  EXPECT_EQ(blocks_used(), 4U);
  EXPECT_EQ(buffer_.kept_from(), 0U);
  buffer_.release(2 * kBlock + 7, pools_);
  EXPECT_EQ(blocks_used(), 2U);
  EXPECT_EQ(buffer_.kept_from(), 2 * kBlock);
  buffer_.release(std::numeric_limits<std::uint64_t>::max(), pools_);
  EXPECT_EQ(blocks_used(), 1U);
  EXPECT_EQ(buffer_.kept_from(), 3 * kBlock);
  add(3 * kBlock + 5, filler(kBlock - 5, 'b'));
  buffer_.release(4 * kBlock, pools_);
  EXPECT_EQ(blocks_used(), 0U);
  EXPECT_EQ(buffer_.kept_from(), 4 * kBlock);
  EXPECT_EQ(add(4 * kBlock, "c").end, 4 * kBlock + 1);
  EXPECT_EQ(kept(4 * kBlock, 4 * kBlock + 1), text("c"));
}

TEST_F(StreamBufferTest, ReleaseLeavesWhatWaits) {
  start();
  add(0, filler(kBlock, 'a'));
  add(kBlock + 2, "cd");
  buffer_.release(kBlock + 100, pools_);
  EXPECT_EQ(blocks_used(), 1U);
  EXPECT_EQ(add(kBlock, "ab").end, kBlock + 4);
  EXPECT_EQ(blocks_used(), 1U);
  EXPECT_EQ(kept(kBlock, kBlock + 4), text("abcd"));
}

TEST_F(StreamBufferTest, AHoleThatIsSkippedKeepsItsLength) {
  start();
  add(0, "ab");
  add(5, "fg");
  add(9, "j");
  const auto added = buffer_.skip_hole(pools_);
  EXPECT_EQ(added.begin, 5U);
  EXPECT_EQ(added.end, 7U);
  EXPECT_EQ(buffer_.kept_from(), 5U);
  EXPECT_EQ(kept(5, 7), text("fg"));
  EXPECT_TRUE(add(3, "def").unverifiable);
  EXPECT_EQ(buffer_.skip_hole(pools_).begin, 9U);
  const auto none = buffer_.skip_hole(pools_);
  EXPECT_EQ(none.begin, none.end);
  EXPECT_EQ(none.begin, 10U);
}

TEST_F(StreamBufferTest, SkippingGivesBackTheBlocksBeforeTheHole) {
  start();
  add(0, filler(3 * kBlock, 'a'));
  add(5 * kBlock, "x");
  buffer_.skip_hole(pools_);
  EXPECT_EQ(blocks_used(), 1U);
}

TEST_F(StreamBufferTest, SaysWhatContradictsAndChangesNothing) {
  start();
  add(0, "abcd");
  add(6, "gh");
  const auto contradicts = [&](std::uint64_t offset, std::string_view characters) {
    return buffer_.contradicts(first_ + static_cast<std::uint32_t>(offset), text(characters));
  };
  EXPECT_FALSE(contradicts(0, "abcdXXghX"));
  EXPECT_TRUE(contradicts(0, "abcX"));
  EXPECT_TRUE(contradicts(3, "dXXgX"));
  EXPECT_TRUE(contradicts(7, "X"));
  EXPECT_FALSE(contradicts(4, "XX"));
  EXPECT_FALSE(contradicts(static_cast<std::uint64_t>(-2), "XXab"));
  EXPECT_EQ(buffer_.next(), 4U);
  EXPECT_EQ(buffer_.waiting(), 2U);
}

TEST_F(StreamBufferTest, WithoutBlocksNothingChanges) {
  StreamPools small(4096);  // 15 blocks
  ASSERT_EQ(small.blocks.capacity(), 15U);
  start();
  const Bytes most = filler(14 * kBlock, 'a');
  EXPECT_EQ(buffer_.add(1000, most, OsPolicy::first, small).room, StreamBuffer::Room::had);
  const auto late = static_cast<std::uint32_t>(1000 + 16 * kBlock);
  EXPECT_EQ(buffer_.add(late, filler(kBlock + 1), OsPolicy::first, small).room,
            StreamBuffer::Room::none);
  EXPECT_EQ(buffer_.waiting(), 0U);
  EXPECT_EQ(buffer_.add(late, filler(kBlock, 'c'), OsPolicy::first, small).room,
            StreamBuffer::Room::had);
  const auto added = buffer_.add(buffer_.next_sequence(), filler(1), OsPolicy::first, small);
  EXPECT_EQ(added.room, StreamBuffer::Room::none);
  EXPECT_EQ(added.begin, added.end);
  EXPECT_EQ(buffer_.next(), 14 * kBlock);
  buffer_.release(3 * kBlock, small);
  EXPECT_EQ(buffer_.add(buffer_.next_sequence(), filler(2 * kBlock), OsPolicy::first, small).end,
            17 * kBlock);
  buffer_.clear(small);
  EXPECT_EQ(small.blocks.left(), 15U);
  EXPECT_EQ(small.segments.left(), small.segments.capacity());
}

TEST_F(StreamBufferTest, ABlockThatIsThereNeedsNoRoom) {
  StreamPools small(4096);
  start();
  ASSERT_EQ(buffer_.add(1000, filler(15 * kBlock - 9), OsPolicy::first, small).room,
            StreamBuffer::Room::had);
  const std::uint32_t next = buffer_.next_sequence();
  EXPECT_EQ(buffer_.add(next + 8, text("i"), OsPolicy::first, small).room, StreamBuffer::Room::had);
  EXPECT_EQ(buffer_.add(next, text("abcdefgh"), OsPolicy::first, small).end, 15 * kBlock);
  buffer_.clear(small);
}

TEST_F(StreamBufferTest, WithoutSegmentsWhatComesEarlyFindsNoRoomAndWhatIsInOrderDoes) {
  StreamPools small(16 * 2 * sizeof(HeldSegment));  // two
  ASSERT_EQ(small.segments.capacity(), 2U);
  start();
  const auto add_small = [&](std::uint32_t offset, std::string_view characters) {
    return buffer_.add(1000 + offset, text(characters), OsPolicy::first, small);
  };
  add_small(2, "c");
  add_small(4, "e");
  EXPECT_EQ(add_small(6, "g").room, StreamBuffer::Room::none);
  EXPECT_EQ(add_small(1, "XXX").room, StreamBuffer::Room::none);
  EXPECT_EQ(add_small(2, "X").room, StreamBuffer::Room::had);  // it brings nothing
  EXPECT_EQ(buffer_.waiting(), 2U);
  EXPECT_EQ(add_small(0, "abXdXf").end, 6U);
  EXPECT_EQ(kept(0, 6), text("abcdef"));
  EXPECT_EQ(small.segments.left(), 2U);
  buffer_.clear(small);
}

TEST_F(StreamBufferTest, NoMorePiecesWaitThanTheCeilingSays) {
  start();
  StreamPools large(16ULL * 2 * StreamBuffer::kMaxHeld * sizeof(HeldSegment));
  std::uint32_t offset = 1;
  for (std::uint32_t i = 0; i < StreamBuffer::kMaxHeld; ++i, offset += 2)
    ASSERT_EQ(buffer_.add(1000 + offset, text("x"), OsPolicy::bsd, large).room,
              StreamBuffer::Room::had);
  EXPECT_EQ(buffer_.add(1000 + offset, text("x"), OsPolicy::bsd, large).room,
            StreamBuffer::Room::full);
  EXPECT_EQ(buffer_.held(), StreamBuffer::kMaxHeld);
  buffer_.clear(large);
}

TEST_F(StreamBufferTest, NoMoreBytesWaitThanTheCeilingSays) {
  start();
  const Bytes piece = filler(1U << 15U, 'x');
  std::uint64_t offset = 1;
  for (; offset < StreamBuffer::kMaxWaiting; offset += piece.size())
    ASSERT_EQ(add(offset, piece).room, StreamBuffer::Room::had);
  EXPECT_EQ(buffer_.waiting(), StreamBuffer::kMaxWaiting);
  EXPECT_EQ(add(offset, "x").room, StreamBuffer::Room::full);
  EXPECT_EQ(add(0, "x").end, offset);
}

TEST_F(StreamBufferTest, SmallPiecesShareBlocks) {
  start();
  for (std::uint64_t offset = 1; offset < 2 * kBlock; offset += 2) add(offset, "x");
  EXPECT_EQ(blocks_used(), 2U);
  EXPECT_EQ(segments_used(), kBlock);
}

TEST_F(StreamBufferTest, ARunOfLinuxIsOfFewPieces) {
  start();
  for (std::uint64_t offset = 1; offset < 64 * kBlock; ++offset) add(offset, "x");
  EXPECT_LE(segments_used(), 5U);
}

TEST_F(StreamBufferTest, WarmPoolsGrowNoMore) {
  start();
  const auto round = [&] {
    const std::uint64_t at = buffer_.next();
    add(at + 3000, filler(1400));
    add(at + 1400, filler(1700));
    add(at, filler(1400));
    buffer_.release(buffer_.next(), pools_);
  };
  round();
  const std::uint64_t memory = pools_.memory();
  for (int i = 0; i < 1000; ++i) round();
  EXPECT_EQ(pools_.memory(), memory);
}

TEST_F(StreamBufferTest, FindsAnyPlaceOfALongStreamWhateverIsGivenBack) {
  start();
  Bytes all;
  for (int i = 0; i < 3000; ++i) {
    const Bytes piece = filler(333, i);
    all.insert(all.end(), piece.begin(), piece.end());
    add(buffer_.next(), piece);
  }
  for (const std::uint64_t limit : {0U, 1U, 40'000U, 41'000U, 500'000U, 900'000U, 990'000U}) {
    buffer_.release(limit, pools_);
    for (std::uint64_t at = buffer_.kept_from(); at + 700 < all.size(); at += 1097)
      ASSERT_EQ(kept(at, at + 700), test::copy(ByteView(all).subspan(at, 700))) << at;
  }
  for (int i = 0; i < 1000; ++i) {
    const Bytes piece = filler(500, i);
    all.insert(all.end(), piece.begin(), piece.end());
    add(buffer_.next(), piece);
    buffer_.release(buffer_.next() - 9000, pools_);
    const std::uint64_t at = buffer_.kept_from() + static_cast<std::uint64_t>(i * 8);
    ASSERT_EQ(kept(at, at + 700), test::copy(ByteView(all).subspan(at, 700))) << at;
  }
}

TEST_F(StreamBufferTest, GoesOnAfterEverythingWasGivenBack) {
  start();
  add(0, "abc");
  add(5, "fg");
  buffer_.clear(pools_);
  EXPECT_EQ(buffer_.next(), 3U);
  EXPECT_EQ(add(3, "de").end, 5U);
  EXPECT_EQ(kept(3, 5), text("de"));
  EXPECT_TRUE(add(2, "cd").unverifiable);
}

}  // namespace
}  // namespace espial::flow
