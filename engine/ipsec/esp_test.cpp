#include "engine/ipsec/esp.hpp"

#include <gtest/gtest.h>

#include "tests/support/packets.hpp"

namespace espial::ipsec {
namespace {

using test::bytes;
using test::Bytes;

TEST(DissectEsp, ReadsSpiAndSequenceAndLeavesTheRestWhole) {
  const Bytes packet = test::esp({.spi = 0xC0FFEE01, .sequence = 0xFFFFFFFF, .body_size = 36});
  AnomalySet anomalies;
  const auto esp = dissect_esp(packet, anomalies);
  ASSERT_TRUE(esp);
  EXPECT_EQ(esp->spi, Spi{0xC0FFEE01});
  EXPECT_EQ(esp->sequence, SequenceNumber{0xFFFFFFFF});
  EXPECT_EQ(esp->body.size(), 36U);
  EXPECT_EQ(esp->body.data(), packet.data() + 8);
  EXPECT_TRUE(anomalies.empty());
}

TEST(DissectEsp, RejectsEveryProperPrefixOfTheHeader) {
  const Bytes whole = test::esp({.body_size = 0});
  for (std::size_t n = 0; n < 8; ++n) {
    AnomalySet anomalies;
    EXPECT_FALSE(dissect_esp(ByteView(whole).first(n), anomalies)) << n;
    EXPECT_TRUE(anomalies.has(Anomaly::esp_truncated)) << n;
  }
  AnomalySet anomalies;
  EXPECT_TRUE(dissect_esp(whole, anomalies));
}

TEST(DissectEsp, JudgesTheSpiAtTheEdgesOfWhatIsReserved) {
  const struct {
    std::uint32_t spi;
    bool zero, reserved;
  } cases[] = {{0, true, false}, {1, false, true}, {255, false, true}, {256, false, false}};
  for (const auto& expected : cases) {
    AnomalySet anomalies;
    const auto esp = dissect_esp(test::esp({.spi = expected.spi}), anomalies);
    ASSERT_TRUE(esp) << expected.spi;
    EXPECT_EQ(anomalies.has(Anomaly::esp_zero_spi), expected.zero) << expected.spi;
    EXPECT_EQ(anomalies.has(Anomaly::esp_reserved_spi), expected.reserved) << expected.spi;
  }
}

TEST(DissectEsp, TheShortestBodyIsATrailerAndAnIcvOfEightBytes) {
  for (std::size_t n = 0; n <= 33; ++n) {
    AnomalySet anomalies;
    ASSERT_TRUE(dissect_esp(test::esp({.body_size = n}), anomalies)) << n;
    EXPECT_EQ(anomalies.has(Anomaly::esp_too_short), n < 12) << n;
    EXPECT_EQ(anomalies.has(Anomaly::esp_misaligned), n % 4 != 0) << n;
  }
}

TEST(DissectEsp, SequenceNumbersStartAtOne) {
  for (const std::uint32_t sequence : {0U, 1U, 0xFFFFFFFFU}) {
    AnomalySet anomalies;
    ASSERT_TRUE(dissect_esp(test::esp({.sequence = sequence}), anomalies));
    EXPECT_EQ(anomalies.has(Anomaly::esp_zero_sequence), sequence == 0) << sequence;
    ASSERT_TRUE(dissect_ah(test::ah({.sequence = sequence}, {}), false, anomalies));
    EXPECT_EQ(anomalies.has(Anomaly::ah_zero_sequence), sequence == 0) << sequence;
  }
}

TEST(DissectAh, TheIcvIsWhatTheLengthSaysAndNoMore) {
  const Bytes inner = test::esp({});
  const Bytes packet = test::ah({.next_header = 50, .spi = 0x1000, .sequence = 7}, inner);
  AnomalySet anomalies;
  const auto ah = dissect_ah(packet, false, anomalies);
  ASSERT_TRUE(ah);
  EXPECT_EQ(ah->next_header, 50);
  EXPECT_EQ(ah->payload_length, 4);
  EXPECT_EQ(ah->spi, Spi{0x1000});
  EXPECT_EQ(ah->sequence, SequenceNumber{7});
  EXPECT_EQ(ah->icv.size(), 12U);
  EXPECT_EQ(ah->icv.data(), packet.data() + 12);
  EXPECT_TRUE(anomalies.empty());
}

TEST(DissectAh, EveryPrefixIsRefusedBelowTheFixedHeaderAndCutAboveIt) {
  const Bytes whole = test::ah({}, {});
  for (std::size_t n = 0; n <= whole.size(); ++n) {
    AnomalySet anomalies;
    const auto ah = dissect_ah(ByteView(whole).first(n), false, anomalies);
    ASSERT_EQ(ah.has_value(), n >= 12) << n;
    EXPECT_EQ(anomalies.has(Anomaly::ah_truncated), n < 12) << n;
    if (!ah) continue;
    EXPECT_EQ(ah->icv.size(), n - 12) << n;
    EXPECT_EQ(anomalies.has(Anomaly::ah_bad_length), n < whole.size()) << n;
  }
}

TEST(DissectAh, ALengthBelowTheFixedHeaderHasNoIcv) {
  for (const std::uint8_t length : {std::uint8_t{0}, std::uint8_t{1}}) {
    AnomalySet anomalies;
    const auto ah = dissect_ah(test::ah({.payload_length = length}, {}), false, anomalies);
    ASSERT_TRUE(ah);
    EXPECT_TRUE(ah->icv.empty());
    EXPECT_EQ(anomalies.has(Anomaly::ah_bad_length), length == 0);
  }
}

TEST(DissectAh, TheLargestLengthIsHeld) {
  const Bytes packet = test::ah({.icv_size = 1016, .payload_length = 255}, {});
  AnomalySet anomalies;
  const auto ah = dissect_ah(packet, false, anomalies);
  ASSERT_TRUE(ah);
  EXPECT_EQ(ah->icv.size(), 1016U);
  EXPECT_FALSE(anomalies.has(Anomaly::ah_bad_length));
}

TEST(DissectAh, JudgesTheSpiAtTheEdgesOfWhatIsReserved) {
  for (const std::uint32_t spi : {0U, 255U, 256U}) {
    AnomalySet anomalies;
    ASSERT_TRUE(dissect_ah(test::ah({.spi = spi}, {}), false, anomalies));
    EXPECT_EQ(anomalies.has(Anomaly::ah_reserved_spi), spi < 256) << spi;
  }
}

TEST(DissectAh, OverIpv6TheHeaderIsAMultipleOfEightBytes) {
  for (std::size_t icv = 4; icv <= 64; icv += 4) {
    const Bytes packet = test::ah({.icv_size = icv}, {});
    for (const bool ipv6 : {false, true}) {
      AnomalySet anomalies;
      ASSERT_TRUE(dissect_ah(packet, ipv6, anomalies));
      EXPECT_EQ(anomalies.has(Anomaly::ah_misaligned), ipv6 && (12 + icv) % 8 != 0) << icv;
    }
  }
}

TEST(DissectAh, TellsAMissingIcvAndReservedBits) {
  AnomalySet anomalies;
  ASSERT_TRUE(dissect_ah(test::ah({.icv_size = 0}, {}), false, anomalies));
  EXPECT_TRUE(anomalies.has(Anomaly::ah_no_icv));
  EXPECT_FALSE(anomalies.has(Anomaly::ah_reserved_bits));
  for (const std::size_t offset : {2U, 3U}) {
    Bytes packet = test::ah({}, {});
    packet.at(offset) = std::byte{1};
    AnomalySet of_packet;
    ASSERT_TRUE(dissect_ah(packet, false, of_packet));
    EXPECT_TRUE(of_packet.has(Anomaly::ah_reserved_bits)) << offset;
    EXPECT_FALSE(of_packet.has(Anomaly::ah_no_icv));
  }
}

}  // namespace
}  // namespace espial::ipsec
