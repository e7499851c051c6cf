#pragma once
#include "engine/ipsec/ike.hpp"

/// The parts of dissect_ike, which lie in one file a version and one for the SA. Not for use
/// outside of this module.
namespace espial::ipsec::detail {

/// Payload types of IKEv1 (RFC 2408 section 3.1) whose bodies are read.
namespace v1 {
inline constexpr std::uint8_t kSecurityAssociation = 1;
inline constexpr std::uint8_t kKeyExchange = 4;
inline constexpr std::uint8_t kCertificate = 6;
inline constexpr std::uint8_t kNonce = 10;
inline constexpr std::uint8_t kNotification = 11;
inline constexpr std::uint8_t kDelete = 12;
inline constexpr std::uint8_t kVendorId = 13;
}  // namespace v1

/// Payload types of IKEv2 (RFC 7296 section 3.2, RFC 7383) whose bodies are read, or that end the
/// chain.
namespace v2 {
inline constexpr std::uint8_t kFirst = 33;  // below: IKEv1's
inline constexpr std::uint8_t kSecurityAssociation = 33;
inline constexpr std::uint8_t kKeyExchange = 34;
inline constexpr std::uint8_t kCertificate = 37;
inline constexpr std::uint8_t kNonce = 40;
inline constexpr std::uint8_t kNotify = 41;
inline constexpr std::uint8_t kDelete = 42;
inline constexpr std::uint8_t kVendorId = 43;
inline constexpr std::uint8_t kEncrypted = 46;
inline constexpr std::uint8_t kEncryptedFragment = 53;
}  // namespace v2

/// Reads the body of `payload`, a payload of an IKEv1 or IKEv2 message, into `out`.
void dissect_payload_v1(const Payload& payload, IkeMessage& out) noexcept;
void dissect_payload_v2(const Payload& payload, IkeMessage& out) noexcept;

enum class SaSyntax : std::uint8_t { ikev1, ikev2 };

/// Reads the proposals of an SA payload. Both versions chain them alike; only the transform's
/// header differs (RFC 2408 sections 3.5 and 3.6, RFC 7296 sections 3.3.1 and 3.3.2).
void dissect_proposals(ByteView list, SaSyntax syntax, IkeMessage& out) noexcept;

/// What stands alike in both versions: certificate encoding and data, nonce, and behind protocol,
/// SPI size and type or count what they announce.
void dissect_certificate(ByteView body, IkeMessage& out) noexcept;
void dissect_nonce(ByteView body, std::size_t shortest, IkeMessage& out) noexcept;
/// `notify` or `removed` has its numbers already; `in` stands at the SPI.
void finish_notify(ByteReader in, std::size_t spi_size, Notify notify, IkeMessage& out) noexcept;
void finish_delete(ByteReader in, Delete removed, IkeMessage& out) noexcept;

/// Appends unless the list is full: then `ceiling` is told and false returned.
template <class T, std::size_t N>
bool keep(Bounded<T, N>& list, const T& element, Anomaly ceiling, AnomalySet& anomalies) noexcept {
  if (list.size() == N) {
    anomalies.add(ceiling);
    return false;
  }
  list.push_back(element);
  return true;
}

}  // namespace espial::ipsec::detail
