#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "engine/base/enum_set.hpp"
#include "engine/registry/registry.hpp"

namespace espial::registry {

/// The ways in which an IPsec message, its carrier or its place among others can be wrong or
/// strange. One row each in anomaly_rows_*.hpp, with the name that logs and rules use. They stand
/// in the registry because rules name them too; engine/ipsec and engine/sa find them. Grows by
/// rows.
enum class Anomaly : std::uint8_t {
  ike_truncated,
  ike_length_too_small,
  ike_length_beyond_datagram,
  ike_trailing_bytes,
  ike_zero_initiator_spi,
  ike_zero_responder_spi,
  ike_responder_spi_in_first_request,
  ike_unknown_major_version,
  ike_minor_version,
  ike_reserved_flags,
  ike_version_flag,
  ike_unknown_exchange,
  ike_exchange_of_other_version,
  ike_rare_exchange,
  ike_message_id,
  ike_commit_flag,
  ike_payload_too_short,
  ike_payload_overrun,
  ike_chain_cut,
  ike_bytes_after_chain,
  ike_too_many_payloads,
  ike_reserved_bits,
  ike_payload_of_other_version,
  ike_unknown_critical_payload,
  ike_known_critical_payload,
  ike_duplicate_payload,
  ike_missing_payload,
  ike_payload_in_clear,
  ike_not_encrypted,
  ike_encrypted_in_first_exchange,
  ike_encrypted_too_short,
  ike_encrypted_not_blocks,
  ike_sa_malformed,
  ike_proposal_malformed,
  ike_too_many_proposals,
  ike_proposal_number,
  ike_proposal_spi_size,
  ike_proposal_protocol,
  ike_transform_malformed,
  ike_transform_count_mismatch,
  ike_too_many_transforms,
  ike_transform_missing,
  ike_attribute_malformed,
  ike_too_many_attributes,
  ike_attribute_repeated,
  ike_attribute_form,
  ike_key_length_missing,
  ike_key_length_unexpected,
  ike_key_length_invalid,
  ike_aead_with_integrity,
  ike_ambiguous_choice,
  ike_weak_crypto_enc,
  ike_weak_crypto_prf,
  ike_weak_crypto_auth,
  ike_weak_crypto_dh,
  ike_weak_crypto_no_dh,
  ike_weak_crypto_no_auth,
  ike_no_encryption,
  ike_invalid_proposal,
  ike_unknown_proposal,
  ike_multiple_server_proposal,
  ike_malformed_data,
  ike_key_exchange_malformed,
  ike_key_exchange_length,
  ike_key_exchange_trivial,
  ike_key_exchange_not_proposed,
  ike_too_many_elements,
  ike_nonce_length,
  ike_notify_malformed,
  ike_notify_data,
  ike_notify_spi_size,
  ike_delete_malformed,
  ike_identification_malformed,
  ike_certificate_malformed,
  ike_certificate_request_malformed,
  ike_authentication_malformed,
  ike_hash_malformed,
  ike_traffic_selector_malformed,
  ike_configuration_malformed,
  ike_eap_malformed,
  ike_nat_detection_malformed,
  ike_group_payload_malformed,
  ike_puzzle_malformed,
  ike_authip_malformed,
  ike_authip_crypto_missing,
  ike_fragment_malformed,
  ike_fragment_first_payload,
  ike_fragment_conflict,
  ike_fragment_total_shrunk,
  ike_fragments_not_negotiated,
  ike_fragments_too_many,
  ike_fragments_nested,
  ike_retransmission_differs,
  ike_unrequested_response,
  ike_response_exchange,
  ike_cookie_unsolicited,
  ike_cookie_changed,
  ike_choice_not_offered,
  ike_redirect_nonce,
  ike_group_not_offered,
  esp_truncated,
  esp_reserved_spi,
  esp_zero_spi,
  esp_zero_sequence,
  esp_too_short,
  esp_misaligned,
  esp_null_encryption,
  ah_truncated,
  ah_bad_length,
  ah_misaligned,
  ah_no_icv,
  ah_reserved_spi,
  ah_reserved_bits,
  ah_zero_sequence,
  natt_short,
  natt_bad_keepalive,
  natt_reserved_spi,
  wesp_truncated,
  wesp_version,
  wesp_encrypted_fields,
  wesp_bad_length,
  ipcomp_truncated,
  ipcomp_flags,
  ipcomp_reserved_cpi,
  tcp_no_prefix,
  tcp_bad_length,
  tcp_too_short,
  tcp_gap,
  tcp_too_many_messages,
  count_
};

using AnomalySet = EnumSet<Anomaly>;

enum class AnomalyKind : std::uint8_t {
  fault,    // the bytes contradict their own format: a strict parser stops here
  strange,  // well formed, but not what a peer that follows the RFC sends
  weak      // well formed and common, but bad cryptography
};

/// "fault", "strange", "weak".
[[nodiscard]] std::string_view name_of(AnomalyKind kind) noexcept;

struct AnomalyInfo {
  std::string_view name;  // "ike.payload_overrun"
  AnomalyKind kind = AnomalyKind::fault;
  std::string_view meaning;  // one line
  std::string_view section;  // "RFC 7296 section 3.2"
};
[[nodiscard]] const AnomalyInfo& info_of(Anomaly anomaly) noexcept;
/// All whose kind is `fault`.
extern const AnomalySet kFaults;

/// Every enumerator's number and full name ("ike.payload_overrun", "esp.truncated").
extern const Registry kAnomalies;
/// Those of IKE without the prefix ("payload_overrun"), the full name as alias.
extern const Registry kIkeAnomalies;
/// Suricata's names of its application layer events for IKE ("weak_crypto_dh"), with the number of
/// the anomaly that says the same.
extern const Registry kSuricataIkeEvents;

}  // namespace espial::registry
