// Whose bytes stay, policy by policy: Novak's figure, and a model of each over fragments by chance.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "tests/support/fragment_model.hpp"
#include "tests/support/fragmenter.hpp"

namespace espial::flow {
namespace {

using namespace espial::test;
using decode::Event;

constexpr auto kPolicies = std::to_array<OsPolicy>(
    {OsPolicy::first, OsPolicy::last, OsPolicy::bsd, OsPolicy::bsd_right, OsPolicy::linux_classic,
     OsPolicy::windows, OsPolicy::solaris, OsPolicy::linux_modern});

DefragLimits limits_of(OsPolicy policy) {
  DefragLimits limits = Joiner::small_limits();
  limits.hosts = HostPolicies({}, policy);
  return limits;
}

/// `count` units of eight bytes, each the letter, from unit `at` on.
Bytes letters(std::size_t at, std::size_t count, char letter, bool more = true) {
  const Bytes whole = ipv4({.id = 7}, filler(400));
  return fragment(whole, at * 8, (at + count) * 8,
                  {.more = more, .content = Bytes(count * 8, static_cast<std::byte>(letter))});
}

/// One letter a unit of what was joined; "-" for nothing.
std::string told(ByteView joined) {
  if (joined.empty()) return "-";
  std::string text;
  for (std::size_t i = 20; i < joined.size(); i += 8) text.push_back(static_cast<char>(joined[i]));
  return text;
}

std::string joined_by(OsPolicy policy, const std::vector<Bytes>& parts) {
  Joiner joiner(limits_of(policy));
  const auto joined = joiner.add_all(parts);
  return joined.size() == 1 ? told(joined.front()) : fmt::format("{} datagrams", joined.size());
}

// ------------------------------------------------------------------------------------------------
// Novak, "Target-Based Fragmentation Reassembly", with the cases that Suricata's tests add to it

std::vector<Bytes> novak() {
  return {
      letters(0, 3, 'A'),  letters(4, 2, 'B'),  letters(6, 3, 'C'),  letters(10, 1, 'D'),
      letters(13, 2, 'E'), letters(15, 3, 'F'), letters(18, 2, 'G'), letters(20, 2, 'H'),
      letters(22, 1, 'I'),  // so far none overlaps
      letters(1, 4, 'J'),  letters(6, 3, 'K'),  letters(9, 3, 'L'),  letters(12, 3, 'M'),
      letters(16, 1, 'N'), letters(19, 1, 'O'), letters(20, 1, 'P'), letters(22, 2, 'Q', false)};
}

TEST(DefragOverlap, NovaksFigureIsJoinedAsEachHostJoinsIt) {
  EXPECT_EQ(joined_by(OsPolicy::first, novak()), "AAAJBBCCCLDLMEEFFFGGHHIQ");
  EXPECT_EQ(joined_by(OsPolicy::last, novak()), "AJJJJBKKKLLLMMMFNFGOPHQQ");
  EXPECT_EQ(joined_by(OsPolicy::bsd, novak()), "AAAJJBCCCLLLMMMFFFGGHHIQ");
  EXPECT_EQ(joined_by(OsPolicy::bsd_right, novak()), "AJJJBBKKKLLLMMMFFFGGHHQQ");
  EXPECT_EQ(joined_by(OsPolicy::linux_classic, novak()), "AAAJJBKKKLLLMMMFFFGGPHQQ");
  EXPECT_EQ(joined_by(OsPolicy::windows, novak()), "AAAJBBCCCLLLMEEFFFGGHHIQ");
  EXPECT_EQ(joined_by(OsPolicy::solaris, novak()), "AAAJBBCCCLLLMMMFFFGGHHIQ");
  EXPECT_EQ(joined_by(OsPolicy::linux_modern, novak()), "0 datagrams");
}

TEST(DefragOverlap, ALaterFragmentThatFillsAGapAndCoversHalfOfTheNextIsJoinedAsInLinux) {
  EXPECT_EQ(joined_by(OsPolicy::linux_classic, {letters(0, 3, 'A'), letters(5, 6, 'B'),
                                                letters(3, 6, 'C'), letters(11, 2, 'D', false)}),
            "AAACCCCCCBBDD");
}

TEST(DefragOverlap, BsdTrimsBothEndsOfWhatComesBetweenTwo) {
  const std::vector<Bytes> parts = {letters(3, 2, 'A', false), letters(1, 2, 'B'),
                                    letters(2, 2, 'C'), letters(0, 1, 'D')};
  EXPECT_EQ(joined_by(OsPolicy::bsd, parts), "DBBCA");
}

TEST(DefragOverlap, AFragmentInsideAnotherSplitsItWhereTheLastWins) {
  const std::vector<Bytes> parts = {letters(0, 5, 'A'), letters(2, 1, 'B'),
                                    letters(5, 1, 'C', false)};
  EXPECT_EQ(joined_by(OsPolicy::last, parts), "AABAAC");
  for (const OsPolicy other :
       {OsPolicy::first, OsPolicy::bsd, OsPolicy::bsd_right, OsPolicy::linux_classic,
        OsPolicy::windows, OsPolicy::solaris, OsPolicy::linux_modern})
    EXPECT_EQ(joined_by(other, parts), "AAAAAC") << name_of(other);
}

TEST(DefragOverlap, AFragmentAcrossManyFillsEachGapWhereTheFirstWins) {
  std::vector<Bytes> parts;
  for (std::size_t at = 1; at < 20; at += 2) parts.push_back(letters(at, 1, 'a'));
  parts.push_back(letters(0, 21, 'B'));
  parts.push_back(letters(21, 1, 'C', false));
  EXPECT_EQ(joined_by(OsPolicy::first, parts), "BaBaBaBaBaBaBaBaBaBaBC");
  EXPECT_EQ(joined_by(OsPolicy::windows, parts), std::string(21, 'B') + "C");
}

// ------------------------------------------------------------------------------------------------

TEST(DefragOverlap, TheDestinationSaysWhosePolicyIsFollowed) {
  const auto row = [](std::string_view prefix, OsPolicy policy) {
    return HostPolicies::Row(IpPrefix::parse(prefix).value(), policy);
  };
  DefragLimits limits = Joiner::small_limits();
  limits.hosts =
      HostPolicies({row("10.1.0.0/16", OsPolicy::last), row("0.0.0.0/0", OsPolicy::first)});
  const auto told_to = [&](const char* source, const char* destination) {
    const Bytes whole = ipv4({.source = source, .destination = destination, .id = 7}, filler(24));
    const Cut other{.more = true, .content = filler(8, 0x55)};
    Joiner joiner(limits);
    const auto joined = joiner.add_all(
        {fragment(whole, 0, 16), fragment(whole, 8, 16, other), fragment(whole, 16, 24)});
    EXPECT_EQ(joined.size(), 1U);
    return joined.size() == 1 && joined.front() == whole;
  };
  EXPECT_FALSE(told_to("10.9.0.1", "10.1.0.9")) << "the last wins there";
  EXPECT_TRUE(told_to("10.1.0.9", "10.9.0.1")) << "the source does not say";
}

TEST(DefragOverlap, Ipv6GoesByTheRfcWhateverTheHost) {
  const Bytes whole = ipv6({}, filler(96));
  for (const OsPolicy policy : kPolicies) {
    Joiner joiner(limits_of(policy));
    (void)joiner.add(fragment(whole, 0, 48));
    (void)joiner.add(fragment(whole, 40, 64));
    EXPECT_TRUE(joiner.events.has(Event::ipv6_frag_overlap)) << name_of(policy);
    EXPECT_EQ(joiner.defrag.counters().discarded, 1U) << name_of(policy);
    EXPECT_EQ(joiner.defrag.size(), 0U);
  }
}

TEST(DefragOverlap, BytesThatDifferAreToldUnderEveryPolicy) {
  for (const OsPolicy policy : kPolicies) {
    Joiner joiner(limits_of(policy));
    (void)joiner.add_all({letters(0, 2, 'A'), letters(1, 2, 'B'), letters(3, 1, 'C', false)});
    EXPECT_TRUE(joiner.all_events.has(Event::ipv4_frag_overlap)) << name_of(policy);
    const DefragCounters& counters = joiner.defrag.counters();
    EXPECT_EQ(counters.overlapping + counters.ignored + counters.discarded, 1U) << name_of(policy);
  }
}

TEST(DefragOverlap, WhatContradictsTheEndEndsADatagramOfTodaysLinuxOnly) {
  const std::vector<Bytes> parts = {letters(1, 1, 'B', false), letters(2, 1, 'X'),
                                    letters(0, 1, 'A')};
  EXPECT_EQ(joined_by(OsPolicy::linux_modern, parts), "0 datagrams");
  EXPECT_EQ(joined_by(OsPolicy::linux_classic, parts), "AB") << "what lies beyond is passed over";
  EXPECT_EQ(joined_by(OsPolicy::bsd, parts), "0 datagrams") << "the furthest says that more comes";
  auto with_end = parts;
  with_end.push_back(letters(3, 1, 'Y', false));
  EXPECT_EQ(joined_by(OsPolicy::bsd, with_end), "ABXY");
}

TEST(DefragOverlap, AnEmptyFragmentIsPassedOverByWhoJoinsOverlaps) {
  for (const OsPolicy policy : kPolicies) {
    if (policy == OsPolicy::linux_modern) continue;
    EXPECT_EQ(
        joined_by(policy, {letters(0, 1, 'A'), letters(1, 0, 'x'), letters(1, 1, 'B', false)}),
        "AB")
        << name_of(policy);
  }
}

TEST(DefragOverlap, TheHeaderIsThatOfTheFragmentWhoseFirstByteStays) {
  const auto with_ttl = [](std::uint8_t tos, char letter) {
    return fragment(ipv4({.tos = tos, .id = 7}, filler(400)), 0, 8,
                    {.more = true, .content = Bytes(8, static_cast<std::byte>(letter))});
  };
  const auto tos_by = [&](OsPolicy policy) {
    Joiner joiner(limits_of(policy));
    const auto joined =
        joiner.add_all({with_ttl(4, 'A'), with_ttl(8, 'B'), letters(1, 1, 'C', false)});
    return joined.size() == 1 ? std::to_integer<int>(joined.front().at(1)) : -1;
  };
  EXPECT_EQ(tos_by(OsPolicy::first), 4);
  EXPECT_EQ(tos_by(OsPolicy::bsd), 4);
  EXPECT_EQ(tos_by(OsPolicy::last), 8);
  EXPECT_EQ(tos_by(OsPolicy::linux_classic), 8);
}

// ------------------------------------------------------------------------------------------------
// a model of each

std::vector<Bytes> attack(std::uint64_t seed) {
  Fragmenter chance(seed);
  const Bytes whole = ipv4({.id = 7}, filler(17 + chance.below(150), 0x40));
  std::vector<Bytes> parts = chance.cut(whole, 8 + (chance.below(5) * 8));
  if (chance.below(2) == 0) chance.shuffle(parts);
  chance.duplicate(parts, chance.below(3));
  chance.overlap(parts, whole, chance.below(5), Fragmenter::Lie::other_bytes);
  chance.overlap(parts, whole, chance.below(3), Fragmenter::Lie::none);
  if (chance.below(4) == 0) chance.lose(parts);
  return parts;
}

/// What the model makes of one packet.
Bytes add(FragmentModel& model, const Bytes& part) {
  const auto flags = read_be<std::uint16_t>(ByteView(part).subspan(6));
  const auto joined = model.add((flags & 0x1FFFU) * std::size_t{8}, ByteView(part).subspan(20),
                                (flags & 0x2000U) == 0);
  return joined.value_or(Bytes{});
}

Bytes payload(const Bytes& packet) {
  return packet.empty() ? packet : copy(ByteView(packet).subspan(20));
}

/// Feeds both, the verdict by chance; the time that passes afterwards ends what is left.
void compare(Joiner& joiner, OsPolicy policy, std::uint64_t seed) {
  Fragmenter chance(seed ^ 0x5EEDU);
  FragmentModel model(overlap_of(policy));
  for (const Bytes& part : attack(seed)) {
    const FragmentModel before = model;
    const Bytes expected = add(model, part);
    ASSERT_EQ(payload(joiner.add(part)), expected) << name_of(policy) << ", seed " << seed;
    const bool delivered = expected.empty() || chance.below(3) != 0;
    joiner.defrag.settle(delivered);
    if (!delivered) model = before;
  }
  joiner.now = joiner.now + std::chrono::seconds(61);
  joiner.defrag.expire(joiner.now, 10);
  ASSERT_EQ(joiner.defrag.size(), 0U);
}

TEST(DefragOverlap, EveryPolicyJoinsWhatAModelOfItJoins) {
  for (const OsPolicy policy : kPolicies) {
    Joiner joiner(limits_of(policy));
    for (std::uint64_t seed = 0; seed < 4'000; ++seed) {
      compare(joiner, policy, seed);
      if (HasFatalFailure()) return;
    }
    const DefragCounters& counters = joiner.defrag.counters();
    EXPECT_GT(counters.reassembled_v4, 1'000U) << name_of(policy);
    EXPECT_EQ(counters.evicted_for_fragment + counters.evicted_for_memory, 0U)
        << "something is not given back: " << name_of(policy);
  }
}

}  // namespace
}  // namespace espial::flow
