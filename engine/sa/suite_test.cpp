#include "engine/sa/suite.hpp"

#include <gmock/gmock.h>

#include <memory>

#include "tests/support/exchanges.hpp"

namespace espial::sa {

void PrintTo(const Algorithm& a, std::ostream* out) {
  *out << std::to_underlying(a.kind) << "/" << unsigned{a.group} << ":" << a.id << ","
       << a.key_length;
}

namespace {

using test::Bytes;
using testing::ElementsAre;
using enum AlgorithmKind;

Suite suite_of(const Bytes& message) {
  const auto dissected = std::make_unique<ipsec::IkeMessage>();
  (void)ipsec::dissect_ike(message, *dissected);
  Suite suite;
  suite.algorithms.resize(3);  // whatever was there
  suite.cut = true;
  read_suite(*dissected, suite);
  return suite;
}

Suite v2_suite(const std::vector<test::IkeProposal>& proposals) {
  return suite_of(test::ike({}, {{.type = 33, .body = test::ikev2_sa(proposals)}}));
}

Suite v1_suite(std::vector<test::IkeTransform> transforms) {
  return suite_of(test::ikev1(2, 0, {test::ikev1_offer(std::move(transforms))}));
}

std::vector<test::IkeTransform> transforms_of_v2(std::size_t n) {
  std::vector<test::IkeTransform> transforms;
  for (std::size_t i = 0; i < n; ++i)
    transforms.push_back({.type = 4, .id = static_cast<std::uint16_t>(1000 + i)});
  return transforms;
}

TEST(Suite, OfIkev2HasEachTransformUnderItsProposalsNumber) {
  const Suite suite = v2_suite({test::ikev2_proposal(1), test::ikev2_proposal(7, 19, 128)});
  EXPECT_THAT(suite.algorithms,
              ElementsAre(Algorithm{encryption, 1, 12, 256}, Algorithm{prf, 1, 5},
                          Algorithm{integrity, 1, 12}, Algorithm{key_exchange, 1, 14},
                          Algorithm{encryption, 7, 12, 128}, Algorithm{prf, 7, 5},
                          Algorithm{integrity, 7, 12}, Algorithm{key_exchange, 7, 19}));
  EXPECT_FALSE(suite.cut);
}

TEST(Suite, OfIkev2KeepsTheTypesThatAreKnownAndNoOther) {
  std::vector<test::IkeTransform> transforms;
  for (const int type : {0, 1, 6, 12, 13, 14, 15, 255})
    transforms.push_back({.type = static_cast<std::uint8_t>(type), .id = 3});
  const Suite suite = v2_suite({{.transforms = transforms}});
  EXPECT_THAT(suite.algorithms,
              ElementsAre(Algorithm{encryption, 1, 3}, Algorithm{additional_key_exchange_1, 1, 3},
                          Algorithm{additional_key_exchange_7, 1, 3}, Algorithm{key_wrap, 1, 3},
                          Algorithm{group_controller_authentication, 1, 3}));
}

TEST(Suite, OfIkev1HasTheAttributesThatNameAlgorithmsUnderTheCountedTransform) {
  auto first = test::ikev1_transform(14, 4);
  first.attributes =
      test::join({first.attributes, test::ike_attribute(11, 1), test::ike_attribute(12, Bytes(4))});
  const Suite suite = v1_suite({first, test::ikev1_transform(2, 2, 200)});
  EXPECT_THAT(suite.algorithms,
              ElementsAre(Algorithm{encryption, 1, 7, 256}, Algorithm{hash, 1, 4},
                          Algorithm{authentication_method, 1, 1}, Algorithm{key_exchange, 1, 14},
                          Algorithm{encryption, 2, 7, 256}, Algorithm{hash, 2, 2},
                          Algorithm{authentication_method, 2, 1}, Algorithm{key_exchange, 2, 2}));
}

TEST(Suite, TheKeyLengthThatIsSaidLastCounts) {
  const Suite suite =
      v2_suite({{.transforms = {{.attributes = test::join({test::ike_attribute(14, 128),
                                                           test::ike_attribute(14, 256)})}}}});
  EXPECT_THAT(suite.algorithms, ElementsAre(Algorithm{encryption, 1, 12, 256}));
}

TEST(Suite, ANumberTooLargeForItsFieldIsTheLargest) {
  const Suite suite =
      v1_suite({{.type = 1,
                 .id = 1,
                 .attributes = test::join({test::ike_attribute(1, Bytes(8, std::byte{1})),
                                           test::ike_attribute(14, Bytes(3, std::byte{1}))})}});
  EXPECT_THAT(suite.algorithms, ElementsAre(Algorithm{encryption, 1, 0xFFFF, 0xFFFF}));
}

TEST(Suite, OfAMessageWithoutProposalsIsEmpty) {
  EXPECT_TRUE(suite_of(test::ike({}, {})).algorithms.empty());
  EXPECT_FALSE(suite_of(test::ike({}, {})).cut);
}

TEST(Suite, HoldsItsCeilingAndSaysWhenThereWasMore) {
  const Suite whole = v2_suite({{.transforms = transforms_of_v2(kMaxAlgorithms)}});
  EXPECT_EQ(whole.algorithms.size(), kMaxAlgorithms);
  EXPECT_FALSE(whole.cut);
  const Suite cut = v2_suite({{.transforms = transforms_of_v2(kMaxAlgorithms + 1)}});
  EXPECT_EQ(cut.algorithms.size(), kMaxAlgorithms);
  EXPECT_TRUE(cut.cut);
}

TEST(Suite, IsCutWhereTheMessageHadMoreThanIsDissected) {
  const std::vector<test::IkeProposal> most(ipsec::kMaxProposals, test::ikev2_proposal());
  EXPECT_FALSE(v2_suite(most).cut);
  std::vector<test::IkeProposal> more = most;
  more.push_back(test::ikev2_proposal());
  EXPECT_TRUE(v2_suite(more).cut) << "a proposal more";
  Bytes attributes;
  for (std::size_t i = 0; i <= ipsec::kMaxAttributes; ++i)
    attributes = test::join({attributes, test::ike_attribute(11, 1)});
  EXPECT_TRUE(v1_suite({{.id = 1, .attributes = attributes}, test::ikev1_transform()}).cut)
      << "an attribute more";
}

// ------------------------------------------------------------------------------------------ choice

bool v2_choice(const test::IkeProposal& choice, const std::vector<test::IkeProposal>& offer) {
  return is_choice_of(v2_suite({choice}), v2_suite(offer), false);
}

TEST(IsChoiceOf, AProposalOfTheOfferUnderItsNumberIs) {
  const std::vector<test::IkeProposal> offer{test::ikev2_proposal(1), test::ikev2_proposal(2, 19)};
  EXPECT_TRUE(v2_choice(test::ikev2_proposal(1), offer));
  EXPECT_TRUE(v2_choice(test::ikev2_proposal(2, 19), offer));
  EXPECT_FALSE(v2_choice(test::ikev2_proposal(1, 19), offer)) << "of another proposal";
  EXPECT_FALSE(v2_choice(test::ikev2_proposal(3), offer)) << "another number";
  EXPECT_FALSE(v2_choice(test::ikev2_proposal(1, 20), offer)) << "of none";
  EXPECT_FALSE(v2_choice(test::ikev2_proposal(1, 14, 128), offer)) << "another key length";
  EXPECT_FALSE(v2_choice(test::ikev2_proposal(1), {})) << "of nothing";
}

TEST(IsChoiceOf, ASubsetOfAProposalsTransformsIs) {
  test::IkeProposal offer = test::ikev2_proposal(1);
  offer.transforms.push_back({.type = 4, .id = 19});
  offer.transforms.push_back({.type = 1, .id = 20, .attributes = test::ike_attribute(14, 128)});
  EXPECT_TRUE(v2_choice(test::ikev2_proposal(1, 14), {offer}));
  EXPECT_TRUE(v2_choice(test::ikev2_proposal(1, 19), {offer}));
}

TEST(IsChoiceOf, AnEmptyChoiceOrOneOfACutOfferIs) {
  EXPECT_TRUE(is_choice_of({}, v2_suite({test::ikev2_proposal()}), false));
  Suite offer;
  offer.cut = true;
  EXPECT_TRUE(is_choice_of(v2_suite({test::ikev2_proposal()}), offer, false));
  EXPECT_TRUE(is_choice_of(v2_suite({test::ikev2_proposal()}), offer, true));
}

TEST(IsChoiceOf, AWholeTransformOfIkev1IsUnderAnyNumber) {
  const Suite offer = v1_suite(
      {test::ikev1_transform(2, 2), test::ikev1_transform(14, 4, 2), test::ikev1_transform(5, 1)});
  const auto choice = [&](const test::IkeTransform& transform) {
    return is_choice_of(v1_suite({transform}), offer, true);
  };
  EXPECT_TRUE(choice(test::ikev1_transform(2, 2, 77)));
  EXPECT_TRUE(choice(test::ikev1_transform(14, 4, 1)));
  EXPECT_TRUE(choice(test::ikev1_transform(5, 1)));
  EXPECT_FALSE(choice(test::ikev1_transform(14, 2))) << "of two transforms";
  EXPECT_FALSE(choice(test::ikev1_transform(16, 4)));
}

TEST(IsChoiceOf, TheFirstAndTheLastOfManyTransformsOfIkev1Are) {
  std::vector<test::IkeTransform> transforms;
  for (std::uint16_t group = 1; group <= 40; ++group)
    transforms.push_back(test::ikev1_transform(group));
  const Suite offer = v1_suite(transforms);
  ASSERT_FALSE(offer.cut);
  EXPECT_TRUE(is_choice_of(v1_suite({test::ikev1_transform(1)}), offer, true));
  EXPECT_TRUE(is_choice_of(v1_suite({test::ikev1_transform(40)}), offer, true));
  EXPECT_FALSE(is_choice_of(v1_suite({test::ikev1_transform(41)}), offer, true));
}

TEST(IsChoiceOf, AChoiceOutOfTwoProposalsOfIkev2IsNone) {
  const auto offer = v2_suite({test::ikev2_proposal(1), test::ikev2_proposal(2, 19)});
  const auto choice = v2_suite({{.number = 1, .transforms = {{.type = 2, .id = 5}}},
                                {.number = 2, .transforms = {{.type = 2, .id = 5}}}});
  EXPECT_FALSE(is_choice_of(choice, offer, false));
}

}  // namespace
}  // namespace espial::sa
