#pragma once
#include <array>
#include <cstdint>

#include "engine/base/time.hpp"
#include "engine/flow/flow.hpp"
#include "engine/flow/stream_buffer.hpp"
#include "engine/flow/tcp_segment.hpp"
#include "engine/flow/tcp_streams.hpp"

/// The state of one TCP connection. Inside of engine/flow: for tcp_streams and its parts.
namespace espial::flow {

/// What a SYN or SYN-ACK offers. Of several it is the peer's answer that tells which one holds.
struct TcpOffer {
  std::uint32_t sequence = 0;
  std::uint32_t timestamp = 0;
  std::uint32_t latest = 0;  // timestamp, of those that repeat it
  std::uint16_t window = 0;
  std::uint8_t scale = 0;
  bool scaled = false, timestamps = false, sack = false;
};

/// One endpoint, as it speaks.
struct TcpPeer {
  std::uint32_t isn = 0;
  std::uint32_t next = 0;       // behind the highest sequence number it has sent
  std::uint32_t acked = 0;      // the highest acknowledgment it has sent
  std::uint32_t edge = 0;       // up to where its windows have let the other send
  std::uint32_t fin = 0;        // the sequence number of its FIN
  std::uint32_t timestamp = 0;  // TS.Recent of what it sends
  Timestamp timestamp_at;       // RFC 7323 section 5.5: good for 24 days
  std::uint32_t largest_window = 0;
  std::uint32_t urgent_before = 0;  // urgent bytes left out, not in the list any more
  std::array<std::uint32_t, TcpStreams::kUrgentKnown> urgent_at{};  // the last ones, in order
  std::uint8_t urgent_count = 0;                                    // of urgent_at
  std::uint8_t max_regions = 1;
  std::uint8_t scale = 0;
  bool known : 1 = false;    // isn is
  bool seen : 1 = false;     // has sent a segment that counts
  bool acks : 1 = false;     // acked and edge are
  bool has_fin : 1 = false;  // fin is
  bool closed : 1 = false;   // the FIN has come in order
  bool timestamps : 1 = false, scaled : 1 = false, sack : 1 = false;
  bool deep : 1 = false;      // its bytes have reached the depth
  bool answered : 1 = false;  // has acknowledged the other's SYN
};

struct TcpSession {
  static constexpr std::size_t kSyns = 3, kSynAcks = 5;  // that wait for what tells them apart

  TcpSession* next = nullptr;  // the slab's; in use, of the list of those half open
  TcpSession* previous = nullptr;
  Flow* flow = nullptr;

  /// All that begins anew with a connection.
  struct Data {
    TcpState state = TcpState::none;
    bool half_open = false, referenced = false;
    bool simultaneous = false;  // both have sent a SYN without ACK
    bool async = false;         // one side is not seen
    bool midstream = false;
    bool reset = false;
    bool stopped = false, endless = false, fast_open = false;
    std::uint8_t first_to_close = 0;  // direction of the first FIN
    std::uint8_t syns = 0, synacks = 0;
    std::uint8_t reset_by = 0;  // direction
    std::uint8_t late = 0;      // SYNs that came when it stood: the first of `syn`, in their place
    std::uint8_t late_side = 0;
    std::array<TcpPeer, 2> peers{};
    std::array<TcpOffer, kSyns> syn{};
    std::array<TcpOffer, kSynAcks> synack{};
  };
  Data data;
  std::array<StreamBuffer, 2> streams;  // by Direction
};

[[nodiscard]] constexpr std::size_t index_of(Direction d) noexcept {
  return static_cast<std::size_t>(d);
}
[[nodiscard]] constexpr std::size_t other_of(std::size_t side) noexcept {
  return 1 - side;
}

/// The segment at hand, on its way through the connection's state.
struct TcpStep {
  const TcpSegment& segment;
  std::size_t side;  // who sends it, as index of peers
  const StreamLimits& limits;
  Timestamp now;
  OsPolicy policy;  // of the host that it goes to
  StreamPools& pools;
  StreamCounters& counters;
  SegmentReport& report;

  void note(StreamEvent event) const noexcept { report.events.add(event); }
};

/// What the receiver of `side` waits for.
[[nodiscard]] std::uint32_t receive_next(const TcpSession& session, std::size_t side) noexcept;

}  // namespace espial::flow
