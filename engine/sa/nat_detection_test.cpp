#include "engine/sa/nat_detection.hpp"

#include <gtest/gtest.h>

#include "tests/support/exchanges.hpp"
#include "tests/support/memory.hpp"

/// The hashes were made by hand: of kSpiI, the responder's SPI (kSpiR, or zero), address and port.
namespace espial::sa {
namespace {

using test::Bytes;
using test::from_hex;
using test::IkePayload;

// SHA-1 of a first request on port 500.
const Bytes kSource = from_hex("fdca76ee7b7791e9fbc0cde98927b09ae06e9733");       // 10.9.0.1
const Bytes kDestination = from_hex("327c20f0cd04246eca6a0b4d8f05217db97e0d8a");  // 10.9.0.2
const Bytes kSource6 = from_hex("98c75483db80168697635aa7844504963e87de33");  // 2001:db8::1, 4500
const Bytes kWrong = test::filler(20, 0x99);

IkePayload source(const Bytes& hash) {
  return test::notify_payload(16388, hash);
}
IkePayload destination(const Bytes& hash) {
  return test::notify_payload(16389, hash);
}

struct Found {
  bool source = false, destination = false;
  friend bool operator==(const Found&, const Found&) = default;
};
void PrintTo(const Found& found, std::ostream* out) {
  *out << "source " << found.source << " destination " << found.destination;
}

std::optional<Found> look(const Bytes& message, const test::Path& path = test::kThere,
                          std::uint16_t hash = 0) {
  NatDetector detector;
  test::Observed observed(path, message);
  const auto found = detector.look(observed.ike(), observed.packet(), hash);
  if (!found) return std::nullopt;
  return Found{.source = found->source, .destination = found->destination};
}

std::optional<Found> look_v2(std::vector<IkePayload> extra, const test::Path& path = test::kThere) {
  return look(test::ike_sa_init({.extra = std::move(extra)}), path);
}

TEST(NatDetector, HashesThatAreThoseOfThePacketSayThatThereIsNone) {
  EXPECT_EQ(look_v2({source(kSource), destination(kDestination)}), Found{});
}

TEST(NatDetector, EachEndIsJudgedByItsOwnHash) {
  EXPECT_EQ(look_v2({source(kWrong), destination(kDestination)}), Found{.source = true});
  EXPECT_EQ(look_v2({source(kSource), destination(kWrong)}), Found{.destination = true});
  EXPECT_EQ(look_v2({destination(kSource), source(kDestination)}),
            (Found{.source = true, .destination = true}));
}

TEST(NatDetector, AnotherAddressOrPortOnTheWayIsFound) {
  const std::vector<IkePayload> hashes{source(kSource), destination(kDestination)};
  EXPECT_EQ(look_v2(hashes, {.source = "10.9.0.9"}), Found{.source = true});
  EXPECT_EQ(look_v2(hashes, {.destination = "10.9.0.9"}), Found{.destination = true});
  EXPECT_EQ(look_v2(hashes, {.source_port = 4500}), Found{.source = true});
}

TEST(NatDetector, OneOfSeveralSourcesIsEnough) {
  EXPECT_EQ(look_v2({source(kWrong), source(kSource), source({}), destination(kDestination)}),
            Found{});
  EXPECT_EQ(look_v2({source(kWrong), source(kDestination), destination(kDestination)}),
            Found{.source = true});
}

TEST(NatDetector, AnEndThatNobodySpeaksOfIsNotJudged) {
  EXPECT_EQ(look_v2({source(kSource)}), Found{});
  EXPECT_EQ(look_v2({source(kWrong)}), Found{.source = true});
  EXPECT_EQ(look_v2({destination(kWrong)}), Found{.destination = true});
  EXPECT_EQ(look_v2({}), std::nullopt);
  EXPECT_EQ(look_v2({test::notify_payload(16430)}), std::nullopt);
}

TEST(NatDetector, AHashOfAnotherLengthIsNotThatOfThePacket) {
  const Bytes shorter(kSource.begin(), kSource.end() - 1);
  EXPECT_EQ(look_v2({source(shorter)}), Found{.source = true});
  EXPECT_EQ(look_v2({source(test::join({kSource, test::bytes(0)}))}), Found{.source = true});
}

TEST(NatDetector, Ipv6AddressesAreHashedWhole) {
  const test::Path path{.source = "2001:db8::1",
                        .destination = "2001:db8::2",
                        .source_port = 4500,
                        .destination_port = 4500};
  const Bytes message = test::ike_sa_init({.extra = {source(kSource6)}});
  EXPECT_EQ(look(test::with_non_esp_marker(message), path), Found{});
}

TEST(NatDetector, OneDetectorServesManyMessages) {
  NatDetector detector;
  for (int i = 0; i < 4; ++i) {
    const Bytes& hash = i % 2 == 0 ? kSource : kWrong;
    test::Observed observed(test::kThere, test::ike_sa_init({.extra = {source(hash)}}));
    const auto found = detector.look(observed.ike(), observed.packet(), 0);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->source, i % 2 == 1);
  }
}

// ------------------------------------------------------------------------------------------ IKEv1

struct V1Hashes {
  std::uint16_t algorithm;
  Bytes source, destination;
};

const std::vector<V1Hashes>& v1_hashes() {
  static const std::vector<V1Hashes> hashes{
      {.algorithm = 1,
       .source = from_hex("9c85aff2d436563c1a2bd79be2f39df9"),
       .destination = from_hex("323fdd49c18272ac6d3baf5d822e34b9")},
      {.algorithm = 2,
       .source = from_hex("6ae498b656c9a75b0340909aecfd2c57d649b840"),
       .destination = from_hex("cf9132a6396ba6d0ce33ba0d0a5dd7715ac14dbb")},
      {.algorithm = 4,
       .source = from_hex("16c5eacd4ce9c6fd684179839c31adf47729e872ff49290306bc1aef09adb25e"),
       .destination =
           from_hex("72c8c0dabd3830d3ef9e06e0e2e2d2293061f6c4e7695619462e56c73ed4efbd")}};
  return hashes;
}

/// The third message of Main Mode; the receiver's hash goes in front.
Bytes v1_message(const std::vector<Bytes>& hashes, std::uint8_t payload = 20) {
  std::vector<IkePayload> payloads{{.type = 4, .body = test::filler(256, 0x42)},
                                   {.type = 10, .body = test::filler(16)}};
  for (const Bytes& hash : hashes) payloads.push_back({.type = payload, .body = hash});
  return test::ikev1(2, test::kSpiR, payloads);
}

TEST(NatDetector, OfIkev1TakesTheHashThatWasNegotiated) {
  for (const V1Hashes& hashes : v1_hashes()) {
    const std::uint16_t algorithm = hashes.algorithm;
    const Bytes& from = hashes.source;
    const Bytes& to = hashes.destination;
    const auto v1 = [algorithm](const std::vector<Bytes>& told) {
      return look(v1_message(told), test::kThere, algorithm);
    };
    EXPECT_EQ(v1({to, from}), Found{}) << algorithm;
    EXPECT_EQ(v1({to, kWrong}), Found{.source = true}) << algorithm;
    EXPECT_EQ(v1({kWrong, from}), Found{.destination = true}) << algorithm;
    EXPECT_EQ(v1({from, to}), (Found{.source = true, .destination = true})) << "the order counts";
    EXPECT_EQ(v1({to, kWrong, from}), Found{}) << "one of several";
    EXPECT_EQ(v1({to}), Found{}) << "nothing of the sender";
  }
}

TEST(NatDetector, OfIkev1ReadsTheDraftsPayloadToo) {
  const V1Hashes& sha1 = v1_hashes()[1];
  EXPECT_EQ(look(v1_message({sha1.destination, sha1.source}, 130), test::kThere, 2), Found{});
}

TEST(NatDetector, OfIkev1SaysNothingWhereTheHashIsNotKnown) {
  const V1Hashes& sha1 = v1_hashes()[1];
  for (const std::uint16_t unknown : std::to_array<std::uint16_t>({0, 3, 7, 65'535}))
    EXPECT_EQ(look(v1_message({sha1.destination, sha1.source}), test::kThere, unknown),
              std::nullopt);
}

// ------------------------------------------------------------------------------------- in an IKE
// SA

TEST(NatDetection, AnIkeSaKnowsWhichEndIsBehindOne) {
  test::MemoryRig rig;
  const test::Path translated{.source = "10.9.0.9"};
  (void)rig.send(translated,
                 test::ike_sa_init({.extra = {source(kSource), destination(kDestination)}}));
  ASSERT_NE(rig.view().sa, nullptr);
  EXPECT_TRUE(rig.view().sa->nat_looked_at);
  EXPECT_TRUE(rig.view().sa->behind_nat[0]);
  EXPECT_FALSE(rig.view().sa->behind_nat[1]);
}

TEST(NatDetection, WhatTheResponderSaysOfItselfStandsForTheResponder) {
  test::MemoryRig rig;
  (void)rig.send(test::kThere, test::ike_sa_init({}));
  EXPECT_FALSE(rig.view().sa->nat_looked_at);
  (void)rig.send(test::kBack,
                 test::ike_sa_init({.responder_spi = test::kSpiR, .extra = {source(kWrong)}}));
  ASSERT_NE(rig.view().sa, nullptr);
  EXPECT_FALSE(rig.view().sa->behind_nat[0]);
  EXPECT_TRUE(rig.view().sa->behind_nat[1]);
}

TEST(NatDetection, OfIkev1UsesTheHashThatTheResponderChose) {
  test::MemoryRig rig;
  const auto offer = test::ikev1_offer({test::ikev1_transform(14, 4), test::ikev1_transform(2, 1)});
  const auto choice = test::ikev1_offer({test::ikev1_transform(2, 1)});
  (void)rig.send(test::kThere, test::ikev1(2, 0, {offer}));
  (void)rig.send(test::kBack, test::ikev1(2, test::kSpiR, {choice}));
  const V1Hashes& md5 = v1_hashes()[0];
  (void)rig.send(test::kThere, v1_message({md5.destination, md5.source}));
  ASSERT_NE(rig.view().sa, nullptr);
  EXPECT_TRUE(rig.view().sa->nat_looked_at);
  EXPECT_FALSE(rig.view().sa->behind_nat[0]);
  EXPECT_FALSE(rig.view().sa->behind_nat[1]);
}

}  // namespace
}  // namespace espial::sa
