#include "tests/support/golden.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>

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

INSTANTIATE_TEST_SUITE_P(Captures, DissectGolden,
                         testing::Values("ikev2-psk-aes256-sha256-modp2048",  // ESP in UDP
                                         "ikev1-main-psk-quick", "ah-esp-bundle-v6",
                                         "ikev2-no-responder",  // ICMP errors that quote IKE
                                         "rewrite-vlan", "rewrite-ipip"),
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
