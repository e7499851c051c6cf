#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "rules/compile/load.hpp"
#include "rules/syntax/format.hpp"
#include "rules/syntax/parser.hpp"
#include "rules/syntax/print.hpp"
#include "rules/text/render.hpp"

namespace espial::rules {
namespace {

const std::string kFolder = ESPIAL_SOURCE_DIR "/tests/golden/rules/";

std::string read(const std::string& name) {
  const auto source = read_source(kFolder + name);
  return source ? source->text : std::string();
}

/// Compares with the golden file; with ESPIAL_UPDATE_GOLDEN=1 in the environment it writes the file
/// instead.
void expect_golden(const std::string& name, const std::string& actual) {
  if (std::getenv("ESPIAL_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(kFolder + name, std::ios::binary) << actual;
  }
  EXPECT_EQ(actual, read(name)) << "ESPIAL_UPDATE_GOLDEN=1 re-writes " << name;
}

Variables variables() {
  return {.address_groups = {{"HOME_NET", "[192.168.0.0/16,10.0.0.0/8]"},
                             {"EXTERNAL_NET", "!$HOME_NET"},
                             {"LOOP", "[10.0.0.1,$LOOP]"},
                             {"VPN_GATEWAYS", "[198.51.100.1,2001:db8::1]"}},
          .port_groups = {}};
}

LoadResult load_golden(const std::string& name, bool strict) {
  const SourceText source{.path = name, .text = read(name)};
  return load(std::span(&source, 1), {.variables = variables(), .strict = strict});
}

TEST(GoldenRules, GoodRulesGiveThisTree) {
  SourceFiles files;
  Diagnostics diagnostics;
  const std::uint32_t file = files.add({.path = "good.rules", .text = read("good.rules")});
  expect_golden("good.tree.txt", print(files, parse(files, file, diagnostics)));
  EXPECT_EQ(render_text(files, diagnostics), "");
}

TEST(GoldenRules, GoodRulesAreFormattedSo) {
  SourceFiles files;
  Diagnostics diagnostics;
  const std::uint32_t file = files.add({.path = "good.rules", .text = read("good.rules")});
  expect_golden("good.formatted.rules", format(files, parse(files, file, diagnostics)));
}

TEST(GoldenRules, GoodRulesCompileToThisPlan) {
  const LoadResult result = load_golden("good.rules", true);
  EXPECT_EQ(render_text(result.sources, result.diagnostics), "");
  EXPECT_EQ(result.loaded, 28U);
  expect_golden("good.plan.txt", to_text(result.plan));
}

TEST(GoldenRules, BadRulesGetTheseDiagnostics) {
  const LoadResult result = load_golden("bad.rules", false);
  expect_golden("bad.diagnostics.txt", render_text(result.sources, result.diagnostics));
}

}  // namespace
}  // namespace espial::rules
