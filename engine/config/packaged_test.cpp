#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>

#include "engine/config/load.hpp"
#include "engine/config/settings_table.hpp"

namespace espial::config {
namespace {

std::string packaged() {
  std::ifstream file(ESPIAL_SOURCE_DIR "/packaging/config/espial.yaml");
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The file with its commented-out settings in force: a # in the first column that is followed by a
/// word or by the rest of an indent. Prose has one blank there.
std::string uncommented(const std::string& yaml) {
  return std::regex_replace(yaml, std::regex("(^|\n)#(  |[^# \n])"), "$1$2");
}

TEST(PackagedConfiguration, LoadsWithoutAWarningAndSetsTheDefaults) {
  const Loaded loaded = load_text(packaged(), "espial.yaml");
  for (const Problem& problem : loaded.problems) ADD_FAILURE() << to_text(problem);
  EXPECT_EQ(loaded.settings, Settings{});
}

TEST(PackagedConfiguration, LoadsWithItsExamplesInForce) {
  const Loaded loaded = load_text(uncommented(packaged()), "espial.yaml");
  for (const Problem& problem : loaded.problems) ADD_FAILURE() << to_text(problem);
  EXPECT_EQ(loaded.settings.exporting.collector.address, "collector.example.net");
  EXPECT_TRUE(loaded.settings.vars.address_groups.contains("VPN_GATEWAYS"));
}

TEST(PackagedConfiguration, HasEverySetting) {
  const std::string text = packaged();
  for (const Setting& setting : all_settings()) {
    if (setting.is_pattern()) continue;
    const std::string_view leaf = setting.name.substr(setting.name.rfind('.') + 1);
    EXPECT_THAT(text, testing::HasSubstr(std::string(leaf) + ": ")) << setting.name;
  }
}

}  // namespace
}  // namespace espial::config
