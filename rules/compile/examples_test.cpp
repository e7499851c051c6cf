#include <fmt/format.h>
#include <gtest/gtest.h>

#include "rules/catalog/keyword.hpp"
#include "rules/compile/load.hpp"
#include "rules/text/render.hpp"

/// The examples that teach the keywords are rules that load.
namespace espial::rules {
namespace {

std::string_view protocol_for(const Keyword& keyword) {
  switch (keyword.layer) {
    case Layer::any: return "ip";
    case Layer::ike:
      if (keyword.versions == Versions::both) return "ike";
      return keyword.versions == Versions::v1 ? "ikev1" : "ikev2";
    case Layer::esp: return "esp";
    case Layer::ah: return "ah";
    case Layer::ipcomp:
    case Layer::ipsec: return "ipsec";
    case Layer::packet:
    case Layer::link: return "ip";
    case Layer::ip4: return "ip4";
    case Layer::ip6: return "ip6";
    case Layer::tcp:
    case Layer::tcp4:
    case Layer::tcp6: return "tcp";
    case Layer::udp:
    case Layer::udp4:
    case Layer::udp6: return "udp";
    case Layer::icmp: return "icmp";
    case Layer::icmp4: return "icmpv4";
    case Layer::icmp6: return "icmpv6";
  }
  std::unreachable();
}

/// A whole rule with the example in it: behind contents, where it says something of the last of
/// them.
std::string rule_around(const Keyword& keyword) {
  const bool changes = keyword.kind == KeywordKind::content_modifier || keyword.name == "prefilter";
  return fmt::format("alert {} any any -> any any ({}{}{}{})\n", protocol_for(keyword),
                     keyword.name == "msg" ? "" : "msg:\"m\"; ",
                     changes ? "content:\"IKE\"; content:\"a\"; " : "", keyword.example,
                     keyword.name == "sid" ? "" : " sid:1;");
}

LoadResult load_text(std::string text) {
  const SourceText source{.path = "t.rules", .text = std::move(text)};
  return load(std::span(&source, 1), {.variables = {}, .strict = true});
}

TEST(Examples, OfEveryKeywordLoadInARuleOfAFittingProtocol) {
  for (const Keyword& keyword : keywords()) {
    const std::string text = rule_around(keyword);
    const LoadResult result = load_text(text);
    EXPECT_EQ(render_text(result.sources, result.diagnostics), "") << keyword.name;
    EXPECT_EQ(result.loaded, 1U) << text;
  }
}

TEST(Examples, TestTheFieldOfTheirKeyword) {
  for (const Keyword& keyword : keywords()) {
    if (keyword.field == FieldId::none) continue;
    const LoadResult result = load_text(rule_around(keyword));
    ASSERT_EQ(result.plan.rules.size(), 1U) << keyword.name;
    EXPECT_TRUE(to_text(result.plan).contains(fmt::format("\n  {} ", keyword.name)))
        << to_text(result.plan);
  }
}

}  // namespace
}  // namespace espial::rules
