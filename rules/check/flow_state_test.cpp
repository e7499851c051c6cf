#include <gtest/gtest.h>

#include "rules/check/check_fixture.hpp"

namespace espial::rules {
namespace {

TEST(FlowCounts, TakeEveryFormOfANumber) {
  EXPECT_EQ(check_options("ip", "flow.age:3;").conditions(), "  flow age in 3\n");
  EXPECT_EQ(check_options("ip", "flow.age:<3;").conditions(), "  flow age in 0..2\n");
  EXPECT_EQ(check_options("ip", "flow.age:>=2;").conditions(), "  flow age in 2..4294967295\n");
  EXPECT_EQ(check_options("ip", "flow.age:10-20;").conditions(), "  flow age in 11..19\n");
  EXPECT_EQ(check_options("ip", "flow.age:!=2;").conditions(), "  flow age not in 2\n");
  EXPECT_EQ(check_options("ip", "flow.bytes_toserver:&0x3=0x1;").conditions(),
            "  flow bytes to_server & 0x3 in 1\n");
  EXPECT_EQ(check_options("ip", "flow.bytes_toclient:>18446744073709551614;").conditions(),
            "  flow bytes to_client in 18446744073709551615\n");
}

TEST(FlowCounts, TakeASide) {
  EXPECT_EQ(check_options("ip", "flow.pkts:toclient,3;").conditions(),
            "  flow packets to_client in 3\n");
  EXPECT_EQ(check_options("ip", "flow.pkts:toserver, <3;").conditions(),
            "  flow packets to_server in 0..2\n");
  EXPECT_EQ(check_options("ip", "flow.pkts:either,>=2;").conditions(),
            "  flow packets either in 2..4294967295\n");
  EXPECT_EQ(check_options("ip", "flow.bytes:both,1kb;").conditions(),
            "  flow bytes both in 1024\n");
  EXPECT_EQ(check_options("ip", "flow.pkts_toserver:5;").conditions(),
            "  flow packets to_server in 5\n");
}

TEST(FlowCounts, SayWhatIsWrong) {
  EXPECT_EQ(check_options("ip", "flow.pkts:5;").codes(), "E0231");
  EXPECT_EQ(check_options("ip", "flow.pkts:to_server,5;").codes(), "E0231");
  EXPECT_EQ(check_options("ip", "flow.pkts:,5;").codes(), "E0231");
  EXPECT_NE(check_options("ip", "flow.pkts:both,;").codes(), "");
  EXPECT_NE(check_options("ip", "flow.age:4294967296;").codes(), "");
  EXPECT_NE(check_options("ip", "flow.bytes_toserver:18446744073709551616;").codes(), "");
}

TEST(StreamSize, TakesASideASignAndANumber) {
  EXPECT_EQ(check_options("tcp", "stream_size:server,<,1111;").conditions(),
            "  flow stream size to_client in 0..1110\n");
  EXPECT_EQ(check_options("tcp", "stream_size:client, >, 5;").conditions(),
            "  flow stream size to_server in 6..4294967295\n");
  EXPECT_EQ(check_options("tcp", "stream_size:both,!=,5;").conditions(),
            "  flow stream size both not in 5\n");
  EXPECT_EQ(check_options("tcp", "stream_size:either,<=,5;").conditions(),
            "  flow stream size either in 0..5\n");
  EXPECT_EQ(check_options("tcp", "stream_size:either,=,5;").conditions(),
            "  flow stream size either in 5\n");
  EXPECT_EQ(check_options("tcp", "stream_size:either,>=,5;").conditions(),
            "  flow stream size either in 5..4294967295\n");
  EXPECT_EQ(check_options("tcp", "stream_size:both,>5;").conditions(),
            "  flow stream size both in 6..4294967295\n");
}

TEST(StreamSize, SaysWhatIsWrong) {
  EXPECT_EQ(check_options("tcp", "stream_size:toserver,>,5;").codes(), "E0231");
  EXPECT_EQ(check_options("tcp", "stream_size:server;").codes(), "E0231");
  EXPECT_EQ(check_options("tcp", "stream_size:server,<,0;").codes(), "E0209");
  EXPECT_EQ(check_options("tcp", "stream_size:server,>,4294967295;").codes(), "E0209");
  EXPECT_EQ(check_options("tcp", "stream_size:server,>,[1,2];").codes(), "E0209");
  EXPECT_NE(check_options("tcp", "stream_size:server,~,5;").codes(), "");
  EXPECT_NE(check_options("tcp", "stream_size:server,>,;").codes(), "");
}

TEST(PacketEvents, AreNamedAsInSuricata) {
  EXPECT_EQ(check_options("pkthdr", "decode-event:ipv4.trunc_pkt;").conditions(),
            "  decoder event ipv4.trunc_pkt\n");
  EXPECT_EQ(check_options("pkthdr", "engine-event:decoder.ipv4.trunc_pkt;").conditions(),
            "  decoder event ipv4.trunc_pkt\n");
  EXPECT_EQ(check_options("tcp", "engine-event:stream.est_syn_resend;").conditions(),
            "  stream event est_syn_resend\n");
  EXPECT_EQ(check_options("tcp", "stream-event:3whs_synack_flood;").conditions(),
            "  stream event 3whs_synack_flood\n");
  EXPECT_EQ(check_options("tcp", "stream-event:est_synack_resend_with_different_ack;").conditions(),
            "  stream event est_synack_resend_with_diff_ack\n");
}

TEST(PacketEvents, OfNoOneAreErrors) {
  EXPECT_EQ(check_options("ip", "decode-event:est_syn_resend;").codes(), "E0232");
  EXPECT_EQ(check_options("ip", "stream-event:ipv4.trunc_pkt;").codes(), "E0232");
  const CheckedText near = check_options("ip", "decode-event:ipv4.trunk_pkt;");
  EXPECT_TRUE(near.report().contains("ipv4.trunc_pkt")) << near.report();
}

}  // namespace
}  // namespace espial::rules
