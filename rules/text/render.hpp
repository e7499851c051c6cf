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

/// All of them, and how many there are besides.
[[nodiscard]] std::string render_text(const SourceFiles& files, const Diagnostics& diagnostics);

/// For programs: one JSON object without a line end, with file, line, column, end_line, end_column,
/// offset and length in bytes, severity, code, message, notes and fix.
[[nodiscard]] std::string render_json(const SourceFiles& files, const Diagnostic& diagnostic);

/// {"diagnostics":[...],"errors":2,"warnings":0}: of a flood the first are in the list, the counts
/// are of all.
[[nodiscard]] std::string render_json(const SourceFiles& files, const Diagnostics& diagnostics);

}  // namespace espial::rules
