#include "rules/check/codes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <set>

#include "rules/compile/load.hpp"
#include "rules/text/render.hpp"

namespace espial::rules {
namespace {

LoadResult load_text(std::string_view text) {
  const SourceText source{.path = "t.rules", .text = std::string(text)};
  const Variables variables{.address_groups = {{"HOME_NET", "10.0.0.0/8"},
                                               {"LOOP", "[10.0.0.1,$LOOP]"},
                                               {"BROKEN", "10.0.0.0/99"}},
                            .port_groups = {}};
  return load(std::span(&source, 1), {.variables = variables, .strict = true});
}

std::set<std::string> codes_in(const LoadResult& result) {
  std::set<std::string> codes;
  for (const Diagnostic& diagnostic : result.diagnostics.kept()) codes.emplace(diagnostic.code);
  return codes;
}

/// The codes that the sources of rules/ use, as string literals.
std::set<std::string> codes_in_sources() {
  std::set<std::string> codes;
  const std::regex literal("\"([EW]0[1-9][0-9]{2})\"");
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(ESPIAL_SOURCE_DIR "/rules")) {
    const std::string path = entry.path().string();
    if (!path.ends_with(".cpp") && !path.ends_with(".hpp")) continue;
    if (path.ends_with("_test.cpp") || path.ends_with("code_table.cpp") ||
        path.ends_with("codes.hpp"))
      continue;
    const auto source = read_source(path);
    if (!source) continue;
    for (std::sregex_iterator hit(source->text.begin(), source->text.end(), literal), end;
         hit != end; ++hit)
      codes.insert((*hit)[1]);
  }
  return codes;
}

TEST(Codes, EveryCodeThatIsUsedIsExplainedAndNoOther) {
  std::set<std::string> explained;
  for (const Explanation& row : explanations()) explained.emplace(row.code);
  EXPECT_EQ(explained, codes_in_sources());
}

TEST(Codes, TheWrongRuleGetsTheCodeAndTheMendedRuleGetsNothing) {
  for (const Explanation& row : explanations()) {
    EXPECT_FALSE(row.title.empty() || row.why.empty()) << row.code;
    if (row.wrong.empty()) continue;
    EXPECT_TRUE(codes_in(load_text(row.wrong)).contains(std::string(row.code))) << row.code << '\n'
                                                                                << row.wrong;
    const LoadResult mended = load_text(row.mended);
    EXPECT_EQ(render_text(mended.sources, mended.diagnostics), "") << row.code;
    EXPECT_GT(mended.loaded, 0U) << row.code;
  }
}

TEST(Codes, AMistakeOfOneKindGetsOneDiagnostic) {
  for (const Explanation& row : explanations()) {
    if (row.wrong.empty() || row.code == "E0309" || row.code == "E0304")
      continue;  // told at the variable too
    EXPECT_EQ(load_text(row.wrong).diagnostics.kept().size(), 1U) << row.code << '\n' << row.wrong;
  }
}

/// Applies the mends of a rule's diagnostics, last place first.
std::string mend(std::string text, const Diagnostics& diagnostics) {
  std::vector<Fix> fixes;
  for (const Diagnostic& diagnostic : diagnostics.kept()) {
    if (diagnostic.fix && diagnostic.fix->where.file == 0) fixes.push_back(*diagnostic.fix);
  }
  std::ranges::sort(fixes, std::ranges::greater{}, [](const Fix& fix) { return fix.where.begin; });
  for (const Fix& fix : fixes)
    text.replace(fix.where.begin, fix.where.end - fix.where.begin, fix.replacement);
  return text;
}

TEST(Codes, AMendThatIsOfferedMends) {
  for (const Explanation& row : explanations()) {
    const LoadResult wrong = load_text(row.wrong);
    if (row.wrong.empty() || std::ranges::none_of(wrong.diagnostics.kept(),
                                                  [](const auto& d) { return d.fix.has_value(); }))
      continue;
    const LoadResult mended = load_text(mend(std::string(row.wrong), wrong.diagnostics));
    EXPECT_FALSE(codes_in(mended).contains(std::string(row.code)))
        << render_text(mended.sources, mended.diagnostics);
  }
}

TEST(Codes, AreFoundInEitherCase) {
  EXPECT_NE(find_explanation("e0203"), nullptr);
  EXPECT_EQ(find_explanation("E9999"), nullptr);
  EXPECT_TRUE(to_text(*find_explanation("E0203")).contains("ike.exchtyp:34"));
}

}  // namespace
}  // namespace espial::rules
