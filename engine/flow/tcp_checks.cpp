#include "engine/flow/tcp_checks.hpp"

#include <limits>
#include <utility>

namespace espial::flow {
namespace {

/// RFC 7323 section 5.5: a timestamp older than this says nothing.
constexpr Duration kTimestampLife = std::chrono::hours(24 * 24);

/// Farther back than any window reaches nothing has been sent (RFC 7323 section 2.3).
constexpr std::int32_t kMaxBack = 1 << 30;
constexpr std::int32_t kOpposite = std::numeric_limits<std::int32_t>::min();

/// The events of one state.
struct Names {
  StreamEvent window, fin, ack;
};

Names names_of(TcpState state, bool fin) noexcept {
  using enum StreamEvent;
  switch (state) {
    case TcpState::fin_wait1:
      return {.window = fin1_ack_wrong_seq, .fin = fin1_fin_wrong_seq, .ack = fin1_invalid_ack};
    case TcpState::fin_wait2:
      return {.window = fin2_ack_wrong_seq, .fin = fin2_fin_wrong_seq, .ack = fin2_invalid_ack};
    case TcpState::close_wait:
      return {.window = closewait_ack_out_of_window,
              .fin = closewait_fin_out_of_window,
              .ack = closewait_invalid_ack};
    case TcpState::closing:
      return {.window = closing_ack_wrong_seq,
              .fin = closing_ack_wrong_seq,
              .ack = closing_invalid_ack};
    case TcpState::last_ack:
      return {.window = lastack_ack_wrong_seq,
              .fin = lastack_ack_wrong_seq,
              .ack = lastack_invalid_ack};
    case TcpState::time_wait:
    case TcpState::closed:
      return {.window = timewait_ack_wrong_seq,
              .fin = timewait_ack_wrong_seq,
              .ack = timewait_invalid_ack};
    case TcpState::none:
    case TcpState::syn_sent:
    case TcpState::syn_recv:
    case TcpState::established:
      return {.window = est_packet_out_of_window,
              .fin = fin_out_of_window,
              .ack = fin ? fin_invalid_ack : est_invalid_ack};
  }
  std::unreachable();
}

/// RFC 7323 section 5.3 R1. A tick of difference is let pass, as Linux has it.
bool is_stale(const TcpPeer& sender, const TcpPeer& receiver, const TcpStep& step) noexcept {
  const TcpSegment& segment = step.segment;
  if (!segment.timestamp || !sender.timestamps || !receiver.timestamps) return false;
  if (step.now - sender.timestamp_at > kTimestampLife) return false;
  return distance(sender.timestamp, *segment.timestamp) < -1;
}

enum class Lies : std::uint8_t { before, inside, behind };

Lies lies(const TcpPeer& receiver, const TcpSegment& segment) noexcept {
  if (!receiver.acks) return Lies::inside;
  const std::int32_t back = distance(segment.end(), receiver.acked);
  if (back > kMaxBack || back == kOpposite) return Lies::behind;
  if (back > 0) return Lies::before;
  const bool empty = segment.end() == segment.sequence;
  // One byte at a closed window is a probe (RFC 9293 section 3.8.6.1), and may find it open.
  const bool probe = receiver.edge == segment.sequence && segment.payload.size() <= 1;
  if (empty || probe)
    return seq_before(receiver.edge, segment.sequence) ? Lies::behind : Lies::inside;
  if (!seq_before(segment.sequence, receiver.edge)) return Lies::behind;
  return segment.end() == receiver.acked ? Lies::before : Lies::inside;
}

/// RFC 5961 section 5.2. Where the sensor may have missed packets an acknowledgment may run ahead
/// of what it saw, as far as the window that the sender of it had opened.
bool ack_is_right(const TcpPeer& sender, const TcpPeer& receiver, const TcpStep& step) noexcept {
  if (!receiver.seen) return true;
  const std::uint32_t ack = step.segment.acknowledgment;
  std::uint32_t highest = receiver.next;
  if (!step.limits.inline_mode && sender.acks) highest = seq_max(highest, sender.edge);
  if (seq_before(highest, ack)) return false;
  return !sender.acks ||
         distance(ack, sender.acked) <= static_cast<std::int64_t>(receiver.largest_window);
}

void note_old(TcpState state, const TcpStep& step, bool keep_alive) noexcept {
  if (keep_alive || step.segment.payload.empty()) return;
  if (state == TcpState::established) step.note(StreamEvent::est_pkt_before_last_ack);
  if (state == TcpState::close_wait) step.note(StreamEvent::closewait_pkt_before_last_ack);
  step.note(StreamEvent::pkt_retransmission);
  step.note(StreamEvent::pkt_spurious_retransmission);
}

void note_bad_ack(const Names& names, const TcpPeer& sender, const TcpStep& step) noexcept {
  step.note(names.ack);
  step.note(StreamEvent::pkt_invalid_ack);
  const std::uint32_t window = std::uint32_t{step.segment.window} << sender.scale;
  const bool pure = step.segment.payload.empty() && !step.segment.fin;
  if (pure && sender.acks && seq_before(sender.acked, step.segment.acknowledgment) &&
      window < sender.largest_window)
    step.note(StreamEvent::pkt_bad_window_update);
}

}  // namespace

SegmentCheck check_segment(const TcpSession& session, const TcpStep& step) noexcept {
  const TcpSegment& segment = step.segment;
  const TcpPeer& sender = session.data.peers[step.side];
  const TcpPeer& receiver = session.data.peers[other_of(step.side)];
  if (!segment.ack) return SegmentCheck::refused;
  if (is_stale(sender, receiver, step)) {
    step.note(StreamEvent::pkt_invalid_timestamp);
    return SegmentCheck::refused;
  }
  const Names names = names_of(session.data.state, segment.fin);
  switch (lies(receiver, segment)) {
    case Lies::before:
      note_old(session.data.state, step,
               segment.sequence + 1 == receiver.acked && segment.payload.size() <= 1);
      return SegmentCheck::old;
    case Lies::behind:
      step.note(segment.fin ? names.fin : names.window);
      return SegmentCheck::refused;
    case Lies::inside: break;
  }
  if (ack_is_right(sender, receiver, step)) return SegmentCheck::taken;
  note_bad_ack(names, sender, step);
  return SegmentCheck::refused;
}

bool check_reset(const TcpSession& session, const TcpStep& step) noexcept {
  const TcpSegment& segment = step.segment;
  const TcpPeer& sender = session.data.peers[step.side];
  const TcpPeer& receiver = session.data.peers[other_of(step.side)];
  const std::uint32_t next = receive_next(session, step.side);
  // Where the sensor lost bytes, the receiver is ahead of it. Inline it may be behind: what passed
  // was lost later.
  const bool ahead = !step.limits.inline_mode && segment.sequence == sender.next;
  const bool behind = receiver.acks && !seq_before(segment.sequence, receiver.acked) &&
                      !seq_before(next, segment.sequence);
  const bool right =
      segment.sequence == next || ahead || behind ||
      (!step.limits.inline_mode && receiver.acks && segment.sequence == receiver.acked);
  if (!right || (segment.ack && !ack_is_right(sender, receiver, step))) {
    step.note(StreamEvent::rst_invalid_ack);
    return false;
  }
  return true;
}

}  // namespace espial::flow
