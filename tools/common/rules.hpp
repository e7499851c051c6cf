#pragma once
#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "engine/config/settings.hpp"
#include "engine/detect/ruleset.hpp"

/// From settings and rule files to a ruleset that workers can follow: the one way that replay,
/// espiald at its start and every reload take.
namespace espial::tools {

struct OpenedRules {
  /// Null when there are to be no rules: a file cannot be read, or `strict` and something is wrong.
  std::unique_ptr<const detect::Ruleset> ruleset;
  std::size_t loaded = 0;
  std::size_t failed = 0;       // left out because they are wrong
  std::size_t unsupported = 0;  // left out because they use what Espial does not read
  /// Every mistake, with place and caret, ready to be shown; empty when there is none.
  std::string diagnostics;
};

[[nodiscard]] OpenedRules open_rules(std::span<const std::filesystem::path> files,
                                     const config::Settings& settings, bool strict);

/// "1,204 rules loaded, 3 left out as wrong, 17 as not supported"
[[nodiscard]] std::string summary(const OpenedRules& rules);

}  // namespace espial::tools
