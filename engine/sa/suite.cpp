#include "engine/sa/suite.hpp"

#include <algorithm>
#include <span>

namespace espial::sa {
namespace {

constexpr std::uint16_t kKeyLength = 14;  // of IKEv2's attributes and of IKEv1's alike

// RFC 2409 appendix A.
constexpr std::uint16_t kV1Encryption = 1, kV1Hash = 2, kV1Authentication = 3, kV1Group = 4;

std::uint16_t clip(std::uint64_t value) noexcept {
  return static_cast<std::uint16_t>(std::min<std::uint64_t>(value, 0xFFFF));
}

std::span<const ipsec::Attribute> attributes_of(const ipsec::IkeMessage& message,
                                                const ipsec::Transform& transform) noexcept {
  return std::span(message.attributes.data(), message.attributes.size())
      .subspan(transform.first_attribute, transform.attribute_count);
}

/// The last one counts where a transform has several: so do most peers.
std::uint16_t key_length(std::span<const ipsec::Attribute> attributes) noexcept {
  std::uint16_t bits = 0;
  for (const ipsec::Attribute& attribute : attributes)
    if (attribute.type == kKeyLength) bits = clip(attribute.value);
  return bits;
}

void add(Algorithm algorithm, Suite& out) noexcept {
  if (out.algorithms.size() == kMaxAlgorithms) {
    out.cut = true;
    return;
  }
  out.algorithms.push_back(algorithm);
}

AlgorithmKind kind_of_v1(std::uint16_t attribute) noexcept {
  switch (attribute) {
    case kV1Encryption: return AlgorithmKind::encryption;
    case kV1Hash: return AlgorithmKind::hash;
    case kV1Authentication: return AlgorithmKind::authentication_method;
    case kV1Group: return AlgorithmKind::key_exchange;
    default: return AlgorithmKind::other;
  }
}

void read_v1(const ipsec::IkeMessage& message, Suite& out) noexcept {
  std::uint8_t group = 0;
  for (const ipsec::Transform& transform : message.transforms) {
    ++group;
    const auto attributes = attributes_of(message, transform);
    for (const ipsec::Attribute& attribute : attributes) {
      const AlgorithmKind kind = kind_of_v1(attribute.type);
      if (kind == AlgorithmKind::other) continue;
      add({.kind = kind,
           .group = group,
           .id = clip(attribute.value),
           .key_length =
               kind == AlgorithmKind::encryption ? key_length(attributes) : std::uint16_t{0}},
          out);
    }
  }
}

void read_v2(const ipsec::IkeMessage& message, Suite& out) noexcept {
  for (const ipsec::Transform& transform : message.transforms) {
    constexpr std::uint8_t kLastType = 14;
    if (transform.type == 0 || transform.type > kLastType) continue;
    add({.kind = AlgorithmKind{transform.type},
         .group = message.proposals[transform.proposal].number,
         .id = transform.id,
         .key_length = key_length(attributes_of(message, transform))},
        out);
  }
}

bool is_offered(const Algorithm& chosen, std::span<const Algorithm> offer) noexcept {
  return std::ranges::any_of(offer, [&](const Algorithm& offered) {
    return offered.kind == chosen.kind && offered.id == chosen.id &&
           offered.key_length == chosen.key_length;
  });
}

/// The message had more proposals, transforms or attributes than are dissected.
bool is_cut(const ipsec::IkeMessage& message) noexcept {
  using enum ipsec::Anomaly;
  return message.anomalies.has(ike_too_many_proposals) ||
         message.anomalies.has(ike_too_many_transforms) ||
         message.anomalies.has(ike_too_many_attributes);
}

}  // namespace

void read_suite(const ipsec::IkeMessage& message, Suite& out) noexcept {
  out.algorithms.clear();
  out.cut = is_cut(message);
  if (message.header.is_v1()) {
    read_v1(message, out);
  } else {
    read_v2(message, out);
  }
}

bool is_choice_of(const Suite& choice, const Suite& offer, bool v1) noexcept {
  if (offer.cut || choice.algorithms.empty()) return true;
  const std::span all(offer.algorithms.data(), offer.algorithms.size());
  // A group at a time, so that the work is at most choice times offer. A number of IKEv2 that comes
  // back after another one counts as a group of its own.
  for (std::size_t begin = 0; begin < all.size();) {
    const std::uint8_t group = all[begin].group;
    const auto rest = all.subspan(begin);
    const auto end = std::ranges::find_if(
        rest, [group](const Algorithm& offered) { return offered.group != group; });
    const auto own = rest.first(static_cast<std::size_t>(end - rest.begin()));
    begin += own.size();
    if (!v1 && group != choice.algorithms.front().group) continue;
    if (std::ranges::all_of(choice.algorithms, [&](const Algorithm& chosen) {
          return (v1 || chosen.group == group) && is_offered(chosen, own);
        }))
      return true;
  }
  return false;
}

}  // namespace espial::sa
