#include "tools/espial/field_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/registry/registry.hpp"

namespace espial::tools {
namespace {

using rules::FieldId;

/// What a reader looks for first: the beginning of an object, whatever else is in it.
constexpr auto kFirst = std::to_array<FieldId>(
    {FieldId::ike_initiator_spi, FieldId::ike_version, FieldId::ike_exchtype, FieldId::ike_flags,
     FieldId::ike_message_id, FieldId::ike_length, FieldId::ike_payload, FieldId::ike_vendor_id,
     FieldId::ike_notify, FieldId::ike_proposal, FieldId::ike_transform, FieldId::ike_ke_group});

/// By the place among those, then by the field's number.
std::pair<std::ptrdiff_t, FieldId> place_of(const rules::Keyword* keyword) {
  return {std::ranges::find(kFirst, keyword->field) - kFirst.begin(), keyword->field};
}

std::vector<const rules::Keyword*> collect_printed() {
  std::vector<const rules::Keyword*> printed;
  for (const rules::Keyword& keyword : rules::keywords())
    if (keyword.field != FieldId::none && !keyword.echo) printed.push_back(&keyword);
  std::ranges::sort(printed, {}, place_of);
  return printed;
}

constexpr std::uint64_t kHalf = 0xffff;

/// The names of a pair's halves, where they have some: the second has a registry for each first.
std::string pair_name(const rules::Keyword& keyword, std::uint64_t value, bool v1) {
  const auto first = static_cast<std::uint16_t>(value >> 16U);
  const registry::Registry* const firsts = v1 ? keyword.names_v1 : keyword.names_v2;
  const registry::Registry* seconds = nullptr;
  if (keyword.field == rules::FieldId::ike_transform && first <= 0xff)
    seconds = registry::transform_ids(static_cast<std::uint8_t>(first));
  if (keyword.field == rules::FieldId::ike_attribute && v1)
    seconds = registry::phase1_values(first);
  const auto name_in = [](const registry::Registry* names, std::uint64_t number) {
    return names != nullptr ? registry::name_of(*names, static_cast<std::uint32_t>(number)) : "";
  };
  const std::string_view first_name = name_in(firsts, first);
  const std::string_view second_name = name_in(seconds, value & kHalf);
  if (first_name.empty() || second_name.empty())
    return std::string(first_name.empty() ? second_name : first_name);
  return fmt::format("{} {}", first_name, second_name);
}

}  // namespace

std::span<const rules::Keyword* const> printed_keywords() {
  static const std::vector<const rules::Keyword*> kPrinted = collect_printed();
  return kPrinted;
}

bool FieldValues::number(std::uint64_t value) {
  numbers_.push_back(value);
  return false;
}

bool FieldValues::bytes(ByteView value) {
  buffers_.emplace_back(as_text(value));
  return false;
}

void FieldValues::gather(const detect::PacketFacts& facts, const rules::Keyword& keyword) {
  numbers_.clear();
  buffers_.clear();
  facts.visit(keyword.field, *this);
}

bool is_shown_as_number(const rules::Keyword& keyword) noexcept {
  return keyword.kind == rules::KeywordKind::number ||
         keyword.kind == rules::KeywordKind::bit_set || keyword.kind == rules::KeywordKind::layered;
}

std::string value_text(const rules::Keyword& keyword, std::uint64_t value) {
  if (keyword.kind == rules::KeywordKind::version)
    return fmt::format("{}.{}", value >> 4U, value & 0x0fU);
  if (keyword.kind == rules::KeywordKind::pair)
    return fmt::format("{}:{}", value >> 16U, value & kHalf);
  if (keyword.kind == rules::KeywordKind::name || keyword.kind == rules::KeywordKind::ip_option) {
    const auto name = registry::name_of(*keyword.names_v2, static_cast<std::uint32_t>(value));
    if (!name.empty()) return std::string(name);
  }
  return fmt::format("{}", value);
}

std::string value_name(const rules::Keyword& keyword, std::uint64_t value, unsigned ike_major) {
  const bool v1 = ike_major == 1;
  if (keyword.kind == rules::KeywordKind::pair) return pair_name(keyword, value, v1);
  const registry::Registry* const names = v1 ? keyword.names_v1 : keyword.names_v2;
  if (names == nullptr) return "";
  return std::string(registry::name_of(*names, static_cast<std::uint32_t>(value)));
}

}  // namespace espial::tools
