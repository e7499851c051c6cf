#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace espial::tools {

struct ReplayOptions {
  std::string capture;                       // file, folder or "-"
  std::vector<std::filesystem::path> rules;  // besides those of the configuration
  std::optional<std::filesystem::path> config;
  std::filesystem::path log_dir = ".";
  std::optional<std::string> checksums;  // auto, all, none
  bool inline_ips = false;
  std::vector<std::string> overrides;  // key=value
};

/// `espial replay`: a capture through the pipeline of espiald, on packet time. Writes eve.json,
/// ipsec.log and stats.json. Exit code: 0, 1 when the capture is damaged, 2 when something is wrong
/// with usage, settings, rules (strict) or logs.
[[nodiscard]] int replay(const ReplayOptions& options);

}  // namespace espial::tools
