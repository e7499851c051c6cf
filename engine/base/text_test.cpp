#include "engine/base/text.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>

namespace espial {
namespace {

TEST(Text, TrimsBothEnds) {
  EXPECT_EQ(trim(" \ta b\r\n"), "a b");
  EXPECT_EQ(trim(" \t"), "");
}

TEST(Text, ParsesWholeNumbersOnly) {
  EXPECT_EQ(parse_number<std::uint8_t>("255"), 255);
  EXPECT_EQ(parse_number<std::uint8_t>("0xff"), 255);
  for (const char* text : {"", "256", "-1", "1 ", "1x", "0x", "0xg", "+1"})
    EXPECT_FALSE(parse_number<std::uint8_t>(text)) << text;
}

TEST(Text, ComparesWithoutCase) {
  EXPECT_TRUE(equal_nocase("AES_CBC", "aes_cbc"));
  EXPECT_FALSE(equal_nocase("AES", "AESx"));
}

TEST(Text, FindsTheNearestWordIfItIsNear) {
  constexpr std::array<std::string_view, 3> kWords{"content", "classtype", "ike.version"};
  EXPECT_EQ(nearest("contnet", kWords), "content");
  EXPECT_EQ(nearest("ike.verison", kWords), "ike.version");
  EXPECT_EQ(nearest("zzzzzz", kWords), "");
  EXPECT_EQ(nearest(std::string(10'000, 'c'), kWords), "")
      << "no unbounded work for a hostile word";
}

}  // namespace
}  // namespace espial
