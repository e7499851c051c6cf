#include "rules/check/flow_state.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "rules/check/numbers.hpp"
#include "rules/check/value_parts.hpp"

namespace espial::rules {
namespace {

struct CountRow {
  std::string_view keyword;
  FlowCount count;
  /// Of a keyword that says the side itself; else the value begins with it, but for an age.
  std::optional<FlowSides> sides = std::nullopt;
};
constexpr auto kCounts = std::to_array<CountRow>({
    {.keyword = "flow.age", .count = FlowCount::age, .sides = FlowSides::either},
    {.keyword = "flow.bytes", .count = FlowCount::bytes},
    {.keyword = "flow.bytes_toclient", .count = FlowCount::bytes, .sides = FlowSides::to_client},
    {.keyword = "flow.bytes_toserver", .count = FlowCount::bytes, .sides = FlowSides::to_server},
    {.keyword = "flow.pkts", .count = FlowCount::packets},
    {.keyword = "flow.pkts_toclient", .count = FlowCount::packets, .sides = FlowSides::to_client},
    {.keyword = "flow.pkts_toserver", .count = FlowCount::packets, .sides = FlowSides::to_server},
    {.keyword = "stream_size", .count = FlowCount::stream_size},
});

struct SidesRow {
  std::string_view word;
  FlowSides sides;
};
constexpr auto kDirections = std::to_array<SidesRow>({
    {.word = "toserver", .sides = FlowSides::to_server},
    {.word = "toclient", .sides = FlowSides::to_client},
    {.word = "either", .sides = FlowSides::either},
    {.word = "both", .sides = FlowSides::both},
});
/// The client sends to the server.
constexpr auto kSenders = std::to_array<SidesRow>({
    {.word = "client", .sides = FlowSides::to_server},
    {.word = "server", .sides = FlowSides::to_client},
    {.word = "either", .sides = FlowSides::either},
    {.word = "both", .sides = FlowSides::both},
});

std::optional<FlowSides> parse_sides(RuleContext& context, const Keyword& keyword,
                                     std::string_view word, std::span<const SidesRow> rows) {
  const auto row =
      std::ranges::find_if(rows, [&](const SidesRow& known) { return known.word == word; });
  if (row != rows.end()) return row->sides;
  wrong_form(context, keyword, word,
             fmt::format("{} begins with one of {}, {}, {} and {}, not `{}`", keyword.name,
                         rows[0].word, rows[1].word, rows[2].word, rows[3].word, word));
  return std::nullopt;
}

/// `>,5000`: stream_size has a comma behind the sign. Gives the values.
std::optional<NumberTest> parse_size(RuleContext& context, const Keyword& keyword,
                                     std::string_view value) {
  constexpr auto kSigns = std::to_array<std::string_view>({"<", ">", "=", "!=", "<=", ">="});
  const std::size_t comma = value.find(',');
  const std::string_view sign = trim(value.substr(0, comma));
  if (comma == std::string_view::npos || std::ranges::find(kSigns, sign) == kSigns.end())
    return parse_number_test(context, keyword, value);
  const std::string_view number = trim(value.substr(comma + 1));
  const auto at = parse_number_test(context, keyword, number);
  if (!at) return std::nullopt;
  const bool plain = !at->negated && at->mask == ~std::uint64_t{0} && at->ranges.size() == 1 &&
                     at->ranges.front().first == at->ranges.front().last;
  const std::uint64_t edge = at->ranges.front().first;
  constexpr std::uint64_t kMost = 0xffff'ffff;
  if (!plain || (sign == "<" && edge == 0) || (sign == ">" && edge == kMost)) {
    context.error("E0209", value, fmt::format("no size is {} {}", sign, number));
    return std::nullopt;
  }
  NumberTest test = *at;
  test.negated = sign == "!=";
  if (sign == "<") test.ranges = {{.first = 0, .last = edge - 1}};
  if (sign == "<=") test.ranges = {{.first = 0, .last = edge}};
  if (sign == ">") test.ranges = {{.first = edge + 1, .last = kMost}};
  if (sign == ">=") test.ranges = {{.first = edge, .last = kMost}};
  return test;
}

struct EventName {
  registry::EventSource source;
  std::string_view name;
};

/// Prefixes are optional where the keyword says whose event it is.
EventName event_name(const Keyword& keyword, std::string_view value) {
  using registry::EventSource;
  constexpr std::string_view kDecoder = "decoder.";
  constexpr std::string_view kStream = "stream.";
  if (value.starts_with(kDecoder) && keyword.name != "stream-event")
    return {.source = EventSource::decoder, .name = value.substr(kDecoder.size())};
  if (value.starts_with(kStream) && keyword.name != "decode-event")
    return {.source = EventSource::stream, .name = value.substr(kStream.size())};
  return {.source = keyword.name == "stream-event" ? EventSource::stream : EventSource::decoder,
          .name = value};
}

}  // namespace

void check_flow_count(RuleContext& context, const Keyword& keyword, const Option& option) {
  const auto row = std::ranges::find(kCounts, keyword.name, &CountRow::keyword);
  FlowCountTest test{.count = row->count, .sides = FlowSides::either, .values = {}};
  std::string_view value = option.value;
  if (row->sides) {
    test.sides = *row->sides;
  } else {
    const std::size_t comma = value.find(',');
    if (comma == std::string_view::npos) {
      wrong_form(context, keyword, value,
                 fmt::format("{} takes a side, a comma and a number", keyword.name));
      return;
    }
    const bool size = row->count == FlowCount::stream_size;
    const auto sides = parse_sides(context, keyword, trim(value.substr(0, comma)),
                                   size ? std::span(kSenders) : std::span(kDirections));
    if (!sides) return;
    test.sides = *sides;
    value = trim(value.substr(comma + 1));
  }
  auto values = row->count == FlowCount::stream_size ? parse_size(context, keyword, value)
                                                     : parse_number_test(context, keyword, value);
  if (!values) return;
  test.values = std::move(*values);
  context.add(std::move(test), option);
}

void check_packet_event(RuleContext& context, const Keyword& keyword, const Option& option) {
  const EventName named = event_name(keyword, option.value);
  if (const auto event = registry::find_packet_event(named.source, named.name)) {
    context.add(EventTest{.source = named.source, .event = *event}, option);
    return;
  }
  suggest(context,
          context.error("E0232", named.name,
                        fmt::format("{} knows no event `{}`", keyword.name, named.name)),
          named.name, registry::packet_events(named.source));
}

}  // namespace espial::rules
