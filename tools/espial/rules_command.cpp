#include "tools/espial/rules_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <optional>
#include <vector>

#include "engine/config/settings.hpp"
#include "rules/check/codes.hpp"
#include "rules/compile/load.hpp"
#include "rules/syntax/format.hpp"
#include "rules/syntax/parser.hpp"
#include "rules/text/render.hpp"

namespace espial::tools {
namespace {

constexpr int kOk = 0, kMistakes = 1, kCannot = 2;

std::optional<rules::SourceText> read(const std::string& file) {
  auto source = rules::read_source(file);
  if (source) return std::move(*source);
  fmt::print(stderr, "espial: {}\n", to_text(source.error()));
  return std::nullopt;
}

rules::LoadOptions check_options() {
  const config::Settings settings;
  rules::LoadOptions options;
  options.variables.address_groups = settings.vars.address_groups;
  options.variables.port_groups = settings.vars.port_groups;
  options.strict = false;
  return options;
}

std::string counted(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

bool write_file(const std::string& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (!out.fail()) return true;
  fmt::print(stderr, "espial: cannot write {}: check that this user may write to it\n", file);
  return false;
}

int format_file(const std::string& file, bool write) {
  auto source = read(file);
  if (!source) return kCannot;
  rules::SourceFiles sources;
  rules::Diagnostics diagnostics;
  const std::string before = source->text;
  const std::uint32_t id = sources.add(std::move(*source));
  const rules::SyntaxTree tree = rules::parse(sources, id, diagnostics);
  if (diagnostics.errors() > 0) {
    fmt::print(stderr, "{}", rules::render_text(sources, diagnostics));
    return kMistakes;
  }
  const std::string after = rules::format(sources, tree);
  if (!write) {
    fmt::print("{}", after);
    return kOk;
  }
  return after == before || write_file(file, after) ? kOk : kCannot;
}

}  // namespace

int rules_check(std::span<const std::string> files, ReportFormat format) {
  std::vector<rules::SourceText> sources;
  for (const std::string& file : files) {
    auto source = read(file);
    if (!source) return kCannot;
    sources.push_back(std::move(*source));
  }
  const rules::LoadResult result = rules::load(sources, check_options());
  const int code = result.ok() ? kOk : kMistakes;
  if (format == ReportFormat::json) {
    fmt::print("{}", rules::render_json(result.sources, result.diagnostics));
    return code;
  }
  fmt::print("{}", rules::render_text(result.sources, result.diagnostics));
  fmt::print("{} good, {} wrong, {} not supported yet: {}, {}\n", counted(result.loaded, "rule"),
             result.failed, result.unsupported, counted(result.diagnostics.errors(), "error"),
             counted(result.diagnostics.warnings(), "warning"));
  return code;
}

int rules_fmt(std::span<const std::string> files, bool write) {
  int code = kOk;
  for (const std::string& file : files) code = std::max(code, format_file(file, write));
  return code;
}

int rules_code(std::string_view code) {
  const rules::Explanation* const explanation = rules::find_explanation(code);
  if (explanation != nullptr) {
    fmt::print("{}", rules::to_text(*explanation));
    return kOk;
  }
  fmt::print(stderr, "espial: there is no code {}; these there are:\n", code);
  for (const rules::Explanation& row : rules::explanations())
    fmt::print(stderr, "  {}  {}\n", row.code, row.title);
  return kCannot;
}

}  // namespace espial::tools
