#pragma once
#include <span>

#include "rules/check/variables.hpp"
#include "rules/plan/plan.hpp"
#include "rules/text/diagnostic.hpp"

/// The way from rule files to a plan: what espiald, reload, replay and `espial rules check` call.
namespace espial::rules {

struct LoadOptions {
  Variables variables;
  /// Any error means no rules at all: who enforces with half a ruleset enforces something that
  /// nobody wrote. Else the rules with errors are left out.
  bool strict = true;
};

struct LoadResult {
  Plan plan;
  std::size_t loaded = 0;       // rules in the plan
  std::size_t failed = 0;       // rules with errors
  std::size_t unsupported = 0;  // rules that lean on what Suricata has and Espial has not yet
  Diagnostics diagnostics;      // sorted by place
  SourceFiles sources;          // what the diagnostics point into

  [[nodiscard]] bool ok() const noexcept { return diagnostics.errors() == 0; }
};

/// Never fails as a whole: what is wrong stands in the diagnostics, for render_text() or
/// render_json(). Rules keep the order of `sources` within an action and a priority.
[[nodiscard]] LoadResult load(std::span<const SourceText> sources, const LoadOptions& options);

}  // namespace espial::rules
