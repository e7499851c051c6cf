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
    EXPECT_EQ(check_options("ip", option).codes(), "E0233") << option;
  EXPECT_EQ(check_options("ip", "flowbits:isset,a; flowbits:isnotset,a;").codes(), "E0607");
  EXPECT_EQ(check_options("ip", "flowbits:isset,a|b; flowbits:isnotset,a;").codes(), "");
  EXPECT_EQ(check_options("ip", "flowbits:isset,a; flowbits:isnotset,A;").codes(), "");
}

TEST(FlowBitRules, WarnOfWhatHasNoEffect) {
  for (const std::string_view option :
       {"flowbits:isset,a; flowbits:set,a;", "flowbits:set,a; flowbits:isset,a;",
        "flowbits:isnotset,a; flowbits:unset,a;", "flowbits:unset,a; flowbits:isnotset,a;",
        "flowbits:set,a; flowbits:unset,a;", "flowbits:unset,a; flowbits:set,a;"})
    EXPECT_EQ(check_options("ip", option).codes(), "W0603") << option;
  for (const std::string_view option :
       {"flowbits:isset,a; flowbits:unset,a;", "flowbits:isnotset,a; flowbits:set,a;",
        "flowbits:isset,a|b; flowbits:set,a;", "flowbits:set,a; flowbits:unset,b;",
        "flowbits:isset,a; flowbits:set,A;", "flowbits:set,a; flowbits:toggle,a;"})
    EXPECT_EQ(check_options("ip", option).codes(), "") << option;
}

TEST(EffectsOfAMatch, PrefilterStandsBehindACondition) {
  for (const std::string_view option :
       {"prefilter;", "prefilter; ttl:1;", "noalert; prefilter;", "flowbits:set,a; prefilter;",
        "tcp.hdr; prefilter; content:\"a\";"})
    EXPECT_TRUE(check_options("tcp", option).codes().contains("E0235")) << option;
  for (const std::string_view option :
       {"ttl:1; prefilter;", "content:\"a\"; nocase; prefilter;", "flowbits:isset,a; prefilter;"})
    EXPECT_EQ(check_options("tcp", option).codes(), "") << option;
  EXPECT_EQ(check_options("tcp", "ttl:1; prefilter; prefilter;").codes(), "E0206");
}

TEST(EffectsOfAMatch, ArePrinted) {
  EXPECT_EQ(check_options("ip", "noalert; bypass; ttl:1; prefilter; target:src_ip;").conditions(),
            "  ttl in 1\n  then bypass\n  target source\n  no alert\n");
  EXPECT_EQ(check_options("ip", "alert;").conditions(), "  alert\n");
  EXPECT_EQ(check_options("ip", "config:logging disable, type tx, scope flow;").conditions(),
            "  then disable logging of tx for flow\n");
  EXPECT_EQ(check_options("ip", "config: tracking disable, type flow, scope packet;").codes(),
            "E0907");
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
    EXPECT_EQ(check_options("ip", option).codes(), "E0233") << option;
  EXPECT_EQ(check_options("ip", "alert; noalert;").codes(), "E0206");
  EXPECT_EQ(check_options("ip", "noalert; flowbits:noalert;").codes(), "");
  EXPECT_EQ(check_options("ip", "target:src_ip; target:src_ip;").codes(), "E0206");
  EXPECT_EQ(check_options("ip", "noalert:1;").codes(), "E0205");
}

}  // namespace
}  // namespace espial::rules
