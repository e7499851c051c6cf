#include <fmt/format.h>

#include "engine/base/text.hpp"
#include "rules/syntax/cursor.hpp"

namespace espial::rules {
namespace {

constexpr bool ends_word(char c) noexcept {
  return is_blank(c) || c == '(';
}

constexpr bool is_arrow_letter(char c) noexcept {
  return c == '-' || c == '<' || c == '>' || c == '=';
}

std::string_view parse_word(Cursor& in) {
  in.skip_blanks();
  return in.skip_while([](char c) { return !ends_word(c); });
}

/// True if the header is at its end, which is said once.
bool ends_early(Cursor& in, std::string_view missing) {
  in.skip_blanks();
  if (!in.done() && in.peek() != '(') return false;
  in.error("E0106", in.since(in.at()),
           fmt::format("the rule header ends here, {} is missing", missing))
      .note("a header is: action protocol source port -> destination port");
  return true;
}

/// Words between the source port and the direction do not belong there: skips them, if a direction
/// follows.
void skip_to_arrow(Cursor& in) {
  const std::string_view header = in.rest().substr(0, in.rest().find('('));
  for (const std::string_view arrow : {" -> ", " <> "}) {
    const std::size_t found = header.find(arrow);
    if (found == std::string_view::npos) continue;
    const std::string_view extra = header.substr(0, found);
    in.error("E0107", extra,
             fmt::format("`{}` stands between the source port and the direction", extra))
        .note("a list of several values stands in brackets: [80,443]");
    in.advance(found + 1);
    return;
  }
}

/// Reads `->` or `<>`, or says what is there instead and goes on as if it were right.
std::string_view parse_direction(Cursor& in) {
  in.skip_blanks();
  const std::size_t begin = in.at();
  std::string_view word = in.skip_while(is_arrow_letter);
  if (word == "->" || word == "<>") return word;
  if (!word.empty()) {
    Diagnostic& wrong = in.error("E0107", word, fmt::format("`{}` is no direction", word));
    wrong.mend(in.span_of(word), "->");
    if (word.starts_with('<'))
      wrong.note("there is no `<-`: exchange source and destination, or write `<>` for both ways");
    return {};
  }
  const std::size_t errors = in.errors();
  skip_to_arrow(in);
  if (in.errors() != errors) return in.skip_while(is_arrow_letter);
  const std::string_view here = in.since(begin);
  in.error("E0107", here, "the direction `->` or `<>` is missing here")
      .mend(in.span_of(here), "-> ");
  return {};
}

bool parse_part(Cursor& in, Expression& out, std::string_view name) {
  if (ends_early(in, name)) return false;
  const std::size_t begin = in.at();
  out = parse_expression(in);
  if (in.at() == begin) in.advance();  // a stray ']', which was reported
  return true;
}

}  // namespace

void parse_header(Cursor& in, RuleNode& rule) {
  rule.action = parse_word(in);
  if (ends_early(in, "the protocol")) return;
  rule.protocol = parse_word(in);
  if (!parse_part(in, rule.source, "the source address")) return;
  if (!parse_part(in, rule.source_port, "the source port")) return;
  if (ends_early(in, "the direction")) return;
  rule.direction = parse_direction(in);
  if (!parse_part(in, rule.destination, "the destination address")) return;
  if (!parse_part(in, rule.destination_port, "the destination port")) return;
  in.skip_blanks();
  const std::string_view extra = trim(in.skip_while([](char c) { return c != '('; }));
  if (!extra.empty()) {
    in.error("E0115", extra, "unexpected text between the header and the options")
        .note("a list of several values stands in brackets: [80,443]");
  }
}

}  // namespace espial::rules
