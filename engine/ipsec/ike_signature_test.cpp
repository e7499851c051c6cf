#include "tests/support/ike_test.hpp"
#include "tests/support/seeds.hpp"

namespace espial::ipsec {
namespace {

using test::Bytes;
using test::filler;
using test::join;

Bytes message(const test::IkeHeader& header, std::uint8_t first, std::size_t body = 8) {
  return test::ike_message(header, first, filler(body));
}

TEST(LooksLikeIke, EveryRealMessageDoes) {
  for (const auto& file : test::real_messages()) {
    const Bytes content = test::read_file(file);
    // A payload that nobody knows stands in front.
    EXPECT_EQ(looks_like_ike(content), file.filename() != "v2_unknown_critical") << file;
    for (std::size_t n = 0; n < content.size(); ++n)
      EXPECT_FALSE(looks_like_ike(ByteView(content).first(n))) << file << ' ' << n;
    EXPECT_FALSE(looks_like_ike(join({content, filler(1)}))) << file;
  }
}

TEST(LooksLikeIke, ExchangesAreThoseOfTheVersion) {
  for (unsigned type = 0; type < 256; ++type) {
    const auto exchange = static_cast<std::uint8_t>(type);
    const bool v1 =
        (type >= 1 && type <= 6) || type == 32 || type == 33 || (type >= 243 && type <= 246);
    const bool v2 = type >= 34 && type <= 44;
    EXPECT_EQ(looks_like_ike(message({.version = 0x10, .exchange = exchange, .flags = 1}, 5)), v1)
        << type;
    EXPECT_EQ(looks_like_ike(message({.exchange = exchange}, 33)), v2) << type;
  }
}

TEST(LooksLikeIke, FlagsAreThoseOfTheVersion) {
  for (unsigned bit = 1; bit < 256; bit <<= 1U) {
    const auto flags = static_cast<std::uint8_t>(bit);
    EXPECT_EQ(looks_like_ike(message({.flags = flags}, 33)), (bit & 0x38U) != 0) << bit;
    EXPECT_EQ(looks_like_ike(message({.version = 0x10, .exchange = 2, .flags = flags}, 1)),
              (bit & 0x07U) != 0)
        << bit;
  }
}

TEST(LooksLikeIke, FirstPayloadsAreThoseOfTheVersion) {
  for (unsigned type = 0; type < 256; ++type) {
    const auto first = static_cast<std::uint8_t>(type);
    EXPECT_EQ(looks_like_ike(message({}, first)), type >= 33 && type <= 54) << type;
    const bool v1 = looks_like_ike(message({.version = 0x10, .exchange = 2, .flags = 0}, first));
    EXPECT_FALSE(v1 && (type == 0 || (type >= 33 && type <= 54))) << type;
    EXPECT_TRUE(v1 || (type != 1 && type != 132 && type != 133)) << type;
  }
}

TEST(LooksLikeIke, OtherMajorVersionsDoNotAndMinorOnesDo) {
  for (unsigned version = 0; version < 256; ++version) {
    EXPECT_EQ(looks_like_ike(message({.version = static_cast<std::uint8_t>(version)}, 33)),
              version >> 4U == 2)
        << version;
  }
}

TEST(LooksLikeIke, TheInitiatorsSpiIsThere) {
  EXPECT_FALSE(looks_like_ike(message({.initiator_spi = 0}, 33)));
  EXPECT_TRUE(looks_like_ike(message({.initiator_spi = 1}, 33)));
}

}  // namespace
}  // namespace espial::ipsec
