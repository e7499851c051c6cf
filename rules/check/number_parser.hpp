#pragma once
#include <optional>

#include "rules/check/names.hpp"

namespace espial::rules {

/// Takes `!` or `!=` from the front of a value.
[[nodiscard]] bool take_negation(std::string_view& value);

/// Takes `[a,b]` apart, without blanks around the items; a text without brackets is its own only
/// item. Says so if a bracket or an item is missing.
[[nodiscard]] std::optional<std::vector<std::string_view>> split_list(RuleContext& context,
                                                                      std::string_view text);

/// Reads the forms of a number up to `max`, with the names of `scope`.
class NumberParser {
 public:
  NumberParser(RuleContext& context, NameScope scope, std::uint64_t max)
      : context_(context), scope_(scope), max_(max) {}

  /// A list or one item; never empty. Nothing if it is wrong, which is said.
  [[nodiscard]] std::optional<std::vector<NumberRange>> parse_ranges(std::string_view text);
  /// One number or name.
  [[nodiscard]] std::optional<std::uint64_t> parse_value(std::string_view word);

 private:
  [[nodiscard]] std::optional<NumberRange> parse_item(std::string_view item);
  [[nodiscard]] std::optional<NumberRange> parse_comparison(std::string_view item);
  [[nodiscard]] std::optional<NumberRange> parse_between(std::string_view item,
                                                         std::string_view left,
                                                         std::string_view right);

  RuleContext& context_;
  NameScope scope_;
  std::uint64_t max_;
};

}  // namespace espial::rules
