#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

/// `espial rules ...`: what authors of rules work with. Each prints to standard output, tells what
/// the surroundings refuse (a file that cannot be read) on standard error, and gives the exit code
/// of the program.
namespace espial::tools {

enum class ReportFormat : std::uint8_t { text, json };

/// Every mistake of the files, checked together as one ruleset with Suricata's stock variables. 0:
/// no error; 1: errors; 2: a file cannot be read.
[[nodiscard]] int rules_check(std::span<const std::string> files, ReportFormat format);

/// The files in canonical form; with `write` into the files themselves. 1: a rule cannot be parsed,
/// its file is not written; 2: a file cannot be read or written.
[[nodiscard]] int rules_fmt(std::span<const std::string> files, bool write);

/// What a code means, with a wrong and a mended rule. 2: there is no such code.
[[nodiscard]] int rules_code(std::string_view code);

/// All keywords as "text", "markdown" or "json". 2: another format.
[[nodiscard]] int rules_keywords(std::string_view format);

}  // namespace espial::tools
