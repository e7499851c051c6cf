#include "rules/check/meta.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "rules/check/classification.hpp"
#include "rules/check/quoted.hpp"

namespace espial::rules {

void Meta::add(const Option& option, const Keyword& keyword) {
  struct Row {
    std::string_view name;
    void (Meta::*add)(const Option&);
  };
  static constexpr std::array<Row, 8> rows = {{{.name = "classtype", .add = &Meta::add_classtype},
                                               {.name = "gid", .add = &Meta::add_gid},
                                               {.name = "metadata", .add = &Meta::add_metadata},
                                               {.name = "msg", .add = &Meta::add_msg},
                                               {.name = "priority", .add = &Meta::add_priority},
                                               {.name = "reference", .add = &Meta::add_reference},
                                               {.name = "rev", .add = &Meta::add_rev},
                                               {.name = "sid", .add = &Meta::add_sid}}};
  const auto row = std::ranges::find(rows, keyword.name, &Row::name);
  if (row != rows.end()) (this->*row->add)(option);
}

bool Meta::is_first(const Option*& seen, const Option& option) {
  if (seen == nullptr) {
    seen = &option;
    return true;
  }
  context_.error("E0206", option.text, fmt::format("`{}` is said twice", option.name))
      .note("said first here", context_.span_of(seen->text));
  return false;
}

std::optional<std::uint32_t> Meta::parse_id(const Option& option, std::uint32_t least) {
  const auto number = parse_number<std::uint64_t>(option.value);
  constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
  if (!number) {
    Diagnostic& wrong =
        context_.error("E0207", option.value,
                       fmt::format("{} takes a number, not `{}`", option.name, option.value));
    if (option.value.contains(':')) wrong.note("is a `;` missing before the next option?");
    return std::nullopt;
  }
  if (*number < least || *number > most) {
    context_.error("E0208", option.value,
                   fmt::format("{} takes {} to {}, not {}", option.name, least, most, *number));
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(*number);
}

void Meta::add_msg(const Option& option) {
  if (!is_first(msg_, option)) return;
  const auto quoted = parse_quoted(context_, option);
  if (!quoted) return;
  if (quoted->negated) {
    context_.error("E0217", option.value, "msg is a text and cannot be negated");
    return;
  }
  context_.rule.info.msg = unescape(context_, quoted->inside).value_or("");
}

void Meta::add_sid(const Option& option) {
  if (is_first(sid_, option)) context_.rule.info.sid = parse_id(option, 1).value_or(0);
}

void Meta::add_gid(const Option& option) {
  if (is_first(gid_, option)) context_.rule.info.gid = parse_id(option, 0).value_or(1);
}

void Meta::add_rev(const Option& option) {
  if (is_first(rev_, option)) context_.rule.info.rev = parse_id(option, 0).value_or(0);
}

void Meta::add_classtype(const Option& option) {
  if (!is_first(classtype_, option)) return;
  const Classification* const row = find_classification(option.value);
  context_.rule.info.classtype = option.value;
  if (row != nullptr) {
    context_.rule.info.classification = row->description;
    return;
  }
  std::vector<std::string_view> names;
  for (const Classification& known : classifications()) names.push_back(known.short_name);
  Diagnostic& unknown =
      context_.warning("W0220", option.value,
                       fmt::format("there is no classtype `{}`: the rule gets priority {}",
                                   option.value, kDefaultPriority));
  suggest(context_, unknown, option.value, names);
}

void Meta::add_priority(const Option& option) {
  if (!is_first(priority_, option)) return;
  const auto number = parse_number<std::uint8_t>(option.value);
  if (number && *number > 0) {
    context_.rule.info.priority = *number;
  } else {
    context_.error("E0208", option.value,
                   fmt::format("priority takes 1 (highest) to 255, not `{}`", option.value));
  }
}

void Meta::add_reference(const Option& option) {
  const std::size_t comma = option.value.find(',');
  const std::string_view system = trim(option.value.substr(0, comma));
  const std::string_view id =
      comma == std::string_view::npos ? std::string_view() : trim(option.value.substr(comma + 1));
  if (system.empty() || id.empty()) {
    context_.error("E0221", option.value,
                   "a reference is a system, a comma and an id: url,example.org/why");
    return;
  }
  context_.rule.info.references.push_back({.system = std::string(system), .id = std::string(id)});
}

void Meta::add_metadata(const Option& option) {
  for (std::string_view rest = option.value; !rest.empty();) {
    const std::size_t comma = rest.find(',');
    const std::string_view entry = trim(rest.substr(0, comma));
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    if (entry.empty()) {
      context_.warning("W0222", option.value, "an entry of the metadata is empty");
      continue;
    }
    const std::size_t blank = std::min(entry.find(' '), entry.size());
    context_.rule.info.metadata.emplace_back(entry.substr(0, blank), trim(entry.substr(blank)));
  }
}

void Meta::finish() {
  RuleInfo& info = context_.rule.info;
  if (priority_ == nullptr) {
    const Classification* const row = find_classification(info.classtype);
    info.priority = row != nullptr ? row->priority : kDefaultPriority;
  }
  if (context_.node.damaged)
    return;  // what seems to be missing may stand in what could not be read
  const std::string_view end = context_.node.options.empty()
                                   ? end_of(context_.node.text.text())
                                   : end_of(context_.node.options.back().text);
  if (sid_ == nullptr)
    context_.error("E0401", end, "the rule has no sid")
        .note("every rule needs a number of its own: sid:1000001;");
  if (msg_ == nullptr)
    context_.warning("W0404", end, "the rule has no msg: its alerts will say nothing");
}

}  // namespace espial::rules
