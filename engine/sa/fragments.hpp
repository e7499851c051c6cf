#pragma once
#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/base/lru_table.hpp"
#include "engine/base/siphash.hpp"
#include "engine/decode/packet.hpp"
#include "engine/ipsec/ike.hpp"
#include "engine/sa/limits.hpp"

/// Messages of IKE that come in pieces. In IKEv1 (payload 132 of Cisco, Microsoft and others) the
/// pieces are in clear: a peer joins them before it looks further, and so does a sensor. In IKEv2
/// (SKF, RFC 7383) each piece is encrypted: without keys nobody can tell a true one from a forged
/// one, so they are counted and compared, never joined.
namespace espial::sa {

/// How far a set has come. `total` is 0 while IKEv1's last fragment is missing.
struct FragmentProgress {
  std::uint16_t received = 0;  // different ones
  std::uint16_t total = 0;
  [[nodiscard]] bool complete() const noexcept { return total != 0 && received == total; }
};

/// IKEv1. Hard limits: kMaxFragments a set, 64 KiB a message, Limits::max_fragment_sets sets; what
/// goes beyond gives its set up. Of a piece that comes again the first stays.
class MessageJoiner {
 public:
  static constexpr std::uint16_t kMaxFragments = 64;
  static constexpr std::size_t kMaxMessage = 65'535;

  MessageJoiner(const Limits& limits, const SipKey& secret)
      : secret_(secret), sets_(limits.max_fragment_sets, limits.fragment_timeout) {}

  struct Joined {
    FragmentProgress progress;
    /// The message that this fragment completed, from its own IKE header; good until the next call.
    std::optional<ByteView> message;
    ipsec::AnomalySet anomalies;
  };
  /// `message` has a fragment of IKEv1.
  Joined add(const ipsec::IkeMessage& message, const decode::Packet& packet, Timestamp now);

  [[nodiscard]] std::size_t sets() const noexcept { return sets_.size(); }
  [[nodiscard]] std::uint64_t evicted() const noexcept { return sets_.evicted(); }

 private:
  struct Piece {
    std::uint16_t offset = 0, size = 0;  // in the set's bytes
    bool here = false;
  };
  struct Set {
    std::vector<std::byte> bytes;  // the pieces as they came
    std::array<Piece, kMaxFragments> pieces{};
    std::uint16_t received = 0;
    std::uint16_t last = 0;  // the number of the last, once known
  };

  void join(const Set& set);
  static ipsec::AnomalySet take(const ipsec::IkeFragment& fragment, Set& set);

  SipKey secret_;
  LruTable<Set> sets_;
  std::vector<std::byte> message_;  // the last one joined
};

/// IKEv2. Limits: kMaxFragments a set (as strongSwan), Limits::max_fragment_sets sets. A set with a
/// larger total takes the place of the one being collected (the sender has lowered its idea of the
/// path's MTU), one with a smaller total does not (RFC 7383 section 2.6.1).
class FragmentSets {
 public:
  static constexpr std::uint16_t kMaxFragments = 255;

  FragmentSets(const Limits& limits, const SipKey& secret)
      : secret_(secret), sets_(limits.max_fragment_sets, limits.fragment_timeout) {}

  struct Seen {
    FragmentProgress progress;
    ipsec::AnomalySet anomalies;
  };
  /// `message` has a fragment of IKEv2.
  Seen add(const ipsec::IkeMessage& message, Timestamp now);

  [[nodiscard]] std::size_t sets() const noexcept { return sets_.size(); }
  [[nodiscard]] std::uint64_t evicted() const noexcept { return sets_.evicted(); }

 private:
  struct Set {
    std::uint16_t total = 0, received = 0;
    std::array<std::uint32_t, kMaxFragments> hashes{};  // of the pieces that came; 0: not yet
  };
  SipKey secret_;
  LruTable<Set> sets_;
};

}  // namespace espial::sa
