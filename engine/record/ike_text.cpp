#include "engine/record/ike_text.hpp"

#include <fmt/format.h>

#include "engine/base/bytes.hpp"
#include "engine/base/hex.hpp"
#include "engine/registry/vendor_id.hpp"

namespace espial::record {

namespace {

constexpr std::uint32_t kKeyLength = 14;  // of IKEv1's and of IKEv2's attributes alike

const registry::Registry* v1_algorithms(std::uint32_t attribute_type) {
  switch (attribute_type) {
    case 1: return &registry::kIkeV1Encryption;
    case 2: return &registry::kIkeV1Hash;
    case 3: return &registry::kIkeV1AuthenticationMethods;
    case 4: return &registry::kIkeV1Groups;
    default: return nullptr;
  }
}

std::string name_or_number(const registry::Registry& registry, std::uint64_t number) {
  if (std::in_range<std::uint32_t>(number)) {
    const auto name = registry::name_of(registry, static_cast<std::uint32_t>(number));
    if (!name.empty()) return std::string(name);
  }
  return std::to_string(number);
}

std::string key_length_text(const v1::Transform& transform) {
  for (const v1::Attribute& attribute : transform.attributes()) {
    const auto bits = attribute_number(attribute);
    if (attribute.type() == kKeyLength && bits) return fmt::format("/{}", *bits);
  }
  return {};
}

std::string v1_transform_text(const v1::Transform& transform) {
  std::string text;
  for (const v1::Attribute& attribute : transform.attributes()) {
    const registry::Registry* algorithms = v1_algorithms(attribute.type());
    const auto number = attribute_number(attribute);
    if (algorithms == nullptr || !number) continue;
    if (!text.empty()) text.push_back('+');
    text += name_or_number(*algorithms, *number);
    if (algorithms == &registry::kIkeV1Encryption) text += key_length_text(transform);
  }
  return text.empty() ? std::to_string(transform.id()) : text;
}

}  // namespace

std::optional<std::uint64_t> attribute_number(const v1::Attribute& attribute) {
  if (attribute.short_form()) return attribute.value();
  if (attribute.data().empty() || attribute.data().size() > sizeof(std::uint64_t))
    return std::nullopt;
  std::uint64_t value = 0;
  for (const std::byte b : as_bytes(attribute.data()))
    value = (value << 8U) | std::to_integer<std::uint64_t>(b);
  return value;
}

std::string notify_text(const v1::IkeMessage& ike, const v1::Notify& notify) {
  return name_or_number(
      ike.major_version() == 1 ? registry::kIkeV1NotifyTypes : registry::kIkeV2NotifyTypes,
      notify.type());
}

std::string transform_text(const v1::IkeMessage& ike, const v1::Transform& transform) {
  if (ike.major_version() == 1) return v1_transform_text(transform);
  const registry::Registry* ids =
      std::in_range<std::uint8_t>(transform.type())
          ? registry::transform_ids(static_cast<std::uint8_t>(transform.type()))
          : nullptr;
  const auto name = ids == nullptr ? std::string_view{} : registry::name_of(*ids, transform.id());
  if (name.empty()) return fmt::format("{}:{}", transform.type(), transform.id());
  return std::string(name) + key_length_text(transform);
}

std::string vendor_text(const std::string& vendor_id) {
  const auto name = registry::vendor_name(as_bytes(vendor_id));
  return name.empty() ? to_hex(as_bytes(vendor_id)) : std::string(name);
}

}  // namespace espial::record
