#pragma once
#include <boost/container/static_vector.hpp>
#include <cstdint>
#include <optional>

#include "engine/base/bytes.hpp"
#include "engine/base/strong_int.hpp"
#include "engine/ipsec/anomaly.hpp"
#include "engine/ipsec/ike_payload.hpp"

/// One IKE message, dissected (RFC 7296 section 3 for IKEv2, RFC 2408 section 3 for IKEv1). The
/// result is partial plus anomalies, never all or nothing: whatever could be read before a fault is
/// there. Views borrow from the message. A worker keeps one IkeMessage and dissects every message
/// into it: no allocation, bounded by the ceilings below.
namespace espial::ipsec {

inline constexpr std::size_t kMaxPayloads = 64;
inline constexpr std::size_t kMaxProposals = 32;
inline constexpr std::size_t kMaxTransforms = 255;
inline constexpr std::size_t kMaxAttributes = 512;
inline constexpr std::size_t kMaxNotifies = 64;
inline constexpr std::size_t kMaxVendorIds = 64;
inline constexpr std::size_t kMaxSelectors = 64;
inline constexpr std::size_t kMaxConfigurationAttributes = 64;
inline constexpr std::size_t kMaxCertificates = 16;
/// Of every other kind of payload that may repeat.
inline constexpr std::size_t kMaxOthers = 8;
inline constexpr std::size_t kIkeHeaderSize = 28;

namespace ike_flag {
inline constexpr std::uint8_t kEncryption = 0x01;      // IKEv1
inline constexpr std::uint8_t kCommit = 0x02;          // IKEv1
inline constexpr std::uint8_t kAuthentication = 0x04;  // IKEv1
inline constexpr std::uint8_t kInitiator =
    0x08;  // IKEv2: sent by the original initiator of the IKE SA
inline constexpr std::uint8_t kVersion = 0x10;   // IKEv2
inline constexpr std::uint8_t kResponse = 0x20;  // IKEv2
}  // namespace ike_flag

struct IkeHeader {
  IkeSpi initiator_spi, responder_spi;
  std::uint8_t next_payload = 0;
  std::uint8_t major = 0, minor = 0;
  std::uint8_t exchange_type = 0;
  std::uint8_t flags = 0;
  MessageId message_id;
  std::uint32_t length = 0;  // as the message states it

  [[nodiscard]] bool is_v1() const noexcept { return major == 1; }
  /// IKEv2: an answer. IKEv1 has no such flag.
  [[nodiscard]] bool is_response() const noexcept {
    return !is_v1() && (flags & ike_flag::kResponse) != 0;
  }
  /// IKEv1: the body is encrypted.
  [[nodiscard]] bool is_encrypted_v1() const noexcept {
    return is_v1() && (flags & ike_flag::kEncryption) != 0;
  }
  /// [MS-AIPS]: the exchanges of Microsoft's AuthIP, a dialect of ISAKMP 1.0.
  [[nodiscard]] bool is_authip() const noexcept {
    return is_v1() && exchange_type >= 243 && exchange_type <= 246;
  }
};

template <class T, std::size_t N>
using Bounded = boost::container::static_vector<T, N>;

struct IkeMessage {
  ByteView bytes;  // header to the end that `length` names, or to what is there
  IkeHeader header;
  bool encrypted =
      false;  // the body (IKEv1 E flag) or an SK/SKF payload cannot be read without keys
  /// IV, ciphertext and checksum: the body of an SK payload, of an SKF payload behind its numbers,
  /// or of an IKEv1 message with the E flag.
  ByteView sealed;
  /// A piece of a larger message: SKF (RFC 7383) or payload 132 of IKEv1.
  std::optional<IkeFragment> fragment;
  Bounded<Payload, kMaxPayloads> payloads;
  std::optional<SaPreamble> sa_v1;
  Bounded<Proposal, kMaxProposals> proposals;
  Bounded<Transform, kMaxTransforms> transforms;
  Bounded<Attribute, kMaxAttributes> attributes;
  Bounded<KeyExchange, kMaxOthers> key_exchanges;
  Bounded<ByteView, kMaxOthers> nonces;
  Bounded<Notify, kMaxNotifies> notifies;
  Bounded<Delete, kMaxOthers> deletes;
  Bounded<ByteView, kMaxVendorIds> vendor_ids;
  Bounded<Identification, kMaxOthers> identifications;
  Bounded<Certificate, kMaxCertificates> certificates;
  Bounded<Certificate, kMaxCertificates> certificate_requests;
  Bounded<Authentication, kMaxOthers> authentications;  // IKEv2
  Bounded<ByteView, kMaxOthers> hashes, signatures;     // IKEv1
  Bounded<TrafficSelector, kMaxSelectors> traffic_selectors;
  Bounded<Configuration, kMaxOthers> configurations;
  Bounded<ConfigurationAttribute, kMaxConfigurationAttributes> configuration_attributes;
  Bounded<Eap, kMaxOthers> eaps;
  Bounded<ByteView, kMaxOthers> nat_detections;  // hashes of IKEv1's payloads 20 and 130
  Bounded<NatOriginalAddress, kMaxOthers> nat_originals;
  Bounded<ByteView, kMaxOthers> puzzle_solutions;
  std::optional<AuthIpCrypto> authip_crypto;
  Bounded<AuthIpMethod, kMaxOthers> authip_methods;
  Bounded<GssToken, kMaxOthers> gss_tokens;
  AnomalySet anomalies;
  /// The payload chain ended exactly at `length`, and its proposals, notifications and deletes are
  /// whole: what a parser takes as a whole message that stops at the first thing it cannot take
  /// apart (Zeek's package). What stands in other bodies does not matter. An encrypted IKEv1 body
  /// counts as such a chain. Zero padding behind an IKEv1 chain is no anomaly, but not complete
  /// either.
  bool complete = false;

  /// The proposals are a choice among those of the peer, not an offer.
  [[nodiscard]] bool is_choice() const noexcept;
};

/// Dissects `message` (from the first IKE header byte, without the non-ESP marker) into `out`,
/// cleared first. False when there are not even 28 bytes: then only `bytes` and the anomaly are
/// set.
bool dissect_ike(ByteView message, IkeMessage& out) noexcept;

/// True if `message` looks like an IKE message on any port: a known version and exchange, flags of
/// that version, a plausible first payload, and a length field that is the datagram's. One such
/// message proves nothing: engine/sa asks for a second of the same SA.
[[nodiscard]] bool looks_like_ike(ByteView message) noexcept;

}  // namespace espial::ipsec
