#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/config/settings.hpp"

/// One row a setting: the loader, --set, the listing for help and manual, and the tests read this
/// one table.
namespace espial::config {

enum class SetResult : std::uint8_t {
  ok,
  bad,    // not what the setting takes; the settings are unchanged
  unused  // Suricata takes it, Espial has no use for it; the settings are unchanged
};

struct Setting {
  /// Dotted. A name that ends in ".*" stands for any last part, which set() is given.
  std::string_view name;
  std::string_view help;   // one sentence, without its full stop
  std::string (*takes)();  // "a number 1 to 1024"
  /// Sets the value, or adds it to a list. `last_part` is what stands for the star of the name.
  SetResult (*set)(Settings& settings, std::string_view last_part, std::string_view text);
  std::string (*show)(
      const Settings& settings);      // the value as set() takes it; a list's items with commas
  void (*clear)(Settings& settings);  // lists only, null else: empties it before its first item
  /// One value that may be a list in brackets, also as YAML has lists; set() is given its text.
  bool takes_brackets = false;

  [[nodiscard]] bool is_list() const noexcept { return clear != nullptr; }
  [[nodiscard]] bool is_pattern() const noexcept { return name.ends_with(".*"); }
};

/// Every setting, grouped as a file groups them.
[[nodiscard]] std::span<const Setting> all_settings() noexcept;

/// The setting that `key` names, patterns included; null if there is none.
[[nodiscard]] const Setting* find_setting(std::string_view key) noexcept;

/// The part of `key` that a pattern's star stands for; empty when `setting` is no pattern.
[[nodiscard]] std::string_view last_part(const Setting& setting, std::string_view key) noexcept;

/// Whether some setting's name begins with `key` and a dot ("flow-timeouts.tcp"); the empty key is
/// the whole file.
[[nodiscard]] bool is_group(std::string_view key) noexcept;

/// What may follow `group` and a dot, each once: "vars" has "address-groups" and "port-groups".
[[nodiscard]] std::vector<std::string_view> members_of(std::string_view group);

/// A setting as help and the manual tell it.
struct SettingInfo {
  std::string name, takes, fallback, help;
};
[[nodiscard]] std::vector<SettingInfo> list_settings();

}  // namespace espial::config
