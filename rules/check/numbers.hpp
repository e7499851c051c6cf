#pragma once
#include "rules/catalog/keyword.hpp"
#include "rules/check/rule_context.hpp"

namespace espial::rules {

/// `esp.spi:0x1000`, `ike.length:>1400`, `ike.notify:[14,COOKIE]`, `ike.flags:&0x20=0x20`,
/// `ike.exchtype:!34-37`. Suricata's forms and meaning: ranges leave out both ends. Lists stand in
/// brackets.
void check_number(RuleContext& context, const Keyword& keyword, const Option& option);
/// The same of a part of an option's value.
[[nodiscard]] std::optional<NumberTest> parse_number_test(RuleContext& context,
                                                          const Keyword& keyword,
                                                          std::string_view value);

/// `ike.version:2` (any minor version), `ike.version:2.0`, `ike.version:!1`, `ike.version:>=2`,
/// `ike.version:[1,2.0]`.
void check_version(RuleContext& context, const Keyword& keyword, const Option& option);

/// `ike.transform:ENCR:3DES`, `ike.transform:4:[1,2,5]`, `ike.attribute:14:<256`,
/// `ike.transform:![1:2,1:3]`: a type, a colon, and any form of a number that is not negated.
void check_pair(RuleContext& context, const Keyword& keyword, const Option& option);

}  // namespace espial::rules
