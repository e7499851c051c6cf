#include "engine/config/udp_ports.hpp"

#include <algorithm>

#include "engine/base/text.hpp"

namespace espial::config {
namespace {

constexpr std::size_t kMaxWork = 64;  // items and variables that one setting may come to

/// The inside of brackets; without them, all of it.
std::string_view without_brackets(std::string_view text) noexcept {
  text = trim(text);
  if (text.size() < 2 || text.front() != '[' || text.back() != ']') return text;
  return text.substr(1, text.size() - 2);
}

/// Takes the first item off a list.
std::string_view take_item(std::string_view& list) noexcept {
  const std::size_t comma = std::min(list.find(','), list.size());
  const std::string_view item = trim(list.substr(0, comma));
  list.remove_prefix(std::min(comma + 1, list.size()));
  return item;
}

std::optional<std::uint16_t> port(std::string_view text) noexcept {
  const auto number = parse_number<std::uint16_t>(text);
  return number && *number != 0 ? number : std::nullopt;
}

/// False when there is no room for it.
bool add_port(std::uint16_t number, UdpPorts& into) {
  if (std::ranges::find(into.ports, number) != into.ports.end()) return true;
  if (into.ports.size() == kMostTunnelPorts) return false;
  into.ports.push_back(number);
  return true;
}

}  // namespace

bool is_port_text(std::string_view text) noexcept {
  if (equal_nocase(trim(text), "any")) return true;
  std::string_view list = without_brackets(text);
  if (list.empty()) return false;
  while (!list.empty()) {
    const std::string_view item = take_item(list);
    if (!port(item) && (item.size() < 2 || item.front() != '$')) return false;
  }
  return true;
}

std::optional<UdpPorts> resolve_ports(std::string_view text, const VariableSettings& variables) {
  UdpPorts result;
  std::vector<std::string_view> lists{text};  // still to be read; variables add to them
  for (std::size_t work = 0; !lists.empty();) {
    std::string_view list = without_brackets(lists.back());
    lists.pop_back();
    while (!list.empty()) {
      if (++work > kMaxWork) return std::nullopt;
      const std::string_view item = take_item(list);
      if (equal_nocase(item, "any")) {
        result.any = true;
      } else if (const auto number = port(item)) {
        if (!add_port(*number, result)) return std::nullopt;
      } else {
        if (!item.starts_with('$')) return std::nullopt;
        const auto found = variables.port_groups.find(item.substr(1));
        if (found == variables.port_groups.end()) return std::nullopt;
        lists.emplace_back(found->second);
      }
    }
  }
  if (!result.any && result.ports.empty()) return std::nullopt;
  return result;
}

}  // namespace espial::config
