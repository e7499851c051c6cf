#include "rules/check/packet_check.hpp"

#include <gtest/gtest.h>

#include "rules/check/check_fixture.hpp"

namespace espial::rules {
namespace {

struct Form {
  std::string_view option;
  std::string_view condition;
};

void expect_forms(std::string_view protocol, const std::vector<Form>& forms) {
  for (const Form& form : forms) {
    const CheckedText checked = check_options(protocol, form.option);
    EXPECT_EQ(checked.report(), "") << form.option;
    EXPECT_EQ(checked.conditions(), "  " + std::string(form.condition) + "\n") << form.option;
  }
}

TEST(PacketCheck, TakesBitsWithTheirSigns) {
  expect_forms("ip", {
                         {.option = "fragbits:D;", .condition = "fragbits & 0x7 in 2"},
                         {.option = "fragbits:md;", .condition = "fragbits & 0x7 in 3"},
                         {.option = "fragbits:+D;", .condition = "fragbits in 3 6 7"},
                         {.option = "fragbits:*MD;", .condition = "fragbits & 0x3 not in 0"},
                         {.option = "fragbits:!R;", .condition = "fragbits & 0x4 not in 4"},
                         {.option = "flags:S;", .condition = "tcp.flags & 0xff in 2"},
                         {.option = "tcp.flags: S,12;", .condition = "tcp.flags & 0x3f in 2"},
                         {.option = "flags:SF, CE;", .condition = "tcp.flags & 0x3f in 3"},
                         {.option = "flags:+SA;", .condition = "tcp.flags & 0x12 in 18"},
                         {.option = "flags:SA+;", .condition = "tcp.flags & 0x12 in 18"},
                         {.option = "flags:*SR,S;", .condition = "tcp.flags & 0x4 not in 0"},
                         {.option = "flags:!SA;", .condition = "tcp.flags & 0x12 not in 18"},
                         {.option = "flags:0;", .condition = "tcp.flags & 0xff in 0"},
                         {.option = "flags:0,12;", .condition = "tcp.flags & 0xff in 0"},
                         {.option = "flags:!0;", .condition = "tcp.flags & 0xff not in 0"},
                     });
}

TEST(PacketCheck, TakesOptionsLayersAndFacts) {
  expect_forms(
      "ip",
      {
          {.option = "ipopts:rr;", .condition = "ipopts in rr"},
          {.option = "ipopts:SSRR;", .condition = "ipopts in ssrr"},
          {.option = "ipopts:any;", .condition = "ipopts in eol..255"},
          {.option = "sameip;", .condition = "sameip in 1"},
          {.option = "vlan.id:300;", .condition = "vlan.id in 300"},
          {.option = "vlan.id:300,any;", .condition = "vlan.id in 300"},
          {.option = "vlan.id:0x12C,1;", .condition = "vlan.id [1] in 300"},
          {.option = "vlan.id:!200, -1;", .condition = "vlan.id [-1] in 0..199 201..4095"},
          {.option = "vlan.id:>100,all;", .condition = "vlan.id all in 101..4095"},
          {.option = "vlan.id:![200,300],0;",
           .condition = "vlan.id [0] in 0..199 201..299 301..4095"},
          {.option = "vlan.id:>100,nb>1;", .condition = "vlan.id 2 3 times in 101..4095"},
          {.option = "vlan.id:200, nb 0;", .condition = "vlan.id 0 times in 200"},
          {.option = "vlan.id:200,nb&1=1;", .condition = "vlan.id 1 3 times in 200"},
          {.option = "vlan.id:200,oob_or 1;", .condition = "vlan.id [1] or_absent in 200"},
          {.option = "vlan.id:200,oob_or -2;", .condition = "vlan.id [-2] or_absent in 200"},
          {.option = "vlan.id:200,all,0:-1;", .condition = "vlan.id 0:-1 all in 200"},
          {.option = "vlan.id:!200, any, -3:3;", .condition = "vlan.id -3:3 in 0..199 201..4095"},
          {.option = "vlan.id:count >=2;", .condition = "vlan.id 2 3 times in 0..4095"},
          {.option = "vlan.id:count 1;", .condition = "vlan.id 1 times in 0..4095"},
          {.option = "ip_proto:PIM;", .condition = "ip_proto in 103"},
          {.option = "ip_proto:!tcp;", .condition = "ip_proto not in 6"},
          {.option = "ip_proto:<50;", .condition = "ip_proto in 0..49"},
          {.option = "ipv4-csum:VALID;", .condition = "ipv4-csum in valid"},
          {.option = "tcpv4-csum:\"invalid\";", .condition = "tcpv4-csum in invalid"},
      });
}

TEST(PacketCheck, TakesEveryFormOfANumber) {
  expect_forms("ip", {
                         {.option = "ttl:!64;", .condition = "ttl not in 64"},
                         {.option = "tos:x12;", .condition = "tos in 18"},
                         {.option = "tos:! 8;", .condition = "tos not in 8"},
                         {.option = "id:\"300\";", .condition = "id in 300"},
                         {.option = "dsize:8<>20;", .condition = "dsize in 9..19"},
                         {.option = "dsize:!9;", .condition = "dsize in 1..8 10..65535"},
                         {.option = "dsize:!0;", .condition = "dsize in 1..65535"},
                         {.option = "dsize:>=0;", .condition = "dsize in 1..65535"},
                         {.option = "dsize:<=10;", .condition = "dsize in 0..10"},
                         {.option = "dsize:1kb;", .condition = "dsize in 1024"},
                         {.option = "fragoffset:!0;", .condition = "fragoffset not in 0"},
                         {.option = "window:!55808;", .condition = "tcp.window not in 55808"},
                         {.option = "seq:0;", .condition = "tcp.seq in 0"},
                         {.option = "tcp.ack:1;", .condition = "tcp.ack in 1"},
                         {.option = "tcp.mss:500-600;", .condition = "tcp.mss in 501..599"},
                         {.option = "itype:7<>20;", .condition = "itype in 8..19"},
                         {.option = "itype:!7-20;", .condition = "itype not in 8..19"},
                         {.option = "ttl:&0xc0=0x40;", .condition = "ttl & 0xc0 in 64"},
                         {.option = "ttl:&0xc0!=0;", .condition = "ttl & 0xc0 not in 0"},
                     });
}

TEST(PacketCheck, SaysWhatIsWrongAndWhere) {
  const std::vector<Form> wrong = {
      {.option = "fragbits:X;", .condition = "E0230"},
      {.option = "fragbits:+;", .condition = "E0230"},
      {.option = "fragbits:+*D;", .condition = "E0230"},
      {.option = "fragbits:D,M;", .condition = "E0230"},
      {.option = "fragbits:+MDR;", .condition = "E0209"},
      {.option = "flags:SX;", .condition = "E0230"},
      {.option = "flags:S,X;", .condition = "E0230"},
      {.option = "flags:S,;", .condition = "E0230"},
      {.option = "flags:S,+A;", .condition = "E0230"},
      {.option = "flags:S,S;", .condition = "E0209"},
      {.option = "flags:*0;", .condition = "E0209"},
      {.option = "ipopts:nope;", .condition = "E0210"},
      {.option = "vlan.id:4096;", .condition = "E0208"},
      {.option = "vlan.id:200,3;", .condition = "E0231"},
      {.option = "vlan.id:200,-4;", .condition = "E0231"},
      {.option = "vlan.id:200,;", .condition = "E0231"},
      {.option = "vlan.id:1,2,3;", .condition = "E0231"},
      {.option = "vlan.id:200,all,2;", .condition = "E0231"},
      {.option = "vlan.id:200,all,0:4;", .condition = "E0231"},
      {.option = "vlan.id:200,all,:;", .condition = "E0231"},
      {.option = "vlan.id:200,0:1;", .condition = "E0231"},
      {.option = "vlan.id:200,oob_or;", .condition = "E0231"},
      {.option = "vlan.id:200,nb;", .condition = "E0207"},
      {.option = "vlan.id:200,nb>3;", .condition = "E0209"},
      {.option = "vlan.id:count;", .condition = "E0207"},
      {.option = "vlan.id:count >3;", .condition = "E0209"},
      {.option = "vlan.id:200abc;", .condition = "E0207"},
      {.option = "ttl:256;", .condition = "E0208"},
      {.option = "sameip:1;", .condition = "E0205"},
      {.option = "dsize:2<>1;", .condition = "E0209"},
      {.option = "ipv4-csum:vaid;", .condition = "E0210"},
      {.option = "ip_proto:nope;", .condition = "E0210"},
      {.option = "tcp.hdr;", .condition = "E0514"},
  };
  for (const Form& form : wrong)
    EXPECT_EQ(check_options("ip", form.option).codes(), form.condition) << form.option;
  EXPECT_TRUE(check_options("ip", "flags:SX;").report().contains(":1:46"))
      << check_options("ip", "flags:SX;").report();
}

TEST(PacketCheck, ADsizeHasRoomForTheContents) {
  for (const std::string_view option :
       {"dsize:3; content:\"abcd\";", "content:\"abcd\"; dsize:<4;",
        "dsize:1<>4; content:\"abcd\";", "dsize:[2,5]; content:\"ab\"; offset:4;",
        "dsize:<5; content:\"ab\"; content:\"cde\"; distance:0;",
        "dsize:8; content:\"ab\"; content:\"cd\"; distance:5;", "dsize:0; content:\"a\";"})
    EXPECT_EQ(check_options("udp", option).codes(), "E0608") << option;
  for (const std::string_view option :
       {"dsize:4; content:\"abcd\";", "dsize:>3; content:\"abcd\";", "dsize:!3; content:\"abcd\";",
        "dsize:2; content:!\"abcd\";", "dsize:4; content:\"ab\"; content:\"abc\";",
        "dsize:5; content:\"ab\"; content:\"cde\"; distance:0;",
        "dsize:3; content:\"ab\"; content:\"ab\"; distance:-1;",
        "dsize:3; udp.hdr; content:\"abcd\";"})
    EXPECT_EQ(check_options("udp", option).codes(), "") << option;
}

TEST(PacketCheck, KnowsWhichProtocolHasWhichHeader) {
  const auto code = [](std::string_view protocol, std::string_view option) {
    return check_options(protocol, option).codes();
  };
  for (const std::string_view protocol : {"ip", "ip4", "ip6", "tcp", "tcp-pkt", "ike", "esp", "ah"})
    EXPECT_EQ(code(protocol, "flags:S;"), "") << protocol;
  for (const std::string_view protocol : {"udp", "icmp", "icmpv6", "sctp"})
    EXPECT_EQ(code(protocol, "flags:S;"), "E0601") << protocol;
  for (const std::string_view protocol : {"ip", "icmp", "icmpv4", "icmpv6"})
    EXPECT_EQ(code(protocol, "itype:8;"), "") << protocol;
  EXPECT_EQ(code("tcp", "itype:8;"), "E0601");
  EXPECT_EQ(code("ike", "itype:8;"), "E0601");
  EXPECT_EQ(code("icmpv4", "icmpv6.mtu:1;"), "E0601");
  EXPECT_EQ(code("ip6", "tos:1;"), "E0601");
  EXPECT_EQ(code("ip6", "udpv4-csum:valid;"), "E0601");
  EXPECT_EQ(code("udp", "udpv4-csum:valid;"), "");
  EXPECT_EQ(code("tcp", "udp.hdr; content:\"a\";"), "E0601");
  EXPECT_EQ(code("sctp", "ttl:1; dsize:1; vlan.id:1;"), "");
}

TEST(PacketCheck, SaysWhichKeywordsAreAboutSinglePackets) {
  for (const std::string_view name :
       {"dsize", "flags", "ttl", "tos", "id", "ipopts", "fragbits", "fragoffset", "itype", "icode",
        "icmp_id", "icmp_seq", "seq", "ack", "window", "tcp.mss", "tcp.hdr", "sameip", "vlan.id"})
    EXPECT_TRUE(find_keyword(name)->needs_packet) << name;
  for (const std::string_view name : {"ip_proto", "tcpv4-csum", "ip.src", "esp.spi", "content"})
    EXPECT_FALSE(find_keyword(name)->needs_packet) << name;
}

}  // namespace
}  // namespace espial::rules
