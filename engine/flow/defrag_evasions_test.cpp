// The evasions by fragments that have a name: Ptacek and Newsham, "Insertion, Evasion, and Denial
// of Service" (1998), section 4, with the numbers of their tool; and the attacks on receivers of
// their time. What the receiver joins is joined here, and nothing else.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/fragmenter.hpp"

namespace espial::flow {
namespace {

using namespace espial::test;
using decode::Event;

using Datagrams = std::vector<Bytes>;

/// What a rule would look for, in a datagram of 80 bytes of UDP.
Bytes message(std::uint32_t id = 7) {
  return ipv4({.id = static_cast<std::uint16_t>(id)}, udp({}, filler(72, 0x41)));
}

DefragLimits limits_of(OsPolicy policy) {
  DefragLimits limits = Joiner::small_limits();
  limits.hosts = HostPolicies({}, policy);
  return limits;
}

constexpr auto kPolicies = std::to_array<OsPolicy>(
    {OsPolicy::first, OsPolicy::last, OsPolicy::bsd, OsPolicy::bsd_right, OsPolicy::linux_classic,
     OsPolicy::windows, OsPolicy::solaris, OsPolicy::linux_modern});

/// Fragments without contradictions are the message to everyone.
void expect_message(const Datagrams& parts) {
  for (const OsPolicy policy : kPolicies) {
    Joiner joiner(limits_of(policy));
    EXPECT_EQ(joiner.add_all(parts), Datagrams{message()}) << name_of(policy);
  }
}

std::string who_wins(OsPolicy policy, const Datagrams& parts) {
  Joiner joiner(limits_of(policy));
  const Datagrams joined = joiner.add_all(parts);
  if (joined.empty()) return "nothing";
  return joined.front() == message() ? "message" : "chaff";
}

/// Chaff in the place of [begin, end) of the message.
Bytes chaff(std::size_t begin, std::size_t end) {
  return fragment(message(), begin, end, {.more = true, .content = filler(end - begin, 0)});
}

// ------------------------------------------------------------------------------------------------
// Ptacek and Newsham

TEST(DefragEvasions, Frag1SmallFragmentsInOrder) {
  expect_message(fragments(message(), 8));
}

TEST(DefragEvasions, Frag2FragmentsOfTwentyFourBytes) {
  expect_message(fragments(message(), 24));
}

TEST(DefragEvasions, Frag3OneFragmentOutOfOrder) {
  Datagrams parts = fragments(message(), 8);
  std::swap(parts.at(3), parts.at(4));
  expect_message(parts);
}

TEST(DefragEvasions, Frag4OneFragmentTwice) {
  Datagrams parts = fragments(message(), 8);
  parts.push_back(parts.at(3));
  std::swap(parts.at(4), parts.back());
  expect_message(parts);
}

TEST(DefragEvasions, Frag5OutOfOrderWithOneTwice) {
  Datagrams parts = fragments(message(), 8);
  parts.push_back(parts.at(6));
  std::ranges::reverse(parts);
  expect_message(parts);
}

TEST(DefragEvasions, Frag6TheLastFragmentFirst) {
  Datagrams parts = {fragment(message(), 72, 80)};
  for (std::size_t at = 0; at < 72; at += 8) parts.push_back(fragment(message(), at, at + 8));
  expect_message(parts);
}

TEST(DefragEvasions, Frag7AForwardOverlapWithOldBytesThatAreChaff) {
  // Each second fragment comes first as chaff with the byte range of two.
  const Datagrams parts = {fragment(message(), 0, 16), chaff(16, 32), fragment(message(), 24, 48),
                           fragment(message(), 16, 24), fragment(message(), 48, 80)};
  EXPECT_EQ(who_wins(OsPolicy::last, parts), "message");
  EXPECT_EQ(who_wins(OsPolicy::bsd_right, parts), "message") << "[24, 48) has cut the chaff";
  EXPECT_EQ(who_wins(OsPolicy::linux_modern, parts), "nothing");
  for (const OsPolicy other : {OsPolicy::first, OsPolicy::bsd, OsPolicy::linux_classic,
                               OsPolicy::windows, OsPolicy::solaris})
    EXPECT_EQ(who_wins(other, parts), "chaff") << name_of(other);
}

TEST(DefragEvasions, ABackwardOverlapWithNewBytesThatAreTheMessage) {
  const Datagrams parts = {fragment(message(), 0, 16), chaff(24, 32), fragment(message(), 16, 40),
                           fragment(message(), 40, 80)};
  EXPECT_EQ(who_wins(OsPolicy::first, parts), "chaff");
  EXPECT_EQ(who_wins(OsPolicy::linux_modern, parts), "nothing");
  for (const OsPolicy other : {OsPolicy::last, OsPolicy::bsd, OsPolicy::bsd_right,
                               OsPolicy::linux_classic, OsPolicy::windows, OsPolicy::solaris})
    EXPECT_EQ(who_wins(other, parts), "message") << name_of(other);
}

TEST(DefragEvasions, OfTwoEqualRangesTheFirstOrTheLastStays) {
  const Datagrams parts = {fragment(message(), 0, 16), chaff(16, 24), fragment(message(), 16, 24),
                           fragment(message(), 24, 80)};
  for (const OsPolicy new_one : {OsPolicy::last, OsPolicy::bsd_right, OsPolicy::linux_classic})
    EXPECT_EQ(who_wins(new_one, parts), "message") << name_of(new_one);
  for (const OsPolicy old_one : {OsPolicy::first, OsPolicy::bsd, OsPolicy::windows,
                                 OsPolicy::solaris, OsPolicy::linux_modern})
    EXPECT_EQ(who_wins(old_one, parts), "chaff") << name_of(old_one);
}

TEST(DefragEvasions, ChaffThatTheReceiverHasForgottenIsForgotten) {
  // Its timeout passed before the rest came: only what came within it is joined.
  Joiner joiner;
  (void)joiner.add(chaff(0, 40));
  joiner.now = joiner.now + DefragLimits{}.timeout + std::chrono::nanoseconds(1);
  EXPECT_EQ(joiner.add_all(fragments(message(), 40)), Datagrams{message()});
  EXPECT_EQ(joiner.defrag.counters().timed_out, 1U);
}

TEST(DefragEvasions, ADatagramThatNeverEndsHoldsNothingForLongerThanItsTime) {
  Joiner joiner;
  for (std::size_t i = 0; i < 9; ++i) {
    joiner.now = joiner.now + std::chrono::seconds(10);
    (void)joiner.add(fragment(message(), i * 8, (i + 1) * 8, {.more = true}));
  }
  EXPECT_EQ(joiner.defrag.counters().timed_out, 1U) << "later fragments do not prolong it";
}

// ------------------------------------------------------------------------------------------------
// headers in fragments (RFC 1858, RFC 3128), ids

TEST(DefragEvasions, ATinyFirstFragmentThatPartsTheTransportHeaderIsJoined) {
  Datagrams parts = fragments(message(), 8);
  expect_message(parts);
  std::ranges::reverse(parts);
  expect_message(parts);
}

TEST(DefragEvasions, AnOffsetOfOneThatOverwritesTheHeaderIsJudgedByItsReceiver) {
  // RFC 3128: the second fragment rewrites the first one's bytes from the eighth on.
  const Datagrams parts = {chaff(0, 16), fragment(message(), 8, 80)};
  Joiner modern;
  EXPECT_TRUE(modern.add_all(parts).empty());
  EXPECT_TRUE(modern.all_events.has(Event::ipv4_frag_overlap));
  Joiner last(limits_of(OsPolicy::last));
  const Datagrams joined = last.add_all(parts);
  ASSERT_EQ(joined.size(), 1U);
  EXPECT_TRUE(equal(ByteView(joined.front()).subspan(28), ByteView(message()).subspan(28)));
}

TEST(DefragEvasions, AnIdThatIsUsedAgainBelongsToAnotherDatagram) {
  // Also at once, and whether or not the one before was whole.
  const Bytes other = ipv4({.id = 7}, udp({}, filler(72, 0x61)));
  Joiner joiner;
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(joiner.add_all(fragments(message(), 24)), Datagrams{message()});
    EXPECT_EQ(joiner.add_all(fragments(other, 24)), Datagrams{other});
  }
}

TEST(DefragEvasions, AnIdThatIsUsedAgainBeforeTheFirstIsWholeEndsItWhereTheyContradict) {
  const Bytes longer = ipv4({.id = 7}, udp({}, filler(120, 0x61)));
  Joiner joiner;
  (void)joiner.add(fragment(message(), 40, 80));
  (void)joiner.add(fragment(longer, 80, 128));
  EXPECT_EQ(joiner.defrag.counters().discarded, 1U);
  EXPECT_EQ(joiner.add_all(fragments(longer, 64)), Datagrams{longer});
}

TEST(DefragEvasions, FragmentsOfOtherProtocolsOrDirectionsAreOtherDatagrams) {
  const Bytes back = ipv4({.source = "10.9.0.2", .destination = "10.9.0.1", .id = 7}, filler(80));
  Joiner joiner;
  (void)joiner.add(fragment(message(), 0, 40));
  EXPECT_TRUE(joiner.add(fragment(back, 40, 80)).empty());
  EXPECT_EQ(joiner.add(fragment(message(), 40, 80)), message());
}

// ------------------------------------------------------------------------------------------------
// attacks on receivers

TEST(DefragEvasions, Teardrop) {
  // The second ends within the first: lengths that old receivers counted below zero.
  const Bytes second = fragment(message(), 24, 28, {.more = false});
  for (const OsPolicy policy : kPolicies) {
    Joiner joiner(limits_of(policy));
    (void)joiner.add_all({fragment(message(), 0, 40), second});
    EXPECT_FALSE(joiner.all_events.empty()) << name_of(policy);
    EXPECT_EQ(joiner.add_all(fragments(message(9), 24, {.id = 9})), Datagrams{message(9)});
  }
}

TEST(DefragEvasions, NesteaAndBoink) {
  // A hole behind a last fragment that is there, and a fragment far beyond it.
  for (const OsPolicy policy : kPolicies) {
    Joiner joiner(limits_of(policy));
    const Datagrams joined =
        joiner.add_all({fragment(message(), 0, 16), fragment(message(), 32, 48, {.more = false}),
                        fragment(ipv4({.id = 7}, filler(40'000)), 36'000, 36'008)});
    EXPECT_TRUE(joined.empty()) << name_of(policy);
  }
}

TEST(DefragEvasions, PingOfDeath) {
  const Bytes large = ipv4({.protocol = 1, .id = 7}, filler(65'515));
  Datagrams parts = fragments(large, 1480);
  parts.back() = fragment(large, 65'120, 65'515, {.more = false, .content = filler(1'000)});
  for (const OsPolicy policy : kPolicies) {
    Joiner joiner(limits_of(policy));
    EXPECT_TRUE(joiner.add_all(parts).empty()) << name_of(policy);
    EXPECT_TRUE(joiner.all_events.has(Event::ipv4_frag_pkt_too_large)) << name_of(policy);
    EXPECT_EQ(joiner.defrag.size(), 0U) << name_of(policy);
  }
}

TEST(DefragEvasions, Jolt) {
  // Fragments of ICMP, each the same, never an end; jolt2 sends one that lies at the very end.
  const Bytes large = ipv4({.protocol = 1, .id = 0x455}, filler(65'515));
  const Bytes same =
      fragment(large, 65'504, 65'512, {.id = 0x455, .more = false, .content = filler(9)});
  for (const OsPolicy policy : kPolicies) {
    Joiner joiner(limits_of(policy));
    for (int i = 0; i < 1'000; ++i) EXPECT_TRUE(joiner.add(same).empty());
    EXPECT_EQ(joiner.defrag.size(), 1U) << name_of(policy);
    EXPECT_EQ(joiner.defrag.counters().duplicates, 999U) << name_of(policy);
  }
}

TEST(DefragEvasions, RoseHoldsNoMoreThanItsRoom) {
  // The first fragment and the last of each datagram, never what lies between.
  const Bytes large = ipv4({.id = 7}, filler(65'000));
  Joiner joiner;
  for (std::uint32_t id = 0; id < 2'000; ++id) {
    (void)joiner.add(fragment(large, 0, 32, {.id = id}));
    (void)joiner.add(fragment(large, 64'800, 65'000, {.id = id}));
  }
  EXPECT_LE(joiner.defrag.memory(), Joiner::small_limits().memcap);
  EXPECT_LE(joiner.defrag.size(), 64U);
  EXPECT_EQ(joiner.add_all(fragments(message(), 24, {.id = 5'000})).size(), 1U);
}

TEST(DefragEvasions, OverlapsWithoutEndTakeNoMoreOfADatagramThanItsFragmentsMay) {
  for (const OsPolicy policy : {OsPolicy::last, OsPolicy::linux_classic, OsPolicy::bsd_right}) {
    DefragLimits limits = limits_of(policy);
    limits.max_fragments_each = 100;
    Joiner joiner(limits);
    for (int i = 0; i < 1'000; ++i)
      (void)joiner.add(fragment(message(), 8, 48, {.more = true, .content = filler(40, i % 251)}));
    EXPECT_GE(joiner.defrag.counters().discarded, 9U) << name_of(policy);
    EXPECT_LE(joiner.defrag.memory(), limits.memcap);
  }
}

// ------------------------------------------------------------------------------------------------
// IPv6

TEST(DefragEvasions, AnAtomicFragmentJoinsNothing) {
  // RFC 6946: alone it is a datagram, whatever fragments of the same id are there.
  const Bytes whole = ipv6({}, udp({}, filler(72, 0x41)));
  Joiner joiner;
  (void)joiner.add(fragment(whole, 0, 40));
  decode::decode_ip(fragment(whole, 0, 80), decode::Checksums::verify, joiner.frame);
  EXPECT_FALSE(joiner.frame.packets.back().fragment) << "it is decoded as the datagram it is";
  EXPECT_EQ(joiner.add(fragment(whole, 40, 80)), whole);
}

TEST(DefragEvasions, AnIpv6OverlapOfAnyKindIsTheEndOfIt) {
  const Bytes whole = ipv6({}, udp({}, filler(72, 0x41)));
  for (const auto& [begin, end] : {std::pair{8, 48}, {32, 48}, {0, 48}, {0, 32}, {8, 32}}) {
    Joiner joiner;
    (void)joiner.add(fragment(whole, 0, 40));
    (void)joiner.add(
        fragment(whole, static_cast<std::size_t>(begin), static_cast<std::size_t>(end)));
    EXPECT_TRUE(joiner.events.has(Event::ipv6_frag_overlap)) << begin << ".." << end;
    EXPECT_TRUE(joiner.add(fragment(whole, 40, 80)).empty()) << begin << ".." << end;
  }
}

}  // namespace
}  // namespace espial::flow
