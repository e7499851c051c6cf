#include "rules/text/render.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "rules/text/json.hpp"
#include "rules/text/utf8.hpp"

namespace espial::rules {
namespace {

constexpr std::size_t kTabWidth = 4;
constexpr std::size_t kLineWidth = 110;  // of the source line that is shown
constexpr std::size_t kBefore = 60;      // columns of it before the place, when it has to be cut

std::string_view severity_name(Severity severity) {
  switch (severity) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
  }
  std::unreachable();
}

std::string position_text(const SourceFiles& files, SourceSpan where) {
  const Position position = files[where.file].position(where.begin);
  return fmt::format("{}:{}:{}", files[where.file].path(), position.line, position.column);
}

/// A source line as cells, one to a column of the terminal.
class Cells {
 public:
  Cells(std::string_view line, std::size_t begin, std::size_t end) {
    const std::size_t bytes = line.size();
    for (std::string_view rest = line; !rest.empty();) {
      const std::size_t at = bytes - rest.size();
      if (at < begin) caret_ = cells_.size() + 1;
      if (at < end) caret_end_ = cells_.size() + 1;
      const Character character = first_character(rest);
      if (character.code == U'\t' && character.valid) {
        cells_.resize((cells_.size() / kTabWidth + 1) * kTabWidth, " ");
      } else {
        cells_.push_back(is_printable(character) ? character.bytes : "\uFFFD");
      }
      rest.remove_prefix(character.bytes.size());
      if (at < begin) caret_ = cells_.size();
      if (at < end) caret_end_ = cells_.size();
    }
    caret_end_ = std::max(caret_end_, caret_ + 1);
  }

  /// The line and, below, the carets, each behind `gutter`.
  [[nodiscard]] std::string text(std::string_view gutter, std::string_view empty_gutter) const {
    std::size_t first = 0;
    if (cells_.size() > kLineWidth && caret_ > kBefore) first = caret_ - kBefore;
    const std::size_t last = std::min(cells_.size(), first + kLineWidth);
    std::string shown(first > 0 ? "..." : "");
    const std::size_t indent = shown.size() + caret_ - first;
    for (std::size_t i = first; i < last; ++i) shown += cells_[i];
    if (last < cells_.size()) shown += "...";
    const std::size_t width =
        std::max<std::size_t>(1, std::min(caret_end_, std::max(last, caret_)) - caret_);
    return fmt::format("{}{}\n{}{}{}\n", gutter, shown, empty_gutter, std::string(indent, ' '),
                       std::string(width, '^'));
  }

 private:
  std::vector<std::string_view> cells_;
  std::size_t caret_ = 0, caret_end_ = 0;
};

std::string fix_text(const SourceFiles& files, const Fix& fix) {
  const std::string_view old =
      files[fix.where.file].text().substr(fix.where.begin, fix.where.end - fix.where.begin);
  if (fix.replacement.empty()) return fmt::format("leave out `{}`", old);
  if (old.empty()) return fmt::format("put `{}` here", fix.replacement);
  return fmt::format("write `{}`", fix.replacement);
}

std::string json_place(const SourceFiles& files, SourceSpan where) {
  const SourceFile& file = files[where.file];
  const Position begin = file.position(where.begin);
  const Position end = file.position(where.end);
  return fmt::format(
      R"("file":{},"line":{},"column":{},"end_line":{},"end_column":{},"offset":{},"length":{})",
      json_string(file.path()), begin.line, begin.column, end.line, end.column, where.begin,
      where.end - where.begin);
}

}  // namespace

std::string render_text(const SourceFiles& files, const Diagnostic& diagnostic) {
  const SourceFile& file = files[diagnostic.where.file];
  const Position position = file.position(diagnostic.where.begin);
  const std::uint32_t begin = file.line_begin(position.line);
  const std::string number = fmt::format("{:>4}", position.line);
  const std::string blank(number.size(), ' ');
  std::string out =
      fmt::format("{}: {}[{}]: {}\n", position_text(files, diagnostic.where),
                  severity_name(diagnostic.severity), diagnostic.code, diagnostic.message);
  out +=
      Cells(file.line(position.line), diagnostic.where.begin - begin, diagnostic.where.end - begin)
          .text(number + " | ", blank + " | ");
  for (const Note& note : diagnostic.notes) {
    out += note.where ? fmt::format("{} = note: {}: {}\n", blank, position_text(files, *note.where),
                                    note.text)
                      : fmt::format("{} = note: {}\n", blank, note.text);
  }
  if (diagnostic.fix)
    out += fmt::format("{} = help: {}\n", blank, fix_text(files, *diagnostic.fix));
  return out;
}

std::string render_json(const SourceFiles& files, const Diagnostic& diagnostic) {
  std::string notes;
  for (const Note& note : diagnostic.notes) {
    notes += fmt::format("{}{{\"text\":{}", notes.empty() ? "" : ",", json_string(note.text));
    if (note.where) notes += ',' + json_place(files, *note.where);
    notes += '}';
  }
  std::string out =
      fmt::format(R"({{{},"severity":"{}","code":"{}","message":{},"notes":[{}])",
                  json_place(files, diagnostic.where), severity_name(diagnostic.severity),
                  diagnostic.code, json_string(diagnostic.message), notes);
  if (diagnostic.fix) {
    out +=
        fmt::format(R"(,"fix":{{{},"replacement":{}}})", json_place(files, diagnostic.fix->where),
                    json_string(diagnostic.fix->replacement));
  }
  return out += '}';
}

std::string render_text(const SourceFiles& files, const Diagnostics& diagnostics) {
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics.kept()) out += render_text(files, diagnostic);
  if (diagnostics.not_kept() > 0) out += fmt::format("... and {} more\n", diagnostics.not_kept());
  return out;
}

std::string render_json(const SourceFiles& files, const Diagnostics& diagnostics) {
  std::string list;
  for (const Diagnostic& diagnostic : diagnostics.kept()) {
    if (!list.empty()) list += ",\n";
    list += render_json(files, diagnostic);
  }
  return fmt::format("{{\"diagnostics\":[{}],\"errors\":{},\"warnings\":{}}}\n", list,
                     diagnostics.errors(), diagnostics.warnings());
}

}  // namespace espial::rules
