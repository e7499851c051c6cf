#pragma once
#include <vector>

#include "rules/plan/plan.hpp"

namespace espial::rules {

/// Puts rules into the order of judgement: by action (pass, drop, reject, alert); then those that
/// only change flow bits, those that ask for some and change some (where it can be, behind those
/// that change what they ask for), those that only ask, and the rest, as Suricata has it; then by
/// priority; then as read. Rules that ask for each other's bits in a circle stay as read.
void order_rules(std::vector<Rule>& rules);

}  // namespace espial::rules
