#include <gtest/gtest.h>

#include "rules/check/check_fixture.hpp"
#include "rules/check/set_items.hpp"
#include "rules/syntax/limits.hpp"

namespace espial::rules {
namespace {

std::string header_of(const CheckedText& checked) {
  const std::string text = checked.plan();
  return text.substr(0, text.find("    #"));
}

CheckedText check_header(std::string_view header, const Variables& variables = {}) {
  return CheckedText("alert " + std::string(header) + " (msg:\"m\"; sid:1;)", variables);
}

TEST(ParseAddresses, CutsRangesIntoTheFewestPrefixes) {
  const auto texts = [](std::string_view word) {
    std::string out;
    const auto prefixes = parse_addresses(word);
    if (!prefixes) return prefixes.error();
    for (const IpPrefix& prefix : *prefixes) out += to_text(prefix) + ' ';
    return out;
  };
  EXPECT_EQ(texts("10.0.0.1-10.0.0.6"), "10.0.0.1/32 10.0.0.2/31 10.0.0.4/31 10.0.0.6/32 ");
  EXPECT_EQ(texts("0.0.0.0-255.255.255.255"), "0.0.0.0/0 ");
  EXPECT_EQ(texts("10.0.0.5-10.0.0.5"), "10.0.0.5/32 ");
  EXPECT_EQ(texts("::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), "::/0 ");
  EXPECT_EQ(texts("2001:db8::1-2001:db8::2"), "2001:db8::1/128 2001:db8::2/128 ");
  EXPECT_EQ(texts("10.0.0.0/255.255.0.0"), "10.0.0.0/16 ");
  EXPECT_EQ(parse_addresses("0.0.0.1-255.255.255.254")->size(), 62U);
}

TEST(ParseAddresses, RefusesWhatIsNone) {
  for (const std::string_view word :
       {"", "x", "10.0.0", "10.0.0.0/33", "10.0.0.0/255.0.255.0", "10.0.0.2-10.0.0.1",
        "10.0.0.1-::1", "10.0.0.1-", "::/129", "10.0.0.0/", "-"})
    EXPECT_FALSE(parse_addresses(word).has_value()) << word;
}

TEST(ParsePorts, TakesOpenRanges) {
  const auto range = [](std::string_view word) { return parse_ports(word)->front(); };
  EXPECT_EQ(range("80"), (PortRange{.first = Port{80}, .last = Port{80}}));
  EXPECT_EQ(range("1024:"), (PortRange{.first = Port{1024}, .last = Port{65535}}));
  EXPECT_EQ(range(":80"), (PortRange{.first = Port{0}, .last = Port{80}}));
  EXPECT_EQ(range("80:90"), (PortRange{.first = Port{80}, .last = Port{90}}));
  for (const std::string_view word : {"", ":", "65536", "90:80", "a", "1:2:3", "-1"})
    EXPECT_FALSE(parse_ports(word).has_value()) << word;
}

TEST(Sets, TakeOutWhatStandsBehindAnOddNumberOfNegations) {
  EXPECT_EQ(
      header_of(check_header("ip [10.0.0.0/8,![10.1.0.0/16,!10.1.2.3]] any -> !10.0.0.1 ![80,81]")),
      "alert ip [10.0.0.0/8,10.1.2.3/32,!10.1.0.0/16] any -> [!10.0.0.1/32] [!80,!81]");
  EXPECT_EQ(header_of(check_header("ip [any,!10.0.0.1] any -> [10.0.0.1,any] [1:80,![2,4]]")),
            "alert ip [!10.0.0.1/32] any -> any [1:80,!2,!4]");
}

TEST(Sets, ResolveVariablesAndTheirNegation) {
  const Variables variables{.address_groups = {{"HOME", "[10.0.0.0/8]"}, {"OUT", "!$HOME"}},
                            .port_groups = {{"P", "80"}}};
  EXPECT_EQ(header_of(check_header("ip $OUT $P -> !$OUT !$P", variables)),
            "alert ip [!10.0.0.0/8] [80] -> [10.0.0.0/8] [!80]");
  EXPECT_EQ(check_header("ip $P any -> any any", variables).codes(), "E0303");
}

TEST(Sets, AreWrongIfNothingIsLeft) {
  for (const std::string_view header :
       {"ip !any any -> any any", "ip [10.0.0.0/8,!10.0.0.0/9,!10.128.0.0/9] any -> any any",
        "ip [!0.0.0.0/0,!::/0] any -> any any", "tcp any [80,!80] -> any any",
        "tcp any [!:79,!80:] -> any any"})
    EXPECT_EQ(check_header(header).codes(), "E0305") << header;
  EXPECT_EQ(check_header("ip [10.0.0.0/8,!10.0.0.0/9,!10.128.0.0/10] any -> any any").codes(), "");
  EXPECT_EQ(check_header("ip [!0.0.0.0/0] any -> any any").codes(), "");  // IPv6 is left
}

TEST(Sets, BoundVariablesThatGrowOrLeadBack) {
  Variables variables{
      .address_groups = {{"A", "$B"}, {"B", "[$A,10.0.0.1]"}, {"X0", "[10.0.0.1,10.0.0.2]"}},
      .port_groups = {}};
  for (int i = 1; i < 40; ++i) {
    const std::string below = "$X" + std::to_string(i - 1);
    variables.address_groups["X" + std::to_string(i)] = "[" + below + "," + below + "]";
  }
  EXPECT_TRUE(check_header("ip $A any -> any any", variables).codes().contains("E0304"));
  variables.address_groups["D0"] = "10.0.0.1";
  for (std::size_t i = 1; i <= kMaxVariableDepth; ++i)
    variables.address_groups["D" + std::to_string(i)] = "$D" + std::to_string(i - 1);
  const auto deep = [&](std::size_t last) {
    return check_header("ip $D" + std::to_string(last) + " any -> any any", variables).codes();
  };
  EXPECT_EQ(deep(kMaxVariableDepth - 1), "");
  EXPECT_TRUE(deep(kMaxVariableDepth).contains("E0304"));
  const CheckedText grown = check_header("ip $X39 any -> any any", variables);
  EXPECT_TRUE(grown.codes().contains("E0104"));
  EXPECT_EQ(grown.checked.outcome, Outcome::wrong);
}

TEST(Headers, WarnOfWhatCanNeverMatch) {
  EXPECT_EQ(check_header("icmp any 80 -> any any").codes(), "W0307");
  EXPECT_EQ(check_header("ip6 10.0.0.1 any -> any any").codes(), "W0308");
  EXPECT_EQ(check_header("ip 10.0.0.1 any -> ::1 any").codes(), "W0308");
  EXPECT_EQ(check_header("ip [10.0.0.1,::2] any -> ::1 any").codes(), "");
}

TEST(Headers, TakeEveryActionAndProtocolInAnyCase) {
  EXPECT_EQ(CheckedText("REJECTboth IPv4 any any -> any any (msg:\"m\"; SID:1;)").codes(), "");
  EXPECT_EQ(CheckedText("bypass ip any any -> any any (msg:\"m\"; sid:1;)").checked.outcome,
            Outcome::unsupported);
  EXPECT_EQ(check_header("tls any any -> any any").checked.outcome, Outcome::unsupported);
}

}  // namespace
}  // namespace espial::rules
