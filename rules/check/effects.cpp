#include "rules/check/effects.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "rules/check/value_parts.hpp"

namespace espial::rules {
namespace {

template <class Value>
struct Word {
  std::string_view word;
  Value value;
};

template <class Value, std::size_t N>
std::optional<Value> find_word(const std::array<Word<Value>, N>& words, std::string_view word) {
  const auto row = std::ranges::find_if(
      words, [&](const Word<Value>& known) { return equal_nocase(known.word, word); });
  if (row == words.end()) return std::nullopt;
  return row->value;
}

constexpr auto kChanges = std::to_array<Word<FlowBitOperation>>({
    {.word = "set", .value = FlowBitOperation::set},
    {.word = "unset", .value = FlowBitOperation::unset},
    {.word = "toggle", .value = FlowBitOperation::toggle},
});
constexpr auto kQuestions = std::to_array<Word<bool>>({
    {.word = "isset", .value = true},
    {.word = "isnotset", .value = false},
});

constexpr auto kMetrics = std::to_array<Word<TagMetric>>({
    {.word = "packets", .value = TagMetric::packets},
    {.word = "bytes", .value = TagMetric::bytes},
    {.word = "seconds", .value = TagMetric::seconds},
});
constexpr auto kHosts = std::to_array<Word<TagScope>>({
    {.word = "src", .value = TagScope::source_host},
    {.word = "dst", .value = TagScope::destination_host},
});

constexpr auto kTypes = std::to_array<Word<ConfigUnit>>({
    {.word = "tx", .value = ConfigUnit::tx},
    {.word = "flow", .value = ConfigUnit::flow},
});
constexpr auto kScopes = std::to_array<Word<ConfigUnit>>({
    {.word = "tx", .value = ConfigUnit::tx},
    {.word = "flow", .value = ConfigUnit::flow},
    {.word = "packet", .value = ConfigUnit::packet},
});

constexpr auto kTargets = std::to_array<Word<Target>>({
    {.word = "src_ip", .value = Target::source},
    {.word = "dest_ip", .value = Target::destination},
});

const Keyword& flow_bits_keyword() {
  return *find_keyword("flowbits");
}

/// The second of two words, where the first is `key`.
std::string_view after_word(std::string_view text, std::string_view key) {
  const std::size_t blank = text.find_first_of(" \t");
  if (blank == std::string_view::npos || !equal_nocase(text.substr(0, blank), key)) return {};
  return trim(text.substr(blank));
}

/// Of a tag's parts; nothing, when they are wrong.
std::optional<Tag> parse_tag(std::span<const std::string_view> parts) {
  Tag tag;
  const bool host = equal_nocase(parts[0], "host");
  if (!host && !equal_nocase(parts[0], "session")) return std::nullopt;
  if (host) tag.scope = TagScope::destination_host;
  if (parts.size() == 1) return tag;
  if (parts.size() != 3 && parts.size() != 4) return std::nullopt;
  const auto count = parse_number<std::uint32_t>(parts[1]);
  const auto metric = find_word(kMetrics, parts[2]);
  if (!count || !metric) return std::nullopt;
  tag.count = *count;
  tag.metric = *metric;
  if (parts.size() == 3) return tag;
  const auto side = find_word(kHosts, parts[3]);
  if (!side) return std::nullopt;
  if (host) tag.scope = *side;
  return tag;
}

/// Of an option that says what a packet must have; a damaged one may be anything.
bool is_condition(const Option& option) {
  const Keyword* const keyword = find_keyword(option.name);
  if (option.damaged || keyword == nullptr) return true;
  switch (keyword->kind) {
    case KeywordKind::meta:
    case KeywordKind::effect:
    case KeywordKind::content_modifier:
    case KeywordKind::bytes:
    case KeywordKind::text: return false;
    case KeywordKind::flow_bits: return option.value.starts_with("is");
    case KeywordKind::flow:
    case KeywordKind::content:
    case KeywordKind::pcre:
    case KeywordKind::number:
    case KeywordKind::name:
    case KeywordKind::version:
    case KeywordKind::pair:
    case KeywordKind::sa_attribute:
    case KeywordKind::bit_set:
    case KeywordKind::ip_option:
    case KeywordKind::layered:
    case KeywordKind::fact:
    case KeywordKind::app_layer_event:
    case KeywordKind::flow_count:
    case KeywordKind::packet_event: return true;
  }
  std::unreachable();
}

bool is_bit_name(std::string_view name) {
  return !name.empty() && name.find_first_of(" \t") == std::string_view::npos;
}

}  // namespace

void EffectChecks::add(const Option& option, const Keyword& keyword) {
  struct Row {
    std::string_view name;
    void (EffectChecks::*add)(const Option&, const Keyword&);
  };
  static constexpr auto kRows =
      std::to_array<Row>({{.name = "alert", .add = &EffectChecks::add_alert},
                          {.name = "bypass", .add = &EffectChecks::add_bypass},
                          {.name = "config", .add = &EffectChecks::add_config},
                          {.name = "noalert", .add = &EffectChecks::add_alert},
                          {.name = "prefilter", .add = &EffectChecks::add_prefilter},
                          {.name = "tag", .add = &EffectChecks::add_tag},
                          {.name = "target", .add = &EffectChecks::add_target}});
  const auto row = std::ranges::find(kRows, keyword.name, &Row::name);
  if (row != kRows.end()) (this->*row->add)(option, keyword);
}

void EffectChecks::add_alert(const Option& option, const Keyword& keyword) {
  set_alert(keyword.name == "alert", option);
}

/// Twice the same is no mistake: `flowbits:noalert` often stands beside `noalert`.
void EffectChecks::set_alert(bool alert, const Option& option) {
  if (alert_ != nullptr && context_.rule.effects.alert != alert) {
    context_.error("E0206", option.text, "a rule tells its matches or it does not")
        .note("the other word is here", context_.span_of(alert_->text));
    return;
  }
  alert_ = &option;
  context_.rule.effects.alert = alert;
}

void EffectChecks::add_bypass(const Option& /*option*/, const Keyword& /*keyword*/) {
  context_.rule.effects.bypass = true;
}

/// It does nothing here: conditions are ordered by their cost. What Suricata refuses is refused.
void EffectChecks::add_prefilter(const Option& option, const Keyword& /*keyword*/) {
  if (prefilter_ != nullptr) {
    context_.error("E0206", option.text, "`prefilter` is said twice")
        .note("said first here", context_.span_of(prefilter_->text));
    return;
  }
  prefilter_ = &option;
  const auto is_before = [&](const Option& other) {
    return other.text.data() < option.text.data() && is_condition(other);
  };
  if (std::ranges::none_of(context_.node.options, is_before))
    context_.error("E0235", option.text, "`prefilter` stands behind the condition that it means");
}

void EffectChecks::add_config(const Option& option, const Keyword& keyword) {
  const auto parts = parts_of(option.value, ',');
  const std::string_view action = parts[0];
  const std::size_t blank = std::min(action.find_first_of(" \t"), action.size());
  const std::string_view subsystem = action.substr(0, blank);
  if (equal_nocase(subsystem, "tracking")) {
    context_.error("E0907", subsystem, "config with `tracking` is not supported yet");
    return;
  }
  if (!equal_nocase(subsystem, "logging") || !equal_nocase(trim(action.substr(blank)), "disable") ||
      parts.size() != 3) {
    wrong_form(context_, keyword, option.value,
               "config takes `logging disable`, a type and a scope");
    return;
  }
  const auto type = find_word(kTypes, after_word(parts[1], "type"));
  const auto scope = find_word(kScopes, after_word(parts[2], "scope"));
  if (!type || !scope) {
    wrong_form(context_, keyword, !type ? parts[1] : parts[2],
               !type ? "the type is `type tx` or `type flow`"
                     : "the scope is `scope tx`, `scope flow` or `scope packet`");
    return;
  }
  context_.rule.effects.config = ConfigChange{.type = *type, .scope = *scope};
}

void EffectChecks::add_tag(const Option& option, const Keyword& keyword) {
  const auto parts = parts_of(option.value, ',');
  const auto tag = parse_tag(parts);
  if (!tag) {
    wrong_form(context_, keyword, option.value,
               "a tag is `session` or `host`, and then a count, one of packets, bytes and seconds, "
               "and of a host `src` or `dst`");
    return;
  }
  if (parts.size() == 4 && tag->scope == TagScope::session)
    context_.warning("W0234", parts[3], "a session has both directions: this word means nothing");
  context_.rule.effects.tags.push_back(*tag);
}

void EffectChecks::add_target(const Option& option, const Keyword& keyword) {
  if (target_ != nullptr) {
    context_.error("E0206", option.text, "`target` is said twice")
        .note("said first here", context_.span_of(target_->text));
    return;
  }
  target_ = &option;
  if (const auto target = find_word(kTargets, option.value)) {
    context_.rule.effects.target = *target;
  } else {
    wrong_form(context_, keyword, option.value, "the target is `src_ip` or `dest_ip`");
  }
}

void EffectChecks::add_flow_bits(const Option& option) {
  const std::size_t comma = option.value.find(',');
  const std::string_view command = trim(option.value.substr(0, comma));
  const std::string_view value =
      comma == std::string_view::npos ? std::string_view() : trim(option.value.substr(comma + 1));
  if (equal_nocase(command, "noalert") && value.empty()) {
    set_alert(false, option);
    return;
  }
  const auto question = find_word(kQuestions, command);
  const auto change = find_word(kChanges, command);
  if (!question && !change) {
    wrong_form(
        context_, flow_bits_keyword(), command,
        fmt::format("flowbits takes set, unset, toggle, isset, isnotset or noalert, not `{}`",
                    command));
    return;
  }
  auto names = parts_of(value, '|');
  if (question) std::erase(names, std::string_view());  // `a|` is `a`
  const bool good = !names.empty() && std::ranges::all_of(names, is_bit_name);
  if (!good || (change && names.size() != 1)) {
    wrong_form(context_, flow_bits_keyword(), option.value,
               change ? "set, unset and toggle take one name without blanks"
                      : "isset and isnotset take names without blanks, with `|` between them");
    return;
  }
  if (question) {
    ask_flow_bits(*question, std::move(names), option);
  } else {
    change_flow_bit(*change, names.front(), option);
  }
}

void EffectChecks::change_flow_bit(FlowBitOperation operation, std::string_view name,
                                   const Option& option) {
  const auto undoes = [&](const FlowBitChange& earlier) {
    return earlier.name == name && earlier.operation != operation &&
           earlier.operation != FlowBitOperation::toggle && operation != FlowBitOperation::toggle;
  };
  const auto has_already = [&](const Condition& condition) {
    const auto* const test = std::get_if<FlowBitTest>(&condition);
    return test != nullptr && test->names.size() == 1 && test->names.front() == name &&
           operation == (test->set ? FlowBitOperation::set : FlowBitOperation::unset);
  };
  if (std::ranges::any_of(context_.rule.effects.flow_bits, undoes) ||
      std::ranges::any_of(context_.rule.conditions, has_already))
    warn_of_no_effect(name, option);
  context_.rule.effects.flow_bits.push_back({.operation = operation, .name = std::string(name)});
}

void EffectChecks::warn_of_no_effect(std::string_view name, const Option& option) {
  context_.warning("W0603", option.text,
                   fmt::format("what this rule says of the flow bit `{}` elsewhere leaves nothing "
                               "for this to do",
                               name));
}

/// Two questions about one bit alone that no flow answers are an error; of lists some other bit may
/// be the answer.
void EffectChecks::ask_flow_bits(bool set, std::vector<std::string_view> names,
                                 const Option& option) {
  FlowBitTest test{.set = set, .names = {}};
  for (const std::string_view name : names) test.names.emplace_back(name);
  for (std::size_t i = 0; i < context_.rule.conditions.size(); ++i) {
    const auto* const earlier = std::get_if<FlowBitTest>(&context_.rule.conditions[i]);
    if (earlier == nullptr || earlier->set == set || names.size() != 1 ||
        earlier->names != test.names)
      continue;
    context_
        .error("E0607", option.text,
               fmt::format("`{}` cannot be set and not set: this rule can never match", names[0]))
        .note("the other one is here", context_.span_of(context_.origins[i]->text));
    return;
  }
  const auto changes_nothing = [&](const FlowBitChange& change) {
    return names.size() == 1 && change.name == names.front() &&
           change.operation == (set ? FlowBitOperation::set : FlowBitOperation::unset);
  };
  if (std::ranges::any_of(context_.rule.effects.flow_bits, changes_nothing))
    warn_of_no_effect(names.front(), option);
  context_.add(std::move(test), option);
}

}  // namespace espial::rules
