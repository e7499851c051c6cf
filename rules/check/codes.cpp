#include "rules/check/codes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/text.hpp"

namespace espial::rules {
namespace {

std::string indented(std::string_view lines) {
  std::string out = "    ";
  for (const char c : lines) {
    out += c;
    if (c == '\n') out += "    ";
  }
  return out;
}

}  // namespace

const Explanation* find_explanation(std::string_view code) noexcept {
  const auto found = std::ranges::find_if(
      explanations(), [&](const Explanation& row) { return equal_nocase(row.code, code); });
  return found != explanations().end() ? &*found : nullptr;
}

std::string to_text(const Explanation& explanation) {
  std::string out =
      fmt::format("{}: {}\n\n{}\n", explanation.code, explanation.title, explanation.why);
  if (!explanation.wrong.empty())
    out += fmt::format("\nwrong:\n{}\n\nmended:\n{}\n", indented(explanation.wrong),
                       indented(explanation.mended));
  return out;
}

}  // namespace espial::rules
