#include "rules/compile/compile.hpp"

#include <algorithm>
#include <utility>

#include "engine/base/overloaded.hpp"
#include "rules/text/stable_sort.hpp"

namespace espial::rules {
namespace {

enum class Cost : std::uint8_t { flow, number, bytes, content, pcre };

/// What a condition costs to test, by its most expensive part.
Cost cost_of(const Condition& condition) {
  return std::visit(Overloaded{
                        [](const FlowTest&) { return Cost::flow; },
                        [](const NumberTest&) { return Cost::number; },
                        [](const BytesTest&) { return Cost::bytes; },
                        [](const BufferTest& test) {
                          const bool has_pcre =
                              std::ranges::any_of(test.patterns, [](const Pattern& pattern) {
                                return std::holds_alternative<Pcre>(pattern);
                              });
                          return has_pcre ? Cost::pcre : Cost::content;
                        },
                    },
                    condition);
}

}  // namespace

Plan compile(std::vector<Rule> rules) {
  for (Rule& rule : rules) stable_sort_by(rule.conditions, cost_of);
  stable_sort_by(rules,
                 [](const Rule& rule) { return std::pair(rule.info.action, rule.info.priority); });
  return {.rules = std::move(rules)};
}

}  // namespace espial::rules
