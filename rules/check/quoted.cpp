#include "rules/check/quoted.hpp"

#include <fmt/format.h>

#include "engine/base/hex.hpp"

namespace espial::rules {
namespace {

constexpr std::string_view kEscapable = ";\"\\:";

/// The character behind the backslash at `at`, if it may be escaped.
std::optional<char> escaped(RuleContext& context, std::string_view inside, std::size_t at) {
  if (at + 1 < inside.size() && kEscapable.contains(inside[at + 1])) return inside[at + 1];
  const std::string_view part = inside.substr(at, 2);
  context.error("E0509", part, fmt::format("`{}` is no escape", part))
      .note("a backslash stands before ; \" \\ or : only; other bytes are written in hex: |5c|");
  return std::nullopt;
}

/// The bytes of `00 ff 41`, which stands between bars.
bool append_hex(RuleContext& context, std::string_view hex, std::string& out) {
  std::optional<std::uint8_t> high;
  for (std::size_t at = 0; at < hex.size(); ++at) {
    if (hex[at] == ' ') continue;
    const auto digit = hex_digit(hex[at]);
    if (!digit) {
      context.error("E0508", hex.substr(at, 1), fmt::format("`{}` is no hex digit", hex[at]))
          .note("between bars stand bytes as two hex digits each: |0d 0a|");
      return false;
    }
    if (high) {
      out += static_cast<char>((*high << 4U) | *digit);
      high.reset();
    } else {
      high = digit;
    }
  }
  if (!high) return true;
  context.error("E0508", hex, "a byte has two hex digits, here is one too few or too many");
  return false;
}

/// Appends what starts at `at`: a character, an escape, or the bytes between two bars. Gives the
/// length of its text, zero if it is wrong.
std::size_t append_piece(RuleContext& context, std::string_view inside, std::size_t at,
                         std::string& out) {
  if (inside[at] == '\\') {
    const auto character = escaped(context, inside, at);
    if (!character) return 0;
    out += *character;
    return 2;
  }
  if (inside[at] != '|') {
    out += inside[at];
    return 1;
  }
  const std::size_t bar = inside.find('|', at + 1);
  if (bar == std::string_view::npos) {
    context.error("E0508", inside.substr(at), "the bar that ends the hex bytes is missing")
        .mend(context.span_of(end_of(inside)), "|");
    return 0;
  }
  return append_hex(context, inside.substr(at + 1, bar - at - 1), out) ? bar + 1 - at : 0;
}

}  // namespace

std::optional<Quoted> parse_quoted(RuleContext& context, const Option& option) {
  Quoted out;
  std::string_view value = option.value;
  if (value.starts_with('!')) {
    out.negated = true;
    value = trim(value.substr(1));
  }
  if (value.size() < 2 || !value.starts_with('"') || !value.ends_with('"')) {
    Diagnostic& wrong =
        context.error("E0217", value, fmt::format("the value of {} stands in quotes", option.name));
    if (!value.contains('"')) wrong.mend(context.span_of(value), fmt::format("\"{}\"", value));
    return std::nullopt;
  }
  out.inside = value.substr(1, value.size() - 2);
  return out;
}

std::optional<std::string> unescape(RuleContext& context, std::string_view inside) {
  std::string out;
  for (std::size_t at = 0; at < inside.size(); ++at) {
    if (inside[at] != '\\') {
      out += inside[at];
      continue;
    }
    const auto character = escaped(context, inside, at);
    if (!character) return std::nullopt;
    out += *character;
    ++at;
  }
  return out;
}

std::optional<std::string> parse_content_bytes(RuleContext& context, std::string_view inside) {
  std::string out;
  for (std::size_t at = 0; at < inside.size();) {
    const std::size_t size = append_piece(context, inside, at, out);
    if (size == 0) return std::nullopt;
    at += size;
  }
  return out;
}

}  // namespace espial::rules
