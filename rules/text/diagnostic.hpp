#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/text/source.hpp"

namespace espial::rules {

enum class Severity : std::uint8_t { error, warning };

/// Text that mends the mistake when it replaces the bytes of `where`; an empty span inserts.
struct Fix {
  SourceSpan where;
  std::string replacement;
};

struct Note {
  std::string text;
  std::optional<SourceSpan> where;  // of something else that matters: the other rule with this sid
};

/// One mistake. Codes are stable: E0203 is an error, W0603 a warning, each explained in
/// rules/check/codes.cpp. The wording of messages may change.
struct Diagnostic {
  Severity severity = Severity::error;
  std::string_view code;  // a literal
  SourceSpan where;
  std::string message;
  std::vector<Note> notes;
  std::optional<Fix> fix;

  Diagnostic& note(std::string text) {
    notes.push_back({.text = std::move(text), .where = std::nullopt});
    return *this;
  }
  Diagnostic& note(std::string text, SourceSpan place) {
    notes.push_back({.text = std::move(text), .where = place});
    return *this;
  }
  Diagnostic& mend(SourceSpan place, std::string replacement) {
    fix = Fix{.where = place, .replacement = std::move(replacement)};
    return *this;
  }
};

/// Collects what is wrong with rules, all of it. Of a flood (a hostile or binary file) the first
/// kMostKept are kept and the rest counted.
class Diagnostics {
 public:
  static constexpr std::size_t kMostKept = 10'000;

  /// The new diagnostic, to add notes and a fix to; good until the next call.
  Diagnostic& error(std::string_view code, SourceSpan where, std::string message) {
    ++errors_;
    return add({.severity = Severity::error,
                .code = code,
                .where = where,
                .message = std::move(message),
                .notes = {},
                .fix = {}});
  }
  Diagnostic& warning(std::string_view code, SourceSpan where, std::string message) {
    ++warnings_;
    return add({.severity = Severity::warning,
                .code = code,
                .where = where,
                .message = std::move(message),
                .notes = {},
                .fix = {}});
  }

  [[nodiscard]] const std::vector<Diagnostic>& kept() const noexcept { return kept_; }
  [[nodiscard]] std::size_t errors() const noexcept { return errors_; }
  [[nodiscard]] std::size_t warnings() const noexcept { return warnings_; }
  [[nodiscard]] std::size_t not_kept() const noexcept { return errors_ + warnings_ - kept_.size(); }
  /// By file and place, as people read; what stands at one place stays in order of discovery.
  void sort();

 private:
  Diagnostic& add(Diagnostic diagnostic);

  std::vector<Diagnostic> kept_;
  Diagnostic overflow_;
  std::size_t errors_ = 0, warnings_ = 0;
};

}  // namespace espial::rules
