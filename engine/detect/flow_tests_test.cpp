#include "engine/detect/flow_tests.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "engine/detect/evaluate.hpp"
#include "tests/support/facts.hpp"
#include "tests/support/rules.hpp"

namespace espial::detect {
namespace {

using namespace espial::test;  // builders of packets, messages and rules
using Sids = std::vector<std::uint32_t>;

constexpr std::string_view kAny = "alert ip any any -> any any";

/// A packet in a flow whose bits stay between the packets.
class InFlow {
 public:
  Sids ask(const std::string& rules) {
    const auto opened = ruleset(rules);
    PacketFacts facts = packet_.facts();
    facts.flow = &flow;
    facts.stream_sizes = stream_sizes;
    facts.frame_events = &frame_events;
    const FlowState state{.flow = flow, .bits = bits_};
    evaluate(*opened, facts, scratch, &state);
    Sids sids;
    for (const rules::Rule* const rule : scratch.matches) sids.push_back(rule->info.sid);
    return sids;
  }
  bool holds(std::string_view options) { return !ask(rule(kAny, options, 1)).empty(); }

  flow::Flow flow;
  std::optional<std::array<std::uint32_t, 2>> stream_sizes;
  decode::EventSet frame_events;
  Scratch scratch;

 private:
  SeenPacket packet_{on_port_500(ikev2_offer())};
  flow::FlowBits bits_{1024};
};

TEST(FlowBitTests, SeeWhatEarlierPacketsSet) {
  InFlow flow;
  EXPECT_FALSE(flow.holds("flowbits:isset,a;"));
  EXPECT_TRUE(flow.holds("flowbits:isnotset,a;"));
  EXPECT_TRUE(flow.holds("flowbits:set,a;"));
  EXPECT_TRUE(flow.holds("flowbits:isset,a;"));
  EXPECT_TRUE(flow.holds("flowbits:isset,b|a;"));
  EXPECT_FALSE(flow.holds("flowbits:isset,b|c;"));
  EXPECT_TRUE(flow.holds("flowbits:isnotset,a|b;")) << "b is not";
  EXPECT_FALSE(flow.holds("flowbits:isnotset,a;"));
  EXPECT_FALSE(flow.holds("flowbits:isset,a; flowbits:isset,b;"));
  EXPECT_TRUE(flow.holds("flowbits:toggle,a;"));
  EXPECT_FALSE(flow.holds("flowbits:isset,a;"));
  EXPECT_TRUE(flow.holds("flowbits:toggle,a; flowbits:set,b;"));
  EXPECT_TRUE(flow.holds("flowbits:isset,a; flowbits:isset,b; flowbits:unset,b;"));
  EXPECT_FALSE(flow.holds("flowbits:isset,b;"));
}

TEST(FlowBitTests, SeeWhatARuleBeforeSetOnTheSamePacket) {
  InFlow flow;
  EXPECT_EQ(flow.ask(rule(kAny, "flowbits:isset,b;", 1) +
                     rule(kAny, "flowbits:isset,a; flowbits:set,b;", 2) +
                     rule(kAny, "flowbits:set,a;", 3)),
            (Sids{3, 2, 1}));
}

TEST(FlowBitTests, ARuleThatDoesNotHoldChangesNothing) {
  InFlow flow;
  EXPECT_FALSE(flow.holds("esp.spi:1; flowbits:set,a;"));
  EXPECT_FALSE(flow.holds("flowbits:isset,a;"));
}

TEST(FlowCounts, AreThoseOfTheFlow) {
  InFlow flow;
  flow.flow.sides[0] = {.packets = 3, .bytes = 300, .tcp_flags = 0};
  flow.flow.sides[1] = {.packets = 5, .bytes = 500, .tcp_flags = 0};
  flow.flow.start = Timestamp::from_parts(100, 900'000'000);
  flow.flow.last = Timestamp::from_parts(103, 100'000'000);
  EXPECT_TRUE(flow.holds("flow.age:3;")) << "whole seconds of the clock";
  EXPECT_FALSE(flow.holds("flow.age:<3;"));
  EXPECT_TRUE(flow.holds("flow.pkts:toserver,3;"));
  EXPECT_TRUE(flow.holds("flow.pkts_toclient:5;"));
  EXPECT_TRUE(flow.holds("flow.pkts:either,>4;"));
  EXPECT_FALSE(flow.holds("flow.pkts:both,>4;"));
  EXPECT_TRUE(flow.holds("flow.pkts:both,>2;"));
  EXPECT_TRUE(flow.holds("flow.pkts:either,!3;"));
  EXPECT_FALSE(flow.holds("flow.pkts:both,!3;"));
  EXPECT_TRUE(flow.holds("flow.bytes:toclient,500;"));
  EXPECT_FALSE(flow.holds("flow.bytes_toserver:>300;"));
}

TEST(FlowCounts, StreamSizesAreOfFollowedConnections) {
  InFlow flow;
  EXPECT_FALSE(flow.holds("stream_size:either,>=,0;"));
  flow.stream_sizes = {10, 2000};
  EXPECT_TRUE(flow.holds("stream_size:client,<,11;"));
  EXPECT_TRUE(flow.holds("stream_size:server,=,2000;"));
  EXPECT_FALSE(flow.holds("stream_size:both,>,10;"));
  EXPECT_TRUE(flow.holds("stream_size:either,>,10;"));
  EXPECT_TRUE(flow.holds("stream_size:both,!=,11;"));
}

TEST(FlowCounts, OfNoFlowFail) {
  const SeenPacket packet(on_port_500(ikev2_offer()));
  const auto opened = ruleset(rule(kAny, "flow.pkts:either,>=0;", 1));
  Scratch scratch;
  evaluate(*opened, packet.facts(), scratch);
  EXPECT_TRUE(scratch.matches.empty());
}

TEST(EventTests, AskThePacketAndItsFrame) {
  InFlow flow;
  EXPECT_FALSE(flow.holds("decode-event:vlan.unknown_type;"));
  flow.frame_events.add(decode::Event::vlan_unknown_type);
  EXPECT_TRUE(flow.holds("decode-event:vlan.unknown_type;"));
  EXPECT_FALSE(flow.holds("stream-event:est_syn_resend;"));
  EXPECT_FALSE(flow.holds("decode-event:ipv6.unknown_next_header;")) << "is never raised";
}

TEST(EventTests, EveryEventOfTheDecoderHasANameInRules) {
  for (std::size_t i = 0; i < std::to_underlying(decode::Event::count_); ++i) {
    const auto event = static_cast<decode::Event>(i);
    const auto found =
        registry::find_packet_event(registry::EventSource::decoder, decode::name_of(event));
    ASSERT_TRUE(found) << decode::name_of(event);
    EXPECT_EQ(open_event({.source = registry::EventSource::decoder, .event = *found}),
              OpenEvent(event));
  }
}

TEST(EventTests, EveryEventOfAStreamHasANameInRules) {
  for (std::size_t i = 0; i < std::to_underlying(flow::StreamEvent::count_); ++i) {
    const auto event = static_cast<flow::StreamEvent>(i);
    const auto found =
        registry::find_packet_event(registry::EventSource::stream, flow::name_of(event));
    ASSERT_TRUE(found) << flow::name_of(event);
    EXPECT_EQ(open_event({.source = registry::EventSource::stream, .event = *found}),
              OpenEvent(event));
  }
}

TEST(Effects, ASilentMatchIsNoMatchButHasItsEffects) {
  InFlow flow;
  EXPECT_EQ(flow.ask(rule(kAny, "noalert; flowbits:set,a; bypass; tag:session;", 1) +
                     rule("drop ip any any -> any any", "noalert; flowbits:isset,a;", 2) +
                     rule(kAny, "flowbits:isset,a; flowbits:noalert;", 3)),
            Sids{});
  EXPECT_TRUE(flow.scratch.bypass);
  EXPECT_EQ(flow.scratch.tagging.size(), 1U);
  EXPECT_EQ(flow.ask(rule("drop ip any any -> any any", "noalert; flowbits:isset,a;", 2)), Sids{2})
      << "it drops";
  EXPECT_FALSE(flow.scratch.bypass);
  EXPECT_TRUE(flow.scratch.tagging.empty());
}

}  // namespace
}  // namespace espial::detect
