#include "engine/base/hex.hpp"

#include <gtest/gtest.h>

namespace espial {
namespace {

TEST(Hex, WritesBytesAndSpis) {
  constexpr std::array kBytes{std::byte{0x00}, std::byte{0xaf}, std::byte{0x10}};
  EXPECT_EQ(to_hex(ByteView(kBytes)), "00af10");
  EXPECT_EQ(to_hex(std::uint64_t{0x238671c80375a0fb}), "238671c80375a0fb");
  EXPECT_EQ(to_hex(std::uint64_t{1}), "0000000000000001");
}

TEST(Hex, ReadsBackWhatItWroteInEitherCase) {
  const auto bytes = from_hex("00aF10");
  ASSERT_TRUE(bytes);
  EXPECT_EQ(to_hex(*bytes), "00af10");
}

TEST(Hex, RefusesOddLengthAndOtherDigits) {
  EXPECT_FALSE(from_hex("0"));
  EXPECT_FALSE(from_hex("0g"));
  EXPECT_FALSE(from_hex("g0"));
  EXPECT_TRUE(from_hex(""));
}

}  // namespace
}  // namespace espial
