#include "rules/check/numbers.hpp"

#include <gtest/gtest.h>

#include "rules/check/check_fixture.hpp"

namespace espial::rules {
namespace {

struct Form {
  std::string_view option;
  std::string_view condition;
};

TEST(Numbers, TakeEveryFormWithSuricatasMeaning) {
  const std::vector<Form> forms = {
      {.option = "ike.length:19;", .condition = "ike.length in 19"},
      {.option = "ike.length:=0x13;", .condition = "ike.length in 19"},
      {.option = "ike.length:!0x14;", .condition = "ike.length not in 20"},
      {.option = "ike.length:!=20;", .condition = "ike.length not in 20"},
      {.option = "ike.length:>21;", .condition = "ike.length in 22..4294967295"},
      {.option = "ike.length:>=21;", .condition = "ike.length in 21..4294967295"},
      {.option = "ike.length:<22;", .condition = "ike.length in 0..21"},
      {.option = "ike.length:<=22;", .condition = "ike.length in 0..22"},
      {.option = "ike.length:19-22;", .condition = "ike.length in 20..21"},
      {.option = "ike.length:19<>22;", .condition = "ike.length in 20..21"},
      {.option = "ike.length:!19-22;", .condition = "ike.length not in 20..21"},
      {.option = "ike.length:[1,5-8, >100];", .condition = "ike.length in 1 6..7 101..4294967295"},
      {.option = "ike.length:4kb;", .condition = "ike.length in 4096"},
      {.option = "ike.flags:&0xc0=0x80;", .condition = "ike.flags & 0xc0 in 128"},
      {.option = "ike.flags:&0xc0!=0;", .condition = "ike.flags & 0xc0 not in 0"},
      {.option = "ike.exchtype:IKE_SA_INIT;", .condition = "ike.exchtype in 34"},
      {.option = "ike.notify:[COOKIE,14];", .condition = "ike.notify in 16390 14"},
      {.option = "ike.version:2;", .condition = "ike.version in 2.0..2.15"},
      {.option = "ike.version:2.0;", .condition = "ike.version in 2.0"},
      {.option = "ike.version:!1;", .condition = "ike.version not in 1.0..1.15"},
      {.option = "ike.version:>=2;", .condition = "ike.version in 2.0..15.15"},
      {.option = "ike.version:[1,2.1];", .condition = "ike.version in 1.0..1.15 2.1"},
      {.option = "ike.transform:1:12;", .condition = "ike.transform in 1:12"},
      {.option = "ike.transform:ENCR:ENCR_AES_CBC;", .condition = "ike.transform in 1:12"},
      {.option = "ike.transform:4:<3;", .condition = "ike.transform in 4:0..4:2"},
      {.option = "ike.transform:![1:2,1:3];", .condition = "ike.transform not in 1:2 1:3"},
      {.option = "ike.flags:&RESPONSE=RESPONSE;", .condition = "ike.flags & 0x20 in 32"},
      {.option = "ike.flags:&COMMIT!=0;", .condition = "ike.flags & 0x2 not in 0"},
      {.option = "ike.nat:[initiator,both];", .condition = "ike.nat in initiator both"},
      {.option = "ike.nat:!none;", .condition = "ike.nat not in none"},
      {.option = "ike.anomaly:payload_overrun;", .condition = "ike.anomaly in payload_overrun"},
      {.option = "ike.anomaly:ike.payload_overrun;", .condition = "ike.anomaly in payload_overrun"},
      {.option = "ike.anomaly:255;", .condition = "ike.anomaly in 255"},
      {.option = "ike.ts_port:0:65535;", .condition = "ike.ts_port in 0:65535"},
      {.option = "ipsec.anomaly:[ah.no_icv,natt.short];",
       .condition = "ipsec.anomaly in ah.no_icv natt.short"},
      {.option = "ipsec.encap:udp-encap;", .condition = "ipsec.encap in udp-encap"},
      {.option = "ipsec.encap:![udp,tcp];", .condition = "ipsec.encap not in udp tcp"},
      {.option = "ipsec.content:keepalive;", .condition = "ipsec.content in keepalive"},
  };
  for (const Form& form : forms) {
    const CheckedText checked = check_options("ike", form.option);
    EXPECT_EQ(checked.report(), "") << form.option;
    EXPECT_EQ(checked.conditions(), "  " + std::string(form.condition) + "\n") << form.option;
  }
}

TEST(Numbers, AreHeldToTheWidthOfTheirField) {
  EXPECT_EQ(check_options("ike", "ike.flags:255;").codes(), "");
  EXPECT_EQ(check_options("ike", "ike.flags:256;").codes(), "E0208");
  EXPECT_EQ(check_options("esp", "esp.spi:0xffffffff;").codes(), "");
  EXPECT_EQ(check_options("esp", "esp.spi:0x100000000;").codes(), "E0208");
  EXPECT_EQ(check_options("esp", "esp.spi:99999999999999999999;").codes(), "E0208");
  EXPECT_EQ(check_options("ike", "ike.transform:1:65535;").codes(), "");
  EXPECT_EQ(check_options("ike", "ike.transform:1:65536;").codes(), "E0208");
  EXPECT_EQ(check_options("ike", "ike.version:15.15;").codes(), "");
  EXPECT_EQ(check_options("ike", "ike.version:16;").codes(), "E0212");
}

TEST(Numbers, RefuseRangesThatHoldNothing) {
  for (const std::string_view option :
       {"ike.flags:5-6;", "ike.flags:6-5;", "ike.flags:5-5;", "ike.flags:0-1;", "ike.flags:<0;",
        "ike.flags:>255;", "ike.version:>15;", "ike.version:<0;"})
    EXPECT_EQ(check_options("ike", option).codes(), "E0209") << option;
  EXPECT_EQ(check_options("ike", "ike.flags:5-7;").codes(), "");
}

TEST(Numbers, RefuseWhatDoesNotRead) {
  const std::vector<Form> wrong = {
      {.option = "ike.length:abc;", .condition = "E0207"},
      {.option = "ike.length:1 rev:2;", .condition = "E0207"},
      {.option = "ike.length:>;", .condition = "E0207"},
      {.option = "ike.length:[1,2;", .condition = "E0113"},
      {.option = "ike.length:[1,];", .condition = "E0114"},
      {.option = "ike.length:[];", .condition = "E0114"},
      {.option = "ike.length:1,2;", .condition = "E0216"},
      {.option = "ike.length:[1,!2];", .condition = "E0215"},
      {.option = "ike.flags:&1=2;", .condition = "E0215"},
      {.option = "ike.flags:&1;", .condition = "E0215"},
      {.option = "ike.exchtype:NOPE;", .condition = "E0210"},
      {.option = "ike.transform:1;", .condition = "E0213"},
      {.option = "ike.transform:ENCR:NOPE;", .condition = "E0210"},
      {.option = "ike.version:;", .condition = "E0204"},
      {.option = "ike.version:2.;", .condition = "E0212"},
  };
  for (const Form& form : wrong)
    EXPECT_EQ(check_options("ike", form.option).codes(), form.condition) << form.option;
}

TEST(Names, MeanWhatTheVersionOfAFieldBesideThemSays) {
  EXPECT_TRUE(check_options("ike", "ike.payload:SA; ike.life_duration:>1;")
                  .conditions()
                  .contains("ike.payload in 1\n"));
  EXPECT_TRUE(check_options("ike", "ike.cookie; content:\"a\"; ike.payload:SA;")
                  .conditions()
                  .contains("ike.payload in 33\n"));
}

TEST(Names, MeanWhatTheVersionsOfTheRuleSay) {
  EXPECT_EQ(check_options("ike", "ike.payload:SA;").codes(), "E0211");
  EXPECT_EQ(check_options("ikev1", "ike.payload:SA;").conditions(), "  ike.payload in 1\n");
  EXPECT_EQ(check_options("ikev2", "ike.payload:SA;").conditions(), "  ike.payload in 33\n");
  EXPECT_TRUE(check_options("udp", "ike.payload:SA; ike.version:1;")
                  .conditions()
                  .contains("ike.payload in 1\n"));
  EXPECT_TRUE(check_options("ike", "ike.version:!1; ike.payload:SA;")
                  .conditions()
                  .contains("ike.payload in 33\n"));
  EXPECT_EQ(check_options("ikev1", "ike.exchtype:IKE_SA_INIT;").codes(), "E0210");
  EXPECT_EQ(check_options("ikev1", "ike.transform:ENCR:12;").codes(), "E0210");
  EXPECT_EQ(check_options("ikev2", "ike.attribute:1:DES-CBC;").codes(), "E0210");
  EXPECT_EQ(check_options("ike", "ike.notify:NO_PROPOSAL_CHOSEN;").codes(), "");  // 14 in both
}

}  // namespace
}  // namespace espial::rules
