#include "engine/config/value.hpp"

#include <fmt/format.h>

namespace espial::config {
namespace {

/// The word of a unit and the power of two that it stands for. Largest first: show() takes the
/// first that divides the number.
using Unit = std::pair<std::string_view, unsigned>;
constexpr auto kUnits = std::to_array<Unit>(
    {{"gb", 30}, {"mb", 20}, {"kb", 10}, {"gib", 30}, {"mib", 20}, {"kib", 10}});
constexpr std::size_t kShownUnits = 3;  // the spellings that show() writes

}  // namespace

std::optional<bool> Format<bool>::parse(std::string_view text) noexcept {
  for (const std::string_view yes : {"yes", "true", "on", "1"})
    if (equal_nocase(text, yes)) return true;
  for (const std::string_view no : {"no", "false", "off", "0"})
    if (equal_nocase(text, no)) return false;
  return std::nullopt;
}

std::string Format<bool>::show(bool value) {
  return value ? "yes" : "no";
}

std::optional<std::optional<bool>> Format<std::optional<bool>>::parse(
    std::string_view text) noexcept {
  if (equal_nocase(text, "auto")) return std::optional<bool>();
  const auto value = Format<bool>::parse(text);
  if (!value) return std::nullopt;
  return value;
}

std::string Format<std::optional<bool>>::show(std::optional<bool> value) {
  return value ? Format<bool>::show(*value) : "auto";
}

std::optional<ByteSize> Format<ByteSize>::parse(std::string_view text) noexcept {
  unsigned shift = 0;
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::string_view unit = trim(text.substr(digits));
  if (!unit.empty()) {
    const auto* const known = std::ranges::find_if(
        kUnits, [&](const Unit& candidate) { return equal_nocase(candidate.first, unit); });
    if (known == kUnits.end()) return std::nullopt;
    shift = known->second;
  }
  const auto count = parse_number<std::uint64_t>(text.substr(0, digits));
  if (!count || *count > (std::numeric_limits<std::uint64_t>::max() >> shift)) return std::nullopt;
  return ByteSize{*count << shift};
}

std::string Format<ByteSize>::show(ByteSize value) {
  for (const auto& [word, shift] : std::span(kUnits).first<kShownUnits>()) {
    const std::uint64_t count = value.bytes >> shift;
    if (count != 0 && count << shift == value.bytes) return fmt::format("{}{}", count, word);
  }
  return std::to_string(value.bytes);
}

std::optional<std::chrono::seconds> Format<std::chrono::seconds>::parse(
    std::string_view text) noexcept {
  const auto count = parse_number<std::uint32_t>(text);
  if (!count || *count > kMost) return std::nullopt;
  return std::chrono::seconds(*count);
}

std::optional<QueueRange> Format<QueueRange>::parse(std::string_view text) noexcept {
  const std::size_t colon = text.find(':');
  const auto first = parse_number<std::uint16_t>(text.substr(0, colon));
  const auto last =
      colon == std::string_view::npos ? first : parse_number<std::uint16_t>(text.substr(colon + 1));
  if (!first || !last || *first > *last) return std::nullopt;
  return QueueRange{.first = *first, .last = *last};
}

std::string Format<QueueRange>::show(QueueRange value) {
  return value.first == value.last ? std::to_string(value.first)
                                   : fmt::format("{}:{}", value.first, value.last);
}

}  // namespace espial::config
