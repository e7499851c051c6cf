#include "rules/check/checker.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rules/check/contradictions.hpp"
#include "rules/check/effects.hpp"
#include "rules/check/flow_check.hpp"
#include "rules/check/flow_state.hpp"
#include "rules/check/meta.hpp"
#include "rules/check/numbers.hpp"
#include "rules/check/packet_check.hpp"
#include "rules/check/patterns.hpp"
#include "rules/check/suricata_ike.hpp"
#include "rules/check/suricata_words.hpp"

namespace espial::rules {
namespace {

/// Keywords are written in any case, as in Suricata.
std::string lower(std::string_view name) {
  std::string out(name);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  });
  return out;
}

void say_unknown(RuleContext& context, std::string_view name) {
  if (is_suricata_keyword(lower(name))) {
    context.error("E0901", name, fmt::format("the keyword `{}` is not supported yet", name))
        .note("Suricata knows it; a rule with it is left out");
    return;
  }
  std::vector<std::string_view> names;
  for (const Keyword& keyword : keywords()) names.push_back(keyword.name);
  suggest(context, context.error("E0203", name, fmt::format("there is no keyword `{}`", name)),
          name, names);
}

/// Bytes and text take a value or none.
bool may_have_value(const Keyword& keyword) {
  return keyword.takes_value || keyword.kind == KeywordKind::bytes ||
         keyword.kind == KeywordKind::text;
}

/// The options of one rule.
class OptionChecks {
 public:
  explicit OptionChecks(RuleContext& context)
      : context_(context), meta_(context), effects_(context), patterns_(context) {}

  /// Gives the option of the sid, null if there is none.
  const Option* check() {
    // What names mean depends on the versions of IKE that the rule can meet, so those are looked at
    // first.
    for (const Option& option : context_.node.options) {
      const Keyword* const keyword = known(option);
      if (keyword != nullptr && keyword->kind == KeywordKind::version)
        check_version(context_, *keyword, option);
    }
    apply_versions(context_);
    for (const Option& option : context_.node.options) apply_versions_of_field(option);
    for (const Option& option : context_.node.options) {
      const Keyword* const keyword = find_keyword(lower(option.name));
      if (keyword == nullptr) {
        say_unknown(context_, option.name);
      } else if (is_well_formed(option, *keyword)) {
        check_option(*keyword, option);
      }
    }
    patterns_.finish();
    meta_.finish();
    return meta_.sid();
  }

 private:
  /// The keyword of an option that can be read; says nothing.
  static const Keyword* known(const Option& option) {
    const Keyword* const keyword = option.damaged ? nullptr : find_keyword(lower(option.name));
    return keyword != nullptr && (option.has_value && !option.value.empty()) ? keyword : nullptr;
  }

  /// A field that only one version has leaves the rule that version. Of two that contradict each
  /// other the first counts, and the other is told.
  void apply_versions_of_field(const Option& option) {
    const Keyword* const keyword = find_keyword(lower(option.name));
    if (keyword == nullptr) return;
    IkeVersions& seen = context_.versions;
    if (keyword->versions == Versions::v1 && seen.v1) seen.v2 = false;
    if (keyword->versions == Versions::v2 && seen.v2) seen.v1 = false;
  }

  bool is_well_formed(const Option& option, const Keyword& keyword) {
    if (option.damaged) {
      // It stands there, whatever its value: what follows may refer to it.
      if (keyword.kind == KeywordKind::content) patterns_.add_damaged(option);
      return false;
    }
    if (option.has_value && option.value.empty()) {
      context_
          .error("E0204", option.text, fmt::format("the value of `{}` is missing", keyword.name))
          .note(fmt::format("for example {}", keyword.example));
      return false;
    }
    if (!option.has_value && keyword.takes_value) {
      context_.error("E0204", option.text, fmt::format("`{}` takes a value", keyword.name))
          .note(fmt::format("for example {}", keyword.example));
      return false;
    }
    if (option.has_value && !may_have_value(keyword)) {
      context_.error("E0205", option.text, fmt::format("`{}` takes no value", keyword.name))
          .mend(context_.span_of(option.text), std::string(keyword.name));
      return false;
    }
    return true;
  }

  void check_option(const Keyword& keyword, const Option& option) {
    switch (keyword.kind) {
      case KeywordKind::meta: meta_.add(option, keyword); return;
      case KeywordKind::flow: check_flow_once(option); return;
      case KeywordKind::content: patterns_.add_content(option); return;
      case KeywordKind::content_modifier: patterns_.modify_content(keyword, option); return;
      case KeywordKind::pcre: patterns_.add_pcre(option); return;
      case KeywordKind::number:
        if (keyword.field == FieldId::payload_size) {
          check_payload_size(context_, keyword, option);
        } else {
          check_number(context_, keyword, option);
        }
        return;
      case KeywordKind::name: check_number(context_, keyword, option); return;
      case KeywordKind::version: return;  // before the others
      case KeywordKind::pair: check_pair(context_, keyword, option); return;
      case KeywordKind::bytes:
      case KeywordKind::text: patterns_.open_buffer(keyword, option); return;
      case KeywordKind::sa_attribute: check_sa_attribute(context_, keyword, option); return;
      case KeywordKind::bit_set: check_bit_set(context_, keyword, option); return;
      case KeywordKind::ip_option: check_ip_option(context_, keyword, option); return;
      case KeywordKind::layered: check_layered(context_, keyword, option); return;
      case KeywordKind::fact: check_fact(context_, keyword, option); return;
      case KeywordKind::app_layer_event: check_app_layer_event(context_, option); return;
      case KeywordKind::flow_bits: effects_.add_flow_bits(option); return;
      case KeywordKind::flow_count: check_flow_count(context_, keyword, option); return;
      case KeywordKind::packet_event: check_packet_event(context_, keyword, option); return;
      case KeywordKind::effect: effects_.add(option, keyword); return;
    }
    std::unreachable();
  }

  void check_flow_once(const Option& option) {
    if (flow_ != nullptr) {
      context_.error("E0206", option.text, "`flow` is said twice")
          .note("said first here", context_.span_of(flow_->text));
      return;
    }
    flow_ = &option;
    check_flow(context_, option);
  }

  RuleContext& context_;
  Meta meta_;
  EffectChecks effects_;
  Patterns patterns_;
  const Option* flow_ = nullptr;
};

}  // namespace

Checker::Checked Checker::check(const RuleNode& node) {
  RuleContext context(node, diagnostics_);
  header_.check(context);
  const Option* const sid = OptionChecks(context).check();
  check_contradictions(context);
  check_sid(context, sid);
  if (context.outcome() == Outcome::good) context.rule.info.place = files_.place(node.text.span());
  return {.outcome = context.outcome(), .rule = std::move(context.rule)};
}

void Checker::check_sid(RuleContext& context, const Option* sid) {
  const RuleInfo& info = context.rule.info;
  if (sid == nullptr || info.sid == 0) return;
  const std::uint64_t key = (std::uint64_t{info.gid} << 32U) | info.sid;
  const auto [entry, is_new] = sids_.try_emplace(key, context.span_of(sid->text));
  if (is_new) return;
  context.error("E0402", sid->text, fmt::format("another rule has the sid {} already", info.sid))
      .note("that one is here", entry->second);
}

}  // namespace espial::rules
