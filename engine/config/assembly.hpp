#pragma once
#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/config/load.hpp"
#include "engine/config/settings_table.hpp"

/// What reading the file and reading the command line have in common: settings being filled in, and
/// the mistakes so far.
namespace espial::config {

/// A value, or one item of a list, and where it was written.
struct Item {
  Place where;
  std::string text;
};

class Assembly {
 public:
  explicit Assembly(Settings& settings) noexcept : settings_(settings) {}

  /// Gives `key`, which `setting` is the row of, its value: one item, or any number of them for a
  /// list.
  void set(const Setting& setting, std::string_view key, const Place& where,
           std::span<const Item> items);

  /// Tells what is known of a key that no setting has: a warning for Suricata's, else an error with
  /// a suggestion.
  void unknown(const Place& where, std::string_view key);

  void error(const Place& where, std::string_view key, std::string message);
  void warning(const Place& where, std::string_view key, std::string message);

  /// Where `key` was given last; null if nowhere, so that it has its default.
  [[nodiscard]] const Place* given(std::string_view key) const;
  [[nodiscard]] const Settings& settings() const noexcept { return settings_; }

  /// The problems found; leaves none behind.
  [[nodiscard]] std::vector<Problem> take_problems();

 private:
  /// Beyond this a file is no configuration; one last problem says so.
  static constexpr std::size_t kMaxProblems = 200;

  void add(Problem problem);
  void set_item(const Setting& setting, std::string_view key, const Item& item);

  Settings& settings_;
  std::vector<Problem> problems_;
  std::map<std::string, Place, std::less<>> given_;
};

/// `text` for a message: in quotes, cut when long, control characters replaced.
[[nodiscard]] std::string in_quotes(std::string_view text);

}  // namespace espial::config
