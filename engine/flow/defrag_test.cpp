#include "engine/flow/defrag.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "tests/support/fragmenter.hpp"

namespace espial::flow {
namespace {

using namespace espial::test;

using Datagrams = std::vector<Bytes>;

Bytes counted(std::size_t n) {
  Bytes bytes(n);
  for (std::size_t i = 0; i < n; ++i) bytes[i] = static_cast<std::byte>(i * 7 + (i >> 8U));
  return bytes;
}

Bytes datagram4(std::size_t payload, const Ipv4& header = {.id = 7}) {
  return ipv4(header, udp({}, counted(payload - 8)));
}

Bytes datagram6(std::size_t payload) {
  return ipv6({}, udp({}, counted(payload - 8)));
}

/// Behind a hop-by-hop and a routing header, which come before the fragment header.
Bytes extended6(std::size_t payload) {
  const Bytes route = ipv6_extension(17, from_hex("0400"), udp({}, counted(payload - 8)));
  return ipv6({.next_header = 0}, ipv6_extension(43, from_hex("05020000"), route));
}
constexpr auto kExtended = [] { return Cut{.unfragmentable = 56, .next_header_at = 48}; };

// ------------------------------------------------------------------------------------------------
// joining

TEST(Defrag, JoinsFragmentsOfEitherVersionInOrder) {
  for (const Bytes& whole : {datagram4(3000), datagram6(3000)}) {
    Joiner joiner;
    EXPECT_EQ(joiner.add_all(fragments(whole, 1480)), Datagrams{whole});
    EXPECT_TRUE(joiner.all_events.empty());
    EXPECT_EQ(joiner.defrag.size(), 0U);
  }
}

TEST(Defrag, KeepsOptionsAndTheDontFragmentBitOfTheFirstHeader) {
  const Bytes whole = datagram4(
      500, {.tos = 8, .id = 7, .dont_fragment = true, .options = from_hex("9404000001010101")});
  Joiner joiner;
  Datagrams parts = fragments(whole, 200);
  for (Bytes& part : parts) {  // as a sender with that bit set would have written them
    put_u16(part, 6, 0x4000U | read_be<std::uint16_t>(ByteView(part).subspan(6)));
    put_u16(part, 10, 0);
    put_u16(part, 10, internet_checksum(ByteView(part).first(28)));
  }
  EXPECT_EQ(joiner.add_all(parts), Datagrams{whole});
}

TEST(Defrag, TakesTheFragmentHeaderOutFromBehindOthers) {
  const Bytes whole = extended6(1000);
  Joiner joiner;
  EXPECT_EQ(joiner.add_all(fragments(whole, 304, kExtended())), Datagrams{whole});
}

TEST(Defrag, AnyCutInAnyOrderWithAnyRepetitionGivesTheDatagram) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    Fragmenter chance(seed);
    const std::size_t payload = 24 + chance.below(4000);
    const bool extended = seed % 3 == 2;
    const Bytes whole = seed % 3 == 0 ? datagram4(payload)
                        : extended    ? extended6(payload)
                                      : datagram6(payload);
    Datagrams parts = chance.cut(whole, seed % 2 == 0 ? 1480 : 24, extended ? kExtended() : Cut{});
    chance.shuffle(parts);
    chance.duplicate(parts, parts.size() / 2);
    Joiner joiner;
    const Datagrams joined = joiner.add_all(parts);
    ASSERT_FALSE(joined.empty()) << "seed " << seed;
    // What repeats a fragment after the end opens a datagram anew, which may become whole again.
    for (const Bytes& datagram : joined) ASSERT_EQ(datagram, whole) << "seed " << seed;
    ASSERT_TRUE(joiner.all_events.empty()) << "seed " << seed;
  }
}

TEST(Defrag, ADatagramThatLacksAFragmentIsNotJoined) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Fragmenter chance(seed);
    Datagrams parts = chance.cut(datagram4(1000), 200);
    chance.shuffle(parts);
    chance.lose(parts);
    Joiner joiner;
    EXPECT_TRUE(joiner.add_all(parts).empty()) << "seed " << seed;
  }
}

TEST(Defrag, TheLargestDatagramsAreJoined) {
  const Bytes v4 = datagram4(65'535 - 20);
  const Bytes v6 = datagram6(65'535);
  for (const Bytes& whole : {v4, v6}) {
    Joiner joiner;
    EXPECT_EQ(joiner.add_all(fragments(whole, 1480)), Datagrams{whole});
  }
}

TEST(Defrag, AsManyFragmentsAsThereAreOffsetsAreJoined) {
  Joiner joiner({.memcap = 4U << 20U});
  const Bytes whole = datagram6(65'535);
  Datagrams parts = fragments(whole, 8);
  ASSERT_EQ(parts.size(), DefragLimits{}.max_fragments_each);
  Fragmenter(1).shuffle(parts);
  EXPECT_EQ(joiner.add_all(parts), Datagrams{whole});
}

TEST(Defrag, AJoinedPacketDecodesLikeTheWholeOne) {
  const Bytes inner = ipv4({}, udp({.source = 4500, .destination = 4500}, esp({.spi = 9})));
  const Bytes whole = ipv6({.next_header = 47}, gre(kEtherIpv4, inner));
  Joiner joiner;
  const Datagrams joined = joiner.add_all(fragments(whole, 24));
  ASSERT_EQ(joined.size(), 1U);
  const auto out = std::make_unique<decode::DecodedFrame>();
  decode::decode_ip(joined[0], decode::Checksums::verify, *out);
  ASSERT_EQ(out->packets.size(), 2U);
  EXPECT_EQ(out->packets[1].destination_port, Port{4500});
  EXPECT_TRUE(out->packets[1].events.empty());
  EXPECT_FALSE(out->packets[0].fragment);
}

TEST(Defrag, TakesWhatLiesInTheDatagramItGaveLast) {
  const Bytes inner = datagram4(600);
  const Bytes half = fragment(inner, 304, 600);
  const Bytes carrier = ipv4({.protocol = 4, .id = 9}, half);
  Joiner joiner;
  (void)joiner.add(fragment(inner, 0, 304), 5);
  (void)joiner.add(fragment(carrier, 0, 104, {.id = 9}));
  const Bytes last = fragment(carrier, 104, half.size(), {.id = 9});
  decode::decode_ip(last, decode::Checksums::verify, joiner.frame);
  const auto outer = joiner.defrag.add(joiner.frame.packets.back(), {}, 0, joiner.now);
  ASSERT_EQ(copy(outer.datagram), carrier);
  decode::decode_ip(outer.datagram, decode::Checksums::verify, joiner.frame);
  const auto joined = joiner.defrag.add(joiner.frame.packets.back(), {}, 5, joiner.now);
  EXPECT_EQ(copy(joined.datagram), inner);
}

// ------------------------------------------------------------------------------------------------
// what belongs together

TEST(Defrag, EverythingInTheKeyCounts) {
  const Bytes one = datagram4(400);
  const auto alone = [&](const Bytes& other, auto change) {
    Joiner joiner;
    (void)joiner.add(fragment(one, 0, 200));
    const std::uint32_t carrier = change(joiner);
    EXPECT_TRUE(joiner.add(other, carrier).empty());
    EXPECT_EQ(joiner.defrag.size(), 2U);
  };
  const auto nothing = [](Joiner&) { return 0U; };
  alone(fragment(one, 200, 400, {.id = 8}), nothing);
  alone(fragment(datagram4(400, {.source = "10.9.0.3"}), 200, 400), nothing);
  alone(fragment(datagram4(400, {.destination = "10.9.0.3"}), 200, 400), nothing);
  alone(fragment(datagram4(400, {.protocol = 50}), 200, 400), nothing);
  alone(fragment(one, 200, 400), [](Joiner& joiner) {
    joiner.link.vlan_ids.push_back(5);
    return 0U;
  });
  alone(fragment(one, 200, 400), [](Joiner&) { return 3U; });
}

TEST(Defrag, TheProtocolDoesNotCountInIpv6AndThatOfTheFirstFragmentHolds) {
  const Bytes whole = datagram6(400);
  Bytes last = fragment(whole, 200, 400);
  last.at(40) = std::byte{99};  // its fragment header's next header
  Joiner joiner;
  EXPECT_EQ(joiner.add_all({last, fragment(whole, 0, 200)}), Datagrams{whole});
}

// ------------------------------------------------------------------------------------------------
// limits

/// First fragments of `count` datagrams of their own, from `id` on.
void open(Joiner& joiner, std::uint32_t id, std::uint32_t count, std::size_t size = 16) {
  Bytes part = fragment(datagram4(size + 8), 0, size);
  for (std::uint32_t i = 0; i < count; ++i) {
    put_u16(part, 4, id + i);
    put_u16(part, 10, 0);
    put_u16(part, 10, internet_checksum(ByteView(part).first(20)));
    (void)joiner.add(part);
  }
}

bool completes(Joiner& joiner, std::uint32_t id) {
  return !joiner.add(fragment(datagram4(24), 16, 24, {.id = id})).empty();
}

TEST(Defrag, OneDatagramMoreThanThereAreTrackersLetsTheOldestGo) {
  DefragLimits limits = Joiner::small_limits();
  limits.max_trackers = 4;
  Joiner joiner(limits);
  open(joiner, 1, 4);
  EXPECT_EQ(joiner.defrag.counters().evicted_for_tracker, 0U);
  open(joiner, 5, 1);
  EXPECT_EQ(joiner.defrag.counters().evicted_for_tracker, 1U);
  EXPECT_EQ(joiner.defrag.size(), 4U);
  for (std::uint32_t id = 2; id <= 5; ++id) EXPECT_TRUE(completes(joiner, id)) << id;
  EXPECT_FALSE(completes(joiner, 1));
}

TEST(Defrag, OneFragmentMoreThanAreKeptLetsTheOldestDatagramGo) {
  DefragLimits limits = Joiner::small_limits();
  limits.max_fragments = 4;
  Joiner joiner(limits);
  open(joiner, 1, 4);
  EXPECT_EQ(joiner.defrag.counters().evicted_for_fragment, 0U);
  EXPECT_TRUE(completes(joiner, 4));
  EXPECT_EQ(joiner.defrag.counters().evicted_for_fragment, 1U);
  joiner.defrag.settle(true);
  EXPECT_EQ(joiner.defrag.size(), 2U);
  EXPECT_TRUE(completes(joiner, 2));
}

TEST(Defrag, ADatagramOfMoreFragmentsThanOneMayHaveIsDiscarded) {
  DefragLimits limits = Joiner::small_limits();
  limits.max_fragments_each = 4;
  Joiner at_the_limit(limits);
  EXPECT_EQ(at_the_limit.add_all(fragments(datagram4(32), 8)).size(), 1U);
  Joiner beyond(limits);
  EXPECT_TRUE(beyond.add_all(fragments(datagram4(40), 8)).empty());
  EXPECT_TRUE(beyond.all_events.has(decode::Event::ipv4_frag_ignored));
  EXPECT_EQ(beyond.defrag.counters().discarded, 1U);
}

TEST(Defrag, ADatagramLivesForItsTimeFromItsFirstFragmentOn) {
  const Bytes whole = datagram4(24);
  for (const auto beyond : {Duration(0), Duration(1)}) {
    Joiner joiner;
    (void)joiner.add(fragment(whole, 0, 8));
    joiner.now = joiner.now + std::chrono::seconds(30);
    (void)joiner.add(fragment(whole, 8, 16));
    joiner.now = joiner.now + std::chrono::seconds(30) + beyond;
    EXPECT_EQ(joiner.add(fragment(whole, 16, 24)).empty(), beyond != Duration(0));
    EXPECT_EQ(joiner.defrag.counters().timed_out, beyond == Duration(0) ? 0U : 1U);
  }
}

TEST(Defrag, TimePassesWithoutFragmentsToo) {
  Joiner joiner;
  open(joiner, 1, 2);
  joiner.defrag.expire(joiner.now + std::chrono::seconds(60), 9);
  EXPECT_EQ(joiner.defrag.size(), 2U);
  joiner.defrag.expire(joiner.now + std::chrono::seconds(61), 1);
  EXPECT_EQ(joiner.defrag.size(), 1U) << "as many as asked for";
  joiner.defrag.expire(joiner.now + std::chrono::seconds(61), 9);
  EXPECT_EQ(joiner.defrag.size(), 0U);
  EXPECT_EQ(joiner.defrag.counters().timed_out, 2U);
}

TEST(Defrag, TimeThatRunsBackwardsEndsNothing) {
  Joiner joiner;
  open(joiner, 1, 1);
  joiner.now = joiner.now + std::chrono::hours(-1);
  EXPECT_TRUE(completes(joiner, 1));
}

TEST(Defrag, MemoryStaysUnderTheCapWhateverTheFloodIsMadeOf) {
  for (const std::size_t size : {std::size_t{8}, std::size_t{1480}, std::size_t{30'000}}) {
    const DefragLimits limits{.memcap = 1U << 20U, .max_trackers = 1'000'000};
    Joiner joiner(limits);
    open(joiner, 1, 5'000, size);
    EXPECT_LE(joiner.defrag.memory(), limits.memcap) << size;
    EXPECT_GT(joiner.defrag.size(), 0U);
    const DefragCounters& counters = joiner.defrag.counters();
    EXPECT_EQ(joiner.defrag.size() + counters.evicted_for_tracker + counters.evicted_for_fragment +
                  counters.evicted_for_memory,
              5'000U)
        << size;
    // And the next one finds room as if nothing had been.
    const Bytes whole = datagram4(3000);
    EXPECT_EQ(joiner.add_all(fragments(whole, 1480, {.id = 50'000})).size(), 1U) << size;
    EXPECT_LE(joiner.defrag.memory(), limits.memcap) << size;
  }
}

TEST(Defrag, TheDefaultCapHoldsAsManyDatagramsAsThereAreTrackers) {
  const auto defrag = std::make_unique<Defragmenter>(DefragLimits{}, SipKey{1, 2});
  EXPECT_EQ(defrag->capacity(), DefragLimits{}.max_trackers);
}

TEST(Defrag, WhatNoMemoryCanHoldIsIgnored) {
  Joiner joiner({.memcap = 0});  // one datagram, one fragment, one block
  const Bytes whole = datagram4(2000);
  EXPECT_TRUE(joiner.add(fragment(whole, 0, 1480)).empty());
  EXPECT_TRUE(joiner.events.has(decode::Event::ipv4_frag_ignored));
  EXPECT_EQ(joiner.defrag.size(), 0U);
  EXPECT_EQ(joiner.defrag.counters().ignored, 1U);
}

TEST(Defrag, NothingIsLeftOfDatagramsThatAreDone) {
  DefragLimits limits = Joiner::small_limits();
  limits.memcap = 512U << 10U;
  Joiner joiner(limits);
  for (std::uint32_t id = 0; id < 500; ++id)
    EXPECT_EQ(joiner.add_all(fragments(datagram4(4000), 504, {.id = id})).size(), 1U);
  const DefragCounters& counters = joiner.defrag.counters();
  EXPECT_EQ(counters.reassembled_v4, 500U);
  EXPECT_EQ(counters.evicted_for_memory + counters.evicted_for_fragment, 0U);
}

// ------------------------------------------------------------------------------------------------
// the verdict

TEST(Defrag, ADroppedFragmentSentAgainCompletesTheDatagramAgain) {
  const Bytes whole = datagram4(600);
  Datagrams parts = fragments(whole, 200);
  do {
    Joiner joiner;
    Bytes joined;
    for (const Bytes& part : parts) joined = joiner.add(part);
    ASSERT_EQ(joined, whole);
    for (int again = 0; again < 50; ++again) {
      joiner.defrag.settle(false);
      ASSERT_EQ(joiner.defrag.size(), 1U);
      ASSERT_EQ(joiner.add(parts.back()), whole);
    }
    joiner.defrag.settle(true);
    EXPECT_EQ(joiner.defrag.size(), 0U);
    EXPECT_TRUE(joiner.add(parts.back()).empty()) << "the receiver has let it go too";
  } while (std::ranges::next_permutation(parts).found);
}

TEST(Defrag, WhatWasTakenBackLeavesTheRestAsItWas) {
  // The completing fragment went on with a run and brought the end: both are undone.
  const Bytes whole = datagram4(600);
  Joiner joiner;
  (void)joiner.add(fragment(whole, 0, 200));
  (void)joiner.add(fragment(whole, 200, 400));
  EXPECT_FALSE(joiner.add(fragment(whole, 400, 600)).empty());
  joiner.defrag.settle(false);
  EXPECT_TRUE(joiner.add(fragment(whole, 400, 504, {.more = true})).empty());
  EXPECT_TRUE(joiner.events.empty()) << "the end is open again";
  EXPECT_EQ(joiner.add(fragment(whole, 504, 600)), whole);
}

TEST(Defrag, DatagramsCompletedByOneFrameAreSettledTogether) {
  Joiner joiner;
  open(joiner, 1, 2);
  EXPECT_TRUE(completes(joiner, 1));
  EXPECT_TRUE(completes(joiner, 2));
  EXPECT_TRUE(joiner.defrag.unsettled());
  joiner.defrag.settle(false);
  EXPECT_FALSE(joiner.defrag.unsettled());
  EXPECT_EQ(joiner.defrag.size(), 2U);
  EXPECT_TRUE(completes(joiner, 2));
  EXPECT_TRUE(completes(joiner, 1));
}

}  // namespace
}  // namespace espial::flow
