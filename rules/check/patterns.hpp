#pragma once
#include "rules/catalog/keyword.hpp"
#include "rules/check/rule_context.hpp"

namespace espial::rules {

/// Collects the patterns of a rule in the order of its options: contents with their modifiers and
/// regular expressions, each on the buffer that was named before it, at first the payload.
class Patterns {
 public:
  explicit Patterns(RuleContext& context) : context_(context) {}

  /// A sticky buffer is named; with a value it is a test of its own and opens nothing.
  void open_buffer(const Keyword& keyword, const Option& option);
  void add_content(const Option& option);
  /// A content that could not be read stands in for itself: modifiers refer to it.
  void add_damaged(const Option& option);
  void modify_content(const Keyword& keyword, const Option& option);
  void add_pcre(const Option& option);
  /// Checks what only shows when all modifiers are known, and gives the rule its buffer tests.
  void finish();

 private:
  /// A modifier, and the option that it came from.
  struct Said {
    const Option* option = nullptr;
    std::int32_t value = 0;
    explicit operator bool() const noexcept { return option != nullptr; }
    [[nodiscard]] std::optional<std::int32_t> number() const {
      return option != nullptr ? std::optional(value) : std::nullopt;
    }
  };
  struct Modifiers {
    Said nocase, starts_with, ends_with, offset, depth, distance, within;
  };
  struct Entry {
    Pattern pattern;
    Modifiers modifiers;
    const Option* option = nullptr;
  };
  struct Buffer {
    FieldId field = FieldId::packet_payload;
    const Option* option = nullptr;  // none: the payload, which no option names
    std::vector<Entry> entries;
  };

  void close_buffer();
  void check_content(const Buffer& buffer, std::size_t index);
  void check_lengths(const Content& content, const Modifiers& said);
  void check_together(const Modifiers& said);
  void check_relative(const Buffer& buffer, std::size_t index);
  void conflict(const Said& first, const Said& second);
  static Said& member(Modifiers& said, std::string_view name);

  RuleContext& context_;
  Buffer buffer_;
};

/// A value of a bytes or text keyword: hex digits, with `!` before them if negated.
void check_bytes(RuleContext& context, const Keyword& keyword, const Option& option);

}  // namespace espial::rules
