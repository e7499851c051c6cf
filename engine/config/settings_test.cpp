#include "engine/config/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace espial::config {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

TEST(Settings, HaveSuricatasStockVariables) {
  const Settings settings;
  EXPECT_EQ(settings.vars.address_groups.size(), 15U);
  EXPECT_EQ(settings.vars.port_groups.size(), 12U);
  EXPECT_EQ(settings.vars.address_groups.at("HOME_NET"),
            "[192.168.0.0/16,10.0.0.0/8,172.16.0.0/12]");
  EXPECT_EQ(settings.vars.address_groups.at("EXTERNAL_NET"), "!$HOME_NET");
  EXPECT_EQ(settings.vars.port_groups.at("FILE_DATA_PORTS"), "[$HTTP_PORTS,110,143]");
}

TEST(Settings, WriteLocalLogsUnlessACollectorDoes) {
  Settings settings;
  EXPECT_TRUE(writes_local_logs(settings));
  settings.exporting.collector.address = "collector.example";
  EXPECT_FALSE(writes_local_logs(settings));
  settings.exporting.local_logs = true;
  EXPECT_TRUE(writes_local_logs(settings));
}

TEST(ChecksumModeText, IsThatOfTheCommandLine) {
  EXPECT_EQ(checksum_mode("auto"), ChecksumMode::automatic);
  EXPECT_EQ(checksum_mode("all"), ChecksumMode::all);
  EXPECT_EQ(checksum_mode("none"), ChecksumMode::none);
  EXPECT_EQ(checksum_mode("some"), std::nullopt);
}

class RuleFiles : public testing::Test {
 protected:
  RuleFiles() {
    fs::create_directories(folder_ / "sub");
    for (const char* const name : {"b.rules", "a.rules", "notes.txt", "sub/c.rules"})
      std::ofstream(folder_ / name) << "";
  }
  ~RuleFiles() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  [[nodiscard]] std::vector<std::string> paths(std::vector<std::string> files) const {
    RuleSettings rules;
    rules.default_path = folder_;
    rules.files = std::move(files);
    const auto found = rule_file_paths(rules);
    if (!found) return {found.error().what};
    std::vector<std::string> names;
    for (const fs::path& path : *found) names.push_back(path.lexically_relative(folder_).string());
    return names;
  }

  fs::path folder_ = fs::path(testing::TempDir()) / "espial_rule_files";
};

TEST_F(RuleFiles, StandUnderTheDefaultPathUnlessAbsolute) {
  EXPECT_THAT(paths({"b.rules", (folder_ / "sub/c.rules").string()}),
              ElementsAre("b.rules", "sub/c.rules"));
}

TEST_F(RuleFiles, AreExpandedByNameAndListedOnce) {
  EXPECT_THAT(paths({"*.rules", "a.rules", "*/c.rules"}),
              ElementsAre("a.rules", "b.rules", "sub/c.rules"));
}

TEST_F(RuleFiles, OfAPlainNameAreKeptWhenMissing) {
  EXPECT_THAT(paths({"missing.rules"}), ElementsAre("missing.rules"));
}

TEST_F(RuleFiles, OfAGlobWithoutAMatchAreAnError) {
  EXPECT_THAT(paths({"*.rulez"}), ElementsAre(testing::HasSubstr("no rule file matches")));
}

}  // namespace
}  // namespace espial::config
