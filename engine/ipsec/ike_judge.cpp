#include <algorithm>
#include <array>
#include <initializer_list>

#include "engine/ipsec/ike_dissector.hpp"
#include "engine/registry/registry.hpp"

/// What is wrong or strange about a message that reads well: its header, and which payloads came in
/// which exchange. Judged from the one message alone.
namespace espial::ipsec::detail {
namespace {

constexpr std::uint8_t kFlagsV1 =
    ike_flag::kEncryption | ike_flag::kCommit | ike_flag::kAuthentication;
constexpr std::uint8_t kFlagsV2 = ike_flag::kInitiator | ike_flag::kVersion | ike_flag::kResponse;

void judge_version(const IkeHeader& header, AnomalySet& anomalies) noexcept {
  if (header.major != 1 && header.major != 2) anomalies.add(Anomaly::ike_unknown_major_version);
  if (header.minor != 0) anomalies.add(Anomaly::ike_minor_version);
}

void judge_flags(const IkeHeader& header, AnomalySet& anomalies) noexcept {
  const unsigned known = header.is_v1() ? kFlagsV1 : kFlagsV2;
  if ((header.flags & ~known) != 0) anomalies.add(Anomaly::ike_reserved_flags);
  if (!header.is_v1() && (header.flags & ike_flag::kVersion) != 0)
    anomalies.add(Anomaly::ike_version_flag);
  if (header.is_v1() && (header.flags & ike_flag::kCommit) != 0)
    anomalies.add(Anomaly::ike_commit_flag);
}

void judge_exchange(const IkeHeader& header, AnomalySet& anomalies) noexcept {
  const bool v1 = registry::find(registry::kIkeV1ExchangeTypes, header.exchange_type) != nullptr;
  const bool v2 = registry::find(registry::kIkeV2ExchangeTypes, header.exchange_type) != nullptr;
  if (header.is_v1() ? v1 : v2) {
    const std::uint8_t type = header.exchange_type;
    if (header.is_v1() && (type == v1_exchange::kBase || type == v1_exchange::kAuthenticationOnly ||
                           type == v1_exchange::kNewGroup))
      anomalies.add(Anomaly::ike_rare_exchange);
    return;
  }
  anomalies.add((v1 || v2) ? Anomaly::ike_exchange_of_other_version
                           : Anomaly::ike_unknown_exchange);
}

/// RFC 7296 section 2.2: counted from 0 in each direction, and the first exchange takes the
/// initiator's 0. RFC 2408 section 3.1: 0 in phase 1, not in what follows.
bool is_message_id_possible(const IkeHeader& header) noexcept {
  const bool zero = header.message_id.value() == 0;
  const std::uint8_t type = header.exchange_type;
  if (header.is_v1()) {
    if (v1_exchange::is_phase1(type)) return zero;
    return !zero || (type != v1_exchange::kTransaction && type != v1_exchange::kQuick &&
                     type != v1_exchange::kNewGroup);
  }
  if (v2_exchange::is_first(type)) return zero;
  return !zero || (type != v2_exchange::kAuth && type != v2_exchange::kGroupAuth &&
                   type != v2_exchange::kIntermediate);
}

bool has(const IkeMessage& message, std::uint8_t type) noexcept {
  return std::ranges::any_of(message.payloads,
                             [type](const Payload& payload) { return payload.type == type; });
}

bool has_all(const IkeMessage& message, std::initializer_list<std::uint8_t> types) noexcept {
  return std::ranges::all_of(types, [&](std::uint8_t type) { return has(message, type); });
}

bool has_some(const IkeMessage& message, std::initializer_list<std::uint8_t> types) noexcept {
  return std::ranges::any_of(types, [&](std::uint8_t type) { return has(message, type); });
}

/// Zero is right in what begins an SA only. What complains of a message without an SA repeats its
/// header (RFC 7296 section 1.5), whatever it was.
void judge_spis(IkeMessage& message) noexcept {
  const IkeHeader& header = message.header;
  if (header.initiator_spi.value() == 0) message.anomalies.add(Anomaly::ike_zero_initiator_spi);
  const bool zero = header.responder_spi.value() == 0;
  if (header.is_v1()) {
    const bool needed = header.exchange_type == v1_exchange::kTransaction ||
                        header.exchange_type == v1_exchange::kQuick ||
                        header.exchange_type == v1_exchange::kNewGroup || message.encrypted;
    if (zero && needed && !header.is_authip())
      message.anomalies.add(Anomaly::ike_zero_responder_spi);
    return;
  }
  const bool first = v2_exchange::is_first(header.exchange_type);
  if (first && !header.is_response() && !zero)
    message.anomalies.add(Anomaly::ike_responder_spi_in_first_request);
  const bool needed =
      first ? header.is_response() && !message.proposals.empty() : message.encrypted;
  if (zero && needed) message.anomalies.add(Anomaly::ike_zero_responder_spi);
}

/// Whether the payload of this type may come once only.
bool is_single(const IkeHeader& header, std::uint8_t type) noexcept {
  if (header.is_authip()) return type == v1::kAuthIpCrypto;
  if (header.is_v1())
    return type == v1::kSecurityAssociation || type == v1::kKeyExchange || type == v1::kNonce ||
           type == v1::kFragment;
  return type == v2::kSecurityAssociation || type == v2::kKeyExchange ||
         type == v2::kIdentificationInitiator || type == v2::kIdentificationResponder ||
         type == v2::kAuthentication || type == v2::kNonce ||
         type == v2::kTrafficSelectorInitiator || type == v2::kTrafficSelectorResponder ||
         type == v2::kEap || type == v2::kPuzzleSolution;
}

void judge_repetition(IkeMessage& message) noexcept {
  std::array<bool, 256> seen{};
  for (const Payload& payload : message.payloads) {
    if (std::exchange(seen[payload.type], true) && is_single(message.header, payload.type))
      message.anomalies.add(Anomaly::ike_duplicate_payload);
  }
}

/// RFC 2409 section 5: a first message that has no cookie of the responder yet.
bool is_complete_v1(const IkeMessage& message) noexcept {
  if (message.encrypted || message.fragment || message.header.responder_spi.value() != 0)
    return true;
  switch (message.header.exchange_type) {
    case v1_exchange::kMain: return has(message, v1::kSecurityAssociation);
    case v1_exchange::kAggressive:
      return has_all(message,
                     {v1::kSecurityAssociation, v1::kKeyExchange, v1::kNonce, v1::kIdentification});
    default: return true;
  }
}

/// RFC 7296 section 1.2, RFC 5723 section 4.3.2. An answer may be a notification alone.
bool is_complete_v2(const IkeMessage& message) noexcept {
  const bool refuses = message.header.is_response() && !message.notifies.empty();
  switch (message.header.exchange_type) {
    case v2_exchange::kSaInit:
      return has_all(message, {v2::kSecurityAssociation, v2::kKeyExchange, v2::kNonce}) ||
             (refuses &&
              !has_some(message, {v2::kSecurityAssociation, v2::kKeyExchange, v2::kNonce}));
    case v2_exchange::kSessionResume: return refuses || has(message, v2::kNonce);
    default: return true;
  }
}

bool may_be_in_clear(const IkeHeader& header, std::uint8_t type) noexcept {
  if (header.is_v1()) return type != v1::kDelete && type != v1::kAttributes;
  switch (type) {
    case v2::kIdentificationInitiator:
    case v2::kIdentificationResponder:
    case v2::kCertificate:
    case v2::kAuthentication:
    case v2::kDelete:
    case v2::kTrafficSelectorInitiator:
    case v2::kTrafficSelectorResponder:
    case v2::kConfiguration:
    case v2::kEap:
    case v2::kSecurePassword:
    case v2::kGroupIdentification:
    case v2::kGroupSecurityAssociation:
    case v2::kKeyDownload: return false;
    default: return true;
  }
}

/// RFC 7296 section 1.5, RFC 6290 section 4: complaints of one who has no SA to protect them with.
bool is_complaint(const Notify& notify) noexcept {
  switch (notify.type) {
    case 1:      // UNSUPPORTED_CRITICAL_PAYLOAD
    case 4:      // INVALID_IKE_SPI
    case 5:      // INVALID_MAJOR_VERSION
    case 7:      // INVALID_SYNTAX
    case 11:     // INVALID_SPI
    case 16419:  // QUICK_CRASH_DETECTION
      return true;
    default: return false;
  }
}

bool may_come_in_clear(const IkeMessage& message) noexcept {
  const IkeHeader& header = message.header;
  if (header.is_v1())
    return header.is_authip() || v1_exchange::is_phase1(header.exchange_type) ||
           header.exchange_type == v1_exchange::kInformational || message.fragment.has_value();
  if (v2_exchange::is_first(header.exchange_type)) return true;
  return !message.notifies.empty() && message.notifies.size() == message.payloads.size() &&
         std::ranges::all_of(message.notifies, is_complaint);
}

void judge_protection(IkeMessage& message) noexcept {
  const IkeHeader& header = message.header;
  const bool first = !header.is_v1() && v2_exchange::is_first(header.exchange_type);
  if (message.encrypted && first) message.anomalies.add(Anomaly::ike_encrypted_in_first_exchange);
  const bool known =
      registry::find(header.is_v1() ? registry::kIkeV1ExchangeTypes : registry::kIkeV2ExchangeTypes,
                     header.exchange_type) != nullptr;
  if (!message.encrypted && known && !may_come_in_clear(message))
    message.anomalies.add(Anomaly::ike_not_encrypted);
  if (std::ranges::any_of(message.payloads, [&](const Payload& payload) {
        return !may_be_in_clear(header, payload.type);
      }))
    message.anomalies.add(Anomaly::ike_payload_in_clear);
}

/// [MS-AIPS] section 2.2.1: each message but a lone notification starts with its crypto payload.
void judge_authip(IkeMessage& message) noexcept {
  if (message.encrypted || message.payloads.empty()) return;
  const bool lone_notification =
      message.payloads.size() == 1 && message.payloads.front().type == v1::kNotification;
  if (message.payloads.front().type != v1::kAuthIpCrypto && !lone_notification)
    message.anomalies.add(Anomaly::ike_authip_crypto_missing);
}

}  // namespace

void judge_header(const IkeHeader& header, AnomalySet& anomalies) noexcept {
  judge_version(header, anomalies);
  judge_flags(header, anomalies);
  judge_exchange(header, anomalies);
  if (!header.is_authip() && !is_message_id_possible(header))
    anomalies.add(Anomaly::ike_message_id);
}

void judge_message(IkeMessage& message) noexcept {
  judge_spis(message);
  judge_repetition(message);
  judge_protection(message);
  const bool complete = message.header.is_v1() ? is_complete_v1(message) : is_complete_v2(message);
  if (!complete) message.anomalies.add(Anomaly::ike_missing_payload);
  if (message.header.is_authip()) judge_authip(message);
}

}  // namespace espial::ipsec::detail
