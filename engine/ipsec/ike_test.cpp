#include "engine/ipsec/ike.hpp"

#include <memory>

#include "tests/support/ike_test.hpp"
#include "tests/support/seeds.hpp"

namespace espial::ipsec {
namespace {

using test::bytes;
using test::Bytes;
using test::filler;
using test::IkePayload;

class DissectIke : public test::IkeTest {};

using Types = std::vector<int>;

TEST_F(DissectIke, ReadsARealIkeSaInit) {
  ASSERT_TRUE(dissect(test::seed("ike", "v2_sa_init_libreswan")));
  EXPECT_TRUE(out().anomalies.empty());
  EXPECT_TRUE(out().complete);
  EXPECT_FALSE(out().encrypted);
  EXPECT_EQ(out().header.major, 2);
  EXPECT_EQ(out().header.exchange_type, 34);
  EXPECT_EQ(out().header.flags, ike_flag::kInitiator);
  EXPECT_EQ(types(), (Types{33, 34, 40, 41, 41, 41}));
  ASSERT_EQ(out().proposals.size(), 4U);
  EXPECT_EQ(out().proposals[3].number, 4);
  EXPECT_EQ(out().transforms.size(), 48U);
  EXPECT_EQ(out().transforms[0].type, 1);
  EXPECT_EQ(out().transforms[0].id, 20);
  ASSERT_EQ(out().key_exchanges.size(), 1U);
  EXPECT_EQ(out().key_exchanges[0].group, 14);
  EXPECT_EQ(out().key_exchanges[0].data.size(), 256U);
  ASSERT_EQ(out().notifies.size(), 3U);
  EXPECT_EQ(out().notifies[0].type, 16430);
  EXPECT_EQ(out().notifies[1].data.size(), 20U);
}

TEST_F(DissectIke, ReadsARealMainModeOffer) {
  ASSERT_TRUE(dissect(test::seed("ike", "v1_main_1")));
  EXPECT_TRUE(is_well_formed());
  EXPECT_TRUE(has(Anomaly::ike_weak_crypto_prf)) << "SHA-1";
  EXPECT_TRUE(out().complete);
  EXPECT_EQ(types(), (Types{1, 13, 13, 13, 13, 13}));
  ASSERT_TRUE(out().sa_v1);
  EXPECT_EQ(out().sa_v1->doi, 1U);
  EXPECT_TRUE(equal(out().sa_v1->situation, bytes(0, 0, 0, 1)));
  ASSERT_EQ(out().transforms.size(), 1U);
  EXPECT_EQ(out().transforms[0].type, 0);
  EXPECT_EQ(out().transforms[0].id, 1);
  EXPECT_EQ(out().attributes[0].type, 1);
  EXPECT_EQ(out().attributes[0].value, 7U);
  EXPECT_EQ(out().vendor_ids.size(), 5U);
}

TEST_F(DissectIke, EveryPrefixOfRealMessagesKnowsTheBeginningOfWhatTheWholeKnows) {
  for (const auto& file : test::real_messages()) {
    const Bytes message = test::read_file(file);
    const auto whole = std::make_unique<IkeMessage>();
    const auto cut = std::make_unique<IkeMessage>();
    ASSERT_TRUE(dissect_ike(message, *whole)) << file;
    for (std::size_t n = 0; n < message.size(); ++n) {
      const ByteView prefix = ByteView(message).first(n);
      EXPECT_EQ(dissect_ike(prefix, *cut), n >= kIkeHeaderSize) << file << ' ' << n;
      EXPECT_EQ(test::broken_rule(prefix, *cut), "") << file << ' ' << n;
      EXPECT_EQ(test::broken_prefix_rule(*cut, *whole), "") << file << ' ' << n;
      EXPECT_TRUE(cut->anomalies.has(n < kIkeHeaderSize ? Anomaly::ike_truncated
                                                        : Anomaly::ike_length_beyond_datagram));
      EXPECT_FALSE(cut->complete);
    }
  }
}

TEST_F(DissectIke, ASecondDissectionForgetsTheFirst) {
  ASSERT_TRUE(dissect(test::seed("ike", "v1_main_1")));
  ASSERT_TRUE(dissect(test::ike({}, {})));
  EXPECT_TRUE(out().payloads.empty());
  EXPECT_TRUE(out().proposals.empty());
  EXPECT_TRUE(out().attributes.empty());
  EXPECT_TRUE(out().vendor_ids.empty());
  EXPECT_FALSE(out().sa_v1);
  EXPECT_TRUE(out().complete);
  EXPECT_FALSE(dissect(filler(27, 0xFF)));
  EXPECT_EQ(out().header.major, 0);
  EXPECT_EQ(out().bytes.size(), 27U);
}

TEST_F(DissectIke, TheLengthFieldCutsTheMessage) {
  const Bytes message = test::ike({}, {{.type = 43, .body = filler(4)}});
  EXPECT_TRUE(dissect(test::join({message, filler(3)})));
  EXPECT_EQ(out().bytes.size(), message.size());
  EXPECT_TRUE(has(Anomaly::ike_trailing_bytes));
  EXPECT_TRUE(out().complete);
}

TEST_F(DissectIke, ALengthBelowTheHeaderKeepsTheHeaderAndWalksNothing) {
  for (const std::uint32_t length : {0U, 1U, 27U}) {
    EXPECT_TRUE(dissect(test::ike({.length = length}, {{.type = 43, .body = filler(4)}})));
    EXPECT_TRUE(has(Anomaly::ike_length_too_small)) << length;
    EXPECT_EQ(out().header.length, length);
    EXPECT_EQ(out().header.exchange_type, 34);
    EXPECT_TRUE(out().payloads.empty());
    EXPECT_FALSE(out().complete);
  }
  EXPECT_TRUE(dissect(test::ike({}, {})));
  EXPECT_TRUE(is_well_formed());
}

TEST_F(DissectIke, ALengthBeyondTheDatagramWalksWhatIsThere) {
  const Bytes message = test::ike(
      {.length = 0xFFFFFFFF}, {{.type = 43, .body = filler(4)}, {.type = 41, .body = filler(4)}});
  EXPECT_TRUE(dissect(message));
  EXPECT_TRUE(has(Anomaly::ike_length_beyond_datagram));
  EXPECT_EQ(types(), (Types{43, 41}));
  EXPECT_EQ(out().notifies.size(), 1U);
  EXPECT_FALSE(out().complete);
}

TEST_F(DissectIke, AnyMinorVersionIsRead) {
  for (const unsigned minor : {1U, 15U}) {
    for (const unsigned major : {1U, 2U}) {
      const auto version = static_cast<std::uint8_t>(major << 4U | minor);
      EXPECT_TRUE(
          dissect(test::ike({.version = version, .flags = 0}, {{.type = 43, .body = filler(4)}})));
      EXPECT_EQ(out().header.minor, minor);
      EXPECT_TRUE(has(Anomaly::ike_minor_version));
      EXPECT_EQ(types(), Types{43});
    }
  }
}

TEST_F(DissectIke, UnknownMajorVersionsAreWalkedAsIkev2) {
  for (unsigned major = 0; major < 16; ++major) {
    if (major == 1 || major == 2) continue;
    const auto version = static_cast<std::uint8_t>(major << 4U);
    EXPECT_TRUE(dissect(test::ike(
        {.version = version, .flags = 0x01},
        {{.type = 41, .body = test::ikev2_notify(16388)}, {.type = 46, .body = filler(20)}})));
    EXPECT_TRUE(has(Anomaly::ike_unknown_major_version)) << major;
    ASSERT_EQ(out().notifies.size(), 1U) << major;
    EXPECT_EQ(out().notifies[0].type, 16388);
    EXPECT_TRUE(out().encrypted);
  }
}

TEST_F(DissectIke, AnEncryptedIkev1BodyIsNotWalked) {
  const IkePayload payload{.type = 13, .body = filler(16, 0xFF)};
  EXPECT_TRUE(dissect(test::ike({.version = 0x10, .exchange = 2, .flags = 0x01}, {payload})));
  EXPECT_TRUE(out().encrypted);
  EXPECT_TRUE(out().payloads.empty());
  EXPECT_TRUE(is_well_formed());
  EXPECT_TRUE(out().complete);
  EXPECT_TRUE(dissect(test::ike({.version = 0x20, .flags = 0x01}, {payload})));
  EXPECT_FALSE(out().encrypted) << "the bit is reserved in IKEv2";
}

TEST_F(DissectIke, AnEncryptedPayloadEndsTheChain) {
  for (const std::uint8_t type : {std::uint8_t{46}, std::uint8_t{53}}) {
    // Its next payload field names the first payload inside.
    const Bytes chain = test::ike_payloads({{.type = type, .body = filler(40, 0x5A)}}, 35);
    EXPECT_TRUE(dissect(test::ike_message({.exchange = 35}, type, chain)));
    EXPECT_TRUE(out().encrypted);
    EXPECT_TRUE(out().complete);
    EXPECT_TRUE(is_well_formed());
    EXPECT_EQ(types(), Types{type});
    EXPECT_EQ(out().payloads[0].next, 35);
    EXPECT_EQ(out().payloads[0].body.size(), 40U);
  }
}

TEST_F(DissectIke, WhatStandsBehindAnEncryptedPayloadIsTold) {
  EXPECT_TRUE(dissect(test::ike({}, {{.type = 46, .body = filler(8)}, {.type = 41}})));
  EXPECT_EQ(types(), Types{46});
  EXPECT_TRUE(has(Anomaly::ike_bytes_after_chain));
  EXPECT_FALSE(out().complete);
}

TEST_F(DissectIke, TheWalkKeepsWhatStoodBeforeAFault) {
  const IkePayload good{.type = 41, .body = test::ikev2_notify(16388)};
  for (const std::uint16_t length : {std::uint16_t{0}, std::uint16_t{3}}) {
    EXPECT_TRUE(dissect(test::ike({}, {good, {.type = 40, .body = {}, .length = length}, good})));
    EXPECT_TRUE(has(Anomaly::ike_payload_too_short)) << length;
    EXPECT_EQ(types(), (Types{41, 40}));
    EXPECT_TRUE(out().payloads[1].body.empty());
    EXPECT_TRUE(out().nonces.empty());
  }
  EXPECT_TRUE(dissect(test::ike({}, {good, {.type = 43, .body = filler(3), .length = 8}})));
  EXPECT_TRUE(has(Anomaly::ike_payload_overrun));
  EXPECT_EQ(types(), (Types{41, 43}));
  EXPECT_EQ(out().payloads[1].body.size(), 3U);
}

TEST_F(DissectIke, TheThreeWaysToEndAChainWronglyAreToldApart) {
  const std::vector<IkePayload> one{{.type = 43, .body = filler(4)}};
  EXPECT_TRUE(dissect(test::ike_message({}, 43, test::ike_payloads(one, 41))));
  EXPECT_TRUE(has(Anomaly::ike_chain_cut));
  EXPECT_FALSE(has(Anomaly::ike_payload_overrun));
  for (const std::size_t n : {1U, 3U}) {
    const Bytes chain = test::join({test::ike_payloads(one, 41), filler(n)});
    EXPECT_TRUE(dissect(test::ike_message({}, 43, chain)));
    EXPECT_TRUE(has(Anomaly::ike_payload_overrun)) << n;
    EXPECT_EQ(types(), Types{43});
  }
  EXPECT_TRUE(dissect(test::ike_message({}, 43, test::join({test::ike_payloads(one), filler(1)}))));
  EXPECT_TRUE(has(Anomaly::ike_bytes_after_chain));
}

TEST_F(DissectIke, ZerosThatFillAnIkev1MessageUpAreNoAnomalyButNotCompleteEither) {
  const auto padded = [](std::uint8_t version, const Bytes& padding) {
    return test::ike_message({.version = version, .flags = 0}, 13,
                             test::join({test::ike_payloads({{.type = 13}}), padding}));
  };
  EXPECT_TRUE(dissect(padded(0x10, filler(3))));
  EXPECT_TRUE(is_well_formed());
  EXPECT_FALSE(out().complete);
  EXPECT_TRUE(dissect(padded(0x10, filler(4))));
  EXPECT_TRUE(has(Anomaly::ike_bytes_after_chain));
  EXPECT_TRUE(dissect(padded(0x10, bytes(0, 1))));
  EXPECT_TRUE(has(Anomaly::ike_bytes_after_chain));
  EXPECT_TRUE(dissect(padded(0x20, filler(3))));
  EXPECT_TRUE(has(Anomaly::ike_bytes_after_chain));
}

TEST_F(DissectIke, TheCeilingOfPayloadsIsReachedAndNotPassed) {
  EXPECT_TRUE(dissect(test::ike({}, std::vector<IkePayload>(kMaxPayloads, {.type = 43}))));
  EXPECT_EQ(out().payloads.size(), kMaxPayloads);
  EXPECT_EQ(out().vendor_ids.size(), kMaxVendorIds);
  EXPECT_TRUE(is_well_formed());
  EXPECT_TRUE(dissect(test::ike({}, std::vector<IkePayload>(kMaxPayloads + 1, {.type = 43}))));
  EXPECT_EQ(out().payloads.size(), kMaxPayloads);
  EXPECT_TRUE(has(Anomaly::ike_too_many_payloads));
  EXPECT_FALSE(out().complete);
}

}  // namespace
}  // namespace espial::ipsec
