#include "engine/sa/fragments.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "tests/support/exchanges.hpp"
#include "tests/support/memory.hpp"

namespace espial::sa {
namespace {

using ipsec::AnomalySet;
using test::Bytes;
using test::set_of;
using enum ipsec::Anomaly;

/// A message of IKEv1 with `size` bytes in its last payload, no two runs alike.
Bytes whole_message(std::size_t size, std::uint8_t version = 0x10) {
  Bytes body(size);
  for (std::size_t i = 0; i < size; ++i) body[i] = static_cast<std::byte>(i * 7 + i / 251);
  return test::ike({.responder_spi = test::kSpiR, .version = version, .exchange = 2, .flags = 0},
                   {{.type = 13, .body = test::filler(16)}, {.type = 43, .body = body}});
}

class Joiner {
 public:
  explicit Joiner(const Limits& limits = {}) : joiner(limits, test::kSecret) {}

  MessageJoiner::Joined add(const Bytes& fragment, const test::Path& path = test::kThere) {
    observed = std::make_unique<test::Observed>(path, fragment);
    return joiner.add(observed->ike(), observed->packet(), now);
  }
  MessageJoiner::Joined add(const test::Fragment132& f, ByteView data) {
    return add(test::ikev1_fragment(f, data));
  }

  MessageJoiner joiner;
  std::unique_ptr<test::Observed> observed;
  Timestamp now;
};

TEST(MessageJoiner, EveryOrderOfThePiecesGivesTheMessage) {
  const Bytes message = whole_message(300);
  for (std::size_t n = 1; n <= 6; ++n) {
    const auto fragments = test::ikev1_fragments(message, n);
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), 0U);
    do {
      Joiner joiner;
      for (std::size_t i = 0; i < n; ++i) {
        const auto out = joiner.add(fragments[order[i]]);
        EXPECT_TRUE(out.anomalies.empty());
        EXPECT_EQ(out.progress.received, i + 1);
        ASSERT_EQ(out.message.has_value(), i + 1 == n);
        EXPECT_TRUE(!out.message || equal(*out.message, message));
      }
      EXPECT_EQ(joiner.joiner.sets(), 0U);
    } while (std::ranges::next_permutation(order).found);
  }
}

TEST(MessageJoiner, SixtyFourPiecesInRandomOrderGiveTheMessage) {
  const Bytes message = whole_message(20'000);
  auto fragments = test::ikev1_fragments(message, MessageJoiner::kMaxFragments);
  std::mt19937 random(1);
  for (int round = 0; round < 20; ++round) {
    std::ranges::shuffle(fragments, random);
    Joiner joiner;
    std::size_t joined = 0;
    for (const Bytes& fragment : fragments)
      if (const auto out = joiner.add(fragment); out.message)
        joined += equal(*out.message, message) ? 1U : 100U;
    EXPECT_EQ(joined, 1U);
  }
}

TEST(MessageJoiner, SaysHowFarItHasCome) {
  const auto fragments = test::ikev1_fragments(whole_message(60), 3);
  Joiner joiner;
  EXPECT_EQ(joiner.add(fragments[0]).progress.total, 0U) << "the last one is not here";
  EXPECT_FALSE(joiner.add(fragments[1]).progress.complete());
  const auto progress = joiner.add(fragments[2]).progress;
  EXPECT_EQ(progress.received, 3U);
  EXPECT_EQ(progress.total, 3U);
  EXPECT_TRUE(progress.complete());
}

TEST(MessageJoiner, APieceThatComesAgainChangesNothing) {
  const Bytes message = whole_message(60);
  const auto fragments = test::ikev1_fragments(message, 3);
  Joiner joiner;
  (void)joiner.add(fragments[0]);
  EXPECT_TRUE(joiner.add(fragments[0]).anomalies.empty());
  EXPECT_EQ(joiner.add(fragments[2]).progress.received, 2U);
  EXPECT_EQ(joiner.add(fragments[2]).progress.received, 2U);
  const auto out = joiner.add(fragments[1]);
  ASSERT_TRUE(out.message);
  EXPECT_TRUE(equal(*out.message, message));
}

TEST(MessageJoiner, AMessageThatIsSentAgainIsJoinedAgain) {
  const auto fragments = test::ikev1_fragments(whole_message(60), 2);
  Joiner joiner;
  for (int round = 0; round < 3; ++round) {
    EXPECT_FALSE(joiner.add(fragments[0]).message);
    EXPECT_TRUE(joiner.add(fragments[1]).message);
  }
}

TEST(MessageJoiner, OfTwoPiecesWithOneNumberTheFirstStays) {
  const Bytes message = whole_message(60);
  const auto fragments = test::ikev1_fragments(message, 2);
  Joiner joiner;
  (void)joiner.add(fragments[0]);
  const auto other = joiner.add({.number = 1}, test::filler(40, 0x66));
  EXPECT_EQ(other.anomalies, set_of({ike_fragment_conflict}));
  EXPECT_EQ(other.progress.received, 1U);
  const auto out = joiner.add(fragments[1]);
  ASSERT_TRUE(out.message);
  EXPECT_TRUE(equal(*out.message, message));
}

TEST(MessageJoiner, ASecondLastIsAConflict) {
  Joiner joiner;
  (void)joiner.add({.number = 3, .last = true}, test::bytes(1));
  EXPECT_EQ(joiner.add({.number = 2, .last = true}, test::bytes(1)).anomalies,
            set_of({ike_fragment_conflict}));
  EXPECT_TRUE(joiner.add({.number = 3, .last = true}, test::bytes(1)).anomalies.empty());
  EXPECT_TRUE(joiner.add({.number = 3, .last = false}, test::bytes(1)).anomalies.empty());
  EXPECT_EQ(joiner.add({.number = 2}, test::bytes(1)).progress.total, 3U);
}

TEST(MessageJoiner, APieceBeyondTheLastIsAConflict) {
  Joiner joiner;
  (void)joiner.add({.number = 2, .last = true}, test::bytes(1));
  const auto beyond = joiner.add({.number = 3}, test::bytes(1));
  EXPECT_EQ(beyond.anomalies, set_of({ike_fragment_conflict}));
  EXPECT_EQ(beyond.progress.received, 1U);
}

TEST(MessageJoiner, ALastBeforeOneThatIsHereIsAConflict) {
  Joiner joiner;
  (void)joiner.add({.number = 3}, test::bytes(1));
  const auto early = joiner.add({.number = 2, .last = true}, test::bytes(1));
  EXPECT_EQ(early.anomalies, set_of({ike_fragment_conflict}));
  EXPECT_EQ(early.progress.total, 0U);
}

TEST(MessageJoiner, PassesOverPiecesBeyondTheMost) {
  Joiner joiner;
  EXPECT_TRUE(joiner.add({.number = 64}, test::bytes(1)).anomalies.empty());
  EXPECT_EQ(joiner.joiner.sets(), 1U);
  EXPECT_EQ(joiner.add({.number = 65}, test::bytes(1)).anomalies, set_of({ike_fragments_too_many}));
  EXPECT_EQ(joiner.joiner.sets(), 1U) << "a piece that nobody takes ends nothing";
}

TEST(MessageJoiner, ALargePieceMayComeAgain) {
  const Bytes message = whole_message(50'000);
  const std::vector<Bytes> pieces = test::ikev1_fragments(message, 2);
  ASSERT_EQ(pieces.size(), 2U);
  Joiner joiner;
  (void)joiner.add(pieces[0]);
  EXPECT_TRUE(joiner.add(pieces[0]).anomalies.empty());
  for (int i = 0; i < 10; ++i)
    (void)joiner.add({.number = 64}, test::filler(45'000));  // does not fit beside it
  const auto out = joiner.add(pieces[1]);
  ASSERT_TRUE(out.message);
  EXPECT_TRUE(equal(*out.message, message));
}

TEST(MessageJoiner, PassesOverWhatMakesItLargerThanADatagramCanBe) {
  Joiner joiner;
  const Bytes half = test::filler(32'768);
  (void)joiner.add({.number = 1}, half);
  EXPECT_TRUE(joiner.add({.number = 2}, test::filler(32'767)).anomalies.empty());
  EXPECT_EQ(joiner.add({.number = 3}, test::bytes(1)).anomalies, set_of({ike_fragments_too_many}));
  EXPECT_TRUE(joiner.add({.number = 2}, test::filler(32'767)).anomalies.empty()) << "sent again";
}

TEST(MessageJoiner, JoinsTheLargestMessage) {
  Bytes message = whole_message(65'535 - 28 - 20 - 4);
  ASSERT_EQ(message.size(), MessageJoiner::kMaxMessage);
  Joiner joiner;
  std::size_t joined = 0;
  for (const Bytes& fragment : test::ikev1_fragments(message, 4))
    if (const auto out = joiner.add(fragment); out.message)
      joined += equal(*out.message, message) ? 1U : 100U;
  EXPECT_EQ(joined, 1U);
}

TEST(MessageJoiner, PassesOverWhatHasNoNumberOrNoBytes) {
  Joiner joiner;
  EXPECT_EQ(joiner.add({.number = 0}, test::bytes(1)).progress.received, 0U);
  EXPECT_EQ(joiner.add({.number = 1}, Bytes{}).progress.received, 0U);
  EXPECT_EQ(joiner.joiner.sets(), 0U);
}

TEST(MessageJoiner, KeepsSetsApartBySpisAddressesAndId) {
  const auto fragments = test::ikev1_fragments(whole_message(60), 2);
  const Bytes second = fragments[1];
  Joiner joiner;
  (void)joiner.add(fragments[0]);
  EXPECT_FALSE(joiner.add(second, test::kBack).message);
  EXPECT_FALSE(joiner.add(second, {.source = "10.9.0.7"}).message);
  EXPECT_FALSE(joiner.add({.id = 2, .number = 2, .last = true}, test::bytes(1)).message);
  EXPECT_FALSE(joiner.add({.initiator_spi = 5, .number = 2, .last = true}, test::bytes(1)).message);
  EXPECT_FALSE(joiner.add({.responder_spi = 5, .number = 2, .last = true}, test::bytes(1)).message);
  EXPECT_EQ(joiner.joiner.sets(), 6U);
  EXPECT_TRUE(joiner.add(second).message);
}

TEST(MessageJoiner, WhatIsJoinedMustBeginAsAMessageOfTheSameSa) {
  const Bytes good = whole_message(60);
  const auto joined = [](const Bytes& message) {
    Joiner joiner;
    const auto fragments = test::ikev1_fragments(message, 2);
    (void)joiner.add(fragments[0]);
    auto out = joiner.add(fragments[1]);
    EXPECT_EQ(out.message.has_value(), out.anomalies.empty());
    return out.anomalies;
  };
  const AnomalySet nested = set_of({ike_fragments_nested});
  EXPECT_TRUE(joined(good).empty());
  for (const std::size_t at : {0U, 7U, 8U, 15U}) {
    Bytes other = good;
    other[at] ^= std::byte{1};
    EXPECT_EQ(joined(other), nested) << "an SPI, byte " << at;
  }
  Bytes again = good;
  again[16] = std::byte{132};
  EXPECT_EQ(joined(again), nested) << "a fragment again";
  EXPECT_EQ(joined(whole_message(60, 0x20)), nested) << "another version";
  EXPECT_EQ(joined(Bytes(good.begin(), good.begin() + 27)), nested) << "shorter than a header";
}

TEST(MessageJoiner, ForgetsASetThatIsNotTouchedInTime) {
  const auto fragments = test::ikev1_fragments(whole_message(60), 2);
  for (const std::int64_t wait : {30'000, 30'001}) {
    Joiner joiner;
    (void)joiner.add(fragments[0]);
    joiner.now = Timestamp(std::chrono::milliseconds(wait));
    EXPECT_EQ(joiner.add(fragments[1]).message.has_value(), wait == 30'000) << wait;
  }
}

TEST(MessageJoiner, HoldsItsCeilingOfSets) {
  Joiner joiner({.max_fragment_sets = 3});
  for (std::uint16_t id = 0; id < 4; ++id)
    (void)joiner.add({.id = id, .number = 1}, test::bytes(1));
  EXPECT_EQ(joiner.joiner.sets(), 3U);
  EXPECT_EQ(joiner.add({.id = 0, .number = 2}, test::bytes(1)).progress.received, 1U) << "it went";
  EXPECT_EQ(joiner.add({.id = 3, .number = 2}, test::bytes(1)).progress.received, 2U);
}

}  // namespace
}  // namespace espial::sa
