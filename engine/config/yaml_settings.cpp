#include "engine/config/yaml_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "engine/config/suricata_keys.hpp"
#include "engine/config/yaml_tree.hpp"

namespace espial::config {
namespace {

using Kind = YamlNode::Kind;

/// `[a,[b,c]]` from a YAML sequence: what a variable's value looks like without the quotes. Bounded
/// by the tree's depth.
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

  /// A group's node: its members stand in a map, or in a sequence of maps. Nothing at all is fine
  /// too.
  void group(const std::string& key, const YamlNode& node) {
    switch (node.kind) {
      case Kind::null: return;
      case Kind::map: return members(key, node);
      case Kind::sequence:
        for (const YamlNode& item : node.children) group(key, item);
        return;
      case Kind::scalar:
        return assembly_.error(place(node.mark), key,
                               key.empty() ? "settings are written \"key: value\""
                                           : "a group: settings are written below it");
    }
  }

 private:
  void members(const std::string& key, const YamlNode& map) {
    for (std::size_t i = 0; i + 1 < map.children.size(); i += 2) {
      const YamlNode& name = map.children[i];
      if (name.kind != Kind::scalar || name.text.empty())
        assembly_.error(place(name.mark), key, "a key must be a word");
      else
        member(key.empty() ? name.text : fmt::format("{}.{}", key, name.text), name,
               map.children[i + 1]);
    }
  }

  void member(const std::string& key, const YamlNode& name, const YamlNode& value) {
    if (const Setting* const setting = find_setting(key); setting != nullptr)
      return leaf(*setting, key, name, value);
    if (is_group(key)) return group(key, value);
    assembly_.unknown(place(name.mark), key);
  }

  void leaf(const Setting& setting, const std::string& key, const YamlNode& name,
            const YamlNode& value) {
    if (const Place* const before = assembly_.given(key); before != nullptr)
      return assembly_.error(place(name.mark), key,
                             fmt::format("given twice: already on line {}", before->line));
    if (value.tag.starts_with('!'))
      return assembly_.error(place(value.mark), key,
                             "a value that starts with ! must stand in quotes");
    std::vector<Item> values;
    if (setting.is_list() && value.kind == Kind::sequence) {
      for (const YamlNode& one : value.children) list_item(key, one, values);
    } else if (value.kind == Kind::map || (value.kind == Kind::sequence && !setting.is_pattern())) {
      return assembly_.error(place(value.mark), key,
                             fmt::format("takes {}, not a {}", setting.takes(),
                                         value.kind == Kind::map ? "group" : "list"));
    } else if (value.kind == Kind::null) {
      return assembly_.error(place(name.mark), key,
                             fmt::format("has no value: it takes {}", setting.takes()));
    } else {
      values.push_back({.where = place(value.mark), .text = bracketed(value)});
    }
    assembly_.set(setting, key, place(name.mark), values);
  }

  /// An item is a word, or a word with options below it: `- alert: {payload: yes}`, of which none
  /// is used.
  void list_item(const std::string& key, const YamlNode& item, std::vector<Item>& into) {
    const bool with_options = item.kind == Kind::map && item.children.size() == 2 &&
                              item.children.front().kind == Kind::scalar;
    if (item.kind != Kind::scalar && !with_options)
      return assembly_.error(place(item.mark), key, "a list of words: this item is none");
    const YamlNode& word = with_options ? item.children.front() : item;
    into.push_back({.where = place(word.mark), .text = word.text});
    if (with_options && item.children.back().kind != Kind::null)
      assembly_.warning(place(item.children.back().mark), key,
                        fmt::format("options of {} are not used by Espial", in_quotes(word.text)));
  }

  [[nodiscard]] Place place(YamlMark mark) const {
    return {.source = std::string(file_), .line = mark.line, .column = mark.column};
  }

  std::string_view file_;
  Assembly& assembly_;
};

}  // namespace

void read_settings(std::string_view text, std::string_view name, Assembly& assembly) {
  const auto tree = read_yaml(text);
  if (!tree) {
    const YamlMark mark = tree.error().mark;
    return assembly.error({.source = std::string(name), .line = mark.line, .column = mark.column},
                          {}, tree.error().what);
  }
  Walk(name, assembly).group({}, *tree);
}

}  // namespace espial::config
