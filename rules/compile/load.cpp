#include "rules/compile/load.hpp"

#include "rules/check/checker.hpp"
#include "rules/compile/compile.hpp"
#include "rules/syntax/parser.hpp"

namespace espial::rules {
namespace {

void count(LoadResult& result, Outcome outcome) {
  switch (outcome) {
    case Outcome::good: ++result.loaded; return;
    case Outcome::wrong: ++result.failed; return;
    case Outcome::unsupported: ++result.unsupported; return;
  }
  std::unreachable();
}

}  // namespace

LoadResult load(std::span<const SourceText> sources, const LoadOptions& options) {
  LoadResult result;
  std::vector<Rule> rules;
  Checker checker(result.sources, options.variables, result.diagnostics);
  for (const SourceText& source : sources) {
    const std::uint32_t file = result.sources.add(source);
    const SyntaxTree tree = parse(result.sources, file, result.diagnostics);
    for (const Item& item : tree.items) {
      const auto* const node = std::get_if<RuleNode>(&item);
      if (node == nullptr) continue;
      Checker::Checked checked = checker.check(*node);
      count(result, checked.outcome);
      if (checked.outcome == Outcome::good) rules.push_back(std::move(checked.rule));
    }
  }
  result.diagnostics.sort();
  if (options.strict && !result.ok()) {
    result.loaded = 0;
    return result;
  }
  result.plan = compile(std::move(rules));
  return result;
}

}  // namespace espial::rules
