#include "engine/config/load.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace espial::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// The problems as lines of text, the file being called "f".
std::vector<std::string> complaints(std::string_view yaml,
                                    const std::vector<std::string>& overrides = {}) {
  std::vector<std::string> lines;
  for (const Problem& problem : load_text(yaml, "f", overrides).problems)
    lines.push_back(to_text(problem));
  return lines;
}

Settings settings_of(std::string_view yaml, const std::vector<std::string>& overrides = {}) {
  const Loaded loaded = load_text(yaml, "f", overrides);
  for (const Problem& problem : loaded.problems) ADD_FAILURE() << to_text(problem);
  return loaded.settings;
}

TEST(Load, WithoutAFileGivesTheDefaults) {
  const Loaded loaded = load(std::nullopt, {});
  EXPECT_TRUE(loaded.ok());
  EXPECT_THAT(loaded.problems, IsEmpty());
  EXPECT_EQ(loaded.settings, Settings{});
}

TEST(Load, TakesEmptyFilesAndEmptyGroupsForTheDefaults) {
  for (const std::string_view yaml :
       {"", "\n", "---\n", "%YAML 1.1\n---\n", "# nothing\n", "nfq:\nvars:\n", "nfq: {}\n"})
    EXPECT_EQ(settings_of(yaml), Settings{}) << yaml;
}

TEST(Load, ReadsEachKindOfValue) {
  const Settings settings = settings_of(R"(%YAML 1.1
---
vars:
  address-groups:
    HOME_NET: "[10.0.0.0/8]"
    BRANCH: [192.0.2.0/24, "!192.0.2.1", [198.51.100.1]]
  port-groups: {IKE_PORTS: 500}
rule-files: [vpn.rules, "local/*.rules"]
rules: {strict: no}
nfq: {queue: "0:3", fail-open: FALSE}
flow: {memcap: 64mb}
defrag: {memcap: 1mb, trackers: 1, max-frags: 2, timeout: 1}
ipsec: {max-sas: 1, sa-timeout: 2, max-fragment-sets: 3, fragment-timeout: 4, learn-ports: no,
        max-endpoints: 5, endpoint-timeout: 6, max-tcp-connections: 8, tcp-timeout: 9, summary-interval: 7}
flow-timeouts:
  udp:
    new: 10
ipsec_log: {compat: zeek}
outputs:
  - eve-log:
      types: [alert, ike]
stats: {interval: 1}
)");
  EXPECT_EQ(settings.vars.address_groups.at("HOME_NET"), "[10.0.0.0/8]");
  EXPECT_EQ(settings.vars.address_groups.at("BRANCH"), "[192.0.2.0/24,!192.0.2.1,[198.51.100.1]]");
  EXPECT_EQ(settings.vars.port_groups.at("IKE_PORTS"), "500");
  EXPECT_THAT(settings.rules.files, ElementsAre("vpn.rules", "local/*.rules"));
  EXPECT_EQ(settings.rules.strict, false);
  EXPECT_EQ(settings.nfq.queue, (QueueRange{.first = 0, .last = 3}));
  EXPECT_FALSE(settings.nfq.fail_open);
  EXPECT_EQ(settings.flow.memcap, ByteSize{64U << 20U});
  EXPECT_EQ(settings.defrag, (DefragSettings{.memcap = ByteSize{1U << 20U},
                                             .trackers = 1,
                                             .max_frags = 2,
                                             .timeout = std::chrono::seconds(1)}));
  EXPECT_EQ(settings.ipsec, (IpsecSettings{.max_sas = 1,
                                           .sa_timeout = std::chrono::seconds(2),
                                           .max_fragment_sets = 3,
                                           .fragment_timeout = std::chrono::seconds(4),
                                           .learn_ports = false,
                                           .max_endpoints = 5,
                                           .endpoint_timeout = std::chrono::seconds(6),
                                           .max_tcp_connections = 8,
                                           .tcp_timeout = std::chrono::seconds(9),
                                           .summary_interval = std::chrono::seconds(7)}));
  EXPECT_EQ(settings.flow_timeouts.udp.created, std::chrono::seconds(10));
  EXPECT_EQ(settings.flow_timeouts.udp.established, std::chrono::seconds(300));
  EXPECT_EQ(settings.flow_timeouts.udp.emergency_created, std::chrono::seconds(10));
  EXPECT_EQ(settings.ipsec_log.compat, IpsecLogCompat::zeek);
  EXPECT_TRUE(settings.outputs.eve.types.has(EveType::ike));
  EXPECT_EQ(settings.outputs.eve.types.size(), 2U);
  EXPECT_EQ(settings.stats.interval, std::chrono::seconds(1));
}

TEST(Load, TellsEveryMistakeWithItsPlace) {
  EXPECT_THAT(complaints(R"(nfq:
  qeue: 3
  batchcount: 0
  fail-open: maybe
flows:
  memcap: 1
flow:
  memcap: [1, 2]
ipsec_log:
  format: {tsv: 1}
  compat:
rules: yes
)"),
              ElementsAre("f:2:3: error: nfq.qeue: nobody knows this key; nfq.queue is meant?",
                          "f:3:15: error: nfq.batchcount: takes a number 1 to 1024, not \"0\"",
                          "f:4:14: error: nfq.fail-open: takes yes or no, not \"maybe\"",
                          "f:5:1: error: flows: nobody knows this key; flow is meant?",
                          "f:8:11: error: flow.memcap: takes a size such as 128mb, not a list",
                          "f:10:11: error: ipsec_log.format: takes tsv, json, not a group",
                          "f:11:3: error: ipsec_log.compat: has no value: it takes zeek, extended",
                          "f:12:8: error: rules: a group: settings are written below it"));
}

TEST(Load, FindsAKeyThatStandsInTheWrongGroup) {
  EXPECT_THAT(
      complaints("queue-maxlen: 3\n"),
      ElementsAre("f:1:1: error: queue-maxlen: nobody knows this key; nfq.queue-maxlen is meant?"));
  EXPECT_THAT(complaints("wholly-unheard-of: 3\n"),
              ElementsAre("f:1:1: error: wholly-unheard-of: nobody knows this key"));
}

TEST(Load, WarnsOfWhatOnlySuricataUses) {
  const Loaded loaded = load_text(R"(stream: {bypass: yes, reassembly: {raw: yes}}
flow: {hash-size: 1, managers: 1}
outputs:
  - fast: {enabled: no}
  - eve-log:
      filetype: regular
      types:
        - alert: {payload: yes}
        - http
)",
                                  "f");
  EXPECT_TRUE(loaded.ok());
  std::vector<std::string> keys;
  for (const Problem& problem : loaded.problems) keys.push_back(problem.key);
  EXPECT_THAT(keys, ElementsAre("stream.bypass", "stream.reassembly.raw", "flow.hash-size",
                                "flow.managers", "outputs.fast", "outputs.eve-log.filetype",
                                "outputs.eve-log.types", "outputs.eve-log.types"));
  EXPECT_TRUE(loaded.settings.outputs.eve.types.has(EveType::alert));
  EXPECT_EQ(loaded.settings.outputs.eve.types.size(), 1U);
}

TEST(Load, RefusesASettingGivenTwice) {
  EXPECT_THAT(complaints("nfq: {queue: 1}\nnfq: {queue: 2}\n"),
              ElementsAre("f:2:7: error: nfq.queue: given twice: already on line 1"));
}

TEST(Load, SaysThatAnUnquotedNegationIsATag) {
  EXPECT_THAT(complaints("vars: {address-groups: {EXTERNAL_NET: !$HOME_NET }}\n"),
              ElementsAre(HasSubstr(
                  "f:1:39: error: vars.address-groups.EXTERNAL_NET: a value that starts with !")));
}

TEST(Load, RefusesNamesThatNoRuleCanWrite) {
  EXPECT_THAT(complaints("vars: {address-groups: {\"A B\": 1.2.3.4, C.D: 1.2.3.4}}\n"), SizeIs(2));
  const std::string longest(64, 'N');
  EXPECT_THAT(complaints("", {"vars.port-groups." + longest + "=1"}), IsEmpty());
  EXPECT_THAT(complaints("", {"vars.port-groups." + longest + "N=1"}), SizeIs(1));
}

TEST(Load, RefusesIncludes) {
  EXPECT_THAT(complaints("include: other.yaml\n"),
              ElementsAre(HasSubstr("all settings stand in one file")));
}

TEST(Load, StopsAtBrokenYamlWithItsPlace) {
  EXPECT_THAT(complaints("nfq:\n  queue: [1\n"), ElementsAre(HasSubstr("f:3:1: error: ")));
  EXPECT_THAT(complaints("a\n"),
              ElementsAre(HasSubstr("f:1:1: error: settings are written \"key: value\"")));
}

TEST(Load, TellsAFileThatCannotBeRead) {
  const auto missing = load(std::filesystem::path("/nonexistent/espial.yaml"), {});
  EXPECT_FALSE(missing.ok());
  ASSERT_THAT(missing.problems, SizeIs(1));
  EXPECT_THAT(to_text(missing.problems.front()),
              HasSubstr("/nonexistent/espial.yaml: error: cannot be opened: No such file"));
  EXPECT_FALSE(load(std::filesystem::path("/"), {}).ok());
}

TEST(Load, ReadsAFileAndLetsTheCommandLineWin) {
  const auto path = std::filesystem::path(testing::TempDir()) / "espial_load_test.yaml";
  std::ofstream(path) << "nfq: {queue: 1}\nstats: {interval: 3}\n";
  const std::vector<std::string> overrides{"nfq.queue=2", "nfq.queue=5"};
  const Loaded loaded = load(path, overrides);
  std::filesystem::remove(path);
  EXPECT_TRUE(loaded.ok());
  EXPECT_EQ(loaded.settings.nfq.queue.first, 5);
  EXPECT_EQ(loaded.settings.stats.interval, std::chrono::seconds(3));
}

TEST(Load, KeepsTheNumberOfProblemsFinite) {
  std::string yaml;
  for (int i = 0; i < 1000; ++i) yaml += "k" + std::to_string(i) + ": 1\n";
  const auto lines = complaints(yaml);
  ASSERT_THAT(lines, SizeIs(201));
  EXPECT_THAT(lines.back(), HasSubstr("too many problems"));
}

TEST(Load, AsksForTheCertificatesOfACollector) {
  const std::string whole = "export: {collector: {address: c, certificate: a, key: b, ca: d}}\n";
  EXPECT_THAT(complaints(whole), IsEmpty());
  EXPECT_THAT(complaints("export: {collector: {address: c, key: b}}\n"),
              ElementsAre(HasSubstr("f:1:22: error: export.collector.certificate: is needed"),
                          HasSubstr("f:1:22: error: export.collector.ca: is needed")));
  EXPECT_THAT(complaints("", {"export.collector.address=c"}), SizeIs(3));
}

TEST(Load, WarnsWhenNothingWouldBeWritten) {
  EXPECT_THAT(complaints("export: {local-logs: no}\n"),
              ElementsAre(HasSubstr("warning: export.local-logs")));
}

TEST(Load, ReadsExceptionPolicies) {
  EXPECT_THAT(complaints("exception-policy: drop-flow\n"), IsEmpty());
  EXPECT_THAT(complaints("stream: {midstream-policy: pass-flow}\n"), IsEmpty());
  EXPECT_THAT(complaints("defrag: {memcap-policy: drop}\n"),
              ElementsAre(HasSubstr("defrag.memcap-policy")));
}

TEST(Load, RefusesMidstreamPoliciesThatSuricataRefuses) {
  const auto said = [](std::string_view midstream, std::string_view policy) {
    return complaints("", {"stream.midstream=" + std::string(midstream),
                           "stream.midstream-policy=" + std::string(policy)});
  };
  for (const std::string_view policy : {"ignore", "pass-flow", "auto"}) {
    EXPECT_THAT(said("false", policy), IsEmpty()) << policy;
    EXPECT_THAT(said("true", policy), IsEmpty()) << policy;
  }
  for (const std::string_view policy : {"bypass", "drop-flow", "reject"}) {
    EXPECT_THAT(said("false", policy), IsEmpty()) << policy;
    EXPECT_THAT(said("true", policy),
                ElementsAre(HasSubstr("--set: error: stream.midstream-policy: takes ignore")))
        << policy;
  }
  for (const std::string_view policy : {"pass-packet", "drop-packet"}) {
    EXPECT_THAT(said("false", policy), ElementsAre(HasSubstr("goes for a connection"))) << policy;
    EXPECT_THAT(said("true", policy), ElementsAre(HasSubstr("goes for a connection"))) << policy;
  }
  EXPECT_THAT(complaints("exception-policy: drop-flow\nstream: {midstream: yes}\n"), IsEmpty());
}

TEST(Override, SetsValuesListsAndNewVariables) {
  Settings settings;
  EXPECT_THAT(apply_override(settings, "ipsec_log.compat=zeek"), IsEmpty());
  EXPECT_THAT(apply_override(settings, " vars.address-groups.NEW = [10.0.0.1,!10.0.0.2] "),
              IsEmpty());
  EXPECT_THAT(apply_override(settings, "rule-files=a.rules, b.rules"), IsEmpty());
  EXPECT_THAT(apply_override(settings, "rule-files=[a.rules, b.rules]"), IsEmpty());
  EXPECT_THAT(settings.rules.files, ElementsAre("a.rules", "b.rules"));
  EXPECT_THAT(apply_override(settings, "rule-files=[a].rules,b[c]"), IsEmpty());
  EXPECT_THAT(settings.rules.files, ElementsAre("[a].rules", "b[c]"));
  EXPECT_THAT(apply_override(settings, "rule-files=a.rules, b.rules"), IsEmpty());
  EXPECT_THAT(apply_override(settings, "outputs.eve-log.types=alert"), IsEmpty());
  EXPECT_THAT(apply_override(settings, "sensor.id=a=b"), IsEmpty());
  EXPECT_EQ(settings.ipsec_log.compat, IpsecLogCompat::zeek);
  EXPECT_EQ(settings.vars.address_groups.at("NEW"), "[10.0.0.1,!10.0.0.2]");
  EXPECT_THAT(settings.rules.files, ElementsAre("a.rules", "b.rules"));
  EXPECT_EQ(settings.outputs.eve.types.size(), 1U);
  EXPECT_EQ(settings.sensor.id, "a=b");
  EXPECT_THAT(apply_override(settings, "rule-files="), IsEmpty());
  EXPECT_THAT(settings.rules.files, IsEmpty());
}

TEST(Override, LeavesTheSettingsAloneWhenItIsWrong) {
  for (const std::string_view wrong : {"",
                                       "=",
                                       "=3",
                                       "nfq.queue",
                                       "nfq=3",
                                       "nfq.queue=",
                                       "nfq.queue=65536",
                                       "nfq..queue=1",
                                       ".=1",
                                       ".nfq.queue=1",
                                       "nfq.queue.=1",
                                       "vars.address-groups.=1",
                                       "vars.address-groups=1",
                                       "vars.address-groups.A=",
                                       "default-rule-path=",
                                       "defrag.memcap=1023kb",
                                       "defrag.trackers=0",
                                       "defrag.trackers=1048577",
                                       "defrag.max-frags=1",
                                       "defrag.max-frags=16777217",
                                       "defrag.timeout=0",
                                       "host-os-policy=[10.0.0.1]",
                                       "host-os-policy.window=[10.0.0.1]",
                                       "host-os-policy.windows=[10.0.0.256]",
                                       "host-os-policy.windows=[10.0.0.0/33]",
                                       "stream.memcap=63kb",
                                       "stream.max-synack-queued=0",
                                       "stream.reassembly.memcap=1",
                                       "stream.reassembly.toserver-chunk-size=2mb",
                                       "stream.reassembly.urgent.policy=none",
                                       "ipsec.max-sas=0",
                                       "ipsec.max-sas=1048577",
                                       "ipsec.sa-timeout=0",
                                       "ipsec.max-fragment-sets=65537",
                                       "ipsec.max-endpoints=0",
                                       "ipsec.max-tcp-connections=0",
                                       "ipsec.summary-interval=0"}) {
    Settings settings;
    const auto problems = apply_override(settings, wrong);
    EXPECT_THAT(problems, SizeIs(1)) << wrong;
    EXPECT_TRUE(!problems.empty() && problems.front().severity == Severity::error) << wrong;
    EXPECT_EQ(settings, Settings{}) << wrong;
  }
}

TEST(Load, ReadsWhatIsSaidOfStreams) {
  const Settings settings = settings_of(R"(stream:
  memcap: 32mb
  midstream: true
  async-oneside: yes
  inline: auto
  drop-invalid: no
  max-synack-queued: 3
  reassembly:
    memcap: 64 MiB
    depth: 0
    toserver-chunk-size: 2560
    toclient-chunk-size: 4kb
    urgent: {policy: inline, oob-limit-policy: gap}
)");
  EXPECT_EQ(settings.stream, (StreamSettings{.memcap = ByteSize{32U << 20U},
                                             .midstream = true,
                                             .async_oneside = true,
                                             .inline_mode = std::nullopt,
                                             .drop_invalid = false,
                                             .max_synack_queued = 3,
                                             .reassembly_memcap = ByteSize{64U << 20U},
                                             .depth = ByteSize{0},
                                             .to_client_chunk = ByteSize{4096},
                                             .urgent = UrgentPolicy::inline_data,
                                             .urgent_limit = UrgentPolicy::gap}));
}

TEST(Load, HostsStandUnderTheNameOfTheirPolicy) {
  const auto prefix = [](std::string_view text) { return IpPrefix::parse(text).value(); };
  Settings settings = settings_of(R"(host-os-policy:
  windows: [0.0.0.0/0]
  bsd: []
  bsd-right: ["10.0.0.0/8", 192.168.1.1, "2001:db8::/32"]
  linux-modern: 10.9.0.0/16
)");
  EXPECT_THAT(settings.host_os_policy["windows"], ElementsAre(prefix("0.0.0.0/0")));
  EXPECT_THAT(settings.host_os_policy["bsd-right"],
              ElementsAre(prefix("10.0.0.0/8"), prefix("192.168.1.1"), prefix("2001:db8::/32")));
  EXPECT_THAT(settings.host_os_policy["linux-modern"], ElementsAre(prefix("10.9.0.0/16")));
  EXPECT_FALSE(settings.host_os_policy.contains("bsd"));
  EXPECT_TRUE(apply_override(settings, "host-os-policy.windows=[10.0.0.0/8,10.1.0.1]").empty());
  EXPECT_THAT(settings.host_os_policy["windows"],
              ElementsAre(prefix("10.0.0.0/8"), prefix("10.1.0.1")));
}

TEST(Load, SaysWhereAWrongPolicyOrPrefixStands) {
  const auto lines =
      complaints("host-os-policy:\n  windos: [10.0.0.1]\n  bsd:\n    - 10.0.0.300\n");
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_THAT(lines[0], HasSubstr(":2:3"));
  EXPECT_THAT(lines[0], HasSubstr("host-os-policy.windows"));
  EXPECT_THAT(lines[1], HasSubstr(":4:7"));
}

TEST(Override, WarnsOfSuricatasKeys) {
  for (const std::string_view key :
       {"stream.bypass", "defrag.prealloc", "decoder.recursion-level", "detect.profile",
        "flow.prealloc", "app-layer.protocols.ike.enabled"}) {
    Settings settings;
    const auto problems = apply_override(settings, std::string(key) + "=true");
    ASSERT_THAT(problems, SizeIs(1)) << key;
    EXPECT_EQ(problems.front().severity, Severity::warning) << key;
  }
}

TEST(ProblemText, HidesControlCharactersAndCutsLongValues) {
  const auto lines = complaints("", {"nfq.mode=\x1b[31m" + std::string(200, 'x')});
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_THAT(lines.front(), HasSubstr("\"?[31mxxx"));
  EXPECT_THAT(lines.front(), testing::EndsWith("...\""));
}

TEST(LoadConfig, TakesSuricatasFlowSettingsAndWarnsOfThoseWithoutUse) {
  Settings settings;
  for (const std::string_view text :
       {"flow-timeouts.tcp.emergency-closed=3", "flow-timeouts.esp.bypassed=7",
        "flow.emergency-recovery=100", "flow.prune-flows=0", "vlan.use-for-tracking=false",
        "outputs.eve-log.types=netflow"})
    EXPECT_THAT(apply_override(settings, text), testing::IsEmpty()) << text;
  EXPECT_EQ(settings.flow_timeouts.tcp.emergency_closed, std::chrono::seconds(3));
  EXPECT_EQ(settings.flow_timeouts.esp.bypassed, std::chrono::seconds(7));
  EXPECT_EQ(settings.flow.emergency_recovery, 100U);
  EXPECT_FALSE(settings.vlan.use_for_tracking);
  EXPECT_TRUE(settings.outputs.eve.types.has(EveType::netflow));
  for (const std::string_view text : {"flow.hash-size=65536", "flow.prealloc=10000"}) {
    const auto problems = apply_override(settings, text);
    ASSERT_EQ(problems.size(), 1U) << text;
    EXPECT_EQ(problems[0].severity, Severity::warning) << text;
  }
  for (const std::string_view text : {"flow.emergency-recovery=0", "flow.emergency-recovery=101",
                                      "flow-timeouts.udp.bypassed=-1"})
    EXPECT_FALSE(apply_override(settings, text).empty()) << text;
}

}  // namespace
}  // namespace espial::config
