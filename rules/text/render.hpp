#pragma once
#include <string>

#include "rules/text/diagnostic.hpp"

namespace espial::rules {

/// For people:
///
///   vpn.rules:3:42: error[E0203]: there is no keyword `ike.exchtyp`
///      3 | alert ike any any -> any any (ike.exchtyp:34; sid:1;)
///        |                               ^^^^^^^^^^^
///        = help: write `ike.exchtype`
///
/// Tabs are widened, what a terminal must not see is shown as U+FFFD, long lines are cut around the
/// place.
[[nodiscard]] std::string render_text(const SourceFiles& files, const Diagnostic& diagnostic);

/// For programs: one JSON object without a line end, with file, line, column, end_line, end_column,
/// offset and length in bytes, severity, code, message, notes and fix.
[[nodiscard]] std::string render_json(const SourceFiles& files, const Diagnostic& diagnostic);

}  // namespace espial::rules
