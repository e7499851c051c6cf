#pragma once
#include "engine/registry/registry.hpp"
#include "rules/check/rule_context.hpp"

namespace espial::rules {

/// The registries that may name a number: IKEv2's and IKEv1's, null where there is none.
struct NameScope {
  const registry::Registry* v2 = nullptr;
  const registry::Registry* v1 = nullptr;
};

/// The number that `word` (a view into the rule) names for the IKE versions that the rule can meet.
/// Says what is wrong if it names none, or different ones.
[[nodiscard]] std::optional<std::uint32_t> resolve_name(RuleContext& context, NameScope scope,
                                                        std::string_view word);

}  // namespace espial::rules
