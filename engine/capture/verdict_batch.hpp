#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/base/verdict.hpp"

namespace espial::capture {

/// Decides how the verdicts on a queue's packets are told to the kernel: the pure half of NFQUEUE's
/// verdicts, without a socket.
///
/// A *batch verdict* settles every packet whose id is at or below the one it names: one message of
/// 32 bytes for a whole batch, and the cheapest way to accept. It knows no exceptions. So it may
/// reach only to just below the oldest packet that is still undecided (a fragment or a segment that
/// waits for others); what was accepted above that goes out as single verdicts, and so do all
/// drops, which the kernel must get before the batch verdict that would else accept them:
///
///     ids         10  11  12  13  14  15  16        single: drop 11, accept 15, accept 16
///     decided      a   d   a   a   ?   a   a        then: accept through 13
///
/// The packets stand in the order in which they were delivered, which is the order of their ids:
/// the kernel numbers and sends them under one lock. Ids wrap past 2^32; order is that of position
/// here, so only finding an id does arithmetic, modulo 2^32 from the oldest one.
///
/// A decision on a packet of the newest batch costs one comparison when made in order; one on a
/// held packet a binary search. Nothing allocates as long as no more than `capacity` packets are
/// undecided: more than the queue's length the kernel does not hand out.
class VerdictBatch {
 public:
  struct Single {
    std::uint32_t id;
    Verdict verdict;
    friend bool operator==(const Single&, const Single&) = default;
  };
  /// To be told to the kernel in this order: the singles, then the batch verdict.
  struct Settlement {
    std::span<const Single> singles;              // until the next settle()
    std::optional<std::uint32_t> accept_through;  // of a batch verdict
  };

  explicit VerdictBatch(std::size_t capacity);

  /// A packet went to the caller. Its id comes after those of all before it.
  void deliver(std::uint32_t id);
  /// False when the packet was not delivered or is decided already; then nothing changes.
  [[nodiscard]] bool decide(std::uint32_t id, Verdict verdict) noexcept;
  /// What to tell the kernel about all that was decided since the last call. The rest is held.
  [[nodiscard]] Settlement settle();

  /// Delivered and not decided, as of the last settle().
  [[nodiscard]] std::size_t held() const noexcept { return held_; }

 private:
  enum class State : std::uint8_t { undecided, accepted, dropped };
  struct Entry {
    std::uint32_t id;
    State state;
  };

  [[nodiscard]] Entry* find(std::uint32_t id) noexcept;

  std::vector<Entry> entries_;   // held ones of earlier batches, then those delivered since
  std::vector<Single> singles_;  // of the last settle()
  std::size_t held_ = 0;         // how many entries are of earlier batches
  std::size_t expected_ = 0;     // the entry that in-order decisions come to next
  bool held_decided_ = false;    // one of the held was decided since
};

}  // namespace espial::capture
