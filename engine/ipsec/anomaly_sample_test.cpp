#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "engine/ipsec/carrier.hpp"
#include "engine/ipsec/esp.hpp"
#include "tests/support/anomalies.hpp"
#include "tests/support/ike_test.hpp"
#include "tests/support/packets.hpp"

namespace espial::ipsec {
namespace {

using test::anomalies_of;
using test::bytes;
using test::Bytes;
using test::filler;
using test::IkePayload;

constexpr std::uint8_t kV1 = 0x10;

AnomalySet of_v2(const std::vector<IkePayload>& payloads) {
  return anomalies_of(test::ike({}, payloads));
}

AnomalySet of_v1(const std::vector<IkePayload>& payloads) {
  return anomalies_of(test::ike({.version = kV1, .exchange = 2, .flags = 0}, payloads));
}

AnomalySet of_header(const test::IkeHeader& header) {
  return anomalies_of(test::ike(header, {}));
}

AnomalySet of_authip(std::uint8_t type, const Bytes& body) {
  return anomalies_of(
      test::ike({.version = kV1, .exchange = 243, .flags = 0}, {{.type = type, .body = body}}));
}

/// An IKEv2 message with one payload of these bytes.
AnomalySet of_v2(std::uint8_t type, const Bytes& body) {
  return of_v2({{.type = type, .body = body}});
}
AnomalySet of_v1(std::uint8_t type, const Bytes& body) {
  return of_v1({{.type = type, .body = body}});
}
AnomalySet of_sa(const Bytes& body) {
  return of_v2(33, body);
}
AnomalySet of_proposal(const test::IkeProposal& proposal) {
  return of_sa(test::ikev2_sa({proposal}));
}
AnomalySet of_transforms(const std::vector<test::IkeTransform>& transforms) {
  return of_proposal({.transforms = transforms});
}
AnomalySet of_cipher(std::uint16_t id, const Bytes& attributes = {}) {
  return of_transforms({{.type = 1, .id = id, .attributes = attributes}});
}

AnomalySet of_natt(const Bytes& payload) {
  return classify_udp(Port{4500}, Port{4500}, payload).anomalies;
}

AnomalySet of_esp(const Bytes& packet) {
  AnomalySet anomalies;
  (void)dissect_esp(packet, anomalies);
  return anomalies;
}

AnomalySet of_ah(const Bytes& header) {
  AnomalySet anomalies;
  (void)dissect_ah(header, true, anomalies);
  return anomalies;
}

AnomalySet of_wesp(const Bytes& packet) {
  AnomalySet anomalies;
  (void)dissect_wesp(packet, anomalies);
  return anomalies;
}

AnomalySet of_ipcomp(const Bytes& packet) {
  AnomalySet anomalies;
  (void)dissect_ipcomp(packet, anomalies);
  return anomalies;
}

Bytes many_proposals(std::size_t proposals, std::size_t transforms, const Bytes& attributes = {}) {
  std::vector<test::IkeProposal> list(proposals);
  for (auto& proposal : list)
    proposal.transforms.assign(transforms, {.type = 1, .id = 12, .attributes = attributes});
  return test::ikev2_sa(list);
}

Bytes attributes(std::size_t n) {
  Bytes all;
  for (std::size_t i = 0; i < n; ++i) all = test::join({all, test::ike_attribute(14, 256)});
  return all;
}

struct Sample {
  Anomaly anomaly;
  AnomalySet found;
};
using Samples = std::vector<Sample>;

// For each anomaly something that has it.

Samples of_messages() {
  using enum Anomaly;
  const test::IkeHeader response{.responder_spi = 2, .flags = 0x20};
  return {
      {ike_truncated, anomalies_of(filler(27))},
      {ike_length_too_small, of_header({.length = 27})},
      {ike_length_beyond_datagram, of_header({.length = 29})},
      {ike_trailing_bytes, anomalies_of(test::join({test::ike({}, {}), bytes(0)}))},
      {ike_zero_initiator_spi, of_header({.initiator_spi = 0})},
      {ike_zero_responder_spi,
       anomalies_of(test::ike({.exchange = 35}, {{.type = 46, .body = filler(40)}}))},
      {ike_responder_spi_in_first_request, of_header({.responder_spi = 1})},
      {ike_unknown_major_version, of_header({.version = 0x30})},
      {ike_minor_version, of_header({.version = 0x21})},
      {ike_reserved_flags, of_header({.flags = 0x48})},
      {ike_version_flag, of_header({.flags = 0x18})},
      {ike_unknown_exchange, of_header({.exchange = 200})},
      {ike_exchange_of_other_version, of_header({.exchange = 2})},
      {ike_rare_exchange, of_header({.version = kV1, .exchange = 1, .flags = 0})},
      {ike_message_id, of_header({.message_id = 1})},
      {ike_commit_flag, of_header({.version = kV1, .exchange = 2, .flags = 2})},
      {ike_payload_too_short, of_v2({{.type = 43, .body = {}, .length = 3}})},
      {ike_payload_overrun, of_v2({{.type = 43, .body = {}, .length = 5}})},
      {ike_chain_cut, of_header({.next_payload = 43})},
      {ike_bytes_after_chain, anomalies_of(test::ike_message({}, 0, filler(4)))},
      {ike_too_many_payloads, of_v2(std::vector<IkePayload>(65, {.type = 43}))},
      {ike_reserved_bits, of_v2(34, bytes(0, 14, 0, 1, 1))},
      {ike_payload_of_other_version, of_v2(1, filler(8))},
      {ike_unknown_critical_payload, of_v2({{.type = 55, .body = {}, .critical = true}})},
      {ike_known_critical_payload, of_v2({{.type = 43, .body = {}, .critical = true}})},
      {ike_duplicate_payload, of_v2({{.type = 40}, {.type = 40}})},
      {ike_missing_payload, of_v2({})},
      {ike_payload_in_clear, of_v2(39, filler(8))},
      {ike_not_encrypted, of_header({.exchange = 35})},
      {ike_encrypted_in_first_exchange, of_v2(46, filler(40))},
      {ike_encrypted_too_short, of_v2(46, filler(16))},
      {ike_encrypted_not_blocks,
       anomalies_of(test::ike_message({.version = kV1, .exchange = 2, .flags = 1}, 5, filler(9)))},
      {ike_malformed_data, of_header({.length = 27})},
      {ike_too_many_elements, of_v2(std::vector<IkePayload>(9, {.type = 40, .body = filler(16)}))},
      {ike_multiple_server_proposal,
       anomalies_of(test::ike(response, {{.type = 33, .body = many_proposals(2, 1)}}))},
      {ike_ambiguous_choice,
       anomalies_of(test::ike(response, {{.type = 33, .body = many_proposals(1, 2)}}))},
  };
}

Samples of_proposals() {
  using enum Anomaly;
  const Bytes key = test::ike_attribute(14, 256);
  return {
      {ike_sa_malformed, of_sa({})},
      {ike_proposal_malformed, of_sa(filler(7))},
      {ike_too_many_proposals, of_sa(many_proposals(33, 1))},
      {ike_proposal_number, of_proposal({.number = 2})},
      {ike_proposal_spi_size, of_proposal({.spi = filler(4)})},
      {ike_proposal_protocol, of_proposal({.protocol = 3})},
      {ike_transform_malformed, of_sa(bytes(0, 0, 0, 12, 1, 1, 0, 1, 0, 0, 0, 8))},
      {ike_transform_count_mismatch, of_sa(bytes(0, 0, 0, 8, 1, 1, 0, 1))},
      {ike_too_many_transforms, of_sa(many_proposals(2, 128))},
      {ike_transform_missing, of_proposal({})},
      {ike_attribute_malformed, of_cipher(12, bytes(0, 1, 0, 1))},
      {ike_too_many_attributes, of_sa(many_proposals(3, 1, attributes(171)))},
      {ike_attribute_repeated, of_cipher(12, attributes(2))},
      {ike_attribute_form, of_cipher(12, test::ike_attribute(14, bytes(1, 0)))},
      {ike_key_length_missing, of_cipher(12)},
      {ike_key_length_unexpected, of_cipher(28, key)},
      {ike_key_length_invalid, of_cipher(12, test::ike_attribute(14, 257))},
      {ike_aead_with_integrity, of_transforms({{.type = 1, .id = 20}, {.type = 3, .id = 12}})},
      {ike_weak_crypto_enc, of_cipher(3)},
      {ike_weak_crypto_prf, of_transforms({{.type = 2, .id = 1}})},
      {ike_weak_crypto_auth, of_transforms({{.type = 3, .id = 1}})},
      {ike_weak_crypto_dh, of_transforms({{.type = 4, .id = 2}})},
      {ike_weak_crypto_no_dh, of_proposal({})},
      {ike_weak_crypto_no_auth, of_proposal({})},
      {ike_no_encryption, of_proposal({.protocol = 2})},
      {ike_invalid_proposal, of_transforms({{.type = 4, .id = 0}})},
      {ike_unknown_proposal, of_transforms({{.type = 15, .id = 1}})},
  };
}

Samples of_payloads() {
  using enum Anomaly;
  Bytes one = filler(256);
  one.back() = std::byte{1};
  const IkePayload offer{.type = 33, .body = test::ikev2_sa({{.transforms = {{4, 14}}}})};
  return {
      {ike_key_exchange_malformed, of_v2(34, bytes(0, 14, 0, 0))},
      {ike_key_exchange_length, of_v2(34, test::ikev2_ke(14, 255))},
      {ike_key_exchange_trivial, of_v2(34, test::join({bytes(0, 14, 0, 0), one}))},
      {ike_key_exchange_not_proposed, of_v2({offer, {.type = 34, .body = test::ikev2_ke(15, 1)}})},
      {ike_nonce_length, of_v2(40, filler(15))},
      {ike_notify_malformed, of_v2(41, filler(3))},
      {ike_notify_spi_size, of_v2(41, test::ikev2_notify(16393, {}, 3, filler(8)))},
      {ike_notify_data, of_v2(41, test::ikev2_notify(16388, filler(19)))},
      {ike_delete_malformed, of_v2(42, bytes(3, 4, 0, 1))},
      {ike_identification_malformed, of_v2(35, bytes(1, 0, 0, 0, 10, 0, 0))},
      {ike_certificate_malformed, of_v2(37, bytes(4))},
      {ike_certificate_request_malformed, of_v2(38, filler(20, 4))},
      {ike_authentication_malformed, of_v2(39, bytes(1, 0, 0, 0))},
      {ike_hash_malformed, of_v1(8, {})},
      {ike_traffic_selector_malformed, of_v2(44, bytes(1, 0, 0, 0))},
      {ike_configuration_malformed, of_v2(47, bytes(1, 0, 0, 0, 0))},
      {ike_eap_malformed, of_v2(48, bytes(1, 0, 0, 6, 1))},
      {ike_nat_detection_malformed, of_v1(20, filler(15))},
      {ike_group_payload_malformed, of_v2(51, {})},
      {ike_puzzle_malformed, of_v2(54, {})},
      {ike_authip_malformed, of_authip(133, filler(3))},
      {ike_authip_crypto_missing, of_authip(1, filler(8))},
      {ike_fragment_malformed, of_v2(53, bytes(0, 0, 0, 1))},
      {ike_fragment_first_payload,
       anomalies_of(test::ike_message(
           {.exchange = 35}, 53,
           test::ike_payloads({{.type = 53, .body = bytes(0, 2, 0, 2, 1)}}, 35)))},
  };
}

Samples of_carriers_and_packets() {
  using enum Anomaly;
  return {
      {esp_truncated, of_esp(filler(7))},
      {esp_reserved_spi, of_esp(bytes(0, 0, 0, 1, 0, 0, 0, 1))},
      {esp_zero_spi, of_esp(filler(8))},
      {esp_zero_sequence, of_esp(filler(8))},
      {esp_too_short, of_esp(filler(8))},
      {esp_misaligned, of_esp(filler(9))},
      {ah_truncated, of_ah(filler(11))},
      {ah_bad_length, of_ah(filler(12))},
      {ah_misaligned, of_ah(test::ah({.icv_size = 16}, {}))},
      {ah_no_icv, of_ah(test::ah({.icv_size = 0}, {}))},
      {ah_reserved_spi, of_ah(filler(12))},
      {ah_reserved_bits, of_ah(filler(12, 1))},
      {ah_zero_sequence, of_ah(filler(12))},
      {natt_short, of_natt(filler(3))},
      {natt_bad_keepalive, of_natt(bytes(0xFE))},
      {natt_reserved_spi, of_natt(bytes(0, 0, 0, 255))},
      {wesp_truncated, of_wesp(filler(3))},
      {wesp_version, of_wesp(bytes(0, 0, 0, 0x60))},
      {wesp_encrypted_fields, of_wesp(bytes(4, 0, 0, 0x20))},
      {wesp_bad_length, of_wesp(bytes(4, 12, 13, 0))},
      {ipcomp_truncated, of_ipcomp(filler(3))},
      {ipcomp_flags, of_ipcomp(bytes(4, 1, 0, 2))},
      {ipcomp_reserved_cpi, of_ipcomp(bytes(4, 0, 0, 64))},
      {tcp_too_short, classify(Encapsulation::tcp, filler(3)).anomalies},
  };
}

TEST(Anomaly, EachOneThatNeedsNoMemoryIsProducedBySomething) {
  AnomalySet produced;
  for (const Samples& samples :
       {of_messages(), of_proposals(), of_payloads(), of_carriers_and_packets()}) {
    for (const Sample& sample : samples) {
      EXPECT_TRUE(sample.found.has(sample.anomaly)) << info_of(sample.anomaly).name;
      produced.add(sample.anomaly);
    }
  }
  for (const Anomaly anomaly : test::kFoundByMemory) {
    EXPECT_FALSE(produced.has(anomaly)) << info_of(anomaly).name;
    produced.add(anomaly);
  }
  for (unsigned i = 0; i < std::to_underlying(Anomaly::count_); ++i) {
    const auto anomaly = static_cast<Anomaly>(i);
    EXPECT_TRUE(produced.has(anomaly)) << info_of(anomaly).name << " has no sample";
  }
}

TEST(Anomaly, AGoodMessageHasNone) {
  const auto found = of_v2(
      {{.type = 33,
        .body = test::ikev2_sa(
            {{.transforms = {{1, 12, test::ike_attribute(14, 256)}, {2, 5}, {3, 12}, {4, 14}}}})},
       {.type = 34, .body = test::ikev2_ke(14, 256)},
       {.type = 40, .body = filler(32)},
       {.type = 41, .body = test::ikev2_notify(16388, filler(20))}});
  found.for_each([](Anomaly anomaly) { ADD_FAILURE() << info_of(anomaly).name; });
}

}  // namespace
}  // namespace espial::ipsec
