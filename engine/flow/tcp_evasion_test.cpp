#include <gtest/gtest.h>

#include "tests/support/tcp_talk.hpp"

/// The evasions of Ptacek and Newsham, "Insertion, Evasion, and Denial of Service" (1998), section
/// 5.4 and 6, one by one: what is read is what the endpoint reads.
namespace espial::flow {
namespace {

using namespace espial::test;
using enum StreamEvent;
constexpr auto kToServer = TcpTalk::kClient;

struct Evasion : testing::TestWithParam<bool> {  // inline
  TcpTalk talk{{.inline_mode = GetParam()}};
  void ends_as_root() {
    EXPECT_EQ(talk.client({.sequence = 3, .payload = "ot"}).use, SegmentUse::followed);
    EXPECT_EQ(talk.read(kToServer), "root");
  }
  void begins() {
    talk.shake();
    talk.client({.payload = "ro"});
  }
  void is_refused(const Spoken& said) { EXPECT_EQ(talk.client(said).use, SegmentUse::invalid); }
};
INSTANTIATE_TEST_SUITE_P(DetectAndInline, Evasion, testing::Bool());

TEST_P(Evasion, InsertionByABadChecksum) {
  begins();
  is_refused({.sequence = 3, .payload = "XX", .bad_checksum = true});
  ends_as_root();
}

TEST_P(Evasion, InsertionWithoutAckFlag) {
  begins();
  is_refused({.flags = 0, .sequence = 3, .payload = "XX"});
  ends_as_root();
}

TEST_P(Evasion, InsertionByASequenceOutsideTheWindow) {
  begins();
  is_refused({.sequence = 3 + 0x4000'0000, .payload = "XX"});
  is_refused({.sequence = 3 + 0x8000'0000, .payload = "XX"});
  ends_as_root();
}

TEST_P(Evasion, InsertionByAnOldTimestamp) {
  talk.client({.flags = kSyn, .sequence = 0, .options = "080a0000006400000000"});
  talk.server({.flags = kSyn | kAck, .sequence = 0, .options = "080a000003e800000064"});
  talk.client({.payload = "ro", .options = "080a00000064000003e8"});
  is_refused({.sequence = 3, .payload = "XX", .options = "080a80000065000003e8"});
  ends_as_root();
}

TEST_P(Evasion, InsertionByAnAcknowledgmentOfWhatWasNeverSent) {
  begins();
  is_refused({.sequence = 3, .acknowledgment = 0x2000'0000, .payload = "XX"});
  ends_as_root();
}

TEST_P(Evasion, InsertionOnASynThatIsNotAccepted) {
  talk.client({.flags = kSyn, .sequence = 0});
  talk.server({.flags = kSyn | kAck, .sequence = 0});
  talk.client({.payload = "ro"});
  is_refused({.flags = kSyn | kAck, .sequence = 3, .payload = "XX"});
  ends_as_root();
}

TEST_P(Evasion, DesynchronisationByASynInsideTheWindow) {
  begins();
  is_refused({.flags = kSyn, .sequence = 300});
  EXPECT_TRUE(talk.had(est_syn_resend_diff_seq));
  ends_as_root();
}

TEST_P(Evasion, DesynchronisationByASynAfterTheConnection) {
  begins();
  is_refused({.flags = kSyn, .sequence = 0x3000'0000});
  ends_as_root();
}

TEST_P(Evasion, DesynchronisationByASynBeforeTheConnection) {
  talk.client({.flags = kSyn, .sequence = 0x3000'0000});
  talk.client({.flags = kSyn, .sequence = 0});
  talk.server({.flags = kSyn | kAck, .sequence = 0});
  talk.client({.payload = "ro"});
  ends_as_root();
}

TEST_P(Evasion, DataBeforeTheHandshakeIsThrough) {
  talk.client({.flags = kSyn, .sequence = 0});
  is_refused({.payload = "XX"});
  talk.server({.flags = kSyn | kAck, .sequence = 0});
  talk.client({.payload = "ro"});
  ends_as_root();
}

TEST_P(Evasion, TeardownByAResetOutOfPlace) {
  begins();
  is_refused({.flags = kRst, .sequence = 9});
  is_refused({.flags = kRst, .sequence = 0x3000'0000});
  EXPECT_TRUE(talk.had(rst_invalid_ack));
  EXPECT_EQ(talk.state(), TcpState::established);
  ends_as_root();
}

TEST_P(Evasion, TeardownByAResetWithABadChecksum) {
  begins();
  is_refused({.flags = kRst, .sequence = 3, .bad_checksum = true});
  ends_as_root();
}

TEST_P(Evasion, TeardownByAResetThatDoesNotArrive) {
  begins();
  talk.client({.flags = kRst, .sequence = 3});
  EXPECT_EQ(talk.state(), TcpState::closed);
  talk.server({.acknowledgment = 3, .payload = "go on"});
  EXPECT_TRUE(talk.had(suspected_rst_inject));
  EXPECT_EQ(talk.state(), TcpState::established);
  ends_as_root();
}

TEST_P(Evasion, TeardownByAFinOutOfPlace) {
  begins();
  is_refused({.flags = kFin | kAck, .sequence = 0x3000'0000});
  EXPECT_TRUE(talk.had(fin_out_of_window));
  EXPECT_EQ(talk.state(), TcpState::established);
  ends_as_root();
}

TEST_P(Evasion, TeardownByAFinWithoutAck) {
  begins();
  is_refused({.flags = kFin, .sequence = 3});
  ends_as_root();
}

TEST_P(Evasion, SegmentsThatAreBackwardsAndOneByteEach) {
  talk.shake();
  constexpr std::string_view kWord = "root";
  for (std::uint32_t i = 4; i > 0; --i)
    talk.client({.sequence = i, .payload = kWord.substr(i - 1, 1)});
  EXPECT_EQ(talk.read(kToServer), "root");
}

TEST_P(Evasion, ASynWithAFinOpensNothing) {
  talk.client({.flags = kSyn | kFin, .sequence = 0});
  EXPECT_TRUE(talk.had(fin_syn));
  EXPECT_EQ(talk.state(), TcpState::none);
}

TEST_P(Evasion, AnAckFieldWithoutItsFlagIsNamed) {
  begins();
  decode::Packet packet;
  packet.transport = decode::Transport::tcp;
  packet.tcp.acknowledgment = 7;
  const SegmentReport report = talk.streams.observe(talk.flow, kToServer, packet, false, talk.now);
  EXPECT_TRUE(report.events.has(pkt_broken_ack));
}

}  // namespace
}  // namespace espial::flow
