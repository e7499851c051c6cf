#include <fmt/format.h>

#include <span>

#include "engine/base/hex.hpp"
#include "tools/espial/dissect_text_ike.hpp"

namespace espial::tools {
namespace {

using ipsec::IkeMessage;
using registry::Registry;
using rules::FieldId;

constexpr std::uint8_t kIke = 1;  // security protocol of a proposal, alike in both versions

const Registry* transforms_v1(std::uint8_t protocol) {
  return protocol == kIke ? &registry::kIkeV1IsakmpTransforms
                          : registry::phase2_transforms(protocol);
}

struct AttributeNames {
  const Registry* types = nullptr;
  const Registry* values = nullptr;
};

AttributeNames names_of(bool v1, std::uint8_t protocol, std::uint16_t attribute) {
  if (!v1) return {.types = &registry::kIkeV2TransformAttributes};
  if (protocol == kIke)
    return {.types = &registry::kIkeV1Phase1Attributes,
            .values = registry::phase1_values(attribute)};
  return {.types = &registry::kIkeV1Phase2Attributes, .values = registry::phase2_values(attribute)};
}

/// "1:7 Encryption Algorithm AES-CBC". A rule sees no more than 65535 of a value; what is larger
/// stands behind it.
std::string attribute_text(const ipsec::Attribute& attribute, const AttributeNames& names) {
  constexpr std::uint64_t kMost = 0xFFFF;
  std::string text =
      fmt::format("{}:{}", attribute.type, std::min<std::uint64_t>(attribute.value, kMost));
  const std::string_view type = registry::name_of(*names.types, attribute.type);
  if (!type.empty()) text += fmt::format(" {}", type);
  if (attribute.data.size() > sizeof(attribute.value))
    return text + " " + short_hex(attribute.data);
  const std::string_view value =
      names.values != nullptr && attribute.value <= kMost
          ? registry::name_of(*names.values, static_cast<std::uint32_t>(attribute.value))
          : "";
  if (!value.empty()) return text + fmt::format(" {}", value);
  if (attribute.value > kMost) text += fmt::format(" {}", attribute.value);
  return text;
}

void write_attributes(const IkeMessage& message, const ipsec::Transform& transform,
                      std::uint8_t protocol, TextTree& tree) {
  constexpr std::uint16_t kLifeDuration = 12;
  constexpr std::uint64_t kMost = 0xFFFF'FFFF;
  const bool v1 = message.header.is_v1();
  const auto level = tree.deeper();
  for (const ipsec::Attribute& attribute :
       std::span(message.attributes)
           .subspan(transform.first_attribute, transform.attribute_count)) {
    tree.field(FieldId::ike_attribute,
               attribute_text(attribute, names_of(v1, protocol, attribute.type)));
    if (v1 && attribute.type == kLifeDuration)
      tree.field(FieldId::ike_life_duration, fmt::format("{}", std::min(attribute.value, kMost)));
  }
}

void write_transform(const IkeMessage& message, const ipsec::Transform& transform,
                     std::uint8_t protocol, TextTree& tree) {
  if (message.header.is_v1()) {
    tree.field(FieldId::ike_transform_id,
               fmt::format("{}, number {}", named(transforms_v1(protocol), transform.id),
                           transform.number));
  } else {
    const std::string_view type = registry::name_of(registry::kIkeV2TransformTypes, transform.type);
    const Registry* const ids = registry::transform_ids(transform.type);
    const std::string_view id = ids != nullptr ? registry::name_of(*ids, transform.id) : "";
    tree.field(FieldId::ike_transform,
               fmt::format("{}:{}{}{}{}{}", transform.type, transform.id, type.empty() ? "" : " ",
                           type, id.empty() ? "" : " ", id));
  }
  write_attributes(message, transform, protocol, tree);
}

}  // namespace

void write_preamble(const ipsec::SaPreamble& preamble, TextTree& tree) {
  constexpr std::size_t kPlainSituation = 4;
  tree.field(FieldId::ike_doi, named(&registry::kIkeV1Doi, preamble.doi));
  std::string situation = short_hex(preamble.situation);
  if (preamble.situation.size() >= kPlainSituation) {
    const auto bits = read_be<std::uint32_t>(preamble.situation);
    for (const registry::NumberName& row : registry::kIkeV1Situations.rows)
      if ((bits & row.number) != 0) situation += fmt::format(" {}", row.name);
  }
  tree.field(FieldId::ike_situation, situation);
}

void write_proposal(const IkeMessage& message, const ipsec::Proposal& proposal, TextTree& tree) {
  const unsigned declared = proposal.declared_transforms;
  std::string text =
      fmt::format("{}, {} transform{}", proposal.number, declared, declared == 1 ? "" : "s");
  if (declared != proposal.transform_count)
    text += fmt::format(" stated, {} there", proposal.transform_count);
  tree.field(FieldId::ike_proposal, text);
  const auto level = tree.deeper();
  tree.field(
      FieldId::ike_proposal_protocol,
      named(message.header.is_v1() ? &registry::kIkeV1ProtocolIds : &registry::kIkeV2ProtocolIds,
            proposal.protocol));
  if (!proposal.spi.empty()) tree.field(FieldId::ike_proposal_spi, to_hex(proposal.spi));
  for (const ipsec::Transform& transform :
       std::span(message.transforms).subspan(proposal.first_transform, proposal.transform_count))
    write_transform(message, transform, proposal.protocol, tree);
}

}  // namespace espial::tools
