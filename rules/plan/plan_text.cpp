#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "engine/base/hex.hpp"
#include "rules/catalog/pcre_flags.hpp"
#include "rules/catalog/sa_attribute.hpp"
#include "rules/plan/flow_text.hpp"
#include "rules/plan/plan.hpp"

namespace espial::rules {
namespace {

/// Printable ASCII as it is, the rest as |hex| the way rules write it.
std::string quoted(std::string_view bytes) {
  std::string text = "\"";
  bool in_hex = false;
  for (const char c : bytes) {
    const auto byte = std::bit_cast<unsigned char>(c);
    const bool plain = byte >= 0x20 && byte < 0x7f && c != '"' && c != '|' && c != '\\';
    if (plain == in_hex) text += '|';
    if (!plain && in_hex) text += ' ';
    in_hex = !plain;
    if (plain) {
      text += c;
    } else {
      text += fmt::format("{:02x}", byte);
    }
  }
  return text += in_hex ? "|\"" : "\"";
}

std::string item_text(const IpPrefix& prefix) {
  return to_text(prefix);
}

std::string item_text(const PortRange& range) {
  if (range.first == range.last) return fmt::format("{}", range.first.value());
  return fmt::format("{}:{}", range.first.value(), range.last.value());
}

template <class Set>
std::string set_text(const Set& set) {
  if (set.any()) return "any";
  std::string text = "[";
  const auto add = [&text](const auto& items, std::string_view prefix) {
    for (const auto& item : items) {
      if (text.size() > 1) text += ',';
      text += prefix;
      text += item_text(item);
    }
  };
  add(set.include, "");
  add(set.exclude, "!");
  return text += ']';
}

std::string_view field_text(FieldId field) {
  const Keyword* const keyword = keyword_of(field);
  return keyword != nullptr ? keyword->name : "payload";
}

/// One number of a field: a pair as `type:id`, a version as `major.minor`.
std::string value_text(const Keyword* keyword, std::uint64_t value) {
  if (keyword != nullptr && keyword->kind == KeywordKind::pair)
    return fmt::format("{}:{}", value >> 16U, value & 0xffffU);
  if (keyword != nullptr && keyword->kind == KeywordKind::version)
    return fmt::format("{}.{}", value >> 4U, value & 0x0fU);
  if (keyword != nullptr && keyword->kind == KeywordKind::sa_attribute) {
    const auto named = std::ranges::find(kSaAttributes, value >> 32U, &SaAttribute::type);
    return fmt::format("{}={}", named == kSaAttributes.end() ? "" : named->name,
                       value & 0xffff'ffffU);
  }
  if (keyword != nullptr &&
      (keyword->kind == KeywordKind::name || keyword->kind == KeywordKind::ip_option)) {
    const auto name = registry::name_of(*keyword->names_v2, static_cast<std::uint32_t>(value));
    if (!name.empty()) return std::string(name);
  }
  return fmt::format("{}", value);
}

std::string times_text(const NumberTest& test) {
  std::string text;
  for (const NumberRange& range : test.times)
    text += range.first == range.last ? fmt::format(" {}", range.first)
                                      : fmt::format(" {}..{}", range.first, range.last);
  return text + " times";
}

std::string which_text(const NumberTest& test) {
  switch (test.which) {
    case Which::any: return "";
    case Which::all: return " all";
    case Which::all_or_absent: return " all_or_absent";
    case Which::any_or_absent: return " or_absent";
    case Which::at: return fmt::format(" [{}]", test.index);
    case Which::at_or_beyond: return fmt::format(" [{}] or_absent", test.index);
    case Which::times: return times_text(test);
  }
  std::unreachable();
}

std::string test_text(const NumberTest& test) {
  const Keyword* const keyword = keyword_of(test.field);
  std::string text(field_text(test.field));
  if (test.among) text += fmt::format(" {}:{}", test.among->begin, test.among->end);
  text += which_text(test);
  if (test.mask != ~std::uint64_t{0}) text += fmt::format(" & {:#x}", test.mask);
  text += test.negated ? " not in" : " in";
  for (const NumberRange& range : test.ranges) {
    text += ' ' + value_text(keyword, range.first);
    if (range.first != range.last) text += ".." + value_text(keyword, range.last);
  }
  return text;
}

std::string test_text(const BytesTest& test) {
  const Keyword* const keyword = keyword_of(test.field);
  const bool raw = keyword != nullptr && keyword->kind == KeywordKind::bytes;
  return fmt::format("{} {} {}", field_text(test.field), test.negated ? "is not" : "is",
                     raw ? to_hex(as_bytes(test.bytes)) : quoted(test.bytes));
}

std::string pattern_text(const Content& content) {
  std::string text =
      fmt::format("{}content {}", content.negated ? "no " : "", quoted(content.bytes));
  if (content.nocase) text += " nocase";
  if (content.starts_with) text += " startswith";
  if (content.ends_with) text += " endswith";
  if (content.offset) text += fmt::format(" offset {}", *content.offset);
  if (content.depth) text += fmt::format(" depth {}", *content.depth);
  if (content.distance) text += fmt::format(" distance {}", *content.distance);
  if (content.within) text += fmt::format(" within {}", *content.within);
  return text;
}

std::string pattern_text(const Pcre& pcre) {
  std::string flags;
  for (const PcreFlag& flag : kPcreFlags) {
    if ((pcre.options & flag.option) != 0) flags += flag.letter;
  }
  if (pcre.relative) flags += 'R';
  return fmt::format("{}pcre /{}/{}", pcre.negated ? "no " : "", pcre.pattern, flags);
}

std::string test_text(const BufferTest& test) {
  std::string text = fmt::format("{} has", field_text(test.buffer));
  for (const Pattern& pattern : test.patterns) {
    text += "\n    ";
    text += std::visit([](const auto& kind) { return pattern_text(kind); }, pattern);
  }
  return text;
}

std::string info_text(const RuleInfo& info) {
  std::string text =
      fmt::format("  {}:{}:{} priority {}", info.gid, info.sid, info.rev, info.priority);
  if (!info.msg.empty()) text += fmt::format(" {}", quoted(info.msg));
  if (!info.classtype.empty())
    text += fmt::format("\n  class {} ({})", info.classtype, info.classification);
  for (const Reference& reference : info.references)
    text += fmt::format("\n  reference {} {}", reference.system, reference.id);
  for (const auto& [key, value] : info.metadata)
    text += fmt::format("\n  metadata {}{}{}", key, value.empty() ? "" : " ", value);
  return text;
}

std::string_view action_word(const RuleInfo& info) {
  const bool plain = info.action != Action::reject || info.reject_to == RejectTo::source;
  return plain ? name_of(info.action) : name_of(info.reject_to);
}

std::string protocol_text(const Header& header) {
  const std::string_view name = name_of(header.protocol);
  switch (header.hook) {
    case Hook::none: return std::string(name);
    case Hook::all: return fmt::format("{}:all", name);
    case Hook::flow_start: return fmt::format("{}:flow_start", name);
  }
  std::unreachable();
}

std::string rule_text(const Rule& rule) {
  const Header& header = rule.header;
  std::string text =
      fmt::format("{} {} {} {} {} {} {}    # {}\n{}\n", action_word(rule.info),
                  protocol_text(header), set_text(header.source), set_text(header.source_port),
                  header.bidirectional ? "<>" : "->", set_text(header.destination),
                  set_text(header.destination_port), rule.info.place, info_text(rule.info));
  for (const Condition& condition : rule.conditions) {
    text += "  ";
    text += std::visit([](const auto& test) { return test_text(test); }, condition);
    text += '\n';
  }
  if (rule.inspects != Inspects::packet)
    text += fmt::format("  inspects {}\n", name_of(rule.inspects));
  if (rule.addresses_only) text += "  once a side of a flow\n";
  text += effects_text(rule.effects);
  return text;
}

}  // namespace

std::string to_text(const Plan& plan) {
  std::string text;
  for (const Rule& rule : plan.rules) {
    if (!text.empty()) text += '\n';
    text += rule_text(rule);
  }
  return text;
}

}  // namespace espial::rules
