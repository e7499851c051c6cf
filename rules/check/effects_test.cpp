#include <gtest/gtest.h>

#include "rules/check/check_fixture.hpp"

namespace espial::rules {
namespace {

TEST(FlowBitRules, AskAndChange) {
  EXPECT_EQ(check_options("ip", "flowbits:isset,a;").conditions(), "  flow bit set: a\n");
  EXPECT_EQ(check_options("ip", "flowbits: isnotset , a | b ;").conditions(),
            "  flow bit not set: a b\n");
  EXPECT_EQ(
      check_options("ip", "flowbits:set,a; flowbits:unset,b; flowbits:toggle,c;").conditions(),
      "  then set flow bit a\n  then unset flow bit b\n  then toggle flow bit c\n");
  EXPECT_EQ(check_options("ip", "flowbits:noalert;").conditions(), "  no alert\n");
  EXPECT_EQ(check_options("ip", "flowbits:isset,a; flowbits:isset,b;").conditions(),
            "  flow bit set: a\n  flow bit set: b\n");
  EXPECT_EQ(check_options("ip", "flowbits:isset,a|;").conditions(), "  flow bit set: a\n");
}

TEST(FlowBitRules, SayWhatIsWrong) {
  for (const std::string_view option :
       {"flowbits:isset;", "flowbits:set,;", "flowbits:set,a b;", "flowbits:isset,a b|c;",
        "flowbits:set,a|b;", "flowbits:clear,a;", "flowbits:noalert,a;", "flowbits:isset,|;"})
    EXPECT_EQ(check_options("ip", option).codes(), "E0231") << option;
  EXPECT_EQ(check_options("ip", "flowbits:isset,a; flowbits:isnotset,a;").codes(), "E0607");
  EXPECT_EQ(check_options("ip", "flowbits:isset,a|b; flowbits:isnotset,a;").codes(), "");
  EXPECT_EQ(check_options("ip", "flowbits:isset,a; flowbits:isnotset,A;").codes(), "");
}

TEST(EffectsOfAMatch, ArePrinted) {
  EXPECT_EQ(check_options("ip", "noalert; bypass; prefilter; target:src_ip;").conditions(),
            "  then bypass\n  target source\n  no alert\n");
  EXPECT_EQ(check_options("ip", "alert;").conditions(), "  alert\n");
  EXPECT_EQ(check_options("ip", "config:logging disable, type tx, scope flow;").conditions(),
            "  then disable logging of tx for flow\n");
  EXPECT_EQ(check_options("ip", "config: tracking disable, type flow, scope packet;").conditions(),
            "  then disable tracking of flow for packet\n");
}

TEST(EffectsOfAMatch, TagsHaveSuricatasDefaults) {
  EXPECT_EQ(check_options("ip", "tag:session;").conditions(),
            "  then tag session for 256 packets\n");
  EXPECT_EQ(check_options("ip", "tag:host;").conditions(),
            "  then tag destination host for 256 packets\n");
  EXPECT_EQ(check_options("ip", "tag:host,100,packets,src;").conditions(),
            "  then tag source host for 100 packets\n");
  EXPECT_EQ(check_options("ip", "tag:host, 3600, seconds, dst; tag:session,9,bytes;").conditions(),
            "  then tag destination host for 3600 seconds\n  then tag session for 9 bytes\n");
  EXPECT_EQ(check_options("ip", "tag:session,9,bytes,src;").codes(), "W0234");
}

TEST(EffectsOfAMatch, SayWhatIsWrong) {
  for (const std::string_view option :
       {"tag:flow;", "tag:session,9;", "tag:session,x,packets;", "tag:session,9,minutes;",
        "tag:host,9,packets,both;", "tag:host,9,packets,src,dst;", "tag:session,4294967296,bytes;",
        "config:logging enable, type tx, scope tx;", "config:logging disable;",
        "config:alerts disable, type tx, scope tx;",
        "config:logging disable, type packet, scope tx;",
        "config:logging disable, type tx, scope all;", "config:logging disable, scope tx, type tx;",
        "target:both;"})
    EXPECT_EQ(check_options("ip", option).codes(), "E0231") << option;
  EXPECT_EQ(check_options("ip", "alert; noalert;").codes(), "E0206");
  EXPECT_EQ(check_options("ip", "noalert; flowbits:noalert;").codes(), "");
  EXPECT_EQ(check_options("ip", "target:src_ip; target:src_ip;").codes(), "E0206");
  EXPECT_EQ(check_options("ip", "noalert:1;").codes(), "E0205");
}

}  // namespace
}  // namespace espial::rules
