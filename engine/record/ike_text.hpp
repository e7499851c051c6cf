#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/record/record.hpp"
#include "engine/registry/registry.hpp"

/// The contents of an IKE message as our own renderings name them (EVE's `espial` object, ipsec.log
/// in extended form). ike_suite.hpp has the cryptography.
namespace espial::record {

/// The registries of one version of IKE.
struct IkeRegistries {
  const registry::Registry& exchanges;
  const registry::Registry& payloads;
  const registry::Registry& flags;  // masks
  const registry::Registry& protocols;
  const registry::Registry& notifies;
  const registry::Registry& identities;
  const registry::Registry& certificates;
  const registry::Registry& configuration;
};
/// Those of IKEv2 for every major version but 1.
[[nodiscard]] const IkeRegistries& registries_of(const v1::IkeMessage& ike) noexcept;

/// The number where it has no name.
[[nodiscard]] std::string name_or_number(const registry::Registry& registry, std::uint64_t number);

/// The names of the bits that are set; what has no name last, as one number.
[[nodiscard]] std::vector<std::string> flag_names(const registry::Registry& masks,
                                                  std::uint32_t flags);

/// All names of all vendor ids in wire order, of each the most specific first, none twice. An id
/// without a name stands as its hex behind `unknown`.
[[nodiscard]] std::vector<std::string> vendor_names(const v1::IkeMessage& ike,
                                                    std::string_view unknown);
/// Those of one vendor id; none if it has none.
[[nodiscard]] std::vector<std::string_view> vendor_names(const std::string& vendor_id);

/// "none", "initiator", "responder", "both"; empty while nobody has looked.
[[nodiscard]] std::string nat_text(const v1::IkeMessage& ike);

/// `2/5`: number and total, `?` for a total that is not known; `joined/5` of the message that the
/// fragments gave. Empty for a message that is whole.
[[nodiscard]] std::string fragment_text(const v1::IkeMessage& ike);
/// The message that was put together from fragments of IKEv1.
[[nodiscard]] bool is_joined(const v1::IkeMessage& ike) noexcept;

/// "initiator", "responder" or "group": whom it names. IKEv1 does not say: then who sent it.
[[nodiscard]] std::string_view identification_role(const v1::IkeMessage& ike,
                                                   const v1::Identification& id) noexcept;
/// An address, two with `/` (subnet and mask) or `-` (range) between them, or a text as it came
/// (the writers escape it); in hex what is none of these, names in DER among them.
[[nodiscard]] std::string identification_value(const v1::IkeMessage& ike,
                                               const v1::Identification& id);

}  // namespace espial::record
