#include "engine/flow/tcp_streams.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "engine/flow/tcp_session.hpp"
#include "tests/support/tcp_talk.hpp"

namespace espial::flow {
namespace {

using namespace espial::test;
using enum StreamEvent;
constexpr auto kToServer = TcpTalk::kClient;
constexpr auto kToClient = TcpTalk::kServer;

TEST(StreamEvents, HaveDistinctNames) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < std::to_underlying(StreamEvent::count_); ++i)
    EXPECT_TRUE(names.insert(name_of(static_cast<StreamEvent>(i))).second);
  EXPECT_EQ(name_of(handshake3_synack_flood), "3whs_synack_flood");
  EXPECT_EQ(name_of(StreamEvent::count_), "unknown");
}

TEST(TcpStreams, SequenceNumbersWrap) {
  TcpTalk talk;
  talk.shake();
  std::string sent;
  for (std::uint32_t at = 1; at < 100; at += 10) {
    talk.client({.sequence = at, .payload = "0123456789"});
    sent += "0123456789";
    talk.server({.acknowledgment = at + 10});
  }
  EXPECT_EQ(talk.read(kToServer), sent);
  EXPECT_TRUE(talk.all.empty()) << talk.events();
}

TEST(TcpStreams, AHoleIsGivenUpWhenTheReceiverHasIt) {
  TcpTalk talk;
  talk.shake();
  talk.client({.payload = "one"});
  talk.client({.sequence = 8, .payload = "three"});
  EXPECT_EQ(talk.read(kToServer), "one");
  talk.server({.acknowledgment = 4});
  EXPECT_EQ(talk.read(kToServer), "one");
  const SegmentReport report = talk.server({.acknowledgment = 13});
  EXPECT_TRUE(report.fresh[index_of(kToServer)].after_gap);
  EXPECT_TRUE(report.events.has(reassembly_seq_gap));
  EXPECT_EQ(talk.read(kToServer), "one|three");
  EXPECT_EQ(talk.streams.counters().reassembly_gap, 1U);
  EXPECT_TRUE(talk.flow.side(kToServer).gap);
  EXPECT_FALSE(talk.flow.side(kToClient).gap);
}

TEST(TcpStreams, WhatIsAcknowledgedBeforeItIsSeenIsAGapToo) {
  TcpTalk talk;
  talk.shake();
  talk.server({.acknowledgment = 101});  // a hundred bytes were missed
  EXPECT_EQ(talk.last.use, SegmentUse::followed);
  talk.client({.sequence = 101, .payload = "on"});
  EXPECT_EQ(talk.read(kToServer), "|on");
}

TEST(TcpStreams, OneSidedHolesAreGivenUpByWhatWaits) {
  TcpTalk talk({.midstream = true, .async_oneside = true});
  talk.server({.payload = "a"});
  for (std::uint32_t i = 0; i < 9; ++i) talk.server({.sequence = 10 + i * 2, .payload = "b"});
  EXPECT_EQ(talk.read(kToServer) + talk.read(kToClient), "a|b|b") << "one hole at a time";
}

TEST(TcpStreams, TheDepthEndsTheBytesButNotTheConnection) {
  TcpTalk talk({.depth = 10});
  talk.shake();
  EXPECT_EQ(talk.client({.payload = "0123456789"}).use, SegmentUse::followed);
  EXPECT_TRUE(talk.had(reassembly_depth_reached));
  EXPECT_EQ(talk.client({.sequence = 11, .payload = "x"}).use, SegmentUse::not_followed);
  EXPECT_EQ(talk.read(kToServer), "0123456789");
  talk.server({.acknowledgment = 12, .payload = "ok"});
  EXPECT_EQ(talk.read(kToClient), "ok");
  talk.client({.flags = kRst, .sequence = 12});
  EXPECT_EQ(talk.state(), TcpState::closed);
  EXPECT_EQ(talk.streams.counters().depth_reached, 1U);
}

TEST(TcpStreams, WindowsLookBackByAChunk) {
  TcpTalk talk({.to_server_chunk = 4});
  talk.shake();
  talk.client({.payload = "abcdef"});
  talk.server({.acknowledgment = 7});
  const SegmentReport report = talk.client({.sequence = 7, .payload = "gh"});
  const auto window = talk.streams.window(talk.flow, kToServer, report.fresh[0]);
  EXPECT_EQ(as_text(window.bytes), "cdefgh");
  EXPECT_EQ(window.offset, 2U);
  EXPECT_EQ(window.fresh, 4U);
}

TEST(TcpStreams, BytesWithoutRoomLeaveAGap) {
  TcpTalk talk({.reassembly_memcap = 4096});  // a few blocks
  talk.shake();
  talk.server({.window = 65535});
  const std::string large(5000, 'a');
  talk.client({.payload = large});
  EXPECT_EQ(talk.last.trouble, StreamTrouble::reassembly_memory);
  EXPECT_TRUE(talk.had(reassembly_no_segment));
  EXPECT_EQ(talk.last.use, SegmentUse::followed);
  talk.server({.acknowledgment = 5001});
  talk.client({.sequence = 5001, .payload = "on"});
  EXPECT_EQ(talk.read(kToServer), "|on");
  EXPECT_EQ(talk.streams.counters().segment_memcap_drop, 1U);
}

TEST(TcpStreams, UrgentBytesAreReadApart) {
  for (const auto policy : {UrgentPolicy::oob, UrgentPolicy::inline_data}) {
    TcpTalk talk({.urgent = policy});
    talk.shake();
    talk.client({.flags = kAck | kUrg, .payload = "EVxIL", .urgent = 3});
    talk.client({.sequence = 6, .payload = "!"});
    EXPECT_EQ(talk.read(kToServer), policy == UrgentPolicy::oob ? "EVIL!" : "EVxIL!");
    const std::uint32_t left_out = policy == UrgentPolicy::oob ? 1 : 0;
    EXPECT_EQ(talk.streams.counters().urgent_oob, left_out);
    EXPECT_EQ(TcpStreams::summary_of(talk.flow)->urgent[0], left_out);
    talk.client({.flags = kAck | kUrg, .payload = "EVxIL", .urgent = 3});
    EXPECT_FALSE(talk.had(reassembly_overlap_different_data));
    talk.server({.acknowledgment = 7});
    talk.client({.flags = kFin | kAck, .sequence = 7});
    EXPECT_EQ(talk.state(), TcpState::close_wait);
  }
}

TEST(TcpStreams, BytesFarAheadAreARegionOfTheirOwn) {
  TcpTalk talk;
  talk.shake("03030e").server({});  // its window is scaled now
  talk.client({.sequence = 1 + TcpStreams::kRegionGap, .payload = "x"});
  EXPECT_EQ(TcpStreams::summary_of(talk.flow)->max_regions[0], 1U);
  talk.client({.sequence = 2 + TcpStreams::kRegionGap, .payload = "x"});
  EXPECT_EQ(TcpStreams::summary_of(talk.flow)->max_regions[0], 1U) << "what waits first counts";
  TcpTalk far;
  far.shake("03030e").server({});
  far.client({.sequence = 2 + TcpStreams::kRegionGap, .payload = "x"});
  EXPECT_EQ(TcpStreams::summary_of(far.flow)->max_regions[0], 2U);
  EXPECT_EQ(TcpStreams::summary_of(far.flow)->max_regions[1], 1U);
  far.streams.end(far.flow);
  EXPECT_FALSE(TcpStreams::summary_of(far.flow));
}

TEST(TcpStreams, UrgentBytesMayBeRefusedOrMissing) {
  TcpTalk drop({.urgent = UrgentPolicy::drop});
  drop.shake();
  EXPECT_EQ(drop.client({.flags = kAck | kUrg, .payload = "ab", .urgent = 1}).use,
            SegmentUse::invalid);
  TcpTalk gap({.urgent = UrgentPolicy::gap});
  gap.shake();
  gap.client({.flags = kAck | kUrg, .payload = "EVxIL", .urgent = 3});
  gap.server({.acknowledgment = 6});
  EXPECT_EQ(gap.read(kToServer), "EV|IL");
}

TEST(TcpStreams, BothWaysOfClosing) {
  using enum TcpState;
  TcpTalk server;
  server.shake();
  server.server({.flags = kFin | kAck, .payload = "bye"});
  EXPECT_EQ(server.state(), fin_wait1);
  server.client({.acknowledgment = 5});
  EXPECT_EQ(server.state(), fin_wait2);
  server.client({.flags = kFin | kAck, .acknowledgment = 5});
  EXPECT_EQ(server.state(), time_wait);
  EXPECT_EQ(server.flow.state, State::closed);
  server.server({.sequence = 5, .acknowledgment = 2});
  EXPECT_EQ(server.state(), closed);
  TcpTalk client;
  client.shake();
  client.client({.flags = kFin | kAck});
  EXPECT_EQ(client.state(), close_wait);
  client.server({.flags = kFin | kAck, .acknowledgment = 2});
  EXPECT_EQ(client.state(), last_ack);
  client.client({.sequence = 2, .acknowledgment = 2});
  EXPECT_EQ(client.state(), closed);
  TcpTalk both;
  both.shake();
  both.server({.flags = kFin | kAck});
  both.client({.flags = kFin | kAck});
  EXPECT_EQ(both.state(), closing);
  both.client({.sequence = 2, .acknowledgment = 2});
  EXPECT_EQ(both.state(), time_wait);
  EXPECT_TRUE(both.all.empty()) << both.events();
}

TEST(TcpStreams, EachStateHasItsEvents) {
  const auto state_after = [](int fins) {
    auto talk = std::make_unique<TcpTalk>();
    talk->shake();
    if (fins >= 1) talk->server({.flags = kFin | kAck});
    if (fins >= 2) talk->client({.acknowledgment = 2});
    if (fins >= 3) talk->client({.flags = kFin | kAck, .acknowledgment = 2});
    return talk;
  };
  const std::array<std::array<StreamEvent, 3>, 4> expected{{
      {est_packet_out_of_window, est_invalid_ack, fin_out_of_window},
      {fin1_ack_wrong_seq, fin1_invalid_ack, fin1_fin_wrong_seq},
      {fin2_ack_wrong_seq, fin2_invalid_ack, fin2_fin_wrong_seq},
      {timewait_ack_wrong_seq, timewait_invalid_ack, timewait_ack_wrong_seq},
  }};
  for (int fins = 0; fins < 4; ++fins) {
    const auto talk = state_after(fins);
    const std::uint32_t next = fins >= 3 ? 2 : 1;
    const auto& names = expected[static_cast<std::size_t>(fins)];
    talk->client({.sequence = 100'000, .payload = "x"});
    EXPECT_TRUE(talk->last.events.has(names[0])) << talk->events();
    talk->client({.sequence = next, .acknowledgment = 900'000, .window = 1});
    EXPECT_TRUE(talk->last.events.has(names[1])) << talk->events();
    EXPECT_TRUE(talk->last.events.has(pkt_invalid_ack));
    EXPECT_TRUE(talk->last.events.has(pkt_bad_window_update));
    talk->client({.flags = kFin | kAck, .sequence = 100'000});
    EXPECT_TRUE(talk->last.events.has(names[2])) << talk->events();
    EXPECT_EQ(talk->last.use, SegmentUse::invalid);
    talk->server({.flags = kSyn | kAck, .sequence = 0});
    EXPECT_TRUE(talk->last.events.has(fins == 0 ? est_synack_resend : shutdown_syn_resend));
  }
}

TEST(TcpStreams, EachStateHasItsEventsWhereTheClientCloses) {
  TcpTalk talk;
  talk.shake();
  talk.server({.payload = "x"});
  talk.client({.flags = kFin | kAck, .acknowledgment = 2});
  talk.server({.sequence = 100'000, .acknowledgment = 2, .payload = "x"});
  EXPECT_TRUE(talk.last.events.has(closewait_ack_out_of_window));
  talk.server({.flags = kFin | kAck, .sequence = 100'000, .acknowledgment = 2});
  EXPECT_TRUE(talk.last.events.has(closewait_fin_out_of_window));
  talk.server({.sequence = 2, .acknowledgment = 900'000});
  EXPECT_TRUE(talk.last.events.has(closewait_invalid_ack));
  talk.server({.sequence = 1, .acknowledgment = 2, .payload = "x"});
  EXPECT_FALSE(talk.last.events.has(closewait_pkt_before_last_ack)) << "a keep-alive";
  talk.server({.flags = kFin | kAck, .sequence = 2, .acknowledgment = 2});
  talk.server({.sequence = 100'000, .acknowledgment = 2, .payload = "x"});
  EXPECT_TRUE(talk.last.events.has(lastack_ack_wrong_seq));
  talk.server({.sequence = 3, .acknowledgment = 900'000});
  EXPECT_TRUE(talk.last.events.has(lastack_invalid_ack));
}

TEST(TcpStreams, RetransmissionsPassAndAreNamed) {
  TcpTalk talk({.inline_mode = true});
  talk.shake();
  talk.client({.payload = "abcd"});
  EXPECT_EQ(talk.client({.payload = "abcd"}).use, SegmentUse::followed);
  EXPECT_TRUE(talk.last.events.has(pkt_retransmission));
  EXPECT_FALSE(talk.last.events.has(pkt_spurious_retransmission));
  talk.server({.acknowledgment = 5});
  EXPECT_EQ(talk.client({.payload = "abcd"}).use, SegmentUse::followed);
  EXPECT_TRUE(talk.last.events.has(pkt_spurious_retransmission));
  EXPECT_TRUE(talk.last.events.has(est_pkt_before_last_ack));
  EXPECT_EQ(talk.read(kToServer), "abcd");
}

TEST(TcpStreams, KeepAlivesAndProbesOfAClosedWindowAreNoFault) {
  TcpTalk talk;
  talk.shake();
  talk.client({.payload = "abcd"});
  talk.server({.acknowledgment = 5, .window = 0});
  EXPECT_EQ(talk.client({.sequence = 4}).use, SegmentUse::followed);
  EXPECT_EQ(talk.client({.sequence = 4, .payload = "d"}).use, SegmentUse::followed);
  talk.all = {};
  talk.server({.acknowledgment = 5, .window = 0});
  EXPECT_TRUE(talk.all.empty()) << talk.events();
}

TEST(TcpStreams, TimestampsThatRunBackAreRefused) {
  TcpTalk talk;
  talk.client({.flags = kSyn, .sequence = 0, .options = "080a0000006400000000"});
  talk.server({.flags = kSyn | kAck, .sequence = 0, .options = "080a000003e800000064"});
  talk.client({.options = "080a00000065000003e8"});
  EXPECT_EQ(talk.client({.payload = "old", .options = "080a00000032000003e8"}).use,
            SegmentUse::invalid);
  EXPECT_TRUE(talk.had(pkt_invalid_timestamp));
  EXPECT_EQ(talk.client({.payload = "new", .options = "080a00000066000003e8"}).use,
            SegmentUse::followed);
  EXPECT_EQ(talk.read(kToServer), "new");
}

TEST(TcpStreams, InlineBytesThatContradictArePassedOver) {
  TcpTalk talk({.inline_mode = true});
  talk.shake();
  talk.client({.payload = "good"});
  const SegmentReport report = talk.client({.payload = "evil and more"});
  EXPECT_EQ(report.use, SegmentUse::contradicts);
  EXPECT_TRUE(report.events.has(reassembly_overlap_different_data));
  talk.client({.sequence = 5, .payload = " day"});
  EXPECT_EQ(talk.read(kToServer), "good day");
  EXPECT_EQ(talk.streams.counters().contradicting, 1U);
}

TEST(TcpStreams, StoppedConnectionsKeepTheirStateAlone) {
  TcpTalk talk;
  talk.shake();
  talk.client({.payload = "abc"});
  talk.streams.stop_reassembly(talk.flow);
  EXPECT_EQ(talk.client({.sequence = 4, .payload = "def"}).use, SegmentUse::not_followed);
  EXPECT_EQ(talk.read(kToServer), "abc");
  talk.server({.flags = kRst | kAck, .acknowledgment = 7});
  EXPECT_EQ(talk.state(), TcpState::closed);
}

/// Connections that never answer.
struct Flood {
  TcpStreams& streams;
  std::vector<std::unique_ptr<TcpTalk>> talks;

  void add(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      talks.push_back(std::make_unique<TcpTalk>(streams));
      talks.back()->client({.flags = kSyn, .sequence = 0});
    }
  }
};

TEST(TcpStreams, AFloodOfSynsEatsItselfAndLeavesWhatStands) {
  constexpr std::uint64_t kMost = 600;
  TcpStreams streams({.memcap = kMost * sizeof(TcpSession)}, HostPolicies{});
  TcpTalk old(streams);
  old.shake();
  Flood flood{.streams = streams, .talks = {}};
  flood.add(5000);
  EXPECT_EQ(streams.memory(), kMost * sizeof(TcpSession));
  EXPECT_EQ(streams.counters().active_sessions, kMost);
  EXPECT_EQ(streams.counters().memcap_drop, 5000 - (kMost - 1));
  old.client({.payload = "still here"});
  EXPECT_EQ(old.read(kToServer), "still here");
  EXPECT_EQ(flood.talks.back()->state(), TcpState::syn_sent);
  EXPECT_EQ(flood.talks.front()->state(), TcpState::none);
}

TEST(TcpStreams, OneThatMadeRoomIsToldWhenItGoesOn) {
  TcpStreams streams({.memcap = sizeof(TcpSession)}, HostPolicies{});
  TcpTalk first(streams), second(streams);
  first.client({.flags = kSyn, .sequence = 0});
  second.client({.flags = kSyn, .sequence = 0});
  EXPECT_EQ(first.server({.flags = kSyn | kAck, .sequence = 0}).trouble, StreamTrouble::memory);
  EXPECT_EQ(first.client({}).trouble, std::nullopt) << "once";
}

TEST(TcpStreams, EstablishedConnectionsAreNeverThrownOut) {
  TcpStreams streams({.memcap = 2 * sizeof(TcpSession)}, HostPolicies{});
  TcpTalk first(streams), second(streams), third(streams);
  first.shake();
  second.shake();
  EXPECT_EQ(third.client({.flags = kSyn, .sequence = 0}).trouble, StreamTrouble::memory);
  EXPECT_EQ(third.last.use, SegmentUse::not_followed);
  first.client({.payload = "a"});
  EXPECT_EQ(first.read(kToServer), "a");
  streams.end(first.flow);
  EXPECT_EQ(third.client({.flags = kSyn, .sequence = 0}).use, SegmentUse::followed);
}

}  // namespace
}  // namespace espial::flow
