#include "engine/capture/pcapng_framing.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/captures.hpp"

namespace espial::capture {
namespace {

using tests::Bytes;
using tests::ImageWriter;
using tests::pattern;
using tests::PcapngImage;

/// The frames of `image` up to the first that is no whole record; that one comes last.
std::vector<Frame> frames_of(ByteView image) {
  PcapngFraming framing;
  std::vector<Frame> frames;
  for (;;) {
    frames.push_back(framing.next(image));
    const Frame& frame = frames.back();
    if (frame.kind == Frame::Kind::incomplete || frame.kind == Frame::Kind::damaged) return frames;
    EXPECT_LE(frame.size, image.size());
    EXPECT_TRUE(contains(image, frame.bytes));
    image = image.subspan(frame.size);
  }
}

std::vector<Frame> packets_of(ByteView image) {
  std::vector<Frame> frames = frames_of(image);
  std::erase_if(frames, [](const Frame& f) { return f.kind != Frame::Kind::packet; });
  return frames;
}

void expect_damage(const PcapngImage& image, std::string_view what) {
  const Frame last = frames_of(image.bytes()).back();
  EXPECT_EQ(last.kind, Frame::Kind::damaged);
  EXPECT_EQ(last.what, what);
}

class PcapngFramingInBothOrders : public testing::TestWithParam<ByteOrder> {};
INSTANTIATE_TEST_SUITE_P(Orders, PcapngFramingInBothOrders,
                         testing::Values(ByteOrder::little, ByteOrder::big));

TEST_P(PcapngFramingInBothOrders, ReadsEnhancedSimpleAndObsoletePackets) {
  const Bytes a = pattern(5, 1);
  const Bytes b = pattern(6, 2);
  const Bytes c = pattern(8, 3);
  PcapngImage image(GetParam());
  image.interface(1).interface(101, 6).enhanced(1, 3'000'007, a, 99).obsolete(1, 4'000'000, b);
  const auto packets = packets_of(image.simple(c).bytes());
  ASSERT_EQ(packets.size(), 3U);
  EXPECT_TRUE(equal(packets[0].bytes, a));
  EXPECT_EQ(packets[0].link, LinkType::raw_ip);
  EXPECT_EQ(packets[0].wire_length, 99U);
  EXPECT_EQ(packets[0].time, Timestamp::from_parts(3, 7000));
  EXPECT_TRUE(equal(packets[1].bytes, b));
  EXPECT_EQ(packets[1].time, Timestamp::from_parts(4, 0));
  EXPECT_TRUE(equal(packets[2].bytes, c));
  EXPECT_EQ(packets[2].link, LinkType::ethernet);
  EXPECT_EQ(packets[2].time, packets[1].time) << "a simple packet has no time of its own";
}

TEST_P(PcapngFramingInBothOrders, AsksForMoreAtEveryProperPrefixOfABlock) {
  PcapngImage image(GetParam());
  const std::size_t first = image.bytes().size();
  for (std::size_t n = 0; n < first; ++n) {
    const Frame frame = PcapngFraming().next(ByteView(image.bytes()).first(n));
    EXPECT_EQ(frame.kind, Frame::Kind::incomplete) << n;
    EXPECT_GT(frame.size, n);
    EXPECT_LE(frame.size, first);
  }
}

TEST_P(PcapngFramingInBothOrders, CutsSimplePacketsAtTheSnapLength) {
  PcapngImage image(GetParam());
  const auto packets = packets_of(image.interface(1, 6).simple(pattern(6, 1), 50).bytes());
  ASSERT_EQ(packets.size(), 1U);
  EXPECT_EQ(packets[0].bytes.size(), 6U);
  EXPECT_EQ(packets[0].wire_length, 50U);
}

TEST(PcapngFraming, StartsOverWithEachSection) {
  PcapngImage image(ByteOrder::little);
  image.interface(1, 0, 9, 1000).enhanced(0, 5, pattern(1, 1));
  image.section(ByteOrder::big).interface(101).enhanced(0, 5, pattern(2, 2));
  const auto packets = packets_of(image.bytes());
  ASSERT_EQ(packets.size(), 2U);
  EXPECT_EQ(packets[0].time, Timestamp::from_parts(1000, 5));
  EXPECT_EQ(packets[1].time, Timestamp::from_parts(0, 5000));
  EXPECT_EQ(packets[1].link, LinkType::raw_ip);
  image.section(ByteOrder::little).enhanced(0, 5, pattern(1, 1));
  expect_damage(image, "packet of an interface that is not described");
}

TEST(PcapngFraming, GoesPastBlocksThatItDoesNotKnow) {
  PcapngImage image;
  image.block(5, pattern(16, 1)).block(0x80000001, {}).block(0, pattern(4, 2));
  EXPECT_EQ(packets_of(image.interface(1).enhanced(0, 0, pattern(3, 3)).bytes()).size(), 1U);
}

TEST(PcapngFraming, RefusesImpossibleBlockLengths) {
  for (const std::uint32_t size :
       {0U, 4U, 8U, 11U, 13U, 14U, PcapngFraming::kMaxBlockSize + 4, ~0U}) {
    PcapngImage image;
    image.raw(ImageWriter(ByteOrder::little).put(5U).put(size).put(~0ULL).bytes());
    expect_damage(image, "impossible block length");
  }
  PcapngImage image;
  image.raw(
      ImageWriter(ByteOrder::little).put(5U).put(PcapngFraming::kMaxBlockSize).put(0U).bytes());
  EXPECT_EQ(frames_of(image.bytes()).back().kind, Frame::Kind::incomplete);
}

TEST(PcapngFraming, WantsTheLengthAgainAtTheEndOfABlock) {
  PcapngImage image;
  image.raw(ImageWriter(ByteOrder::little).put(5U).put(12U).put(16U).bytes());
  expect_damage(image, "block length does not come again at its end");
}

TEST(PcapngFraming, RefusesCapturedLengthsOverTheBlockAndOverTheCeiling) {
  for (const std::uint32_t captured : {5U, kMaxFrameSize}) {
    PcapngImage image;
    const auto body =
        ImageWriter(ByteOrder::little).put(0U).put(0ULL).put(captured).put(0U).put(0U);
    expect_damage(image.interface(1).block(6, body.bytes()),
                  "captured length over that of the block");
  }
  PcapngImage image;
  image.interface(1).enhanced(0, 0, pattern(kMaxFrameSize, 1));
  EXPECT_EQ(packets_of(image.bytes()).size(), 1U);
  expect_damage(image.enhanced(0, 0, pattern(kMaxFrameSize + 1, 1)), "captured length over 262144");
}

TEST(PcapngFraming, RefusesBlocksTooShortForTheirType) {
  for (const std::uint32_t type : {1U, 2U, 3U, 6U, 0x0a0d0d0aU}) {
    const auto magic = ImageWriter(ByteOrder::little).put(0x1a2b3c4dU);
    PcapngImage image;
    image.interface(1).block(type, type == 3 ? ByteView() : ByteView(magic.bytes()));
    expect_damage(image, "block too short for its type");
  }
}

TEST(PcapngFraming, RefusesPacketsBeforeAnInterface) {
  expect_damage(PcapngImage().enhanced(0, 0, {}), "packet of an interface that is not described");
  expect_damage(PcapngImage().obsolete(0, 0, {}), "packet of an interface that is not described");
  expect_damage(PcapngImage().simple({}), "packet of an interface that is not described");
  expect_damage(PcapngImage().interface(1).enhanced(1, 0, {}),
                "packet of an interface that is not described");
}

TEST(PcapngFraming, RefusesBytesBeforeAnySection) {
  const auto bytes = ImageWriter(ByteOrder::little).put(1U).put(20U).put(0ULL).put(20U);
  EXPECT_EQ(PcapngFraming().next(bytes.bytes()).what, "block before any section header");
}

TEST(PcapngFraming, RefusesUnknownByteOrdersAndVersions) {
  PcapngImage order;
  order.block(0x0a0d0d0a, pattern(16, 1));
  expect_damage(order, "section header with byte-order magic");
  PcapngImage version;
  ImageWriter body(ByteOrder::little);
  body.put(0x1a2b3c4dU).put(std::uint16_t{2}).put(std::uint16_t{0}).put(~0ULL);
  expect_damage(version.block(0x0a0d0d0a, body.bytes()), "unknown major version of pcapng");
}

TEST(PcapngFraming, HoldsTheCeilingOfInterfaces) {
  PcapngImage image;
  for (std::size_t i = 0; i < PcapngFraming::kMaxInterfaces; ++i) image.interface(1);
  image.enhanced(PcapngFraming::kMaxInterfaces - 1, 0, pattern(1, 1));
  EXPECT_EQ(packets_of(image.bytes()).size(), 1U);
  expect_damage(image.interface(1), "too many interfaces in a section");
}

TEST(PcapngFraming, KeepsDefaultsWhenOptionsAreMalformed) {
  ImageWriter body(ByteOrder::little);
  body.put(std::uint16_t{1}).put(std::uint16_t{0}).put(0U);
  body.put(std::uint16_t{9}).put(std::uint16_t{0xffff}).put(0xdeadU);
  PcapngImage image;
  const auto packets = packets_of(image.block(1, body.bytes()).enhanced(0, 7, {}).bytes());
  ASSERT_EQ(packets.size(), 1U);
  EXPECT_EQ(packets[0].time, Timestamp::from_parts(0, 7000));
}

}  // namespace
}  // namespace espial::capture
