#pragma once
#include <algorithm>
#include <string_view>

#include "rules/syntax/ast.hpp"
#include "rules/text/diagnostic.hpp"

namespace espial::rules {

[[nodiscard]] constexpr bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\r';
}

/// A place in a rule's text, and where to complain. What every part of the parser works on.
class Cursor {
 public:
  Cursor(const RuleText& rule, Diagnostics& diagnostics) : rule_(rule), diagnostics_(diagnostics) {}

  [[nodiscard]] bool done() const noexcept { return at_ >= text().size(); }
  /// The character here, NUL at the end.
  [[nodiscard]] char peek() const noexcept { return done() ? '\0' : text()[at_]; }
  [[nodiscard]] std::size_t at() const noexcept { return at_; }
  [[nodiscard]] std::string_view text() const noexcept { return rule_.text(); }
  [[nodiscard]] std::string_view rest() const noexcept { return text().substr(at_); }
  /// The text from `begin` to here.
  [[nodiscard]] std::string_view since(std::size_t begin) const noexcept {
    return text().substr(begin, at_ - begin);
  }

  void advance(std::size_t n = 1) noexcept { at_ = std::min(at_ + n, text().size()); }
  void go_to(std::size_t at) noexcept { at_ = std::min(at, text().size()); }
  bool accept(char c) noexcept {
    const bool here = !done() && peek() == c;
    if (here) advance();
    return here;
  }
  void skip_blanks() noexcept { skip_while(is_blank); }
  template <class Predicate>
  std::string_view skip_while(Predicate belongs) noexcept {
    const std::size_t begin = at_;
    while (!done() && belongs(peek())) advance();
    return since(begin);
  }

  Diagnostic& error(std::string_view code, std::string_view part, std::string message) {
    ++errors_;
    return diagnostics_.error(code, rule_.span_of(part), std::move(message));
  }
  [[nodiscard]] SourceSpan span_of(std::string_view part) const noexcept {
    return rule_.span_of(part);
  }
  [[nodiscard]] std::size_t errors() const noexcept { return errors_; }

 private:
  const RuleText& rule_;
  Diagnostics& diagnostics_;
  std::size_t at_ = 0;
  std::size_t errors_ = 0;
};

/// Parts of the parser; each leaves the cursor behind what it read.
[[nodiscard]] Expression parse_expression(Cursor& in);
void parse_header(Cursor& in, RuleNode& rule);
void parse_options(Cursor& in, RuleNode& rule);

}  // namespace espial::rules
