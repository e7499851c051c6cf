#include <gtest/gtest.h>

#include "tests/support/tcp_talk.hpp"

/// Inline: what passes is what is read, whatever the receiver makes of it; and what an endpoint
/// needs to go on passes.
namespace espial::flow {
namespace {

using namespace espial::test;
constexpr auto kToServer = TcpTalk::kClient;
constexpr auto kToClient = TcpTalk::kServer;

struct Inline : testing::Test {
  TcpTalk talk{{.inline_mode = true}};
  static void is_refused(const SegmentReport& report) {
    EXPECT_TRUE(report.use == SegmentUse::invalid || report.use == SegmentUse::contradicts);
    EXPECT_FALSE(report.wants_answer);
  }
  /// Refused, and yet it goes on to be answered.
  static void is_answered(const SegmentReport& report) {
    EXPECT_EQ(report.use, SegmentUse::invalid);
    EXPECT_TRUE(report.wants_answer);
  }
  static void is_followed(const SegmentReport& report) {
    EXPECT_EQ(report.use, SegmentUse::followed);
  }
};

/// Linux forgets a FIN that waits when bytes come in order that cover it (tcp_ofo_queue).
TEST_F(Inline, NothingIsSentBehindAFin) {
  talk.shake();
  is_followed(talk.client({.flags = kFin | kAck, .sequence = 3}));
  is_refused(talk.client({.payload = "root"}));
  is_followed(talk.client({.payload = "ro"}));
  EXPECT_EQ(talk.read(kToServer), "ro");
  EXPECT_EQ(talk.state(), TcpState::close_wait);
}

TEST(Detecting, AFinThatIsCoveredIsNone) {
  TcpTalk talk;
  talk.shake();
  talk.client({.flags = kFin | kAck, .sequence = 3});
  talk.client({.payload = "root"});
  EXPECT_EQ(talk.read(kToServer), "root");
}

/// The other has not answered yet: who sends bytes with that ACK sends them to one that takes them.
TEST_F(Inline, BytesOnTheAckOfASplitHandshakeAreRefused) {
  talk.client({.flags = kSyn, .sequence = 0});
  talk.server({.flags = kSyn, .sequence = 0});
  is_refused(talk.server({.payload = "root"}));
  is_followed(talk.client({.flags = kSyn | kAck, .sequence = 0}));
  is_followed(talk.server({.payload = "root"}));
  EXPECT_EQ(talk.read(kToClient), "root");
}

TEST_F(Inline, BytesOnASynOfAnotherNumberAreRefused) {
  talk.client({.flags = kSyn, .sequence = 0});
  is_refused(talk.client(
      {.flags = kSyn, .sequence = 500, .payload = "root", .options = "220a0102030405060708"}));
  is_followed(talk.client({.flags = kSyn, .sequence = 700}));
}

TEST_F(Inline, BytesOnASynAckAreRead) {
  talk.client({.flags = kSyn, .sequence = 0});
  is_followed(talk.server({.flags = kSyn | kAck, .sequence = 0, .payload = "ro"}));
  EXPECT_EQ(talk.read(kToClient), "ro");
  is_refused(talk.server({.flags = kSyn | kAck, .sequence = 0, .payload = "no"}));
  is_refused(talk.server({.flags = kSyn | kAck, .sequence = 90, .payload = "no"}));
  talk.client({.acknowledgment = 3});
  is_followed(talk.server({.sequence = 3, .payload = "ot"}));
  EXPECT_EQ(talk.read(kToClient), "root");
}

/// RFC 9293 section 3.8.4: the byte of a keep-alive may say anything. Windows sends a zero.
TEST_F(Inline, TheByteOfAKeepAliveContradictsNothing) {
  talk.shake();
  talk.client({.payload = "root"});
  talk.server({.acknowledgment = 5});
  is_followed(talk.client({.sequence = 4, .payload = std::string_view("\0", 1)}));
  is_refused(talk.client({.sequence = 4, .payload = "x"}));
  is_refused(talk.client({.sequence = 3, .payload = std::string_view("\0", 1)}));
}

/// RFC 5961 section 4: the server has a connection of before, which the gateway knows no more. Its
/// ACK has the client reset that.
TEST_F(Inline, AnOldConnectionIsResetByWhoOpensAnew) {
  talk.client({.flags = kSyn, .sequence = 0});
  is_answered(talk.server({.sequence = 77777, .acknowledgment = 0x1234'5678}));
  is_refused(talk.server({.sequence = 77777, .acknowledgment = 0x1234'5678, .payload = "x"}));
  is_answered(talk.client({.flags = kRst, .sequence = 0x1234'5678}));
  talk.shake();
  is_followed(talk.client({.payload = "root"}));
  EXPECT_EQ(talk.read(kToServer), "root");
}

/// Bytes that passed here were lost behind: the receiver waits for an earlier number.
TEST_F(Inline, AResetCountsWhereTheReceiverMayWait) {
  talk.shake();
  talk.client({.payload = "root"});
  is_refused(talk.client({.flags = kRst, .sequence = 6}));
  is_refused(talk.client({.flags = kRst, .sequence = 0}));
  is_followed(talk.client({.flags = kRst, .sequence = 1}));
}

/// Of another host behind the same address, say: its number need not lie behind the former's.
TEST_F(Inline, AnotherConnectionMayBeginAtAnyNumberWhenTheFormerIsOver) {
  talk.shake();
  talk.client({.flags = kFin | kAck});
  talk.server({.flags = kFin | kAck, .acknowledgment = 2});
  talk.client({.sequence = 2, .acknowledgment = 2});
  ASSERT_EQ(talk.state(), TcpState::closed);
  const std::uint32_t back = 0U - 100'000;
  is_answered(talk.client({.flags = kSyn, .sequence = back}));
  is_followed(talk.server({.flags = kSyn | kAck, .sequence = back, .acknowledgment = back + 1}));
  is_followed(talk.client({.sequence = back + 1, .acknowledgment = back + 1, .payload = "root"}));
  EXPECT_EQ(talk.read(kToServer), "root");
}

/// A host that has lost its connection opens another, and the server answers that it does.
TEST_F(Inline, AnAnswerToALateSynBeginsAnotherConnection) {
  talk.shake();
  talk.client({.payload = "before"});
  is_answered(talk.client({.flags = kSyn, .sequence = 3000}));
  is_refused(talk.server({.flags = kSyn | kAck, .sequence = 9000, .acknowledgment = 3000}));
  is_followed(talk.server({.flags = kSyn | kAck, .sequence = 9000, .acknowledgment = 3001}));
  is_followed(talk.client({.sequence = 3001, .acknowledgment = 9001, .payload = "root"}));
  EXPECT_EQ(talk.read(kToServer), "beforeroot");
}

/// The pointer may run ahead of its byte, and a zero is as good as a one (Linux, tcp_check_urg).
TEST(Urgent, TheByteMayComeLaterThanItsPointer) {
  for (const std::string_view first : {"ro", ""}) {
    TcpTalk talk;
    talk.shake();
    const auto size = static_cast<std::uint16_t>(first.size());
    talk.client({.flags = kAck | kUrg, .payload = first, .urgent = 3});
    talk.client({.sequence = 1U + size, .payload = first.empty() ? "ro!ot" : "!ot"});
    EXPECT_EQ(talk.read(kToServer), "root");
    EXPECT_EQ(TcpStreams::summary_of(talk.flow)->urgent[0], 1U);
  }
  TcpTalk zero;
  zero.shake().client({.payload = "ro"});
  zero.client({.flags = kAck | kUrg, .sequence = 3, .payload = "!ot"});
  EXPECT_EQ(zero.read(kToServer), "root");
}

/// What waits behind the byte has been sent before the pointer came.
TEST(Urgent, ThePointerMayComeAfterWhatIsBehindItsByte) {
  TcpTalk talk({.inline_mode = true});
  talk.shake();
  talk.client({.sequence = 4, .payload = "ot"});
  talk.client({.flags = kAck | kUrg, .payload = "ro!", .urgent = 3});
  EXPECT_EQ(talk.read(kToServer), "root");
  EXPECT_EQ(talk.client({.sequence = 4, .payload = "ot"}).use, SegmentUse::followed);
}

/// What waits is held for the receiver as long as it waits there: no room, no passing.
TEST_F(Inline, WhatFindsNoRoomToWaitIsRefused) {
  talk.shake();
  talk.server({.window = 65535});
  for (std::uint32_t i = 0; i < StreamBuffer::kMaxHeld; ++i)
    talk.client({.sequence = 3 + (2 * i), .payload = "x"});
  const SegmentReport full = talk.client({.sequence = 20001, .payload = "x"});
  is_refused(full);
  EXPECT_FALSE(full.trouble);
}

}  // namespace
}  // namespace espial::flow
