#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/config/settings.hpp"

/// From a YAML file and `--set key=value` to Settings. Nothing here throws; all mistakes are told,
/// not the first only.
namespace espial::config {

enum class Severity : std::uint8_t { warning, error };

/// Where a setting was given. Lines and columns count from 1; both are 0 for the command line and
/// for a file as a whole.
struct Place {
  std::string source;  // the file's name as given, or "--set"
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  friend bool operator==(const Place&, const Place&) = default;
};

/// One thing wrong with the configuration.
struct Problem {
  Severity severity = Severity::error;
  Place where;
  std::string key;      // dotted; empty when it is about the file as a whole
  std::string message;  // what is wrong and, where it can be known, what is meant
  friend bool operator==(const Problem&, const Problem&) = default;
};

/// `espial.yaml:12:3: error: nfq.qeue: nobody knows this key; nfq.queue is meant?`
[[nodiscard]] std::string to_text(const Problem& problem);

/// The settings as far as they could be read, and what was wrong. With an error in it the settings
/// are not to be used.
struct Loaded {
  Settings settings;
  std::vector<Problem> problems;  // in the order of the file, then of the command line
  [[nodiscard]] bool ok() const noexcept;
};

/// What programs call: the defaults, then `file` if there is one, then each "key=value" of
/// `overrides` (a later one wins), then the checks that span settings.
[[nodiscard]] Loaded load(const std::optional<std::filesystem::path>& file,
                          std::span<const std::string> overrides);

/// The same from a text in memory; `name` stands for the file in problems.
[[nodiscard]] Loaded load_text(std::string_view yaml, std::string_view name,
                               std::span<const std::string> overrides = {});

/// One "key=value" of --set over `settings`. New names under vars.*-groups are taken. Lists are
/// written with commas.
[[nodiscard]] std::vector<Problem> apply_override(Settings& settings, std::string_view assignment);

}  // namespace espial::config
