#include <fmt/format.h>

#include <cstdio>
#include <utility>

#include "rules/catalog/keyword.hpp"
#include "rules/text/json.hpp"
#include "tools/espial/rules_command.hpp"

namespace espial::tools {
namespace {

using rules::Keyword;
using rules::KeywordKind;
using rules::Side;

std::string_view kind_text(KeywordKind kind) {
  switch (kind) {
    case KeywordKind::meta: return "meta";
    case KeywordKind::flow: return "flow";
    case KeywordKind::content: return "content";
    case KeywordKind::content_modifier: return "content modifier";
    case KeywordKind::pcre: return "regular expression";
    case KeywordKind::number: return "number";
    case KeywordKind::name: return "name";
    case KeywordKind::version: return "version";
    case KeywordKind::pair: return "pair";
    case KeywordKind::bytes: return "buffer of bytes";
    case KeywordKind::text: return "buffer of text";
    case KeywordKind::sa_attribute: return "attribute";
    case KeywordKind::app_layer_event:
    case KeywordKind::packet_event: return "event";
    case KeywordKind::flow_bits:
    case KeywordKind::flow_count: return "flow";
    case KeywordKind::effect: return "effect";
    case KeywordKind::bit_set: return "bits";
    case KeywordKind::ip_option: return "name";
    case KeywordKind::layered: return "number";
    case KeywordKind::fact: return "fact";
  }
  std::unreachable();
}

std::string_view side_text(Side side) {
  switch (side) {
    case Side::both: return "both";
    case Side::to_server: return "to_server";
    case Side::to_client: return "to_client";
  }
  std::unreachable();
}

/// "number, 16 bits, several values"
std::string type_text(const Keyword& keyword) {
  std::string text(kind_text(keyword.kind));
  if (keyword.bits != 0) text += fmt::format(", {} bits", keyword.bits);
  if (keyword.repeats) text += ", several values";
  if (keyword.versions != rules::Versions::both)
    text += keyword.versions == rules::Versions::v1 ? ", IKEv1" : ", IKEv2";
  if (!keyword.alias.empty()) text += fmt::format(", also {}", keyword.alias);
  if (keyword.side != Side::both) text += fmt::format(", {}", side_text(keyword.side));
  return text;
}

std::string names_text(const Keyword& keyword) {
  std::string text;
  for (const registry::Registry* registry : {keyword.names_v2, keyword.names_v1}) {
    if (registry == nullptr ||
        (registry == keyword.names_v1 && registry == keyword.names_v2 && !text.empty()))
      continue;
    text += fmt::format("{}{}", text.empty() ? "" : "; ", registry->title);
  }
  return text;
}

void print_text() {
  for (const Keyword& keyword : rules::keywords()) {
    fmt::print("{}\n    {}\n    {}\n", keyword.name, type_text(keyword), keyword.summary);
    if (const std::string names = names_text(keyword); !names.empty())
      fmt::print("    names: {}\n", names);
    fmt::print("    {}\n\n", keyword.example);
  }
}

/// A bar would end the cell of a table.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

void print_markdown() {
  fmt::print("| keyword | takes | means | example |\n| --- | --- | --- | --- |\n");
  for (const Keyword& keyword : rules::keywords()) {
    fmt::print("| `{}` | {} | {} | `{}` |\n", keyword.name, cell(type_text(keyword)),
               cell(keyword.summary), cell(keyword.example));
  }
}

void print_json() {
  std::string_view separator = "[\n";
  for (const Keyword& keyword : rules::keywords()) {
    fmt::print(
        R"({}{{"name":{},"kind":"{}","alias":{},"bits":{},"repeats":{},"direction":"{}","suricata":{},"names":{},"summary":{},"example":{}}})",
        separator, rules::json_string(keyword.name), kind_text(keyword.kind),
        rules::json_string(keyword.alias), keyword.bits, keyword.repeats, side_text(keyword.side),
        keyword.suricata, rules::json_string(names_text(keyword)),
        rules::json_string(keyword.summary), rules::json_string(keyword.example));
    separator = ",\n";
  }
  fmt::print("\n]\n");
}

}  // namespace

int rules_keywords(std::string_view format) {
  if (format == "text") {
    print_text();
  } else if (format == "markdown") {
    print_markdown();
  } else if (format == "json") {
    print_json();
  } else {
    fmt::print(stderr, "espial: keywords are printed as text, markdown or json, not as {}\n",
               format);
    return 2;
  }
  return 0;
}

}  // namespace espial::tools
