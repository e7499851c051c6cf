// What fragments can have wrong with them, one by one, and what becomes of their datagram.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/support/fragments.hpp"

namespace espial::flow {
namespace {

using namespace espial::test;
using decode::Event;
using decode::EventSet;

constexpr std::size_t kPayload = 96;

/// Both versions: what holds of one holds of the other unless a test says otherwise.
struct Version {
  const char* name;
  Bytes whole;
  Event too_large, overlap, ignored, invalid_length;
};

std::vector<Version> versions() {
  const Bytes content = udp({}, filler(kPayload - 8, 0x11));
  return {{"v4", ipv4({.id = 7}, content), Event::ipv4_frag_pkt_too_large, Event::ipv4_frag_overlap,
           Event::ipv4_frag_ignored, Event::ipv4_frag_invalid_length},
          {"v6", ipv6({}, content), Event::ipv6_frag_pkt_too_large, Event::ipv6_frag_overlap,
           Event::ipv6_frag_ignored, Event::ipv6_frag_invalid_length}};
}

EventSet just(Event event) {
  EventSet set;
  set.add(event);
  return set;
}

Cut with_more(bool more) {
  return {.more = more};
}

Cut with_content(std::size_t size, int fill = 0x22) {
  return {.more = true, .content = filler(size, fill)};
}

/// The first fragment is in, [0, 48) of 96.
struct Begun : Joiner {
  explicit Begun(const Version& version, const DefragLimits& limits = small_limits())
      : Joiner(limits), whole(version.whole) {
    EXPECT_TRUE(add(fragment(whole, 0, 48)).empty());
  }
  [[nodiscard]] bool last_completes() { return !add(fragment(whole, 48, kPayload)).empty(); }
  Bytes whole;
};

/// `bad` discards the datagram, is told as `event`, and leaves nothing behind: the fragments of a
/// second try join.
void expect_discard(const Version& version, const Bytes& bad, Event event,
                    const DefragLimits& limits = Joiner::small_limits()) {
  Begun begun(version, limits);
  EXPECT_TRUE(begun.add(bad).empty()) << version.name;
  EXPECT_EQ(begun.events, just(event)) << version.name;
  EXPECT_EQ(begun.defrag.size(), 0U) << version.name;
  EXPECT_EQ(begun.defrag.counters().discarded, 1U) << version.name;
  EXPECT_FALSE(begun.last_completes()) << version.name;
  EXPECT_EQ(begun.add(fragment(begun.whole, 0, 48)), begun.whole) << version.name;
}

/// `bad` is passed over: told as `event`, and the datagram is joined without it.
void expect_ignored(const Version& version, const Bytes& bad, Event event,
                    const DefragLimits& limits = Joiner::small_limits()) {
  Begun begun(version, limits);
  EXPECT_TRUE(begun.add(bad).empty()) << version.name;
  EXPECT_EQ(begun.events, just(event)) << version.name;
  EXPECT_EQ(begun.defrag.counters().ignored, 1U) << version.name;
  EXPECT_EQ(begun.add(fragment(begun.whole, 48, kPayload)), begun.whole) << version.name;
}

// ------------------------------------------------------------------------------------------------
// overlaps

TEST(DefragFaults, APartialOverlapDiscardsTheDatagram) {
  for (const Version& v : versions()) {
    expect_discard(v, fragment(v.whole, 40, 64), v.overlap);  // teardrop: starts inside, goes on
    expect_discard(v, fragment(v.whole, 0, 64), v.overlap);   // covers it and more
  }
  for (const Version& v : versions()) {  // from below
    Joiner joiner;
    (void)joiner.add(fragment(v.whole, 24, 48));
    (void)joiner.add(fragment(v.whole, 16, 32));
    EXPECT_EQ(joiner.events, just(v.overlap));
    EXPECT_EQ(joiner.defrag.size(), 0U);
  }
}

TEST(DefragFaults, TeardropIsAnOverlap) {
  // The second, last fragment ends inside the first.
  for (const Version& v : versions())
    expect_discard(v, fragment(v.whole, 24, 32, with_more(false)), v.ignored);  // a second end
  for (const Version& v : versions())
    expect_discard(v, fragment(v.whole, 24, 56, with_more(false)), v.overlap);
}

TEST(DefragFaults, AnExactDuplicateIsPassedOver) {
  for (const Version& v : versions()) {
    Begun begun(v);
    EXPECT_TRUE(begun.add(fragment(v.whole, 0, 48)).empty());
    EXPECT_TRUE(begun.events.empty());
    EXPECT_EQ(begun.defrag.counters().duplicates, 1U);
    EXPECT_TRUE(begun.last_completes());
  }
}

TEST(DefragFaults, ADuplicateRangeWithOtherBytesIsToldAndTheFirstStays) {
  for (const Version& v : versions())
    expect_ignored(v, fragment(v.whole, 0, 48, with_content(48)), v.overlap);
}

TEST(DefragFaults, WhatLiesInsideARunIsPassedOverAsLinuxDoes) {
  const Version v = versions()[0];
  expect_ignored(v, fragment(v.whole, 8, 24, with_content(16)), v.overlap);
  // A run is what was appended in order; [40, 56) lies in one of two fragments.
  Begun begun(v);
  (void)begun.add(fragment(v.whole, 48, 64));
  (void)begun.add(fragment(v.whole, 40, 56, with_content(16)));
  EXPECT_EQ(begun.events, just(v.overlap));
  EXPECT_EQ(begun.defrag.counters().ignored, 1U);
  EXPECT_EQ(begun.add(fragment(v.whole, 64, kPayload)), v.whole);
}

TEST(DefragFaults, WhatLiesAcrossTwoRunsDiscardsTheDatagramAsInLinux) {
  for (const Version& v : versions()) {
    Joiner joiner;
    (void)joiner.add(fragment(v.whole, 48, 64));
    (void)joiner.add(fragment(v.whole, 0, 48));  // in front: a run of its own
    (void)joiner.add(fragment(v.whole, 40, 56));
    EXPECT_EQ(joiner.events, just(v.overlap));
    EXPECT_EQ(joiner.defrag.counters().discarded, 1U);
  }
}

TEST(DefragFaults, WhatLiesInsideAFragmentDiscardsTheDatagramUnderRfc5722) {
  const Version v = versions()[1];
  expect_discard(v, fragment(v.whole, 8, 24), v.overlap);
  expect_discard(v, fragment(v.whole, 0, 24), v.overlap);
}

TEST(DefragFaults, ByDefaultIpv4IsLinuxAndIpv6IsTheRfc) {
  const auto all = versions();
  expect_ignored(all[0], fragment(all[0].whole, 8, 24), Event::ipv4_frag_overlap);
  expect_discard(all[1], fragment(all[1].whole, 8, 24), Event::ipv6_frag_overlap);
}

// ------------------------------------------------------------------------------------------------
// ends

TEST(DefragFaults, ASecondEndDiscardsTheDatagram) {
  for (const Version& v : versions()) {
    for (const std::size_t second : {std::size_t{80}, std::size_t{64}}) {
      Joiner joiner;
      (void)joiner.add(fragment(v.whole, 64, 80, with_more(false)));
      (void)joiner.add(fragment(v.whole, second - 8, second + 8, with_more(false)));
      EXPECT_EQ(joiner.events, just(v.ignored)) << v.name << second;
      EXPECT_EQ(joiner.defrag.size(), 0U);
    }
  }
}

TEST(DefragFaults, DataBeyondTheEndDiscardsTheDatagram) {
  for (const Version& v : versions()) {
    Joiner joiner;
    (void)joiner.add(fragment(v.whole, 48, 56, with_more(false)));
    (void)joiner.add(fragment(v.whole, 56, 64));
    EXPECT_EQ(joiner.events, just(v.ignored));
    EXPECT_EQ(joiner.defrag.size(), 0U);
    // And an end before data that is there.
    (void)joiner.add(fragment(v.whole, 56, 64));
    (void)joiner.add(fragment(v.whole, 40, 48, with_more(false)));
    EXPECT_EQ(joiner.events, just(v.ignored));
    EXPECT_EQ(joiner.defrag.counters().discarded, 2U);
  }
}

TEST(DefragFaults, ADuplicateThatClaimsToBeTheLastSetsTheEnd) {
  for (const Version& v : versions()) {  // as in Linux
    Begun begun(v);
    (void)begun.add(fragment(v.whole, 48, 64));
    EXPECT_TRUE(begun.add(fragment(v.whole, 48, 64, with_more(false))).empty());
    EXPECT_EQ(begun.defrag.counters().duplicates, 1U);
    EXPECT_TRUE(begun.add(fragment(v.whole, 64, kPayload)).empty());
    EXPECT_EQ(begun.events, just(v.ignored));
    EXPECT_EQ(begun.defrag.size(), 0U);
  }
}

// ------------------------------------------------------------------------------------------------
// lengths

TEST(DefragFaults, AnEmptyFragmentDiscardsTheDatagram) {
  for (const Version& v : versions()) {
    expect_discard(v, fragment(v.whole, 48, 48), v.invalid_length);
    Joiner joiner;  // and opens none
    (void)joiner.add(fragment(v.whole, 48, 48));
    EXPECT_EQ(joiner.events, just(v.invalid_length));
    EXPECT_EQ(joiner.defrag.size(), 0U);
    EXPECT_EQ(joiner.defrag.counters().ignored, 1U);
  }
}

TEST(DefragFaults, Ipv4LeavesOffWhatStandsBehindTheLastMultipleOfEight) {
  const Version v = versions()[0];
  Joiner joiner;
  (void)joiner.add(fragment(v.whole, 0, 55));
  EXPECT_EQ(joiner.events, just(v.invalid_length));
  EXPECT_EQ(joiner.add(fragment(v.whole, 48, kPayload)), v.whole);
}

TEST(DefragFaults, Ipv6PassesOverAFragmentOfNoMultipleOfEight) {
  const Version v = versions()[1];
  expect_ignored(v, fragment(v.whole, 48, 55), v.invalid_length);
}

TEST(DefragFaults, AnIpv4DatagramBeyondTheLargestIsToldAndNeverJoined) {
  const Bytes large = ipv4({.id = 7}, filler(65'515));
  const auto run = [&](std::size_t last_size) {
    Joiner joiner;
    std::vector<Bytes> parts = fragments(large, 1480);
    parts.back() = fragment(large, 65'120, 65'515, {.more = false, .content = filler(last_size)});
    const std::size_t joined = joiner.add_all(parts).size();
    EXPECT_EQ(joiner.defrag.size(), 0U);
    return std::pair(joined, joiner.all_events);
  };
  EXPECT_EQ(run(395), std::pair(std::size_t{1}, EventSet{}));
  EXPECT_EQ(run(396), std::pair(std::size_t{0}, just(Event::ipv4_frag_pkt_too_large)));
}

TEST(DefragFaults, APingOfDeathIsToldWhenItsEndComes) {
  const Bytes ping = ipv4({.protocol = 1}, filler(1000));
  Joiner joiner;
  Bytes last = fragment(ping, 0, 1000, {.more = false});
  put_u16(last, 6, 65'528 / 8);
  put_u16(last, 10, 0);
  put_u16(last, 10, internet_checksum(ByteView(last).first(20)));
  (void)joiner.add(last);
  EXPECT_EQ(joiner.events, just(Event::ipv4_frag_pkt_too_large));
}

TEST(DefragFaults, AnIpv6FragmentThatEndsBeyondTheLargestIsPassedOver) {
  const Bytes large = ipv6({}, filler(65'535));
  const auto last = [&](std::size_t size) {
    Joiner joiner;
    (void)joiner.add(fragment(large, 65'120, 65'520, {.more = false, .content = filler(size)}));
    return std::pair(joiner.events, joiner.defrag.size());
  };
  EXPECT_EQ(last(415), std::pair(EventSet{}, 1U));
  EXPECT_EQ(last(416), std::pair(just(Event::ipv6_frag_pkt_too_large), 0U));
}

TEST(DefragFaults, AnIpv6PacketWhoseHeadersMakeItTooLargeIsDiscarded) {
  // 65,535 bytes of payload and a hop-by-hop header before them.
  const Bytes options = ipv6_extension(17, from_hex("05020000"), filler(65'535));
  const Bytes large = ipv6({.next_header = 0}, options);
  Joiner joiner;
  const Cut cut{.unfragmentable = 48, .next_header_at = 40};
  EXPECT_TRUE(joiner.add_all(fragments(large, 1432, cut)).empty());
  EXPECT_EQ(joiner.all_events, just(Event::ipv6_frag_pkt_too_large));
  EXPECT_EQ(joiner.defrag.counters().discarded, 1U);
}

TEST(DefragFaults, TinyFragmentsThatPartTheHeaderAreJoined) {
  for (const Version& v : versions()) {
    Joiner joiner;
    EXPECT_EQ(joiner.add_all(fragments(v.whole, 8)), std::vector<Bytes>({v.whole}));
    EXPECT_TRUE(joiner.all_events.empty());
  }
}

// ------------------------------------------------------------------------------------------------
// what is no use

TEST(DefragFaults, AFragmentCutInTheCaptureIsPassedOver) {
  for (const Version& v : versions()) {
    Bytes cut = fragment(v.whole, 48, 72);
    cut.resize(cut.size() - 8);
    expect_ignored(v, cut, v.ignored);
  }
}

TEST(DefragFaults, AFragmentWithAWrongHeaderChecksumIsPassedOver) {
  const Version v = versions()[0];
  Bytes wrong = fragment(v.whole, 48, 72);
  wrong.at(10) ^= std::byte{1};
  expect_ignored(v, wrong, v.ignored);
}

// ------------------------------------------------------------------------------------------------

TEST(DefragFaults, EveryEventOfFragmentsIsRaised) {
  EventSet raised;
  const auto see = [&](const Bytes& first, const Bytes& second) {
    Joiner joiner;
    (void)joiner.add_all({first, second});
    raised.merge(joiner.all_events);
  };
  const Bytes far4 = ipv4({}, filler(65'515));
  const Bytes far6 = ipv6({}, filler(65'535));
  for (const Version& v : versions()) {
    const Bytes first = fragment(v.whole, 0, 48);
    see(first, fragment(v.whole, 40, 64));
    see(first, fragment(v.whole, 48, 55));
    see(first, fragment(v.whole, 8, 16, with_more(false)));
  }
  see(fragment(far4, 0, 8), fragment(far4, 65'504, 65'515, with_content(16)));
  see(fragment(far6, 0, 8), fragment(far6, 65'528, 65'535, with_content(8)));
  decode::kFragmentEvents.for_each(
      [&](Event event) { EXPECT_TRUE(raised.has(event)) << decode::name_of(event); });
  raised.for_each([](Event event) {
    EXPECT_TRUE(decode::kFragmentEvents.has(event)) << decode::name_of(event);
  });
}

}  // namespace
}  // namespace espial::flow
