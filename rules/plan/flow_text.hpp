#pragma once
#include <string>

#include "rules/plan/plan.hpp"

/// How the conditions and effects of the flow print. Not for use outside of this module.
namespace espial::rules {

[[nodiscard]] std::string test_text(const FlowTest& test);
[[nodiscard]] std::string test_text(const FlowBitTest& test);
[[nodiscard]] std::string test_text(const FlowCountTest& test);
[[nodiscard]] std::string test_text(const EventTest& test);
/// An effect a line.
[[nodiscard]] std::string effects_text(const Effects& effects);

}  // namespace espial::rules
