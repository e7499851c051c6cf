#include "rules/check/patterns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>
#include <utility>

#include "engine/base/hex.hpp"
#include "rules/check/pcre_value.hpp"
#include "rules/check/quoted.hpp"

namespace espial::rules {
namespace {

constexpr std::int32_t kMostRelative = 1'048'576;  // Suricata's bound of distance and within
constexpr std::int32_t kMostAbsolute = 65'535;

struct Bounds {
  std::int32_t least, most;
};

Bounds bounds_of(std::string_view modifier) {
  if (modifier == "distance") return {.least = -kMostRelative, .most = kMostRelative};
  if (modifier == "within") return {.least = 1, .most = kMostRelative};
  if (modifier == "depth") return {.least = 1, .most = kMostAbsolute};
  return {.least = 0, .most = kMostAbsolute};  // offset
}

std::optional<std::int32_t> parse_signed(RuleContext& context, std::string_view modifier,
                                         std::string_view text) {
  const bool negative = text.starts_with('-');
  const auto digits = parse_number<std::uint32_t>(negative ? text.substr(1) : text);
  if (!digits) {
    Diagnostic& wrong =
        context.error("E0207", text, fmt::format("expected a number, not `{}`", text));
    if (text.contains(':')) wrong.note("is a `;` missing before the next option?");
    return std::nullopt;
  }
  const Bounds bounds = bounds_of(modifier);
  const std::int64_t value = negative ? -std::int64_t{*digits} : std::int64_t{*digits};
  if (value < bounds.least || value > bounds.most) {
    context.error(
        "E0208", text,
        fmt::format("{} takes {} to {}, not {}", modifier, bounds.least, bounds.most, value));
    return std::nullopt;
  }
  return static_cast<std::int32_t>(value);
}

}  // namespace

Patterns::Said& Patterns::member(Modifiers& said, std::string_view name) {
  if (name == "nocase") return said.nocase;
  if (name == "startswith") return said.starts_with;
  if (name == "endswith") return said.ends_with;
  if (name == "offset") return said.offset;
  if (name == "depth") return said.depth;
  if (name == "distance") return said.distance;
  return said.within;
}

void Patterns::open_buffer(const Keyword& keyword, const Option& option) {
  if (option.has_value) {
    check_bytes(context_, keyword, option);
    return;
  }
  close_buffer();
  buffer_ = {.field = keyword.field, .option = &option, .entries = {}};
}

void Patterns::add_content(const Option& option) {
  Entry entry{.pattern = Content{}, .modifiers = {}, .option = &option};
  const auto quoted = parse_quoted(context_, option);
  if (quoted) {
    auto bytes = parse_content_bytes(context_, quoted->inside);
    if (bytes && bytes->empty()) context_.error("E0501", option.value, "the content is empty");
    auto& content = std::get<Content>(entry.pattern);
    content.negated = quoted->negated;
    content.bytes = std::move(bytes).value_or("");
  }
  buffer_.entries.push_back(std::move(entry));  // a wrong one too: modifiers refer to it
}

void Patterns::add_damaged(const Option& option) {
  buffer_.entries.push_back({.pattern = Content{}, .modifiers = {}, .option = &option});
}

void Patterns::add_pcre(const Option& option) {
  buffer_.entries.push_back(
      {.pattern = parse_pcre(context_, option), .modifiers = {}, .option = &option});
}

void Patterns::modify_content(const Keyword& keyword, const Option& option) {
  auto backwards = buffer_.entries | std::views::reverse;
  const auto last = std::ranges::find_if(
      backwards, [](const Entry& entry) { return std::holds_alternative<Content>(entry.pattern); });
  if (last == backwards.end()) {
    context_.error(
        "E0502", option.text,
        fmt::format("there is no content before `{}` that it could modify", option.name));
    return;
  }
  Said& said = member(last->modifiers, keyword.name);
  if (said) {
    context_
        .error("E0515", option.text, fmt::format("`{}` is said twice of one content", keyword.name))
        .note("said first here", context_.span_of(said.option->text));
    return;
  }
  if (!keyword.takes_value) {
    said = {.option = &option};
  } else if (const auto value = parse_signed(context_, keyword.name, option.value)) {
    said = {.option = &option, .value = *value};
  }
}

void Patterns::finish() {
  close_buffer();
}

void Patterns::close_buffer() {
  Buffer buffer = std::exchange(buffer_, {});
  if (buffer.entries.empty()) {
    if (buffer.option != nullptr) {
      context_
          .error("E0514", buffer.option->text,
                 fmt::format("nothing is looked for in {}", buffer.option->name))
          .note("a content or pcre stands behind the buffer that it looks at");
    }
    return;
  }
  BufferTest test{.buffer = buffer.field, .patterns = {}};
  for (std::size_t i = 0; i < buffer.entries.size(); ++i) {
    check_content(buffer, i);
    Entry& entry = buffer.entries[i];
    if (auto* const content = std::get_if<Content>(&entry.pattern)) {
      const Modifiers& said = entry.modifiers;
      content->nocase = static_cast<bool>(said.nocase);
      content->starts_with = static_cast<bool>(said.starts_with);
      content->ends_with = static_cast<bool>(said.ends_with);
      content->offset = said.offset.number();
      content->depth = said.depth.number();
      content->distance = said.distance.number();
      content->within = said.within.number();
    }
    test.patterns.push_back(std::move(entry.pattern));
  }
  context_.add(std::move(test),
               buffer.option != nullptr ? *buffer.option : *buffer.entries.front().option);
}

void Patterns::check_content(const Buffer& buffer, std::size_t index) {
  const Entry& entry = buffer.entries[index];
  check_relative(buffer, index);
  const auto* const content = std::get_if<Content>(&entry.pattern);
  if (content == nullptr) return;
  check_lengths(*content, entry.modifiers);
  check_together(entry.modifiers);
}

void Patterns::check_lengths(const Content& content, const Modifiers& said) {
  const auto length = static_cast<std::int64_t>(content.bytes.size());
  const auto check = [&](std::string_view code, const Said& limit) {
    if (!limit || limit.value >= length) return;
    context_
        .error(code, limit.option->text,
               fmt::format("{} is less than the {} bytes of the content: it can never match",
                           limit.option->text, length))
        .mend(context_.span_of(limit.option->value), fmt::format("{}", length));
  };
  check("E0504", said.depth);
  check("E0505", said.within);
}

void Patterns::check_together(const Modifiers& said) {
  for (const Said* other : {&said.offset, &said.depth, &said.distance, &said.within})
    conflict(said.starts_with, *other);
  conflict(said.ends_with, said.offset);
  for (const Said* relative : {&said.distance, &said.within}) {
    conflict(said.offset, *relative);
    conflict(said.depth, *relative);
  }
}

void Patterns::conflict(const Said& first, const Said& second) {
  if (!first || !second) return;
  const Option& later =
      first.option->text.data() < second.option->text.data() ? *second.option : *first.option;
  const Option& earlier = &later == second.option ? *first.option : *second.option;
  context_
      .error("E0503", later.text,
             fmt::format("`{}` and `{}` contradict each other on one content", earlier.name,
                         later.name))
      .note("the other one is here", context_.span_of(earlier.text));
}

void Patterns::check_relative(const Buffer& buffer, std::size_t index) {
  if (index > 0) return;
  const Entry& entry = buffer.entries[index];
  const auto* const pcre = std::get_if<Pcre>(&entry.pattern);
  const Option* relative = pcre != nullptr && pcre->relative ? entry.option : nullptr;
  if (entry.modifiers.distance) relative = entry.modifiers.distance.option;
  if (entry.modifiers.within) relative = entry.modifiers.within.option;
  if (relative == nullptr) return;
  context_.warning("W0507", relative->text,
                   fmt::format("`{}` counts from the match before, and there is none in this "
                               "buffer: it counts from the start",
                               relative->text));
}

void check_bytes(RuleContext& context, const Keyword& keyword, const Option& option) {
  std::string_view value = option.value;
  const bool negated = value.starts_with('!');
  if (negated) value = trim(value.substr(1));
  const auto bytes = from_hex(value);
  if (!bytes || bytes->empty()) {
    context
        .error("E0214", value,
               fmt::format("the value of {} is hex digits, two a byte", keyword.name))
        .note(fmt::format("without a value, `{};` names the buffer of the contents behind it",
                          keyword.name));
    return;
  }
  constexpr std::size_t ike_spi_size = 8;
  const bool is_spi =
      keyword.field == FieldId::ike_initiator_spi || keyword.field == FieldId::ike_responder_spi ||
      keyword.field == FieldId::ike_init_spi || keyword.field == FieldId::ike_resp_spi;
  if (is_spi && bytes->size() != ike_spi_size) {
    context.error("E0214", value,
                  fmt::format("an IKE SPI has 16 hex digits, here are {}", value.size()));
    return;
  }
  // A text buffer holds the hex digits themselves.
  std::string whole =
      keyword.kind == KeywordKind::text ? to_hex(*bytes) : std::string(as_text(*bytes));
  context.add(BytesTest{.field = keyword.field, .bytes = std::move(whole), .negated = negated},
              option);
}

}  // namespace espial::rules
