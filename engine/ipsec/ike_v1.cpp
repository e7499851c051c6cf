#include "engine/ipsec/ike_dissector.hpp"
#include "engine/registry/registry.hpp"

/// Payload bodies of IKEv1 (RFC 2408 section 3, RFC 2407 section 4.6, RFC 3947).
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
  keep(out.key_exchanges, KeyExchange{.group = std::nullopt, .data = body}, out.anomalies);
}

/// RFC 2407 section 4.6.2.1: sizes of the addresses, ranges and subnets; nothing for the rest.
std::optional<std::size_t> identification_size(std::uint8_t type) noexcept {
  switch (type) {
    case 1: return 4;   // ID_IPV4_ADDR
    case 4:             // ID_IPV4_ADDR_SUBNET
    case 7: return 8;   // ID_IPV4_ADDR_RANGE
    case 5: return 16;  // ID_IPV6_ADDR
    case 6:             // ID_IPV6_ADDR_SUBNET: address and mask
    case 8: return 32;  // ID_IPV6_ADDR_RANGE
    default: return std::nullopt;
  }
}

void dissect_identification(const Payload& payload, IkeMessage& out) noexcept {
  ByteReader in(payload.body);
  Identification id;
  id.payload = payload.type;
  id.type = in.be<std::uint8_t>();
  id.protocol = in.be<std::uint8_t>();
  id.port = Port{in.be<std::uint16_t>()};
  if (!in.ok()) {
    out.anomalies.add(Anomaly::ike_identification_malformed);
    return;
  }
  id.data = in.rest();
  const auto size = identification_size(id.type);
  if (size ? id.data.size() != *size : id.data.empty())
    out.anomalies.add(Anomaly::ike_identification_malformed);
  keep(out.identifications, id, out.anomalies);
}

/// RFC 2408 section 3.10: the type, and a distinguished name or nothing.
void dissect_certificate_request(ByteView body, IkeMessage& out) noexcept {
  if (body.empty()) {
    out.anomalies.add(Anomaly::ike_certificate_request_malformed);
    return;
  }
  keep(out.certificate_requests,
       Certificate{.encoding = read_be<std::uint8_t>(body), .data = body.subspan(1)},
       out.anomalies);
}

void dissect_opaque(ByteView body, Bounded<ByteView, kMaxOthers>& list,
                    AnomalySet& anomalies) noexcept {
  if (body.empty()) anomalies.add(Anomaly::ike_hash_malformed);
  keep(list, body, anomalies);
}

/// RFC 2408 section 3.14. In AuthIP the byte of the SPI size is one of flags, without an SPI
/// ([MS-AIPS] section 2.2.3.5).
void dissect_notification(ByteView body, IkeMessage& out) noexcept {
  ByteReader in(body);
  in.skip(4);  // DOI
  Notify notify;
  notify.protocol = in.be<std::uint8_t>();
  const std::size_t spi_size = in.be<std::uint8_t>();
  notify.type = in.be<std::uint16_t>();
  finish_notify(in, out.header.is_authip() ? 0 : spi_size, notify, out);
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

/// draft-dukes-ike-mode-cfg-02 section 3.2: type, reserved, identifier, attributes.
void dissect_attributes(ByteView body, IkeMessage& out) noexcept {
  ByteReader in(body);
  Configuration configuration;
  configuration.type = in.be<std::uint8_t>();
  in.skip(1);
  configuration.identifier = in.be<std::uint16_t>();
  finish_configuration(in, configuration, true, out);
}

/// RFC 3947 section 3.2: a hash of the size that the SA's has, MD5 to SHA-512.
void dissect_nat_discovery(ByteView body, IkeMessage& out) noexcept {
  constexpr std::size_t kShortest = 16;
  constexpr std::size_t kLongest = 64;
  if (body.size() < kShortest || body.size() > kLongest)
    out.anomalies.add(Anomaly::ike_nat_detection_malformed);
  keep(out.nat_detections, body, out.anomalies);
}

/// RFC 3947 section 5.2: type, three reserved bytes, address.
void dissect_nat_original(ByteView body, IkeMessage& out) noexcept {
  ByteReader in(body);
  NatOriginalAddress original{.type = in.be<std::uint8_t>(), .address = {}};
  in.skip(3);
  original.address = in.rest();
  const std::size_t size = original.address.size();
  if (!in.ok() || (size != 4 && size != 16))
    out.anomalies.add(Anomaly::ike_nat_detection_malformed);
  if (in.ok()) keep(out.nat_originals, original, out.anomalies);
}

/// Cisco and Microsoft: id of the set, number from 1, flags of which only the lowest says
/// something.
void dissect_fragment(ByteView body, IkeMessage& out) noexcept {
  constexpr std::uint8_t kLastFragment = 1;
  ByteReader in(body);
  IkeFragment fragment;
  fragment.id = in.be<std::uint16_t>();
  fragment.number = in.be<std::uint8_t>();
  const auto flags = in.be<std::uint8_t>();
  fragment.last = (flags & kLastFragment) != 0;
  fragment.data = in.rest();
  const bool good = in.ok() && fragment.number != 0 && !fragment.data.empty() &&
                    (flags & ~unsigned{kLastFragment}) == 0 && !out.fragment;
  if (!good) out.anomalies.add(Anomaly::ike_fragment_malformed);
  if (in.ok() && !out.fragment) out.fragment = fragment;
}

/// Private types (from 128) are nobody's in particular, so those above IKEv2's own are not judged.
bool is_of_ikev2(std::uint8_t type) noexcept {
  return type >= v2::kFirst && registry::find(registry::kIkeV2PayloadTypes, type) != nullptr;
}

}  // namespace

void dissect_payload_v1(const Payload& payload, IkeMessage& out) noexcept {
  const ByteView body = payload.body;
  switch (payload.type) {
    case v1::kSecurityAssociation: dissect_sa(body, out); break;
    case v1::kKeyExchange: dissect_key_exchange(body, out); break;
    case v1::kIdentification: dissect_identification(payload, out); break;
    case v1::kCertificate: dissect_certificate(body, out); break;
    case v1::kCertificateRequest: dissect_certificate_request(body, out); break;
    case v1::kHash: dissect_opaque(body, out.hashes, out.anomalies); break;
    case v1::kSignature: dissect_opaque(body, out.signatures, out.anomalies); break;
    case v1::kNonce: dissect_nonce(body, kShortestNonce, out); break;
    case v1::kNotification: dissect_notification(body, out); break;
    case v1::kDelete: dissect_delete(body, out); break;
    case v1::kVendorId: keep(out.vendor_ids, body, out.anomalies); break;
    case v1::kAttributes: dissect_attributes(body, out); break;
    case v1::kNatDiscovery:
    case v1::kNatDiscoveryDraft: dissect_nat_discovery(body, out); break;
    case v1::kNatOriginalAddress:
    case v1::kNatOriginalAddressDraft: dissect_nat_original(body, out); break;
    case v1::kFragment: dissect_fragment(body, out); break;
    case v1::kGssToken:
    case v1::kAuthIpCrypto:
    case v1::kGssName:
    case v1::kAuthIpMethods:  // of others these types are private: listed, not read
      if (out.header.is_authip()) dissect_authip_payload(payload, out);
      break;
    default:
      if (is_of_ikev2(payload.type)) out.anomalies.add(Anomaly::ike_payload_of_other_version);
      break;  // listed, not read
  }
}

}  // namespace espial::ipsec::detail
