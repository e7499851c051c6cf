#pragma once
#include "rules/check/rule_context.hpp"

namespace espial::rules {

/// `[!]"/pattern/flags"`, compiled once by PCRE2 to see whether it can be. Of a wrong one the
/// pattern is empty, and what is wrong was said.
[[nodiscard]] Pcre parse_pcre(RuleContext& context, const Option& option);

}  // namespace espial::rules
