#include "engine/ipsec/anomaly.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

namespace espial::ipsec {
namespace {

using enum Anomaly;

struct Row {
  Anomaly anomaly;
  AnomalyInfo info;
};

constexpr auto kRows = std::to_array<Row>({
    {ike_truncated, {"ike.truncated", "fewer bytes than an IKE header", "RFC 7296 section 3.1"}},
    {ike_length_too_small,
     {"ike.length_too_small", "the length field is smaller than the header",
      "RFC 7296 section 3.1"}},
    {ike_length_beyond_datagram,
     {"ike.length_beyond_datagram", "the length field is larger than what came",
      "RFC 7296 section 3.1"}},
    {ike_trailing_bytes,
     {"ike.trailing_bytes", "the datagram goes on after the message", "RFC 7296 section 3.1"}},
    {ike_zero_initiator_spi,
     {"ike.zero_initiator_spi", "the initiator's SPI is zero", "RFC 7296 section 3.1"}},
    {ike_unknown_major_version,
     {"ike.unknown_major_version", "the major version is neither 1 nor 2", "RFC 7296 section 2.5"}},
    {ike_minor_version,
     {"ike.minor_version", "the minor version is not 0", "RFC 7296 section 2.5"}},
    {ike_payload_too_short,
     {"ike.payload_too_short", "a payload is shorter than its own header", "RFC 7296 section 3.2"}},
    {ike_payload_overrun,
     {"ike.payload_overrun", "a payload is longer than what is left of the message",
      "RFC 7296 section 3.2"}},
    {ike_chain_cut,
     {"ike.chain_cut", "a next payload is named, but the message ends", "RFC 7296 section 3.2"}},
    {ike_bytes_after_chain,
     {"ike.bytes_after_chain", "the message goes on after its last payload",
      "RFC 7296 section 3.2"}},
    {ike_too_many_payloads,
     {"ike.too_many_payloads", "more payloads than Espial reads of a message",
      "RFC 7296 section 3.2"}},
    {ike_proposal_malformed,
     {"ike.proposal_malformed", "a proposal is too short, too long or wrongly chained",
      "RFC 7296 section 3.3.1"}},
    {ike_too_many_proposals,
     {"ike.too_many_proposals", "more proposals than Espial reads of a message",
      "RFC 7296 section 3.3.1"}},
    {ike_transform_malformed,
     {"ike.transform_malformed", "a transform is too short, too long or wrongly chained",
      "RFC 7296 section 3.3.2"}},
    {ike_transform_count_mismatch,
     {"ike.transform_count_mismatch", "a proposal has more or fewer transforms than it states",
      "RFC 7296 section 3.3.1"}},
    {ike_too_many_transforms,
     {"ike.too_many_transforms", "more transforms than Espial reads of a message",
      "RFC 7296 section 3.3.2"}},
    {ike_attribute_malformed,
     {"ike.attribute_malformed", "an attribute is longer than its transform",
      "RFC 7296 section 3.3.5"}},
    {ike_too_many_attributes,
     {"ike.too_many_attributes", "more attributes than Espial reads of a message",
      "RFC 7296 section 3.3.5"}},
    {ike_notify_malformed,
     {"ike.notify_malformed", "a notification is too short for its header and SPI",
      "RFC 7296 section 3.10"}},
    {ike_delete_malformed,
     {"ike.delete_malformed", "a delete payload does not hold the SPIs that it states",
      "RFC 7296 section 3.11"}},
    {ike_key_exchange_malformed,
     {"ike.key_exchange_malformed", "a key exchange payload has no key", "RFC 7296 section 3.4"}},
    {ike_nonce_length,
     {"ike.nonce_length", "a nonce is shorter or longer than allowed",
      "RFC 7296 section 3.9, RFC 2409 section 5"}},
    {ike_sa_malformed,
     {"ike.sa_malformed", "an SA payload has no proposal or an impossible situation",
      "RFC 7296 section 3.3, RFC 2407 section 4.6.1"}},
    {ike_payload_of_other_version,
     {"ike.payload_of_other_version", "a payload type of IKEv1 in IKEv2 or the reverse",
      "RFC 7296 section 3.2"}},
    {ike_unknown_critical_payload,
     {"ike.unknown_critical_payload", "a payload of unknown type is marked critical",
      "RFC 7296 section 2.5"}},
    {ike_too_many_elements,
     {"ike.too_many_elements", "more keys, nonces, deletes or certificates than Espial keeps",
      "RFC 7296 section 3.2"}},
    {esp_truncated,
     {"esp.truncated", "fewer bytes than SPI and sequence number", "RFC 4303 section 2"}},
    {esp_reserved_spi, {"esp.reserved_spi", "the SPI is of 1 to 255", "RFC 4303 section 2.1"}},
    {esp_zero_spi, {"esp.zero_spi", "the SPI is zero", "RFC 4303 section 2.1"}},
    {ah_truncated, {"ah.truncated", "fewer bytes than the fixed header", "RFC 4302 section 2"}},
    {ah_bad_length,
     {"ah.bad_length", "the length is below the fixed header or beyond the packet",
      "RFC 4302 section 2.2"}},
    {ah_reserved_spi, {"ah.reserved_spi", "the SPI is of 0 to 255", "RFC 4302 section 2.4"}},
    {natt_short,
     {"natt.short", "fewer than four bytes on the NAT traversal port", "RFC 3948 section 2"}},
    {natt_bad_keepalive,
     {"natt.bad_keepalive", "one byte that is not 0xFF on the NAT traversal port",
      "RFC 3948 section 2.3"}},
    {natt_reserved_spi,
     {"natt.reserved_spi", "ESP in UDP with an SPI of 1 to 255", "RFC 3948 section 2.1"}},
    {wesp_truncated, {"wesp.truncated", "fewer bytes than a WESP header", "RFC 5840 section 2"}},
});
static_assert(kRows.size() == std::to_underlying(count_), "a row for each anomaly");
static_assert(std::ranges::adjacent_find(kRows, std::ranges::greater_equal{}, &Row::anomaly) ==
                  kRows.end(),
              "rows stand in the order of the enumeration");

}  // namespace

const AnomalyInfo& info_of(Anomaly anomaly) noexcept {
  return kRows[std::to_underlying(anomaly)].info;
}

}  // namespace espial::ipsec
