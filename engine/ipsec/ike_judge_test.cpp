#include "tests/support/ike_test.hpp"

/// Judging the header of a message, and which payloads came in which exchange.
namespace espial::ipsec {
namespace {

using test::bytes;
using test::Bytes;
using test::filler;
using test::IkePayload;

constexpr std::uint8_t kV1 = 0x10;

class IkeJudge : public test::IkeTest {
 protected:
  bool found(Anomaly anomaly, const test::IkeHeader& header,
             const std::vector<IkePayload>& payloads = {}) {
    dissect(header, payloads);
    return has(anomaly);
  }
};

TEST_F(IkeJudge, MessageIdsOfIkev2) {
  using enum Anomaly;
  const struct {
    std::uint8_t exchange;
    bool zero, one;  // possible
  } cases[] = {{34, true, false}, {38, true, false}, {35, false, true}, {39, false, true},
               {43, false, true}, {36, true, true},  {37, true, true},  {200, true, true}};
  for (const auto& expected : cases) {
    EXPECT_EQ(!found(ike_message_id, {.exchange = expected.exchange}), expected.zero)
        << +expected.exchange;
    EXPECT_EQ(!found(ike_message_id, {.exchange = expected.exchange, .message_id = 1}),
              expected.one)
        << +expected.exchange;
  }
}

TEST_F(IkeJudge, MessageIdsOfIkev1) {
  using enum Anomaly;
  const struct {
    std::uint8_t exchange;
    bool zero, other;
  } cases[] = {{1, true, false},  {2, true, false}, {3, true, false},  {4, true, false},
               {5, true, true},   {6, false, true}, {32, false, true}, {33, false, true},
               {243, true, true}, {246, true, true}};
  for (const auto& expected : cases) {
    const test::IkeHeader header{.version = kV1, .exchange = expected.exchange, .flags = 0};
    EXPECT_EQ(!found(ike_message_id, header), expected.zero) << +expected.exchange;
    test::IkeHeader numbered = header;
    numbered.message_id = 0x80000000;
    EXPECT_EQ(!found(ike_message_id, numbered), expected.other) << +expected.exchange;
  }
}

TEST_F(IkeJudge, EveryFlagOfEitherVersion) {
  using enum Anomaly;
  for (unsigned bit = 1; bit < 256; bit <<= 1U) {
    const auto flag = static_cast<std::uint8_t>(bit);
    EXPECT_EQ(found(ike_reserved_flags, {.flags = flag}), (bit & 0xC7U) != 0) << bit;
    EXPECT_EQ(has(ike_version_flag), bit == 0x10) << bit;
    EXPECT_FALSE(has(ike_commit_flag)) << bit;
    EXPECT_EQ(found(ike_reserved_flags, {.version = kV1, .exchange = 2, .flags = flag}),
              (bit & 0xF8U) != 0)
        << bit;
    EXPECT_EQ(has(ike_commit_flag), bit == 0x02) << bit;
    EXPECT_FALSE(has(ike_version_flag)) << bit;
  }
}

TEST_F(IkeJudge, EveryExchangeTypeIsOfOneVersionOrNone) {
  using enum Anomaly;
  for (unsigned type = 0; type < 256; ++type) {
    const auto exchange = static_cast<std::uint8_t>(type);
    const bool v1 = type <= 6 || type == 32 || type == 33 || (type >= 243 && type <= 246);
    const bool v2 = type >= 34 && type <= 44;
    EXPECT_EQ(found(ike_exchange_of_other_version, {.exchange = exchange}), v1) << type;
    EXPECT_EQ(has(ike_unknown_exchange), !v1 && !v2) << type;
    EXPECT_FALSE(has(ike_rare_exchange)) << type;
    EXPECT_EQ(found(ike_exchange_of_other_version, {.version = kV1, .exchange = exchange}), v2)
        << type;
    EXPECT_EQ(has(ike_unknown_exchange), !v1 && !v2) << type;
    EXPECT_EQ(has(ike_rare_exchange), type == 1 || type == 3 || type == 33) << type;
  }
}

TEST_F(IkeJudge, TheInitiatorsSpiIsNeverZero) {
  EXPECT_TRUE(found(Anomaly::ike_zero_initiator_spi, {.initiator_spi = 0}));
  EXPECT_FALSE(found(Anomaly::ike_zero_initiator_spi, {.initiator_spi = 1}));
  EXPECT_TRUE(found(Anomaly::ike_zero_initiator_spi, {.initiator_spi = 0, .version = kV1}));
}

TEST_F(IkeJudge, TheRespondersSpiIsZeroInAFirstRequestOnly) {
  using enum Anomaly;
  const IkePayload offer{.type = 33, .body = test::ikev2_sa({{.transforms = {{}}}})};
  const IkePayload sealed{.type = 46, .body = filler(40)};
  for (const std::uint8_t first : {std::uint8_t{34}, std::uint8_t{38}}) {
    EXPECT_TRUE(found(ike_responder_spi_in_first_request, {.responder_spi = 1, .exchange = first}));
    EXPECT_FALSE(found(ike_responder_spi_in_first_request, {.exchange = first}));
    EXPECT_FALSE(found(ike_responder_spi_in_first_request,
                       {.responder_spi = 1, .exchange = first, .flags = 0x20}));
    EXPECT_TRUE(found(ike_zero_responder_spi, {.exchange = first, .flags = 0x20}, {offer}));
    EXPECT_FALSE(found(ike_zero_responder_spi, {.exchange = first}, {offer}));
    EXPECT_FALSE(found(ike_zero_responder_spi, {.exchange = first, .flags = 0x20}))
        << "what refuses has made no SA";
  }
  EXPECT_TRUE(found(ike_zero_responder_spi, {.exchange = 35}, {sealed}));
  EXPECT_FALSE(found(ike_zero_responder_spi, {.responder_spi = 1, .exchange = 35}, {sealed}));
  EXPECT_FALSE(found(ike_zero_responder_spi, {.exchange = 37}, {offer})) << "in clear";
}

TEST_F(IkeJudge, TheRespondersCookieIsKnownInPhase2) {
  using enum Anomaly;
  for (const std::uint8_t exchange : {std::uint8_t{6}, std::uint8_t{32}, std::uint8_t{33}}) {
    EXPECT_TRUE(found(ike_zero_responder_spi, {.version = kV1, .exchange = exchange}));
    EXPECT_FALSE(
        found(ike_zero_responder_spi, {.responder_spi = 1, .version = kV1, .exchange = exchange}));
  }
  for (const std::uint8_t exchange : {std::uint8_t{2}, std::uint8_t{4}, std::uint8_t{5}}) {
    EXPECT_FALSE(found(ike_zero_responder_spi, {.version = kV1, .exchange = exchange, .flags = 0}));
    EXPECT_TRUE(found(ike_zero_responder_spi, {.version = kV1, .exchange = exchange, .flags = 1}))
        << "encrypted";
  }
}

TEST_F(IkeJudge, PayloadsThatComeOnceOfIkev2) {
  for (unsigned type = 33; type <= 54; ++type) {
    if (type == 46 || type == 53) continue;  // end the chain
    const IkePayload payload{.type = static_cast<std::uint8_t>(type), .body = filler(20, 1)};
    const bool once = type <= 36 || type == 39 || type == 40 || type == 44 || type == 45 ||
                      type == 48 || type == 54;
    EXPECT_EQ(found(Anomaly::ike_duplicate_payload, {}, {payload, payload}), once) << type;
    EXPECT_FALSE(found(Anomaly::ike_duplicate_payload, {}, {payload})) << type;
  }
}

TEST_F(IkeJudge, PayloadsThatComeOnceOfIkev1) {
  for (unsigned type = 1; type <= 140; ++type) {
    const IkePayload payload{.type = static_cast<std::uint8_t>(type), .body = filler(20, 1)};
    const bool once = type == 1 || type == 4 || type == 10 || type == 132;
    EXPECT_EQ(found(Anomaly::ike_duplicate_payload, {.version = kV1, .exchange = 2, .flags = 0},
                    {payload, payload}),
              once)
        << type;
  }
}

TEST_F(IkeJudge, WhatAFirstMessageOfIkev1Needs) {
  const IkePayload sa{.type = 1, .body = test::ikev1_sa({{.transforms = {{}}}})};
  const IkePayload key{.type = 4, .body = filler(128, 3)};
  const IkePayload nonce{.type = 10, .body = filler(16)};
  const IkePayload id{.type = 5, .body = bytes(2, 0, 0, 0, 'a')};
  const auto missing = [this](std::uint8_t exchange, const std::vector<IkePayload>& payloads,
                              std::uint64_t responder = 0) {
    return found(Anomaly::ike_missing_payload,
                 {.responder_spi = responder, .version = kV1, .exchange = exchange, .flags = 0},
                 payloads);
  };
  EXPECT_FALSE(missing(2, {sa}));
  EXPECT_TRUE(missing(2, {nonce}));
  EXPECT_FALSE(missing(2, {nonce}, 1)) << "not the first";
  const std::vector<IkePayload> all{sa, key, nonce, id};
  EXPECT_FALSE(missing(4, all));
  for (std::size_t left_out = 0; left_out < all.size(); ++left_out) {
    std::vector<IkePayload> rest = all;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(left_out));
    EXPECT_TRUE(missing(4, rest)) << left_out;
  }
  EXPECT_FALSE(missing(4, {{.type = 132, .body = bytes(0, 1, 1, 0, 1)}})) << "a piece";
  EXPECT_FALSE(missing(5, {}));
}

TEST_F(IkeJudge, WhatAFirstMessageOfIkev2Needs) {
  const IkePayload sa{.type = 33, .body = test::ikev2_sa({{.transforms = {{}}}})};
  const IkePayload key{.type = 34, .body = test::ikev2_ke(14, 256)};
  const IkePayload nonce{.type = 40, .body = filler(16)};
  const IkePayload notify{.type = 41, .body = test::ikev2_notify(14)};
  const auto missing = [this](const std::vector<IkePayload>& payloads, std::uint8_t flags,
                              std::uint8_t exchange = 34) {
    return found(Anomaly::ike_missing_payload, {.exchange = exchange, .flags = flags}, payloads);
  };
  for (const std::uint8_t flags : {std::uint8_t{0x08}, std::uint8_t{0x20}}) {
    EXPECT_FALSE(missing({sa, key, nonce}, flags));
    EXPECT_TRUE(missing({sa, key}, flags));
    EXPECT_TRUE(missing({sa, nonce}, flags));
    EXPECT_TRUE(missing({key, nonce}, flags));
    EXPECT_TRUE(missing({key, nonce, notify}, flags)) << "neither whole nor a refusal";
    EXPECT_TRUE(missing({}, flags));
  }
  EXPECT_FALSE(missing({notify}, 0x20)) << "a refusal";
  EXPECT_TRUE(missing({notify}, 0x08)) << "nobody refuses in a request";
  EXPECT_FALSE(missing({nonce}, 0x08, 38));
  EXPECT_TRUE(missing({notify}, 0x08, 38));
  EXPECT_FALSE(missing({notify}, 0x20, 38));
  EXPECT_FALSE(missing({}, 0x08, 37));
}

}  // namespace
}  // namespace espial::ipsec
