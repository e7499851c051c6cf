#include "rules/text/utf8.hpp"

#include <gtest/gtest.h>

namespace espial::rules {
namespace {

TEST(FirstCharacter, ReadsSequencesOfEveryLength) {
  EXPECT_EQ(first_character("a").code, U'a');
  EXPECT_EQ(first_character("\u00e4x").code, U'\u00e4');
  EXPECT_EQ(first_character("\u20acx").code, U'\u20ac');
  EXPECT_EQ(first_character("\U0001f511x").code, U'\U0001f511');
}

TEST(FirstCharacter, TakesOneByteOfWhatIsNotUtf8) {
  for (const std::string_view broken : {"\x80", "\xc0\xaf", "\xc3", "\xe0\x80\x80", "\xed\xa0\x80",
                                        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82"}) {
    const Character character = first_character(broken);
    EXPECT_FALSE(character.valid);
    EXPECT_EQ(character.bytes.size(), 1U);
    EXPECT_EQ(character.code, U'\uFFFD');
  }
}

TEST(IsPrintable, RefusesControlsAndWhatHidesText) {
  EXPECT_TRUE(is_printable(first_character("a")));
  EXPECT_TRUE(is_printable(first_character("\u00e4")));
  for (const std::string_view hidden :
       {"\x1b", "\x7f", "\u202e", "\u200b", "\u2066", "\ufeff", "\xff"})
    EXPECT_FALSE(is_printable(first_character(hidden)));
}

}  // namespace
}  // namespace espial::rules
