#include "tools/common/rules.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "rules/compile/load.hpp"
#include "rules/text/render.hpp"

namespace espial::tools {
namespace {

rules::LoadOptions load_options(const config::Settings& settings, bool strict) {
  rules::LoadOptions options;
  options.variables.address_groups = settings.vars.address_groups;
  options.variables.port_groups = settings.vars.port_groups;
  options.strict = strict;
  return options;
}

std::string render(const rules::LoadResult& result) {
  std::string text;
  for (const rules::Diagnostic& diagnostic : result.diagnostics.kept())
    text += rules::render_text(result.sources, diagnostic);
  if (const std::size_t more = result.diagnostics.not_kept(); more > 0)
    text += fmt::format("and {} more\n", more);
  return text;
}

}  // namespace

OpenedRules open_rules(std::span<const std::filesystem::path> files,
                       const config::Settings& settings, bool strict) {
  OpenedRules opened;
  std::vector<rules::SourceText> sources;
  for (const std::filesystem::path& file : files) {
    auto source = rules::read_source(file);
    if (!source) {
      opened.diagnostics = to_text(source.error()) + "\n";
      return opened;
    }
    sources.push_back(std::move(*source));
  }
  rules::LoadResult result = rules::load(sources, load_options(settings, strict));
  opened.diagnostics = render(result);
  opened.loaded = result.loaded;
  opened.failed = result.failed;
  opened.unsupported = result.unsupported;
  if (strict && !result.ok()) return opened;
  auto ruleset = detect::Ruleset::open(std::move(result.plan));
  if (!ruleset) {
    opened.diagnostics += to_text(ruleset.error()) + "\n";
    return opened;
  }
  opened.ruleset = std::move(*ruleset);
  return opened;
}

std::string summary(const OpenedRules& rules) {
  std::string text = fmt::format("{} rule{} loaded", rules.loaded, rules.loaded == 1 ? "" : "s");
  if (rules.failed > 0) text += fmt::format(", {} left out as wrong", rules.failed);
  if (rules.unsupported > 0)
    text += fmt::format(", {} left out as not supported", rules.unsupported);
  return text;
}

}  // namespace espial::tools
