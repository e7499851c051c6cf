#include "tools/collector/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace espial::collector {
namespace {

using testing::ElementsAre;

constexpr std::string_view kTls = "tls: {certificate: /a.pem, key: /a.key, ca: /ca.pem}\n";

std::vector<std::string> problems(std::string_view yaml) {
  std::vector<std::string> texts;
  for (const config::Problem& problem : load_text(yaml, "c.yaml").problems) {
    texts.push_back(to_text(problem));
  }
  return texts;
}

TEST(CollectorSettings, ReadEveryKey) {
  const Loaded loaded = load_text(R"(
listen:
  address: 127.0.0.1
  port: 0
tls:
  certificate: /c.pem
  key: /c.key
  ca: /ca.pem
  sensors: [gw-1, gw-2]
logs:
  directory: /tmp/logs
  eve: all.json
  ipsec: vpn.log
ipsec_log:
  compat: zeek
  format: json
state:
  file: /tmp/state.mdb
limits:
  connections: 3
  frame: 1mb
  handshake-timeout: 5
  idle-timeout: 60
)",
                                  "c.yaml");
  ASSERT_TRUE(loaded.ok()) << to_text(loaded.problems[0]);
  const Settings& settings = loaded.settings;
  EXPECT_EQ(settings.address, "127.0.0.1");
  EXPECT_EQ(settings.port, 0);
  EXPECT_EQ(settings.tls.key, "/c.key");
  EXPECT_THAT(settings.sensors, ElementsAre("gw-1", "gw-2"));
  EXPECT_EQ(settings.log_directory, "/tmp/logs");
  EXPECT_EQ(settings.eve, "all.json");
  EXPECT_EQ(settings.ipsec, "vpn.log");
  EXPECT_EQ(settings.compat, config::IpsecLogCompat::zeek);
  EXPECT_EQ(settings.format, config::IpsecLogFormat::json);
  EXPECT_EQ(settings.state, "/tmp/state.mdb");
  EXPECT_EQ(settings.limits, (Limits{.connections = 3,
                                     .frame = {1U << 20U},
                                     .handshake_timeout = std::chrono::seconds(5),
                                     .idle_timeout = std::chrono::seconds(60)}));
}

TEST(CollectorSettings, NeedNothingButTheTlsFiles) {
  EXPECT_TRUE(load_text(kTls, "c.yaml").ok());
  EXPECT_THAT(problems(""),
              ElementsAre("c.yaml: error: tls.certificate: must be set: the path of a PEM file",
                          "c.yaml: error: tls.key: must be set: the path of a PEM file",
                          "c.yaml: error: tls.ca: must be set: the path of a PEM file"));
}

TEST(CollectorSettings, TellEveryMistakeWithItsPlace) {
  EXPECT_THAT(
      problems("listen:\n  prt: 4765\n  port: 65536\nlogs: here\nlimits:\n  frame: 17mb\n"),
      ElementsAre("c.yaml:2:3: error: listen.prt: nobody knows this key; listen.port is meant?",
                  "c.yaml:3:9: error: listen.port: takes a number 0 to 65535, not 65536",
                  "c.yaml:4:7: error: logs: takes keys below it, not a value",
                  "c.yaml:6:10: error: limits.frame: takes a size from 1kb to 16mb, not 17mb"));
}

TEST(CollectorSettings, RefuseAPathAsLogNameAndAListThatIsNone) {
  EXPECT_THAT(
      problems("logs: {eve: ../eve.json}\ntls: {sensors: gw-1}\n"),
      ElementsAre(
          "c.yaml:1:13: error: logs.eve: takes a file name in logs.directory, not ../eve.json",
          "c.yaml:2:16: error: tls.sensors: takes a list of sensor ids"));
}

TEST(CollectorSettings, NameTheFileThatCannotBeRead) {
  const Loaded loaded = load("/nonexistent/collector.yaml");
  ASSERT_EQ(loaded.problems.size(), 1U);
  EXPECT_EQ(to_text(loaded.problems[0]), "/nonexistent/collector.yaml: error: cannot be read");
}

TEST(CollectorSettings, AreAllInTheHelp) {
  const std::string help = settings_help();
  for (const char* key : {"listen.port", "tls.sensors", "state.file", "limits.idle-timeout"}) {
    EXPECT_NE(help.find(key), std::string::npos) << key;
  }
}

}  // namespace
}  // namespace espial::collector
