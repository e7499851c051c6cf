#pragma once
#include "rules/check/rule_context.hpp"

namespace espial::rules {

/// Narrows context.versions by the rule's ike.version tests, and warns where they and the protocol
/// exclude each other. Comes before names are resolved.
void apply_versions(RuleContext& context);

/// Finds conditions that can never hold together or never on the header's protocol. A rule that
/// cannot match is a mistake.
void check_contradictions(RuleContext& context);

}  // namespace espial::rules
