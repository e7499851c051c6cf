#include "engine/sa/memory.hpp"

#include <gtest/gtest.h>

#include "tests/support/exchanges.hpp"
#include "tests/support/memory.hpp"

namespace espial::sa {
namespace {

using ipsec::Content;
using test::Bytes;
using test::kBack;
using test::kThere;
using test::set_of;
using enum ipsec::Anomaly;

constexpr test::Path kStrange{.source_port = 40'000, .destination_port = 40'500};

Bytes aggressive_offer() {
  return test::ikev1(4, 0,
                     {test::ikev1_offer({test::ikev1_transform()}),
                      {.type = 4, .body = test::filler(256, 0x42)},
                      {.type = 10, .body = test::filler(16, 0x33)},
                      {.type = 5, .body = test::bytes(1, 0, 0, 0, 10, 9, 0, 1)},
                      test::ikev1_takes_fragments()});
}

TEST(Memory, ShowsWhatIsOfferedAndThenWhatIsChosen) {
  test::MemoryRig rig;
  EXPECT_TRUE(rig.send(kThere, test::ike_sa_init({.proposals = {test::ikev2_proposal(1),
                                                                test::ikev2_proposal(2, 19)}}))
                  .empty());
  ASSERT_NE(rig.view().sa, nullptr);
  ASSERT_NE(rig.view().offered, nullptr);
  EXPECT_EQ(rig.view().offered->algorithms.size(), 8U);
  EXPECT_EQ(rig.view().chosen, nullptr);
  EXPECT_TRUE(rig.send(kBack, test::ike_sa_init({.responder_spi = test::kSpiR})).empty());
  ASSERT_NE(rig.view().chosen, nullptr);
  EXPECT_EQ(rig.view().chosen->algorithms.size(), 4U);
  ASSERT_NE(rig.view().offered, nullptr);
  EXPECT_EQ(rig.view().offered->algorithms.size(), 8U);
  EXPECT_FALSE(rig.view().learned);
  EXPECT_FALSE(rig.view().fragments);
}

TEST(Memory, ShowsTheSuitesOfAMessageWhoseSaIsNotKnown) {
  test::MemoryRig rig;
  (void)rig.send(kBack, test::ike_sa_init({.responder_spi = test::kSpiR}));
  EXPECT_EQ(rig.view().sa, nullptr);
  EXPECT_EQ(rig.view().offered, nullptr);
  ASSERT_NE(rig.view().chosen, nullptr);
  EXPECT_EQ(rig.view().chosen->algorithms.size(), 4U);
}

TEST(Memory, ShowsNoSuitesOfAMessageWithoutProposals) {
  test::MemoryRig rig;
  (void)rig.send(kThere, test::ike_sa_init({}));
  (void)rig.send(kBack, test::ike_sa_init({.responder_spi = test::kSpiR}));
  (void)rig.send(kThere, test::ike_sealed({}));
  EXPECT_NE(rig.view().sa, nullptr);
  EXPECT_EQ(rig.view().offered, nullptr);
  EXPECT_EQ(rig.view().chosen, nullptr);
  (void)rig.send(kThere, test::bytes(1, 2, 3));
  EXPECT_EQ(rig.view().sa, nullptr);
}

TEST(Memory, ShowsAMessagesOwnSuitesWhereItIsNotOfTheMaking) {
  test::MemoryRig rig;
  (void)rig.send(kThere, test::ike_sa_init({}));
  (void)rig.send(kBack, test::ike_sa_init({.responder_spi = test::kSpiR}));
  const test::IkePayload proposals{
      .type = 33, .body = test::ikev2_sa({{.transforms = {{.type = 1, .id = 20}}}})};
  const auto child = [&](std::uint8_t flags) {
    return test::ike(
        {.responder_spi = test::kSpiR, .exchange = 36, .flags = flags, .message_id = 2},
        {proposals});
  };
  (void)rig.send(kThere, child(0x08));
  ASSERT_NE(rig.view().sa, nullptr);
  ASSERT_NE(rig.view().offered, nullptr);
  EXPECT_EQ(rig.view().offered->algorithms.size(), 1U);
  (void)rig.send(kBack, child(0x20));
  ASSERT_NE(rig.view().chosen, nullptr);
  EXPECT_EQ(rig.view().chosen->algorithms.size(), 1U);
  EXPECT_EQ(rig.view().offered, nullptr);
}

// ------------------------------------------------------------------------------ messages in pieces

TEST(Memory, GivesAMessageThatItsLastPieceCompletes) {
  test::MemoryRig rig;
  const Bytes message = aggressive_offer();
  const auto pieces = test::ikev1_fragments(message, 3, {.responder_spi = 0, .exchange = 4});
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_TRUE(rig.send(kThere, pieces[i]).empty());
    EXPECT_TRUE(rig.joined.empty());
    EXPECT_EQ(rig.view().fragments->received, i + 1);
  }
  EXPECT_TRUE(rig.send(kThere, pieces[2]).empty());
  ASSERT_EQ(rig.joined.size(), 1U);
  EXPECT_EQ(rig.joined.front(), message);
  ASSERT_NE(rig.view().sa, nullptr);
  EXPECT_TRUE(rig.view().sa->has_offer);
  EXPECT_TRUE(rig.view().sa->takes_fragments[0]);
  ASSERT_TRUE(rig.view().fragments);
  EXPECT_TRUE(rig.view().fragments->complete());
  ASSERT_NE(rig.view().offered, nullptr);
  EXPECT_EQ(rig.last->ike().identifications.size(), 1U);
}

TEST(Memory, CountsThePiecesOfIkev2) {
  test::MemoryRig rig;
  (void)rig.send(kThere, test::ike_sealed({.number = 2, .total = 3}));
  ASSERT_TRUE(rig.view().fragments);
  EXPECT_EQ(rig.view().fragments->received, 1U);
  EXPECT_EQ(rig.view().fragments->total, 3U);
  EXPECT_TRUE(rig.joined.empty());
}

/// A whole message whose second payload is a fragment again.
Bytes message_around(const test::Fragment132& f, ByteView data) {
  return test::ike(
      {.responder_spi = test::kSpiR, .version = 0x10, .exchange = 2, .flags = 0},
      {{.type = 13, .body = test::filler(16)},
       {.type = 132,
        .body = test::Writer().u16(f.id).u8(f.number).u8(f.last ? 1 : 0).raw(data).take()}});
}

TEST(Memory, AFragmentInAJoinedMessageIsToldAndNotJoined) {
  test::MemoryRig rig;
  // The first half of what the inner fragment would complete is here already, and is much larger.
  const Bytes large = test::ikev1(2, test::kSpiR, {{.type = 13, .body = test::filler(60'000)}});
  const auto halves = test::ikev1_fragments(large, 2, {.id = 7});
  EXPECT_TRUE(rig.send(kThere, halves[0]).empty());
  const ByteView second = ByteView(large).subspan(large.size() / 2);
  const Bytes nested = message_around({.id = 7, .number = 2, .last = true}, second);
  const auto pieces = test::ikev1_fragments(nested, 2, {.id = 8});
  EXPECT_TRUE(rig.send(kThere, pieces[0]).empty());
  EXPECT_EQ(rig.send(kThere, pieces[1]), set_of({ike_fragments_nested}));
  ASSERT_EQ(rig.joined.size(), 1U);
  EXPECT_EQ(rig.joined.front(), nested);
  EXPECT_EQ(test::copy(rig.last->ike().bytes), nested) << "what is shown is the message still";
}

// ------------------------------------------------------------------------------ ports that say
// nothing

TEST(Memory, ReadsAnEndpointThatItHasLearned) {
  test::MemoryRig rig;
  (void)rig.send(kStrange, test::with_non_esp_marker(test::ike_sa_init({})));
  EXPECT_EQ(rig.last->layers().content, Content::none);
  (void)rig.send(kStrange.back(),
                 test::with_non_esp_marker(test::ike_sa_init({.responder_spi = test::kSpiR})));
  EXPECT_TRUE(rig.last->layers().has_ike());
  EXPECT_EQ(rig.last->layers().encapsulation, ipsec::Encapsulation::udp_encap);
  EXPECT_TRUE(rig.view().learned);
  (void)rig.send(kStrange, test::esp({}));
  EXPECT_EQ(rig.last->layers().content, Content::esp);
  EXPECT_TRUE(rig.view().learned);
  EXPECT_EQ(rig.last->layers().esp->spi.value(), 0x12345678U);
  (void)rig.send(kStrange, test::bytes(0xFF));
  EXPECT_EQ(rig.last->layers().content, Content::keepalive);
}

TEST(Memory, LooksAtNoPortsThatSaySomething) {
  test::MemoryRig rig;
  const test::Path gdoi{.source_port = 848, .destination_port = 848};
  for (int i = 0; i < 3; ++i) {
    (void)rig.send(gdoi, test::ike_sa_init({.nonce = i}));
    EXPECT_EQ(rig.last->layers().content, Content::gdoi);
    EXPECT_FALSE(rig.view().learned);
  }
  EXPECT_EQ(rig.memory->counters().endpoints, 0U);
}

TEST(Memory, APieceThatCompletesAMessageOnALearnedPortSaysSo) {
  test::MemoryRig rig;
  const auto pieces =
      test::ikev1_fragments(aggressive_offer(), 3, {.responder_spi = 0, .exchange = 4});
  for (const Bytes& piece : {pieces[0], pieces[1], pieces[2], pieces[0]})
    (void)rig.send(kStrange, piece);
  ASSERT_EQ(rig.joined.size(), 1U);
  EXPECT_TRUE(rig.view().learned);
  EXPECT_NE(rig.view().offered, nullptr);
}

}  // namespace
}  // namespace espial::sa
