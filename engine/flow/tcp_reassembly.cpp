#include "engine/flow/tcp_reassembly.hpp"

#include <algorithm>
#include <limits>

namespace espial::flow {
namespace {

/// Of a connection of which one side is seen nobody acknowledges: a hole is given up when so much
/// waits behind it.
constexpr std::uint64_t kAsyncBytes = 16'384;
constexpr std::uint32_t kAsyncSegments = 8;

constexpr std::uint32_t kMaxUrgent = 65'535;

std::uint32_t chunk_of(const StreamLimits& limits, std::size_t side) noexcept {
  return side == index_of(Direction::to_server) ? limits.to_server_chunk : limits.to_client_chunk;
}

/// The offset that the other side has acknowledged.
std::int64_t acked_offset(const TcpSession& session, std::size_t side) noexcept {
  const TcpPeer& receiver = session.data.peers[other_of(side)];
  const StreamBuffer& stream = session.streams[side];
  const auto next = static_cast<std::int64_t>(stream.next());
  if (!receiver.acks) return 0;
  return next + distance(stream.next_sequence(), receiver.acked);
}

void reach_depth(TcpSession& session, const TcpStep& step) noexcept {
  TcpPeer& peer = session.data.peers[step.side];
  const bool endless = step.limits.depth == 0 || session.data.endless;
  if (endless || session.streams[step.side].next() < step.limits.depth) return;
  peer.deep = true;
  ++step.counters.depth_reached;
  step.note(StreamEvent::reassembly_depth_reached);
}

void report_fresh(const StreamBuffer::Added& added, FreshBytes& fresh) noexcept {
  if (added.begin == added.end) return;
  if (fresh.empty()) fresh.begin = added.begin;
  fresh.end = added.end;
}

void note_added(const StreamBuffer::Added& added, const TcpStep& step) noexcept {
  if (added.unverifiable) step.note(StreamEvent::reassembly_segment_before_base_seq);
  if (!added.overlap) return;
  ++step.counters.overlap;
  if (added.differs) {
    ++step.counters.overlap_diff_data;
    step.note(StreamEvent::reassembly_overlap_different_data);
  }
}

void note_regions(const StreamBuffer& stream, TcpPeer& peer) noexcept {
  if (stream.waiting() > 0 && stream.waits_at() - stream.next() > TcpStreams::kRegionGap)
    peer.max_regions = 2;
}

/// Inline what waits is remembered as long as the receiver may have it. So much waits already that
/// this is not: it is refused, and comes again when the hole is filled.
bool is_put_off(const StreamBuffer::Added& added, const TcpStep& step) noexcept {
  if (added.room != StreamBuffer::Room::full || !step.limits.inline_mode) return false;
  step.report.use = SegmentUse::invalid;
  ++step.counters.segment_memcap_drop;
  step.note(StreamEvent::reassembly_no_segment);
  return true;
}

void add_piece(TcpSession& session, const TcpStep& step, std::uint32_t sequence, ByteView bytes) {
  StreamBuffer& stream = session.streams[step.side];
  FreshBytes& fresh = step.report.fresh[step.side];
  StreamBuffer::Added added = stream.add(sequence, bytes, step.policy, step.pools);
  if (added.room == StreamBuffer::Room::none && fresh.empty()) {
    // What is not acknowledged is kept while there is room, and no longer.
    const std::uint64_t back =
        std::min<std::uint64_t>(stream.next(), chunk_of(step.limits, step.side));
    stream.release(stream.next() - back, step.pools);
    added = stream.add(sequence, bytes, step.policy, step.pools);
  }
  if (is_put_off(added, step)) return;
  note_added(added, step);
  if (added.room == StreamBuffer::Room::had) {
    note_regions(stream, session.data.peers[step.side]);
    report_fresh(added, fresh);
    return;
  }
  ++step.counters.segment_memcap_drop;
  step.note(StreamEvent::reassembly_no_segment);
  step.report.trouble = StreamTrouble::reassembly_memory;
}

/// Remembers the place of an urgent byte. Linux takes no pointer at what is in order already, nor
/// one that runs back.
void leave_out(TcpSession& session, const TcpStep& step, std::uint32_t urgent) noexcept {
  TcpPeer& peer = session.data.peers[step.side];
  const auto known = std::span(peer.urgent_at).first(peer.urgent_count);
  if (seq_before(urgent, receive_next(session, step.side))) return;
  if (!known.empty() && !seq_before(known.back(), urgent)) return;
  if (peer.urgent_count == peer.urgent_at.size()) {
    std::ranges::copy(std::span(peer.urgent_at).subspan(1), peer.urgent_at.begin());
    --peer.urgent_count;
    ++peer.urgent_before;
  }
  peer.urgent_at[peer.urgent_count++] = urgent;
  ++step.counters.urgent_oob;
}

/// RFC 6093 section 3.1: hosts take the pointer as that behind the urgent byte, which may stand in
/// a segment to come; Linux a zero as a one. False: the segment is not to be taken.
bool take_urgent(TcpSession& session, const TcpStep& step) noexcept {
  const TcpSegment& segment = step.segment;
  if (!segment.urg || segment.syn) return true;
  UrgentPolicy policy = step.limits.urgent;
  if (policy == UrgentPolicy::oob && session.data.peers[step.side].urgent_before >= kMaxUrgent) {
    step.note(StreamEvent::reassembly_urgent_oob_limit_reached);
    policy = step.limits.urgent_limit;
  }
  if (policy == UrgentPolicy::oob)
    leave_out(session, step, segment.data_begin() + std::max<std::uint32_t>(segment.urgent, 1) - 1);
  return policy != UrgentPolicy::drop;
}

/// The payload up to the FIN: what stands behind it nobody reads.
ByteView readable(const TcpPeer& peer, const TcpSegment& segment) noexcept {
  if (!peer.has_fin) return segment.payload;
  const std::int32_t left = distance(segment.data_begin(), peer.fin);
  return segment.payload.first(
      std::min(segment.payload.size(), static_cast<std::size_t>(std::max(left, 0))));
}

/// RFC 9293 section 3.8.4: the byte of a keep-alive has been received before and is no data. Some
/// send a zero; another would be as good, but nobody does.
bool is_keep_alive(const TcpSession& session, const TcpStep& step) noexcept {
  const TcpSegment& segment = step.segment;
  const TcpPeer& receiver = session.data.peers[other_of(step.side)];
  return segment.payload.size() == 1 && segment.payload.front() == std::byte{0} && !segment.fin &&
         receiver.acks && segment.data_end() == receiver.acked;
}

/// Whether some of the payload stands behind the FIN. Linux forgets a FIN that has come early when
/// other bytes cover it. Inline such bytes contradict; else the FIN is forgotten here, too.
bool goes_beyond_fin(TcpPeer& peer, const TcpStep& step) noexcept {
  const TcpSegment& segment = step.segment;
  if (!peer.has_fin || !seq_before(peer.fin, segment.data_end())) return false;
  if (step.limits.inline_mode) return true;
  if (!peer.closed && !seq_before(peer.fin, segment.data_begin())) peer.has_fin = false;
  return false;
}

void note_contradiction(const TcpStep& step) noexcept {
  step.report.use = SegmentUse::contradicts;
  ++step.counters.contradicting;
  ++step.counters.overlap;
  ++step.counters.overlap_diff_data;
  step.note(StreamEvent::reassembly_overlap_different_data);
}

void add_payload(TcpSession& session, const TcpStep& step, ByteView payload) {
  const std::size_t urgent = step.segment.urgent;
  const std::uint32_t begin = step.segment.data_begin();
  const bool gap = step.limits.urgent == UrgentPolicy::gap && step.segment.urg && urgent > 0 &&
                   urgent <= payload.size();
  if (!gap) {
    add_piece(session, step, begin, payload);
    return;
  }
  add_piece(session, step, begin, payload.first(urgent - 1));
  add_piece(session, step, begin + step.segment.urgent, payload.subspan(urgent));
}

}  // namespace

void take_payload(TcpSession& session, const TcpStep& step) {
  TcpPeer& peer = session.data.peers[step.side];
  step.report.use = SegmentUse::followed;
  if (is_keep_alive(session, step)) return;
  if (session.data.stopped || peer.deep) {
    if (step.segment.payload.empty()) return;
    step.report.use = SegmentUse::not_followed;
    return;
  }
  if (!take_urgent(session, step)) {
    step.report.use = SegmentUse::invalid;
    ++step.counters.invalid;
    return;
  }
  if (step.segment.payload.empty()) return;
  const bool beyond = goes_beyond_fin(peer, step);
  const ByteView payload = readable(peer, step.segment);
  if (beyond || (step.limits.inline_mode &&
                 session.streams[step.side].contradicts(step.segment.data_begin(), payload))) {
    note_contradiction(step);
    return;
  }
  const std::uint32_t end = step.segment.data_end();
  if (!seq_before(receive_next(session, step.side), end))
    step.note(StreamEvent::pkt_retransmission);
  add_payload(session, step, payload);
  reach_depth(session, step);
}

void give_up_hole(TcpSession& session, std::size_t side, const TcpStep& step) {
  StreamBuffer& stream = session.streams[side];
  FreshBytes& fresh = step.report.fresh[side];
  if (!fresh.empty() || stream.waiting() == 0 || session.data.stopped) return;
  const bool acked = static_cast<std::int64_t>(stream.waits_at()) <= acked_offset(session, side);
  const bool async =
      session.data.async && (stream.waiting() >= kAsyncBytes || stream.held() >= kAsyncSegments);
  if (!acked && !async) return;
  report_fresh(stream.skip_hole(step.pools), fresh);
  fresh.after_gap = true;
  ++step.counters.reassembly_gap;
  step.note(StreamEvent::reassembly_seq_gap);
}

void release_bytes(TcpSession& session, std::size_t side, const StreamLimits& limits,
                   StreamPools& pools) noexcept {
  StreamBuffer& stream = session.streams[side];
  const TcpPeer& peer = session.data.peers[side];
  if (peer.deep) {
    stream.clear(pools);
    return;
  }
  if (!peer.known) return;
  const std::uint64_t next = stream.next();
  const std::uint64_t looked_back = next - std::min<std::uint64_t>(next, chunk_of(limits, side));
  const std::int64_t acked =
      session.data.async ? std::numeric_limits<std::int64_t>::max() : acked_offset(session, side);
  if (acked <= 0) return;
  stream.release(std::min(looked_back, static_cast<std::uint64_t>(acked)), pools);
}

}  // namespace espial::flow
