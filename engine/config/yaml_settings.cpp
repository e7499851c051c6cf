#include "engine/config/yaml_settings.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "engine/config/yaml_tree.hpp"

namespace espial::config {
namespace {

using Kind = YamlNode::Kind;

/// `[a,[b,c]]` from a YAML sequence: what a variable's value looks like without the quotes. Bounded
/// by the tree's depth.
// NOLINTNEXTLINE(misc-no-recursion): YamlLimits bounds the depth
std::string bracketed(const YamlNode& node) {
  if (node.kind != Kind::sequence) return node.text;
  std::string text = "[";
  for (const YamlNode& item : node.children)
    text.append(text.size() == 1 ? "" : ",").append(bracketed(item));
  return text + "]";
}

class Walk {
 public:
  Walk(std::string_view file, Assembly& assembly) : file_(file), assembly_(assembly) {}

  /// A group's node: its members stand in a map, or in a sequence of maps. Nothing at all is fine.
  // NOLINTNEXTLINE(misc-no-recursion): YamlLimits bounds the depth
  void group(const std::string& key, const YamlNode& node) {
    switch (node.kind) {
      case Kind::null: return;
      case Kind::map: members(key, node); return;
      case Kind::sequence:
        for (const YamlNode& item : node.children) group(key, item);
        return;
      case Kind::scalar:
        error(node, key,
              key.empty() ? "settings are written \"key: value\""
                          : "a group: settings are written below it");
        return;
    }
    std::unreachable();
  }

 private:
  // NOLINTNEXTLINE(misc-no-recursion): YamlLimits bounds the depth
  void members(const std::string& key, const YamlNode& map) {
    for (std::size_t i = 0; i + 1 < map.children.size(); i += 2) {
      const YamlNode& name = map.children[i];
      if (name.kind != Kind::scalar || name.text.empty())
        error(name, key, "a key must be a word");
      else
        member(key.empty() ? name.text : fmt::format("{}.{}", key, name.text), name,
               map.children[i + 1]);
    }
  }

  // NOLINTNEXTLINE(misc-no-recursion): YamlLimits bounds the depth
  void member(const std::string& key, const YamlNode& name, const YamlNode& value) {
    if (const Setting* const setting = find_setting(key); setting != nullptr)
      leaf(*setting, key, name, value);
    else if (is_group(key))
      group(key, value);
    else
      assembly_.unknown(place(name), key);
  }

  void leaf(const Setting& setting, const std::string& key, const YamlNode& name,
            const YamlNode& value) {
    if (const Place* const before = assembly_.given(key); before != nullptr)
      error(name, key, fmt::format("given twice: already on line {}", before->line));
    else if (value.tag.starts_with('!'))
      error(value, key, "a value that starts with ! must stand in quotes");
    else if (value.kind == Kind::null)
      error(name, key, fmt::format("has no value: it takes {}", setting.takes()));
    else if (value.kind == Kind::map)
      error(value, key, fmt::format("takes {}, not a group", setting.takes()));
    else if (value.kind == Kind::sequence && !setting.is_list() && !setting.is_pattern() &&
             !setting.takes_brackets)
      error(value, key, fmt::format("takes {}, not a list", setting.takes()));
    else
      assembly_.set(setting, key, place(name), items_of(setting, key, value));
  }

  /// The words of a value that is one, or a list of them where `setting` is a list.
  std::vector<Item> items_of(const Setting& setting, const std::string& key,
                             const YamlNode& value) {
    if (!setting.is_list() || value.kind != Kind::sequence)
      return {{.where = place(value), .text = bracketed(value)}};
    std::vector<Item> items;
    for (const YamlNode& item : value.children) list_item(key, item, items);
    return items;
  }

  /// An item is a word, or a word with options below it: `- alert: {payload: yes}`, none used.
  void list_item(const std::string& key, const YamlNode& item, std::vector<Item>& into) {
    const bool with_options = item.kind == Kind::map && item.children.size() == 2 &&
                              item.children.front().kind == Kind::scalar;
    if (item.kind != Kind::scalar && !with_options) {
      error(item, key, "a list of words: this item is none");
      return;
    }
    const YamlNode& word = with_options ? item.children.front() : item;
    into.push_back({.where = place(word), .text = word.text});
    if (with_options && item.children.back().kind != Kind::null)
      assembly_.warning(place(item.children.back()), key,
                        fmt::format("options of {} are not used by Espial", in_quotes(word.text)));
  }

  void error(const YamlNode& node, std::string_view key, std::string message) {
    assembly_.error(place(node), key, std::move(message));
  }

  [[nodiscard]] Place place(const YamlNode& node) const {
    return {.source = std::string(file_), .line = node.mark.line, .column = node.mark.column};
  }

  std::string_view file_;
  Assembly& assembly_;
};

}  // namespace

void read_settings(std::string_view text, std::string_view name, Assembly& assembly) {
  const auto tree = read_yaml(text);
  if (!tree) {
    const YamlMark mark = tree.error().mark;
    assembly.error({.source = std::string(name), .line = mark.line, .column = mark.column}, {},
                   tree.error().what);
    return;
  }
  Walk(name, assembly).group({}, *tree);
}

}  // namespace espial::config
