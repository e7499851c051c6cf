#pragma once
#include "rules/catalog/keyword.hpp"
#include "rules/check/rule_context.hpp"

namespace espial::rules {

/// What a rule says about itself: msg, sid, gid, rev, classtype, priority, reference, metadata.
class Meta {
 public:
  explicit Meta(RuleContext& context) : context_(context) {}
  void add(const Option& option, const Keyword& keyword);
  /// Settles class and priority, and says what is missing.
  void finish();
  /// Null if the rule has none.
  [[nodiscard]] const Option* sid() const noexcept { return sid_; }

 private:
  void add_msg(const Option& option);
  void add_sid(const Option& option);
  void add_gid(const Option& option);
  void add_rev(const Option& option);
  void add_classtype(const Option& option);
  void add_priority(const Option& option);
  void add_reference(const Option& option);
  void add_metadata(const Option& option);
  [[nodiscard]] bool is_first(const Option*& seen, const Option& option);
  [[nodiscard]] std::optional<std::uint32_t> parse_id(const Option& option, std::uint32_t least);

  RuleContext& context_;
  const Option* msg_ = nullptr;
  const Option* sid_ = nullptr;
  const Option* gid_ = nullptr;
  const Option* rev_ = nullptr;
  const Option* classtype_ = nullptr;
  const Option* priority_ = nullptr;
};

}  // namespace espial::rules
