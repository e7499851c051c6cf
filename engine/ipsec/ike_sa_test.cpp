#include "tests/support/ike_test.hpp"

namespace espial::ipsec {
namespace {

using test::bytes;
using test::Bytes;
using test::filler;
using test::ike_attribute;
using test::IkeProposal;
using test::IkeTransform;

/// In exchanges that leave room for whatever is proposed.
class IkeSa : public test::IkeTest {
 protected:
  void dissect_v2(const Bytes& body) { dissect({.exchange = 36}, {{.type = 33, .body = body}}); }
  void dissect_v1(const Bytes& body) {
    dissect({.version = 0x10, .exchange = 2, .flags = 0}, {{.type = 1, .body = body}});
  }
};

TEST_F(IkeSa, ProposalsTransformsAndAttributesStandInWireOrder) {
  dissect_v2(
      test::ikev2_sa({{.number = 1,
                       .transforms = {{.type = 1, .id = 12, .attributes = ike_attribute(14, 256)},
                                      {.type = 2, .id = 5},
                                      {.type = 6, .id = 36}}},
                      {.number = 2,
                       .protocol = 3,
                       .spi = bytes(1, 2, 3, 4),
                       .transforms = {{.type = 1, .id = 20}}}}));
  EXPECT_TRUE(is_well_formed());
  EXPECT_TRUE(out().complete);
  ASSERT_EQ(out().proposals.size(), 2U);
  EXPECT_EQ(out().proposals[0].declared_transforms, 3);
  EXPECT_EQ(out().proposals[0].transform_count, 3);
  EXPECT_EQ(out().proposals[1].first_transform, 3);
  EXPECT_EQ(out().proposals[1].protocol, 3);
  EXPECT_TRUE(equal(out().proposals[1].spi, bytes(1, 2, 3, 4)));
  ASSERT_EQ(out().transforms.size(), 4U);
  EXPECT_EQ(out().transforms[2].type, 6);
  EXPECT_EQ(out().transforms[2].id, 36);
  EXPECT_EQ(out().transforms[3].proposal, 1);
  ASSERT_EQ(out().attributes.size(), 1U);
  EXPECT_EQ(out().attributes[0].type, 14);
  EXPECT_TRUE(out().attributes[0].short_form);
  EXPECT_EQ(out().attributes[0].value, 256U);
}

TEST_F(IkeSa, AnIkev1TransformHasANumberAndAnIdOfOneByte) {
  dissect_v1(test::ikev1_sa({{.number = 0, .transforms = {{.type = 7, .id = 1}}}}));
  EXPECT_TRUE(is_well_formed());
  ASSERT_EQ(out().transforms.size(), 1U);
  EXPECT_EQ(out().transforms[0].number, 7);
  EXPECT_EQ(out().transforms[0].type, 0);
  EXPECT_EQ(out().transforms[0].id, 1);
}

TEST_F(IkeSa, AttributesHaveAValueUpToEightBytes) {
  const Bytes list = test::join({ike_attribute(12, bytes(0, 0, 0x70, 0x80)),
                                 ike_attribute(1, Bytes{}), ike_attribute(2, filler(8, 0xFF)),
                                 ike_attribute(3, filler(9, 1)), ike_attribute(0x7FFF, 0xFFFF)});
  dissect_v1(test::ikev1_sa({{.transforms = {{.type = 1, .id = 1, .attributes = list}}}}));
  EXPECT_TRUE(is_well_formed());
  ASSERT_EQ(out().attributes.size(), 5U);
  EXPECT_EQ(out().attributes[0].value, 28800U);
  EXPECT_FALSE(out().attributes[0].short_form);
  EXPECT_EQ(out().attributes[1].value, 0U);
  EXPECT_TRUE(out().attributes[1].data.empty());
  EXPECT_EQ(out().attributes[2].value, ~std::uint64_t{0});
  EXPECT_EQ(out().attributes[3].value, 0U);
  EXPECT_EQ(out().attributes[3].data.size(), 9U);
  EXPECT_EQ(out().attributes[4].type, 0x7FFF);
  EXPECT_EQ(out().attributes[4].value, 0xFFFFU);
}

TEST_F(IkeSa, AnAttributeBeyondItsTransformIsLeftOutAndWhatStoodBeforeIsKept) {
  const Bytes good = ike_attribute(14, 128);
  for (const Bytes& bad : {bytes(0x80), bytes(0x80, 14, 0), bytes(0, 14, 0, 5, 1, 2, 3, 4),
                           bytes(0, 14, 0xFF, 0xFF)}) {
    const Bytes list = test::join({good, bad});
    dissect_v2(test::ikev2_sa({{.transforms = {{.type = 1, .id = 12, .attributes = list}, {}}}}));
    EXPECT_TRUE(has(Anomaly::ike_attribute_malformed)) << bad.size();
    EXPECT_EQ(out().attributes.size(), 1U);
    EXPECT_EQ(out().transforms.size(), 2U) << "the next transform does not depend on it";
  }
}

TEST_F(IkeSa, ATransformThatCallsItselfTheLastDoesNotHideTheNext) {
  Bytes body = test::ikev2_sa({{.transforms = {{.type = 1, .id = 12}, {.type = 4, .id = 2}}}});
  body.at(8) = std::byte{0};  // "last" of the first transform
  dissect_v2(body);
  EXPECT_TRUE(has(Anomaly::ike_transform_malformed));
  ASSERT_EQ(out().transforms.size(), 2U);
  EXPECT_EQ(out().transforms[1].id, 2);
}

TEST_F(IkeSa, AProposalThatCallsItselfTheLastDoesNotHideTheNext) {
  Bytes body =
      test::ikev2_sa({{.number = 1, .transforms = {{}}}, {.number = 2, .transforms = {{}}}});
  body.at(0) = std::byte{0};
  dissect_v2(body);
  EXPECT_TRUE(has(Anomaly::ike_proposal_malformed));
  EXPECT_EQ(out().proposals.size(), 2U);
}

TEST_F(IkeSa, AWrongMoreByteIsMalformedAndAMissingElementToo) {
  for (const int more : {1, 2, 3, 255}) {
    Bytes body = test::ikev2_sa({{.transforms = {{}}}});
    body.at(0) = static_cast<std::byte>(more);
    dissect_v2(body);
    EXPECT_TRUE(has(Anomaly::ike_proposal_malformed)) << more;
    EXPECT_EQ(out().proposals.size(), 1U);
    body = test::ikev2_sa({{.transforms = {{}}}});
    body.at(8) = static_cast<std::byte>(more);
    dissect_v2(body);
    EXPECT_TRUE(has(Anomaly::ike_transform_malformed)) << more;
    EXPECT_EQ(out().transforms.size(), 1U);
  }
}

TEST_F(IkeSa, LengthsOfProposalsAreHeldAgainstTheirHeaderAndTheList) {
  const Bytes good = test::ikev2_sa({{.transforms = {{}}}});
  for (const std::uint32_t length : {0U, 7U}) {
    Bytes body = good;
    test::put_u16(body, 2, length);
    dissect_v2(body);
    EXPECT_TRUE(has(Anomaly::ike_proposal_malformed)) << length;
    EXPECT_TRUE(out().proposals.empty());
  }
  Bytes body = good;
  test::put_u16(body, 2, 0xFFFF);
  dissect_v2(body);
  EXPECT_TRUE(has(Anomaly::ike_proposal_malformed));
  EXPECT_EQ(out().proposals.size(), 1U);
  EXPECT_EQ(out().transforms.size(), 1U) << "what is there is read";
}

TEST_F(IkeSa, LengthsOfTransformsAreHeldAgainstTheirHeaderAndTheProposal) {
  const Bytes good = test::ikev2_sa({{.transforms = {{}}}});
  for (const std::uint32_t length : {0U, 7U}) {
    Bytes body = good;
    test::put_u16(body, 10, length);
    dissect_v2(body);
    EXPECT_TRUE(has(Anomaly::ike_transform_malformed)) << length;
    EXPECT_TRUE(out().transforms.empty());
    EXPECT_EQ(out().proposals.size(), 1U);
  }
  Bytes body = good;
  test::put_u16(body, 10, 9);
  dissect_v2(body);
  EXPECT_TRUE(has(Anomaly::ike_transform_malformed));
  EXPECT_EQ(out().transforms.size(), 1U);
}

TEST_F(IkeSa, AnSpiBeyondItsProposalIsCut) {
  dissect_v2(bytes(0, 0, 0, 12, 1, 3, 5, 0, 1, 2, 3, 4));
  EXPECT_TRUE(has(Anomaly::ike_proposal_malformed));
  ASSERT_EQ(out().proposals.size(), 1U);
  EXPECT_EQ(out().proposals[0].spi.size(), 4U);
}

TEST_F(IkeSa, TheCountOfTransformsIsCompared) {
  for (const int count : {0, 1, 3, 255}) {
    Bytes body = test::ikev2_sa({{.transforms = {{}, {}}}});
    body.at(7) = static_cast<std::byte>(count);
    dissect_v2(body);
    EXPECT_TRUE(has(Anomaly::ike_transform_count_mismatch)) << count;
    EXPECT_EQ(out().proposals[0].declared_transforms, count);
    EXPECT_EQ(out().proposals[0].transform_count, 2);
  }
}

TEST_F(IkeSa, TheCeilingOfProposalsIsReachedAndNotPassed) {
  dissect_v2(test::ikev2_sa(std::vector<IkeProposal>(kMaxProposals, {.transforms = {{}}})));
  EXPECT_EQ(out().proposals.size(), kMaxProposals);
  EXPECT_TRUE(is_well_formed());
  dissect_v2(test::ikev2_sa(std::vector<IkeProposal>(kMaxProposals + 1, {.transforms = {{}}})));
  EXPECT_EQ(out().proposals.size(), kMaxProposals);
  EXPECT_EQ(out().transforms.size(), kMaxProposals);
  EXPECT_TRUE(has(Anomaly::ike_too_many_proposals));
}

TEST_F(IkeSa, TheCeilingOfTransformsIsReachedAndLaterProposalsAreStillSeen) {
  dissect_v2(test::ikev2_sa({{.transforms = std::vector<IkeTransform>(kMaxTransforms)}}));
  EXPECT_EQ(out().transforms.size(), kMaxTransforms);
  EXPECT_TRUE(is_well_formed());
  dissect_v2(test::ikev2_sa({{.transforms = std::vector<IkeTransform>(kMaxTransforms)},
                             {.number = 2, .transforms = {{}}}}));
  EXPECT_EQ(out().transforms.size(), kMaxTransforms);
  EXPECT_TRUE(has(Anomaly::ike_too_many_transforms));
  EXPECT_FALSE(has(Anomaly::ike_transform_count_mismatch)) << "nobody has counted to the end";
  ASSERT_EQ(out().proposals.size(), 2U);
  EXPECT_EQ(out().proposals[1].number, 2);
  EXPECT_FALSE(out().complete);
}

TEST_F(IkeSa, TheCeilingOfAttributesIsReachedAndNotPassed) {
  Bytes half;
  for (std::size_t i = 0; i < kMaxAttributes / 2; ++i)
    half = test::join({half, ike_attribute(14, 1)});
  const IkeTransform transform{.attributes = half};
  dissect_v2(test::ikev2_sa({{.transforms = {transform, transform}}}));
  EXPECT_EQ(out().attributes.size(), kMaxAttributes);
  EXPECT_TRUE(is_well_formed());
  dissect_v2(test::ikev2_sa(
      {{.transforms = {transform, transform, {.attributes = ike_attribute(14, 1)}}}}));
  EXPECT_EQ(out().attributes.size(), kMaxAttributes);
  EXPECT_TRUE(has(Anomaly::ike_too_many_attributes));
  EXPECT_EQ(out().transforms.size(), 3U);
}

TEST_F(IkeSa, TheSituationOfIkev1IsFourBytesOrLongerWhenLabelled) {
  const Bytes proposals = test::ikev2_sa({{.transforms = {{}}}});  // 16 bytes, chained alike
  const Bytes label = bytes(0, 5, 0, 0, 1, 2, 3, 4, 5, 0, 0, 0,    //
                            0, 33, 0, 0, 1, 2, 3, 4, 5, 0, 0, 0);
  const Bytes even = bytes(0, 4, 0, 0, 1, 2, 3, 4, 0, 32, 0, 0, 1, 2, 3, 4);  // without padding
  const Bytes domain = bytes(0, 0, 0, 1);
  const struct {
    std::uint32_t situation;
    Bytes labels;
  } cases[] = {{1, {}}, {2, test::join({domain, label})}, {6, test::join({domain, label, even})}};
  for (const auto& expected : cases) {
    dissect_v1(
        test::Writer().u32(1).u32(expected.situation).raw(expected.labels).raw(proposals).take());
    EXPECT_TRUE(is_well_formed()) << expected.situation;
    ASSERT_TRUE(out().sa_v1);
    EXPECT_EQ(out().sa_v1->situation.size(), 4 + expected.labels.size());
    EXPECT_EQ(out().proposals.size(), 1U);
  }
}

TEST_F(IkeSa, UndefinedSituationBitsAreToldAndTheProposalsRead) {
  dissect_v1(test::ikev1_sa({{.transforms = {{}}}}, 1, 0x80000001));
  EXPECT_TRUE(has(Anomaly::ike_sa_malformed));
  EXPECT_EQ(out().proposals.size(), 1U);
}

TEST_F(IkeSa, AnSaOfIkev1ThatIsCutKeepsItsDoi) {
  const Bytes body = test::ikev1_sa({{.transforms = {{}}}});
  for (std::size_t n = 0; n < body.size(); ++n) {
    dissect_v1(test::copy(ByteView(body).first(n)));
    EXPECT_EQ(out().sa_v1.has_value(), n >= 4) << n;
    EXPECT_TRUE(has(n <= 8 ? Anomaly::ike_sa_malformed : Anomaly::ike_proposal_malformed)) << n;
  }
}

TEST_F(IkeSa, WhatAnotherDoiWritesIsNotRead) {
  dissect_v1(test::ikev1_sa({{.transforms = {{}}}}, 2));
  EXPECT_TRUE(is_well_formed());
  ASSERT_TRUE(out().sa_v1);
  EXPECT_EQ(out().sa_v1->doi, 2U);
  EXPECT_EQ(out().sa_v1->situation.size(), 20U);
  EXPECT_TRUE(out().proposals.empty());
}

}  // namespace
}  // namespace espial::ipsec
