#include "engine/config/settings_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "engine/config/load.hpp"
#include "engine/config/suricata_keys.hpp"

namespace espial::config {
namespace {

TEST(SettingsTable, NamesEachSettingOnce) {
  std::set<std::string_view> names;
  for (const Setting& setting : all_settings())
    EXPECT_TRUE(names.insert(setting.name).second) << setting.name;
}

TEST(SettingsTable, HasNoNameThatIsAlsoAGroupOrOneOfSuricatasUnusedKeys) {
  for (const Setting& setting : all_settings()) {
    EXPECT_FALSE(is_group(setting.name)) << setting.name;
    EXPECT_FALSE(is_suricata_key(setting.name)) << setting.name;
  }
}

TEST(SettingsTable, SaysOfEachSettingWhatItIsAndTakes) {
  for (const SettingInfo& info : list_settings()) {
    EXPECT_FALSE(info.help.empty()) << info.name;
    EXPECT_FALSE(info.help.ends_with('.')) << info.name;
    EXPECT_FALSE(info.takes.empty()) << info.name;
  }
}

TEST(SettingsTable, TakesBackWhatItShowsOfTheDefaults) {
  for (const SettingInfo& info : list_settings()) {
    if (info.name.ends_with(".*")) continue;
    Settings settings;
    EXPECT_THAT(apply_override(settings, info.name + "=" + info.fallback), testing::IsEmpty())
        << info.name;
    EXPECT_EQ(settings, Settings{}) << info.name;
  }
}

TEST(SettingsTable, FindsPatternsByAnyLastPart) {
  const Setting* const setting = find_setting("vars.port-groups.IKE_PORTS");
  ASSERT_NE(setting, nullptr);
  EXPECT_EQ(last_part(*setting, "vars.port-groups.IKE_PORTS"), "IKE_PORTS");
  EXPECT_EQ(find_setting("vars.port-groups."), nullptr);
  EXPECT_EQ(find_setting("vars.port-groups"), nullptr);
  EXPECT_EQ(find_setting(""), nullptr);
}

TEST(SettingsTable, KnowsGroupsAndTheirMembers) {
  EXPECT_TRUE(is_group(""));
  EXPECT_TRUE(is_group("flow-timeouts.tcp"));
  EXPECT_FALSE(is_group("flow-timeouts.tc"));
  EXPECT_FALSE(is_group("flow-timeouts."));
  EXPECT_THAT(members_of("vars"), testing::ElementsAre("address-groups", "port-groups"));
  EXPECT_THAT(members_of("vars.port-groups"), testing::IsEmpty());
  EXPECT_THAT(members_of("flow-timeouts.udp"),
              testing::ElementsAre("new", "established", "bypassed", "emergency-new",
                                   "emergency-established", "emergency-bypassed"));
}

TEST(SuricataKeys, CountAllThatStandsBelowThem) {
  EXPECT_TRUE(is_suricata_key("stream"));
  EXPECT_TRUE(is_suricata_key("stream.reassembly.depth"));
  EXPECT_TRUE(is_suricata_key("flow.hash-size"));
  EXPECT_FALSE(is_suricata_key("flow"));
  EXPECT_FALSE(is_suricata_key("flow.hash-sizes"));
  EXPECT_FALSE(is_suricata_key("streams"));
  EXPECT_FALSE(is_suricata_key(""));
}

}  // namespace
}  // namespace espial::config
