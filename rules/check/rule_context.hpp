#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "engine/base/text.hpp"
#include "rules/plan/plan.hpp"
#include "rules/syntax/ast.hpp"
#include "rules/text/diagnostic.hpp"

namespace espial::rules {

enum class Outcome : std::uint8_t {
  good,
  wrong,        // has errors
  unsupported,  // leans on something that Suricata has and Espial has not yet (codes E09xx)
};

/// Which IKE versions a rule can meet: what a name means may differ between them.
struct IkeVersions {
  bool v1 = true, v2 = true;
};

/// What the checks of one rule share: the rule as written, the rule as it comes out, and where to
/// complain.
class RuleContext {
 public:
  RuleContext(const RuleNode& written, Diagnostics& diagnostics)
      : node(written), diagnostics_(diagnostics), wrong_(written.damaged) {}

  const RuleNode& node;
  Rule rule;
  IkeVersions versions;
  /// The option that made rule.conditions[i].
  std::vector<const Option*> origins;

  void add(Condition condition, const Option& origin) {
    rule.conditions.push_back(std::move(condition));
    origins.push_back(&origin);
  }

  /// `part` is a view into the rule's text.
  Diagnostic& error(std::string_view code, std::string_view part, std::string message) {
    (code.starts_with("E09") ? unsupported_ : wrong_) = true;
    return diagnostics_.error(code, span_of(part), std::move(message));
  }
  Diagnostic& warning(std::string_view code, std::string_view part, std::string message) {
    return diagnostics_.warning(code, span_of(part), std::move(message));
  }
  /// For an error that was told to diagnostics() directly.
  void mark_wrong() noexcept { wrong_ = true; }
  [[nodiscard]] SourceSpan span_of(std::string_view part) const noexcept {
    return node.text.span_of(part);
  }
  [[nodiscard]] Diagnostics& diagnostics() const noexcept { return diagnostics_; }
  [[nodiscard]] Outcome outcome() const noexcept {
    if (unsupported_) return Outcome::unsupported;
    return wrong_ ? Outcome::wrong : Outcome::good;
  }

 private:
  Diagnostics& diagnostics_;
  bool wrong_ = false, unsupported_ = false;
};

/// Adds "write `x`" to `diagnostic` if one of `names` is near enough to the misspelt `part` to be
/// meant.
inline void suggest(const RuleContext& context, Diagnostic& diagnostic, std::string_view part,
                    std::span<const std::string_view> names) {
  const std::string_view meant = nearest(part, names);
  if (!meant.empty()) diagnostic.mend(context.span_of(part), std::string(meant));
}

}  // namespace espial::rules
