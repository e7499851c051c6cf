#include "rules/text/render.hpp"

#include <gtest/gtest.h>

namespace espial::rules {
namespace {

Diagnostic error_at(SourceSpan where, std::string message) {
  return {.severity = Severity::error,
          .code = "E0001",
          .where = where,
          .message = std::move(message),
          .notes = {},
          .fix = {}};
}

TEST(RenderText, PutsCaretsUnderThePlace) {
  SourceFiles files;
  files.add({.path = "a.rules", .text = "first\nalert ikee any\n"});
  EXPECT_EQ(render_text(files, error_at({.file = 0, .begin = 12, .end = 16}, "what?")),
            "a.rules:2:7: error[E0001]: what?\n"
            "   2 | alert ikee any\n"
            "     |       ^^^^\n");
}

TEST(RenderText, WidensTabsAndCountsLettersNotBytes) {
  SourceFiles files;
  files.add({.path = "a", .text = "\t\u00e4\tb\xff!"});
  EXPECT_EQ(render_text(files, error_at({.file = 0, .begin = 4, .end = 5}, "b")),
            "a:1:4: error[E0001]: b\n"
            "   1 |     \u00e4   b\uFFFD!\n"
            "     |         ^\n");
}

TEST(RenderText, ShowsAnEmptySpanAndTheEndOfTheFileAsOneCaret) {
  SourceFiles files;
  files.add({.path = "a", .text = "xy"});
  EXPECT_EQ(render_text(files, error_at({.file = 0, .begin = 2, .end = 2}, "end")),
            "a:1:3: error[E0001]: end\n"
            "   1 | xy\n"
            "     |   ^\n");
  files.add({.path = "b", .text = ""});
  EXPECT_EQ(render_text(files, error_at({.file = 1, .begin = 0, .end = 0}, "end")),
            "b:1:1: error[E0001]: end\n"
            "   1 | \n"
            "     | ^\n");
}

TEST(RenderText, UnderlinesTheFirstLineOfASpanOverSeveral) {
  SourceFiles files;
  files.add({.path = "a", .text = "abc\ndef"});
  EXPECT_EQ(render_text(files, error_at({.file = 0, .begin = 1, .end = 6}, "m")),
            "a:1:2: error[E0001]: m\n"
            "   1 | abc\n"
            "     |  ^^\n");
}

TEST(RenderText, CutsALongLineAroundThePlace) {
  SourceFiles files;
  files.add({.path = "a", .text = std::string(500, 'x') + "HERE" + std::string(500, 'y')});
  const std::string text = render_text(files, error_at({.file = 0, .begin = 500, .end = 504}, "m"));
  EXPECT_EQ(text, "a:1:501: error[E0001]: m\n   1 | ..." + std::string(60, 'x') + "HERE" +
                      std::string(46, 'y') + "...\n     |    " + std::string(60, ' ') + "^^^^\n");
}

TEST(RenderText, AddsNotesAndTheMend) {
  SourceFiles files;
  files.add({.path = "a", .text = "sid:1; sid:1;"});
  Diagnostic diagnostic = error_at({.file = 0, .begin = 7, .end = 12}, "again");
  diagnostic.note("first here", {.file = 0, .begin = 0, .end = 5}).note("once is enough");
  diagnostic.mend({.file = 0, .begin = 7, .end = 13}, "");
  EXPECT_EQ(render_text(files, diagnostic),
            "a:1:8: error[E0001]: again\n"
            "   1 | sid:1; sid:1;\n"
            "     |        ^^^^^\n"
            "     = note: a:1:1: first here\n"
            "     = note: once is enough\n"
            "     = help: leave out `sid:1;`\n");
}

TEST(RenderJson, GivesEveryPartOfADiagnostic) {
  SourceFiles files;
  files.add({.path = "a", .text = "sid:1;"});
  Diagnostic diagnostic = error_at({.file = 0, .begin = 0, .end = 3}, "\"m\"");
  diagnostic.note("n").mend({.file = 0, .begin = 3, .end = 3}, "x");
  EXPECT_EQ(
      render_json(files, diagnostic),
      R"({"file":"a","line":1,"column":1,"end_line":1,"end_column":4,"offset":0,"length":3,)"
      R"("severity":"error","code":"E0001","message":"\"m\"","notes":[{"text":"n"}],)"
      R"("fix":{"file":"a","line":1,"column":4,"end_line":1,"end_column":4,"offset":3,"length":0,"replacement":"x"}})");
}

}  // namespace
}  // namespace espial::rules
