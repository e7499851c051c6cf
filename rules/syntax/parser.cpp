#include "rules/syntax/parser.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/text.hpp"
#include "rules/syntax/cursor.hpp"
#include "rules/syntax/limits.hpp"

namespace espial::rules {
namespace {

/// Takes a file apart into comments, blank lines and rules.
class FileParser {
 public:
  FileParser(const SourceFile& source, std::uint32_t file, Diagnostics& diagnostics)
      : text_(source.text()), file_(file), diagnostics_(diagnostics) {}

  SyntaxTree parse() {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (text_.starts_with(byte_order_mark)) at_ = byte_order_mark.size();
    while (at_ < text_.size()) tree_.items.push_back(parse_item());
    return std::move(tree_);
  }

 private:
  /// The line here without its end; goes to the next one.
  std::string_view next_line() {
    const std::size_t end = std::min(text_.find('\n', at_), text_.size());
    std::string_view line = text_.substr(at_, end - at_);
    if (line.ends_with('\r')) line.remove_suffix(1);
    at_ = end + 1;
    return line;
  }

  RuleText rule_text() {
    const std::size_t begin = at_;
    std::string_view line = next_line();
    if (!line.ends_with('\\')) return {line, file_, static_cast<std::uint32_t>(begin)};
    std::string joined;
    std::vector<RuleText::Piece> pieces;
    for (std::size_t start = begin;; start = at_, line = next_line()) {
      pieces.push_back({.at = static_cast<std::uint32_t>(joined.size()),
                        .offset = static_cast<std::uint32_t>(start)});
      const bool more = line.ends_with('\\');
      joined += line.substr(0, line.size() - (more ? 1 : 0));
      if (!more || at_ >= text_.size()) break;
    }
    return {tree_.joined.emplace_back(std::move(joined)), file_, std::move(pieces)};
  }

  Item parse_item() {
    const std::size_t begin = at_;
    const std::string_view line = trim(next_line());
    if (line.empty()) return BlankLine{};
    if (line.starts_with('#')) return Comment{.text = line};  // a comment is never continued
    at_ = begin;
    RuleText text = rule_text();
    const std::string_view joined = trim(text.text());
    if (joined.empty()) return BlankLine{};
    if (joined.starts_with('#')) return Comment{.text = joined};
    return parse_rule(std::move(text));
  }

  RuleNode parse_rule(RuleText text) {
    RuleNode rule;
    rule.text = std::move(text);
    Cursor in(rule.text, diagnostics_);
    if (is_readable(in)) {
      parse_header(in, rule);
      parse_options(in, rule);
    }
    rule.damaged = in.errors() != 0;
    return rule;
  }

  static bool is_readable(Cursor& in) {
    if (trim(in.text()).size() > kMaxRuleBytes) {
      in.error("E0102", in.text().substr(0, 1),
               fmt::format("the rule is longer than {} bytes", kMaxRuleBytes));
      return false;
    }
    const auto bad = std::ranges::find_if(in.text(), [](char c) {
      return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\r') || c == '\x7f';
    });
    if (bad == in.text().end()) return true;
    const std::string_view here =
        in.text().substr(static_cast<std::size_t>(bad - in.text().begin()), 1);
    in.error("E0105", here,
             fmt::format("the control character {:#04x} has no place in a rule",
                         static_cast<unsigned char>(*bad)))
        .note("in a content it is written in hex between bars: |00|");
    return false;
  }

  std::string_view text_;
  std::uint32_t file_;
  Diagnostics& diagnostics_;
  std::size_t at_ = 0;
  SyntaxTree tree_;
};

}  // namespace

SyntaxTree parse(const SourceFiles& files, std::uint32_t file, Diagnostics& diagnostics) {
  const SourceFile& source = files[file];
  if (source.text().size() > kMaxFileBytes) {
    diagnostics.error("E0101", {.file = file, .begin = 0, .end = 1},
                      fmt::format("the file is larger than {} MiB", kMaxFileBytes >> 20U));
    return {};
  }
  return FileParser(source, file, diagnostics).parse();
}

}  // namespace espial::rules
