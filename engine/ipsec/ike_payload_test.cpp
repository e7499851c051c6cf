#include "tests/support/ike_test.hpp"

namespace espial::ipsec {
namespace {

using test::bytes;
using test::Bytes;
using test::filler;
using test::IkePayload;

class IkePayloads : public test::IkeTest {};

TEST_F(IkePayloads, TheKeyExchangeOfIkev2HasAGroupThatOfIkev1HasNot) {
  dissect_v2({{.type = 34, .body = test::ikev2_ke(31, 32)}});
  ASSERT_EQ(out().key_exchanges.size(), 1U);
  EXPECT_EQ(out().key_exchanges[0].group, 31);
  EXPECT_EQ(out().key_exchanges[0].data.size(), 32U);
  dissect_v1({{.type = 4, .body = filler(128)}});
  ASSERT_EQ(out().key_exchanges.size(), 1U);
  EXPECT_EQ(out().key_exchanges[0].group, std::nullopt);
  EXPECT_EQ(out().key_exchanges[0].data.size(), 128U);
}

TEST_F(IkePayloads, AKeyExchangeWithoutAKeyIsMalformedButItsGroupIsKept) {
  dissect_v2({{.type = 34, .body = test::ikev2_ke(14, 0)}});
  EXPECT_TRUE(has(Anomaly::ike_key_exchange_malformed));
  ASSERT_EQ(out().key_exchanges.size(), 1U);
  EXPECT_EQ(out().key_exchanges[0].group, 14);
  dissect_v2({{.type = 34, .body = bytes(0, 14, 0)}});
  EXPECT_TRUE(has(Anomaly::ike_key_exchange_malformed));
  EXPECT_TRUE(out().key_exchanges.empty());
  dissect_v1({{.type = 4, .body = {}}});
  EXPECT_TRUE(has(Anomaly::ike_key_exchange_malformed));
}

TEST_F(IkePayloads, NoncesAreJudgedAtBothEndsOfTheirRange) {
  const struct {
    std::uint8_t type;
    std::size_t size;
    bool wrong;
  } cases[] = {{40, 15, true}, {40, 16, false},  {40, 256, false}, {40, 257, true}, {10, 7, true},
               {10, 8, false}, {10, 256, false}, {10, 257, true},  {10, 0, true}};
  for (const auto& expected : cases) {
    const std::vector<IkePayload> payload{{.type = expected.type, .body = filler(expected.size)}};
    if (expected.type == 40) {
      dissect_v2(payload);
    } else {
      dissect_v1(payload);
    }
    ASSERT_EQ(out().nonces.size(), 1U);
    EXPECT_EQ(out().nonces[0].size(), expected.size);
    EXPECT_EQ(has(Anomaly::ike_nonce_length), expected.wrong) << expected.size;
  }
}

TEST_F(IkePayloads, ANotifyPartsItsSpiFromItsData) {
  const Bytes spi = filler(4, 0xAB);
  dissect_v2({{.type = 41, .body = test::ikev2_notify(11, bytes(1, 2), 3, spi)}});
  ASSERT_EQ(out().notifies.size(), 1U);
  EXPECT_EQ(out().notifies[0].protocol, 3);
  EXPECT_EQ(out().notifies[0].type, 11);
  EXPECT_TRUE(equal(out().notifies[0].spi, spi));
  EXPECT_TRUE(equal(out().notifies[0].data, bytes(1, 2)));
  dissect_v1({{.type = 11, .body = test::ikev1_notify(36136, filler(4), 1, filler(16, 1))}});
  ASSERT_EQ(out().notifies.size(), 1U);
  EXPECT_EQ(out().notifies[0].type, 36136);
  EXPECT_EQ(out().notifies[0].spi.size(), 16U);
  EXPECT_EQ(out().notifies[0].data.size(), 4U);
  EXPECT_TRUE(is_well_formed());
}

TEST_F(IkePayloads, ANotifyKeepsItsTypeWhenItsSpiIsCut) {
  dissect_v2({{.type = 41, .body = bytes(3, 5, 0, 11, 1, 2, 3, 4)}});
  EXPECT_TRUE(has(Anomaly::ike_notify_malformed));
  ASSERT_EQ(out().notifies.size(), 1U);
  EXPECT_EQ(out().notifies[0].type, 11);
  EXPECT_EQ(out().notifies[0].spi.size(), 4U);
  EXPECT_TRUE(out().notifies[0].data.empty());
}

TEST_F(IkePayloads, ANotifyShorterThanItsHeaderIsLeftOut) {
  for (std::size_t size = 0; size <= 8; ++size) {
    dissect_v2({{.type = 41, .body = filler(size)}});
    EXPECT_EQ(out().notifies.size(), size < 4 ? 0U : 1U) << size;
    EXPECT_EQ(has(Anomaly::ike_notify_malformed), size < 4) << size;
    dissect_v1({{.type = 11, .body = filler(size)}});
    EXPECT_EQ(out().notifies.size(), size < 8 ? 0U : 1U) << size;
    EXPECT_EQ(has(Anomaly::ike_notify_malformed), size < 8) << size;
  }
}

TEST_F(IkePayloads, InAuthIpTheByteOfTheSpiSizeIsOneOfFlags) {
  const Bytes body = bytes(0, 0, 0, 1, 1, 1, 0x9C, 0x54, 0xAA, 0xBB);
  dissect({.version = 0x10, .exchange = 246, .flags = 0}, {{.type = 11, .body = body}});
  ASSERT_EQ(out().notifies.size(), 1U);
  EXPECT_EQ(out().notifies[0].type, 40020);
  EXPECT_TRUE(out().notifies[0].spi.empty());
  EXPECT_EQ(out().notifies[0].data.size(), 2U);
  dissect_v1({{.type = 11, .body = body}});
  EXPECT_EQ(out().notifies[0].spi.size(), 1U);
}

TEST_F(IkePayloads, ADeleteHoldsWhatItsCountSays) {
  dissect_v2({{.type = 42, .body = bytes(3, 4, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8)}});
  ASSERT_EQ(out().deletes.size(), 1U);
  EXPECT_EQ(out().deletes[0].protocol, 3);
  EXPECT_EQ(out().deletes[0].count, 2);
  EXPECT_EQ(out().deletes[0].spis.size(), 8U);
  EXPECT_TRUE(is_well_formed());
  dissect_v2({{.type = 42, .body = bytes(1, 0, 0, 0)}});
  EXPECT_TRUE(is_well_formed()) << "an IKE SA is deleted without an SPI";
  dissect_v1({{.type = 12, .body = bytes(0, 0, 0, 1, 3, 4, 0, 1, 1, 2, 3, 4)}});
  ASSERT_EQ(out().deletes.size(), 1U);
  EXPECT_TRUE(is_well_formed());
}

TEST_F(IkePayloads, ADeleteThatHoldsMoreOrLessThanItSaysIsMalformed) {
  for (const Bytes& body : {bytes(3, 4, 0, 2, 1, 2, 3, 4), bytes(3, 4, 0, 0, 1), bytes(3, 0, 0, 1),
                            bytes(3, 255, 255, 255), bytes(3, 4, 0)}) {
    dissect_v2({{.type = 42, .body = body}});
    EXPECT_TRUE(has(Anomaly::ike_delete_malformed)) << body.size();
    EXPECT_EQ(out().deletes.size(), body.size() < 4 ? 0U : 1U);
  }
}

TEST_F(IkePayloads, ACertificateHasAnEncodingAndMayLackTheRest) {
  dissect_v1({{.type = 6, .body = bytes(4, 0x30, 0x82)}, {.type = 6, .body = bytes(4)}});
  ASSERT_EQ(out().certificates.size(), 2U);
  EXPECT_EQ(out().certificates[0].encoding, 4);
  EXPECT_TRUE(equal(out().certificates[0].data, bytes(0x30, 0x82)));
  EXPECT_TRUE(out().certificates[1].data.empty());
  EXPECT_TRUE(has(Anomaly::ike_certificate_malformed));
  dissect_v2({{.type = 37, .body = bytes(4, 0x30)}, {.type = 37, .body = {}}});
  EXPECT_EQ(out().certificates.size(), 1U);
}

TEST_F(IkePayloads, VendorIdsKeepTheirOrderAndMayBeEmpty) {
  dissect_v1({{.type = 13, .body = bytes(1)}, {.type = 13}, {.type = 13, .body = bytes(2, 3)}});
  ASSERT_EQ(out().vendor_ids.size(), 3U);
  EXPECT_EQ(out().vendor_ids[0].size(), 1U);
  EXPECT_TRUE(out().vendor_ids[1].empty());
  EXPECT_EQ(out().vendor_ids[2].size(), 2U);
}

TEST_F(IkePayloads, APayloadOfTheOtherVersionIsListedAndNotRead) {
  const Bytes body = filler(64, 0xFF);
  for (std::uint8_t type = 1; type <= 32; ++type) {
    dissect_v2({{.type = type, .body = body}});
    EXPECT_TRUE(has(Anomaly::ike_payload_of_other_version)) << unsigned{type};
    EXPECT_TRUE(is_well_formed()) << unsigned{type};
    EXPECT_EQ(out().payloads.size(), 1U);
  }
  for (std::uint8_t type = 33; type <= 54; ++type) {
    dissect_v1({{.type = type, .body = body}});
    EXPECT_TRUE(has(Anomaly::ike_payload_of_other_version)) << unsigned{type};
    EXPECT_TRUE(is_well_formed()) << unsigned{type};
    EXPECT_FALSE(out().encrypted) << unsigned{type};
  }
}

TEST_F(IkePayloads, UnknownTypesAreNoAnomalyUnlessCritical) {
  for (const std::uint8_t type : {std::uint8_t{55}, std::uint8_t{128}, std::uint8_t{255}}) {
    dissect({.exchange = 34}, {{.type = type, .body = filler(3)}});
    EXPECT_FALSE(has(Anomaly::ike_unknown_critical_payload)) << unsigned{type};
    EXPECT_TRUE(is_well_formed()) << unsigned{type};
    dissect_v2({{.type = type, .body = filler(3), .critical = true}});
    EXPECT_TRUE(has(Anomaly::ike_unknown_critical_payload)) << unsigned{type};
    EXPECT_FALSE(has(Anomaly::ike_known_critical_payload)) << unsigned{type};
    dissect_v1({{.type = type, .body = filler(3), .critical = true}});
    EXPECT_FALSE(out().payloads[0].critical) << "the bit is reserved in IKEv1";
    EXPECT_TRUE(has(Anomaly::ike_reserved_bits));
    EXPECT_FALSE(has(Anomaly::ike_unknown_critical_payload));
  }
  dissect_v2({{.type = 54, .body = filler(3), .critical = true}});
  EXPECT_TRUE(out().payloads[0].critical);
  EXPECT_TRUE(has(Anomaly::ike_known_critical_payload));
  EXPECT_FALSE(has(Anomaly::ike_unknown_critical_payload));
}

TEST_F(IkePayloads, EachListIsKeptToItsCeilingAndNoFurther) {
  const auto expect_ceiling = [this](const IkePayload& payload, std::size_t ceiling, auto size) {
    dissect_v2(std::vector<IkePayload>(ceiling, payload));
    EXPECT_EQ(size(), ceiling);
    EXPECT_FALSE(has(Anomaly::ike_too_many_elements));
    dissect_v2(std::vector<IkePayload>(ceiling + 1, payload));
    EXPECT_EQ(size(), ceiling);
    EXPECT_TRUE(has(Anomaly::ike_too_many_elements));
    EXPECT_EQ(out().payloads.size(), ceiling + 1);
  };
  expect_ceiling({.type = 34, .body = test::ikev2_ke(14, 1)}, kMaxOthers,
                 [this] { return out().key_exchanges.size(); });
  expect_ceiling({.type = 40, .body = filler(16)}, kMaxOthers,
                 [this] { return out().nonces.size(); });
  expect_ceiling({.type = 42, .body = bytes(1, 0, 0, 0)}, kMaxOthers,
                 [this] { return out().deletes.size(); });
  expect_ceiling({.type = 37, .body = bytes(4, 1)}, kMaxCertificates,
                 [this] { return out().certificates.size(); });
}

}  // namespace
}  // namespace espial::ipsec
