#include <gtest/gtest.h>

#include "engine/base/hex.hpp"
#include "engine/record/zeek_signature.hpp"
#include "engine/record/zeek_text.hpp"
#include "engine/record/zeek_vendor.hpp"

namespace espial::record {
namespace {

std::string vendor(std::string_view hex) {
  return zeek_vendor_name(from_hex(hex).value());
}

TEST(ZeekVendor, NamesWhatTheRowOfTheFirstEightBytesMatches) {
  EXPECT_EQ(vendor("09002689dfd6b712"), "XAUTH");
  EXPECT_EQ(vendor("09002689dfd6b71200"), "XAUTH");
  EXPECT_EQ(vendor("09002689dfd6b713"), "UNKNOWN:09002689dfd6b713");
}

TEST(ZeekVendor, OfSeveralPatternsTheOneOfTheBaselinesCounts) {
  EXPECT_EQ(vendor("afcad71368a1f1c96b8696fc77570100"), "Dead Peer Detection");
  EXPECT_EQ(vendor("1e2b516905991c7d7c96fcbfb587e46100000009"), "Windows-8");
  EXPECT_EQ(vendor("1e2b516905991c7d7c96fcbfb587e461000000ff"), "MS NT5 ISAKMPOAKLEY");
  EXPECT_EQ(vendor("882fe56d6fd20dbc2251613b2ebe5beb"), "strongSwan 4.3.6");
}

TEST(ZeekVendor, RowsWithoutAPrefixCountOnlyWhereThereIsNoRow) {
  EXPECT_EQ(vendor("90cb80913ebb696e086381b5ec427b1f"), "draft-ietf-ipsec-nat-t-ike-02");
  EXPECT_EQ(vendor("cd60464335df21f87cfdb2fc68b6a448"), "draft-ietf-ipsec-nat-t-ike-02");
  EXPECT_EQ(vendor("ffffffffffffffffff54656c646174"), "Teldat");
}

TEST(ZeekVendor, APatternWithAnEndTakesNoLongerId) {
  EXPECT_EQ(vendor("4f53570102030405060708"
                   "09"),
            "Openswan Unknown Vsn");
  EXPECT_EQ(vendor("4f53570102030405060708"
                   "090a")
                .substr(0, 8),
            "UNKNOWN:");
}

TEST(ZeekVendor, ShortAndEmptyIdsAreUnknown) {
  EXPECT_EQ(vendor(""), "UNKNOWN:");
  EXPECT_EQ(vendor("09"), "UNKNOWN:09");
}

std::string field(std::string_view text) {
  std::string out;
  append_zeek_field(text, out);
  return out;
}

std::string element(std::string_view text) {
  std::string out;
  append_zeek_element(text, out);
  return out;
}

TEST(ZeekText, ShowsBytesOutsidePrintableAsciiAsHex) {
  EXPECT_EQ(field(std::string_view("\x00\x00\x00\x01", 4)), R"(\x00\x00\x00\x01)");
  EXPECT_EQ(field("a\tb\nc\\d\x7f\xff~ "), R"(a\x09b\x0ac\\d\x7f\xff~ )");
}

TEST(ZeekText, ACommaIsEscapedInVectorsOnly) {
  EXPECT_EQ(field("a,b"), "a,b");
  EXPECT_EQ(element("a,b"), R"(a\x2cb)");
}

TEST(ZeekText, WhatReadsAsEmptyOrUnsetIsMarked) {
  EXPECT_EQ(field(""), "(empty)");
  EXPECT_EQ(field("-"), R"(\x2d)");
  EXPECT_EQ(field("--"), "--");
  EXPECT_EQ(element("(empty)"), R"(\x28empty))");
}

TEST(ZeekText, ForJsonOnlyWhatIsNoTextBecomesHex) {
  EXPECT_EQ(zeek_json_text("a\tb\\"), "a\tb\\");
  EXPECT_EQ(zeek_json_text(std::string_view("\x00\x01", 2)), R"(\x00\x01)");
  EXPECT_EQ(zeek_json_text("ñ"), "ñ");
  EXPECT_EQ(zeek_json_text("ñ\xff"), R"(\xc3\xb1\xff)");
}

std::vector<std::byte> header(std::uint8_t next, std::uint8_t version, std::uint8_t exchange,
                              std::uint8_t second) {
  std::vector<std::byte> bytes(29);
  bytes[16] = std::byte{next};
  bytes[17] = std::byte{version};
  bytes[18] = std::byte{exchange};
  bytes[28] = std::byte{second};
  return bytes;
}

std::vector<std::byte> behind(std::size_t zeros, const std::vector<std::byte>& bytes) {
  std::vector<std::byte> out(zeros);
  out.insert(out.end(), bytes.begin(), bytes.end());
  return out;
}

TEST(ZeekSignature, MatchesWithAndWithoutTheMarker) {
  const auto ike = header(33, 0x20, 34, 40);
  EXPECT_TRUE(matches_zeek_signature(ike, ZeekCarrier::udp));
  EXPECT_TRUE(matches_zeek_signature(behind(4, ike), ZeekCarrier::udp));
  EXPECT_FALSE(matches_zeek_signature(behind(3, ike), ZeekCarrier::udp));
  EXPECT_FALSE(matches_zeek_signature(ike, ZeekCarrier::tcp));
  EXPECT_TRUE(matches_zeek_signature(behind(6, ike), ZeekCarrier::tcp));
}

TEST(ZeekSignature, KnowsTheBoundsOfEachField) {
  const auto matches = [](int next, int version, int exchange, int second) {
    return matches_zeek_signature(
        header(static_cast<std::uint8_t>(next), static_cast<std::uint8_t>(version),
               static_cast<std::uint8_t>(exchange), static_cast<std::uint8_t>(second)),
        ZeekCarrier::udp);
  };
  EXPECT_TRUE(matches(1, 0x10, 1, 1));
  EXPECT_TRUE(matches(0x36, 0x10, 5, 0x84));
  EXPECT_TRUE(matches(0x84, 0x20, 0x29, 0x36));
  EXPECT_FALSE(matches(0, 0x10, 1, 1));
  EXPECT_FALSE(matches(0x37, 0x10, 1, 1));
  EXPECT_FALSE(matches(1, 0x11, 1, 1));
  EXPECT_FALSE(matches(1, 0x20, 6, 1));
  EXPECT_FALSE(matches(1, 0x20, 0x21, 1));
  EXPECT_FALSE(matches(1, 0x20, 0x2A, 1));
  EXPECT_FALSE(matches(1, 0x20, 0x22, 0));
}

TEST(ZeekSignature, RefusesEveryProperPrefix) {
  for (const std::size_t zeros : {0U, 4U}) {
    const auto whole = behind(zeros, header(33, 0x20, 34, 40));
    for (std::size_t n = 0; n < whole.size(); ++n) {
      EXPECT_FALSE(matches_zeek_signature(ByteView(whole).first(n), ZeekCarrier::udp)) << n;
    }
  }
}

}  // namespace
}  // namespace espial::record
