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
  std::uint32_t number = 0;
  std::string_view name;  // as IANA writes it
  Status status = Status::none;
  /// A second spelling that `number_of` takes: IANA's notation (SA, SK, ENCR), the name without the
  /// registry's common prefix (AES_CBC), or the short name of the field (MODP-2048). Empty where
  /// there is none; never shown for the number.
  // The initializer lets rows without an alias leave it out without a warning of g++.
  std::string_view alias = {};  // NOLINT(readability-redundant-member-init)
};

struct Registry {
  std::string_view title;            // IANA's title
  std::span<const NumberName> rows;  // sorted by number, no number twice
};

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

extern const Registry kIpProtocols;

}  // namespace espial::registry
