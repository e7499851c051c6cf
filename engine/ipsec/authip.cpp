#include "engine/ipsec/ike_dissector.hpp"

/// Microsoft's AuthIP, a dialect of ISAKMP 1.0 with exchanges and payloads of its own ([MS-AIPS]
/// section 2.2). What is in clear is read; the rest is `sealed`.
namespace espial::ipsec::detail {
namespace {

constexpr std::size_t kGenericHeaderSize = 4;

/// Sections 2.2.3.2.1 and 2.2.3.2.2: the number of the next packet, and an IV or none.
void dissect_crypto(ByteView body, bool encrypted, IkeMessage& out) noexcept {
  ByteReader in(body);
  const auto sequence = in.be<std::uint32_t>();
  if (!in.ok()) {
    out.anomalies.add(Anomaly::ike_authip_malformed);
    return;
  }
  if (!out.authip_crypto)
    out.authip_crypto = {.encrypted = encrypted, .sequence = sequence, .iv = in.rest()};
}

/// Section 2.2.3.1: status, flags, token.
void dissect_token(const Payload& payload, IkeMessage& out) noexcept {
  ByteReader in(payload.body);
  in.skip(4);
  const GssToken token{.payload = payload.type, .flags = in.be<std::uint8_t>(), .data = in.rest()};
  if (!in.ok()) {
    out.anomalies.add(Anomaly::ike_authip_malformed);
    return;
  }
  keep(out.gss_tokens, token, out.anomalies);
}

/// Section 2.2.3.3: the name in UTF-16, nothing before it.
void dissect_name(const Payload& payload, IkeMessage& out) noexcept {
  if (payload.body.empty() || payload.body.size() % 2 != 0)
    out.anomalies.add(Anomaly::ike_authip_malformed);
  keep(out.gss_tokens, GssToken{.payload = payload.type, .flags = 0, .data = payload.body},
       out.anomalies);
}

/// Section 2.2.3.4: pairs of method and flags to the end of the payload.
void dissect_methods(ByteView body, IkeMessage& out) noexcept {
  constexpr std::size_t kPairSize = 4;
  ByteReader in(body);
  if (body.empty()) out.anomalies.add(Anomaly::ike_authip_malformed);
  while (in.remaining() >= kPairSize) {
    AuthIpMethod method;
    method.method = in.be<std::uint16_t>();
    method.flags = in.be<std::uint16_t>();
    if (!keep(out.authip_methods, method, out.anomalies)) return;
  }
  if (in.remaining() != 0) out.anomalies.add(Anomaly::ike_authip_malformed);
}

}  // namespace

void dissect_authip_payload(const Payload& payload, IkeMessage& out) noexcept {
  switch (payload.type) {
    case v1::kAuthIpCrypto: dissect_crypto(payload.body, false, out); break;
    case v1::kGssToken: dissect_token(payload, out); break;
    case v1::kGssName: dissect_name(payload, out); break;
    case v1::kAuthIpMethods: dissect_methods(payload.body, out); break;
    default: break;
  }
}

void dissect_authip_sealed(ByteView body, IkeMessage& out) noexcept {
  if (out.header.next_payload != v1::kAuthIpCrypto) {
    out.anomalies.add(Anomaly::ike_authip_crypto_missing);
    out.sealed = body;
    return;
  }
  ByteReader in(body);
  in.skip(2);
  const std::size_t length = in.be<std::uint16_t>();
  const bool good = in.ok() && length >= kGenericHeaderSize;
  const ByteView crypto = good ? in.take(length - kGenericHeaderSize) : ByteView{};
  if (!good || !in.ok()) {
    out.anomalies.add(Anomaly::ike_authip_malformed);
    return;
  }
  dissect_crypto(crypto, true, out);
  out.sealed = in.rest();
  if (out.sealed.empty()) out.anomalies.add(Anomaly::ike_encrypted_too_short);
}

}  // namespace espial::ipsec::detail
