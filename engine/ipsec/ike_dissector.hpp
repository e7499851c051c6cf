#pragma once
#include "engine/ipsec/ike.hpp"

/// The parts of dissect_ike: the bodies of each version, what both have alike, and the judges,
/// which look at a message as a whole. Not for use outside of this module.
namespace espial::ipsec::detail {

/// Payload types of IKEv1 (RFC 2408 section 3.1, RFC 3947, [MS-AIPS]) whose bodies are read.
namespace v1 {
inline constexpr std::uint8_t kSecurityAssociation = 1;
inline constexpr std::uint8_t kKeyExchange = 4;
inline constexpr std::uint8_t kIdentification = 5;
inline constexpr std::uint8_t kCertificate = 6;
inline constexpr std::uint8_t kCertificateRequest = 7;
inline constexpr std::uint8_t kHash = 8;
inline constexpr std::uint8_t kSignature = 9;
inline constexpr std::uint8_t kNonce = 10;
inline constexpr std::uint8_t kNotification = 11;
inline constexpr std::uint8_t kDelete = 12;
inline constexpr std::uint8_t kVendorId = 13;
inline constexpr std::uint8_t kAttributes = 14;
inline constexpr std::uint8_t kNatDiscovery = 20;
inline constexpr std::uint8_t kNatOriginalAddress = 21;
inline constexpr std::uint8_t kGssToken = 129;
inline constexpr std::uint8_t kNatDiscoveryDraft = 130;
inline constexpr std::uint8_t kNatOriginalAddressDraft = 131;
inline constexpr std::uint8_t kFragment = 132;
inline constexpr std::uint8_t kAuthIpCrypto = 133;
inline constexpr std::uint8_t kGssName = 134;
inline constexpr std::uint8_t kAuthIpMethods = 135;
}  // namespace v1

/// Exchange types of IKEv1 (RFC 2408 section 3.1, RFC 2409).
namespace v1_exchange {
inline constexpr std::uint8_t kBase = 1;
inline constexpr std::uint8_t kMain = 2;
inline constexpr std::uint8_t kAuthenticationOnly = 3;
inline constexpr std::uint8_t kAggressive = 4;
inline constexpr std::uint8_t kInformational = 5;
inline constexpr std::uint8_t kTransaction = 6;
inline constexpr std::uint8_t kQuick = 32;
inline constexpr std::uint8_t kNewGroup = 33;
/// Those that make an ISAKMP SA.
[[nodiscard]] constexpr bool is_phase1(std::uint8_t type) noexcept {
  return type >= kBase && type <= kAggressive;
}
}  // namespace v1_exchange

/// Payload types of IKEv2 (RFC 7296 section 3.2 and the RFCs that add to it) whose bodies are read,
/// or that end the chain.
namespace v2 {
inline constexpr std::uint8_t kFirst = 33;  // below: IKEv1's
inline constexpr std::uint8_t kSecurityAssociation = 33;
inline constexpr std::uint8_t kKeyExchange = 34;
inline constexpr std::uint8_t kIdentificationInitiator = 35;
inline constexpr std::uint8_t kIdentificationResponder = 36;
inline constexpr std::uint8_t kCertificate = 37;
inline constexpr std::uint8_t kCertificateRequest = 38;
inline constexpr std::uint8_t kAuthentication = 39;
inline constexpr std::uint8_t kNonce = 40;
inline constexpr std::uint8_t kNotify = 41;
inline constexpr std::uint8_t kDelete = 42;
inline constexpr std::uint8_t kVendorId = 43;
inline constexpr std::uint8_t kTrafficSelectorInitiator = 44;
inline constexpr std::uint8_t kTrafficSelectorResponder = 45;
inline constexpr std::uint8_t kEncrypted = 46;
inline constexpr std::uint8_t kConfiguration = 47;
inline constexpr std::uint8_t kEap = 48;
inline constexpr std::uint8_t kSecurePassword = 49;
inline constexpr std::uint8_t kGroupIdentification = 50;
inline constexpr std::uint8_t kGroupSecurityAssociation = 51;
inline constexpr std::uint8_t kKeyDownload = 52;
inline constexpr std::uint8_t kEncryptedFragment = 53;
inline constexpr std::uint8_t kPuzzleSolution = 54;
}  // namespace v2

/// Exchange types of IKEv2 (RFC 7296 section 3.1, RFC 5723, 9242, 9838).
namespace v2_exchange {
inline constexpr std::uint8_t kSaInit = 34;
inline constexpr std::uint8_t kAuth = 35;
inline constexpr std::uint8_t kInformational = 37;
inline constexpr std::uint8_t kSessionResume = 38;
inline constexpr std::uint8_t kGroupAuth = 39;
inline constexpr std::uint8_t kIntermediate = 43;
/// Those before there are keys.
[[nodiscard]] constexpr bool is_first(std::uint8_t type) noexcept {
  return type == kSaInit || type == kSessionResume;
}
}  // namespace v2_exchange

/// Security protocols of proposals and notifications: alike in both versions.
namespace protocol {
inline constexpr std::uint8_t kIke = 1;
inline constexpr std::uint8_t kAh = 2;
inline constexpr std::uint8_t kEsp = 3;
}  // namespace protocol

/// Reads the body of `payload`, a payload of an IKEv1 or IKEv2 message, into `out`.
void dissect_payload_v1(const Payload& payload, IkeMessage& out) noexcept;
void dissect_payload_v2(const Payload& payload, IkeMessage& out) noexcept;

enum class SaSyntax : std::uint8_t { ikev1, ikev2 };

/// Reads the proposals of an SA payload. Both versions chain them alike; only the transform's
/// header differs (RFC 2408 sections 3.5 and 3.6, RFC 7296 sections 3.3.1 and 3.3.2).
void dissect_proposals(ByteView list, SaSyntax syntax, IkeMessage& out) noexcept;

// ike_common.cpp: what stands alike in both versions.

/// An attribute of a transform or of a configuration.
struct WireAttribute {
  std::uint16_t type = 0;
  bool short_form = false;  // the value stands in place of the length
  ByteView data;
};
/// The highest bit says that the form is short; where there are no short forms it is reserved.
/// Nothing when the attribute goes beyond its list.
[[nodiscard]] std::optional<WireAttribute> take_wire_attribute(ByteReader& in,
                                                               bool short_forms) noexcept;
void dissect_certificate(ByteView body, IkeMessage& out) noexcept;
void dissect_nonce(ByteView body, std::size_t shortest, IkeMessage& out) noexcept;
/// `notify` or `removed` has its numbers already; `in` stands at the SPI.
void finish_notify(ByteReader in, std::size_t spi_size, Notify notify, IkeMessage& out) noexcept;
void finish_delete(ByteReader in, Delete removed, IkeMessage& out) noexcept;
/// `configuration` has its numbers already; `in` stands at the attributes. Their short form (AF
/// bit) is of IKEv1 alone.
void finish_configuration(ByteReader in, Configuration configuration, bool short_forms,
                          IkeMessage& out) noexcept;

/// traffic_selector.cpp: TSi and TSr.
void dissect_traffic_selectors(const Payload& payload, IkeMessage& out) noexcept;

// authip.cpp
/// Payloads 129 and 133 to 135.
void dissect_authip_payload(const Payload& payload, IkeMessage& out) noexcept;
/// The whole body of an encrypted message: behind the crypto payload is what it encrypts, whatever
/// its length says.
void dissect_authip_sealed(ByteView body, IkeMessage& out) noexcept;

// The judges: they add anomalies, and change nothing else.
/// ike_judge.cpp: the header alone.
void judge_header(const IkeHeader& header, AnomalySet& anomalies) noexcept;
/// ike_judge.cpp: which payloads came, in which exchange.
void judge_message(IkeMessage& message) noexcept;
/// ike_judge_keys.cpp: key exchange payloads.
void judge_keys(IkeMessage& message) noexcept;
/// ike_judge_notify.cpp: the sizes of what notifications hold.
void judge_notifies(IkeMessage& message) noexcept;
/// ike_judge_sa.cpp: proposals, and the cryptography in them.
void judge_proposals(IkeMessage& message) noexcept;

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

/// The same for what has no ceiling of its own.
template <class T, std::size_t N>
bool keep(Bounded<T, N>& list, const T& element, AnomalySet& anomalies) noexcept {
  return keep(list, element, Anomaly::ike_too_many_elements, anomalies);
}

}  // namespace espial::ipsec::detail
