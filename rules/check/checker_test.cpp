#include "rules/check/checker.hpp"

#include <gtest/gtest.h>

#include "rules/check/check_fixture.hpp"
#include "rules/check/classification.hpp"
#include "rules/check/suricata_words.hpp"

namespace espial::rules {
namespace {

TEST(Checker, SaysWhenAValueIsMissingOrTooMuch) {
  EXPECT_EQ(check_options("ike", "ike.length;").codes(), "E0204");
  EXPECT_EQ(check_options("ike", "ike.length:;").codes(), "E0204");
  EXPECT_EQ(check_options("ike", "content:\"a\"; nocase:1;").codes(), "E0205");
  EXPECT_EQ(check_options("ike", "ike.vendor_id:;").codes(), "E0204");
}

TEST(Checker, TellsUnknownFromUnsupported) {
  EXPECT_EQ(check_options("ip", "conten:\"a\";").checked.outcome, Outcome::wrong);
  EXPECT_EQ(check_options("ip", "byte_test:1,>,1,0;").checked.outcome, Outcome::unsupported);
  EXPECT_EQ(check_options("ip", "byte_test:1,>,1,0; esp.spi:x;").checked.outcome,
            Outcome::unsupported);
  for (const Keyword& keyword : keywords())
    EXPECT_FALSE(is_suricata_keyword(keyword.name)) << keyword.name;
}

TEST(Meta, TakesClassPriorityReferencesAndMetadata) {
  const CheckedText checked =
      check_options("ip",
                    "classtype:attempted-recon; reference:cve,2018-5389; reference:url,a.b/c,d; "
                    "metadata:k v w, x; rev:7; gid:3;");
  EXPECT_EQ(checked.report(), "");
  const RuleInfo& info = checked.checked.rule.info;
  EXPECT_EQ(info.priority, 2);
  EXPECT_EQ(info.classification, "Attempted Information Leak");
  EXPECT_EQ(info.references.at(1).id, "a.b/c,d");
  EXPECT_EQ(info.metadata.at(0).second, "v w");
  EXPECT_EQ(info.metadata.at(1).first, "x");
  EXPECT_EQ(info.rev, 7U);
  EXPECT_EQ(info.gid, 3U);
  EXPECT_EQ(
      check_options("ip", "classtype:attempted-recon; priority:9;").checked.rule.info.priority, 9);
  EXPECT_EQ(check_options("ip", "").checked.rule.info.priority, kDefaultPriority);
  EXPECT_EQ(check_options("ip", "priority:0;").codes(), "E0208");
  EXPECT_EQ(check_options("ip", "priority:256;").codes(), "E0208");
}

TEST(Actions, SayWhomARejectTells) {
  const auto first_word = [](std::string_view action) {
    const std::string plan =
        CheckedText(std::string(action) + " tcp any any -> any any (msg:\"m\"; sid:1;)").plan();
    return plan.substr(0, plan.find(' '));
  };
  for (const std::string_view action : {"reject", "rejectdst", "rejectboth", "drop", "pass"})
    EXPECT_EQ(first_word(action), action);
  EXPECT_EQ(first_word("rejectsrc"), "reject");
}

TEST(Hooks, SayWhichPacketsARuleIsAskedOf) {
  const auto codes = [](std::string_view protocol) {
    return check_options(protocol, "ttl:1;").codes();
  };
  for (const std::string_view good :
       {"tcp:all", "udp:all", "ip:flow_start", "tcp:flow_start", "tcp-pkt:flow_start", "icmp:all",
        "ip6:all", "esp:flow_start"})
    EXPECT_EQ(codes(good), "") << good;
  for (const std::string_view later :
       {"tcp:pre_flow", "ip:pre_stream", "ike:request_started", "ike:pre_flow"})
    EXPECT_EQ(codes(later), "E0908") << later;
  for (const std::string_view wrong : {"tcp:", "tcp:flowstart", "tcp:all:all", "tpc:all"})
    EXPECT_EQ(codes(wrong), "E0202") << wrong;
  EXPECT_EQ(codes("http:request_line"), "E0902");
  EXPECT_EQ(check_options("ether:all", "vlan.id:1;").codes(), "");
  EXPECT_EQ(check_options("arp:flow_start", "vlan.id:1;").codes(), "E0908");
}

TEST(Meta, HoldsSidsToTheirRange) {
  const auto codes = [](std::string_view sid) {
    return CheckedText("alert ip any any -> any any (msg:\"m\"; sid:" + std::string(sid) + ";)")
        .codes();
  };
  EXPECT_EQ(codes("1"), "");
  EXPECT_EQ(codes("4294967295"), "");
  EXPECT_EQ(codes("0"), "E0208");
  EXPECT_EQ(codes("4294967296"), "E0208");
  EXPECT_EQ(codes("-1"), "E0207");
  EXPECT_EQ(codes("1 rev:2"), "E0207");
}

TEST(Flow, TakesOneDirectionAndOneState) {
  EXPECT_EQ(check_options("ip", "flow:from_client, established;").conditions(),
            "  flow to_server established\n");
  EXPECT_EQ(check_options("ip", "flow:from_server,not_established;").conditions(),
            "  flow to_client not_established\n");
  EXPECT_EQ(check_options("ip", "flow:stateless;").conditions(), "  flow\n");
  EXPECT_EQ(check_options("ip", "flow:to_server,from_server;").codes(), "E0219");
  EXPECT_EQ(check_options("ip", "flow:established,stateless;").codes(), "E0219");
  EXPECT_EQ(check_options("ip", "flow:established,;").codes(), "E0218");
  EXPECT_EQ(check_options("ip", "flow:no_stream,only_frag;").conditions(),
            "  flow no_stream only_frag\n");
  EXPECT_EQ(check_options("tcp", "flow:to_client,established,only_stream,no_frag;").conditions(),
            "  flow to_client established only_stream no_frag\n");
  EXPECT_EQ(check_options("ip", "flow:only_stream,no_stream;").codes(), "E0219");
  EXPECT_EQ(check_options("ip", "flow:only_frag,no_frag;").codes(), "E0219");
  EXPECT_EQ(check_options("ip", "flow:established,established;").codes(), "E0219");
  EXPECT_EQ(check_options("ip", "flow:established; flow:to_server;").codes(), "E0206");
}

TEST(Contradictions, KnowWhatEachProtocolCarries) {
  EXPECT_EQ(check_options("tcp", "esp.spi:1;").codes(), "");
  EXPECT_EQ(check_options("udp", "ike.version:2;").codes(), "");
  EXPECT_EQ(check_options("ipsec", "ah.spi:1; esp.spi:1;").codes(), "");
  EXPECT_EQ(check_options("icmp", "ike.version:2;").codes(), "E0601");
  EXPECT_EQ(check_options("esp", "ike.length:1;").codes(), "E0601");
  EXPECT_EQ(check_options("ike", "esp.seq:1;").codes(), "E0601");
  EXPECT_EQ(check_options("ip", "ike.length:1; esp.seq:1;").codes(), "E0603");
}

TEST(Contradictions, KnowThatIpcompStandsBehindIpAlone) {
  for (const std::string_view protocol : {"ip", "ip6", "pkthdr", "ipsec", "ah"})
    EXPECT_EQ(check_options(protocol, "ipcomp.cpi:2;").codes(), "") << protocol;
  for (const std::string_view protocol : {"udp", "tcp", "ike", "esp", "icmp", "sctp"})
    EXPECT_EQ(check_options(protocol, "ipcomp.cpi:2;").codes(), "E0601") << protocol;
  EXPECT_EQ(check_options("ip", "ipcomp.cpi:2; esp.seq:1;").codes(), "E0603");
  EXPECT_EQ(check_options("ip", "ipcomp.cpi:2; ike.length:1;").codes(), "E0603");
  EXPECT_EQ(check_options("ip", "ipcomp.cpi:2; ah.spi:1;").codes(), "");
}

TEST(Contradictions, KnowThatFieldsOfIpsecStandBesideAnyOther) {
  for (const std::string_view protocol : {"ip", "udp", "tcp", "ike", "esp", "ah", "ipsec", "icmp"})
    EXPECT_EQ(check_options(protocol, "ipsec.anomaly:ah.no_icv;").codes(), "") << protocol;
  EXPECT_EQ(check_options("esp", "ipsec.encap:udp-encap; esp.encryption:null;").codes(), "");
  EXPECT_EQ(check_options("ike", "ipsec.encap:tcp; ike.version:2;").codes(), "");
}

TEST(Contradictions, KnowWhatHasNoHeader) {
  for (const std::string_view protocol : {"ike", "ikev1", "ikev2"}) {
    EXPECT_EQ(check_options(protocol, "ike.anomaly:truncated;").codes(), "E0601") << protocol;
    EXPECT_EQ(check_options(protocol, "ipsec.anomaly:ike.truncated;").codes(), "E0601");
    EXPECT_EQ(check_options(protocol, "ike.anomaly:[truncated,trailing_bytes];").codes(), "");
  }
  EXPECT_EQ(check_options("esp", "ipsec.anomaly:esp.truncated;").codes(), "E0601");
  EXPECT_EQ(check_options("ipsec", "ike.anomaly:truncated;").codes(), "");
  EXPECT_EQ(check_options("udp", "ike.anomaly:truncated;").codes(), "");
}

TEST(Contradictions, KnowVersionsAndSides) {
  EXPECT_EQ(check_options("ikev1", "ike.version:2;").codes(), "W0602");
  EXPECT_EQ(check_options("ikev1", "ike.version:1;").codes(), "");
  EXPECT_EQ(check_options("ikev1", "ike.transform:1:2;").codes(), "E0604");
  EXPECT_EQ(check_options("ike", "ike.version:1; ike.ke_group:2;").codes(), "E0604");
  EXPECT_EQ(check_options("ikev2", "ike.doi:1;").codes(), "E0604");
  EXPECT_EQ(check_options("ikev2", "ike.hash; content:\"a\";").codes(), "E0604");
  EXPECT_EQ(check_options("ike", "ike.doi:1; ike.transform:1:2;").codes(), "E0604");
  EXPECT_EQ(
      check_options("ike", "ike.init_spi; content:\"0\"; ike.resp_spi; content:\"0\";").codes(),
      "E0605");
  EXPECT_EQ(check_options("ike", "flow:to_server; ike.resp_spi; content:\"0\";").codes(), "E0605");
  EXPECT_EQ(check_options("ike", "flow:to_server; ike.responder_spi; content:\"0\";").codes(), "");
}

TEST(Contradictions, OfTwoSingleValuesByNameAreFoundToo) {
  EXPECT_EQ(check_options("esp", "esp.encryption:null; esp.encryption:encrypted;").codes(),
            "E0606");
  EXPECT_EQ(check_options("ipsec", "ipsec.encap:!udp; ipsec.encap:[udp,tcp];").codes(), "");
  EXPECT_EQ(check_options("ipsec", "ipsec.encap:!udp; ipsec.encap:udp;").codes(), "E0606");
  EXPECT_EQ(
      check_options("ike", "ike.anomaly:trailing_bytes; ike.anomaly:!trailing_bytes;").codes(), "")
      << "a message has several";
}

TEST(Contradictions, FindNumbersThatExcludeEachOther) {
  EXPECT_EQ(check_options("ike", "ike.exchtype:34; ike.exchtype:!34;").codes(), "E0606");
  EXPECT_EQ(check_options("ike", "ike.length:<100; ike.length:>99;").codes(), "E0606");
  EXPECT_EQ(check_options("ike", "ike.length:<100; ike.length:>98;").codes(), "");
  EXPECT_EQ(check_options("ike", "ike.exchtype:!34; ike.exchtype:!35;").codes(), "");
  EXPECT_EQ(check_options("ike", "ike.exchtype:!<255; ike.exchtype:!255;").codes(), "E0606");
  EXPECT_EQ(check_options("ike", "ike.payload:33; ike.payload:34;").codes(),
            "");  // a message has several
  EXPECT_EQ(check_options("ike", "ike.flags:&0x20=0x20; ike.flags:&0x08=0;").codes(), "");
}

TEST(Classifications, AreFoundByName) {
  for (const Classification& row : classifications())
    EXPECT_EQ(find_classification(row.short_name), &row);
  EXPECT_EQ(find_classification("nope"), nullptr);
}

}  // namespace
}  // namespace espial::rules
