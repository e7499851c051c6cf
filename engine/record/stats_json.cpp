#include "engine/record/stats_json.hpp"

#include <algorithm>
#include <compare>
#include <span>
#include <string_view>
#include <vector>

namespace espial::record {

namespace {

constexpr unsigned kMaxDepth = 8;

struct Entry {
  std::string_view name;  // what is left of it at the current depth
  std::uint64_t value = 0;
  std::size_t order = 0;  // in which it came
};

/// A dot sorts before every other character, so names that share their first parts stand together.
bool comes_before(const Entry& a, const Entry& b) {
  const auto rank = [](char c) { return c == '.' ? 0 : 1 + static_cast<unsigned char>(c); };
  const auto by_rank = [&](char x, char y) { return rank(x) <=> rank(y); };
  const auto names = std::lexicographical_compare_three_way(a.name.begin(), a.name.end(),
                                                            b.name.begin(), b.name.end(), by_rank);
  return names != std::strong_ordering::equal ? names < 0 : a.order < b.order;
}

std::string_view head_of(std::string_view name, unsigned depth) {
  return depth + 1 == kMaxDepth ? name : name.substr(0, name.find('.'));
}

std::string_view tail_of(std::string_view name, std::string_view head) {
  return head.size() == name.size() ? std::string_view{} : name.substr(head.size() + 1);
}

void write_level(JsonWriter& json, std::span<Entry> entries, unsigned depth);

/// All of `group` have the same first part: one counter, or an object. A name that ends here stands
/// before longer ones.
// NOLINTNEXTLINE(misc-no-recursion): kMaxDepth levels
void write_group(JsonWriter& json, std::string_view head, std::span<Entry> group, unsigned depth) {
  for (Entry& entry : group) entry.name = tail_of(entry.name, head);
  const auto inner =
      std::ranges::find_if(group, [](const Entry& entry) { return !entry.name.empty(); });
  if (inner == group.end()) {
    json.number_named(head, group.back().value);
    return;
  }
  const auto object = json.object_named(head);
  if (inner != group.begin()) json.number("total", std::prev(inner)->value);
  write_level(json, {inner, group.end()}, depth + 1);
}

// NOLINTNEXTLINE(misc-no-recursion): kMaxDepth levels
void write_level(JsonWriter& json, std::span<Entry> entries, unsigned depth) {
  while (!entries.empty()) {
    const std::string_view head = head_of(entries.front().name, depth);
    const auto end = std::ranges::find_if(
        entries, [&](const Entry& entry) { return head_of(entry.name, depth) != head; });
    write_group(json, head, {entries.begin(), end}, depth);
    entries = {end, entries.end()};
  }
}

}  // namespace

void write_counters(JsonWriter& json, const v1::EngineStats& stats) {
  std::vector<Entry> entries;
  entries.reserve(static_cast<std::size_t>(stats.counters_size()));
  for (const v1::Counter& counter : stats.counters())
    entries.push_back({.name = counter.name(), .value = counter.value(), .order = entries.size()});
  std::ranges::sort(entries, comes_before);
  json.number("uptime", stats.uptime_seconds());
  write_level(json, entries, 0);
}

void render_stats_json(const v1::EngineStats& stats, std::string& out) {
  JsonWriter json(out);
  {
    const auto object = json.object();
    write_counters(json, stats);
  }
  out.push_back('\n');
}

}  // namespace espial::record
