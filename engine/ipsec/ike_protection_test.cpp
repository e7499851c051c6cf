#include "tests/support/ike_test.hpp"

/// What may come in clear, and what a payload is worth in the version it is not of.
namespace espial::ipsec {
namespace {

using test::bytes;
using test::Bytes;
using test::filler;
using test::IkePayload;

constexpr std::uint8_t kV1 = 0x10;

class IkeProtection : public test::IkeTest {
 protected:
  bool found(Anomaly anomaly, const test::IkeHeader& header,
             const std::vector<IkePayload>& payloads = {}) {
    dissect(header, payloads);
    return has(anomaly);
  }
};

TEST_F(IkeProtection, ExchangesOfIkev2AreEncryptedButTheFirst) {
  for (unsigned type = 0; type < 256; ++type) {
    const auto exchange = static_cast<std::uint8_t>(type);
    const bool protected_one = type >= 35 && type <= 44 && type != 38;
    EXPECT_EQ(found(Anomaly::ike_not_encrypted, {.exchange = exchange}), protected_one) << type;
    EXPECT_EQ(found(Anomaly::ike_encrypted_in_first_exchange, {.exchange = exchange},
                    {{.type = 46, .body = filler(40)}}),
              type == 34 || type == 38)
        << type;
    EXPECT_FALSE(has(Anomaly::ike_not_encrypted)) << type;
  }
}

TEST_F(IkeProtection, ExchangesOfIkev1AreEncryptedBehindPhase1) {
  for (unsigned type = 0; type < 256; ++type) {
    const test::IkeHeader header{
        .version = kV1, .exchange = static_cast<std::uint8_t>(type), .flags = 0};
    const bool protected_one = type == 0 || type == 6 || type == 32 || type == 33;
    EXPECT_EQ(found(Anomaly::ike_not_encrypted, header), protected_one) << type;
    EXPECT_FALSE(
        found(Anomaly::ike_not_encrypted, header, {{.type = 132, .body = bytes(0, 1, 1, 0, 1)}}))
        << "a piece may be encrypted inside";
  }
}

TEST_F(IkeProtection, ComplaintsWithoutAnSaComeInClear) {
  const auto lonely = [this](std::uint16_t type) {
    return !found(Anomaly::ike_not_encrypted, {.exchange = 37},
                  {{.type = 41, .body = test::ikev2_notify(type)}});
  };
  for (const unsigned type : {1U, 4U, 5U, 7U, 11U, 16419U})
    EXPECT_TRUE(lonely(static_cast<std::uint16_t>(type))) << type;
  for (const unsigned type : {0U, 2U, 6U, 8U, 9U, 14U, 17U, 24U, 16384U, 16418U, 16420U})
    EXPECT_FALSE(lonely(static_cast<std::uint16_t>(type))) << type;
  const IkePayload complaint{.type = 41, .body = test::ikev2_notify(11)};
  EXPECT_FALSE(found(Anomaly::ike_not_encrypted, {.exchange = 37}, {complaint, complaint}));
  EXPECT_TRUE(found(Anomaly::ike_not_encrypted, {.exchange = 37}, {complaint, {.type = 43}}));
}

TEST_F(IkeProtection, SecretPayloadsOfIkev2InClear) {
  for (unsigned type = 33; type <= 60; ++type) {
    const IkePayload payload{.type = static_cast<std::uint8_t>(type), .body = filler(20, 1)};
    const bool secret = type == 35 || type == 36 || type == 37 || type == 39 || type == 42 ||
                        type == 44 || type == 45 || (type >= 47 && type <= 52);
    EXPECT_EQ(found(Anomaly::ike_payload_in_clear, {}, {payload}), secret) << type;
  }
}

TEST_F(IkeProtection, SecretPayloadsOfIkev1InClear) {
  for (unsigned type = 1; type <= 60; ++type) {
    const IkePayload payload{.type = static_cast<std::uint8_t>(type), .body = filler(20, 1)};
    EXPECT_EQ(found(Anomaly::ike_payload_in_clear, {.version = kV1, .exchange = 5, .flags = 0},
                    {payload}),
              type == 12 || type == 14)
        << type;
  }
}

TEST_F(IkeProtection, APayloadOfTheOtherVersionIsReadInNoVersion) {
  for (unsigned type = 1; type < 256; ++type) {
    for (const int fill : {0, 1, 0xFF}) {
      const IkePayload payload{.type = static_cast<std::uint8_t>(type), .body = filler(64, fill)};
      const bool of_v2 = type >= 33 && type <= 54;
      EXPECT_EQ(found(Anomaly::ike_payload_of_other_version, {}, {payload}), type < 33) << type;
      EXPECT_TRUE(of_v2 || is_well_formed()) << type;
      EXPECT_EQ(found(Anomaly::ike_payload_of_other_version,
                      {.version = kV1, .exchange = 5, .flags = 0}, {payload}),
                of_v2)
          << type;
      EXPECT_TRUE(!of_v2 || (is_well_formed() && !out().encrypted)) << type;
    }
  }
}

TEST_F(IkeProtection, TheCriticalBitIsForTypesThatAPeerMayNotKnow) {
  using enum Anomaly;
  for (unsigned type = 1; type < 256; ++type) {
    const IkePayload payload{
        .type = static_cast<std::uint8_t>(type), .body = filler(20), .critical = true};
    const bool known = type >= 33 && type <= 54;
    EXPECT_EQ(found(ike_known_critical_payload, {}, {payload}), known) << type;
    EXPECT_EQ(has(ike_unknown_critical_payload), !known) << type;
    EXPECT_FALSE(has(ike_reserved_bits)) << type;
  }
}

TEST_F(IkeProtection, ReservedBitsOfTheGenericHeader) {
  for (unsigned bit = 1; bit < 256; bit <<= 1U) {
    for (const bool v1 : {false, true}) {
      Bytes chain = test::ike_payloads({{.type = 13}});
      chain.at(1) = static_cast<std::byte>(bit);
      const auto type = static_cast<std::uint8_t>(v1 ? 13 : 43);
      EXPECT_TRUE(dissect(test::ike_message(
          {.version = static_cast<std::uint8_t>(v1 ? 0x10 : 0x20)}, type, chain)));
      EXPECT_EQ(has(Anomaly::ike_reserved_bits), v1 || bit != 0x80) << bit;
    }
  }
}

}  // namespace
}  // namespace espial::ipsec
