#include "engine/capture/pcap_framing.hpp"

#include <gtest/gtest.h>

#include "tests/support/captures.hpp"

namespace espial::capture {
namespace {

using tests::pattern;
using tests::PcapImage;

struct Writer {
  ByteOrder order;
  std::uint32_t magic;
  std::int64_t nanoseconds_per_tick;
};

class PcapFramingOfEachWriter : public testing::TestWithParam<Writer> {};

INSTANTIATE_TEST_SUITE_P(Writers, PcapFramingOfEachWriter,
                         testing::Values(Writer{ByteOrder::little, tests::kPcapMicroseconds, 1000},
                                         Writer{ByteOrder::big, tests::kPcapMicroseconds, 1000},
                                         Writer{ByteOrder::little, tests::kPcapNanoseconds, 1},
                                         Writer{ByteOrder::big, tests::kPcapNanoseconds, 1},
                                         Writer{ByteOrder::little, tests::kPcapModified, 1000},
                                         Writer{ByteOrder::big, tests::kPcapModified, 1000}));

TEST_P(PcapFramingOfEachWriter, ReadsHeaderThenRecord) {
  const auto data = pattern(5, 1);
  const auto file = PcapImage(GetParam().order, GetParam().magic, 101).packet(7, 9, data, 60);
  auto framing = PcapFraming::from_magic(ByteView(file.bytes()).first(4));
  ASSERT_TRUE(framing);
  const Frame header = framing->next(file.bytes());
  ASSERT_EQ(header.kind, Frame::Kind::nothing);
  ASSERT_EQ(header.size, 24U);
  const ByteView rest = ByteView(file.bytes()).subspan(24);
  const Frame frame = framing->next(rest);
  ASSERT_EQ(frame.kind, Frame::Kind::packet);
  EXPECT_EQ(frame.size, rest.size());
  EXPECT_TRUE(equal(frame.bytes, data));
  EXPECT_TRUE(contains(rest, frame.bytes));
  EXPECT_EQ(frame.wire_length, 60U);
  EXPECT_EQ(frame.link, LinkType::raw_ip);
  EXPECT_EQ(frame.time, Timestamp::from_parts(7, 9 * GetParam().nanoseconds_per_tick));
}

TEST_P(PcapFramingOfEachWriter, AsksForMoreAtEveryProperPrefixOfARecord) {
  const auto file = PcapImage(GetParam().order, GetParam().magic).packet(1, 2, pattern(9, 3));
  auto framing = PcapFraming::from_magic(file.bytes());
  (void)framing->next(file.bytes());
  const ByteView record = ByteView(file.bytes()).subspan(24);
  for (std::size_t n = 0; n < record.size(); ++n) {
    const Frame frame = framing->next(record.first(n));
    EXPECT_EQ(frame.kind, Frame::Kind::incomplete) << n;
    EXPECT_GT(frame.size, n);
    EXPECT_LE(frame.size, record.size());
  }
}

TEST(PcapFraming, KnowsNoOtherMagicNumber) {
  EXPECT_FALSE(PcapFraming::from_magic(as_bytes("abcd")));
  EXPECT_FALSE(PcapFraming::from_magic(as_bytes("\xa1\xb2\xc3")));
  EXPECT_FALSE(PcapFraming::from_magic({}));
}

TEST(PcapFraming, TakesFramesUpToTheCeilingAndNoLonger) {
  auto framing = PcapFraming::from_magic(PcapImage().bytes());
  (void)framing->next(PcapImage().bytes());
  const auto at = PcapImage().header(0, 0, kMaxFrameSize, kMaxFrameSize);
  EXPECT_EQ(framing->next(ByteView(at.bytes()).subspan(24)).kind, Frame::Kind::incomplete);
  const auto over = PcapImage().header(0, 0, kMaxFrameSize + 1, kMaxFrameSize + 1);
  const Frame frame = framing->next(ByteView(over.bytes()).subspan(24));
  EXPECT_EQ(frame.kind, Frame::Kind::damaged);
  EXPECT_EQ(frame.value, kMaxFrameSize + 1);
  const auto huge = PcapImage().header(0, 0, ~0U, ~0U);
  EXPECT_EQ(framing->next(ByteView(huge.bytes()).subspan(24)).kind, Frame::Kind::damaged);
}

TEST(PcapFraming, TakesEmptyFramesAndWireLengthsThatLie) {
  auto framing = PcapFraming::from_magic(PcapImage().bytes());
  (void)framing->next(PcapImage().bytes());
  const auto empty = PcapImage().packet(~0U, ~0U, {});
  const Frame frame = framing->next(ByteView(empty.bytes()).subspan(24));
  EXPECT_EQ(frame.kind, Frame::Kind::packet);
  EXPECT_TRUE(frame.bytes.empty());
  EXPECT_EQ(frame.wire_length, 0U);
  const auto lying = PcapImage().header(0, 0, 4, 1).bytes();
  tests::Bytes record(lying.begin() + 24, lying.end());
  record.resize(record.size() + 4);
  EXPECT_EQ(framing->next(record).wire_length, 4U);
}

TEST(PcapFraming, MasksTheFrameCheckSequenceOutOfTheLinkType) {
  const auto file = PcapImage(ByteOrder::little, tests::kPcapMicroseconds, 0x54000001)
                        .packet(0, 0, pattern(1, 1));
  auto framing = PcapFraming::from_magic(file.bytes());
  (void)framing->next(file.bytes());
  EXPECT_EQ(framing->next(ByteView(file.bytes()).subspan(24)).link, LinkType::ethernet);
}

TEST(PcapFraming, RefusesAnUnknownMajorVersion) {
  auto bytes = PcapImage().bytes();
  bytes[4] = std::byte{3};
  auto framing = PcapFraming::from_magic(bytes);
  const Frame frame = framing->next(bytes);
  EXPECT_EQ(frame.kind, Frame::Kind::damaged);
  EXPECT_EQ(frame.value, 3U);
}

}  // namespace
}  // namespace espial::capture
