#pragma once
#include "rules/catalog/keyword.hpp"
#include "rules/check/rule_context.hpp"

namespace espial::rules {

/// What a match does beside its action: `flowbits` (its questions become conditions), `noalert`,
/// `alert`, `bypass`, `tag`, `config`, `target`, `prefilter`.
class EffectChecks {
 public:
  explicit EffectChecks(RuleContext& context) : context_(context) {}
  void add(const Option& option, const Keyword& keyword);
  void add_flow_bits(const Option& option);

 private:
  void add_alert(const Option& option, const Keyword& keyword);
  void add_bypass(const Option& option, const Keyword& keyword);
  void add_config(const Option& option, const Keyword& keyword);
  void add_prefilter(const Option& option, const Keyword& keyword);
  void add_tag(const Option& option, const Keyword& keyword);
  void add_target(const Option& option, const Keyword& keyword);
  void set_alert(bool alert, const Option& option);
  void change_flow_bit(FlowBitOperation operation, std::string_view name, const Option& option);
  void warn_of_no_effect(std::string_view name, const Option& option);
  void ask_flow_bits(bool set, std::vector<std::string_view> names, const Option& option);

  RuleContext& context_;
  const Option* alert_ = nullptr;      // said first
  const Option* prefilter_ = nullptr;  // said first
  const Option* target_ = nullptr;     // said first
};

}  // namespace espial::rules
