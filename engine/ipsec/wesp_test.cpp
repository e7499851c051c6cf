#include <gtest/gtest.h>

#include "engine/ipsec/esp.hpp"
#include "tests/support/packets.hpp"

/// WESP (RFC 5840) and IPComp (RFC 3173).
namespace espial::ipsec {
namespace {

using test::bytes;
using test::Bytes;
using test::filler;
using test::join;

struct Read {
  std::optional<WespHeader> wesp;
  AnomalySet anomalies;
};

Read read(ByteView packet) {
  Read out;
  out.wesp = dissect_wesp(packet, out.anomalies);
  return out;
}

TEST(DissectWesp, EncryptedItNamesNothing) {
  const Bytes esp = test::esp({});
  const Bytes packet = join({bytes(0, 0, 0, 0x20), esp});
  const auto [wesp, anomalies] = read(packet);
  ASSERT_TRUE(wesp);
  EXPECT_TRUE(anomalies.empty());
  EXPECT_TRUE(wesp->is_encrypted());
  EXPECT_TRUE(equal(wesp->esp, esp));
  EXPECT_FALSE(wesp->clear);
  for (const std::size_t field : {0U, 1U, 2U}) {
    Bytes named = packet;
    named.at(field) = std::byte{4};
    EXPECT_TRUE(read(named).anomalies.has(Anomaly::wesp_encrypted_fields)) << field;
    EXPECT_FALSE(read(named).wesp->clear);
  }
}

TEST(DissectWesp, InClearItSaysWhereTheDataLies) {
  const Bytes packet = join({bytes(6, 12, 12, 0), test::esp({.body_size = 40})});
  const auto [wesp, anomalies] = read(packet);
  ASSERT_TRUE(wesp);
  EXPECT_TRUE(anomalies.empty());
  EXPECT_EQ(wesp->next_header, 6);
  EXPECT_EQ(wesp->header_length, 12);
  EXPECT_EQ(wesp->trailer_length, 12);
  ASSERT_TRUE(wesp->clear);
  EXPECT_EQ(wesp->clear->data(), packet.data() + 12);
  EXPECT_EQ(wesp->clear->size(), 28U);
}

TEST(DissectWesp, PaddingMovesTheEspPacket) {
  const Bytes packet = join({bytes(6, 16, 12, 0x10), filler(4), test::esp({.body_size = 40})});
  const auto [wesp, anomalies] = read(packet);
  ASSERT_TRUE(wesp);
  EXPECT_TRUE(anomalies.empty());
  EXPECT_EQ(wesp->esp.size(), 48U);
  EXPECT_EQ(wesp->esp.data(), packet.data() + 8);
  ASSERT_TRUE(wesp->clear);
  EXPECT_EQ(wesp->clear->size(), 28U);
}

TEST(DissectWesp, RejectsEveryProperPrefixOfTheHeader) {
  for (const int flags : {0x20, 0x30}) {
    const Bytes whole = join({bytes(0, 0, 0, flags), filler(4)});
    const std::size_t header = flags == 0x30 ? 8 : 4;
    for (std::size_t n = 0; n <= whole.size(); ++n) {
      const Read out = read(ByteView(whole).first(n));
      EXPECT_EQ(out.wesp.has_value(), n >= header) << n;
      EXPECT_EQ(out.anomalies.has(Anomaly::wesp_truncated), n < header) << n;
    }
  }
}

TEST(DissectWesp, LengthsAreHeldAgainstHeaderAndPacket) {
  for (const bool padded : {false, true}) {
    const std::size_t shortest = padded ? 16 : 12;
    const std::size_t size = 60;
    for (std::size_t header = 0; header < 80; ++header) {
      for (const std::size_t trailer : {0U, 12U, 44U, 48U, 49U, 255U}) {
        const Bytes packet = join({bytes(6, header, trailer, padded ? 0x10 : 0), filler(size - 4)});
        const Read out = read(packet);
        const bool good = header >= shortest && header + trailer <= size;
        EXPECT_EQ(out.anomalies.has(Anomaly::wesp_bad_length), !good) << header << ' ' << trailer;
        ASSERT_EQ(out.wesp->clear.has_value(), good);
        EXPECT_TRUE(!good || out.wesp->clear->size() == size - header - trailer);
      }
    }
  }
}

TEST(DissectWesp, AnotherVersionOrReservedFlagsAreTold) {
  for (unsigned bit = 1; bit < 256; bit <<= 1U) {
    const Bytes packet = join({bytes(0, 0, 0, bit | 0x20U), filler(60)});
    EXPECT_EQ(read(packet).anomalies.has(Anomaly::wesp_version), (bit & 0xCFU) != 0) << bit;
  }
}

TEST(DissectIpcomp, HasANextHeaderAndACpi) {
  const Bytes packet = bytes(4, 0, 0, 2, 1, 2, 3);
  AnomalySet anomalies;
  const auto ipcomp = dissect_ipcomp(packet, anomalies);
  ASSERT_TRUE(ipcomp);
  EXPECT_EQ(ipcomp->next_header, 4);
  EXPECT_EQ(ipcomp->flags, 0);
  EXPECT_EQ(ipcomp->cpi, 2);
  EXPECT_EQ(ipcomp->body.data(), packet.data() + 4);
  EXPECT_EQ(ipcomp->body.size(), 3U);
  EXPECT_TRUE(anomalies.empty());
}

TEST(DissectIpcomp, RejectsEveryProperPrefixOfTheHeader) {
  const Bytes whole = bytes(4, 0, 0, 2);
  for (std::size_t n = 0; n <= 4; ++n) {
    AnomalySet anomalies;
    EXPECT_EQ(dissect_ipcomp(ByteView(whole).first(n), anomalies).has_value(), n == 4) << n;
    EXPECT_EQ(anomalies.has(Anomaly::ipcomp_truncated), n < 4) << n;
  }
}

TEST(DissectIpcomp, CpisBetweenTheWellKnownAndTheNegotiatedAreReserved) {
  for (const std::uint16_t cpi :
       std::initializer_list<std::uint16_t>{0, 1, 63, 64, 255, 256, 65535}) {
    AnomalySet anomalies;
    ASSERT_TRUE(dissect_ipcomp(test::Writer().u16(0x0400).u16(cpi).take(), anomalies));
    EXPECT_EQ(anomalies.has(Anomaly::ipcomp_reserved_cpi), cpi >= 64 && cpi <= 255) << cpi;
    EXPECT_FALSE(anomalies.has(Anomaly::ipcomp_flags));
  }
  AnomalySet anomalies;
  ASSERT_TRUE(dissect_ipcomp(bytes(4, 0x80, 0, 2), anomalies));
  EXPECT_TRUE(anomalies.has(Anomaly::ipcomp_flags));
}

}  // namespace
}  // namespace espial::ipsec
