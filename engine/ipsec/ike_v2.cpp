#include "engine/ipsec/ike_dissector.hpp"
#include "engine/registry/registry.hpp"

/// Payload bodies of IKEv2 (RFC 7296 section 3).
namespace espial::ipsec::detail {
namespace {

constexpr std::size_t kShortestNonce = 16;  // RFC 7296 section 3.9

void dissect_sa(ByteView body, IkeMessage& out) noexcept {
  if (body.empty()) {
    out.anomalies.add(Anomaly::ike_sa_malformed);
    return;
  }
  dissect_proposals(body, SaSyntax::ikev2, out);
}

/// RFC 7296 section 3.4.
void dissect_key_exchange(ByteView body, IkeMessage& out) noexcept {
  ByteReader in(body);
  const auto group = in.be<std::uint16_t>();
  in.skip(2);
  if (!in.ok() || in.remaining() == 0) out.anomalies.add(Anomaly::ike_key_exchange_malformed);
  if (!in.ok()) return;
  keep(out.key_exchanges, KeyExchange{.group = group, .data = in.rest()},
       Anomaly::ike_too_many_elements, out.anomalies);
}

/// RFC 7296 section 3.10.
void dissect_notify(ByteView body, IkeMessage& out) noexcept {
  ByteReader in(body);
  Notify notify;
  notify.protocol = in.be<std::uint8_t>();
  const std::size_t spi_size = in.be<std::uint8_t>();
  notify.type = in.be<std::uint16_t>();
  finish_notify(in, spi_size, notify, out);
}

/// RFC 7296 section 3.11.
void dissect_delete(ByteView body, IkeMessage& out) noexcept {
  ByteReader in(body);
  Delete removed;
  removed.protocol = in.be<std::uint8_t>();
  removed.spi_size = in.be<std::uint8_t>();
  removed.count = in.be<std::uint16_t>();
  finish_delete(in, removed, out);
}

void judge_type(const Payload& payload, AnomalySet& anomalies) noexcept {
  if (payload.type < v2::kFirst) anomalies.add(Anomaly::ike_payload_of_other_version);
  if (payload.critical && registry::find(registry::kIkeV2PayloadTypes, payload.type) == nullptr)
    anomalies.add(Anomaly::ike_unknown_critical_payload);
}

}  // namespace

void dissect_payload_v2(const Payload& payload, IkeMessage& out) noexcept {
  judge_type(payload, out.anomalies);
  switch (payload.type) {
    case v2::kSecurityAssociation: dissect_sa(payload.body, out); break;
    case v2::kKeyExchange: dissect_key_exchange(payload.body, out); break;
    case v2::kCertificate: dissect_certificate(payload.body, out); break;
    case v2::kNonce: dissect_nonce(payload.body, kShortestNonce, out); break;
    case v2::kNotify: dissect_notify(payload.body, out); break;
    case v2::kDelete: dissect_delete(payload.body, out); break;
    case v2::kVendorId:
      keep(out.vendor_ids, payload.body, Anomaly::ike_too_many_elements, out.anomalies);
      break;
    case v2::kEncrypted:
    case v2::kEncryptedFragment: out.encrypted = true; break;
    default: break;  // listed, not read
  }
}

}  // namespace espial::ipsec::detail
