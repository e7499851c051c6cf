#pragma once
#include "rules/check/rule_context.hpp"

namespace espial::rules {

/// `flow:established,to_server`: a direction, a state, stream or packet, joined from
/// fragments or not: each at most once.
void check_flow(RuleContext& context, const Option& option);

}  // namespace espial::rules
