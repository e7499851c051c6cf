#include <gtest/gtest.h>

#include "engine/sa/ike_sas.hpp"
#include "tests/support/exchanges.hpp"
#include "tests/support/memory.hpp"

/// Messages of an IKE SA that stands: numbers, retransmissions, what finds it, how long it is
/// known.
namespace espial::sa {
namespace {

using ipsec::AnomalySet;
using test::Bytes;
using test::ike_sealed;
using test::kBack;
using test::kSpiI;
using test::kSpiR;
using test::kThere;
using test::MemoryRig;
using test::set_of;
using enum ipsec::Anomaly;

const AnomalySet kNone;
constexpr std::uint8_t kAuth = 35, kChild = 36, kInformational = 37, kIntermediate = 43;
constexpr std::uint8_t kByInitiator = 0x08, kResponse = 0x20;

void make_sa(MemoryRig& rig, std::uint64_t initiator_spi = kSpiI,
             std::uint64_t responder_spi = kSpiR, const test::Path& path = kThere) {
  EXPECT_EQ(rig.send(path, test::ike_sa_init({.initiator_spi = initiator_spi})), kNone);
  EXPECT_EQ(rig.send(path.back(), test::ike_sa_init({.initiator_spi = initiator_spi,
                                                     .responder_spi = responder_spi})),
            kNone);
}

Bytes by_initiator(std::uint8_t exchange, std::uint32_t id, bool response = false, int fill = 1) {
  return ike_sealed({.exchange = exchange,
                     .flags = static_cast<std::uint8_t>(kByInitiator | (response ? kResponse : 0)),
                     .id = id,
                     .fill = fill});
}
Bytes by_responder(std::uint8_t exchange, std::uint32_t id, bool response = true, int fill = 2) {
  return ike_sealed({.exchange = exchange,
                     .flags = static_cast<std::uint8_t>(response ? kResponse : 0),
                     .id = id,
                     .fill = fill});
}

TEST(IkeOrder, RequestsAndTheirResponsesAreInnocent) {
  MemoryRig rig;
  make_sa(rig);
  EXPECT_EQ(rig.send(kThere, by_initiator(kAuth, 1)), kNone);
  EXPECT_EQ(rig.send(kBack, by_responder(kAuth, 1)), kNone);
  EXPECT_EQ(rig.send(kThere, by_initiator(kChild, 2)), kNone);
  EXPECT_EQ(rig.send(kBack, by_responder(kChild, 2)), kNone);
}

TEST(IkeOrder, IntermediateExchangesBeforeIkeAuthAreInnocent) {
  MemoryRig rig;
  make_sa(rig);
  for (std::uint32_t id = 1; id <= 3; ++id) {
    EXPECT_EQ(rig.send(kThere, by_initiator(kIntermediate, id)), kNone);
    EXPECT_EQ(rig.send(kBack, by_responder(kIntermediate, id)), kNone);
  }
  EXPECT_EQ(rig.send(kThere, by_initiator(kAuth, 4)), kNone);
  EXPECT_EQ(rig.send(kBack, by_responder(kAuth, 4)), kNone);
}

TEST(IkeOrder, TheRespondersOwnExchangesCountFromZero) {
  MemoryRig rig;
  make_sa(rig);
  (void)rig.send(kThere, by_initiator(kAuth, 1));
  (void)rig.send(kBack, by_responder(kAuth, 1));
  for (std::uint32_t id = 0; id < 3; ++id) {
    EXPECT_EQ(rig.send(kBack, by_responder(kInformational, id, false)), kNone) << id;
    EXPECT_EQ(rig.send(kThere, by_initiator(kInformational, id, true)), kNone) << id;
  }
}

TEST(IkeOrder, AResponseWithoutARequestIsTold) {
  MemoryRig rig;
  make_sa(rig);
  EXPECT_EQ(rig.send(kBack, by_responder(kAuth, 1)), set_of({ike_unrequested_response}));
  EXPECT_EQ(rig.send(kThere, by_initiator(kAuth, 1)), kNone);
  EXPECT_EQ(rig.send(kBack, by_responder(kAuth, 2)), set_of({ike_unrequested_response}));
  EXPECT_EQ(rig.send(kThere, by_initiator(kInformational, 0, true)),
            set_of({ike_unrequested_response}));
}

TEST(IkeOrder, RetransmissionsThatAreTheSameAreInnocent) {
  MemoryRig rig;
  make_sa(rig);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(rig.send(kThere, by_initiator(kAuth, 1)), kNone);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(rig.send(kBack, by_responder(kAuth, 1)), kNone);
}

TEST(IkeOrder, RetransmissionsThatDifferAreTold) {
  MemoryRig rig;
  make_sa(rig);
  (void)rig.send(kThere, by_initiator(kAuth, 1));
  EXPECT_EQ(rig.send(kThere, by_initiator(kAuth, 1, false, 9)),
            set_of({ike_retransmission_differs}));
  (void)rig.send(kBack, by_responder(kAuth, 1));
  EXPECT_EQ(rig.send(kBack, by_responder(kAuth, 1, true, 9)), set_of({ike_retransmission_differs}));
}

TEST(IkeOrder, AMessageOfTheOtherKindWithTheSameNumberIsNoRetransmission) {
  MemoryRig rig;
  make_sa(rig);
  (void)rig.send(kThere, by_initiator(kInformational, 1));
  EXPECT_EQ(rig.send(kBack, by_responder(kInformational, 1, false, 5)), kNone);
  EXPECT_EQ(rig.send(kBack, by_responder(kInformational, 1, true, 6)), kNone);
  EXPECT_EQ(rig.send(kThere, by_initiator(kInformational, 1, true, 7)), kNone);
}

TEST(IkeOrder, AnOldRequestThatComesLateIsInnocentAndSoAreTheResponses) {
  MemoryRig rig;
  make_sa(rig);
  for (std::uint32_t id = 1; id <= 3; ++id)  // a window of three
    EXPECT_EQ(rig.send(kThere, by_initiator(kInformational, id)), kNone);
  EXPECT_EQ(rig.send(kThere, by_initiator(kInformational, 1)), kNone) << "sent again";
  for (const std::uint32_t id : {2U, 3U, 1U})
    EXPECT_EQ(rig.send(kBack, by_responder(kInformational, id)), kNone) << id;
}

TEST(IkeOrder, AnUnansweredMessageMayComeAgainInFragments) {
  MemoryRig rig;
  const auto says = test::notify_payload(16430);
  (void)rig.send(kThere, test::ike_sa_init({.extra = {says}}));
  (void)rig.send(kBack, test::ike_sa_init({.responder_spi = kSpiR, .extra = {says}}));
  EXPECT_EQ(rig.send(kThere, by_initiator(kAuth, 1)), kNone);
  for (std::uint16_t number = 1; number <= 3; ++number)
    EXPECT_EQ(rig.send(kThere, ike_sealed({.fill = number, .number = number, .total = 3})), kNone);
  EXPECT_EQ(rig.send(kThere, by_initiator(kAuth, 1)), kNone);
  EXPECT_EQ(rig.send(kBack, by_responder(kAuth, 1)), kNone);
}

// --------------------------------------------------------------------------- what an SA is known
// by

TEST(IkeSas, AddressesMayChangeOnceThereAreSpis) {
  MemoryRig rig;
  make_sa(rig);
  (void)rig.send(kThere, by_initiator(kAuth, 1));
  const test::Path moved{.source = "192.0.2.9", .source_port = 4500, .destination_port = 4500};
  const Bytes update = test::with_non_esp_marker(by_initiator(kInformational, 2));
  EXPECT_EQ(rig.send(moved, update), kNone);
  EXPECT_NE(rig.view().sa, nullptr);
  EXPECT_EQ(rig.send(moved, test::with_non_esp_marker(by_initiator(kInformational, 2, false, 9))),
            set_of({ike_retransmission_differs}))
      << "it is the same SA";
}

TEST(IkeSas, TwoBetweenOnePairAreKeptApart) {
  MemoryRig rig;
  make_sa(rig, 1, 11);
  make_sa(rig, 2, 12, kBack);
  EXPECT_EQ(rig.memory->counters().sas, 2U);
  const auto sealed = [](std::uint64_t i, std::uint64_t r, int fill) {
    return ike_sealed({.initiator_spi = i, .responder_spi = r, .fill = fill});
  };
  EXPECT_EQ(rig.send(kThere, sealed(1, 11, 1)), kNone);
  const IkeSa* const first = rig.view().sa;
  EXPECT_EQ(rig.send(kBack, sealed(2, 12, 2)), kNone);
  EXPECT_NE(rig.view().sa, first);
  EXPECT_EQ(rig.view().sa->initiator, test::ip("10.9.0.2"));
  EXPECT_EQ(rig.send(kThere, sealed(1, 12, 3)), kNone);
  EXPECT_EQ(rig.view().sa, nullptr) << "SPIs of two SAs";
}

TEST(IkeSas, ARekeyedOneIsNotKnownAndNotJudged) {
  MemoryRig rig;
  make_sa(rig);
  const std::uint64_t i = 0xAAAA, r = 0xBBBB;
  for (std::uint32_t id = 0; id < 2; ++id) {
    EXPECT_EQ(rig.send(kThere, ike_sealed({.initiator_spi = i,
                                           .responder_spi = r,
                                           .exchange = kInformational,
                                           .flags = kByInitiator | kResponse,
                                           .id = id})),
              kNone);
    EXPECT_EQ(rig.view().sa, nullptr);
  }
  EXPECT_EQ(rig.memory->counters().sas, 1U);
}

TEST(IkeSas, AClearNotificationOutsideOfAnySaMakesNone) {
  MemoryRig rig;
  const Bytes invalid_spi = test::ike({.initiator_spi = 9, .exchange = kInformational, .flags = 0},
                                      {test::notify_payload(11, test::filler(4))});
  EXPECT_EQ(rig.send(kThere, invalid_spi), kNone);
  EXPECT_EQ(rig.memory->counters().sas, 0U);
}

TEST(IkeSas, OneIsForgottenAfterItsSilence) {
  for (const std::int64_t wait : {3599, 3601}) {
    MemoryRig rig;
    make_sa(rig);
    rig.now = rig.now + std::chrono::seconds(wait);
    (void)rig.send(kThere, by_initiator(kAuth, 1));
    EXPECT_EQ(rig.view().sa != nullptr, wait == 3599);
  }
}

TEST(IkeSas, AFloodOfFirstRequestsLeavesThoseWithEncryptedMessages) {
  MemoryRig rig({.max_sas = 16});
  make_sa(rig, 1, 11);
  (void)rig.send(kThere, ike_sealed({.initiator_spi = 1, .responder_spi = 11}));
  make_sa(rig, 2, 12);
  for (std::uint64_t spi = 100; spi < 1000; ++spi) {
    (void)rig.send(kThere, test::ike_sa_init({.initiator_spi = spi}));
    (void)rig.send(kBack, test::ike_sa_init({.initiator_spi = spi, .responder_spi = spi}));
    ASSERT_LE(rig.memory->counters().sas, 16U);
  }
  EXPECT_GT(rig.memory->counters().sas_evicted, 0U);
  (void)rig.send(kThere, ike_sealed({.initiator_spi = 1, .responder_spi = 11}));
  EXPECT_NE(rig.view().sa, nullptr);
  (void)rig.send(kThere, ike_sealed({.initiator_spi = 2, .responder_spi = 12}));
  EXPECT_EQ(rig.view().sa, nullptr);
}

}  // namespace
}  // namespace espial::sa
