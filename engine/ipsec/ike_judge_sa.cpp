#include <algorithm>
#include <array>
#include <span>

#include "engine/ipsec/ike_dissector.hpp"

/// Proposals: whether they are well made, and whether what they propose is any good. The weak ones
/// are those that Suricata's events of the same names tell, and the groups of RFC 5114 besides.
namespace espial::ipsec::detail {
namespace {

constexpr std::size_t kTypes = 15;  // transform types 1 to 14; 0 for the others
constexpr std::uint8_t kEncryption = 1, kPrf = 2, kIntegrity = 3, kGroup = 4, kSequence = 5;
constexpr std::uint16_t kKeyLength = 14;  // of IKEv2 and of IKEv1's phase 1 alike

constexpr bool is_between(std::uint64_t n, std::uint64_t first, std::uint64_t last) noexcept {
  return first <= n && n <= last;
}

// ------------------------------------------------------------------------------------ algorithms

/// DES to NULL; 21, 34 and 35 keep nothing secret.
bool is_weak_encryption(std::uint16_t id) noexcept {
  return is_between(id, 1, 11) || id == 21 || id == 34 || id == 35;
}
/// HMAC of MD5, SHA-1 and Tiger.
bool is_weak_prf(std::uint16_t id) noexcept {
  return is_between(id, 1, 3);
}
/// MD5, SHA-1, DES-MAC, KPDK and AES-XCBC.
bool is_weak_integrity(std::uint16_t id) noexcept {
  return is_between(id, 1, 7);
}
/// MODP up to 1536 bits, the curves of IKEv1's drafts, RFC 5114's groups with small subgroups, and
/// ECP of 192 bits.
bool is_weak_group(std::uint64_t id) noexcept {
  return is_between(id, 1, 13) || is_between(id, 22, 25);
}
/// RFC 4543, 5282, 5529, 7634, 8750, 9227: ciphers that protect integrity themselves, with or
/// without keeping anything secret.
bool is_aead(std::uint16_t id) noexcept {
  return is_between(id, 14, 16) || is_between(id, 18, 21) || is_between(id, 25, 35);
}

enum class KeyLengths : std::uint8_t { fixed, any, aes };

/// RFC 7296 section 3.3.5: which ciphers say their key length; AES and Camellia know three.
KeyLengths key_lengths(std::uint16_t id) noexcept {
  if (id == 4 || id == 6 || id == 7 || id > 1023) return KeyLengths::any;  // RC5, CAST, Blowfish
  const bool aes = is_between(id, 12, 16) || is_between(id, 18, 21) || is_between(id, 23, 27) ||
                   is_between(id, 29, 30);
  return aes ? KeyLengths::aes : KeyLengths::fixed;
}

// ------------------------------------------------------------------------------------ attributes

std::span<const Attribute> attributes_of(const IkeMessage& message,
                                         const Transform& transform) noexcept {
  return std::span(message.attributes.data(), message.attributes.size())
      .subspan(transform.first_attribute, transform.attribute_count);
}

std::span<const Transform> transforms_of(const IkeMessage& message,
                                         const Proposal& proposal) noexcept {
  return std::span(message.transforms.data(), message.transforms.size())
      .subspan(proposal.first_transform, proposal.transform_count);
}

const Attribute* find(std::span<const Attribute> attributes, std::uint16_t type) noexcept {
  const auto found = std::ranges::find(attributes, type, &Attribute::type);
  return found == attributes.end() ? nullptr : &*found;
}

void judge_key_length(const Attribute* length, KeyLengths allowed, AnomalySet& anomalies) noexcept {
  if (length == nullptr) {
    if (allowed == KeyLengths::aes) anomalies.add(Anomaly::ike_key_length_missing);
  } else if (allowed == KeyLengths::fixed) {
    anomalies.add(Anomaly::ike_key_length_unexpected);
  } else if (allowed == KeyLengths::aes && length->value != 128 && length->value != 192 &&
             length->value != 256) {
    anomalies.add(Anomaly::ike_key_length_invalid);
  }
}

/// Whether some type for which `counts` holds stands twice. All types with a meaning are below 64;
/// of the others, which are private or nobody's, the first few are compared.
template <class Counts>
bool is_repeated(std::span<const Attribute> attributes, Counts counts) noexcept {
  constexpr std::uint16_t kLow = 64;
  constexpr std::size_t kMostHigh = 16;
  std::uint64_t low = 0;
  Bounded<std::uint16_t, kMostHigh> high;
  for (const Attribute& attribute : attributes) {
    const std::uint16_t type = attribute.type;
    if (!counts(type)) continue;
    if (type >= kLow) {
      if (std::ranges::find(high, type) != high.end()) return true;
      if (high.size() < kMostHigh) high.push_back(type);
      continue;
    }
    const std::uint64_t bit = std::uint64_t{1} << type;
    if ((low & bit) != 0) return true;
    low |= bit;
  }
  return false;
}

// ---------------------------------------------------------------------------------------- IKEv2

void judge_algorithm(const Transform& transform, AnomalySet& anomalies) noexcept {
  switch (transform.type) {
    case kEncryption:
      if (is_weak_encryption(transform.id)) anomalies.add(Anomaly::ike_weak_crypto_enc);
      return;
    case kPrf:
      if (is_weak_prf(transform.id)) anomalies.add(Anomaly::ike_weak_crypto_prf);
      if (transform.id == 0) anomalies.add(Anomaly::ike_invalid_proposal);
      return;
    case kIntegrity:
      if (is_weak_integrity(transform.id)) anomalies.add(Anomaly::ike_weak_crypto_auth);
      return;
    case kGroup:
      if (is_weak_group(transform.id)) anomalies.add(Anomaly::ike_weak_crypto_dh);
      if (transform.id == 0) anomalies.add(Anomaly::ike_invalid_proposal);
      return;
    default:
      if (transform.type == 0 || transform.type >= kTypes)
        anomalies.add(Anomaly::ike_unknown_proposal);
      return;
  }
}

void judge_attributes_v2(std::span<const Attribute> attributes, const Transform& transform,
                         AnomalySet& anomalies) noexcept {
  if (transform.type == kEncryption)
    judge_key_length(find(attributes, kKeyLength), key_lengths(transform.id), anomalies);
  if (is_repeated(attributes, [](std::uint16_t) { return true; }))
    anomalies.add(Anomaly::ike_attribute_repeated);
  const Attribute* const length = find(attributes, kKeyLength);
  if (length != nullptr && !length->short_form) anomalies.add(Anomaly::ike_attribute_form);
}

/// What a proposal holds, by type.
struct Held {
  std::array<std::uint16_t, kTypes> count{};
  bool aead = false, other_cipher = false, integrity = false;

  void add(const Transform& transform) noexcept {
    if (transform.type < kTypes) ++count[transform.type];
    if (transform.type == kEncryption) (is_aead(transform.id) ? aead : other_cipher) = true;
    if (transform.type == kIntegrity && transform.id != 0) integrity = true;
  }
  [[nodiscard]] bool has(std::uint8_t type) const noexcept { return count[type] != 0; }
};

/// RFC 7296 section 3.3.3: what each protocol needs. A missing group or integrity algorithm of an
/// IKE SA has events of its own.
bool has_mandatory(const Held& held, std::uint8_t proposal_protocol) noexcept {
  switch (proposal_protocol) {
    case protocol::kIke: return held.has(kEncryption) && held.has(kPrf);
    case protocol::kEsp: return held.has(kEncryption) && held.has(kSequence);
    case protocol::kAh: return held.has(kIntegrity) && held.has(kSequence);
    default: return true;
  }
}

void judge_held(const Held& held, const Proposal& proposal, AnomalySet& anomalies) noexcept {
  if (!has_mandatory(held, proposal.protocol)) anomalies.add(Anomaly::ike_transform_missing);
  if (proposal.protocol == protocol::kIke && !held.has(kGroup))
    anomalies.add(Anomaly::ike_weak_crypto_no_dh);
  if (proposal.protocol == protocol::kAh) anomalies.add(Anomaly::ike_no_encryption);
  if (!held.integrity && !held.aead) anomalies.add(Anomaly::ike_weak_crypto_no_auth);
  if (held.aead && (held.integrity || held.other_cipher))
    anomalies.add(Anomaly::ike_aead_with_integrity);
}

bool is_spi_size_possible(const Proposal& proposal) noexcept {
  const std::size_t size = proposal.spi.size();
  switch (proposal.protocol) {
    case protocol::kIke: return size == 0 || size == 8;
    case protocol::kAh:
    case protocol::kEsp: return size == 4;
    default: return true;
  }
}

void judge_proposal_v2(const IkeMessage& message, const Proposal& proposal,
                       AnomalySet& anomalies) noexcept {
  Held held;
  for (const Transform& transform : transforms_of(message, proposal)) {
    held.add(transform);
    judge_algorithm(transform, anomalies);
    judge_attributes_v2(attributes_of(message, transform), transform, anomalies);
  }
  judge_held(held, proposal, anomalies);
  if (!is_spi_size_possible(proposal)) anomalies.add(Anomaly::ike_proposal_spi_size);
  if (v2_exchange::is_first(message.header.exchange_type) && proposal.protocol != protocol::kIke)
    anomalies.add(Anomaly::ike_proposal_protocol);
  const auto is_twice = [](std::uint16_t count) { return count > 1; };
  if (message.is_choice() && std::ranges::any_of(held.count, is_twice))
    anomalies.add(Anomaly::ike_ambiguous_choice);
}

/// Section 3.3.1: an offer counts from 1; a choice repeats the number of what it chose.
bool are_numbered(const IkeMessage& message) noexcept {
  if (message.is_choice()) return true;
  std::size_t expected = 0;
  return std::ranges::all_of(
      message.proposals, [&](const Proposal& proposal) { return proposal.number == ++expected; });
}

void judge_v2(IkeMessage& message) noexcept {
  for (const Proposal& proposal : message.proposals)
    judge_proposal_v2(message, proposal, message.anomalies);
  if (!are_numbered(message)) message.anomalies.add(Anomaly::ike_proposal_number);
  if (message.is_choice() && message.proposals.size() > 1)
    message.anomalies.add(Anomaly::ike_multiple_server_proposal);
}

// ---------------------------------------------------------------------------------------- IKEv1

// RFC 2409 appendix A.
constexpr std::uint16_t kV1Encryption = 1, kV1Hash = 2, kV1Group = 4, kV1LifeType = 11,
                        kV1LifeDuration = 12;

void judge_algorithm_v1(const Attribute& attribute, AnomalySet& anomalies) noexcept {
  switch (attribute.type) {
    case kV1Encryption:
      if (is_between(attribute.value, 1, 6)) anomalies.add(Anomaly::ike_weak_crypto_enc);
      return;
    case kV1Hash:
      if (is_between(attribute.value, 1, 3)) anomalies.add(Anomaly::ike_weak_crypto_prf);
      return;
    case kV1Group:
      if (is_weak_group(attribute.value)) anomalies.add(Anomaly::ike_weak_crypto_dh);
      return;
    default: return;
  }
}

KeyLengths key_lengths_v1(std::uint64_t cipher) noexcept {
  if (cipher == 7 || cipher == 8) return KeyLengths::aes;        // AES, Camellia
  const bool fixed = cipher == 1 || cipher == 2 || cipher == 5;  // DES, IDEA, 3DES
  return fixed ? KeyLengths::fixed : KeyLengths::any;
}

/// Basic attributes stand in the short form, primes and curves in the long one; a lifetime in
/// either, in eight bytes at most.
bool is_form_possible(const Attribute& attribute) noexcept {
  const bool basic = is_between(attribute.type, 1, 5) || attribute.type == kV1LifeType ||
                     is_between(attribute.type, 13, 15);
  if (basic) return attribute.short_form;
  if (attribute.type == kV1LifeDuration) return is_between(attribute.data.size(), 1, 8);
  return true;
}

void judge_transform_v1(std::span<const Attribute> attributes, AnomalySet& anomalies) noexcept {
  for (const Attribute& attribute : attributes) {
    judge_algorithm_v1(attribute, anomalies);
    if (!is_form_possible(attribute)) anomalies.add(Anomaly::ike_attribute_form);
  }
  // A transform may have a lifetime in seconds and one in kilobytes.
  if (is_repeated(attributes, [](std::uint16_t type) {
        return type != kV1LifeType && type != kV1LifeDuration;
      }))
    anomalies.add(Anomaly::ike_attribute_repeated);
  const Attribute* const cipher = find(attributes, kV1Encryption);
  if (cipher == nullptr) return;
  judge_key_length(find(attributes, kKeyLength), key_lengths_v1(cipher->value), anomalies);
}

void judge_v1(IkeMessage& message) noexcept {
  const bool phase1 = v1_exchange::is_phase1(message.header.exchange_type);
  for (const Proposal& proposal : message.proposals) {
    if (phase1 && proposal.protocol != protocol::kIke)
      message.anomalies.add(Anomaly::ike_proposal_protocol);
    if (proposal.protocol != protocol::kIke) continue;
    constexpr std::size_t kLongestSpi = 16;  // RFC 2408 section 3.5
    if (proposal.spi.size() > kLongestSpi) message.anomalies.add(Anomaly::ike_proposal_spi_size);
    for (const Transform& transform : transforms_of(message, proposal))
      judge_transform_v1(attributes_of(message, transform), message.anomalies);
  }
  if (message.is_choice() && (message.proposals.size() > 1 || message.transforms.size() > 1))
    message.anomalies.add(Anomaly::ike_multiple_server_proposal);
}

}  // namespace

void judge_proposals(IkeMessage& message) noexcept {
  if (message.header.is_v1()) {
    judge_v1(message);
  } else {
    judge_v2(message);
  }
}

}  // namespace espial::ipsec::detail
