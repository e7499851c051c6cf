#include "engine/config/settings.hpp"

#include <glob.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "engine/config/value.hpp"

namespace espial::config {
namespace {

using Variable = std::pair<std::string_view, std::string_view>;

constexpr auto kAddressGroups = std::to_array<Variable>({
    {"HOME_NET", "[192.168.0.0/16,10.0.0.0/8,172.16.0.0/12]"},
    {"EXTERNAL_NET", "!$HOME_NET"},
    {"HTTP_SERVERS", "$HOME_NET"},
    {"SMTP_SERVERS", "$HOME_NET"},
    {"SQL_SERVERS", "$HOME_NET"},
    {"DNS_SERVERS", "$HOME_NET"},
    {"TELNET_SERVERS", "$HOME_NET"},
    {"AIM_SERVERS", "$EXTERNAL_NET"},
    {"DC_SERVERS", "$HOME_NET"},
    {"DNP3_SERVER", "$HOME_NET"},
    {"DNP3_CLIENT", "$HOME_NET"},
    {"MODBUS_CLIENT", "$HOME_NET"},
    {"MODBUS_SERVER", "$HOME_NET"},
    {"ENIP_CLIENT", "$HOME_NET"},
    {"ENIP_SERVER", "$HOME_NET"},
});

constexpr auto kPortGroups = std::to_array<Variable>({
    {"HTTP_PORTS", "80"},
    {"SHELLCODE_PORTS", "!80"},
    {"ORACLE_PORTS", "1521"},
    {"SSH_PORTS", "22"},
    {"DNP3_PORTS", "20000"},
    {"MODBUS_PORTS", "502"},
    {"FILE_DATA_PORTS", "[$HTTP_PORTS,110,143]"},
    {"FTP_PORTS", "21"},
    {"GENEVE_PORTS", "6081"},
    {"VXLAN_PORTS", "4789"},
    {"TEREDO_PORTS", "3544"},
    {"SIP_PORTS", "[5060,5061]"},
});

Variables to_variables(std::span<const Variable> table) {
  Variables variables;
  for (const auto& [name, value] : table) variables.emplace(name, value);
  return variables;
}

/// The paths that match `pattern`, sorted; the pattern itself when it has no glob characters in it.
std::vector<std::filesystem::path> expand(const std::filesystem::path& pattern) {
  glob_t matches{};
  std::vector<std::filesystem::path> paths;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): only where the locale or the home changes meanwhile
  if (::glob(pattern.c_str(), GLOB_ERR | GLOB_NOMAGIC, nullptr, &matches) == 0)
    for (const char* const path : std::span(matches.gl_pathv, matches.gl_pathc))
      paths.emplace_back(path);
  ::globfree(&matches);
  return paths;
}

}  // namespace

VariableSettings::VariableSettings()
    : address_groups(to_variables(kAddressGroups)), port_groups(to_variables(kPortGroups)) {}

EveSettings::EveSettings() {
  for (const auto& [word, type] : Words<EveType>::kWords) types.add(type);
}

std::optional<ChecksumMode> checksum_mode(std::string_view text) noexcept {
  return Format<ChecksumMode>::parse(text);
}

bool writes_local_logs(const Settings& settings) {
  return settings.exporting.local_logs.value_or(settings.exporting.collector.address.empty());
}

std::expected<std::vector<std::filesystem::path>, SystemError> rule_file_paths(
    const RuleSettings& rules) {
  std::vector<std::filesystem::path> paths;
  for (const std::string& file : rules.files) {
    const std::filesystem::path pattern =
        rules.default_path / file;  // an absolute `file` replaces the folder
    const auto matches = expand(pattern);
    if (matches.empty())
      return std::unexpected(
          SystemError{.what = "no rule file matches " + pattern.string(),
                      .advice = "correct rule-files or default-rule-path in the configuration"});
    for (const auto& path : matches)
      if (std::ranges::find(paths, path) == paths.end()) paths.push_back(path);
  }
  return paths;
}

}  // namespace espial::config
