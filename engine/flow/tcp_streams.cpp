#include "engine/flow/tcp_streams.hpp"

#include <algorithm>
#include <utility>

#include "engine/flow/tcp_checks.hpp"
#include "engine/flow/tcp_handshake.hpp"
#include "engine/flow/tcp_reassembly.hpp"
#include "engine/flow/tcp_session.hpp"

namespace espial::flow {
namespace {

/// Half-open connections that are passed over at most when one has to go.
constexpr unsigned kVictimSteps = 16;

/// RFC 9293 section 3.3.2: the server's state, as Suricata tells it, by who closed first and whose
/// FIN has been acknowledged.
TcpState closing_state(const TcpSession::Data& data) noexcept {
  const auto acked = [&](std::size_t side) {
    const TcpPeer& receiver = data.peers[other_of(side)];
    return data.peers[side].closed && receiver.acks &&
           seq_before(data.peers[side].fin, receiver.acked);
  };
  const std::size_t first = data.first_to_close;
  const std::size_t last = other_of(first);
  const bool by_server = first == index_of(Direction::to_client);
  if (!data.peers[first].closed) return TcpState::established;
  if (!data.peers[last].closed) {
    if (!by_server) return TcpState::close_wait;
    return acked(first) ? TcpState::fin_wait2 : TcpState::fin_wait1;
  }
  if (acked(first) && acked(last)) return TcpState::closed;
  if (!by_server) return TcpState::last_ack;
  return acked(first) ? TcpState::time_wait : TcpState::closing;
}

/// A FIN counts when all before it has come, or the other side has acknowledged it.
void close_sides(TcpSession& session) noexcept {
  TcpSession::Data& data = session.data;
  for (std::size_t side = 0; side < data.peers.size(); ++side) {
    TcpPeer& peer = data.peers[side];
    const TcpPeer& receiver = data.peers[other_of(side)];
    if (!peer.has_fin || peer.closed) continue;
    const bool acked = receiver.acks && seq_before(peer.fin, receiver.acked);
    if (!acked && seq_before(receive_next(session, side), peer.fin)) continue;
    peer.closed = true;
    if (!data.peers[other_of(side)].closed) data.first_to_close = static_cast<std::uint8_t>(side);
  }
}

void take_timestamp(const TcpSession& session, TcpPeer& sender, const TcpStep& step) noexcept {
  const TcpPeer& receiver = session.data.peers[other_of(step.side)];
  const auto& stamp = step.segment.timestamp;
  if (!stamp || !sender.timestamps) return;
  // RFC 7323 section 4.3: not of what came early.
  if (receiver.acks && seq_before(receiver.acked, step.segment.sequence)) return;
  const bool expired = step.now - sender.timestamp_at > std::chrono::hours(24 * 24);
  if (!expired && seq_before(*stamp, sender.timestamp)) return;
  sender.timestamp = *stamp;
  sender.timestamp_at = step.now;
}

void take_acknowledgment(TcpSession& session, const TcpStep& step) noexcept {
  TcpPeer& sender = session.data.peers[step.side];
  TcpPeer& receiver = session.data.peers[other_of(step.side)];
  const std::uint32_t ack = step.segment.acknowledgment;
  const std::uint32_t window = std::uint32_t{step.segment.window} << sender.scale;
  sender.acked = sender.acks ? seq_max(sender.acked, ack) : ack;
  sender.edge = sender.acks ? seq_max(sender.edge, ack + window) : ack + window;
  sender.acks = true;
  sender.largest_window = std::max(sender.largest_window, window);
  receiver.next = seq_max(receiver.next, ack);
}

void take_fin(TcpPeer& sender, const TcpSegment& segment) noexcept {
  sender.next = seq_max(sender.next, segment.end());
  if (!segment.fin || sender.has_fin) return;
  sender.has_fin = true;
  sender.fin = segment.data_end();
}

void refuse(const TcpStep& step) noexcept {
  step.report.use = SegmentUse::invalid;
  ++step.counters.invalid;
}

void count_flags(const TcpSegment& segment, StreamCounters& counters) noexcept {
  if (segment.syn) ++(segment.ack ? counters.synack : counters.syn);
  if (segment.rst) ++counters.rst;
  if (segment.urg) ++counters.urg;
}

bool is_over(const TcpSession::Data& data) noexcept {
  return data.reset || data.state == TcpState::time_wait || data.state == TcpState::closed ||
         data.state == TcpState::last_ack;
}

/// Of a SYN: RFC 9293 section 3.6.1 and RFC 6191 let it begin anew where it cannot be an old one.
bool opens_anew(const TcpSession::Data& data, std::size_t side,
                const TcpSegment& segment) noexcept {
  if (!segment.syn || segment.ack || segment.rst || segment.fin || !is_over(data)) return false;
  const TcpPeer& peer = data.peers[side];
  return data.reset || seq_before(peer.next - 1, segment.sequence) ||
         (segment.timestamp && peer.timestamps && seq_before(peer.timestamp, *segment.timestamp));
}

/// Data on a SYN (RFC 7413) waits in the stream until the answer tells whether it was taken. Inline
/// it is judged before it passes, that on a SYN-ACK too, and what is sent again has to say the
/// same.
void take_syn_data(TcpSession& session, const TcpStep& step) {
  TcpPeer& peer = session.data.peers[step.side];
  if (step.segment.payload.empty() || step.segment.sequence != peer.isn) return;
  if (step.segment.ack) {
    if (!step.limits.inline_mode) return;
    take_payload(session, step);
    peer.next = seq_max(peer.next, step.segment.data_end());
    return;
  }
  session.data.fast_open = session.data.fast_open || step.segment.fast_open;
  if (step.segment.fast_open) peer.next = seq_max(peer.next, step.segment.data_end());
  take_payload(session, step);
  if (!step.limits.inline_mode) step.report.fresh[step.side] = {};
}

/// The SYN-ACK has come: the bytes on the SYN are the stream's, or are forgotten.
void settle_syn_data(TcpSession& session, const TcpStep& step) noexcept {
  const std::size_t opener = other_of(step.side);
  StreamBuffer& stream = session.streams[opener];
  TcpPeer& peer = session.data.peers[opener];
  if (stream.next() == 0) return;
  if (step.segment.acknowledgment == stream.next_sequence()) {
    if (!step.limits.inline_mode) step.report.fresh[opener] = {.begin = 0, .end = stream.next()};
    return;
  }
  if (session.data.fast_open) step.note(StreamEvent::handshake3_synack_tfo_data_ignored);
  session.data.fast_open = false;
  if (step.limits.inline_mode) return;
  stream.clear(step.pools);
  stream.begin(peer.isn + 1);
  peer.next = peer.isn + 1;
}

/// Of an urgent byte: in `stream`, which has it among the last that came.
std::uint64_t offset_of(const StreamBuffer& stream, std::uint32_t urgent) noexcept {
  return stream.next() +
         static_cast<std::uint64_t>(std::int64_t{distance(stream.next_sequence(), urgent)});
}

bool is_bare_syn(const TcpSegment& segment) noexcept {
  return segment.syn && segment.payload.empty();
}

/// A SYN on a connection that stands, as far as is known here. Its receiver may know of none: then
/// the answer begins another.
void meet_late_syn(TcpSession& session, const TcpStep& step) noexcept {
  const bool bare = is_bare_syn(step.segment);
  if (step.segment.ack && bare && replace_connection(session, step)) {
    step.report.use = SegmentUse::followed;
    return;
  }
  note_late_syn(session, step);
  refuse(step);
  if (bare && !step.segment.ack) keep_late_syn(session, step);
  step.report.wants_answer = bare && (!step.segment.ack || repeats_synack(session, step));
}

/// The other side has sent the first packet that is seen.
void turn_round(Flow& flow) noexcept {
  flow.originator_is_low = !flow.originator_is_low;
  std::swap(flow.sides[0], flow.sides[1]);
}

}  // namespace

std::string_view name_of(TcpState state) noexcept {
  switch (state) {
    case TcpState::none: return "none";
    case TcpState::syn_sent: return "syn_sent";
    case TcpState::syn_recv: return "syn_recv";
    case TcpState::established: return "established";
    case TcpState::fin_wait1: return "fin_wait1";
    case TcpState::fin_wait2: return "fin_wait2";
    case TcpState::time_wait: return "time_wait";
    case TcpState::last_ack: return "last_ack";
    case TcpState::close_wait: return "close_wait";
    case TcpState::closing: return "closing";
    case TcpState::closed: return "closed";
  }
  return "unknown";
}

TcpStreams::TcpStreams(const StreamLimits& limits, HostPolicies policies)
    : limits_(limits),
      policies_(std::move(policies)),
      pools_(limits.reassembly_memcap),
      sessions_(limits.memcap / sizeof(TcpSession)) {}

TcpStreams::~TcpStreams() = default;

std::uint64_t TcpStreams::memory() const noexcept {
  return sessions_.memory();
}

bool TcpStreams::begins_anew(const Flow& flow, const decode::Packet& packet) noexcept {
  if (flow.tcp == nullptr) return false;
  const bool from_originator =
      packet.source == flow.originator() && packet.source_port == flow.originator_port();
  return opens_anew(flow.tcp->data, from_originator ? 0 : 1, read_segment(packet));
}

SegmentReport TcpStreams::observe(Flow& flow, Direction direction, const decode::Packet& packet,
                                  bool bad_checksum, Timestamp now) {
  SegmentReport report;
  const TcpSegment segment = read_segment(packet);
  TcpStep step{.segment = segment,
               .side = index_of(direction),
               .limits = limits_,
               .now = now,
               .policy = policies_.of(packet.destination),
               .pools = pools_,
               .counters = counters_,
               .report = report};
  if (bad_checksum) {
    refuse(step);
    return report;
  }
  count_flags(segment, counters_);
  if (!segment.ack && segment.acknowledgment != 0) step.note(StreamEvent::pkt_broken_ack);
  if (segment.syn && segment.fin) {
    step.note(StreamEvent::fin_syn);
    refuse(step);
    return report;
  }
  if (flow.tcp != nullptr && opens_anew(flow.tcp->data, step.side, segment)) end(flow);
  if (flow.tcp == nullptr)
    meet(flow, step);
  else
    follow(*flow.tcp, step);
  for (const Direction d : {Direction::to_server, Direction::to_client})
    if (report.fresh[index_of(d)].after_gap) flow.side(d).gap = true;
  settle(flow);
  return report;
}

/// A segment of no connection that is followed.
void TcpStreams::meet(Flow& flow, TcpStep& step) {
  const TcpSegment& segment = step.segment;
  if (segment.rst) {
    step.note(StreamEvent::rst_but_no_session);
    return;
  }
  if (segment.fin && (!limits_.midstream || segment.payload.empty())) {
    step.note(StreamEvent::fin_but_no_session);
    return;
  }
  if (segment.syn && !segment.ack) {
    TcpSession* const session = open(flow, step);
    if (session == nullptr) return;
    open_with_syn(*session, step);
    put_to_wait(*session);
    step.report.use = SegmentUse::followed;
    take_syn_data(*session, step);
    return;
  }
  if (!segment.ack) return;
  if (!limits_.midstream && !(segment.syn && limits_.async_oneside)) {
    trouble(flow, step, flow.thrown_out ? StreamTrouble::memory : StreamTrouble::midstream);
    return;
  }
  TcpSession* const session = open(flow, step);
  if (session == nullptr) return;
  ++counters_.midstream_pickups;
  step.report.trouble = StreamTrouble::midstream;
  if (segment.syn) {
    if (step.side == index_of(Direction::to_server)) {
      turn_round(flow);
      step.side = index_of(Direction::to_client);
    }
    open_with_synack(*session, step);
    put_to_wait(*session);
    step.report.use = SegmentUse::followed;
    return;
  }
  open_midstream(*session, step);
  judge(*session, step);
}

void TcpStreams::follow(TcpSession& session, TcpStep& step) {
  TcpSession::Data& data = session.data;
  release_bytes(session, 0, limits_, pools_);
  release_bytes(session, 1, limits_, pools_);
  if (data.peers[other_of(step.side)].seen) data.async = false;
  if (data.state != TcpState::syn_sent && data.state != TcpState::syn_recv) {
    judge(session, step);
    return;
  }
  const bool first_answer = data.state == TcpState::syn_sent;
  switch (go_on_opening(session, step)) {
    case Opening::taken:
      step.report.use = SegmentUse::followed;
      data.referenced = true;
      if (first_answer && step.segment.ack) settle_syn_data(session, step);
      if (step.segment.syn) take_syn_data(session, step);
      return;
    case Opening::kept:
      step.report.use = SegmentUse::followed;
      if (step.segment.syn) take_syn_data(session, step);
      return;
    case Opening::refused:
      refuse(step);
      step.report.wants_answer = is_bare_syn(step.segment) || clears_former(session, step);
      return;
    case Opening::closed: take_reset(session, step); return;
    case Opening::through: judge(session, step); return;
  }
}

/// A segment of a connection whose sequence numbers are known.
void TcpStreams::judge(TcpSession& session, TcpStep& step) {
  TcpSession::Data& data = session.data;
  TcpPeer& sender = data.peers[step.side];
  if (step.segment.rst) {
    if (check_reset(session, step))
      take_reset(session, step);
    else
      refuse(step);
    return;
  }
  if (step.segment.syn) {
    meet_late_syn(session, step);
    return;
  }
  const SegmentCheck check = check_segment(session, step);
  if (check == SegmentCheck::refused) {
    refuse(step);
    return;
  }
  if (check == SegmentCheck::taken) {
    if (data.reset && step.side != data.reset_by) step.note(StreamEvent::suspected_rst_inject);
    data.reset = false;
    sender.seen = true;
    take_timestamp(session, sender, step);
  }
  take_payload(session, step);
  if (step.report.use == SegmentUse::contradicts || step.report.use == SegmentUse::invalid) return;
  if (check == SegmentCheck::taken) {
    take_fin(sender, step.segment);
    take_acknowledgment(session, step);
  }
  give_up_hole(session, step.side, step);
  give_up_hole(session, other_of(step.side), step);
  close_sides(session);
  if (!data.reset) data.state = closing_state(data);
}

void TcpStreams::take_reset(TcpSession& session, const TcpStep& step) noexcept {
  session.data.reset = true;
  session.data.reset_by = static_cast<std::uint8_t>(step.side);
  session.data.state = TcpState::closed;
  step.report.use = SegmentUse::followed;
}

/// What the flow shows of its connection.
void TcpStreams::settle(Flow& flow) noexcept {
  if (flow.tcp == nullptr) return;
  const TcpSession::Data& data = flow.tcp->data;
  const bool opening = data.state == TcpState::syn_sent || data.state == TcpState::syn_recv;
  const bool closed = data.reset || (data.peers[0].closed && data.peers[1].closed);
  const State open = opening ? State::created : State::established;
  if (flow.state != State::bypassed) flow.state = closed ? State::closed : open;
  if (!opening) take_from_waiting(*flow.tcp);
}

TcpSession* TcpStreams::open(Flow& flow, const TcpStep& step) {
  TcpSession* session = sessions_.take();
  if (session == nullptr && make_room()) session = sessions_.take();
  if (session == nullptr) {
    ++counters_.memcap_drop;
    step.report.trouble = StreamTrouble::memory;
    flow.unfollowed = true;
    return nullptr;
  }
  session->data = {};
  session->flow = &flow;
  session->next = session->previous = nullptr;
  flow.tcp = session;
  ++counters_.sessions;
  ++counters_.active_sessions;
  return session;
}

/// The oldest connection that is half open goes; one that has been answered since is passed over
/// once. Established ones stay.
bool TcpStreams::make_room() noexcept {
  for (unsigned step = 0; step < kVictimSteps && first_waiting_ != nullptr; ++step) {
    TcpSession& oldest = *first_waiting_;
    if (!std::exchange(oldest.data.referenced, false)) break;
    take_from_waiting(oldest);
    put_to_wait(oldest);
  }
  if (first_waiting_ == nullptr) return false;
  ++counters_.memcap_drop;
  first_waiting_->flow->thrown_out = true;
  forget(*first_waiting_);
  return true;
}

void TcpStreams::trouble(Flow& flow, TcpStep& step, StreamTrouble what) noexcept {
  if (flow.unfollowed) return;
  flow.unfollowed = true;
  step.report.trouble = what;
}

void TcpStreams::put_to_wait(TcpSession& session) noexcept {
  session.data.half_open = true;
  session.next = nullptr;
  session.previous = last_waiting_;
  (last_waiting_ == nullptr ? first_waiting_ : last_waiting_->next) = &session;
  last_waiting_ = &session;
}

void TcpStreams::take_from_waiting(TcpSession& session) noexcept {
  if (!std::exchange(session.data.half_open, false)) return;
  (session.previous == nullptr ? first_waiting_ : session.previous->next) = session.next;
  (session.next == nullptr ? last_waiting_ : session.next->previous) = session.previous;
  session.next = session.previous = nullptr;
}

void TcpStreams::forget(TcpSession& session) noexcept {
  if (session.data.async) ++counters_.async_sessions;
  take_from_waiting(session);
  for (StreamBuffer& stream : session.streams) stream.clear(pools_);
  session.flow->tcp = nullptr;
  --counters_.active_sessions;
  sessions_.give(&session);
}

std::uint64_t TcpStreams::window_begin(const Flow& flow, Direction direction,
                                       const FreshBytes& fresh) const noexcept {
  const std::uint32_t chunk =
      direction == Direction::to_server ? limits_.to_server_chunk : limits_.to_client_chunk;
  const std::uint64_t back = fresh.begin - std::min<std::uint64_t>(fresh.begin, chunk);
  return std::max(flow.tcp->streams[index_of(direction)].kept_from(), back);
}

unsigned TcpStreams::urgent_in(const Flow& flow, Direction direction,
                               const FreshBytes& fresh) const noexcept {
  if (flow.tcp == nullptr || fresh.empty()) return 0;
  const TcpPeer& peer = flow.tcp->data.peers[index_of(direction)];
  const StreamBuffer& stream = flow.tcp->streams[index_of(direction)];
  const std::uint64_t begin = window_begin(flow, direction, fresh);
  const auto known = std::span(peer.urgent_at).first(peer.urgent_count);
  return static_cast<unsigned>(std::ranges::count_if(known, [&](std::uint32_t urgent) {
    const std::uint64_t at = offset_of(stream, urgent);
    return at >= begin && at < fresh.end;
  }));
}

TcpStreams::Window TcpStreams::window(const Flow& flow, Direction direction,
                                      const FreshBytes& fresh, unsigned kept) {
  if (flow.tcp == nullptr || fresh.empty()) return {};
  const StreamBuffer& stream = flow.tcp->streams[index_of(direction)];
  const TcpPeer& peer = flow.tcp->data.peers[index_of(direction)];
  const std::uint64_t begin = window_begin(flow, direction, fresh);
  if (begin >= fresh.end) return {};
  window_.resize(std::max<std::size_t>(window_.size(), fresh.end - begin));
  std::span<std::byte> bytes = std::span(window_).first(fresh.end - begin);
  stream.copy(begin, bytes);
  Window window{.bytes = {},
                .offset = begin - std::min<std::uint64_t>(begin, peer.urgent_before),
                .fresh = std::max(fresh.begin, begin) - begin};
  std::uint64_t left_out = 0;
  for (const std::uint32_t urgent : std::span(peer.urgent_at).first(peer.urgent_count)) {
    const std::uint64_t at = offset_of(stream, urgent);
    if (at < begin && window.offset > 0) --window.offset;
    if (at < begin || at >= fresh.end) continue;
    const bool keeps = (kept & 1U) != 0;
    kept >>= 1U;
    if (keeps) continue;
    const std::size_t place = at - begin - left_out++;
    std::ranges::copy(bytes.subspan(place + 1), bytes.subspan(place).begin());
    bytes = bytes.first(bytes.size() - 1);
    if (at < fresh.begin) --window.fresh;
  }
  if (window.fresh < bytes.size()) window.bytes = bytes;
  return window;
}

void TcpStreams::stop_reassembly(Flow& flow) noexcept {
  if (flow.tcp == nullptr) return;
  for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
    TcpPeer& peer = flow.tcp->data.peers[side];
    peer.next = seq_max(peer.next, receive_next(*flow.tcp, side));
  }
  flow.tcp->data.stopped = true;
  for (StreamBuffer& stream : flow.tcp->streams) stream.clear(pools_);
}

void TcpStreams::follow_to_the_end(Flow& flow) noexcept {
  if (flow.tcp != nullptr) flow.tcp->data.endless = true;
}

void TcpStreams::end(Flow& flow) noexcept {
  if (flow.tcp != nullptr) forget(*flow.tcp);
}

TcpState TcpStreams::state_of(const Flow& flow) noexcept {
  return flow.tcp == nullptr ? TcpState::none : flow.tcp->data.state;
}

std::optional<TcpStreams::Summary> TcpStreams::summary_of(const Flow& flow) noexcept {
  if (flow.tcp == nullptr) return std::nullopt;
  Summary summary;
  for (std::size_t side = 0; side < summary.urgent.size(); ++side) {
    const TcpPeer& peer = flow.tcp->data.peers[side];
    summary.max_regions[side] = peer.max_regions;
    summary.urgent[side] = peer.urgent_before + peer.urgent_count;
  }
  return summary;
}

std::optional<std::array<std::uint32_t, 2>> TcpStreams::sizes_of(const Flow& flow) noexcept {
  if (flow.tcp == nullptr) return std::nullopt;
  std::array<std::uint32_t, 2> sizes{};
  for (std::size_t side = 0; side < sizes.size(); ++side) {
    const TcpPeer& peer = flow.tcp->data.peers[side];
    sizes[side] = peer.known ? peer.next - peer.isn : 0;
  }
  return sizes;
}

}  // namespace espial::flow
