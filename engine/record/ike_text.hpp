#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "engine/record/record.hpp"
#include "engine/registry/registry.hpp"

/// The contents of an IKE message as our own renderings name them (EVE's `espial` object, ipsec.log
/// in extended form).
namespace espial::record {

/// IANA's name in the registry of the message's version; the number where it has none.
[[nodiscard]] std::string notify_text(const v1::IkeMessage& ike, const v1::Notify& notify);
/// IKEv2: `ENCR_AES_CBC/256`, `type:id` where the id has no name. IKEv1: the names of its
/// algorithms, joined: `AES-CBC/256+SHA+pre-shared key+2048-bit MODP group`.
[[nodiscard]] std::string transform_text(const v1::IkeMessage& ike, const v1::Transform& transform);
/// Our name of the vendor id, or its hex.
[[nodiscard]] std::string vendor_text(const std::string& vendor_id);

/// The attribute's value as a number, when it has at most eight bytes.
[[nodiscard]] std::optional<std::uint64_t> attribute_number(const v1::Attribute& attribute);

}  // namespace espial::record
