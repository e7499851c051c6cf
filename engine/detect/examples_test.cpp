#include <gtest/gtest.h>

#include <algorithm>

#include "engine/detect/evaluate.hpp"
#include "tests/support/rules.hpp"
#include "tests/support/samples.hpp"

/// Each keyword's example, as a rule, against packets that have its field.
namespace espial::detect {
namespace {

using namespace espial::test;  // builders of packets and rules, the samples
using rules::FieldId;
using rules::Keyword;

std::string_view protocol_for(const Keyword& keyword) {
  switch (keyword.layer) {
    case rules::Layer::ike: return "ike";
    case rules::Layer::esp: return "esp";
    case rules::Layer::ah: return "ah";
    case rules::Layer::any:
    case rules::Layer::ipcomp:
    case rules::Layer::ipsec: return "ipsec";
    case rules::Layer::packet:
    case rules::Layer::link:
    case rules::Layer::ip4:
    case rules::Layer::ip6:
    case rules::Layer::tcp:
    case rules::Layer::tcp4:
    case rules::Layer::tcp6:
    case rules::Layer::udp:
    case rules::Layer::udp4:
    case rules::Layer::udp6:
    case rules::Layer::icmp:
    case rules::Layer::icmp4:
    case rules::Layer::icmp6: return "ip";
  }
  std::unreachable();
}

bool has(const SeenPacket& packet, FieldId field) {
  GatheredValues sink(1);
  return packet.facts().visit(field, sink);
}

/// What an example did with the samples that have its field.
struct Outcome {
  std::string matched, refused;  // names of samples
};

Outcome try_example(const Keyword& keyword, const std::vector<Sample>& samples,
                    const std::vector<SeenPacket>& seen) {
  const std::string head = "alert " + std::string(protocol_for(keyword)) + " any any -> any any";
  const auto opened = ruleset(rule(head, std::string(keyword.example), 1));
  Outcome outcome;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    Scratch scratch;
    evaluate(*opened, seen[i].facts(samples[i].direction), scratch);
    const bool present = has(seen[i], keyword.field);
    EXPECT_TRUE(present || scratch.matches.empty())
        << keyword.name << " is not in " << samples[i].name;
    if (!present) continue;
    (scratch.matches.empty() ? outcome.refused : outcome.matched) +=
        ' ' + std::string(samples[i].name);
  }
  return outcome;
}

TEST(Examples, MatchAPacketThatHasTheirValueAndNoneThatHasAnother) {
  const std::vector<Sample> samples = all_samples();
  std::vector<SeenPacket> seen;
  for (const Sample& sample : samples) seen.push_back(sample.see());
  for (const Keyword& keyword : rules::keywords()) {
    if (keyword.field == FieldId::none) continue;
    const Outcome outcome = try_example(keyword, samples, seen);
    EXPECT_NE(outcome.matched, "") << keyword.example << " is refused by" << outcome.refused;
    EXPECT_NE(outcome.refused, "") << keyword.example << " matches" << outcome.matched;
  }
}

TEST(Examples, OfSuricatasBuffersMatchInTheirDirectionOnly) {
  for (const Keyword& keyword : rules::keywords()) {
    if (keyword.side == rules::Side::both) continue;
    const auto opened = ruleset(rule("alert ike any any -> any any", keyword.example, 1));
    const auto wrong = keyword.side == rules::Side::to_server ? flow::Direction::to_client
                                                              : flow::Direction::to_server;
    for (const Sample& sample : all_samples()) {
      Scratch scratch;
      evaluate(*opened, sample.see().facts(wrong), scratch);
      EXPECT_TRUE(scratch.matches.empty()) << keyword.example << ' ' << sample.name;
    }
  }
}

TEST(Examples, OfSuricatasBuffersWithAValueMatchInTheirDirectionOnlyToo) {
  const auto opened =
      ruleset(rule("alert ike any any -> any any", "ike.init_spi:18fe9b731f9f8034;", 1));
  const SeenPacket packet = all_samples().front().see();
  Scratch scratch;
  evaluate(*opened, packet.facts(flow::Direction::to_client), scratch);
  EXPECT_TRUE(scratch.matches.empty());
  evaluate(*opened, packet.facts(flow::Direction::to_server), scratch);
  EXPECT_EQ(scratch.matches.size(), 1U);
}

}  // namespace
}  // namespace espial::detect
