#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/base/time.hpp"
#include "engine/decode/packet.hpp"
#include "engine/flow/flow.hpp"
#include "engine/flow/os_policy.hpp"
#include "engine/flow/stream_buffer.hpp"
#include "engine/flow/stream_event.hpp"

/// TCP as its endpoints see it (RFC 9293, 5961, 7323, 7413, 2018): which segments they take, and
/// the bytes that come of them in order. Of one worker; owns the state of its connections, which
/// Flow::tcp points at.
namespace espial::flow {

struct TcpStep;  // a segment on its way; tcp_session.hpp

/// What becomes of the byte that an urgent pointer names (RFC 6093):
/// `stream.reassembly.urgent.policy`.
enum class UrgentPolicy : std::uint8_t {
  oob,  // read apart, so that it is not of the stream: what endpoints do unless told otherwise
  inline_data,  // written "inline": it is of the stream (SO_OOBINLINE)
  drop,         // the segment is taken as invalid
  gap,          // it is missing
};

struct StreamLimits {
  std::uint64_t memcap = 64ULL << 20U;              // stream.memcap: connections
  std::uint64_t reassembly_memcap = 256ULL << 20U;  // stream.reassembly.memcap: their bytes
  std::uint64_t depth = 1ULL << 20U;                // stream.reassembly.depth; 0: no end
  std::uint32_t to_server_chunk = 2560;  // stream.reassembly.toserver-chunk-size: bytes kept before
  std::uint32_t to_client_chunk = 2560;  // those that are new, so that a pattern may begin there
  bool midstream = false;                // stream.midstream
  bool async_oneside = false;            // stream.async-oneside; a SYN-ACK may come first, too
  bool inline_mode = false;              // stream.inline
  std::uint8_t max_synack_queued = 5;    // stream.max-synack-queued; 5 at most are told apart
  UrgentPolicy urgent = UrgentPolicy::oob;
  /// stream.reassembly.urgent.oob-limit-policy: what becomes of one more than 65,535 a direction.
  UrgentPolicy urgent_limit = UrgentPolicy::drop;
};

/// What becomes of a segment.
enum class SegmentUse : std::uint8_t {
  not_followed,  // of no connection that is followed, or beyond the depth: the packet is all there
                 // is
  followed,      // the receiver takes it; its payload, if any, is in the stream
  invalid,       // the receiver discards it: outside the window, a reset that is none, ...
  contradicts,   // inline: its bytes differ from bytes that have passed
};

/// The case of an exception policy that a connection has come to. `midstream`: its handshake was
/// not seen, whether it is followed all the same (`stream.midstream`) or not; the others: it or its
/// bytes found no room.
enum class StreamTrouble : std::uint8_t { midstream, memory, reassembly_memory };

/// Bytes of one direction that have come in order.
struct FreshBytes {
  std::uint64_t begin = 0, end = 0;  // offsets in the stream
  bool after_gap = false;            // bytes before `begin` are missing for good
  [[nodiscard]] bool empty() const noexcept { return begin == end; }
};

struct SegmentReport {
  SegmentUse use = SegmentUse::not_followed;
  StreamEventSet events;
  std::optional<StreamTrouble> trouble;
  /// Beside `invalid`: it goes on all the same. Nothing comes of it but the answer, by which its
  /// sender learns how the other stands (RFC 5961 section 4).
  bool wants_answer = false;
  /// By Direction. Usually in that of the segment; in the other when its acknowledgment shows that
  /// bytes are missing for good that the receiver has.
  std::array<FreshBytes, 2> fresh;
};

/// The states of RFC 9293 section 3.3.2, as EVE's tcp.state has them: those of the server.
enum class TcpState : std::uint8_t {
  none,
  syn_sent,
  syn_recv,
  established,
  fin_wait1,
  fin_wait2,
  time_wait,
  last_ack,
  close_wait,
  closing,
  closed,
};
/// "syn_sent"
[[nodiscard]] std::string_view name_of(TcpState state) noexcept;

struct StreamCounters {
  std::uint64_t sessions = 0;                           // connections followed so far
  std::uint64_t active_sessions = 0;                    // now
  std::uint64_t midstream_pickups = 0;                  // of them without a handshake
  std::uint64_t memcap_drop = 0;                        // not followed for want of memory
  std::uint64_t segment_memcap_drop = 0;                // segments without room
  std::uint64_t reassembly_gap = 0;                     // holes given up
  std::uint64_t overlap = 0, overlap_diff_data = 0;     // segments
  std::uint64_t invalid = 0, contradicting = 0;         // segments
  std::uint64_t depth_reached = 0;                      // directions
  std::uint64_t syn = 0, synack = 0, rst = 0, urg = 0;  // segments with these flags
  std::uint64_t async_sessions = 0;                     // connections of which one side is seen
  std::uint64_t urgent_oob = 0;                         // urgent bytes left out
};

class TcpStreams {
 public:
  TcpStreams(const StreamLimits& limits, HostPolicies policies);
  ~TcpStreams();
  TcpStreams(const TcpStreams&) = delete;
  TcpStreams& operator=(const TcpStreams&) = delete;
  TcpStreams(TcpStreams&&) = delete;
  TcpStreams& operator=(TcpStreams&&) = delete;

  /// Whether `packet` is a SYN that opens another connection between the ends of `flow`, whose own
  /// is over: the caller may end the flow and open a new one. observe() goes on with the same flow
  /// where it does not.
  [[nodiscard]] static bool begins_anew(const Flow& flow, const decode::Packet& packet) noexcept;

  /// Takes a TCP segment of `flow` (decode::Transport::tcp). Sets flow.state, and where the
  /// handshake shows that the flow's originator is the other side, may turn the flow round
  /// (flow.originator_is_low and its counters) only on its first packets. `bad_checksum`: verified
  /// and wrong.
  SegmentReport observe(Flow& flow, Direction direction, const decode::Packet& packet,
                        bool bad_checksum, Timestamp now);

  /// The bytes of `fresh`, behind up to a chunk of those that stand before them without a gap.
  /// Without urgent bytes, which are read apart, but for those in `kept`: the bit i for the i-th of
  /// urgent_in(). Empty where nothing else is fresh.
  struct Window {
    ByteView bytes;            // good until the next call
    std::uint64_t offset = 0;  // in the stream without urgent bytes, of the first of them
    std::size_t fresh = 0;     // index of the first new one
  };
  [[nodiscard]] Window window(const Flow& flow, Direction direction, const FreshBytes& fresh,
                              unsigned kept = 0);
  /// Urgent bytes in the window of `fresh`. Which of them the application reads with the others is
  /// its own business (SO_OOBINLINE), and of one that it has not read before the next is announced,
  /// its kernel's.
  [[nodiscard]] unsigned urgent_in(const Flow& flow, Direction direction,
                                   const FreshBytes& fresh) const noexcept;
  static constexpr unsigned kUrgentKnown = 4;  // of the last urgent bytes the place is known

  /// Nothing more of the flow's bytes is of use: a verdict has settled it, or bypassed it.
  void stop_reassembly(Flow& flow) noexcept;
  /// The depth does not end this flow's streams: they carry what goes on for as long as it lives.
  static void follow_to_the_end(Flow& flow) noexcept;
  /// The flow has ended.
  void end(Flow& flow) noexcept;

  [[nodiscard]] static TcpState state_of(const Flow& flow) noexcept;
  /// Bytes of the stream so far, by Direction: next sequence number less the first, as
  /// `stream_size` counts them. Nothing where the connection is not followed.
  [[nodiscard]] static std::optional<std::array<std::uint32_t, 2>> sizes_of(
      const Flow& flow) noexcept;

  /// What a flow record tells of the streams, by Direction.
  struct Summary {
    /// Parts of its bytes that were kept at a time: those in order, and those that waited more than
    /// kRegionGap ahead of them.
    std::array<std::uint32_t, 2> max_regions{1, 1};
    std::array<std::uint32_t, 2> urgent{};  // urgent bytes left out
  };
  static constexpr std::uint32_t kRegionGap = 262'144;
  /// Nothing where the connection is not followed.
  [[nodiscard]] static std::optional<Summary> summary_of(const Flow& flow) noexcept;

  [[nodiscard]] const StreamCounters& counters() const noexcept { return counters_; }
  [[nodiscard]] std::uint64_t memory() const noexcept;
  [[nodiscard]] std::uint64_t reassembly_memory() const noexcept { return pools_.memory(); }

 private:
  [[nodiscard]] std::uint64_t window_begin(const Flow& flow, Direction direction,
                                           const FreshBytes& fresh) const noexcept;
  void meet(Flow& flow, TcpStep& step);
  void follow(TcpSession& session, TcpStep& step);
  static void judge(TcpSession& session, TcpStep& step);
  static void take_reset(TcpSession& session, const TcpStep& step) noexcept;
  [[nodiscard]] TcpSession* open(Flow& flow, const TcpStep& step);
  [[nodiscard]] bool make_room() noexcept;
  static void trouble(Flow& flow, TcpStep& step, StreamTrouble what) noexcept;
  void settle(Flow& flow) noexcept;
  void put_to_wait(TcpSession& session) noexcept;
  void take_from_waiting(TcpSession& session) noexcept;
  void forget(TcpSession& session) noexcept;

  StreamLimits limits_;
  HostPolicies policies_;
  StreamPools pools_;
  Slab<TcpSession> sessions_;
  // Half open, oldest first.
  TcpSession* first_waiting_ = nullptr;
  TcpSession* last_waiting_ = nullptr;
  std::vector<std::byte> window_;
  StreamCounters counters_;
};

}  // namespace espial::flow
