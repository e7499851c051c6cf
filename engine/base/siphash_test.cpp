#include "engine/base/siphash.hpp"

#include <gtest/gtest.h>

namespace espial {
namespace {

// Key 00 01 .. 0f and messages 00, 00 01, ... as in appendix A of the SipHash paper (15-byte
// message) and in the authors' table of vectors for lengths 0 to 8.
constexpr SipKey kKey{0x0706050403020100U, 0x0f0e0d0c0b0a0908U};

TEST(SipHash, EqualsThePublishedVectors) {
  std::array<std::byte, 15> message{};
  for (std::size_t i = 0; i < message.size(); ++i) message[i] = static_cast<std::byte>(i);
  const ByteView all(message);
  EXPECT_EQ(siphash(kKey, all.first(0)), 0x726fdb47dd0e0e31U);
  EXPECT_EQ(siphash(kKey, all.first(1)), 0x74f839c593dc67fdU);
  EXPECT_EQ(siphash(kKey, all.first(8)), 0x93f5f5799a932462U);
  EXPECT_EQ(siphash(kKey, all), 0xa129ca6149be45e5U);
}

TEST(SipHash, KeysDifferFromCallToCall) {
  EXPECT_NE(random_sip_key(), random_sip_key());
}

}  // namespace
}  // namespace espial
