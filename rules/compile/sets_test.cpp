#include <gtest/gtest.h>

#include <filesystem>

#include "rules/compile/load.hpp"
#include "rules/syntax/format.hpp"
#include "rules/syntax/parser.hpp"
#include "rules/text/render.hpp"

namespace espial::rules {
namespace {

std::vector<SourceText> shipped_sets() {
  std::vector<SourceText> sets;
  for (const auto& entry : std::filesystem::directory_iterator(ESPIAL_SOURCE_DIR "/rules/sets")) {
    if (entry.path().extension() != ".rules") continue;
    if (auto source = read_source(entry.path().string())) sets.push_back(std::move(*source));
  }
  return sets;
}

TEST(ShippedSets, LoadTogetherWithoutAComplaint) {
  const LoadResult result = load(shipped_sets(), {.variables = {}, .strict = true});
  EXPECT_EQ(render_text(result.sources, result.diagnostics), "");
  EXPECT_GE(result.loaded, 12U);
}

TEST(ShippedSets, SayOfEachRuleItsClassItsSourceAndItsRevision) {
  const LoadResult result = load(shipped_sets(), {.variables = {}, .strict = true});
  for (const Rule& rule : result.plan.rules) {
    EXPECT_EQ(rule.info.action, Action::alert) << rule.info.sid;
    EXPECT_FALSE(rule.info.classification.empty()) << rule.info.sid;
    EXPECT_FALSE(rule.info.references.empty()) << rule.info.sid;
    EXPECT_GT(rule.info.rev, 0U) << rule.info.sid;
  }
}

TEST(ShippedSets, AreInCanonicalForm) {
  for (const SourceText& set : shipped_sets()) {
    SourceFiles files;
    Diagnostics diagnostics;
    const std::uint32_t file = files.add(set);
    EXPECT_EQ(format(files, parse(files, file, diagnostics)), set.text) << set.path;
  }
}

}  // namespace
}  // namespace espial::rules
