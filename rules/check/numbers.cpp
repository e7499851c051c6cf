#include "rules/check/numbers.hpp"

#include <fmt/format.h>

#include "rules/check/number_parser.hpp"

namespace espial::rules {
namespace {

constexpr std::uint64_t max_of(unsigned bits) {
  return ~std::uint64_t{0} >> (64 - bits);
}

/// `&mask=value`, `&mask!=value`.
std::optional<NumberTest> parse_mask(RuleContext& context, const Keyword& keyword,
                                     std::string_view whole, NumberParser& numbers) {
  const std::string_view text = whole.substr(1);
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) {
    context.error("E0215", whole, "a mask is followed by `=` or `!=` and the bits that are left")
        .mend(context.span_of(whole), fmt::format("&{0}={0}", trim(text)));
    return std::nullopt;
  }
  std::string_view mask_text = text.substr(0, equals);
  const bool negated = mask_text.ends_with('!');
  if (negated) mask_text.remove_suffix(1);
  const auto mask = numbers.parse_value(trim(mask_text));
  const auto value = numbers.parse_value(trim(text.substr(equals + 1)));
  if (!mask || !value) return std::nullopt;
  if ((*value & ~*mask) != 0) {
    context.error(
        "E0215", whole,
        fmt::format(
            "{:#x} has bits that the mask {:#x} takes out: the comparison is decided already",
            *value, *mask));
    return std::nullopt;
  }
  return NumberTest{.field = keyword.field,
                    .mask = *mask,
                    .ranges = {{.first = *value, .last = *value}},
                    .negated = negated};
}

std::uint64_t version_number(std::uint64_t major, std::uint64_t minor) {
  return (major << 4U) | minor;
}

/// The interval of `2` or `2.0`.
std::optional<NumberRange> parse_version(RuleContext& context, std::string_view word) {
  const std::size_t dot = word.find('.');
  const auto major = parse_number<std::uint8_t>(trim(word.substr(0, dot)));
  const auto minor = dot == std::string_view::npos
                         ? std::uint8_t{0}
                         : parse_number<std::uint8_t>(trim(word.substr(dot + 1)));
  if (!major || !minor || *major > 15 || *minor > 15) {
    context.error("E0212", word, fmt::format("`{}` is no version", word))
        .note("a version is 2, for any minor version, or 2.0; both up to 15");
    return std::nullopt;
  }
  if (dot != std::string_view::npos)
    return NumberRange{.first = version_number(*major, *minor),
                       .last = version_number(*major, *minor)};
  return NumberRange{.first = version_number(*major, 0), .last = version_number(*major, 15)};
}

std::optional<NumberRange> parse_version_item(RuleContext& context, std::string_view item) {
  const std::size_t letters = std::min(item.find_first_not_of("<>="), item.size());
  const std::string_view sign = item.substr(0, letters);
  const auto version = parse_version(context, trim(item.substr(letters)));
  if (!version) return std::nullopt;
  constexpr std::uint64_t last_version = 0xff;
  if (sign.empty() || sign == "=") return version;
  if (sign == ">=") return NumberRange{.first = version->first, .last = last_version};
  if (sign == "<=") return NumberRange{.first = 0, .last = version->last};
  if (sign == ">" && version->last < last_version)
    return NumberRange{.first = version->last + 1, .last = last_version};
  if (sign == "<" && version->first > 0) return NumberRange{.first = 0, .last = version->first - 1};
  context.error("E0209", item, fmt::format("no version is `{}`", item));
  return std::nullopt;
}

/// Names of the second half of a pair whose first half is `type`: ids of a transform type, values
/// of an attribute of IKEv1.
NameScope second_names(const Keyword& keyword, std::uint64_t type) {
  if (keyword.field == FieldId::ike_attribute)
    return {.v2 = nullptr, .v1 = registry::phase1_values(static_cast<std::uint16_t>(type))};
  if (keyword.field == FieldId::ike_transform && type <= 0xff)
    return {.v2 = registry::transform_ids(static_cast<std::uint8_t>(type)), .v1 = nullptr};
  return {};
}

void add_pair(RuleContext& context, const Keyword& keyword, std::string_view text,
              std::vector<NumberRange>& out) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) {
    context
        .error("E0213", text,
               fmt::format("{} takes two values with a colon between them", keyword.name))
        .note(fmt::format("for example {}", keyword.example));
    return;
  }
  NumberParser first(context, {.v2 = keyword.names_v2, .v1 = keyword.names_v1},
                     max_of(keyword.bits));
  const auto type = first.parse_value(trim(text.substr(0, colon)));
  if (!type) return;
  NumberParser second(context, second_names(keyword, *type), max_of(keyword.bits));
  const auto ranges = second.parse_ranges(trim(text.substr(colon + 1)));
  if (!ranges) return;
  for (const NumberRange& range : *ranges)
    out.push_back({.first = (*type << 16U) | range.first, .last = (*type << 16U) | range.last});
}

}  // namespace

std::optional<NumberTest> parse_number_test(RuleContext& context, const Keyword& keyword,
                                            std::string_view value) {
  NumberParser numbers(context, {.v2 = keyword.names_v2, .v1 = keyword.names_v1},
                       max_of(keyword.bits));
  if (value.starts_with('&')) return parse_mask(context, keyword, value, numbers);
  const bool negated = take_negation(value);
  auto ranges = numbers.parse_ranges(value);
  if (!ranges) return std::nullopt;
  return NumberTest{.field = keyword.field,
                    .mask = ~std::uint64_t{0},
                    .ranges = std::move(*ranges),
                    .negated = negated};
}

void check_number(RuleContext& context, const Keyword& keyword, const Option& option) {
  if (auto test = parse_number_test(context, keyword, option.value))
    context.add(std::move(*test), option);
}

void check_version(RuleContext& context, const Keyword& keyword, const Option& option) {
  std::string_view value = option.value;
  const bool negated = take_negation(value);
  const auto items = split_list(context, value);
  if (!items) return;
  NumberTest test{
      .field = keyword.field, .mask = ~std::uint64_t{0}, .ranges = {}, .negated = negated};
  for (const std::string_view item : *items) {
    if (const auto range = parse_version_item(context, item)) test.ranges.push_back(*range);
  }
  if (test.ranges.size() == items->size()) context.add(std::move(test), option);
}

void check_pair(RuleContext& context, const Keyword& keyword, const Option& option) {
  std::string_view value = option.value;
  NumberTest test{.field = keyword.field,
                  .mask = ~std::uint64_t{0},
                  .ranges = {},
                  .negated = take_negation(value)};
  const auto items = split_list(context, value);
  if (!items) return;
  for (const std::string_view item : *items) add_pair(context, keyword, item, test.ranges);
  if (test.ranges.size() >= items->size()) context.add(std::move(test), option);
}

}  // namespace espial::rules
