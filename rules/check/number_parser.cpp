#include "rules/check/number_parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "rules/syntax/limits.hpp"

namespace espial::rules {
namespace {

struct Unit {
  std::string_view suffix;
  std::uint64_t factor;
};

constexpr auto kUnits = std::to_array<Unit>({{.suffix = "kb", .factor = 1ULL << 10U},
                                             {.suffix = "kib", .factor = 1ULL << 10U},
                                             {.suffix = "mb", .factor = 1ULL << 20U},
                                             {.suffix = "mib", .factor = 1ULL << 20U},
                                             {.suffix = "gb", .factor = 1ULL << 30U},
                                             {.suffix = "gib", .factor = 1ULL << 30U}});

/// Decimal, hex, or decimal with a unit.
std::optional<std::uint64_t> parse_integer(std::string_view text) {
  if (const auto plain = parse_number<std::uint64_t>(text)) return plain;
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto unit = std::ranges::find_if(
      kUnits, [&](const Unit& row) { return equal_nocase(row.suffix, text.substr(digits)); });
  const auto count = parse_number<std::uint32_t>(text.substr(0, digits));
  if (unit == kUnits.end() || !count) return std::nullopt;
  return *count * unit->factor;
}

bool is_all_digits(std::string_view text) {
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  if (hex) text.remove_prefix(2);
  const std::string_view digits = hex ? "0123456789abcdefABCDEF" : "0123456789";
  return !text.empty() && text.find_first_not_of(digits) == std::string_view::npos;
}

}  // namespace

bool take_negation(std::string_view& value) {
  if (!value.starts_with('!')) return false;
  value = trim(value.substr(value.starts_with("!=") ? 2 : 1));
  return true;
}

std::optional<std::vector<std::string_view>> split_list(RuleContext& context,
                                                        std::string_view text) {
  if (!text.starts_with('[')) return std::vector{text};
  if (!text.ends_with(']')) {
    context.error("E0113", text, "the list is not closed").mend(context.span_of(end_of(text)), "]");
    return std::nullopt;
  }
  std::vector<std::string_view> items;
  std::string_view rest = text.substr(1, text.size() - 2);
  for (bool more = true; more && items.size() < kMaxListItems;) {
    const std::size_t comma = rest.find(',');
    const std::string_view item = rest.substr(0, comma);
    items.push_back(trim(item));
    if (items.back().empty()) {
      context.error("E0114", front_of(item), "an item of the list is missing here");
      return std::nullopt;
    }
    more = comma != std::string_view::npos;
    if (more) rest.remove_prefix(comma + 1);
  }
  return items;
}

std::optional<std::vector<NumberRange>> NumberParser::parse_ranges(std::string_view text) {
  const auto items = split_list(context_, text);
  if (!items) return std::nullopt;
  std::vector<NumberRange> ranges;
  for (const std::string_view item : *items) {
    if (const auto range = parse_item(item)) ranges.push_back(*range);
  }
  if (ranges.size() != items->size()) return std::nullopt;
  return ranges;
}

std::optional<NumberRange> NumberParser::parse_item(std::string_view item) {
  if (item.starts_with('!')) {
    context_.error("E0215", item.substr(0, 1),
                   "a `!` stands before the whole value, not inside of a list");
    return std::nullopt;
  }
  if (item.starts_with('<') || item.starts_with('>') || item.starts_with('='))
    return parse_comparison(item);
  for (const std::string_view separator : {"<>", "-"}) {
    const std::size_t at = item.find(separator);
    if (at == std::string_view::npos) continue;
    const std::string_view left = trim(item.substr(0, at));
    const std::string_view right = trim(item.substr(at + separator.size()));
    if (parse_integer(left) && parse_integer(right)) return parse_between(item, left, right);
  }
  const auto value = parse_value(item);
  if (!value) return std::nullopt;
  return NumberRange{.first = *value, .last = *value};
}

std::optional<NumberRange> NumberParser::parse_comparison(std::string_view item) {
  const bool or_equal = item.substr(1).starts_with('=') && item.front() != '=';
  const auto value = parse_value(trim(item.substr(or_equal ? 2 : 1)));
  if (!value) return std::nullopt;
  if (item.starts_with('=')) return NumberRange{.first = *value, .last = *value};
  const bool less = item.starts_with('<');
  const std::uint64_t edge = less ? 0 : max_;
  if (!or_equal && *value == edge) {
    context_.error("E0209", item,
                   fmt::format("no number is {} than {} here", less ? "less" : "greater", *value));
    return std::nullopt;
  }
  if (less) return NumberRange{.first = 0, .last = or_equal ? *value : *value - 1};
  return NumberRange{.first = or_equal ? *value : *value + 1, .last = max_};
}

std::optional<NumberRange> NumberParser::parse_between(std::string_view item, std::string_view left,
                                                       std::string_view right) {
  const auto first = parse_value(left);
  const auto last = parse_value(right);
  if (!first || !last) return std::nullopt;
  if (*last < 2 || *first > *last - 2) {
    context_.error("E0209", item, fmt::format("no number lies between {} and {}", *first, *last))
        .note("as in Suricata a range leaves out both ends: 34-37 is 35 and 36");
    return std::nullopt;
  }
  return NumberRange{.first = *first + 1, .last = *last - 1};
}

std::optional<std::uint64_t> NumberParser::parse_value(std::string_view word) {
  // Suricata's older keywords take a number in quotes as well.
  if (word.size() > 2 && word.starts_with('"') && word.ends_with('"'))
    word = trim(word.substr(1, word.size() - 2));
  const bool may_be_name = scope_.v1 != nullptr || scope_.v2 != nullptr;
  const auto number = !may_be_name && equal_nocase(word.substr(0, 1), "x")
                          ? parse_integer(fmt::format("0{}", word))  // Suricata's hex of `tos`
                          : parse_integer(word);
  if (number && *number <= max_) return number;
  if (number || is_all_digits(word)) {
    context_.error("E0208", word,
                   fmt::format("`{}` is out of range: 0 to {} ({:#x})", word, max_, max_));
    return std::nullopt;
  }
  if (word.contains(',')) {
    context_.error("E0216", word, "a list stands in brackets")
        .mend(context_.span_of(word), fmt::format("[{}]", word));
    return std::nullopt;
  }
  if (word.empty() || !may_be_name) {
    Diagnostic& wrong =
        context_.error("E0207", word, fmt::format("expected a number, not `{}`", word));
    if (word.contains(':')) wrong.note("is a `;` missing before the next option?");
    return std::nullopt;
  }
  return resolve_name(context_, scope_, word);
}

}  // namespace espial::rules
