#pragma once
#include <span>
#include <string>
#include <string_view>

namespace espial::rules {

/// What stands behind the code of a diagnostic.
struct Explanation {
  std::string_view code;  // "E0203"
  std::string_view title;
  std::string_view why;     // what it means and what to do
  std::string_view wrong;   // a rule that gets it; empty where a rule would be too long to print
  std::string_view mended;  // the same rule, right
};

/// All codes that diagnostics use, sorted by code.
[[nodiscard]] std::span<const Explanation> explanations() noexcept;
/// Null if there is no such code. The case of the letter does not matter.
[[nodiscard]] const Explanation* find_explanation(std::string_view code) noexcept;
/// A page for people: title, why, the wrong and the mended rule.
[[nodiscard]] std::string to_text(const Explanation& explanation);

}  // namespace espial::rules
