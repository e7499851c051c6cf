#include <cstdlib>
#include <span>
#include <string>

#include "engine/base/bytes.hpp"
#include "rules/compile/load.hpp"
#include "rules/syntax/format.hpp"
#include "rules/syntax/parser.hpp"
#include "rules/text/render.hpp"

/// Rule text of any bytes. What has to hold: spans lie inside of their file, every diagnostic can
/// be shown, formatting what was formatted changes nothing, and a formatted file compiles to the
/// same plan.
namespace {

using namespace espial;         // NOLINT(google-build-using-namespace): a program of one file
using namespace espial::rules;  // NOLINT(google-build-using-namespace)

void require(bool holds) {
  if (!holds) std::abort();
}

void require_inside(const SourceFiles& files, SourceSpan span) {
  require(span.file < files.size() && span.begin <= span.end &&
          span.end <= files[span.file].text().size());
}

LoadResult load_text(const std::string& text) {
  const SourceText source{.path = "fuzz.rules", .text = text};
  const Variables variables{.address_groups = {{"HOME_NET", "[10.0.0.0/8,192.168.0.0/16]"},
                                               {"EXTERNAL_NET", "!$HOME_NET"},
                                               {"LOOP", "[$LOOP,!any]"}},
                            .port_groups = {{"IKE_PORTS", "[500,4500]"}}};
  LoadResult result = load(std::span(&source, 1), {.variables = variables, .strict = false});
  for (Rule& rule : result.plan.rules) rule.info.place.clear();  // formatting may move a rule
  return result;
}

std::string formatted(const std::string& text) {
  SourceFiles files;
  Diagnostics diagnostics;
  const std::uint32_t file = files.add({.path = "fuzz.rules", .text = text});
  return format(files, parse(files, file, diagnostics));
}

void check_diagnostics(const LoadResult& result) {
  for (const Diagnostic& diagnostic : result.diagnostics.kept()) {
    require_inside(result.sources, diagnostic.where);
    for (const Note& note : diagnostic.notes) {
      if (note.where) require_inside(result.sources, *note.where);
    }
    if (diagnostic.fix) require_inside(result.sources, diagnostic.fix->where);
  }
  require(!render_json(result.sources, result.diagnostics).empty());
  require(render_text(result.sources, result.diagnostics).empty() ==
          result.diagnostics.kept().empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(as_text(std::as_bytes(std::span(data, size))));
  const LoadResult original = load_text(text);
  check_diagnostics(original);
  const std::string once = formatted(text);
  require(formatted(once) == once);
  require(to_text(load_text(once).plan) == to_text(original.plan));
  return 0;
}
