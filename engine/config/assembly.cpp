#include "engine/config/assembly.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/base/text.hpp"
#include "engine/config/suricata_keys.hpp"

namespace espial::config {
namespace {

constexpr std::size_t kLongestName = 64;   // of a variable
constexpr std::size_t kLongestQuote = 60;  // of a value, in a message

/// Names of variables as rules can write them after `$`.
bool is_variable_name(std::string_view name) {
  return name.size() <= kLongestName && std::ranges::all_of(name, [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                  c == '_' || c == '-';
         });
}

/// The longest part of `key` that is a group, without the dot behind it; empty when its first word
/// is none.
std::string_view known_group(std::string_view key) {
  std::string_view group;
  for (std::size_t dot = key.find('.'); dot != std::string_view::npos;
       dot = key.find('.', dot + 1)) {
    if (!is_group(key.substr(0, dot))) break;
    group = key.substr(0, dot);
  }
  return group;
}

/// A setting whose name ends in the word `last`, wherever it stands; empty when there is none.
std::string_view setting_that_ends_in(std::string_view last) {
  if (last.empty()) return {};
  const std::string ending = fmt::format(".{}", last);
  const auto settings = all_settings();
  const auto found = std::ranges::find_if(
      settings, [&](const Setting& setting) { return setting.name.ends_with(ending); });
  return found == settings.end() ? std::string_view() : found->name;
}

/// What is meant by an unknown key: its first wrong word mended, or its last word where it belongs;
/// empty when nothing is near.
std::string suggestion(std::string_view key) {
  const std::string_view group = known_group(key);
  const std::string_view rest = key.substr(group.empty() ? 0 : group.size() + 1);
  const std::string_view wrong = rest.substr(0, rest.find('.'));
  const std::string_view meant = nearest(wrong, members_of(group));
  if (meant.empty()) return std::string(setting_that_ends_in(key.substr(key.rfind('.') + 1)));
  const std::string prefix = fmt::format("{}{}{}", group, group.empty() ? "" : ".", meant);
  const std::string whole = fmt::format("{}{}", prefix, rest.substr(wrong.size()));
  return find_setting(whole) != nullptr ? whole : prefix;
}

}  // namespace

std::string in_quotes(std::string_view text) {
  std::string clean(text.substr(0, kLongestQuote));
  std::ranges::replace_if(clean, [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; }, '?');
  return fmt::format("\"{}{}\"", clean, text.size() > kLongestQuote ? "..." : "");
}

void Assembly::set(const Setting& setting, std::string_view key, const Place& where,
                   std::span<const Item> items) {
  given_.insert_or_assign(std::string(key), where);
  if (setting.is_pattern() && !is_variable_name(last_part(setting, key))) {
    error(where, key, "a variable's name has letters, digits, _ and -, at most 64");
    return;
  }
  if (setting.is_list()) setting.clear(settings_);
  for (const Item& item : items) set_item(setting, key, item);
}

void Assembly::set_item(const Setting& setting, std::string_view key, const Item& item) {
  switch (setting.set(settings_, last_part(setting, key), item.text)) {
    case SetResult::ok: return;
    case SetResult::bad:
      error(item.where, key,
            fmt::format("takes {}, not {}", setting.takes(), in_quotes(item.text)));
      return;
    case SetResult::unused:
      warning(item.where, key,
              fmt::format("{} is known to Suricata and not used by Espial; it takes {}",
                          in_quotes(item.text), setting.takes()));
      return;
  }
  std::unreachable();
}

void Assembly::unknown(const Place& where, std::string_view key) {
  if (key == "include" || key.starts_with("include.")) {
    error(where, key, "is not supported: all settings stand in one file");
  } else if (is_suricata_key(key)) {
    warning(where, key, "known to Suricata and not used by Espial");
  } else {
    const std::string meant = suggestion(key);
    error(where, key,
          meant.empty() ? "nobody knows this key"
                        : fmt::format("nobody knows this key; {} is meant?", meant));
  }
}

void Assembly::error(const Place& where, std::string_view key, std::string message) {
  add({.severity = Severity::error,
       .where = where,
       .key = std::string(key),
       .message = std::move(message)});
}

void Assembly::warning(const Place& where, std::string_view key, std::string message) {
  add({.severity = Severity::warning,
       .where = where,
       .key = std::string(key),
       .message = std::move(message)});
}

void Assembly::add(Problem problem) {
  if (problems_.size() > kMaxProblems) return;
  if (problems_.size() == kMaxProblems)
    problem = {.severity = Severity::error,
               .where = problem.where,
               .key = {},
               .message = "too many problems: the rest is not told"};
  problems_.push_back(std::move(problem));
}

const Place* Assembly::given(std::string_view key) const {
  const auto found = given_.find(key);
  return found == given_.end() ? nullptr : &found->second;
}

std::vector<Problem> Assembly::take_problems() {
  return std::exchange(problems_, {});
}

}  // namespace espial::config
