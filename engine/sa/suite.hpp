#pragma once
#include <boost/container/static_vector.hpp>
#include <cstdint>

#include "engine/ipsec/ike.hpp"

/// Cryptographic suites as both versions of IKE negotiate them, in one form: lists of algorithms.
namespace espial::sa {

/// What an algorithm is for. 1 to 14 are the transform types of IKEv2 (RFC 7296 section 3.3.2,
/// RFC 9370, 9838). IKEv1's attributes (RFC 2409 appendix A) stand under the type that does the
/// same, or under one of the last three.
enum class AlgorithmKind : std::uint8_t {
  encryption = 1,
  prf = 2,
  integrity = 3,
  key_exchange = 4,
  sequence_numbers = 5,
  additional_key_exchange_1 = 6,
  additional_key_exchange_7 = 12,
  key_wrap = 13,
  group_controller_authentication = 14,
  hash = 0x81,                   // IKEv1: integrity and PRF at once
  authentication_method = 0x82,  // IKEv1
  other = 0xFF                   // a transform type without a meaning here; not kept
};

/// Six bytes: an offer of a hundred of them is remembered for every SA that is being made.
struct Algorithm {
  AlgorithmKind kind = AlgorithmKind::other;
  std::uint8_t group = 0;        // IKEv2: the proposal's number; IKEv1: counts transforms from 1
  std::uint16_t id = 0;          // IKEv2: transform id; IKEv1: the attribute's value
  std::uint16_t key_length = 0;  // bits; 0 when not said
  friend bool operator==(const Algorithm&, const Algorithm&) = default;
};

inline constexpr std::size_t kMaxAlgorithms = 160;

/// The algorithms of an SA payload in wire order.
struct Suite {
  boost::container::static_vector<Algorithm, kMaxAlgorithms> algorithms;
  bool cut = false;  // there were more
  friend bool operator==(const Suite&, const Suite&) = default;
};

/// The proposals of `message` as a suite, into `out` (cleared first).
void read_suite(const ipsec::IkeMessage& message, Suite& out) noexcept;

/// Whether every algorithm of `choice` stands in one and the same group of `offer`: IKEv2 asks for
/// the number of the proposal too (RFC 7296 section 2.7), IKEv1's responders may number as they
/// like, but must repeat a transform whole (RFC 2408 section 4.2). True when the offer was cut.
[[nodiscard]] bool is_choice_of(const Suite& choice, const Suite& offer, bool v1) noexcept;

}  // namespace espial::sa
