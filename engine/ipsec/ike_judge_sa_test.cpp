#include "tests/support/ike_test.hpp"

/// Judging proposals: their form, and the cryptography in them.
namespace espial::ipsec {
namespace {

using test::bytes;
using test::Bytes;
using test::filler;
using test::ike_attribute;
using test::IkeProposal;
using test::IkeTransform;

const IkeTransform kAes{.type = 1, .id = 12, .attributes = ike_attribute(14, 256)};
const IkeTransform kGcm{.type = 1, .id = 20, .attributes = ike_attribute(14, 256)};
const IkeTransform kPrf{.type = 2, .id = 5};
const IkeTransform kHmac{.type = 3, .id = 12};
const IkeTransform kGroup{.type = 4, .id = 14};
const IkeTransform kEsn{.type = 5, .id = 0};

class JudgeProposals : public test::IkeTest {
 protected:
  void propose(const std::vector<IkeProposal>& proposals, std::uint8_t flags = 0x08,
               std::uint8_t exchange = 34) {
    dissect({.responder_spi = flags == 0x20 ? 1U : 0U, .exchange = exchange, .flags = flags},
            {{.type = 33, .body = test::ikev2_sa(proposals)}});
  }
  bool found(Anomaly anomaly, const std::vector<IkeTransform>& transforms,
             std::uint8_t protocol = 1) {
    propose({{.protocol = protocol, .transforms = transforms}});
    return has(anomaly);
  }
};

TEST_F(JudgeProposals, AGoodOfferHasNothingAgainstIt) {
  propose({{.number = 1, .transforms = {kAes, kPrf, kHmac, kGroup}},
           {.number = 2, .transforms = {kGcm, kPrf, kGroup}}});
  EXPECT_EQ(out().anomalies.size(), 1U);
  EXPECT_TRUE(has(Anomaly::ike_missing_payload)) << "no key exchange and no nonce";
}

TEST_F(JudgeProposals, AnOfferCountsFromOne) {
  const auto numbered = [this](std::initializer_list<int> numbers, std::uint8_t flags) {
    std::vector<IkeProposal> list;
    for (const int n : numbers)
      list.push_back({.number = static_cast<std::uint8_t>(n), .transforms = {kAes}});
    propose(list, flags);
    return !has(Anomaly::ike_proposal_number);
  };
  EXPECT_TRUE(numbered({1}, 0x08));
  EXPECT_TRUE(numbered({1, 2, 3}, 0x08));
  EXPECT_FALSE(numbered({0}, 0x08));
  EXPECT_FALSE(numbered({2}, 0x08));
  EXPECT_FALSE(numbered({1, 1}, 0x08));
  EXPECT_FALSE(numbered({1, 3}, 0x08));
  EXPECT_FALSE(numbered({2, 1}, 0x08));
  EXPECT_TRUE(numbered({7}, 0x20)) << "a choice repeats the number of what it chose";
}

TEST_F(JudgeProposals, SpisHaveTheSizeOfTheirProtocol) {
  for (const int protocol : {1, 2, 3, 4}) {
    for (std::size_t size = 0; size <= 9; ++size) {
      propose({{.protocol = static_cast<std::uint8_t>(protocol),
                .spi = filler(size, 1),
                .transforms = {kAes}}},
              0x08, 36);
      const bool good = protocol == 4 || (protocol == 1 ? size == 0 || size == 8 : size == 4);
      EXPECT_EQ(has(Anomaly::ike_proposal_spi_size), !good) << protocol << ' ' << size;
      EXPECT_FALSE(has(Anomaly::ike_proposal_protocol)) << "a child SA";
    }
  }
}

TEST_F(JudgeProposals, AFirstExchangeNegotiatesIkeAlone) {
  for (const std::uint8_t protocol : {std::uint8_t{0}, std::uint8_t{2}, std::uint8_t{3}})
    EXPECT_TRUE(found(Anomaly::ike_proposal_protocol, {kAes}, protocol)) << +protocol;
  EXPECT_FALSE(found(Anomaly::ike_proposal_protocol, {kAes}, 1));
}

TEST_F(JudgeProposals, EachProtocolNeedsItsTransforms) {
  using enum Anomaly;
  EXPECT_FALSE(found(ike_transform_missing, {kAes, kPrf}));
  EXPECT_TRUE(found(ike_transform_missing, {kAes}));
  EXPECT_TRUE(found(ike_transform_missing, {kPrf}));
  EXPECT_FALSE(found(ike_transform_missing, {kAes, kEsn}, 3));
  EXPECT_TRUE(found(ike_transform_missing, {kAes}, 3));
  EXPECT_TRUE(found(ike_transform_missing, {kEsn}, 3));
  EXPECT_FALSE(found(ike_transform_missing, {kHmac, kEsn}, 2));
  EXPECT_TRUE(found(ike_transform_missing, {kEsn}, 2));
  EXPECT_TRUE(found(ike_transform_missing, {kHmac}, 2));
  EXPECT_FALSE(found(ike_transform_missing, {}, 4));
}

TEST_F(JudgeProposals, KeyLengthsOfEveryCipher) {
  using enum Anomaly;
  for (std::uint16_t id = 0; id <= 40; ++id) {
    const bool any = id == 4 || id == 6 || id == 7;
    const bool aes = (id >= 12 && id <= 16) || (id >= 18 && id <= 21) || (id >= 23 && id <= 27) ||
                     id == 29 || id == 30;
    EXPECT_EQ(found(ike_key_length_missing, {{.type = 1, .id = id}}), aes) << id;
    EXPECT_FALSE(has(ike_key_length_unexpected)) << id;
    for (const std::uint16_t bits :
         std::initializer_list<std::uint16_t>{0, 127, 128, 129, 191, 192, 193, 255, 256, 257}) {
      EXPECT_EQ(found(ike_key_length_invalid,
                      {{.type = 1, .id = id, .attributes = ike_attribute(14, bits)}}),
                aes && bits != 128 && bits != 192 && bits != 256)
          << id << ' ' << bits;
      EXPECT_EQ(has(ike_key_length_unexpected), !aes && !any) << id;
      EXPECT_FALSE(has(ike_key_length_missing)) << id;
    }
  }
  EXPECT_TRUE(found(ike_key_length_unexpected,
                    {{.type = 1, .id = 1023, .attributes = ike_attribute(14, 1)}}));
  EXPECT_FALSE(found(ike_key_length_unexpected,
                     {{.type = 1, .id = 1024, .attributes = ike_attribute(14, 1)}}))
      << "private";
}

TEST_F(JudgeProposals, AttributesOfIkev2StandOnceAndInTheShortForm) {
  using enum Anomaly;
  const Bytes twice = test::join({ike_attribute(14, 128), ike_attribute(14, 256)});
  const Bytes other = test::join({ike_attribute(14, 128), ike_attribute(15, 256)});
  EXPECT_TRUE(found(ike_attribute_repeated, {{.type = 1, .id = 12, .attributes = twice}}));
  EXPECT_FALSE(found(ike_attribute_repeated, {{.type = 1, .id = 12, .attributes = other}}));
  EXPECT_FALSE(has(ike_attribute_form));
  EXPECT_TRUE(found(ike_attribute_form,
                    {{.type = 1, .id = 12, .attributes = ike_attribute(14, bytes(1, 0))}}));
}

TEST_F(JudgeProposals, WeakEncryption) {
  for (std::uint16_t id = 0; id <= 40; ++id) {
    const bool weak = (id >= 1 && id <= 11) || id == 21 || id == 34 || id == 35;
    EXPECT_EQ(found(Anomaly::ike_weak_crypto_enc, {{.type = 1, .id = id}}), weak) << id;
  }
}

TEST_F(JudgeProposals, WeakPrfIntegrityAndGroups) {
  using enum Anomaly;
  for (std::uint16_t id = 0; id <= 60; ++id) {
    EXPECT_EQ(found(ike_weak_crypto_prf, {{.type = 2, .id = id}}), id >= 1 && id <= 3) << id;
    EXPECT_EQ(has(ike_invalid_proposal), id == 0) << id;
    EXPECT_EQ(found(ike_weak_crypto_auth, {{.type = 3, .id = id}}), id >= 1 && id <= 7) << id;
    EXPECT_FALSE(has(ike_invalid_proposal)) << "no integrity algorithm has a number of its own";
    EXPECT_EQ(found(ike_weak_crypto_dh, {{.type = 4, .id = id}}),
              (id >= 1 && id <= 13) || (id >= 22 && id <= 25))
        << id;
    EXPECT_EQ(has(ike_invalid_proposal), id == 0) << id;
    EXPECT_FALSE(found(ike_weak_crypto_dh, {{.type = 6, .id = id}})) << "an additional exchange";
    EXPECT_FALSE(has(ike_invalid_proposal)) << "which may be none";
  }
}

TEST_F(JudgeProposals, TransformTypesWithoutAMeaning) {
  for (unsigned type = 0; type < 256; ++type) {
    EXPECT_EQ(
        found(Anomaly::ike_unknown_proposal, {{.type = static_cast<std::uint8_t>(type), .id = 1}}),
        type == 0 || type > 14)
        << type;
  }
}

TEST_F(JudgeProposals, WhatProtectsIntegrity) {
  using enum Anomaly;
  for (std::uint16_t id = 0; id <= 40; ++id) {
    const IkeTransform cipher{.type = 1, .id = id};
    const bool aead = (id >= 14 && id <= 16) || (id >= 18 && id <= 21) || (id >= 25 && id <= 35);
    EXPECT_EQ(found(ike_weak_crypto_no_auth, {cipher}), !aead) << id;
    EXPECT_EQ(found(ike_weak_crypto_no_auth, {cipher, {.type = 3, .id = 0}}), !aead) << id;
    EXPECT_FALSE(has(ike_aead_with_integrity)) << id;
    EXPECT_EQ(found(ike_aead_with_integrity, {cipher, kHmac}), aead) << id;
    EXPECT_FALSE(has(ike_weak_crypto_no_auth)) << id;
    EXPECT_EQ(found(ike_aead_with_integrity, {cipher, kAes}), aead) << id;
  }
}

TEST_F(JudgeProposals, WhatIsNotThere) {
  using enum Anomaly;
  EXPECT_TRUE(found(ike_weak_crypto_no_dh, {kAes, kPrf, kHmac}));
  EXPECT_FALSE(found(ike_weak_crypto_no_dh, {kAes, kPrf, kHmac, kGroup}));
  EXPECT_FALSE(found(ike_weak_crypto_no_dh, {kAes, kHmac, kEsn}, 3)) << "a child has the parent's";
  EXPECT_TRUE(found(ike_no_encryption, {kHmac, kEsn}, 2));
  EXPECT_FALSE(found(ike_no_encryption, {kAes, kEsn}, 3));
}

TEST_F(JudgeProposals, AChoiceIsOneOfEach) {
  using enum Anomaly;
  const IkeProposal good{.transforms = {kAes, kPrf, kHmac, kGroup}};
  const IkeProposal two_groups{.transforms = {kAes, kPrf, kHmac, kGroup, {.type = 4, .id = 19}}};
  propose({good}, 0x20);
  EXPECT_FALSE(has(ike_ambiguous_choice));
  EXPECT_FALSE(has(ike_multiple_server_proposal));
  propose({two_groups}, 0x20);
  EXPECT_TRUE(has(ike_ambiguous_choice));
  propose({good, good}, 0x20);
  EXPECT_TRUE(has(ike_multiple_server_proposal));
  EXPECT_FALSE(has(ike_ambiguous_choice));
  propose({two_groups});
  EXPECT_FALSE(has(ike_ambiguous_choice)) << "an offer";
}

class JudgeProposalsV1 : public test::IkeTest {
 protected:
  void propose(const std::vector<IkeProposal>& proposals, std::uint64_t responder = 0,
               std::uint8_t exchange = 2) {
    dissect({.responder_spi = responder, .version = 0x10, .exchange = exchange, .flags = 0},
            {{.type = 1, .body = test::ikev1_sa(proposals)}});
  }
  bool found(Anomaly anomaly, const Bytes& attributes) {
    propose({{.transforms = {{.type = 1, .id = 1, .attributes = attributes}}}});
    return has(anomaly);
  }
};

TEST_F(JudgeProposalsV1, WeakAlgorithmsOfPhase1) {
  using enum Anomaly;
  for (std::uint16_t id = 0; id <= 40; ++id) {
    EXPECT_EQ(found(ike_weak_crypto_enc, ike_attribute(1, id)), id >= 1 && id <= 6) << id;
    EXPECT_EQ(found(ike_weak_crypto_prf, ike_attribute(2, id)), id >= 1 && id <= 3) << id;
    EXPECT_EQ(found(ike_weak_crypto_dh, ike_attribute(4, id)),
              (id >= 1 && id <= 13) || (id >= 22 && id <= 25))
        << id;
    EXPECT_FALSE(found(ike_weak_crypto_enc, ike_attribute(3, id))) << "a method";
  }
}

TEST_F(JudgeProposalsV1, KeyLengthsOfPhase1) {
  using enum Anomaly;
  const auto with = [](std::uint16_t cipher, std::uint16_t bits) {
    return test::join({ike_attribute(1, cipher), ike_attribute(14, bits)});
  };
  for (std::uint16_t cipher = 0; cipher <= 9; ++cipher) {
    const bool aes = cipher == 7 || cipher == 8;
    EXPECT_EQ(found(ike_key_length_missing, ike_attribute(1, cipher)), aes) << cipher;
    EXPECT_EQ(found(ike_key_length_invalid, with(cipher, 100)), aes) << cipher;
    EXPECT_FALSE(found(ike_key_length_invalid, with(cipher, 192))) << cipher;
    EXPECT_EQ(has(ike_key_length_unexpected), cipher == 1 || cipher == 2 || cipher == 5) << cipher;
  }
  EXPECT_FALSE(found(ike_key_length_unexpected, ike_attribute(14, 128))) << "without a cipher";
}

TEST_F(JudgeProposalsV1, FormsOfAttributes) {
  using enum Anomaly;
  for (std::uint16_t type = 1; type <= 17; ++type) {
    const bool basic = type <= 5 || type == 11 || (type >= 13 && type <= 15);
    EXPECT_EQ(found(ike_attribute_form, ike_attribute(type, bytes(0, 0, 0, 1))), basic) << type;
    EXPECT_FALSE(found(ike_attribute_form, ike_attribute(type, 1))) << type;
  }
  for (std::size_t size = 0; size <= 10; ++size)
    EXPECT_EQ(found(ike_attribute_form, ike_attribute(12, filler(size, 1))), size == 0 || size > 8)
        << size;
}

TEST_F(JudgeProposalsV1, PrivateTypesMayStandTwiceTooFarApartToBeCompared) {
  Bytes many;
  for (std::uint16_t type = 100; type < 116; ++type)
    many = test::join({many, ike_attribute(type, 1)});
  using enum Anomaly;
  EXPECT_FALSE(found(ike_attribute_repeated, many));
  EXPECT_TRUE(found(ike_attribute_repeated, test::join({many, ike_attribute(115, 2)})));
  const Bytes seventeenth = test::join({many, ike_attribute(116, 1), ike_attribute(116, 1)});
  EXPECT_FALSE(found(ike_attribute_repeated, seventeenth));
  EXPECT_TRUE(found(ike_attribute_repeated,
                    test::join({seventeenth, ike_attribute(2, 1), ike_attribute(2, 1)})));
}

TEST_F(JudgeProposalsV1, OnlyLifetimesStandTwice) {
  for (std::uint16_t type = 1; type <= 16; ++type) {
    const Bytes twice = test::join({ike_attribute(type, 1), ike_attribute(type, 2)});
    EXPECT_EQ(found(Anomaly::ike_attribute_repeated, twice), type != 11 && type != 12) << type;
  }
}

TEST_F(JudgeProposalsV1, Phase1NegotiatesIkeAloneAndTheChoiceIsOne) {
  using enum Anomaly;
  const IkeProposal one{.transforms = {{}}};
  propose({{.protocol = 3, .transforms = {{}}}});
  EXPECT_TRUE(has(ike_proposal_protocol));
  propose({{.protocol = 3, .transforms = {{}}}}, 1, 32);
  EXPECT_FALSE(has(ike_proposal_protocol));
  propose({one}, 1);
  EXPECT_FALSE(has(ike_multiple_server_proposal));
  propose({one, one}, 1);
  EXPECT_TRUE(has(ike_multiple_server_proposal));
  propose({{.transforms = {{}, {}}}}, 1);
  EXPECT_TRUE(has(ike_multiple_server_proposal));
  propose({one, one}, 0);
  EXPECT_FALSE(has(ike_multiple_server_proposal)) << "an offer";
  for (const std::size_t size : {0U, 8U, 16U, 17U}) {
    propose({{.spi = filler(size), .transforms = {{}}}});
    EXPECT_EQ(has(ike_proposal_spi_size), size > 16) << size;
  }
}

}  // namespace
}  // namespace espial::ipsec
