#include "rules/check/patterns.hpp"

#include <gtest/gtest.h>

#include "rules/check/check_fixture.hpp"

namespace espial::rules {
namespace {

TEST(Patterns, BelongToTheBufferNamedBeforeThem) {
  EXPECT_EQ(check_options("ike",
                          "content:\"a\"; ike.vendor_id; content:\"b\"; content:!\"c\"; nocase; "
                          "ike.vendor_id; pcre:\"/d/\";")
                .conditions(),
            "  payload has\n    content \"a\"\n"
            "  ike.vendor_id has\n    content \"b\"\n    no content \"c\" nocase\n"
            "  ike.vendor_id has\n    pcre /d/\n");
}

TEST(Patterns, ReadHexAndEscapes) {
  EXPECT_EQ(check_options("ip", R"(content:"a|0D 0a|b|ff|\;\"\\\:";)").conditions(),
            "  payload has\n    content \"a|0d 0a|b|ff|;|22 5c|:\"\n");
  for (const std::string_view wrong :
       {"content:\"|0|\";", "content:\"|0g|\";", "content:\"|00\";", "content:\"|0 0 0|\";"})
    EXPECT_EQ(check_options("ip", wrong).codes(), "E0508") << wrong;
  EXPECT_EQ(check_options("ip", R"(content:"\x";)").codes(), "E0509");
  EXPECT_EQ(check_options("ip", "content:\"||\";").codes(), "E0501");
  EXPECT_EQ(check_options("ip", "content:abc;").codes(), "E0217");
}

TEST(Patterns, HoldModifiersToTheContentBeforeThem) {
  EXPECT_EQ(
      check_options("ip", "content:\"ab\"; pcre:\"/x/\"; nocase;").conditions(),
      "  payload has\n    content \"ab\" nocase\n    pcre /x/\n");  // as in Suricata, over a pcre
  EXPECT_EQ(check_options("ip", "nocase;").codes(), "E0502");
  EXPECT_EQ(check_options("ike", "content:\"a\"; ike.vendor_id; nocase; content:\"b\";").codes(),
            "E0502");
  EXPECT_EQ(check_options("ip", "content:\"a\"; nocase; nocase;").codes(), "E0515");
}

TEST(Patterns, FitTheirLimitsExactly) {
  EXPECT_EQ(check_options("ip", "content:\"abc\"; depth:3;").codes(), "");
  EXPECT_EQ(check_options("ip", "content:\"abc\"; depth:2;").codes(), "E0504");
  EXPECT_EQ(check_options("ip", "content:\"x\"; content:\"abc\"; within:3;").codes(), "");
  EXPECT_EQ(check_options("ip", "content:\"x\"; content:\"abc\"; within:2;").codes(), "E0505");
  EXPECT_EQ(check_options("ip", "content:\"a\"; offset:65535;").codes(), "");
  EXPECT_EQ(check_options("ip", "content:\"a\"; offset:65536;").codes(), "E0208");
  EXPECT_EQ(check_options("ip", "content:\"a\"; content:\"b\"; distance:-1048576;").codes(), "");
  EXPECT_EQ(check_options("ip", "content:\"a\"; content:\"b\"; distance:-1048577;").codes(),
            "E0208");
  EXPECT_EQ(check_options("ip", "content:\"a\"; content:\"b\"; within:0;").codes(), "E0208");
  EXPECT_EQ(check_options("ip", "content:\"a\"; depth:-1;").codes(), "E0208");
}

TEST(Patterns, RefuseModifiersThatContradictEachOther) {
  for (const std::string_view pair :
       {"offset:1; distance:1;", "depth:9; within:9;", "startswith; offset:0;",
        "startswith; depth:9;", "distance:1; startswith;", "endswith; offset:3;"})
    EXPECT_EQ(check_options("ip", "content:\"x\"; content:\"a\"; " + std::string(pair)).codes(),
              "E0503")
        << pair;
  for (const std::string_view pair : {"offset:1; depth:9;", "distance:1; within:9;",
                                      "startswith; endswith;", "distance:1; endswith;"})
    EXPECT_EQ(check_options("ip", "content:\"x\"; content:\"a\"; " + std::string(pair)).codes(), "")
        << pair;
}

TEST(Patterns, WarnOfARelationToNothing) {
  EXPECT_EQ(check_options("ip", "content:\"a\"; within:4;").codes(), "W0507");
  EXPECT_EQ(check_options("ip", "pcre:\"/a/R\";").codes(), "W0507");
  EXPECT_EQ(
      check_options("ike", "content:\"a\"; ike.vendor_id; content:\"b\"; distance:0;").codes(),
      "W0507");
  EXPECT_EQ(check_options("ip", "content:\"a\"; pcre:\"/a/R\";").codes(), "");
}

TEST(Patterns, NeedSomethingInEveryBuffer) {
  EXPECT_EQ(check_options("ike", "ike.vendor_id;").codes(), "E0514");
  EXPECT_EQ(check_options("ike", "ike.vendor_id; ike.vendor; content:\"a\";").codes(), "E0514");
}

TEST(Bytes, AreHexOfTheWidthOfTheirField) {
  EXPECT_EQ(check_options("ike", "ike.initiator_spi:238671C80375A0FB;").conditions(),
            "  ike.initiator_spi is 238671c80375a0fb\n");
  EXPECT_EQ(check_options("ike", "ike.init_spi:238671C80375A0FB;").conditions(),
            "  ike.init_spi is \"238671c80375a0fb\"\n");
  EXPECT_EQ(check_options("ike", "ike.vendor:!4A13;").conditions(),
            "  ike.vendor is not \"4a13\"\n");
  for (const std::string_view wrong :
       {"ike.initiator_spi:2386;", "ike.vendor_id:xx;", "ike.vendor_id:123;", "ike.vendor_id:!;"})
    EXPECT_EQ(check_options("ike", wrong).codes(), "E0214") << wrong;
}

TEST(Pcre, ReadsFlagsAndTellsWhereItFails) {
  EXPECT_EQ(check_options("ip", "pcre:!\"/a\\/b/ismxAEGBO\";").conditions(),
            "  payload has\n    no pcre /a\\/b/AEGimsx\n");
  EXPECT_EQ(check_options("ip", "pcre:\"/a/Q\";").codes(), "E0905");
  EXPECT_EQ(check_options("ip", "pcre:\"/(a)/, flow:x\";").codes(), "E0905");
  EXPECT_EQ(check_options("ip", "pcre:\"/a/q\";").codes(), "E0512");
  EXPECT_EQ(check_options("ip", "pcre:\"//\";").codes(), "E0501");
  EXPECT_EQ(check_options("ip", "pcre:\"/\";").codes(), "E0510");
  const CheckedText broken = check_options("ip", "pcre:\"/ab)c/\";");
  ASSERT_EQ(broken.codes(), "E0511");
  EXPECT_EQ(broken.files[0].text().substr(broken.diagnostics.kept()[0].where.begin, 1), ")")
      << broken.report();
}

}  // namespace
}  // namespace espial::rules
