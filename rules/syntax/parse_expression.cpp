#include <fmt/format.h>

#include "engine/base/text.hpp"
#include "rules/syntax/cursor.hpp"
#include "rules/syntax/limits.hpp"
#include "rules/syntax/parser.hpp"

namespace espial::rules {
namespace {

/// Lists nest, so this recurses, at most kMaxListDepth deep.
class ExpressionParser {
 public:
  explicit ExpressionParser(Cursor& in) : in_(in) {}

  // NOLINTBEGIN(misc-no-recursion): at most kMaxListDepth deep
  Expression parse(std::size_t depth) {
    in_.skip_blanks();
    const std::size_t begin = in_.at();
    Expression out;
    while (in_.accept('!')) {
      out.negated = !out.negated;
      in_.skip_blanks();
    }
    if (in_.peek() == '[') {
      parse_list(out, depth);
    } else {
      parse_word(out, depth > 0);
    }
    out.text = trim(in_.since(begin));
    return out;
  }
  // NOLINTEND(misc-no-recursion)

 private:
  void parse_word(Expression& out, bool in_list) {
    const auto belongs = [in_list](char c) {
      const bool ends_item = in_list && (c == ',' || c == '[');
      return !ends_item && !is_blank(c) && c != '(' && c != ']';
    };
    const std::size_t begin = in_.at();
    in_.skip_while(belongs);
    // Inside of a list blanks may stand around the colon of a port range.
    while (in_list && !in_.done()) {
      const std::size_t end = in_.at();
      in_.skip_blanks();
      const bool joined = in_.peek() == ':' || in_.text().substr(begin, end - begin).ends_with(':');
      if (joined && in_.at() > end && !in_.skip_while(belongs).empty()) continue;
      in_.go_to(end);
      break;
    }
    out.word = in_.since(begin);
    if (out.word.empty()) {
      missing_word(in_list);
      return;
    }
    out.kind = Expression::Kind::word;
    if (out.word.starts_with('$')) {
      out.kind = Expression::Kind::variable;
      out.word.remove_prefix(1);
    }
  }

  void missing_word(bool in_list) {
    const std::string_view here = in_.since(in_.at());
    if (!in_list) {
      in_.error("E0114", here, "a value is missing here");
    } else if (in_.peek() == ',' ||
               in_.peek() == ']') {  // else the list is not closed, which is said there
      in_.error("E0114", here, "an item of the list is missing here");
    }
  }

  // NOLINTBEGIN(misc-no-recursion): at most kMaxListDepth deep
  void parse_list(Expression& out, std::size_t depth) {
    const std::size_t begin = in_.at();
    in_.advance();
    out.kind = Expression::Kind::list;
    if (depth >= kMaxListDepth) {
      give_up(out, begin, depth, fmt::format("lists nest more than {} deep", kMaxListDepth));
      return;
    }
    in_.skip_blanks();
    if (in_.accept(']')) {
      in_.error("E0114", in_.since(begin), "the list is empty");
      out.kind = Expression::Kind::missing;
      return;
    }
    while (parse_item(out, depth, begin)) {
    }
  }

  /// True if another item follows.
  bool parse_item(Expression& out, std::size_t depth, std::size_t begin) {
    if (++items_ > kMaxListItems) {
      give_up(out, begin, depth, fmt::format("the list has more than {} items", kMaxListItems));
      return false;
    }
    Expression item = parse(depth + 1);
    if (given_up_) return false;
    const std::string_view end = in_.since(in_.at());
    if (item.kind != Expression::Kind::missing) out.items.push_back(std::move(item));
    in_.skip_blanks();
    if (in_.accept(',')) return true;
    if (in_.accept(']')) return false;
    in_.error("E0113", trim(in_.since(begin)), "the list is not closed")
        .mend(in_.span_of(end), "]");
    return false;
  }

  // NOLINTEND(misc-no-recursion)

  /// A list over its budget is skipped, with those around it: `depth` + 1 are open.
  void give_up(Expression& out, std::size_t begin, std::size_t depth, std::string message) {
    given_up_ = true;
    std::size_t open = depth + 1;
    in_.skip_while([&open](char c) {
      if (c == '[') ++open;
      if (c == ']') --open;
      return open > 0 && c != '(';
    });
    in_.accept(']');
    in_.error("E0104", in_.since(begin), std::move(message));
    out.kind = Expression::Kind::missing;
    out.items.clear();
  }

  Cursor& in_;
  std::size_t items_ = 0;
  bool given_up_ = false;
};

}  // namespace

Expression parse_expression(Cursor& in) {
  return ExpressionParser(in).parse(0);
}

Expression parse_expression(const RuleText& text, Diagnostics& diagnostics) {
  Cursor in(text, diagnostics);
  Expression out = parse_expression(in);
  in.skip_blanks();
  if (in.errors() == 0 && !in.done())
    in.error("E0115", in.rest(), "unexpected text behind the value");
  if (in.errors() != 0) out.kind = Expression::Kind::missing;
  return out;
}

}  // namespace espial::rules
