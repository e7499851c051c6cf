#pragma once
#include "rules/syntax/ast.hpp"
#include "rules/text/diagnostic.hpp"

namespace espial::rules {

/// Parses a file of `files`. Always gives a tree; mistakes go to `diagnostics`, and parsing goes on
/// behind each, within the rule where that makes sense. The tree borrows from `files`.
[[nodiscard]] SyntaxTree parse(const SourceFiles& files, std::uint32_t file,
                               Diagnostics& diagnostics);

/// Parses an address or port that stands alone: the value of a variable. Missing if `text` is blank
/// or broken.
[[nodiscard]] Expression parse_expression(const RuleText& text, Diagnostics& diagnostics);

}  // namespace espial::rules
