#pragma once
#include <string>

#include "rules/syntax/ast.hpp"

namespace espial::rules {

/// The tree as indented text with line numbers: for golden files and for whoever works on the
/// parser.
[[nodiscard]] std::string print(const SourceFiles& files, const SyntaxTree& tree);

}  // namespace espial::rules
