#include "tools/espial/field_values.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/hex.hpp"
#include "engine/registry/registry.hpp"

namespace espial::tools {
namespace {

std::vector<const rules::Keyword*> collect_printed() {
  std::vector<const rules::Keyword*> printed;
  for (const rules::Keyword& keyword : rules::keywords())
    if (keyword.field != rules::FieldId::none && keyword.kind != rules::KeywordKind::text)
      printed.push_back(&keyword);
  std::ranges::sort(printed, {}, &rules::Keyword::field);
  return printed;
}

constexpr std::uint64_t kHalf = 0xffff;

/// Transform ids have a registry for each type.
std::string transform_name(std::uint64_t value) {
  const auto type = static_cast<std::uint8_t>(value >> 16U);
  const std::string_view type_name = registry::name_of(registry::kIkeV2TransformTypes, type);
  const registry::Registry* const ids = registry::transform_ids(type);
  const std::string_view id_name =
      ids != nullptr ? registry::name_of(*ids, static_cast<std::uint32_t>(value & kHalf)) : "";
  return type_name.empty() && id_name.empty() ? "" : fmt::format("{} {}", type_name, id_name);
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
  texts_.push_back(to_hex(value));
  return false;
}

void FieldValues::gather(const detect::PacketFacts& facts, rules::FieldId field) {
  numbers_.clear();
  texts_.clear();
  facts.visit(field, *this);
}

std::string version_text(std::uint64_t value) {
  return fmt::format("{}.{}", value >> 4U, value & 0x0fU);
}

std::string pair_text(std::uint64_t value) {
  return fmt::format("{}:{}", value >> 16U, value & kHalf);
}

std::string value_name(const rules::Keyword& keyword, std::uint64_t value, unsigned ike_major) {
  if (keyword.field == rules::FieldId::ike_transform) return transform_name(value);
  const registry::Registry* const names = ike_major == 1 ? keyword.names_v1 : keyword.names_v2;
  if (names == nullptr) return "";
  const bool pair = keyword.kind == rules::KeywordKind::pair;
  return std::string(
      registry::name_of(*names, static_cast<std::uint32_t>(pair ? value >> 16U : value)));
}

}  // namespace espial::tools
