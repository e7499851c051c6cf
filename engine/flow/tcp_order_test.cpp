#include "engine/flow/tcp_order.hpp"

#include <gtest/gtest.h>

#include <random>

#include "tests/support/bytes.hpp"

namespace espial::flow {
namespace {

using test::bytes;
using test::Bytes;
using test::filler;

/// What a reader gets.
class Reader {
 public:
  explicit Reader(std::uint32_t first = 1000) { order.begin(first); }
  void add(std::uint32_t sequence, const Bytes& payload) {
    order.add(sequence, payload, [&](ByteView run) {
      EXPECT_FALSE(run.empty());
      got.insert(got.end(), run.begin(), run.end());
    });
  }
  TcpOrder order;
  Bytes got;
};

Bytes stream(std::size_t size) {
  Bytes all(size);
  for (std::size_t i = 0; i < size; ++i) all[i] = static_cast<std::byte>(i * 7 + i / 256);
  return all;
}

TEST(TcpOrder, SegmentsInOrderAreHandedOnAtOnce) {
  Reader reader;
  reader.add(1000, bytes(1, 2, 3));
  EXPECT_EQ(reader.got, bytes(1, 2, 3));
  reader.add(1003, bytes(4));
  EXPECT_EQ(reader.got, bytes(1, 2, 3, 4));
  EXPECT_EQ(reader.order.held(), 0U);
}

TEST(TcpOrder, AnyOrderOfAnyCutsWithAnythingTwiceGivesTheStream) {
  const Bytes whole = stream(3000);
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    const std::uint32_t first = seed % 2 == 0 ? 5 : 0xFFFF'FE00;  // wraps within the stream
    struct Cut {
      std::size_t begin, end;
    };
    std::vector<Cut> cuts;
    for (std::size_t at = 0; at < whole.size();) {
      const std::size_t end = std::min(whole.size(), at + 1 + random() % 400);
      cuts.push_back({at, end});
      if (random() % 3 == 0)  // again, and more or less of it
        cuts.push_back({at - std::min<std::size_t>(at, random() % 100),
                        std::min(whole.size(), end + random() % 100)});
      at = end;
    }
    std::ranges::shuffle(cuts, random);
    Reader reader(first);
    for (const Cut& cut : cuts) {
      const auto part = std::span(whole).subspan(cut.begin, cut.end - cut.begin);
      reader.add(first + static_cast<std::uint32_t>(cut.begin), Bytes(part.begin(), part.end()));
    }
    EXPECT_EQ(reader.got, whole) << "seed " << seed;
    EXPECT_EQ(reader.order.held(), 0U) << "seed " << seed;
    EXPECT_FALSE(reader.order.lost());
  }
}

TEST(TcpOrder, AByteThatCameKeepsItsPlace) {
  Reader reader;
  reader.add(1004, bytes(0xA4, 0xA5));                    // early
  reader.add(1002, bytes(0xB2, 0xB3, 0xB4, 0xB5, 0xB6));  // says other things of 1004 and 1005
  reader.add(1000, bytes(0xC0, 0xC1, 0xC2));              // and this of 1002
  EXPECT_EQ(reader.got, bytes(0xC0, 0xC1, 0xB2, 0xB3, 0xA4, 0xA5, 0xB6));
  reader.add(1000, bytes(0xD0, 0xD1, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6, 0xD7));
  EXPECT_EQ(reader.got, bytes(0xC0, 0xC1, 0xB2, 0xB3, 0xA4, 0xA5, 0xB6, 0xD7));
}

TEST(TcpOrder, WhatWasReadIsNotHandedOnAgain) {
  Reader reader;
  reader.add(1000, bytes(1, 2, 3));
  reader.add(1000, bytes(1, 2, 3));
  reader.add(999, bytes(0, 1, 2));
  EXPECT_EQ(reader.got, bytes(1, 2, 3));
}

TEST(TcpOrder, HoldsSoManyBytesAndNoMore) {
  Reader reader;
  reader.add(1001, filler(TcpOrder::kMaxHeld - 1));
  reader.add(400'000'000, filler(1));
  EXPECT_FALSE(reader.order.lost());
  EXPECT_EQ(reader.order.held(), TcpOrder::kMaxHeld);
  reader.add(500'000'000, filler(1));
  EXPECT_TRUE(reader.order.lost());
  EXPECT_EQ(reader.order.held(), 0U);
  reader.add(1000, bytes(1));
  EXPECT_TRUE(reader.got.empty()) << "a lost direction is not read any more";
}

TEST(TcpOrder, WhatNoWindowReachesIsNotOfTheStream) {
  Reader reader;
  const std::uint32_t farthest = 1000 + TcpOrder::kMaxAhead;
  reader.add(farthest, bytes(1));
  EXPECT_EQ(reader.order.held(), 1U);
  reader.add(farthest + 1, filler(60'000));
  EXPECT_EQ(reader.order.held(), 1U);
  EXPECT_FALSE(reader.order.lost());
}

TEST(TcpOrder, HoldsSoManyPiecesAndNoMore) {
  Reader reader;
  for (std::uint32_t i = 0; i < TcpOrder::kMaxPieces; ++i) reader.add(1001 + 2 * i, bytes(i));
  EXPECT_FALSE(reader.order.lost());
  EXPECT_EQ(reader.order.held(), TcpOrder::kMaxPieces);
  reader.add(1001 + 2 * TcpOrder::kMaxPieces, bytes(1));
  EXPECT_TRUE(reader.order.lost());
}

}  // namespace
}  // namespace espial::flow
