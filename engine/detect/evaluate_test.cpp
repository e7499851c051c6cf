#include "engine/detect/evaluate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/support/facts.hpp"
#include "tests/support/rules.hpp"

namespace espial::detect {
namespace {

using namespace espial::test;  // builders of packets, messages and rules
using flow::Direction;
using Sids = std::vector<std::uint32_t>;

Sids sids_of(const Scratch& scratch) {
  Sids sids;
  for (const rules::Rule* const rule : scratch.matches) sids.push_back(rule->info.sid);
  return sids;
}

Sids matches(const std::string& rules, const SeenPacket& packet,
             Direction direction = Direction::to_server, bool established = false) {
  const auto opened = ruleset(rules);
  Scratch scratch;
  evaluate(*opened, packet.facts(direction, established), scratch);
  return sids_of(scratch);
}

/// Whether a rule of this header, and no more, holds.
bool header_holds(std::string_view header, const SeenPacket& packet) {
  return !matches(rule(header, "", 1), packet).empty();
}

/// Whether a rule with these options holds, on any packet otherwise.
bool holds(std::string_view options, const SeenPacket& packet,
           Direction direction = Direction::to_server, bool established = false) {
  return !matches(rule("alert ip any any -> any any", options, 1), packet, direction, established)
              .empty();
}

SeenPacket offer() {
  return SeenPacket(on_port_500(ikev2_offer()));
}

// ------------------------------------------------------------------------------------------------
// header: protocol

/// A rule for each protocol of the language; its sid is the protocol's number.
std::unique_ptr<const Ruleset> a_rule_for_each_protocol() {
  rules::Plan plan;
  for (unsigned i = 0; i <= std::to_underlying(rules::HeaderProtocol::ipsec); ++i) {
    rules::Rule& rule = plan.rules.emplace_back();
    rule.info.sid = i;
    rule.header.protocol = static_cast<rules::HeaderProtocol>(i);
  }
  return std::move(*Ruleset::open(std::move(plan)));
}

std::set<std::string_view> protocols_of(const Bytes& packet) {
  static const auto kRules = a_rule_for_each_protocol();
  const SeenPacket seen(packet);
  Scratch scratch;
  evaluate(*kRules, seen.facts(), scratch);
  std::set<std::string_view> names;
  for (const rules::Rule* const rule : scratch.matches)
    names.insert(rules::name_of(rule->header.protocol));
  return names;
}

using Names = std::set<std::string_view>;

TEST(HeaderProtocol, OfTransports) {
  EXPECT_EQ(protocols_of(ipv4({.protocol = 6}, tcp({}, bytes(1)))),
            (Names{"ip", "ip4", "pkthdr", "tcp", "tcp-pkt", "tcp-stream"}));
  EXPECT_EQ(protocols_of(ipv6({.next_header = 6}, tcp({}, bytes(1)))),
            (Names{"ip", "ip6", "pkthdr", "tcp", "tcp-pkt", "tcp-stream"}));
  EXPECT_EQ(protocols_of(ipv4({}, udp({.source = 53, .destination = 53}, bytes(1)))),
            (Names{"ip", "ip4", "pkthdr", "udp"}));
  EXPECT_EQ(protocols_of(ipv4({.protocol = 1}, icmp(8, 0, 1, {}))),
            (Names{"ip", "ip4", "pkthdr", "icmp", "icmpv4"}));
  EXPECT_EQ(protocols_of(ipv6({.next_header = 58}, icmpv6(128, 0, 1, {}))),
            (Names{"ip", "ip6", "pkthdr", "icmp", "icmpv6"}));
  EXPECT_EQ(protocols_of(ipv4({.protocol = 132}, sctp(1, 2, filler(4)))),
            (Names{"ip", "ip4", "pkthdr", "sctp"}));
  EXPECT_EQ(protocols_of(ipv4({.offset = 1480, .more = true}, filler(16))),
            (Names{"ip", "ip4", "pkthdr"}))
      << "a fragment's transport is not known";
  EXPECT_EQ(protocols_of(ipv4({.protocol = 99}, filler(16))), (Names{"ip", "ip4", "pkthdr"}));
}

TEST(HeaderProtocol, OfIkeInBothItsPorts) {
  const Names v2{"ip", "ip4", "pkthdr", "udp", "ike", "ikev2", "ipsec"};
  EXPECT_EQ(protocols_of(on_port_500(ikev2_offer())), v2);
  EXPECT_EQ(protocols_of(on_port_4500(ikev2_offer())), v2);
  const Names v1{"ip", "ip4", "pkthdr", "udp", "ike", "ikev1", "ipsec"};
  EXPECT_EQ(protocols_of(on_port_500(ikev1_offer())), v1);
  EXPECT_EQ(protocols_of(on_port_4500(ikev1_offer())), v1);
  EXPECT_EQ(protocols_of(on_port_500(ike({.version = 0x30}, {}))),
            (Names{"ip", "ip4", "pkthdr", "udp", "ike", "ipsec"}))
      << "a version that nobody knows is IKE still";
}

TEST(HeaderProtocol, OfEspAndAhOnEveryCarrier) {
  EXPECT_EQ(protocols_of(bare_esp({})), (Names{"ip", "ip4", "pkthdr", "esp", "ipsec"}));
  EXPECT_EQ(protocols_of(esp_on_port_4500({})),
            (Names{"ip", "ip4", "pkthdr", "udp", "esp", "ipsec"}));
  EXPECT_EQ(protocols_of(ipv6({.next_header = 51}, ah({.icv_size = 12}, esp({})))),
            (Names{"ip", "ip6", "pkthdr", "ah", "esp", "ipsec"}));
  const Bytes dns = udp({.source = 53, .destination = 53}, bytes(1));
  EXPECT_EQ(protocols_of(ipv4({.protocol = 51}, ah({.next_header = 17}, dns))),
            (Names{"ip", "ip4", "pkthdr", "udp", "ah", "ipsec"}));
}

TEST(HeaderProtocol, OfWhatElseComesOnPort4500) {
  const auto natt = [](const Bytes& payload) {
    return protocols_of(ipv4({}, udp({.source = 4500, .destination = 4500}, payload)));
  };
  const Names ipsec{"ip", "ip4", "pkthdr", "udp", "ipsec"};
  EXPECT_EQ(natt(bytes(0xFF)), ipsec) << "a keepalive";
  EXPECT_EQ(natt(Writer().u32(2).raw(filler(16)).take()),
            (Names{"ip", "ip4", "pkthdr", "udp", "esp", "ipsec"}))
      << "WESP, and the ESP in it";
  EXPECT_EQ(natt(Writer().u32(0).raw(filler(8)).take()), ipsec) << "IKE without a whole header";
}

// ------------------------------------------------------------------------------------------------
// header: addresses and ports

TEST(Header, AddressesAreHeldAgainstTheirSide) {
  const SeenPacket packet = offer();  // 10.9.0.1:500 to 10.9.0.2:500
  EXPECT_TRUE(header_holds("alert udp 10.9.0.1 any -> 10.9.0.2 any", packet));
  EXPECT_FALSE(header_holds("alert udp 10.9.0.2 any -> 10.9.0.1 any", packet));
  EXPECT_TRUE(header_holds("alert udp 10.9.0.0/24 any -> any any", packet));
  EXPECT_FALSE(header_holds("alert udp 10.9.1.0/24 any -> any any", packet));
  EXPECT_TRUE(header_holds("alert udp [10.8.0.0/16, 10.9.0.0/31] any -> any any", packet));
  EXPECT_FALSE(header_holds("alert udp any any -> 10.9.0.0/31 any", packet));
  EXPECT_FALSE(header_holds("alert udp 2001:db8::/32 any -> any any", packet));
}

TEST(Header, NegatedAddressesTakeOut) {
  const SeenPacket packet = offer();
  EXPECT_FALSE(header_holds("alert udp !10.9.0.1 any -> any any", packet));
  EXPECT_TRUE(header_holds("alert udp !10.9.0.2 any -> any any", packet));
  EXPECT_FALSE(header_holds("alert udp [10.9.0.0/24, !10.9.0.1] any -> any any", packet));
  EXPECT_TRUE(header_holds("alert udp [10.9.0.0/24, !10.9.0.2] any -> any any", packet));
  EXPECT_FALSE(header_holds("alert udp !$HOME_NET any -> any any", packet));
  EXPECT_TRUE(header_holds("alert udp !2001:db8::/32 any -> any any", packet));
}

TEST(Header, PortsAreRangesWithBothEnds) {
  const auto packet = [](std::uint16_t from, std::uint16_t to) {
    return SeenPacket(ipv4({}, udp({.source = from, .destination = to}, bytes(1))));
  };
  const auto to_range = [&](std::uint16_t port) {
    return header_holds("alert udp any any -> any 500:502", packet(9, port));
  };
  EXPECT_FALSE(to_range(499));
  EXPECT_TRUE(to_range(500));
  EXPECT_TRUE(to_range(502));
  EXPECT_FALSE(to_range(503));
  EXPECT_TRUE(header_holds("alert udp any 1024: -> any $IKE_PORTS", packet(1024, 4500)));
  EXPECT_FALSE(header_holds("alert udp any 1024: -> any $IKE_PORTS", packet(1023, 4500)));
  EXPECT_FALSE(header_holds("alert udp any any -> any !4500", packet(1, 4500)));
  EXPECT_TRUE(header_holds("alert udp any any -> any [500:5000, !4500]", packet(1, 4501)));
  EXPECT_FALSE(header_holds("alert udp any any -> any [500:5000, !4500]", packet(1, 4500)));
}

TEST(Header, APacketWithoutPortsHoldsOnlyWhereAnyPortDoes) {
  const SeenPacket packet(bare_esp({}));
  EXPECT_TRUE(header_holds("alert ip any any -> any any", packet));
  EXPECT_FALSE(header_holds("alert ip any any -> any 0", packet));
  EXPECT_FALSE(header_holds("alert ip any any -> any !500", packet));
}

TEST(Header, TwoArrowsHoldBothWays) {
  const SeenPacket packet = offer();
  EXPECT_TRUE(header_holds("alert udp 10.9.0.1 any <> 10.9.0.2 any", packet));
  EXPECT_TRUE(header_holds("alert udp 10.9.0.2 any <> 10.9.0.1 any", packet));
  EXPECT_FALSE(header_holds("alert udp 10.9.0.2 any <> 10.9.0.3 any", packet));
  const SeenPacket one_way(ipv4({}, udp({.source = 40000, .destination = 500}, bytes(1))));
  EXPECT_TRUE(header_holds("alert udp 10.9.0.2 500 <> 10.9.0.1 40000", one_way));
  EXPECT_FALSE(header_holds("alert udp 10.9.0.2 40000 <> 10.9.0.1 500", one_way))
      << "address and port turn round together";
}

// ------------------------------------------------------------------------------------------------
// conditions

TEST(NumberTest, TakesValuesListsAndRanges) {
  const SeenPacket packet(bare_esp({.spi = 1000, .sequence = 5}));
  EXPECT_TRUE(holds("esp.spi:1000;", packet));
  EXPECT_TRUE(holds("esp.spi:0x3e8;", packet));
  EXPECT_FALSE(holds("esp.spi:1001;", packet));
  EXPECT_TRUE(holds("esp.spi:[1,1000];", packet));
  EXPECT_TRUE(holds("esp.spi:999-1001;", packet)) << "as in Suricata a range leaves out its ends";
  EXPECT_FALSE(holds("esp.spi:1000-1002;", packet));
  EXPECT_FALSE(holds("esp.spi:998-1000;", packet));
  EXPECT_TRUE(holds("esp.spi:>999;", packet));
  EXPECT_FALSE(holds("esp.spi:>1000;", packet));
  EXPECT_TRUE(holds("esp.spi:<=1000;", packet));
  EXPECT_FALSE(holds("esp.spi:<1000;", packet));
  EXPECT_TRUE(holds("esp.spi:1000; esp.seq:5;", packet));
  EXPECT_FALSE(holds("esp.spi:1000; esp.seq:6;", packet));
}

TEST(NumberTest, ComparesWhatTheMaskLeaves) {
  const auto with_flags = [](std::uint8_t flags) {
    return SeenPacket(on_port_500(ike({.flags = flags}, {})));
  };
  EXPECT_TRUE(holds("ike.flags:&0x28=0x08;", with_flags(0x08)));
  EXPECT_TRUE(holds("ike.flags:&0x28=0x08;", with_flags(0x18)));
  EXPECT_FALSE(holds("ike.flags:&0x28=0x08;", with_flags(0x28)));
  EXPECT_TRUE(holds("ike.flags:&0x20!=0;", with_flags(0x20)));
  EXPECT_FALSE(holds("ike.flags:&0x20!=0;", with_flags(0x08)));
}

TEST(NumberTest, OfManyValuesOneIsEnough) {
  const SeenPacket packet = offer();
  EXPECT_TRUE(holds("ike.notify:16389;", packet));
  EXPECT_TRUE(holds("ike.transform:1:20;", packet));
  EXPECT_TRUE(holds("ike.transform:ENCR:AES-GCM-16;", packet));
  EXPECT_FALSE(holds("ike.transform:3:14;", packet)) << "a pair holds as a pair";
  EXPECT_TRUE(holds("ike.attribute:14:<=256;", packet));
  EXPECT_FALSE(holds("ike.attribute:14:<256;", packet));
}

TEST(NumberTest, NegatedNoValueMaySatisfyIt) {
  const SeenPacket packet = offer();
  EXPECT_TRUE(holds("ike.notify:!14;", packet));
  EXPECT_FALSE(holds("ike.notify:!16388;", packet));
  EXPECT_FALSE(holds("ike.notify:!16389;", packet));
}

TEST(NumberTest, AnAbsentFieldFailsNegatedToo) {
  const SeenPacket header_only(on_port_500(ike({}, {})));
  EXPECT_FALSE(holds("ike.notify:14;", header_only));
  EXPECT_FALSE(holds("ike.notify:!14;", header_only));
  EXPECT_FALSE(holds("esp.spi:!14;", header_only));
}

TEST(NumberTest, AVersionIsMajorAndMinor) {
  const auto packet = [](std::uint8_t version) {
    return SeenPacket(on_port_500(ike({.version = version}, {})));
  };
  EXPECT_TRUE(holds("ike.version:2;", packet(0x20)));
  EXPECT_TRUE(holds("ike.version:2;", packet(0x2f)));
  EXPECT_FALSE(holds("ike.version:2.0;", packet(0x21)));
  EXPECT_FALSE(holds("ike.version:2;", packet(0x30)));
  EXPECT_FALSE(holds("ike.version:2;", packet(0x1f)));
}

TEST(BytesTest, TheWholeValueIsCompared) {
  const SeenPacket packet = offer();
  EXPECT_TRUE(holds("ike.initiator_spi:0102030405060708;", packet));
  EXPECT_FALSE(holds("ike.initiator_spi:0102030405060709;", packet));
  EXPECT_FALSE(holds("ike.initiator_spi:!0102030405060708;", packet));
  EXPECT_TRUE(holds("ike.vendor_id:616263;", packet)) << "the second of two";
  EXPECT_FALSE(holds("ike.vendor_id:6162;", packet)) << "a prefix is not the value";
  EXPECT_TRUE(holds("ike.vendor_id:!6162;", packet));
  EXPECT_FALSE(holds("ike.vendor_id:!616263;", packet));
  EXPECT_FALSE(holds("ike.vendor_id:!616263;", SeenPacket(on_port_500(ike({}, {})))));
}

TEST(BufferTest, AllPatternsHoldOnOneAndTheSameValue) {
  const auto packet = [](std::string_view first, std::string_view second) {
    return SeenPacket(on_port_500(
        ike({}, {{.type = 43, .body = text(first)}, {.type = 43, .body = text(second)}})));
  };
  constexpr std::string_view kBoth = "ike.vendor_id; content:\"aa\"; content:\"bb\";";
  EXPECT_TRUE(holds(kBoth, packet("aabb", "")));
  EXPECT_TRUE(holds(kBoth, packet("", "bbaa")));
  EXPECT_FALSE(holds(kBoth, packet("aa", "bb")));
  EXPECT_FALSE(holds(kBoth, packet("aab", "b")));
  constexpr std::string_view kNegated = "ike.vendor_id; content:\"aa\"; content:!\"bb\";";
  EXPECT_TRUE(holds(kNegated, packet("aabb", "aa")));
  EXPECT_FALSE(holds(kNegated, packet("aabb", "cc")));
}

TEST(BufferTest, EachBufferIsAskedOnItsOwn) {
  const SeenPacket packet = offer();
  EXPECT_TRUE(
      holds("ike.vendor_id; content:\"abc\"; ike.initiator_spi; content:\"|03 04|\";", packet));
  EXPECT_FALSE(
      holds("ike.vendor_id; content:\"abc\"; ike.initiator_spi; content:\"|04 03|\";", packet));
}

TEST(BufferTest, WithoutABufferThePayloadIsAsked) {
  const SeenPacket packet(esp_on_port_4500({.spi = 0x41424344}));
  EXPECT_TRUE(holds("content:\"ABCD\"; startswith;", packet));
  EXPECT_FALSE(holds("content:\"ABCD\"; offset:1;", packet));
  EXPECT_FALSE(holds("ike.vendor_id; content:\"A\";", packet)) << "an absent buffer fails";
  EXPECT_FALSE(holds("ike.vendor_id; content:!\"A\";", packet));
}

TEST(Side, SuricatasBuffersAreSeenInTheirDirectionOnly) {
  const SeenPacket packet = offer();
  constexpr std::string_view kInitiator = "ike.init_spi; content:\"0102030405060708\";";
  EXPECT_TRUE(holds(kInitiator, packet, Direction::to_server));
  EXPECT_FALSE(holds(kInitiator, packet, Direction::to_client));
  constexpr std::string_view kResponder = "ike.resp_spi; content:\"1112131415161718\";";
  EXPECT_FALSE(holds(kResponder, packet, Direction::to_server));
  EXPECT_TRUE(holds(kResponder, packet, Direction::to_client));
  constexpr std::string_view kOurs = "ike.initiator_spi; content:\"|01 02|\";";
  EXPECT_TRUE(holds(kOurs, packet, Direction::to_server));
  EXPECT_TRUE(holds(kOurs, packet, Direction::to_client));
}

TEST(FlowTest, DirectionAndState) {
  const SeenPacket packet = offer();
  const auto flow = [&](std::string_view words, Direction direction, bool established) {
    return holds("flow:" + std::string(words) + ";", packet, direction, established);
  };
  EXPECT_TRUE(flow("to_server", Direction::to_server, false));
  EXPECT_FALSE(flow("to_server", Direction::to_client, false));
  EXPECT_TRUE(flow("to_client", Direction::to_client, true));
  EXPECT_FALSE(flow("to_client", Direction::to_server, true));
  EXPECT_TRUE(flow("established", Direction::to_server, true));
  EXPECT_FALSE(flow("established", Direction::to_server, false));
  EXPECT_TRUE(flow("not_established", Direction::to_server, false));
  EXPECT_FALSE(flow("not_established", Direction::to_server, true));
  EXPECT_TRUE(flow("established,to_client", Direction::to_client, true));
  EXPECT_FALSE(flow("established,to_client", Direction::to_client, false));
  EXPECT_FALSE(flow("established,to_client", Direction::to_server, true));
}

// ------------------------------------------------------------------------------------------------
// order and limits

TEST(Evaluate, RulesComeInTheOrderOfJudgement) {
  const std::string rules = rule("alert ip any any -> any any", "priority:2;", 1) +
                            rule("alert ip any any -> any any", "priority:1;", 2) +
                            rule("reject ip any any -> any any", "", 3) +
                            rule("drop ip any any -> any any", "", 4);
  EXPECT_EQ(matches(rules, offer()), (Sids{4, 3, 2, 1}));
}

TEST(Evaluate, EndsAtThePassThatHolds) {
  const std::string drop = rule("drop ip any any -> any any", "", 1);
  const std::string alert = rule("alert ip any any -> any any", "", 2);
  EXPECT_EQ(matches(drop + alert + rule("pass ip any any -> any any", "", 3), offer()), Sids{3});
  EXPECT_EQ(matches(drop + alert + rule("pass tcp any any -> any any", "", 3), offer()),
            (Sids{1, 2}));
}

std::string alerts(std::size_t n) {
  std::string text;
  for (std::size_t i = 1; i <= n; ++i)
    text += rule("alert ip any any -> any any", "", static_cast<std::uint32_t>(i));
  return text;
}

TEST(Evaluate, KeepsSoManyMatchesAndTellsOfMore) {
  const SeenPacket packet = offer();
  Scratch scratch;
  evaluate(*ruleset(alerts(kMaxMatches)), packet.facts(), scratch);
  EXPECT_EQ(scratch.matches.size(), kMaxMatches);
  EXPECT_FALSE(scratch.truncated);
  evaluate(*ruleset(alerts(kMaxMatches + 1)), packet.facts(), scratch);
  EXPECT_EQ(scratch.matches.size(), kMaxMatches);
  EXPECT_TRUE(scratch.truncated);
  evaluate(*ruleset(alerts(1)), packet.facts(), scratch);
  EXPECT_EQ(scratch.matches.size(), 1U) << "nothing is left of the packet before";
  EXPECT_FALSE(scratch.truncated);
}

TEST(Evaluate, ARuleThatCostsTooMuchIsGivenUpAndTold) {
  const SeenPacket hostile(ipv4({}, udp({.source = 1, .destination = 2}, filler(40'000, 'a'))));
  const auto rules =
      ruleset(rule("alert ip any any -> any any",
                   "content:\"a\"; content:\"a\"; distance:0; content:\"b\"; distance:0;", 1) +
              rule("alert udp any any -> any 2", "", 2));
  Scratch scratch;
  evaluate(*rules, hostile.facts(), scratch);
  EXPECT_TRUE(scratch.budget_exhausted);
  EXPECT_EQ(sids_of(scratch), Sids{2}) << "rules that cost nothing are still asked";
  evaluate(*rules, offer().facts(), scratch);
  EXPECT_FALSE(scratch.budget_exhausted) << "each packet has a budget of its own";
}

TEST(Evaluate, RulesThatFindNothingCostNothingOfTheBudget) {
  rules::Plan plan;
  rules::Rule rule;
  rule.conditions.emplace_back(
      rules::BufferTest{.patterns = {rules::Content{.bytes = "never there"}}});
  plan.rules.assign(MatchScratch::kBudget + 1, rule);
  rule.info.sid = 7;
  rule.conditions = {rules::BufferTest{.patterns = {rules::Content{.bytes = "abc"}}}};
  plan.rules.push_back(rule);
  const auto rules = Ruleset::open(std::move(plan));
  Scratch scratch;
  evaluate(**rules, offer().facts(), scratch);
  EXPECT_FALSE(scratch.budget_exhausted);
  EXPECT_EQ(sids_of(scratch), Sids{7});
}

TEST(Evaluate, TheBudgetIsSpentByOneTooMany) {
  const std::string one = "abc";
  const auto exhausted_by = [&](std::size_t candidates) {
    rules::Plan plan;
    rules::Rule rule;
    rule.conditions.emplace_back(
        rules::BufferTest{.patterns = {rules::Content{.bytes = one},
                                       rules::Content{.bytes = "no such thing", .distance = 0}}});
    plan.rules.assign(candidates, rule);
    const auto rules = Ruleset::open(std::move(plan));
    Scratch scratch;
    evaluate(**rules, offer().facts(), scratch);
    return scratch.budget_exhausted;
  };
  EXPECT_FALSE(exhausted_by(MatchScratch::kBudget));
  EXPECT_TRUE(exhausted_by(MatchScratch::kBudget + 1));
}

}  // namespace
}  // namespace espial::detect
