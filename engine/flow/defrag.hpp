#pragma once
#include <cstdint>
#include <vector>

#include "engine/base/siphash.hpp"
#include "engine/decode/packet.hpp"
#include "engine/flow/datagram.hpp"

/// IP defragmentation (RFC 791 section 3.2, RFC 8200 section 4.5) of one worker.
///
/// What counts is what the receiver makes of the fragments: overlap.hpp has the ways in which hosts
/// join IPv4, and the datagram's destination says which one is followed; IPv6 goes by RFC 5722. The
/// default is today's Linux, its details too: what discards a datagram there discards it here, what
/// is passed over there is passed over here, and a discarded datagram is forgotten, so that
/// fragments of it that come later start anew. Where a difference cannot be avoided (timeouts,
/// memory), more is joined here than there rather than less.
///
/// Fragments are copied in, since their frames go on at once. A datagram that becomes complete is
/// not let go before its frame's verdict: settle(false) takes back the fragment that completed it,
/// because the receiver does not get that one and still has the others. So it does not help to send
/// a dropped fragment again.
///
/// Memory: slabs of datagrams, fragments and blocks, each with a ceiling of its own within the
/// memcap, so that a flood of one kind leaves room for the others. When one is full the oldest
/// datagram goes. The index is keyed with a secret: nobody outside can make datagrams collide.
namespace espial::flow {

struct DefragLimits {
  std::uint64_t memcap = 32ULL << 20U;       // bytes, all told
  std::uint32_t max_trackers = 65'535;       // datagrams in the making; fewer when memcap says so
  std::uint32_t max_fragments = 65'535;      // of all datagrams together; fewer when memcap says so
  std::uint32_t max_fragments_each = 8'192;  // of one: as many as there are offsets
  Duration timeout = std::chrono::seconds(60);  // from a datagram's first fragment on
  // NOLINTNEXTLINE(readability-redundant-member-init): without it callers had to name it
  HostPolicies hosts{};  // of destinations
};

struct DefragCounters {
  std::uint64_t fragments_v4 = 0, fragments_v6 = 0;
  std::uint64_t reassembled_v4 = 0, reassembled_v6 = 0;
  std::uint64_t duplicates = 0;   // fragments that were there already
  std::uint64_t ignored = 0;      // fragments passed over: broken, cut, or without room
  std::uint64_t overlapping = 0;  // fragments joined that share bytes with others
  std::uint64_t discarded = 0;    // datagrams given up: overlaps, contradictions, too large
  std::uint64_t timed_out = 0;    // datagrams
  // Datagrams that made room, by what was short.
  std::uint64_t evicted_for_tracker = 0, evicted_for_fragment = 0, evicted_for_memory = 0;
};

class Defragmenter {
 public:
  struct Result {
    /// The datagram that this fragment completes, an IP packet without fragmentation; empty when
    /// there is none. Lies in the Defragmenter, until its next add().
    ByteView datagram;
    /// What is wrong with the fragment, of decode::kFragmentEvents.
    decode::EventSet events;
    /// Of the datagram that the fragment belongs to, which no other has had; 0 when it takes no
    /// part in any.
    std::uint64_t ticket = 0;
    /// A hash, under the secret, of what makes fragments belong together: another datagram may have
    /// the same after this one. 0 with the ticket.
    std::uint64_t key = 0;
    /// The fragment's fault has ended its datagram.
    bool discarded = false;
    /// Its fault has left its datagram as it was: the frame is to be dropped (Faults::refused).
    bool refused = false;
    /// The fragment found no room, or another datagram had to make it.
    bool short_of_memory = false;
  };

  /// What becomes of a datagram by a fragment that ends it at its receiver. Where such a fragment
  /// never gets there, the receiver still has the others, and another may yet complete them.
  enum class Faults : std::uint8_t { end_datagram, refused };

  Defragmenter(const DefragLimits& limits, const SipKey& secret);

  /// Takes `packet`, which has a fragment; it may lie in the datagram that the last add() gave.
  /// `carrier` as in make_key().
  Result add(const decode::Packet& packet, const decode::Link& link, std::uint32_t carrier,
             Timestamp now, Faults faults = Faults::end_datagram);

  /// The key of `packet`, which has a fragment and is not to be joined, and the ticket of the
  /// datagram that it would have come to, if there is one.
  [[nodiscard]] Result look(const decode::Packet& packet, const decode::Link& link,
                            std::uint32_t carrier, Timestamp now) noexcept;

  /// There are datagrams that add() completed and settle() has not heard of.
  [[nodiscard]] bool unsettled() const noexcept { return !completed_.empty(); }
  /// The verdict on the frame: whether its receiver gets the fragment that came in it.
  void settle(bool delivered) noexcept;

  /// Forgets what is over its time, `most` datagrams at most. add() does so too, some at a time;
  /// what is left for later is never joined.
  void expire(Timestamp now, std::uint32_t most) noexcept;

  [[nodiscard]] std::uint32_t size() const noexcept {
    return static_cast<std::uint32_t>(by_age_.size());
  }
  /// Datagrams that there is room for.
  [[nodiscard]] std::uint64_t capacity() const noexcept { return datagrams_.capacity(); }
  /// Bytes taken: never more than the memcap (but a joined datagram always has its room).
  [[nodiscard]] std::uint64_t memory() const noexcept;
  [[nodiscard]] const DefragCounters& counters() const noexcept { return counters_; }

 private:
  struct KeyOf {
    using type = DatagramKey;
    const type& operator()(const Datagram& datagram) const noexcept { return datagram.key; }
  };
  struct KeyHash {
    SipKey secret;
    std::size_t operator()(const DatagramKey& key) const noexcept;
  };
  using Index = boost::intrusive::unordered_set<
      Datagram, boost::intrusive::key_of_value<KeyOf>, boost::intrusive::hash<KeyHash>,
      boost::intrusive::power_2_buckets<true>, boost::intrusive::constant_time_size<false>>;
  using List = boost::intrusive::list<Datagram>;

  [[nodiscard]] std::uint64_t evicted() const noexcept {
    return counters_.evicted_for_tracker + counters_.evicted_for_fragment +
           counters_.evicted_for_memory;
  }
  Result pass_over(IpVersion version, decode::EventSet events) noexcept;
  Result meet(Datagram& datagram, const Piece& piece, decode::EventSet events, Faults faults);
  Result take(Datagram& datagram, const Piece& piece, decode::EventSet events, Faults faults);
  Result refuse(Datagram& datagram, decode::EventSet events) noexcept;
  [[nodiscard]] Result complete(Datagram& datagram, decode::EventSet events, Faults faults);
  [[nodiscard]] Datagram* find(const DatagramKey& key, Timestamp now) noexcept;
  [[nodiscard]] Datagram* open(const DatagramKey& key, const decode::Packet& packet, Timestamp now);
  [[nodiscard]] bool make_room(const Datagram& keep, std::uint64_t fragments,
                               std::uint64_t blocks) noexcept;
  bool evict_oldest(const Datagram* keep, std::uint64_t& counter) noexcept;
  void forget(Datagram& datagram) noexcept;
  void unlink(Datagram& datagram) noexcept;
  [[nodiscard]] bool is_over(const Datagram& datagram, Timestamp now) const noexcept {
    return now - datagram.start > limits_.timeout;
  }

  DefragLimits limits_;
  Slab<Datagram> datagrams_;
  FragmentPools pools_;
  std::vector<Index::bucket_type> buckets_;
  Index index_;
  List by_age_;     // oldest first
  List completed_;  // in neither of the two above
  std::vector<std::byte> joined_;
  DefragCounters counters_;
};

}  // namespace espial::flow
