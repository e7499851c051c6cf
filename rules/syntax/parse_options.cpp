#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/base/text.hpp"
#include "rules/catalog/keyword.hpp"
#include "rules/syntax/cursor.hpp"
#include "rules/syntax/limits.hpp"

namespace espial::rules {
namespace {

constexpr bool is_name_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-';
}

/// True if `text` goes on with a known option, or with the end of the options.
bool starts_option(std::string_view text) {
  constexpr std::size_t longest_name = 64;
  text = trim(text.substr(0, std::min<std::size_t>(text.size(), 2 * longest_name)));
  if (text.empty() || text == ")") return true;
  std::size_t size = 0;
  while (size < text.size() && is_name_letter(text[size])) ++size;
  if (find_keyword(text.substr(0, size)) == nullptr) return false;
  const std::string_view behind = trim(text.substr(size));
  return behind.starts_with(':') || behind.starts_with(';');
}

class OptionParser {
 public:
  OptionParser(Cursor& in, RuleNode& rule) : in_(in), rule_(rule) {}

  void parse() {
    while (!at_end()) {
      if (rule_.options.size() >= kMaxOptions) {
        in_.error("E0103", in_.since(in_.at()),
                  fmt::format("the rule has more than {} options", kMaxOptions));
        return;
      }
      parse_option();
    }
    in_.skip_blanks();
    if (in_.done()) return;
    const std::string_view extra = trim(in_.rest());
    in_.error("E0110", extra, "unexpected text behind the options")
        .note("a comment stands on a line of its own")
        .mend(in_.span_of(extra), "");
  }

 private:
  bool at_end() {
    in_.skip_blanks();
    if (in_.accept(')')) return true;
    if (!in_.done()) return false;
    // A missing `;` before the `)` has taken the `)` along and was reported.
    if (!closed_) {
      in_.error("E0109", in_.since(in_.at()), "the options are not closed")
          .mend(in_.span_of(in_.since(in_.at())), ")");
    }
    return true;
  }

  void parse_option() {
    Option option;
    const std::size_t begin = in_.at();
    option.name = in_.skip_while(is_name_letter);
    in_.skip_blanks();
    if (option.name.empty()) {
      skip_nameless(begin);
      return;
    }
    if (in_.accept(':')) {
      option.has_value = true;
      parse_value(option);
    } else if (!in_.accept(';')) {
      expect_separator(option);
    }
    option.text = trim(in_.since(begin));
    if (option.text.ends_with(';')) option.text.remove_suffix(1);
    rule_.options.push_back(option);
  }

  void skip_nameless(std::size_t begin) {
    if (in_.accept(';')) {
      in_.error("E0111", in_.since(begin), "there is no option before this `;`")
          .mend(in_.span_of(in_.since(begin)), "");
      return;
    }
    const std::string_view stray = in_.skip_while([](char c) { return c != ';'; });
    in_.accept(';');
    in_.error("E0111", stray, "an option starts with the name of a keyword");
  }

  /// Behind a name there was neither `:` nor `;`.
  void expect_separator(Option& option) {
    option.damaged = true;
    if (trim(in_.rest()) == ")" || in_.done() || starts_option(in_.rest())) {
      missing_semicolon(option.name);
      return;
    }
    const std::string_view rest = in_.skip_while([](char c) { return c != ';'; });
    in_.accept(';');
    in_.error("E0111", rest, fmt::format("expected `:` or `;` after `{}`", option.name));
  }

  void missing_semicolon(std::string_view behind) {
    const std::string_view end = end_of(behind);
    in_.error("E0116", end, "the `;` that ends the option is missing").mend(in_.span_of(end), ";");
  }

  void parse_value(Option& option) {
    in_.skip_blanks();
    const std::size_t begin = in_.at();
    in_.accept('!');
    in_.skip_blanks();
    if (in_.peek() == '"') {
      parse_quoted(option, begin);
    } else {
      parse_plain(option, begin);
    }
  }

  /// Up to the `;` that no backslash stands before.
  void parse_plain(Option& option, std::size_t begin) {
    while (!in_.done() && in_.peek() != ';') in_.advance(in_.peek() == '\\' ? 2 : 1);
    option.value = trim(in_.since(begin));
    if (in_.accept(';')) return;
    if (option.value.ends_with(')')) {
      option.value = trim(option.value.substr(0, option.value.size() - 1));
      closed_ = true;
    }
    missing_semicolon(option.value);
  }

  void parse_quoted(Option& option, std::size_t begin) {
    const std::size_t quote = in_.at();
    in_.advance();
    if (!find_closing_quote(option, quote)) {
      option.value = trim(in_.since(begin));
      option.damaged = true;
      in_.accept(';');
      return;
    }
    option.value = in_.since(begin);
    in_.skip_blanks();
    if (in_.accept(';')) return;
    if (trim(in_.rest()) == ")" || in_.done() || starts_option(in_.rest())) {
      missing_semicolon(option.value);
      return;
    }
    const std::string_view extra = trim(in_.skip_while([](char c) { return c != ';'; }));
    in_.accept(';');
    option.damaged = true;
    in_.error("E0117", extra, "unexpected text behind the closing quote")
        .note("a quote inside of a quoted value is written \\\"");
  }

  /// Goes behind the closing quote. Without one, goes to the `;` that most likely ended the option.
  bool find_closing_quote(Option& option, std::size_t quote) {
    for (; !in_.done(); in_.advance(in_.peek() == '\\' ? 2 : 1)) {
      if (in_.accept('"')) return true;
      if (in_.peek() != ';') continue;
      if (starts_option(in_.rest().substr(1))) break;
      if (std::exchange(option.damaged, true)) continue;
      const std::string_view here = in_.rest().substr(0, 1);
      in_.error("E0112", here, "a `;` inside of quotes is written `\\;`")
          .mend(in_.span_of(here), "\\;");
    }
    in_.error("E0118", in_.text().substr(quote, 1), "the quote is not closed")
        .mend(in_.span_of(in_.since(in_.at())), "\"");
    return false;
  }

  Cursor& in_;
  RuleNode& rule_;
  bool closed_ = false;
};

}  // namespace

void parse_options(Cursor& in, RuleNode& rule) {
  in.skip_blanks();
  if (!in.accept('(')) {
    in.error("E0108", in.since(in.at()), "the options of the rule are missing: `(sid:...;)`");
    return;
  }
  OptionParser(in, rule).parse();
}

}  // namespace espial::rules
