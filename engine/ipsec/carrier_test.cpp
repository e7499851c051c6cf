#include "engine/ipsec/carrier.hpp"

#include <gtest/gtest.h>

#include <utility>

#include "tests/support/ike.hpp"
#include "tests/support/packets.hpp"

namespace espial::ipsec {
namespace {

using test::bytes;
using test::Bytes;
using test::filler;

constexpr Port kOther{40000};

Carried natt(const Bytes& payload) {
  return classify_udp(kOther, kNatTraversalPort, payload);
}

TEST(ClassifyUdp, OtherPortsCarryNothing) {
  for (const unsigned port : {0U, 499U, 501U, 847U, 849U, 4499U, 4502U, 65535U}) {
    const Carried carried =
        classify_udp(kOther, Port{static_cast<std::uint16_t>(port)}, bytes(0, 0, 0, 0, 1));
    EXPECT_EQ(carried.content, Content::none) << port;
    EXPECT_TRUE(carried.anomalies.empty());
  }
}

TEST(ClassifyUdp, EitherPortIsEnough) {
  const Bytes packet = test::esp({});
  EXPECT_EQ(classify_udp(kNatTraversalPort, kOther, packet).content, Content::esp);
  EXPECT_EQ(classify_udp(kOther, kNatTraversalPort, packet).content, Content::esp);
  EXPECT_EQ(classify_udp(kIkePort, kOther, packet).content, Content::ike);
  EXPECT_EQ(classify_udp(kOther, kIkePort, packet).content, Content::ike);
}

TEST(ClassifyUdp, TheReceiversPortGoesBeforeTheSenders) {
  const Bytes packet = test::esp({});
  EXPECT_EQ(classify_udp(kIkePort, kNatTraversalPort, packet).content, Content::esp);
  EXPECT_EQ(classify_udp(kNatTraversalPort, kIkePort, packet).content, Content::ike);
}

TEST(ClassifyUdp, TakesTheNonEspMarkerOff) {
  const Bytes message = test::ike({}, {});
  const Bytes payload = test::with_non_esp_marker(message);
  const Carried carried = natt(payload);
  EXPECT_EQ(carried.content, Content::ike);
  EXPECT_EQ(carried.encapsulation, Encapsulation::udp_encap);
  EXPECT_TRUE(equal(carried.inner, message));
  EXPECT_TRUE(carried.anomalies.empty());
}

TEST(ClassifyUdp, OnPort500ThereIsNoMarkerToTakeOff) {
  const Bytes payload = test::with_non_esp_marker(test::ike({}, {}));
  const Carried carried = classify_udp(kIkePort, kIkePort, payload);
  EXPECT_EQ(carried.content, Content::ike);
  EXPECT_EQ(carried.encapsulation, Encapsulation::udp);
  EXPECT_EQ(carried.inner.size(), payload.size());
}

TEST(ClassifyUdp, TellsTheFirstWordsApart) {
  const struct {
    std::uint32_t word;
    Content content;
    bool anomaly;
  } cases[] = {{0, Content::ike, false},  {1, Content::esp, true},   {2, Content::wesp, false},
               {3, Content::esp, true},   {255, Content::esp, true}, {256, Content::esp, false},
               {~0U, Content::esp, false}};
  for (const auto& expected : cases) {
    const Carried carried = natt(test::Writer().u32(expected.word).raw(filler(28, 0x11)).take());
    EXPECT_EQ(carried.content, expected.content) << expected.word;
    EXPECT_EQ(carried.anomalies.has(Anomaly::natt_reserved_spi), expected.anomaly) << expected.word;
  }
}

TEST(ClassifyUdp, ReadsNoWordWhereThereAreFewerThanFourBytes) {
  for (const std::size_t n : {0U, 2U, 3U}) {
    const Carried carried = natt(filler(n));
    EXPECT_EQ(carried.content, Content::malformed) << n;
    EXPECT_TRUE(carried.anomalies.has(Anomaly::natt_short)) << n;
  }
}

TEST(ClassifyUdp, OneByteIsAKeepaliveOnlyIfAllItsBitsAreSet) {
  EXPECT_EQ(natt(bytes(0xFF)).content, Content::keepalive);
  EXPECT_TRUE(natt(bytes(0xFF)).anomalies.empty());
  EXPECT_EQ(natt(bytes(0x00)).content, Content::malformed);
  EXPECT_TRUE(natt(bytes(0xFE)).anomalies.has(Anomaly::natt_bad_keepalive));
}

TEST(ClassifyUdp, WespStartsBehindItsMarker) {
  for (std::size_t n = 4; n < 12; ++n) {
    const Bytes payload = bytes(0, 0, 0, 2, 50, 12, 16, 0x20, 0, 0, 0, 1);
    const Carried carried = natt(test::copy(ByteView(payload).first(n)));
    EXPECT_EQ(carried.content, Content::wesp) << n;
    EXPECT_EQ(carried.inner.size(), n - 4) << "its header is not judged here";
    EXPECT_TRUE(carried.anomalies.empty()) << n;
  }
}

TEST(ClassifyUdp, EightZeroBytesOnPort500AreTheDraftsMarkerOfEsp) {
  const Bytes packet = test::esp({.spi = 0x1234});
  const Bytes payload = test::join({filler(8), packet});
  const Carried carried = classify_udp(kIkePort, kIkePort, payload);
  EXPECT_EQ(carried.content, Content::esp);
  EXPECT_EQ(carried.encapsulation, Encapsulation::udp_encap);
  EXPECT_TRUE(equal(carried.inner, packet));
}

TEST(ClassifyUdp, AWholeIkeMessageWithAZeroSpiOnPort500IsNotEsp) {
  const Bytes message = test::ike({.initiator_spi = 0}, {});
  EXPECT_EQ(classify_udp(kIkePort, kIkePort, message).content, Content::ike);
  const Bytes longer = test::join({message, bytes(0)});
  EXPECT_EQ(classify_udp(kIkePort, kIkePort, longer).content, Content::esp);
}

TEST(ClassifyUdp, EightZeroBytesAreEnoughForTheDraftsMarkerAndSevenAreNot) {
  for (std::size_t n = 0; n <= 28; ++n) {
    const Bytes payload = filler(n);
    const Carried carried = classify_udp(kIkePort, kIkePort, payload);
    EXPECT_EQ(carried.content, n < 8 ? Content::ike : Content::esp) << n;
    EXPECT_EQ(carried.inner.size(), n < 8 ? n : n - 8) << n;
  }
}

TEST(ClassifyUdp, OnPort4501ThereIsEspInUdpAsOn4500) {
  const Bytes packet = test::esp({});
  for (const auto& [source, destination] :
       {std::pair{kOther, kEspInUdpPort}, std::pair{kEspInUdpPort, kOther}}) {
    const Carried carried = classify_udp(source, destination, packet);
    EXPECT_EQ(carried.content, Content::esp);
    EXPECT_EQ(carried.encapsulation, Encapsulation::udp_encap);
  }
}

TEST(ClassifyUdp, GroupKeysAreNamedAndNotRead) {
  const Bytes message = test::ike({}, {});
  const Carried carried = classify_udp(kOther, kGdoiPort, message);
  EXPECT_EQ(carried.content, Content::gdoi);
  EXPECT_EQ(classify_udp(kGdoiPort, kOther, message).content, Content::gdoi);
  EXPECT_TRUE(equal(carried.inner, message));
  EXPECT_EQ(classify_udp(kGdoiPort, kIkePort, message).content, Content::ike);
}

TEST(Classify, AMessageOfATcpStreamHasNoKeepalives) {
  for (std::size_t n = 0; n < 4; ++n) {
    const Carried carried = classify(Encapsulation::tcp, filler(n, 0xFF));
    EXPECT_EQ(carried.content, Content::malformed) << n;
    EXPECT_TRUE(carried.anomalies.has(Anomaly::tcp_too_short)) << n;
    EXPECT_EQ(carried.encapsulation, Encapsulation::tcp);
  }
  EXPECT_EQ(classify(Encapsulation::tcp, bytes(1, 2, 3, 4)).content, Content::esp);
  const Bytes message = test::with_non_esp_marker(test::ike({}, {}));
  EXPECT_EQ(classify(Encapsulation::tcp, message).content, Content::ike);
  EXPECT_EQ(classify(Encapsulation::tcp, message).inner.size(), 28U);
}

TEST(Classify, TheEncapsulationGoesBeforeAnyPort) {
  const Bytes packet = test::esp({});
  EXPECT_EQ(classify(Encapsulation::none, packet).content, Content::none);
  EXPECT_EQ(classify(Encapsulation::udp, packet).content, Content::ike);
  EXPECT_EQ(classify(Encapsulation::udp_encap, packet).content, Content::esp);
}

}  // namespace
}  // namespace espial::ipsec
