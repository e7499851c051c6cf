#include "engine/config/value.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string_view>

namespace espial::config {
namespace {

TEST(ByteSizeText, TakesUnitsOfEitherSpelling) {
  EXPECT_EQ(Format<ByteSize>::parse("0"), ByteSize{0});
  EXPECT_EQ(Format<ByteSize>::parse("4096"), ByteSize{4096});
  EXPECT_EQ(Format<ByteSize>::parse("512kb"), ByteSize{512U << 10U});
  EXPECT_EQ(Format<ByteSize>::parse("128 MiB"), ByteSize{128U << 20U});
  EXPECT_EQ(Format<ByteSize>::parse("2GB"), ByteSize{2ULL << 30U});
}

TEST(ByteSizeText, RefusesWhatIsNoSize) {
  for (const std::string_view text : {"", "mb", "1.5mb", "-1", "1tb", "1 mb x", "0x10", "1m b"})
    EXPECT_FALSE(Format<ByteSize>::parse(text)) << text;
}

TEST(ByteSizeText, StopsAt64Bits) {
  EXPECT_EQ(Format<ByteSize>::parse("18446744073709551615"),
            ByteSize{std::numeric_limits<std::uint64_t>::max()});
  EXPECT_FALSE(Format<ByteSize>::parse("18446744073709551616"));
  EXPECT_TRUE(Format<ByteSize>::parse("17179869183gb"));
  EXPECT_FALSE(Format<ByteSize>::parse("17179869184gb"));
}

TEST(ByteSizeText, ShowsTheLargestUnitThatFits) {
  for (const std::string_view text :
       {"0", "1023", "1kb", "1025", "1mb", "1025kb", "3gb", "17179869183gb"})
    EXPECT_EQ(Format<ByteSize>::show(Format<ByteSize>::parse(text).value_or(ByteSize{})), text);
}

TEST(QueueRangeText, TakesOneQueueOrARange) {
  EXPECT_EQ(Format<QueueRange>::parse("7"), (QueueRange{.first = 7, .last = 7}));
  EXPECT_EQ(Format<QueueRange>::parse("0:65535"), (QueueRange{.first = 0, .last = 65535}));
  for (const std::string_view text : {"", ":", "1:", ":1", "2:1", "0:65536", "1:2:3", "a", "1-2"})
    EXPECT_FALSE(Format<QueueRange>::parse(text)) << text;
}

TEST(NumberText, HoldsItsLimits) {
  using Batch = Between<std::uint32_t, 1, 1024>;
  EXPECT_FALSE(Batch::parse("0"));
  EXPECT_EQ(Batch::parse("1"), 1U);
  EXPECT_EQ(Batch::parse("1024"), 1024U);
  EXPECT_FALSE(Batch::parse("1025"));
  EXPECT_FALSE(Batch::parse("4294967297"));
}

TEST(SecondsText, HoldsItsLimit) {
  EXPECT_EQ(Format<std::chrono::seconds>::parse("0"), std::chrono::seconds(0));
  EXPECT_TRUE(
      Format<std::chrono::seconds>::parse(std::to_string(Format<std::chrono::seconds>::kMost)));
  EXPECT_FALSE(
      Format<std::chrono::seconds>::parse(std::to_string(Format<std::chrono::seconds>::kMost + 1)));
  EXPECT_FALSE(Format<std::chrono::seconds>::parse("1s"));
}

TEST(BooleanText, TakesTheWordsOfYaml) {
  for (const std::string_view text : {"yes", "Yes", "TRUE", "on", "1"})
    EXPECT_EQ(Format<bool>::parse(text), true) << text;
  for (const std::string_view text : {"no", "False", "OFF", "0"})
    EXPECT_EQ(Format<bool>::parse(text), false) << text;
  for (const std::string_view text : {"", "y", "2", "auto"})
    EXPECT_FALSE(Format<bool>::parse(text)) << text;
}

TEST(EnumerationText, TakesWhatItShows) {
  for (const auto& [word, policy] : Words<ExceptionPolicy>::kWords) {
    EXPECT_EQ(Format<ExceptionPolicy>::parse(word), policy);
    EXPECT_EQ(Format<ExceptionPolicy>::show(policy), word);
  }
}

}  // namespace
}  // namespace espial::config
