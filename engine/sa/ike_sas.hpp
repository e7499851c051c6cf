#pragma once
#include <array>
#include <cstdint>

#include "engine/base/lru_table.hpp"
#include "engine/base/siphash.hpp"
#include "engine/decode/packet.hpp"
#include "engine/ipsec/ike.hpp"
#include "engine/sa/limits.hpp"
#include "engine/sa/nat_detection.hpp"
#include "engine/sa/suite.hpp"

namespace espial::sa {

/// Which end of an IKE SA, whoever sent the packet at hand.
enum class End : std::uint8_t { initiator, responder };

/// The message of its kind with the highest number, to know a retransmission by.
struct LastMessage {
  std::uint32_t id = 0;
  std::uint64_t hash = 0;
  std::uint8_t exchange_type = 0;
  bool seen = false;
};

/// What is remembered of an IKE SA: what was offered and chosen in clear, what the ends can do, and
/// the last message of each kind. Nothing in it is certain: whoever can send packets may have sent
/// any of it. Two suites of 1 kB are most of it.
struct IkeSa {
  Suite offered;  // in the last first request
  Suite chosen;   // in the answer to it
  IpAddress initiator;
  /// Hashes of what the responder asked to be returned: the last one, and the one before it, which
  /// may be on its way still.
  std::array<std::uint64_t, 2> cookies{};
  std::uint64_t nonce = 0;                // hash of the initiator's
  std::array<LastMessage, 4> last;        // requests and responses of IKEv2, of either end
  std::array<bool, 2> takes_fragments{};  // by End
  std::array<bool, 2> behind_nat{};       // by End
  bool nat_looked_at = false;
  bool has_offer = false, has_choice = false, has_cookie = false, has_nonce = false;

  [[nodiscard]] bool takes_fragments_both() const noexcept {
    return takes_fragments[0] && takes_fragments[1];
  }
};
static_assert(sizeof(IkeSa) <= 2200, "limits.hpp and README.md say what one costs");

/// The IKE SAs of one worker, and what a message means among those before it.
///
/// An SA in the making is known by the initiator's SPI and the two addresses: until the responder
/// has proved itself there may be several answers, and nobody can tell the false ones. Once an
/// answer has named the responder's SPI, the pair of SPIs finds it too, under any addresses
/// (MOBIKE, RFC 4555). When the table is full, those in the making go first.
class IkeSas {
 public:
  IkeSas(const Limits& limits, const SipKey& secret)
      : secret_(secret),
        table_(limits.max_sas, limits.sa_timeout),
        by_spis_(limits.max_sas, limits.sa_timeout) {}

  struct Observed {
    const IkeSa* sa = nullptr;  // good until the next call
    bool in_making = false;     // there is one, and the message offers, chooses or refuses
    ipsec::AnomalySet anomalies;
  };
  /// Looks at `message`, judges it by what is known, and remembers it. Messages that neither begin
  /// an SA nor belong to a known one are left alone: the sensor may have come late.
  Observed observe(const ipsec::IkeMessage& message, const decode::Packet& packet, Timestamp now);

  [[nodiscard]] std::size_t size() const noexcept { return table_.size(); }
  [[nodiscard]] std::uint64_t evicted() const noexcept { return table_.evicted(); }

 private:
  IkeSa* find(const ipsec::IkeMessage& message, const decode::Packet& packet, Timestamp now);
  void remember_spis(const ipsec::IkeMessage& message, const decode::Packet& packet, Timestamp now);
  [[nodiscard]] std::uint64_t key_in_making(const ipsec::IkeMessage& message,
                                            const decode::Packet& packet) const noexcept;
  [[nodiscard]] std::uint64_t key_of_spis(const ipsec::IkeHeader& header) const noexcept;
  [[nodiscard]] std::uint64_t hash(ByteView bytes) const noexcept {
    return siphash(secret_, bytes);
  }

  ipsec::AnomalySet judge_offer(const ipsec::IkeMessage& message, IkeSa& sa);
  ipsec::AnomalySet judge_answer(const ipsec::IkeMessage& message, IkeSa& sa) const;
  ipsec::AnomalySet judge_order(const ipsec::IkeMessage& message, IkeSa& sa) const;
  void look_for_nat(const ipsec::IkeMessage& message, const decode::Packet& packet, End sender,
                    IkeSa& sa);

  SipKey secret_;
  LruTable<IkeSa> table_;            // by key_in_making()
  LruTable<std::uint64_t> by_spis_;  // key_of_spis() to key_in_making()
  NatDetector nat_;
  Suite read_;  // an offer, before it is known to be new
};

}  // namespace espial::sa
