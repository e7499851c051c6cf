#pragma once
#include <cstdint>
#include <string_view>

#include "engine/base/enum_set.hpp"

namespace espial::ipsec {

/// The ways in which an IPsec message or its carrier can be wrong or strange; one row each in
/// anomaly.cpp with the name that logs and rules use, and the RFC section. Grows by rows.
enum class Anomaly : std::uint8_t {
  ike_truncated,               // fewer than 28 bytes
  ike_length_too_small,        // length field below 28 (RFC 7296 section 3.1)
  ike_length_beyond_datagram,  // length field larger than what came
  ike_trailing_bytes,          // datagram longer than the length field
  ike_zero_initiator_spi,      // RFC 7296 section 3.1
  ike_unknown_major_version,   // neither 1 nor 2
  ike_minor_version,           // not 0: accepted by conforming peers
  ike_payload_too_short,       // generic length below 4
  ike_payload_overrun,         // payload longer than what is left
  ike_chain_cut,               // next payload named, but nothing left
  ike_bytes_after_chain,       // next payload 0, but bytes left before length
  ike_too_many_payloads,
  ike_proposal_malformed,
  ike_too_many_proposals,
  ike_transform_malformed,
  ike_transform_count_mismatch,
  ike_too_many_transforms,
  ike_attribute_malformed,
  ike_too_many_attributes,
  ike_notify_malformed,
  ike_delete_malformed,
  ike_key_exchange_malformed,
  ike_nonce_length,  // outside 16..256 (RFC 7296 section 3.9), 8..256 in IKEv1 (RFC 2409 section 5)
  ike_sa_malformed,
  ike_payload_of_other_version,
  ike_unknown_critical_payload,
  ike_too_many_elements,  // more of some repeated element than is kept
  esp_truncated,          // fewer than 8 bytes
  esp_reserved_spi,       // 1..255 (RFC 4303 section 2.1)
  esp_zero_spi,           // 0 is for local use, never on the wire
  ah_truncated,
  ah_bad_length,
  ah_reserved_spi,
  natt_short,          // fewer than 4 bytes on port 4500 and no keepalive
  natt_bad_keepalive,  // one byte, but not 0xFF (RFC 3948 section 2.3)
  natt_reserved_spi,   // first word 1..255 other than WESP's 2
  wesp_truncated,
  count_
};

using AnomalySet = EnumSet<Anomaly>;

struct AnomalyInfo {
  std::string_view name;     // "ike.payload_overrun"
  std::string_view meaning;  // one line
  std::string_view section;  // "RFC 7296 section 3.2"
};
[[nodiscard]] const AnomalyInfo& info_of(Anomaly anomaly) noexcept;

}  // namespace espial::ipsec
