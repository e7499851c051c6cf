#include "rules/check/suricata_ike.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/registry/anomaly.hpp"
#include "rules/catalog/sa_attribute.hpp"
#include "rules/check/number_parser.hpp"

namespace espial::rules {
namespace {

constexpr std::uint64_t kMostValue = 0xffff'ffff;

void say_unknown_attribute(RuleContext& context, std::string_view name) {
  std::vector<std::string_view> names;
  names.reserve(std::size(kSaAttributes));
  for (const SaAttribute& attribute : kSaAttributes) names.push_back(attribute.name);
  Diagnostic& unknown = context.error(
      "E0210", name, fmt::format("`{}` is no attribute of an SA that Suricata names", name));
  suggest(context, unknown, name, names);
  unknown.note(fmt::format("they are {}", fmt::join(names, ", ")));
}

constexpr std::array kEvents = {&registry::kSuricataIkeEvents, &registry::kIkeAnomalies};

std::optional<std::uint32_t> event_number(std::string_view name) {
  for (const registry::Registry* const events : kEvents)
    if (const auto number = registry::number_of(*events, name)) return number;
  return std::nullopt;
}

void say_unknown_event(RuleContext& context, std::string_view name) {
  std::vector<std::string_view> names;
  for (const registry::Registry* const events : kEvents)
    for (const registry::NumberName& row : events->rows) names.push_back(row.name);
  suggest(context, context.error("E0210", name, fmt::format("ike has no event `{}`", name)), name,
          names);
}

}  // namespace

void check_sa_attribute(RuleContext& context, const Keyword& keyword, const Option& option) {
  std::string_view text = option.value;
  NumberTest test{.field = keyword.field,
                  .mask = ~std::uint64_t{0},
                  .ranges = {},
                  .negated = take_negation(text)};
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) {
    context
        .error(
            "E0213", text,
            fmt::format("{} takes an attribute and its value with `=` between them", keyword.name))
        .note(fmt::format("for example {}", keyword.example));
    return;
  }
  const std::string_view name = trim(text.substr(0, equals));
  const auto attribute = std::ranges::find(kSaAttributes, name, &SaAttribute::name);
  if (attribute == kSaAttributes.end()) {
    say_unknown_attribute(context, name);
    return;
  }
  const NameScope values{.v2 = registry::transform_ids(attribute->transform_type),
                         .v1 = registry::phase1_values(attribute->type)};
  const auto ranges =
      NumberParser(context, values, kMostValue).parse_ranges(trim(text.substr(equals + 1)));
  if (!ranges) return;
  for (const NumberRange& range : *ranges)
    test.ranges.push_back({.first = sa_attribute_value(attribute->type, range.first),
                           .last = sa_attribute_value(attribute->type, range.last)});
  context.add(std::move(test), option);
}

void check_app_layer_event(RuleContext& context, const Option& option) {
  const std::string_view value = trim(option.value);
  const std::size_t dot = value.find('.');
  const std::string_view protocol = value.substr(0, dot);
  const bool of_ike = protocol == "ike" || protocol == "ikev1" || protocol == "ikev2";
  if (!of_ike || dot == std::string_view::npos) {
    Diagnostic& other = context.error(
        "E0902", value, fmt::format("the application layer event `{}` is not supported", value));
    other.note("events of ike are: for example app-layer-event:ike.weak_crypto_dh");
    if (event_number(value)) other.mend(context.span_of(value), fmt::format("ike.{}", value));
    return;
  }
  const std::string_view name = value.substr(dot + 1);
  const auto number = event_number(name);
  if (!number) {
    say_unknown_event(context, name);
    return;
  }
  context.add(NumberTest{.field = FieldId::ike_anomaly,
                         .mask = ~std::uint64_t{0},
                         .ranges = {{.first = *number, .last = *number}},
                         .negated = false},
              option);
}

}  // namespace espial::rules
