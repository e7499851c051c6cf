#include "engine/sa/ike_sas.hpp"

#include <gtest/gtest.h>

#include "tests/support/exchanges.hpp"
#include "tests/support/memory.hpp"

/// Each anomaly of an IKE SA being made, and beside it what is innocent and looks alike.
namespace espial::sa {
namespace {

using ipsec::AnomalySet;
using test::Bytes;
using test::kBack;
using test::kSpiR;
using test::kThere;
using test::MemoryRig;
using test::SaInit;
using test::set_of;
using enum ipsec::Anomaly;

constexpr std::uint16_t kInvalidKe = 17, kCookie = 16390, kRedirect = 16407, kFragments = 16430;
const AnomalySet kNone;

Bytes request(const SaInit& f = {}) {
  return test::ike_sa_init(f);
}
Bytes answer(SaInit f = {}) {
  if (f.responder_spi == 0) f.responder_spi = kSpiR;
  return test::ike_sa_init(f);
}

// ---------------------------------------------------------------------------------------- cookies

TEST(IkeCookies, OneThatTheResponderAskedForIsInnocent) {
  MemoryRig rig;
  const Bytes cookie = test::filler(20, 0xC0);
  EXPECT_EQ(rig.send(kThere, request()), kNone);
  EXPECT_EQ(rig.send(kBack, test::sa_init_refusal(kCookie, cookie)), kNone);
  EXPECT_EQ(rig.send(kThere, request({.cookie = cookie})), kNone);
  EXPECT_EQ(rig.send(kThere, request({.cookie = cookie})), kNone) << "sent again";
  EXPECT_EQ(rig.send(kBack, answer()), kNone);
}

TEST(IkeCookies, OneThatNobodyAskedForIsTold) {
  MemoryRig rig;
  EXPECT_EQ(rig.send(kThere, request()), kNone);
  EXPECT_EQ(rig.send(kThere, request({.cookie = test::filler(20)})),
            set_of({ike_cookie_unsolicited}));
}

TEST(IkeCookies, OneThatTheResponderAskedAnotherSaForIsTold) {
  MemoryRig rig;
  const Bytes cookie = test::filler(20, 0xC0);
  (void)rig.send(kThere, request());
  (void)rig.send(kBack, test::sa_init_refusal(kCookie, cookie));
  EXPECT_EQ(rig.send(kThere, request({.initiator_spi = 5, .cookie = cookie})),
            set_of({ike_cookie_unsolicited}));
}

TEST(IkeCookies, AnotherThanTheRespondersIsTold) {
  MemoryRig rig;
  (void)rig.send(kThere, request());
  (void)rig.send(kBack, test::sa_init_refusal(kCookie, test::filler(20, 0xC0)));
  EXPECT_EQ(rig.send(kThere, request({.cookie = test::filler(20, 0xC1)})),
            set_of({ike_cookie_changed}));
}

TEST(IkeCookies, ANewOneOfTheRespondersTakesThePlaceOfTheOld) {
  MemoryRig rig;
  (void)rig.send(kThere, request());
  (void)rig.send(kBack, test::sa_init_refusal(kCookie, test::filler(20, 0xC0)));
  EXPECT_EQ(rig.send(kThere, request({.cookie = test::filler(20, 0xC0)})), kNone);
  (void)rig.send(kBack, test::sa_init_refusal(kCookie, test::filler(20, 0xC1)));
  EXPECT_EQ(rig.send(kThere, request({.cookie = test::filler(20, 0xC1)})), kNone);
}

TEST(IkeCookies, TheOneBeforeTheLastIsStillInnocent) {
  // The request came twice before its answer: so did the answer, and the clock was in the cookie.
  MemoryRig rig;
  (void)rig.send(kThere, request());
  (void)rig.send(kThere, request());
  (void)rig.send(kBack, test::sa_init_refusal(kCookie, test::filler(20, 0xC0)));
  (void)rig.send(kBack, test::sa_init_refusal(kCookie, test::filler(20, 0xC1)));
  EXPECT_EQ(rig.send(kThere, request({.cookie = test::filler(20, 0xC0)})), kNone);
}

// ----------------------------------------------------------------------------- offered and chosen

TEST(IkeChoice, OneOfTheOfferIsInnocent) {
  MemoryRig rig;
  (void)rig.send(kThere,
                 request({.proposals = {test::ikev2_proposal(1), test::ikev2_proposal(2, 19)}}));
  EXPECT_EQ(rig.send(kBack, answer({.proposals = {test::ikev2_proposal(2, 19)}})), kNone);
  EXPECT_TRUE(rig.view().sa->has_choice);
}

TEST(IkeChoice, OneThatWasNotOfferedIsTold) {
  MemoryRig rig;
  (void)rig.send(kThere, request());
  EXPECT_EQ(rig.send(kBack, answer({.proposals = {test::ikev2_proposal(1, 2)}})),
            set_of({ike_choice_not_offered}));
}

TEST(IkeChoice, IsJudgedByTheLastOffer) {
  MemoryRig rig;
  (void)rig.send(kThere, request());
  (void)rig.send(kThere, request({.proposals = {test::ikev2_proposal(1, 19)}}));
  EXPECT_EQ(rig.send(kBack, answer()), set_of({ike_choice_not_offered}));
  EXPECT_EQ(rig.send(kBack, answer({.proposals = {test::ikev2_proposal(1, 19)}})), kNone);
}

TEST(IkeChoice, OfAnOfferTooLargeToRememberIsInnocent) {
  std::vector<test::IkeProposal> offer;
  for (std::uint8_t number = 1; number <= 33; ++number)
    offer.push_back({.number = number, .transforms = {{.type = 2, .id = number}}});
  MemoryRig rig;
  (void)rig.send(kThere, request({.proposals = offer}));
  EXPECT_EQ(rig.send(kBack, answer({.proposals = {offer.back()}})), kNone);
}

TEST(IkeChoice, SeveralAnswersAreJudgedEach) {
  MemoryRig rig;
  (void)rig.send(kThere, request());
  EXPECT_EQ(rig.send(kBack, answer({.responder_spi = 7})), kNone);
  EXPECT_EQ(rig.send(kBack, answer({.responder_spi = 8, .proposals = {test::ikev2_proposal(9)}})),
            set_of({ike_choice_not_offered}));
  EXPECT_EQ(rig.send(kBack, answer({.responder_spi = 9})), kNone);
}

TEST(IkeChoice, AnAnswerToWhatWasNotSeenIsNotJudged) {
  MemoryRig rig;
  EXPECT_EQ(rig.send(kBack, answer()), kNone);
  EXPECT_EQ(rig.view().sa, nullptr);
  EXPECT_EQ(rig.memory->counters().sas, 0U);
}

TEST(IkeChoice, IsKeptWhenTheSameOfferComesAgain) {
  MemoryRig rig;
  (void)rig.send(kThere, request());
  (void)rig.send(kBack, answer());
  (void)rig.send(kThere, request());
  EXPECT_TRUE(rig.view().sa->has_choice) << "a request that was late on its way";
  (void)rig.send(kThere, request({.proposals = {test::ikev2_proposal(1, 19)}}));
  EXPECT_FALSE(rig.view().sa->has_choice);
}

// -------------------------------------------------------------------------------- other refusals

TEST(IkeInvalidKe, AskingForAGroupThatWasOfferedIsInnocent) {
  MemoryRig rig;
  const std::vector<test::IkeProposal> offer{test::ikev2_proposal(1, 31),
                                             test::ikev2_proposal(2, 14)};
  (void)rig.send(kThere, request({.proposals = offer, .group = 31}));
  EXPECT_EQ(rig.send(kBack, test::sa_init_refusal(kInvalidKe, test::bytes(0, 14))), kNone);
  EXPECT_EQ(rig.send(kThere, request({.proposals = offer, .group = 14})), kNone);
  EXPECT_EQ(rig.send(kBack, answer({.proposals = {offer[1]}})), kNone);
}

TEST(IkeInvalidKe, AskingForAnotherIsTold) {
  MemoryRig rig;
  (void)rig.send(kThere, request());
  EXPECT_EQ(rig.send(kBack, test::sa_init_refusal(kInvalidKe, test::bytes(0, 2))),
            set_of({ike_group_not_offered}));
}

TEST(IkeInvalidKe, AnAdditionalKeyExchangeIsNoOfferOfTheGroup) {
  MemoryRig rig;
  test::IkeProposal offer = test::ikev2_proposal(1);
  offer.transforms.push_back({.type = 6, .id = 36});
  (void)rig.send(kThere, request({.proposals = {offer}}));
  EXPECT_EQ(rig.send(kBack, test::sa_init_refusal(kInvalidKe, test::bytes(0, 36))),
            set_of({ike_group_not_offered}));
}

/// RFC 5685: an IPv4 gateway and the nonce.
Bytes redirect(int nonce) {
  return test::sa_init_refusal(
      kRedirect, test::join({test::bytes(1, 4, 10, 9, 0, 77), test::filler(32, nonce)}));
}

TEST(IkeRedirect, WithTheInitiatorsNonceIsInnocent) {
  MemoryRig rig;
  (void)rig.send(kThere, request({.nonce = 5}));
  EXPECT_EQ(rig.send(kBack, redirect(5)), kNone);
}

TEST(IkeRedirect, WithAnotherNonceOrNoneIsTold) {
  MemoryRig rig;
  (void)rig.send(kThere, request({.nonce = 5}));
  EXPECT_EQ(rig.send(kBack, redirect(6)), set_of({ike_redirect_nonce}));
  for (const Bytes& data : {test::bytes(1, 4, 10, 9, 0, 77), test::bytes(1, 200, 1), Bytes{}})
    EXPECT_EQ(rig.send(kBack, test::sa_init_refusal(kRedirect, data)),
              set_of({ike_redirect_nonce}));
}

// -------------------------------------------------------------------------------------- fragments

TEST(IkeFragmentsNegotiated, WhereBothSidesSaidSoTheyAreInnocent) {
  MemoryRig rig;
  (void)rig.send(kThere, request({.extra = {test::notify_payload(kFragments)}}));
  (void)rig.send(kBack, answer({.extra = {test::notify_payload(kFragments)}}));
  EXPECT_TRUE(rig.view().sa->takes_fragments_both());
  EXPECT_EQ(rig.send(kThere, test::ike_sealed({.number = 1, .total = 2})), kNone);
}

TEST(IkeFragmentsNegotiated, WhereNotBothDidTheyAreTold) {
  for (const bool initiator : {false, true})
    for (const bool responder : {false, true}) {
      std::vector<test::IkePayload> says{test::notify_payload(kFragments)};
      MemoryRig rig;
      (void)rig.send(kThere, request({.extra = initiator ? says : decltype(says){}}));
      (void)rig.send(kBack, answer({.extra = responder ? says : decltype(says){}}));
      const bool both = initiator && responder;
      EXPECT_EQ(rig.send(kThere, test::ike_sealed({.number = 1, .total = 2})),
                both ? kNone : set_of({ike_fragments_not_negotiated}));
    }
}

TEST(IkeFragmentsNegotiated, OfAnSaWhoseAnswerWasNotSeenNothingIsTold) {
  MemoryRig rig;
  (void)rig.send(kThere, request());
  EXPECT_EQ(rig.send(kThere, test::ike_sealed({.number = 1, .total = 2})), kNone);
}

// ------------------------------------------------------------------------------------------ IKEv1

TEST(IkeV1, MainModeIsInnocent) {
  MemoryRig rig;
  const auto offer = test::ikev1_offer({test::ikev1_transform(), test::ikev1_transform(2, 2, 2)});
  const auto choice = test::ikev1_offer({test::ikev1_transform(2, 2, 2)});
  const test::IkePayload key{.type = 4, .body = test::filler(128, 0x42)};
  const test::IkePayload nonce{.type = 10, .body = test::filler(16, 0x33)};
  EXPECT_EQ(rig.send(kThere, test::ikev1(2, 0, {offer})), kNone);
  EXPECT_EQ(rig.send(kBack, test::ikev1(2, kSpiR, {choice})), kNone);
  EXPECT_EQ(rig.view().chosen->algorithms.size(), 4U);
  EXPECT_EQ(rig.send(kThere, test::ikev1(2, kSpiR, {key, nonce})), kNone);
  EXPECT_EQ(rig.send(kBack, test::ikev1(2, kSpiR, {key, nonce})), kNone);
  const auto sealed = [](std::uint8_t exchange, std::uint32_t id, int fill) {
    return test::ike_message({.responder_spi = kSpiR,
                              .version = 0x10,
                              .exchange = exchange,
                              .flags = 1,
                              .message_id = id},
                             5, test::filler(64, fill));
  };
  EXPECT_EQ(rig.send(kThere, sealed(2, 0, 1)), kNone);
  EXPECT_EQ(rig.send(kBack, sealed(2, 0, 2)), kNone);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(rig.send(kThere, sealed(32, 77, i)), kNone) << "Quick Mode has one id";
    EXPECT_NE(rig.view().sa, nullptr);
  }
}

TEST(IkeV1, AggressiveModeWithAChoiceThatWasNotOfferedIsTold) {
  MemoryRig rig;
  (void)rig.send(kThere, test::ikev1(4, 0, {test::ikev1_offer({test::ikev1_transform()})}));
  EXPECT_EQ(rig.send(kBack, test::ikev1(4, kSpiR, {test::ikev1_offer({test::ikev1_transform()})})),
            kNone);
  EXPECT_EQ(rig.send(kBack, test::ikev1(4, kSpiR, {test::ikev1_offer({test::ikev1_transform(2)})})),
            set_of({ike_choice_not_offered}));
}

TEST(IkeV1, FragmentsAreNegotiatedByVendorId) {
  for (const bool responder : {false, true}) {
    MemoryRig rig;
    const auto offer = test::ikev1_offer({test::ikev1_transform()});
    std::vector<test::IkePayload> choice{offer};
    if (responder) choice.push_back(test::ikev1_takes_fragments());
    (void)rig.send(kThere, test::ikev1(2, 0, {offer, test::ikev1_takes_fragments()}));
    (void)rig.send(kBack, test::ikev1(2, kSpiR, choice));
    EXPECT_EQ(rig.send(kThere, test::ikev1_fragment({.number = 1}, test::filler(40))),
              responder ? kNone : set_of({ike_fragments_not_negotiated}));
  }
}

}  // namespace
}  // namespace espial::sa
