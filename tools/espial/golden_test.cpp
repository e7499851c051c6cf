#include "tests/support/golden.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tools/espial/dissect.hpp"
#include "tools/espial/replay.hpp"

namespace espial::tools {
namespace {

namespace fs = std::filesystem;

const std::string kData = ESPIAL_SOURCE_DIR "/tests/data/";

// ------------------------------------------------------------------------------------------------
// dissect

class DissectGolden : public testing::TestWithParam<const char*> {};

std::string dissected(const std::string& capture, DissectFormat format) {
  testing::internal::CaptureStdout();
  EXPECT_EQ(dissect({.capture = kData + capture + ".pcap", .format = format}), 0);
  return testing::internal::GetCapturedStdout();
}

TEST_P(DissectGolden, PrintsThisAsJsonLines) {
  const std::string name = GetParam();
  test::expect_golden("dissect/" + name + ".jsonl", dissected(name, DissectFormat::jsonl));
}

TEST_P(DissectGolden, PrintsThisAsText) {
  const std::string name = GetParam();
  test::expect_golden("dissect/" + name + ".txt", dissected(name, DissectFormat::text));
}

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// The tree of each message: its lines from `frame` on.
std::vector<std::string> trees_of(const std::string& text) {
  std::vector<std::string> trees;
  for (const std::string& line : lines_of(text)) {
    if (line.starts_with("frame ")) trees.emplace_back();
    trees.back() += line + "\n";
  }
  return trees;
}

/// The tree says these in other words, or on its first line.
bool is_said_otherwise(std::string key) {
  constexpr std::string_view kQuoted = "icmp.quoted.";
  if (key.starts_with(kQuoted)) key.erase(0, kQuoted.size());
  for (const std::string_view head : {"frame", "ts", "ip.", "src.", "dst.", "vlan."})
    if (key.starts_with(head)) return true;
  return key == "ike.payload_data" || key == "ike.notify_data" || key == "ike.notify_protocol" ||
         key == "ipsec.anomaly";
}

TEST_P(DissectGolden, TheTreeHasEveryKeyOfTheJson) {
  const std::regex key_pattern(R"re("([a-z0-9_.]+)":)re");
  const auto objects = lines_of(dissected(GetParam(), DissectFormat::jsonl));
  const auto trees = trees_of(dissected(GetParam(), DissectFormat::text));
  ASSERT_EQ(objects.size(), trees.size());
  for (std::size_t i = 0; i < objects.size(); ++i) {
    for (std::sregex_iterator at(objects[i].begin(), objects[i].end(), key_pattern), end; at != end;
         ++at) {
      const std::string key = (*at)[1];
      EXPECT_TRUE(is_said_otherwise(key) || trees[i].contains(" " + key + ": ")) << key << " in\n"
                                                                                 << trees[i];
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Captures, DissectGolden,
                         testing::Values("ikev2-psk-aes256-sha256-modp2048",  // ESP in UDP
                                         "ikev2-pq-x25519-mlkem768",  // IKE_INTERMEDIATE, SKF
                                         "libreswan-ikev2-cookie",
                                         "ikev2-no-responder",  // ICMP errors that quote IKE
                                         "ikev1-main-psk-quick", "ikev1-aggressive-psk",
                                         "ikev1-main-rsa-fragmentation-force",
                                         "ike-scan-vendor-ids-custom-transform",
                                         "esp-native-v4-tunnel-null-sha512",
                                         "ah-native-v6-transport-sha256", "ah-esp-bundle-v6",
                                         "rewrite-vlan", "rewrite-ipip",
                                         "ipfrag-synth-v4-reversed",  // joined at the first
                                         "ikev2-tcp4500-rfc9329"),
                         [](const auto& row) {
                           std::string name = row.param;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

// ------------------------------------------------------------------------------------------------
// replay

/// A folder for logs, gone with the test.
class ReplayGolden : public testing::Test {
 protected:
  ReplayGolden()
      : folder_(fs::path(testing::TempDir()) /
                (std::string("espial_replay_") +
                 testing::UnitTest::GetInstance()->current_test_info()->name())) {
    fs::create_directories(folder_);
  }
  ~ReplayGolden() override { fs::remove_all(folder_); }
  ReplayGolden(const ReplayGolden&) = delete;
  ReplayGolden& operator=(const ReplayGolden&) = delete;

  int run(bool inline_ips) {
    testing::internal::CaptureStderr();
    const int code = replay({.capture = kData + "ikev2-psk-aes256-sha256-modp2048.pcap",
                             .rules = {kData + "policy.rules"},
                             .config = std::nullopt,
                             .log_dir = folder_,
                             .checksums = std::nullopt,
                             .inline_ips = inline_ips,
                             .overrides = {}});
    said_ = testing::internal::GetCapturedStderr();
    return code;
  }

  /// The lines of eve.json that tell what rules did, without what differs from run to run.
  [[nodiscard]] std::string rule_events() const {
    std::ifstream file(folder_ / "eve.json");
    std::string text;
    for (std::string line; std::getline(file, line);)
      if (line.contains(R"("event_type":"alert")") || line.contains(R"("event_type":"drop")"))
        text += masked(line) + "\n";
    return text;
  }
  [[nodiscard]] std::string ipsec_log() const {
    std::ifstream file(folder_ / "ipsec.log");
    return masked({std::istreambuf_iterator<char>(file), {}});
  }
  [[nodiscard]] bool has(const char* name) const { return fs::exists(folder_ / name); }

  std::string said_;

 private:
  /// flow_id and uid are made with a secret of the run, #open and #close with the clock.
  static std::string masked(std::string text) {
    text = std::regex_replace(text, std::regex(R"("flow_id":\d+)"), R"("flow_id":0)");
    text = std::regex_replace(text, std::regex(R"("uid":"C[0-9A-Za-z]+")"), R"("uid":"C")");
    text = std::regex_replace(text, std::regex("\tC[0-9A-Za-z]{12,}\t"), "\tC\t");
    return std::regex_replace(text, std::regex("#(open|close)\t[^\n]*"), "#$1\t-");
  }
  fs::path folder_;
};

TEST_F(ReplayGolden, OfATapWritesTheseLogs) {
  EXPECT_EQ(run(false), 0) << said_;
  test::expect_golden("replay/tap.eve.json", rule_events());
  test::expect_golden("replay/tap.ipsec.log", ipsec_log());
  EXPECT_TRUE(has("stats.json"));
  EXPECT_TRUE(said_.contains("4 rules loaded")) << said_;
}

TEST_F(ReplayGolden, InlineWritesTheseLogs) {
  EXPECT_EQ(run(true), 0) << said_;
  test::expect_golden("replay/inline.eve.json", rule_events());
  test::expect_golden("replay/inline.ipsec.log", ipsec_log());
}

}  // namespace
}  // namespace espial::tools
