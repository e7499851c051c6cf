#include "engine/base/bytes.hpp"

#include <gtest/gtest.h>

namespace espial {
namespace {

constexpr std::array kBytes{std::byte{0x01}, std::byte{0x02}, std::byte{0x03}, std::byte{0x04},
                            std::byte{0x05}};

TEST(ByteReader, ReadsBothByteOrders) {
  static_assert(ByteReader(kBytes).be<std::uint32_t>() == 0x01020304);
  static_assert(ByteReader(kBytes).le<std::uint32_t>() == 0x04030201);
  static_assert(ByteReader(kBytes).le<std::uint8_t>() == 1);
}

TEST(ByteReader, LatchesAtTheFirstShortRead) {
  ByteReader in(kBytes);
  EXPECT_EQ(in.be<std::uint64_t>(), 0U);
  EXPECT_FALSE(in.ok());
  EXPECT_EQ(in.be<std::uint8_t>(), 0U) << "a later read must fail too";
  EXPECT_EQ(in.remaining(), 0U);
}

TEST(ByteReader, TakesExactlyWhatIsThere) {
  ByteReader in(kBytes);
  EXPECT_EQ(in.take(5).size(), 5U);
  EXPECT_TRUE(in.ok());
  EXPECT_TRUE(in.take(0).empty());
  EXPECT_TRUE(in.ok());
  EXPECT_TRUE(in.take(1).empty());
  EXPECT_FALSE(in.ok());
}

TEST(Contains, KnowsPartsFromStrangers) {
  const ByteView whole(kBytes);
  EXPECT_TRUE(contains(whole, whole));
  EXPECT_TRUE(contains(whole, whole.subspan(2, 3)));
  EXPECT_TRUE(contains(whole.first(2), {}));
  EXPECT_FALSE(contains(whole.first(2), whole.subspan(1, 2)));
}

}  // namespace
}  // namespace espial
