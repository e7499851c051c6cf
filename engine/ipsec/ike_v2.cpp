#include "engine/ipsec/ike_dissector.hpp"
#include "engine/registry/registry.hpp"

/// Payload bodies of IKEv2 (RFC 7296 section 3). Those that only keys lay open are read all the
/// same: a peer may send them in clear, which is an anomaly, not a reason to look away.
namespace espial::ipsec::detail {
namespace {

constexpr std::size_t kShortestNonce = 16;  // RFC 7296 section 3.9
constexpr std::size_t kShortestSealed =
    17;  // IV of 8 bytes, the byte of the pad length, checksum of 8 bytes

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
  if (in.be<std::uint16_t>() != 0) out.anomalies.add(Anomaly::ike_reserved_bits);
  if (!in.ok() || in.remaining() == 0) out.anomalies.add(Anomaly::ike_key_exchange_malformed);
  if (!in.ok()) return;
  keep(out.key_exchanges, KeyExchange{.group = group, .data = in.rest()}, out.anomalies);
}

/// RFC 7296 section 3.5, RFC 7619 section 3: whether so many bytes can be an identification.
bool is_identification_size(std::uint8_t type, std::size_t size) noexcept {
  switch (type) {
    case 1: return size == 4;   // ID_IPV4_ADDR
    case 5: return size == 16;  // ID_IPV6_ADDR
    case 13: return size == 0;  // ID_NULL
    default: return size != 0;
  }
}

void dissect_identification(const Payload& payload, IkeMessage& out) noexcept {
  ByteReader in(payload.body);
  Identification id;
  id.payload = payload.type;
  id.type = in.be<std::uint8_t>();
  in.skip(3);
  id.data = in.rest();
  if (!in.ok() || !is_identification_size(id.type, id.data.size()))
    out.anomalies.add(Anomaly::ike_identification_malformed);
  if (in.ok()) keep(out.identifications, id, out.anomalies);
}

/// RFC 7296 section 3.7: for X.509 certificates the SHA-1 hashes of what the authorities' keys are.
void dissect_certificate_request(ByteView body, IkeMessage& out) noexcept {
  constexpr std::size_t kHashSize = 20;
  if (body.empty()) {
    out.anomalies.add(Anomaly::ike_certificate_request_malformed);
    return;
  }
  const Certificate request{.encoding = read_be<std::uint8_t>(body), .data = body.subspan(1)};
  const bool hashes = request.encoding == 4 || request.encoding == 12 || request.encoding == 13;
  if (hashes && request.data.size() % kHashSize != 0)
    out.anomalies.add(Anomaly::ike_certificate_request_malformed);
  keep(out.certificate_requests, request, out.anomalies);
}

/// RFC 7296 section 3.8; RFC 7427 section 3: method 14 puts the algorithm's length in front.
void dissect_authentication(ByteView body, IkeMessage& out) noexcept {
  constexpr std::uint8_t kDigitalSignature = 14;
  ByteReader in(body);
  Authentication authentication{.method = in.be<std::uint8_t>(), .data = {}};
  in.skip(3);
  authentication.data = in.rest();
  const bool too_short = authentication.data.empty() ||
                         (authentication.method == kDigitalSignature &&
                          read_be<std::uint8_t>(authentication.data) >= authentication.data.size());
  if (!in.ok() || too_short) out.anomalies.add(Anomaly::ike_authentication_malformed);
  if (in.ok()) keep(out.authentications, authentication, out.anomalies);
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

/// RFC 7296 section 3.15: type, three reserved bytes, attributes without a short form.
void dissect_configuration(ByteView body, IkeMessage& out) noexcept {
  ByteReader in(body);
  Configuration configuration;
  configuration.type = in.be<std::uint8_t>();
  in.skip(3);
  finish_configuration(in, configuration, false, out);
}

/// RFC 3748 section 4. The length covers the header; requests and responses have a type behind it.
void dissect_eap(ByteView body, IkeMessage& out) noexcept {
  constexpr std::size_t kHeaderSize = 4;
  constexpr std::uint8_t kResponse = 2;
  ByteReader in(body);
  Eap eap;
  eap.code = in.be<std::uint8_t>();
  eap.identifier = in.be<std::uint8_t>();
  const std::size_t length = in.be<std::uint16_t>();
  if (!in.ok()) {
    out.anomalies.add(Anomaly::ike_eap_malformed);
    return;
  }
  const bool typed = eap.code != 0 && eap.code <= kResponse;
  if (length != body.size() || (typed && length <= kHeaderSize))
    out.anomalies.add(Anomaly::ike_eap_malformed);
  if (typed && in.remaining() != 0) eap.type = in.be<std::uint8_t>();
  eap.data = in.rest();
  keep(out.eaps, eap, out.anomalies);
}

void dissect_sealed(ByteView sealed, IkeMessage& out) noexcept {
  out.encrypted = true;
  out.sealed = sealed;
  if (sealed.size() < kShortestSealed) out.anomalies.add(Anomaly::ike_encrypted_too_short);
}

/// RFC 7383 section 2.5. Only the first says what is inside.
void dissect_encrypted_fragment(const Payload& payload, IkeMessage& out) noexcept {
  ByteReader in(payload.body);
  IkeFragment fragment;
  fragment.number = in.be<std::uint16_t>();
  fragment.total = in.be<std::uint16_t>();
  fragment.last = fragment.number == fragment.total;
  fragment.data = in.rest();
  out.encrypted = true;
  if (!in.ok() || fragment.number == 0 || fragment.number > fragment.total)
    out.anomalies.add(Anomaly::ike_fragment_malformed);
  if (!in.ok()) return;
  if (fragment.number > 1 && payload.next != 0)
    out.anomalies.add(Anomaly::ike_fragment_first_payload);
  out.fragment = fragment;
  dissect_sealed(fragment.data, out);
}

/// What is only listed, but cannot be shorter: GSPM (RFC 6467 section 3.2), GSA and KD (RFC 9838
/// section 4) have at least one byte of their own.
void dissect_listed(ByteView body, IkeMessage& out) noexcept {
  if (body.empty()) out.anomalies.add(Anomaly::ike_group_payload_malformed);
}

/// RFC 8019 section 8.2: one key or more that solve the puzzle.
void dissect_puzzle_solution(ByteView body, IkeMessage& out) noexcept {
  if (body.empty()) out.anomalies.add(Anomaly::ike_puzzle_malformed);
  keep(out.puzzle_solutions, body, out.anomalies);
}

void judge_type(const Payload& payload, AnomalySet& anomalies) noexcept {
  if (payload.type < v2::kFirst) anomalies.add(Anomaly::ike_payload_of_other_version);
  if (!payload.critical) return;
  const bool known = registry::find(registry::kIkeV2PayloadTypes, payload.type) != nullptr;
  anomalies.add(known ? Anomaly::ike_known_critical_payload
                      : Anomaly::ike_unknown_critical_payload);
}

}  // namespace

void dissect_payload_v2(const Payload& payload, IkeMessage& out) noexcept {
  judge_type(payload, out.anomalies);
  const ByteView body = payload.body;
  switch (payload.type) {
    case v2::kSecurityAssociation: dissect_sa(body, out); break;
    case v2::kKeyExchange: dissect_key_exchange(body, out); break;
    case v2::kIdentificationInitiator:
    case v2::kIdentificationResponder:
    case v2::kGroupIdentification: dissect_identification(payload, out); break;
    case v2::kCertificate: dissect_certificate(body, out); break;
    case v2::kCertificateRequest: dissect_certificate_request(body, out); break;
    case v2::kAuthentication: dissect_authentication(body, out); break;
    case v2::kNonce: dissect_nonce(body, kShortestNonce, out); break;
    case v2::kNotify: dissect_notify(body, out); break;
    case v2::kDelete: dissect_delete(body, out); break;
    case v2::kVendorId: keep(out.vendor_ids, body, out.anomalies); break;
    case v2::kTrafficSelectorInitiator:
    case v2::kTrafficSelectorResponder: dissect_traffic_selectors(payload, out); break;
    case v2::kEncrypted: dissect_sealed(body, out); break;
    case v2::kConfiguration: dissect_configuration(body, out); break;
    case v2::kEap: dissect_eap(body, out); break;
    case v2::kSecurePassword:
    case v2::kGroupSecurityAssociation:
    case v2::kKeyDownload: dissect_listed(body, out); break;
    case v2::kEncryptedFragment: dissect_encrypted_fragment(payload, out); break;
    case v2::kPuzzleSolution: dissect_puzzle_solution(body, out); break;
    default: break;  // listed, not read
  }
}

}  // namespace espial::ipsec::detail
