#include "tests/support/ike_test.hpp"

/// Microsoft's AuthIP ([MS-AIPS]).
namespace espial::ipsec {
namespace {

using test::bytes;
using test::Bytes;
using test::filler;
using test::IkePayload;
using test::join;

const IkePayload kStub{.type = 133, .body = filler(4)};

class AuthIp : public test::IkeTest {
 protected:
  void dissect_clear(const std::vector<IkePayload>& payloads, std::uint8_t exchange = 243) {
    dissect({.version = 0x10, .exchange = exchange, .flags = 0}, payloads);
  }
  /// With the E flag; `chain` is all that stands behind the header.
  void dissect_encrypted(const Bytes& chain, std::uint8_t first = 133) {
    EXPECT_TRUE(dissect(test::ike_message(
        {.version = 0x10, .exchange = 244, .flags = 1, .message_id = 3}, first, chain)));
  }
};

TEST_F(AuthIp, AClearMessageStartsWithItsCryptoPayload) {
  dissect_clear({{.type = 133, .body = bytes(0, 0, 0, 9, 1, 2)},
                 {.type = 135, .body = bytes(0, 2, 0, 1, 0, 3, 0, 0)},
                 {.type = 134, .body = bytes('h', 0, 'i', 0)},
                 {.type = 129, .body = bytes(0, 0, 0, 0, 5, 0x60, 0x82)},
                 {.type = 10, .body = filler(16)}});
  EXPECT_TRUE(out().anomalies.empty());
  EXPECT_TRUE(out().complete);
  ASSERT_TRUE(out().authip_crypto);
  EXPECT_FALSE(out().authip_crypto->encrypted);
  EXPECT_EQ(out().authip_crypto->sequence, 9U);
  EXPECT_EQ(out().authip_crypto->iv.size(), 2U);
  ASSERT_EQ(out().authip_methods.size(), 2U);
  EXPECT_EQ(out().authip_methods[0].method, 2);
  EXPECT_EQ(out().authip_methods[0].flags, 1);
  EXPECT_EQ(out().authip_methods[1].method, 3);
  ASSERT_EQ(out().gss_tokens.size(), 2U);
  EXPECT_EQ(out().gss_tokens[0].payload, 134);
  EXPECT_EQ(out().gss_tokens[0].flags, 0) << "a name has none";
  EXPECT_EQ(out().gss_tokens[0].data.size(), 4U);
  EXPECT_EQ(out().gss_tokens[1].payload, 129);
  EXPECT_EQ(out().gss_tokens[1].flags, 5);
  EXPECT_TRUE(equal(out().gss_tokens[1].data, bytes(0x60, 0x82)));
}

TEST_F(AuthIp, ItsPayloadTypesAreNobodysInOrdinaryIkeV1) {
  dissect_clear({{.type = 1, .body = filler(8)},
                 {.type = 133, .body = filler(3)},
                 {.type = 135, .body = filler(3)},
                 {.type = 134, .body = filler(4)},
                 {.type = 129, .body = bytes(0x60, 0x82, 1, 2, 6, 9)}},
                2);
  EXPECT_FALSE(has(Anomaly::ike_authip_malformed));
  EXPECT_FALSE(out().authip_crypto);
  EXPECT_TRUE(out().authip_methods.empty());
  EXPECT_TRUE(out().gss_tokens.empty());
  EXPECT_EQ(out().payloads.size(), 5U);
}

TEST_F(AuthIp, AnEncryptedMessageIsSealedBehindItsCryptoPayload) {
  const Bytes crypto = bytes(0, 0, 0, 16, 0, 0, 0, 7, 1, 2, 3, 4, 5, 6, 7, 8);
  dissect_encrypted(join({crypto, filler(33, 0x5A)}));
  EXPECT_TRUE(out().anomalies.empty()) << "whatever the length of the payload says";
  EXPECT_TRUE(out().complete);
  EXPECT_TRUE(out().encrypted);
  EXPECT_TRUE(out().payloads.empty());
  ASSERT_TRUE(out().authip_crypto);
  EXPECT_TRUE(out().authip_crypto->encrypted);
  EXPECT_EQ(out().authip_crypto->sequence, 7U);
  EXPECT_EQ(out().authip_crypto->iv.size(), 8U);
  EXPECT_EQ(out().sealed.size(), 33U);
}

TEST_F(AuthIp, AnEncryptedMessageMayHaveNoIv) {
  dissect_encrypted(join({bytes(0, 0, 0, 8, 0, 0, 0, 7), filler(20)}));
  EXPECT_TRUE(out().anomalies.empty());
  EXPECT_TRUE(out().authip_crypto->iv.empty());
}

TEST_F(AuthIp, AnEncryptedMessageWithNothingSealedIsTooShort) {
  dissect_encrypted(bytes(0, 0, 0, 8, 0, 0, 0, 7));
  EXPECT_TRUE(has(Anomaly::ike_encrypted_too_short));
}

TEST_F(AuthIp, ACryptoPayloadThatCannotBeIsMalformed) {
  for (const Bytes& bad : {Bytes{}, bytes(0, 0, 0), bytes(0, 0, 0, 0, 0, 0, 0, 7),
                           bytes(0, 0, 0, 3, 0, 0, 0, 7), bytes(0, 0, 0, 7, 0, 0, 0, 7),
                           bytes(0, 0, 0, 9, 0, 0, 0, 7), bytes(0, 0, 255, 255, 0, 0, 0, 7)}) {
    dissect_encrypted(bad);
    EXPECT_TRUE(has(Anomaly::ike_authip_malformed)) << bad.size();
    EXPECT_FALSE(out().authip_crypto);
    EXPECT_FALSE(out().complete);
  }
}

TEST_F(AuthIp, AnEncryptedMessageOfAnotherPayloadIsSealedAsAWhole) {
  dissect_encrypted(filler(40, 1), 8);
  EXPECT_TRUE(has(Anomaly::ike_authip_crypto_missing));
  EXPECT_EQ(out().sealed.size(), 40U);
}

TEST_F(AuthIp, ALoneNotificationNeedsNoCryptoPayload) {
  const IkePayload notification{.type = 11, .body = bytes(0, 0, 0, 1, 1, 0, 0x9C, 0x54)};
  dissect_clear({notification});
  EXPECT_FALSE(has(Anomaly::ike_authip_crypto_missing));
  dissect_clear({notification, notification});
  EXPECT_TRUE(has(Anomaly::ike_authip_crypto_missing));
  dissect_clear({{.type = 10, .body = filler(16)}});
  EXPECT_TRUE(has(Anomaly::ike_authip_crypto_missing));
  dissect_clear({kStub, notification});
  EXPECT_FALSE(has(Anomaly::ike_authip_crypto_missing));
  dissect_clear({notification, kStub});
  EXPECT_TRUE(has(Anomaly::ike_authip_crypto_missing)) << "not in front";
}

TEST_F(AuthIp, ANotificationHasFlagsInPlaceOfAnSpi) {
  for (std::uint8_t exchange = 243; exchange <= 246; ++exchange) {
    dissect_clear({kStub, {.type = 11, .body = bytes(0, 0, 0, 1, 1, 255, 0x9C, 0x54, 1, 2)}},
                  exchange);
    EXPECT_TRUE(is_well_formed()) << +exchange;
    ASSERT_EQ(out().notifies.size(), 1U);
    EXPECT_TRUE(out().notifies[0].spi.empty());
    EXPECT_EQ(out().notifies[0].data.size(), 2U);
  }
  for (const std::uint8_t exchange : {std::uint8_t{242}, std::uint8_t{247}}) {
    dissect_clear({{.type = 11, .body = bytes(0, 0, 0, 1, 1, 2, 0x9C, 0x54, 1, 2)}}, exchange);
    EXPECT_EQ(out().notifies[0].spi.size(), 2U) << +exchange;
  }
}

TEST_F(AuthIp, OneCryptoPayloadIsEnough) {
  dissect_clear({kStub, {.type = 133, .body = bytes(0, 0, 0, 9)}});
  EXPECT_TRUE(has(Anomaly::ike_duplicate_payload));
  EXPECT_EQ(out().authip_crypto->sequence, 0U) << "the first is kept";
}

TEST_F(AuthIp, PayloadsShorterThanWhatTheyStateAreMalformed) {
  const auto malformed = [this](std::uint8_t type, std::size_t size) {
    dissect_clear({kStub, {.type = type, .body = filler(size)}});
    return has(Anomaly::ike_authip_malformed);
  };
  for (std::size_t size = 0; size < 20; ++size) {
    EXPECT_EQ(malformed(129, size), size < 5) << size;
    EXPECT_EQ(malformed(134, size), size == 0 || size % 2 != 0) << size;
    EXPECT_EQ(malformed(135, size), size == 0 || size % 4 != 0) << size;
    EXPECT_EQ(out().authip_methods.size(), size / 4) << size;
    dissect_clear({{.type = 133, .body = filler(size)}});
    EXPECT_EQ(has(Anomaly::ike_authip_malformed), size < 4) << size;
  }
}

TEST_F(AuthIp, TheMessageIdAndTheSpisAreItsOwnAffair) {
  dissect(
      {.responder_spi = 0, .version = 0x10, .exchange = 245, .flags = 0, .message_id = 0x12345678},
      {kStub});
  EXPECT_TRUE(out().anomalies.empty());
}

}  // namespace
}  // namespace espial::ipsec
