#include "engine/ipsec/ike_dissector.hpp"
#include "engine/registry/registry.hpp"

/// Payload bodies of IKEv1 (RFC 2408 section 3, RFC 2407 section 4.6).
namespace espial::ipsec::detail {
namespace {

constexpr std::size_t kShortestNonce = 8;  // RFC 2409 section 5
constexpr std::uint32_t kDoiIsakmp = 0;
constexpr std::uint32_t kDoiIpsec = 1;

// Situation bits (RFC 2407 section 4.2).
constexpr std::uint32_t kSecrecy = 2;
constexpr std::uint32_t kIntegrity = 4;
constexpr std::uint32_t kKnownSituations = 7;

/// A label of RFC 2407 section 4.6.1: level with its length in bytes, category bitmap with its
/// length in bits, both padded to four bytes.
void skip_label(ByteReader& in) noexcept {
  const auto padded = [](std::size_t size) { return (size + 3) / 4 * 4; };
  const std::size_t level_bytes = in.be<std::uint16_t>();
  in.skip(2);
  in.skip(padded(level_bytes));
  const std::size_t category_bits = in.be<std::uint16_t>();
  in.skip(2);
  in.skip(padded((category_bits + 7) / 8));
}

/// The situation's bytes: four, and the labelled domain with its labels where its bits say so.
ByteView take_situation(ByteReader& in, AnomalySet& anomalies) noexcept {
  const ByteView start = in.rest();
  const auto bits = in.be<std::uint32_t>();
  if ((bits & ~kKnownSituations) != 0) anomalies.add(Anomaly::ike_sa_malformed);
  if ((bits & (kSecrecy | kIntegrity)) != 0) in.skip(4);  // labelled domain identifier
  if ((bits & kSecrecy) != 0) skip_label(in);
  if ((bits & kIntegrity) != 0) skip_label(in);
  return in.ok() ? start.first(start.size() - in.remaining()) : start;
}

/// RFC 2407 section 4.6.1. What another DOI writes behind its number is its own affair.
void dissect_sa(ByteView body, IkeMessage& out) noexcept {
  ByteReader in(body);
  SaPreamble preamble{.doi = in.be<std::uint32_t>(), .situation = {}};
  if (!in.ok()) {
    out.anomalies.add(Anomaly::ike_sa_malformed);
    return;
  }
  if (preamble.doi != kDoiIsakmp && preamble.doi != kDoiIpsec) {
    preamble.situation = in.rest();
    out.sa_v1 = preamble;
    return;
  }
  preamble.situation = take_situation(in, out.anomalies);
  out.sa_v1 = preamble;
  if (!in.ok() || in.remaining() == 0) {
    out.anomalies.add(Anomaly::ike_sa_malformed);
    return;
  }
  dissect_proposals(in.rest(), SaSyntax::ikev1, out);
}

void dissect_key_exchange(ByteView body, IkeMessage& out) noexcept {
  if (body.empty()) out.anomalies.add(Anomaly::ike_key_exchange_malformed);
  keep(out.key_exchanges, KeyExchange{.group = std::nullopt, .data = body},
       Anomaly::ike_too_many_elements, out.anomalies);
}

/// [MS-AIPS]: the exchanges of AuthIP, where the byte of a notification's SPI size is one of flags,
/// without an SPI.
bool is_authip(std::uint8_t exchange_type) noexcept {
  return exchange_type >= 243 && exchange_type <= 246;
}

/// RFC 2408 section 3.14.
void dissect_notification(ByteView body, IkeMessage& out) noexcept {
  ByteReader in(body);
  in.skip(4);  // DOI
  Notify notify;
  notify.protocol = in.be<std::uint8_t>();
  const std::size_t spi_size = in.be<std::uint8_t>();
  notify.type = in.be<std::uint16_t>();
  finish_notify(in, is_authip(out.header.exchange_type) ? 0 : spi_size, notify, out);
}

/// RFC 2408 section 3.15.
void dissect_delete(ByteView body, IkeMessage& out) noexcept {
  ByteReader in(body);
  in.skip(4);  // DOI
  Delete removed;
  removed.protocol = in.be<std::uint8_t>();
  removed.spi_size = in.be<std::uint8_t>();
  removed.count = in.be<std::uint16_t>();
  finish_delete(in, removed, out);
}

/// Private types (from 128) are nobody's in particular, so those above IKEv2's own are not judged.
bool is_of_ikev2(std::uint8_t type) noexcept {
  return type >= v2::kFirst && registry::find(registry::kIkeV2PayloadTypes, type) != nullptr;
}

}  // namespace

void dissect_payload_v1(const Payload& payload, IkeMessage& out) noexcept {
  switch (payload.type) {
    case v1::kSecurityAssociation: dissect_sa(payload.body, out); break;
    case v1::kKeyExchange: dissect_key_exchange(payload.body, out); break;
    case v1::kCertificate: dissect_certificate(payload.body, out); break;
    case v1::kNonce: dissect_nonce(payload.body, kShortestNonce, out); break;
    case v1::kNotification: dissect_notification(payload.body, out); break;
    case v1::kDelete: dissect_delete(payload.body, out); break;
    case v1::kVendorId:
      keep(out.vendor_ids, payload.body, Anomaly::ike_too_many_elements, out.anomalies);
      break;
    default:
      if (is_of_ikev2(payload.type)) out.anomalies.add(Anomaly::ike_payload_of_other_version);
      break;  // listed, not read
  }
}

}  // namespace espial::ipsec::detail
