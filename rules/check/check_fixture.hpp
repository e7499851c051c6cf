#pragma once
#include <string>
#include <string_view>

#include "rules/check/checker.hpp"
#include "rules/syntax/parser.hpp"
#include "rules/text/render.hpp"

/// For the tests of this module: checks one rule, and says briefly what came out.
namespace espial::rules {

struct CheckedText {
  SourceFiles files;
  Diagnostics diagnostics;
  Checker::Checked checked;

  explicit CheckedText(std::string text, const Variables& variables = {}) {
    const std::uint32_t file = files.add({.path = "t.rules", .text = std::move(text)});
    const SyntaxTree tree = parse(files, file, diagnostics);
    Checker checker(files, variables, diagnostics);
    checked = checker.check(std::get<RuleNode>(tree.items.at(0)));
  }

  /// "E0208 W0404"
  [[nodiscard]] std::string codes() const {
    std::string out;
    for (const Diagnostic& diagnostic : diagnostics.kept()) {
      if (!out.empty()) out += ' ';
      out += diagnostic.code;
    }
    return out;
  }
  [[nodiscard]] std::string report() const { return render_text(files, diagnostics); }
  /// The rule as a plan of its own.
  [[nodiscard]] std::string plan() const { return to_text(Plan{.rules = {checked.rule}}); }
  /// The lines of its conditions.
  [[nodiscard]] std::string conditions() const {
    const std::string text = plan();
    const std::size_t begin = text.find("\"m\"\n");
    return begin == std::string::npos ? text : text.substr(begin + 4);
  }
};

inline CheckedText check_options(std::string_view protocol, std::string_view options) {
  return CheckedText("alert " + std::string(protocol) + " any any -> any any (msg:\"m\"; " +
                     std::string(options) + " sid:1;)");
}

}  // namespace espial::rules
