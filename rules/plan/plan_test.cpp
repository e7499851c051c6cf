#include "rules/plan/plan.hpp"

#include <gtest/gtest.h>

namespace espial::rules {
namespace {

TEST(HeaderProtocols, HaveASpellingThatReadsBack) {
  for (int i = 0; i <= static_cast<int>(HeaderProtocol::ipsec); ++i) {
    const auto protocol = static_cast<HeaderProtocol>(i);
    EXPECT_EQ(header_protocol(name_of(protocol)), protocol);
  }
  EXPECT_EQ(header_protocol("ipv4"), HeaderProtocol::ip4);
  EXPECT_EQ(header_protocol("IPv6"), HeaderProtocol::ip6);
  EXPECT_EQ(header_protocol("tcp-pkt"), HeaderProtocol::tcp_pkt);
  EXPECT_EQ(header_protocol("http"), std::nullopt);
  EXPECT_EQ(header_protocol(""), std::nullopt);
}

TEST(PlanText, ShowsEveryKindOfCondition) {
  Rule rule;
  rule.info = {.action = Action::drop,
               .sid = 7,
               .rev = 2,
               .msg = "a \"b\"",
               .classtype = "bad-unknown",
               .classification = "Potentially Bad Traffic",
               .priority = 2,
               .references = {{.system = "url", .id = "example.org"}},
               .metadata = {{"k", "v"}},
               .place = "x.rules:3"};
  rule.header = {.protocol = HeaderProtocol::ike,
                 .source = {.include = {*IpPrefix::parse("10.0.0.0/8")},
                            .exclude = {*IpPrefix::parse("10.1.0.0/16")}},
                 .destination = {},
                 .source_port = {},
                 .destination_port = {.include = {{.first = Port{500}, .last = Port{500}},
                                                  {.first = Port{1024}, .last = Port{65535}}},
                                      .exclude = {}},
                 .bidirectional = true};
  Content no_ab{.bytes = "ab|",
                .negated = true,
                .nocase = true,
                .starts_with = false,
                .ends_with = false,
                .offset = 4,
                .depth = 8,
                .distance = {},
                .within = {}};
  Content c_at_end{.bytes = "c",
                   .negated = false,
                   .nocase = false,
                   .starts_with = false,
                   .ends_with = true,
                   .offset = {},
                   .depth = {},
                   .distance = -2,
                   .within = 9};
  rule.conditions = {
      FlowTest{.direction = FlowDirection::to_server, .established = false},
      NumberTest{.field = FieldId::ike_flags, .mask = 0x20, .ranges = {{.first = 32, .last = 32}}},
      NumberTest{.field = FieldId::esp_spi, .ranges = {{.first = 1, .last = 255}}, .negated = true},
      BytesTest{.field = FieldId::ike_vendor_id, .bytes = std::string("\x00\x01z", 3)},
      BufferTest{
          .buffer = FieldId::packet_payload,
          .patterns = {no_ab, c_at_end,
                       Pcre{.pattern = "x+", .negated = false, .relative = true, .options = 0x8}}}};
  EXPECT_EQ(to_text(Plan{.rules = {rule}}),
            "drop ike [10.0.0.0/8,!10.1.0.0/16] any <> any [500,1024:65535]    # x.rules:3\n"
            "  1:7:2 priority 2 \"a |22|b|22|\"\n"
            "  class bad-unknown (Potentially Bad Traffic)\n"
            "  reference url example.org\n"
            "  metadata k v\n"
            "  flow to_server not_established\n"
            "  ike.flags & 0x20 in 32\n"
            "  esp.spi not in 1..255\n"
            "  ike.vendor_id is 00017a\n"
            "  payload has\n"
            "    no content \"ab|7c|\" nocase offset 4 depth 8\n"
            "    content \"c\" endswith distance -2 within 9\n"
            "    pcre /x+/iR\n");
}

TEST(PlanText, NamesWhatHasNoNumberOfItsOwn) {
  constexpr std::uint64_t alg_enc = std::uint64_t{1} << 32U;
  Rule rule;
  rule.conditions = {
      NumberTest{.field = FieldId::ipsec_encap, .ranges = {{.first = 1, .last = 2}}},
      NumberTest{.field = FieldId::ipsec_encap, .ranges = {{.first = 200, .last = 200}}},
      NumberTest{.field = FieldId::ike_chosen_sa_attribute,
                 .ranges = {{.first = alg_enc | 7, .last = alg_enc | 9}},
                 .negated = true}};
  const std::string text = to_text(Plan{.rules = {rule}});
  EXPECT_TRUE(
      text.ends_with("  ipsec.encap in udp..udp-encap\n"
                     "  ipsec.encap in 200\n"
                     "  ike.chosen_sa_attribute not in alg_enc=7..alg_enc=9\n"))
      << text;
}

}  // namespace
}  // namespace espial::rules
