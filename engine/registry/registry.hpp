#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

/// Names of numbers: each IANA registry that Espial speaks of stands here once, as a constexpr
/// table sorted by number. Unknown numbers are no error anywhere: they are shown as numbers.
namespace espial::registry {

/// What RFC 8247, RFC 8221, RFC 9395 and CNSA say of an algorithm; `none` where they say nothing.
enum class Status : std::uint8_t {
  none,
  must,
  should,
  may,
  should_not,
  must_not,
  deprecated,
  reserved
};

struct NumberName {
  std::uint32_t number = 0;  // of a flag: its mask
  std::string_view name;     // as IANA writes it
  /// For an IKE SA: RFC 8247 with RFC 9395; of what IKE negotiates besides algorithms as well.
  Status status = Status::none;
  /// For ESP and AH: RFC 8221 with RFC 9395.
  Status esp_status = Status::none;
  bool cnsa1 = false;  // allowed by RFC 9206, a cipher with its 256-bit key only
  bool cnsa2 = false;  // allowed by the suite that succeeds it, likewise
  /// A second spelling that `number_of` takes: IANA's notation (SA, SK, ENCR), the name without the
  /// registry's common prefix (AES_CBC), or the short name of the field (MODP-2048). Empty where
  /// there is none; never shown for the number.
  // The initializer lets rows without an alias leave it out without a warning of g++.
  std::string_view alias = {};  // NOLINT(readability-redundant-member-init)
};

struct Registry {
  std::string_view title;            // IANA's title where IANA has the registry
  std::span<const NumberName> rows;  // sorted by number, no number twice
  /// Short and stable, for tools and tests: "ikev2.exchange_types". Unique among all(); empty for
  /// tables that other modules make.
  std::string_view id = {};  // NOLINT(readability-redundant-member-init)
};

/// Every registry of this module.
[[nodiscard]] std::span<const Registry* const> all() noexcept;

[[nodiscard]] const NumberName* find(const Registry& registry, std::uint32_t number) noexcept;
/// Empty when the number has no name.
[[nodiscard]] std::string_view name_of(const Registry& registry, std::uint32_t number) noexcept;
/// The number of a name or alias. Exact spelling of a name first; else without regard to case and
/// to '-', '_' and ' '.
[[nodiscard]] std::optional<std::uint32_t> number_of(const Registry& registry,
                                                     std::string_view name) noexcept;

// IKEv2 (IANA "Internet Key Exchange Version 2 (IKEv2) Parameters")
extern const Registry kIkeV2ExchangeTypes;
extern const Registry kIkeV2PayloadTypes;
extern const Registry kIkeV2NotifyTypes;  // error and status types
extern const Registry kIkeV2ProtocolIds;
extern const Registry kIkeV2TransformTypes;
extern const Registry kIkeV2TransformAttributes;
extern const Registry kIkeV2Encryption;                     // transform type 1
extern const Registry kIkeV2Prf;                            // 2
extern const Registry kIkeV2Integrity;                      // 3
extern const Registry kIkeV2KeyExchange;                    // 4, 6..12 and the KE payload's group
extern const Registry kIkeV2SequenceNumbers;                // 5
extern const Registry kIkeV2KeyWrap;                        // 13 (RFC 9838)
extern const Registry kIkeV2GroupControllerAuthentication;  // 14 (RFC 9838)
extern const Registry kIkeV2Flags;                          // masks of the header's flags
extern const Registry kIkeV2AuthenticationMethods;
extern const Registry kIkeV2HashAlgorithms;  // of SIGNATURE_HASH_ALGORITHMS
extern const Registry kIkeV2IdTypes;
extern const Registry kIkeV2CertificateEncodings;
extern const Registry kIkeV2SecurePasswordMethods;
extern const Registry kIkeV2PpkIdTypes;
extern const Registry kIkeV2TrafficSelectorTypes;
extern const Registry kIkeV2ConfigurationTypes;
extern const Registry kIkeV2ConfigurationAttributes;
extern const Registry kIkeV2IpCompressionTransforms;
extern const Registry kIkeV2GatewayIdTypes;  // of REDIRECT
extern const Registry kIkeV2RohcAttributes;
/// The registry of the ids of an IKEv2 transform type; null for a type without one.
[[nodiscard]] const Registry* transform_ids(std::uint8_t transform_type) noexcept;

// IKEv1 (IANA "Internet Security Association and Key Management Protocol (ISAKMP) Identifiers",
// "Internet Key Exchange (IKE) Attributes")
extern const Registry kIkeV1ExchangeTypes;
extern const Registry kIkeV1PayloadTypes;
extern const Registry kIkeV1NotifyTypes;
extern const Registry kIkeV1ProtocolIds;
extern const Registry kIkeV1Phase1Attributes;
extern const Registry kIkeV1Encryption;
extern const Registry kIkeV1Hash;
extern const Registry kIkeV1AuthenticationMethods;
extern const Registry kIkeV1Groups;
extern const Registry kIkeV1GroupTypes;
extern const Registry kIkeV1LifeTypes;   // of both phases
extern const Registry kIkeV1Flags;       // masks of the header's flags
extern const Registry kIkeV1Doi;         // domains of interpretation
extern const Registry kIkeV1Situations;  // masks of the IPsec DOI's situation
extern const Registry kIkeV1IdTypes;
extern const Registry kIkeV1CertificateEncodings;
extern const Registry kIkeV1IsakmpTransforms;
extern const Registry kIkeV1EspTransforms;
extern const Registry kIkeV1AhTransforms;
extern const Registry kIkeV1IpcompTransforms;
extern const Registry kIkeV1Phase2Attributes;
extern const Registry kIkeV1EncapsulationModes;
extern const Registry kIkeV1AuthenticationAlgorithms;  // of phase 2
extern const Registry kIkeV1ConfigurationTypes;
extern const Registry kIkeV1ConfigurationAttributes;  // Mode Config, XAUTH and vendors' own
extern const Registry kXauthTypes;
extern const Registry kXauthStatus;
/// The registry of the values of a phase 1 attribute; null for one that is a size or a number.
[[nodiscard]] const Registry* phase1_values(std::uint16_t attribute) noexcept;
/// The same of phase 2 (RFC 2407 section 4.5).
[[nodiscard]] const Registry* phase2_values(std::uint16_t attribute) noexcept;
/// The registry of the transforms of a proposal of phase 2 (RFC 2407 section 4.4); null for a
/// protocol that phase 2 does not negotiate, so for ISAKMP itself.
[[nodiscard]] const Registry* phase2_transforms(std::uint8_t protocol) noexcept;

// AuthIP ([MS-AIPS]); its exchanges, payloads and notifications stand in IKEv1's tables as well
extern const Registry kAuthIpAuthMethods;
extern const Registry kAuthIpGssFlags;  // masks
extern const Registry kAuthIpNotifyTypes;
extern const Registry kAuthIpNotifyFlags;        // masks of the byte that is IKEv1's SPI size
extern const Registry kAuthIpExchangeInfoFlags;  // masks

// EAP (IANA "Extensible Authentication Protocol (EAP) Registry")
extern const Registry kEapCodes;
extern const Registry kEapTypes;

extern const Registry kIpProtocols;
extern const Registry kIpv4Options;     // as Suricata calls them
extern const Registry kChecksumStates;  // numbers of our own
/// What carries an IPsec message. Not IANA's: numbers of our own, stable.
extern const Registry kEncapsulations;
extern const Registry kIpsecContents;
extern const Registry kEspEncryptions;
extern const Registry kNatEnds;
extern const Registry kWespFlags;

}  // namespace espial::registry
