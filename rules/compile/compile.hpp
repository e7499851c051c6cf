#pragma once
#include <vector>

#include "rules/plan/plan.hpp"

namespace espial::rules {

/// Makes the plan of checked rules: in the order of judgement, the cheap conditions of each rule
/// first.
[[nodiscard]] Plan compile(std::vector<Rule> rules);

}  // namespace espial::rules
