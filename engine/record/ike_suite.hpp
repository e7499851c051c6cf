#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/record/record.hpp"
#include "engine/registry/registry.hpp"

/// Cryptography of an IKE message as our own renderings name it: what was offered and what was
/// chosen.
namespace espial::record {

/// IKEv2: `ENCR_AES_CBC/256`, `type:id` where the id has no name. IKEv1: the names of its
/// algorithms in wire order, joined: `AES-CBC/256+SHA+pre-shared key+2048-bit MODP Group`, or of
/// phase 2 `ESP_AES-CBC/256+Tunnel+HMAC-SHA2-256`.
[[nodiscard]] std::string transform_text(const v1::IkeMessage& ike, const v1::Proposal& proposal,
                                         const v1::Transform& transform);

/// The attribute's name in the registry of version and phase; the number where it has none.
[[nodiscard]] std::string attribute_name(const v1::IkeMessage& ike, const v1::Proposal& proposal,
                                         const v1::Attribute& attribute);
/// `Life Type=seconds`, `Life Duration=28800`; a value of more than eight bytes in hex.
[[nodiscard]] std::string attribute_text(const v1::IkeMessage& ike, const v1::Proposal& proposal,
                                         const v1::Attribute& attribute);
/// transform_text() tells this attribute.
[[nodiscard]] bool is_in_transform_text(const v1::IkeMessage& ike, const v1::Proposal& proposal,
                                        const v1::Attribute& attribute);
/// The attribute's value as a number, when it has one to eight bytes.
[[nodiscard]] std::optional<std::uint64_t> attribute_number(const v1::Attribute& attribute);

/// What the responder chose, always in the same order: encryption first, additional key exchanges
/// last. Borrows from the message.
[[nodiscard]] std::vector<const v1::Algorithm*> chosen_suite(const v1::IkeMessage& ike);
/// `Encryption Algorithm`, `Hash Algorithm`, ...
[[nodiscard]] std::string kind_name(const v1::IkeMessage& ike, const v1::Algorithm& algorithm);
/// Empty when it has none.
[[nodiscard]] std::string_view algorithm_name(const v1::IkeMessage& ike,
                                              const v1::Algorithm& algorithm);
/// `ENCR_AES_CBC/256+PRF_HMAC_SHA2_256+AUTH_HMAC_SHA2_256_128+Curve25519`; empty if nothing was
/// chosen.
[[nodiscard]] std::string suite_text(const v1::IkeMessage& ike);

}  // namespace espial::record
