#include "engine/registry/registry.hpp"

#include <algorithm>
#include <array>

#include "engine/registry/anomaly.hpp"

namespace espial::registry {
namespace {

constexpr bool is_separator(char c) noexcept {
  return c == '-' || c == '_' || c == ' ';
}

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Equal but for case and separators: "ike-sa-init" and "IKE_SA_INIT".
constexpr bool equal_loosely(std::string_view a, std::string_view b) noexcept {
  std::size_t i = 0;
  std::size_t j = 0;
  for (;;) {
    while (i < a.size() && is_separator(a[i])) ++i;
    while (j < b.size() && is_separator(b[j])) ++j;
    if (i == a.size() || j == b.size()) return i == a.size() && j == b.size();
    if (lower(a[i]) != lower(b[j])) return false;
    ++i;
    ++j;
  }
}
static_assert(equal_loosely("ike-sa init", "IKE_SA_INIT"));
static_assert(!equal_loosely("IKE_SA", "IKE_SA_INIT"));

constexpr auto kAll = std::to_array<const Registry*>({
    &kIkeV2ExchangeTypes,
    &kIkeV2PayloadTypes,
    &kIkeV2NotifyTypes,
    &kIkeV2ProtocolIds,
    &kIkeV2TransformTypes,
    &kIkeV2TransformAttributes,
    &kIkeV2Encryption,
    &kIkeV2Prf,
    &kIkeV2Integrity,
    &kIkeV2KeyExchange,
    &kIkeV2SequenceNumbers,
    &kIkeV2KeyWrap,
    &kIkeV2GroupControllerAuthentication,
    &kIkeV2Flags,
    &kIkeV2AuthenticationMethods,
    &kIkeV2HashAlgorithms,
    &kIkeV2IdTypes,
    &kIkeV2CertificateEncodings,
    &kIkeV2SecurePasswordMethods,
    &kIkeV2PpkIdTypes,
    &kIkeV2TrafficSelectorTypes,
    &kIkeV2ConfigurationTypes,
    &kIkeV2ConfigurationAttributes,
    &kIkeV2IpCompressionTransforms,
    &kIkeV2GatewayIdTypes,
    &kIkeV2RohcAttributes,
    &kIkeV1ExchangeTypes,
    &kIkeV1PayloadTypes,
    &kIkeV1NotifyTypes,
    &kIkeV1ProtocolIds,
    &kIkeV1Phase1Attributes,
    &kIkeV1Encryption,
    &kIkeV1Hash,
    &kIkeV1AuthenticationMethods,
    &kIkeV1Groups,
    &kIkeV1GroupTypes,
    &kIkeV1LifeTypes,
    &kIkeV1Flags,
    &kIkeV1Doi,
    &kIkeV1Situations,
    &kIkeV1IdTypes,
    &kIkeV1CertificateEncodings,
    &kIkeV1IsakmpTransforms,
    &kIkeV1EspTransforms,
    &kIkeV1AhTransforms,
    &kIkeV1IpcompTransforms,
    &kIkeV1Phase2Attributes,
    &kIkeV1EncapsulationModes,
    &kIkeV1AuthenticationAlgorithms,
    &kIkeV1ConfigurationTypes,
    &kIkeV1ConfigurationAttributes,
    &kXauthTypes,
    &kXauthStatus,
    &kAuthIpAuthMethods,
    &kAuthIpGssFlags,
    &kAuthIpNotifyTypes,
    &kAuthIpNotifyFlags,
    &kAuthIpExchangeInfoFlags,
    &kEapCodes,
    &kEapTypes,
    &kIpProtocols,
    &kIpv4Options,
    &kChecksumStates,
    &kEncapsulations,
    &kIpsecContents,
    &kEspEncryptions,
    &kNatEnds,
    &kWespFlags,
    &kAnomalies,
    &kIkeAnomalies,
    &kSuricataIkeEvents,
});

}  // namespace

std::span<const Registry* const> all() noexcept {
  return kAll;
}

const NumberName* find(const Registry& registry, std::uint32_t number) noexcept {
  const auto row = std::ranges::lower_bound(registry.rows, number, {}, &NumberName::number);
  return row != registry.rows.end() && row->number == number ? &*row : nullptr;
}

std::string_view name_of(const Registry& registry, std::uint32_t number) noexcept {
  const NumberName* const row = find(registry, number);
  return row == nullptr ? std::string_view{} : row->name;
}

std::optional<std::uint32_t> number_of(const Registry& registry, std::string_view name) noexcept {
  if (std::ranges::all_of(name, is_separator)) return std::nullopt;
  const auto exact = std::ranges::find(registry.rows, name, &NumberName::name);
  if (exact != registry.rows.end()) return exact->number;
  const auto loose = std::ranges::find_if(registry.rows, [&](const NumberName& row) {
    return equal_loosely(row.name, name) || equal_loosely(row.alias, name);
  });
  if (loose != registry.rows.end()) return loose->number;
  return std::nullopt;
}

const Registry* transform_ids(std::uint8_t transform_type) noexcept {
  if (transform_type >= 6 && transform_type <= 12)
    return &kIkeV2KeyExchange;  // RFC 9370: ADDKE1..7
  switch (transform_type) {
    case 1: return &kIkeV2Encryption;
    case 2: return &kIkeV2Prf;
    case 3: return &kIkeV2Integrity;
    case 4: return &kIkeV2KeyExchange;
    case 5: return &kIkeV2SequenceNumbers;
    case 13: return &kIkeV2KeyWrap;
    case 14: return &kIkeV2GroupControllerAuthentication;
    default: return nullptr;
  }
}

const Registry* phase1_values(std::uint16_t attribute) noexcept {
  switch (attribute) {  // RFC 2409 appendix A
    case 1: return &kIkeV1Encryption;
    case 2: return &kIkeV1Hash;
    case 3: return &kIkeV1AuthenticationMethods;
    case 4: return &kIkeV1Groups;
    case 5: return &kIkeV1GroupTypes;
    case 11: return &kIkeV1LifeTypes;
    default: return nullptr;  // 13, PRF: none was ever assigned
  }
}

const Registry* phase2_values(std::uint16_t attribute) noexcept {
  switch (attribute) {
    case 1: return &kIkeV1LifeTypes;
    case 3: return &kIkeV1Groups;
    case 4: return &kIkeV1EncapsulationModes;
    case 5: return &kIkeV1AuthenticationAlgorithms;
    default: return nullptr;
  }
}

const Registry* phase2_transforms(std::uint8_t protocol) noexcept {
  switch (protocol) {
    case 2: return &kIkeV1AhTransforms;
    case 3: return &kIkeV1EspTransforms;
    case 4: return &kIkeV1IpcompTransforms;
    default: return nullptr;
  }
}

}  // namespace espial::registry
