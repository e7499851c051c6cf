#include "engine/record/ike_suite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/base/bytes.hpp"
#include "engine/base/hex.hpp"
#include "engine/record/ike_text.hpp"

namespace espial::record {

namespace {

using registry::Registry;

constexpr std::uint32_t kKeyLength = 14;       // of IKEv1's phase 1 and of IKEv2 alike
constexpr std::uint32_t kPhase2KeyLength = 6;  // RFC 2407 section 4.5
constexpr std::uint32_t kV1Hash = 129;         // record.proto, Algorithm.kind
constexpr std::uint32_t kV1Authentication = 130;

bool is_v1(const v1::IkeMessage& ike) {
  return ike.major_version() == 1;
}

/// IKEv1: null in phase 1, where the only transform is KEY_IKE.
const Registry* phase2_transforms(const v1::Proposal& proposal) {
  return std::in_range<std::uint8_t>(proposal.protocol())
             ? registry::phase2_transforms(static_cast<std::uint8_t>(proposal.protocol()))
             : nullptr;
}

/// Names of the attribute's values; null where they are plain numbers.
const Registry* values_of(const v1::IkeMessage& ike, const v1::Proposal& proposal,
                          const v1::Attribute& attribute) {
  if (!is_v1(ike) || !std::in_range<std::uint16_t>(attribute.type())) return nullptr;
  const auto type = static_cast<std::uint16_t>(attribute.type());
  return phase2_transforms(proposal) == nullptr ? registry::phase1_values(type)
                                                : registry::phase2_values(type);
}

/// An algorithm, a group or a mode: what a transform is. The rest says for how long, and the like.
bool is_algorithm(const v1::Proposal& proposal, std::uint32_t attribute_type) {
  return phase2_transforms(proposal) == nullptr ? attribute_type >= 1 && attribute_type <= 4
                                                : attribute_type >= 3 && attribute_type <= 5;
}

std::uint32_t key_length_type(const v1::IkeMessage& ike, const v1::Proposal& proposal) {
  return is_v1(ike) && phase2_transforms(proposal) != nullptr ? kPhase2KeyLength : kKeyLength;
}

/// `/256`, or nothing.
std::string key_length_text(const v1::Transform& transform, std::uint32_t type) {
  for (const v1::Attribute& attribute : transform.attributes()) {
    const auto bits = attribute_number(attribute);
    if (attribute.type() == type && bits) return fmt::format("/{}", *bits);
  }
  return {};
}

std::string v1_transform_text(const v1::IkeMessage& ike, const v1::Proposal& proposal,
                              const v1::Transform& transform) {
  const std::string key_length = key_length_text(transform, key_length_type(ike, proposal));
  std::string text;
  if (const Registry* const ids = phase2_transforms(proposal))
    text = name_or_number(*ids, transform.id()) + key_length;
  for (const v1::Attribute& attribute : transform.attributes()) {
    const Registry* const values = values_of(ike, proposal, attribute);
    const auto number = attribute_number(attribute);
    if (values == nullptr || !number || !is_algorithm(proposal, attribute.type())) continue;
    if (!text.empty()) text.push_back('+');
    text += name_or_number(*values, *number);
    if (values == &registry::kIkeV1Encryption) text += key_length;
  }
  return text.empty() ? name_or_number(registry::kIkeV1IsakmpTransforms, transform.id()) : text;
}

const Registry* v2_algorithms(std::uint32_t transform_type) {
  return std::in_range<std::uint8_t>(transform_type)
             ? registry::transform_ids(static_cast<std::uint8_t>(transform_type))
             : nullptr;
}

const Registry* v1_algorithms(std::uint32_t kind) {
  switch (kind) {
    case 1: return &registry::kIkeV1Encryption;
    case 4: return &registry::kIkeV1Groups;
    case kV1Hash: return &registry::kIkeV1Hash;
    case kV1Authentication: return &registry::kIkeV1AuthenticationMethods;
    default: return nullptr;
  }
}

std::string_view name_in(const Registry* registry, std::uint32_t number) {
  return registry == nullptr ? std::string_view{} : registry::name_of(*registry, number);
}

/// IKEv1's own kinds stand behind encryption, where IKEv2 has what does the same.
std::uint32_t rank(const v1::Algorithm& algorithm) {
  const std::uint32_t kind = algorithm.kind();
  if (kind == kV1Hash || kind == kV1Authentication) return 2 + (kind - kV1Hash);
  return kind <= 1 ? kind : std::min(kind, 0xFFFFU) + 2;
}

std::string algorithm_text(const v1::IkeMessage& ike, const v1::Algorithm& algorithm) {
  const auto name = algorithm_name(ike, algorithm);
  std::string text =
      name.empty() ? fmt::format("{}:{}", algorithm.kind(), algorithm.id()) : std::string(name);
  if (algorithm.key_length() != 0) text += fmt::format("/{}", algorithm.key_length());
  return text;
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

std::string attribute_name(const v1::IkeMessage& ike, const v1::Proposal& proposal,
                           const v1::Attribute& attribute) {
  if (!is_v1(ike)) return name_or_number(registry::kIkeV2TransformAttributes, attribute.type());
  return name_or_number(phase2_transforms(proposal) == nullptr ? registry::kIkeV1Phase1Attributes
                                                               : registry::kIkeV1Phase2Attributes,
                        attribute.type());
}

std::string attribute_text(const v1::IkeMessage& ike, const v1::Proposal& proposal,
                           const v1::Attribute& attribute) {
  const Registry* const values = values_of(ike, proposal, attribute);
  const auto number = attribute_number(attribute);
  std::string text = attribute_name(ike, proposal, attribute) + '=';
  if (!number) return text += to_hex(as_bytes(attribute.data()));
  return text += values == nullptr ? std::to_string(*number) : name_or_number(*values, *number);
}

bool is_in_transform_text(const v1::IkeMessage& ike, const v1::Proposal& proposal,
                          const v1::Attribute& attribute) {
  if (!attribute_number(attribute)) return false;
  return attribute.type() == key_length_type(ike, proposal) ||
         (is_v1(ike) && is_algorithm(proposal, attribute.type()));
}

std::string transform_text(const v1::IkeMessage& ike, const v1::Proposal& proposal,
                           const v1::Transform& transform) {
  if (is_v1(ike)) return v1_transform_text(ike, proposal, transform);
  const auto name = name_in(v2_algorithms(transform.type()), transform.id());
  const std::string text =
      name.empty() ? fmt::format("{}:{}", transform.type(), transform.id()) : std::string(name);
  return text + key_length_text(transform, kKeyLength);
}

std::vector<const v1::Algorithm*> chosen_suite(const v1::IkeMessage& ike) {
  std::vector<std::pair<std::uint32_t, int>> order;
  order.reserve(static_cast<std::size_t>(ike.chosen_size()));
  for (int i = 0; i < ike.chosen_size(); ++i) order.emplace_back(rank(ike.chosen(i)), i);
  std::ranges::sort(order);
  std::vector<const v1::Algorithm*> suite;
  suite.reserve(order.size());
  for (const auto& [place, i] : order) suite.push_back(&ike.chosen(i));
  return suite;
}

std::string kind_name(const v1::IkeMessage& ike, const v1::Algorithm& algorithm) {
  if (!is_v1(ike)) return name_or_number(registry::kIkeV2TransformTypes, algorithm.kind());
  // RFC 2409 appendix A.
  constexpr std::uint32_t kHashAttribute = 2;
  constexpr std::uint32_t kAuthenticationAttribute = 3;
  switch (algorithm.kind()) {
    case kV1Hash: return name_or_number(registry::kIkeV1Phase1Attributes, kHashAttribute);
    case kV1Authentication:
      return name_or_number(registry::kIkeV1Phase1Attributes, kAuthenticationAttribute);
    case 1:
    case 4: return name_or_number(registry::kIkeV1Phase1Attributes, algorithm.kind());
    default: return std::to_string(algorithm.kind());
  }
}

std::string_view algorithm_name(const v1::IkeMessage& ike, const v1::Algorithm& algorithm) {
  return name_in(is_v1(ike) ? v1_algorithms(algorithm.kind()) : v2_algorithms(algorithm.kind()),
                 algorithm.id());
}

std::string suite_text(const v1::IkeMessage& ike) {
  std::string text;
  for (const v1::Algorithm* const algorithm : chosen_suite(ike)) {
    if (!text.empty()) text.push_back('+');
    text += algorithm_text(ike, *algorithm);
  }
  return text;
}

}  // namespace espial::record
