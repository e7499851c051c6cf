#pragma once
#include "rules/check/rule_context.hpp"

namespace espial::rules {

/// `flow:established,to_server`: a direction and a state, each at most once.
void check_flow(RuleContext& context, const Option& option);

}  // namespace espial::rules
