#pragma once
#include <string>

#include "rules/syntax/ast.hpp"

namespace espial::rules {

/// The file in canonical form: one blank between the parts of a header and between options, none
/// inside of lists, at most one blank line in a row, comments kept. A rule that was written over
/// several lines gets one line an option. Damaged rules stay as they are. Formatting the result
/// gives the result.
[[nodiscard]] std::string format(const SourceFiles& files, const SyntaxTree& tree);

/// "[10.0.0.0/8,!10.1.0.0/16]"
[[nodiscard]] std::string format(const Expression& expression);

}  // namespace espial::rules
