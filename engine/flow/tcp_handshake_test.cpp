#include <gtest/gtest.h>

#include "tests/support/tcp_talk.hpp"

namespace espial::flow {
namespace {

using namespace espial::test;
using enum StreamEvent;
constexpr auto kToServer = TcpTalk::kClient;
constexpr auto kToClient = TcpTalk::kServer;
constexpr std::string_view kCookie = "220a0102030405060708";

TEST(TcpHandshake, OpensByThreeSegments) {
  TcpTalk talk;
  EXPECT_EQ(talk.client({.flags = kSyn, .sequence = 0}).use, SegmentUse::followed);
  EXPECT_EQ(talk.state(), TcpState::syn_sent);
  EXPECT_EQ(talk.flow.state, State::created);
  EXPECT_EQ(talk.server({.flags = kSyn | kAck, .sequence = 0}).use, SegmentUse::followed);
  EXPECT_EQ(talk.state(), TcpState::syn_recv);
  EXPECT_EQ(talk.flow.state, State::created);
  EXPECT_EQ(talk.client({.payload = "GET"}).use, SegmentUse::followed);
  EXPECT_EQ(talk.state(), TcpState::established);
  EXPECT_EQ(talk.flow.state, State::established);
  talk.server({.acknowledgment = 4, .payload = "OK"});
  EXPECT_EQ(talk.read(kToServer), "GET");
  EXPECT_EQ(talk.read(kToClient), "OK");
  EXPECT_TRUE(talk.all.empty()) << talk.events();
  EXPECT_EQ(TcpStreams::sizes_of(talk.flow), (std::array<std::uint32_t, 2>{4, 3}));
}

TEST(TcpHandshake, TakesEachSegmentTwice) {
  TcpTalk talk;
  for (int i = 0; i < 2; ++i) talk.client({.flags = kSyn, .sequence = 0});
  for (int i = 0; i < 2; ++i) talk.server({.flags = kSyn | kAck, .sequence = 0});
  for (int i = 0; i < 2; ++i) EXPECT_EQ(talk.client({}).use, SegmentUse::followed);
  EXPECT_TRUE(talk.all.empty()) << talk.events();
}

TEST(TcpHandshake, TheAnswerTellsWhichSynHolds) {
  TcpTalk talk;
  talk.client({.flags = kSyn, .sequence = 0});
  talk.client({.flags = kSyn, .sequence = 700});
  talk.server({.flags = kSyn | kAck, .sequence = 0, .acknowledgment = 701});
  talk.client({.sequence = 701, .payload = "GET"});
  EXPECT_EQ(talk.read(kToServer), "GET");
  EXPECT_EQ(talk.state(), TcpState::established);
}

TEST(TcpHandshake, TheAckTellsWhichSynAckHolds) {
  TcpTalk talk;
  talk.client({.flags = kSyn, .sequence = 0});
  talk.server({.flags = kSyn | kAck, .sequence = 0});
  talk.server({.flags = kSyn | kAck, .sequence = 900});
  EXPECT_TRUE(talk.had(handshake3_synack_resend_with_diff_seq));
  talk.client({.acknowledgment = 901});
  talk.server({.sequence = 901, .payload = "hello"});
  EXPECT_EQ(talk.read(kToClient), "hello");
}

TEST(TcpHandshake, KeepsSoManySynAcksAndNoMore) {
  TcpTalk talk;
  talk.client({.flags = kSyn, .sequence = 0});
  for (std::uint32_t i = 0; i < 5; ++i) talk.server({.flags = kSyn | kAck, .sequence = i * 100});
  EXPECT_FALSE(talk.had(handshake3_synack_flood));
  EXPECT_EQ(talk.server({.flags = kSyn | kAck, .sequence = 777}).use, SegmentUse::invalid);
  EXPECT_TRUE(talk.had(handshake3_synack_flood));
}

TEST(TcpHandshake, BothMayOpenAtATime) {
  TcpTalk talk;
  talk.client({.flags = kSyn, .sequence = 0});
  talk.server({.flags = kSyn, .sequence = 0});
  EXPECT_EQ(talk.state(), TcpState::syn_recv);
  talk.client({.flags = kSyn | kAck, .sequence = 0});
  talk.server({.flags = kSyn | kAck, .sequence = 0});
  EXPECT_EQ(talk.state(), TcpState::established);
  talk.client({.payload = "EVIL"});
  EXPECT_EQ(talk.read(kToServer), "EVIL");
  EXPECT_TRUE(talk.all.empty()) << talk.events();
}

TEST(TcpHandshake, AServerMaySplitItsAnswer) {
  TcpTalk talk;
  talk.client({.flags = kSyn, .sequence = 0});
  EXPECT_EQ(talk.server({.sequence = 0}).use, SegmentUse::invalid) << "an ACK of the SYN alone";
  talk.server({.flags = kSyn, .sequence = 0});
  talk.client({.flags = kSyn | kAck, .sequence = 0});
  talk.server({});
  EXPECT_EQ(talk.state(), TcpState::established);
  talk.server({.payload = "EVIL"});
  EXPECT_EQ(talk.read(kToClient), "EVIL");
}

TEST(TcpHandshake, ASplitOneHasItsEvents) {
  TcpTalk talk;
  talk.client({.flags = kSyn, .sequence = 0});
  talk.server({.flags = kSyn, .sequence = 0});
  talk.client({.flags = kSyn | kAck, .sequence = 0, .acknowledgment = 9});
  EXPECT_TRUE(talk.last.events.has(handshake4_synack_with_wrong_ack));
  talk.client({.flags = kSyn | kAck, .sequence = 9});
  EXPECT_TRUE(talk.last.events.has(handshake4_synack_with_wrong_syn));
  talk.server({.sequence = 9});
  EXPECT_TRUE(talk.last.events.has(handshake4_wrong_seq));
  talk.server({.acknowledgment = 9});
  EXPECT_TRUE(talk.last.events.has(handshake4_invalid_ack));
  EXPECT_EQ(talk.state(), TcpState::syn_recv);
}

TEST(TcpHandshake, DataOnASynCountsWhenItIsAcknowledged) {
  TcpTalk talk;
  talk.client({.flags = kSyn, .sequence = 0, .payload = "GET", .options = kCookie});
  EXPECT_EQ(talk.read(kToServer), "") << "the answer has to tell";
  talk.server({.flags = kSyn | kAck, .sequence = 0, .acknowledgment = 4});
  EXPECT_EQ(talk.read(kToServer), "GET");
  EXPECT_EQ(talk.server({.sequence = 1, .acknowledgment = 4, .payload = "OK"}).use,
            SegmentUse::followed)
      << "RFC 7413: the server need not wait";
  EXPECT_EQ(talk.read(kToClient), "OK");
  talk.client({.sequence = 4, .acknowledgment = 3, .payload = " /"});
  EXPECT_EQ(talk.read(kToServer), "GET /");
}

TEST(TcpHandshake, DataOnASynIsForgottenWhenItIsNot) {
  TcpTalk talk;
  talk.client({.flags = kSyn, .sequence = 0, .payload = "bad", .options = kCookie});
  talk.server({.flags = kSyn | kAck, .sequence = 0, .acknowledgment = 1});
  EXPECT_TRUE(talk.had(handshake3_synack_tfo_data_ignored));
  talk.client({.payload = "GET"});
  EXPECT_EQ(talk.read(kToServer), "GET");
  EXPECT_FALSE(talk.had(reassembly_overlap_different_data));
}

TEST(TcpHandshake, InlineDataOnASynIsReadBeforeItPasses) {
  TcpTalk talk({.inline_mode = true});
  talk.client({.flags = kSyn, .sequence = 0, .payload = "GET", .options = kCookie});
  EXPECT_EQ(talk.read(kToServer), "GET");
  talk.server({.flags = kSyn | kAck, .sequence = 0, .acknowledgment = 1});
  EXPECT_EQ(talk.client({.payload = "bad"}).use, SegmentUse::contradicts);
  EXPECT_EQ(talk.client({.payload = "GET"}).use, SegmentUse::followed);
  EXPECT_EQ(talk.read(kToServer), "GET");
}

TEST(TcpHandshake, RefusesWhatDoesNotBelong) {
  TcpTalk talk;
  talk.client({.flags = kSyn, .sequence = 0});
  talk.client({.flags = kSyn | kAck, .sequence = 0});
  EXPECT_TRUE(talk.last.events.has(handshake3_synack_in_wrong_direction));
  talk.client({.payload = "early"});
  EXPECT_TRUE(talk.last.events.has(handshake3_ack_in_wrong_dir));
  talk.server({.flags = kSyn | kAck, .sequence = 0, .acknowledgment = 7});
  EXPECT_TRUE(talk.last.events.has(handshake3_synack_with_wrong_ack));
  talk.server({.flags = kSyn | kAck, .sequence = 0});
  talk.server({.flags = kSyn | kAck, .sequence = 0, .acknowledgment = 7});
  EXPECT_TRUE(talk.last.events.has(handshake3_synack_resend_with_different_ack));
  talk.client({.flags = kSyn | kAck, .sequence = 0});
  EXPECT_TRUE(talk.last.events.has(handshake3_synack_toserver_on_syn_recv));
  talk.client({.flags = kSyn, .sequence = 70});
  EXPECT_TRUE(talk.last.events.has(handshake3_syn_resend_diff_seq_on_syn_recv));
  talk.server({.flags = kSyn, .sequence = 0});
  EXPECT_TRUE(talk.last.events.has(handshake3_syn_toclient_on_syn_recv));
  talk.client({.acknowledgment = 7, .payload = "evil"});
  EXPECT_TRUE(talk.last.events.has(handshake3_right_seq_wrong_ack_evasion));
  talk.client({.sequence = 100'000, .acknowledgment = 7});
  EXPECT_TRUE(talk.last.events.has(handshake3_wrong_seq_wrong_ack));
  talk.server({});
  EXPECT_TRUE(talk.last.events.has(handshake3_ack_in_wrong_dir));
  EXPECT_EQ(talk.last.use, SegmentUse::invalid);
  EXPECT_EQ(talk.state(), TcpState::syn_recv);
  EXPECT_EQ(talk.client({.payload = "GET"}).use, SegmentUse::followed);
  EXPECT_EQ(talk.read(kToServer), "GET");
}

TEST(TcpHandshake, DataOfTheServerBeforeTheAckIsInjectedInlineAndAMissedAckElse) {
  for (const bool inline_mode : {true, false}) {
    TcpTalk talk({.inline_mode = inline_mode});
    talk.client({.flags = kSyn, .sequence = 0});
    talk.server({.flags = kSyn | kAck, .sequence = 0});
    talk.server({.payload = "x"});
    EXPECT_EQ(talk.had(handshake3_ack_data_inject), inline_mode);
    EXPECT_EQ(talk.read(kToClient), inline_mode ? "" : "x");
  }
}

TEST(TcpHandshake, AResetEndsItOnlyWhereItAnswers) {
  TcpTalk talk;
  talk.client({.flags = kSyn, .sequence = 0});
  talk.server({.flags = kRst | kAck, .sequence = 0, .acknowledgment = 5});
  EXPECT_TRUE(talk.last.events.has(rst_invalid_ack));
  EXPECT_EQ(talk.state(), TcpState::syn_sent);
  talk.server({.flags = kRst | kAck, .sequence = 0, .acknowledgment = 1});
  EXPECT_EQ(talk.state(), TcpState::closed);
  EXPECT_EQ(talk.flow.state, State::closed);
}

TEST(TcpHandshake, WithoutOneNothingIsFollowed) {
  TcpTalk talk;
  EXPECT_EQ(talk.client({.payload = "x"}).trouble, StreamTrouble::midstream);
  EXPECT_EQ(talk.last.use, SegmentUse::not_followed);
  EXPECT_EQ(talk.client({.sequence = 2, .payload = "x"}).trouble, std::nullopt) << "told once";
  TcpTalk fin;
  fin.client({.flags = kFin | kAck});
  EXPECT_TRUE(fin.had(fin_but_no_session));
  TcpTalk rst;
  rst.client({.flags = kRst});
  EXPECT_TRUE(rst.had(rst_but_no_session));
}

TEST(TcpHandshake, MidstreamPicksUp) {
  TcpTalk talk({.midstream = true});
  talk.client({.sequence = 500, .acknowledgment = 900, .payload = "GET"});
  EXPECT_EQ(talk.state(), TcpState::established);
  talk.server({.sequence = 900, .acknowledgment = 503, .payload = "OK"});
  talk.client({.sequence = 503, .acknowledgment = 902, .payload = " /"});
  EXPECT_EQ(talk.read(kToServer), "GET /");
  EXPECT_EQ(talk.read(kToClient), "OK");
  EXPECT_EQ(talk.streams.counters().midstream_pickups, 1U);
}

TEST(TcpHandshake, WhatIsPickedUpIsTold) {
  TcpTalk talk({.midstream = true});
  EXPECT_EQ(talk.client({.payload = "GET"}).trouble, StreamTrouble::midstream);
  EXPECT_EQ(talk.last.use, SegmentUse::followed);
  EXPECT_EQ(talk.client({.sequence = 4, .payload = " /"}).trouble, std::nullopt) << "once";
  TcpTalk fin({.midstream = true});
  fin.client({.flags = kFin | kAck});
  EXPECT_TRUE(fin.had(fin_but_no_session)) << "without bytes it is no connection";
  TcpTalk last({.midstream = true});
  last.client({.flags = kFin | kAck, .payload = "x"});
  EXPECT_EQ(last.state(), TcpState::close_wait);
}

TEST(TcpHandshake, ASynAckIsPickedUpWhereOneSideIsEnough) {
  TcpTalk talk({.async_oneside = true});
  talk.client({.flags = kSyn | kAck, .sequence = 0});  // in truth the server
  EXPECT_FALSE(talk.flow.originator_is_low);
  talk.client({.sequence = 9, .acknowledgment = 11});
  EXPECT_TRUE(talk.had(handshake3_async_wrong_seq));
  talk.client({.acknowledgment = 11});
  EXPECT_EQ(talk.state(), TcpState::established);
  talk.client({.acknowledgment = 11, .payload = "banner"});
  EXPECT_EQ(talk.read(kToClient), "banner");
  EXPECT_EQ(talk.client({.sequence = 7, .acknowledgment = 11}).trouble, std::nullopt);
  TcpTalk other({.async_oneside = true});
  EXPECT_EQ(other.client({.payload = "x"}).use, SegmentUse::not_followed);
  talk.streams.end(talk.flow);
  EXPECT_EQ(talk.streams.counters().async_sessions, 1U);
}

TEST(TcpHandshake, AnAnswerEchoesATimestampOfTheSyn) {
  const auto answer = [](std::string_view echo) {
    return "080a00000007000000" + std::string(echo);
  };
  TcpTalk talk;
  talk.client({.flags = kSyn, .sequence = 0, .options = "080a0000006400000000"});
  talk.client({.flags = kSyn, .sequence = 0, .options = "080a000000c800000000"});
  for (const std::string_view wrong : {"63", "c9"}) {
    const std::string option = answer(wrong);
    talk.server({.flags = kSyn | kAck, .sequence = 0, .options = option});
    EXPECT_EQ(talk.last.use, SegmentUse::invalid);
    EXPECT_TRUE(talk.last.events.has(pkt_invalid_timestamp));
    talk.server({.flags = kRst | kAck, .sequence = 0, .options = option});
    EXPECT_EQ(talk.state(), TcpState::syn_sent) << "nor does it reset";
  }
  const std::string option = answer("64");
  talk.server({.flags = kSyn | kAck, .sequence = 0, .options = option});
  EXPECT_EQ(talk.state(), TcpState::syn_recv);
  TcpTalk without;  // a server that sends timestamps unasked does not have them
  without.client({.flags = kSyn, .sequence = 0});
  without.server({.flags = kSyn | kAck, .sequence = 0, .options = option});
  EXPECT_EQ(without.state(), TcpState::syn_recv);
}

TEST(TcpHandshake, ASynAckThatComesFirstTurnsTheFlowRound) {
  TcpTalk talk({.midstream = true});
  talk.client({.flags = kSyn | kAck, .sequence = 0});  // in truth the server
  EXPECT_FALSE(talk.flow.originator_is_low);
  EXPECT_EQ(talk.flow.side(Direction::to_client).packets, 1U);
  talk.server({});
  EXPECT_EQ(talk.state(), TcpState::established);
  talk.client({.payload = "banner"});
  EXPECT_EQ(talk.read(kToClient), "banner");
}

TEST(TcpHandshake, OneSideIsEnoughWhereItIsSaidSo) {
  TcpTalk talk({.async_oneside = true});
  talk.client({.flags = kSyn, .sequence = 0});
  talk.client({.sequence = 9, .payload = "x"});
  EXPECT_TRUE(talk.had(handshake3_async_wrong_seq));
  talk.client({.payload = "GET"});
  talk.client({.sequence = 4, .acknowledgment = 300, .payload = " /"});
  EXPECT_EQ(talk.read(kToServer), "GET /");
}

TEST(TcpHandshake, AnotherMayFollowOnTheSamePorts) {
  TcpTalk talk;
  talk.shake();
  talk.client({.flags = kFin | kAck});
  talk.server({.flags = kFin | kAck, .acknowledgment = 2});
  talk.client({.sequence = 2, .acknowledgment = 2});
  EXPECT_EQ(talk.state(), TcpState::closed);
  talk.client({.flags = kSyn, .sequence = 100'000});
  EXPECT_EQ(talk.state(), TcpState::syn_sent);
  talk.server({.flags = kSyn | kAck, .sequence = 50, .acknowledgment = 100'001});
  talk.client({.sequence = 100'001, .acknowledgment = 51, .payload = "new"});
  EXPECT_EQ(talk.read(kToServer), "new");
  EXPECT_EQ(talk.streams.counters().sessions, 2U);
  EXPECT_EQ(talk.streams.counters().active_sessions, 1U);
}

TEST(TcpHandshake, WindowsAreScaledWhenBothSaySo) {
  const std::string scaled(20'000, 'a');
  TcpTalk both;
  both.shake("030307");  // 8192 << 7
  both.client({.payload = scaled});
  EXPECT_EQ(both.client({.sequence = 20'001, .payload = "x"}).use, SegmentUse::invalid)
      << "the window of a SYN-ACK is not scaled";
  both.server({.acknowledgment = 20'001});
  EXPECT_EQ(both.client({.sequence = 500'000, .payload = "x"}).use, SegmentUse::followed);
  TcpTalk one;
  one.client({.flags = kSyn, .sequence = 0, .options = "030307"});
  one.server({.flags = kSyn | kAck, .sequence = 0});
  one.client({});
  one.server({});
  EXPECT_EQ(one.client({.sequence = 9000, .payload = "x"}).use, SegmentUse::invalid);
}

}  // namespace
}  // namespace espial::flow
