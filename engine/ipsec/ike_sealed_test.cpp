#include "tests/support/ike_test.hpp"

/// What cannot be read without keys, and what comes in pieces.
namespace espial::ipsec {
namespace {

using test::bytes;
using test::Bytes;
using test::filler;
using test::join;

class IkeSealed : public test::IkeTest {
 protected:
  void dissect_auth(std::uint8_t type, const Bytes& body, std::uint8_t first_inside = 35) {
    const Bytes chain = test::ike_payloads({{.type = type, .body = body}}, first_inside);
    EXPECT_TRUE(dissect(
        test::ike_message({.responder_spi = 2, .exchange = 35, .message_id = 1}, type, chain)));
  }
  void dissect_fragment(unsigned number, unsigned total, std::size_t size,
                        std::uint8_t first_inside) {
    dissect_auth(53, join({test::Writer().u16(number).u16(total).take(), filler(size, 0x5A)}),
                 first_inside);
  }
  void dissect_sealed_v1(std::size_t size) {
    EXPECT_TRUE(dissect(test::ike_message(
        {.responder_spi = 2, .version = 0x10, .exchange = 32, .flags = 1, .message_id = 9}, 8,
        filler(size, 0x5A))));
  }
};

TEST_F(IkeSealed, AnEncryptedPayloadIsSealedAndSpotless) {
  dissect_auth(46, filler(40, 0x5A));
  EXPECT_TRUE(out().encrypted);
  EXPECT_TRUE(out().complete);
  EXPECT_EQ(out().sealed.size(), 40U);
  EXPECT_TRUE(out().anomalies.empty());
  EXPECT_FALSE(out().fragment);
}

TEST_F(IkeSealed, TheShortestHoldsAnIvAPadLengthAndAChecksum) {
  for (const std::size_t size : {0U, 16U, 17U, 18U}) {
    dissect_auth(46, filler(size));
    EXPECT_EQ(has(Anomaly::ike_encrypted_too_short), size < 17) << size;
    EXPECT_TRUE(out().encrypted);
    EXPECT_EQ(out().sealed.size(), size);
    dissect_fragment(1, 2, size, 35);
    EXPECT_EQ(has(Anomaly::ike_encrypted_too_short), size < 17) << size;
  }
}

TEST_F(IkeSealed, AFragmentHasItsNumbersInFront) {
  dissect_fragment(2, 3, 40, 0);
  EXPECT_TRUE(out().anomalies.empty());
  EXPECT_TRUE(out().complete);
  ASSERT_TRUE(out().fragment);
  EXPECT_EQ(out().fragment->number, 2);
  EXPECT_EQ(out().fragment->total, 3);
  EXPECT_FALSE(out().fragment->last);
  EXPECT_EQ(out().fragment->data.size(), 40U);
  dissect_fragment(3, 3, 40, 0);
  EXPECT_TRUE(out().fragment->last);
}

TEST_F(IkeSealed, FragmentsCountFromOneToTheirTotal) {
  const struct {
    unsigned number, total;
    bool bad;
  } cases[] = {{0, 0, true},          {0, 1, true},         {1, 0, true},
               {1, 1, false},         {2, 1, true},         {2, 2, false},
               {65535, 65535, false}, {65535, 65534, true}, {256, 1, true}};
  for (const auto& expected : cases) {
    dissect_fragment(expected.number, expected.total, 40, 0);
    EXPECT_EQ(has(Anomaly::ike_fragment_malformed), expected.bad) << expected.number;
    EXPECT_TRUE(out().fragment);
  }
}

TEST_F(IkeSealed, OnlyTheFirstFragmentSaysWhatIsInside) {
  dissect_fragment(1, 2, 40, 35);
  EXPECT_FALSE(has(Anomaly::ike_fragment_first_payload));
  dissect_fragment(2, 2, 40, 35);
  EXPECT_TRUE(has(Anomaly::ike_fragment_first_payload));
  dissect_fragment(2, 2, 40, 0);
  EXPECT_FALSE(has(Anomaly::ike_fragment_first_payload));
}

TEST_F(IkeSealed, AFragmentBelowItsHeaderIsNone) {
  for (std::size_t size = 0; size < 4; ++size) {
    dissect_auth(53, filler(size, 1));
    EXPECT_TRUE(has(Anomaly::ike_fragment_malformed)) << size;
    EXPECT_FALSE(out().fragment);
    EXPECT_TRUE(out().encrypted);
  }
}

TEST_F(IkeSealed, AnEncryptedBodyOfIkev1IsWholeBlocks) {
  for (const std::size_t size : {0U, 1U, 7U, 8U, 9U, 16U, 24U}) {
    dissect_sealed_v1(size);
    EXPECT_EQ(has(Anomaly::ike_encrypted_too_short), size == 0) << size;
    EXPECT_EQ(has(Anomaly::ike_encrypted_not_blocks), size % 8 != 0) << size;
    EXPECT_EQ(out().sealed.size(), size);
  }
  dissect_sealed_v1(16);
  EXPECT_TRUE(out().anomalies.empty());
}

class IkeFragmentsV1 : public test::IkeTest {
 protected:
  void dissect_fragment(const Bytes& body) {
    dissect({.responder_spi = 2, .version = 0x10, .exchange = 2, .flags = 0},
            {{.type = 132, .body = body}});
  }
};

TEST_F(IkeFragmentsV1, HaveAnIdANumberAndAFlag) {
  dissect_fragment(bytes(0x12, 0x34, 3, 0, 'a', 'b'));
  EXPECT_TRUE(out().anomalies.empty());
  ASSERT_TRUE(out().fragment);
  EXPECT_EQ(out().fragment->id, 0x1234);
  EXPECT_EQ(out().fragment->number, 3);
  EXPECT_EQ(out().fragment->total, 0);
  EXPECT_FALSE(out().fragment->last);
  EXPECT_EQ(as_text(out().fragment->data), "ab");
  EXPECT_FALSE(out().encrypted) << "a piece of a message, whatever that is";
  dissect_fragment(bytes(0x12, 0x34, 255, 1, 'a'));
  EXPECT_TRUE(out().anomalies.empty());
  EXPECT_TRUE(out().fragment->last);
}

TEST_F(IkeFragmentsV1, ZeroAndUnknownFlagsAndNothingAreMalformed) {
  for (const Bytes& bad : {bytes(0, 1, 0, 0, 'a'), bytes(0, 1, 1, 2, 'a'),
                           bytes(0, 1, 1, 0x80, 'a'), bytes(0, 1, 1, 0)}) {
    dissect_fragment(bad);
    EXPECT_TRUE(has(Anomaly::ike_fragment_malformed));
    EXPECT_TRUE(out().fragment);
  }
  for (std::size_t size = 0; size < 4; ++size) {
    dissect_fragment(filler(size, 1));
    EXPECT_TRUE(has(Anomaly::ike_fragment_malformed)) << size;
    EXPECT_FALSE(out().fragment) << size;
  }
}

TEST_F(IkeFragmentsV1, AMessageHasOne) {
  dissect({.version = 0x10, .exchange = 2, .flags = 0},
          {{.type = 132, .body = bytes(0, 1, 1, 0, 'a')},
           {.type = 132, .body = bytes(0, 1, 2, 1, 'b')}});
  EXPECT_TRUE(has(Anomaly::ike_fragment_malformed));
  EXPECT_TRUE(has(Anomaly::ike_duplicate_payload));
  EXPECT_EQ(out().fragment->number, 1) << "the first is kept";
}

TEST_F(IkeFragmentsV1, InAnotherVersionTheTypeSaysNothing) {
  dissect_v2({{.type = 132, .body = bytes(0, 1, 1, 0, 'a')}});
  EXPECT_FALSE(out().fragment);
  EXPECT_TRUE(is_well_formed());
}

class IkeNat : public test::IkeTest {};

TEST_F(IkeNat, DiscoveryHoldsAHash) {
  for (const std::uint8_t type : {std::uint8_t{20}, std::uint8_t{130}}) {
    for (const std::size_t size : {0U, 15U, 16U, 20U, 64U, 65U}) {
      dissect_v1({{.type = type, .body = filler(size, 1)}});
      EXPECT_EQ(has(Anomaly::ike_nat_detection_malformed), size < 16 || size > 64) << size;
      ASSERT_EQ(out().nat_detections.size(), 1U);
      EXPECT_EQ(out().nat_detections[0].size(), size);
    }
  }
}

TEST_F(IkeNat, AnOriginalAddressIsOfEitherVersion) {
  for (const std::uint8_t type : {std::uint8_t{21}, std::uint8_t{131}}) {
    for (const std::size_t size : {0U, 3U, 4U, 5U, 15U, 16U, 17U}) {
      dissect_v1({{.type = type, .body = join({bytes(1, 0, 0, 0), filler(size, 10)})}});
      EXPECT_EQ(has(Anomaly::ike_nat_detection_malformed), size != 4 && size != 16) << size;
      ASSERT_EQ(out().nat_originals.size(), 1U);
      EXPECT_EQ(out().nat_originals[0].type, 1);
      EXPECT_EQ(out().nat_originals[0].address.size(), size);
    }
    for (std::size_t size = 0; size < 4; ++size) {
      dissect_v1({{.type = type, .body = filler(size)}});
      EXPECT_TRUE(has(Anomaly::ike_nat_detection_malformed)) << size;
      EXPECT_TRUE(out().nat_originals.empty());
    }
  }
}

class IkeListed : public test::IkeTest {};

TEST_F(IkeListed, WhatIsOnlyListedHasAByteAtLeast) {
  for (const std::uint8_t type : {std::uint8_t{49}, std::uint8_t{51}, std::uint8_t{52}}) {
    dissect_v2({{.type = type}});
    EXPECT_TRUE(has(Anomaly::ike_group_payload_malformed)) << +type;
    dissect_v2({{.type = type, .body = bytes(1)}});
    EXPECT_FALSE(has(Anomaly::ike_group_payload_malformed)) << +type;
  }
}

TEST_F(IkeListed, APuzzleSolutionIsKept) {
  dissect_v2({{.type = 54, .body = bytes(1, 2, 3)}});
  EXPECT_TRUE(is_well_formed());
  ASSERT_EQ(out().puzzle_solutions.size(), 1U);
  EXPECT_EQ(out().puzzle_solutions[0].size(), 3U);
  dissect_v2({{.type = 54}});
  EXPECT_TRUE(has(Anomaly::ike_puzzle_malformed));
}

}  // namespace
}  // namespace espial::ipsec
