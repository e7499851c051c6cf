#include "engine/flow/tcp_handshake.hpp"

#include <algorithm>
#include <span>

namespace espial::flow {
namespace {

/// A scale that was not seen: the largest, so that no window looks too small.
constexpr std::uint8_t kUnseenScale = 14;

TcpOffer offer_of(const TcpSegment& segment) noexcept {
  return {.sequence = segment.sequence,
          .timestamp = segment.timestamp.value_or(0),
          .latest = segment.timestamp.value_or(0),
          .window = segment.window,
          .scale = segment.scale.value_or(0),
          .scaled = segment.scale.has_value(),
          .timestamps = segment.timestamp.has_value(),
          .sack = segment.sack_permitted};
}

void begin(TcpSession& session, std::size_t side, const TcpOffer& offer,
           const TcpStep& step) noexcept {
  TcpPeer& peer = session.data.peers[side];
  peer.isn = offer.sequence;
  peer.next = offer.sequence + 1;
  peer.timestamp = offer.timestamp;
  peer.timestamp_at = step.now;
  peer.scale = offer.scale;
  peer.scaled = offer.scaled;
  peer.timestamps = offer.timestamps;
  peer.sack = offer.sack;
  peer.largest_window = offer.window;
  peer.known = peer.seen = true;
  session.streams[side].clear(step.pools);
  session.streams[side].begin(peer.next);
}

/// The window of `side` after it acknowledged the other's SYN: that of a SYN is never scaled.
void open_window(TcpPeer& peer, std::uint32_t ack, std::uint32_t window) noexcept {
  peer.acked = ack;
  peer.edge = ack + window;
  peer.acks = peer.answered = true;
  peer.largest_window = std::max(peer.largest_window, window);
}

/// Options count when both offer them (RFC 7323 sections 2.2 and 3.2, RFC 2018 section 2).
void negotiate(TcpSession& session) noexcept {
  auto& [a, b] = session.data.peers;
  if (!a.scaled || !b.scaled) a.scale = b.scale = 0;
  a.timestamps = b.timestamps = a.timestamps && b.timestamps;
  a.sack = b.sack = a.sack && b.sack;
  session.data.state = TcpState::established;
}

const TcpOffer* find(std::span<const TcpOffer> offers, std::uint32_t sequence) noexcept {
  const auto it = std::ranges::find(offers, sequence, &TcpOffer::sequence);
  return it == offers.end() ? nullptr : &*it;
}
std::span<const TcpOffer> syns(const TcpSession::Data& data) noexcept {
  return std::span(data.syn).first(data.syns);
}
std::span<const TcpOffer> synacks(const TcpSession::Data& data) noexcept {
  return std::span(data.synack).first(data.synacks);
}

/// Another SYN of the side that opens. Which of them the other got, its answer tells.
Opening another_syn(TcpSession& session, const TcpStep& step) noexcept {
  TcpSession::Data& data = session.data;
  const auto same = std::ranges::find(std::span(data.syn).first(data.syns), step.segment.sequence,
                                      &TcpOffer::sequence);
  if (same != std::span(data.syn).first(data.syns).end()) {
    if (step.segment.timestamp) same->latest = seq_max(same->latest, *step.segment.timestamp);
    return Opening::kept;
  }
  if (data.syns == TcpSession::kSyns) return Opening::refused;
  data.syn[data.syns++] = offer_of(step.segment);
  return Opening::kept;
}

/// The SYN that `acknowledgment` answers: that with the bytes it brought, or none of them.
const TcpOffer* answered_syn(const TcpSession& session, std::size_t opener,
                             std::uint32_t acknowledgment) noexcept {
  if (const TcpOffer* syn = find(syns(session.data), acknowledgment - 1); syn != nullptr)
    return syn;
  const TcpPeer& peer = session.data.peers[opener];
  const bool of_data = seq_before(peer.isn, acknowledgment) &&
                       !seq_before(session.streams[opener].next_sequence(), acknowledgment);
  return of_data ? find(syns(session.data), peer.isn) : nullptr;
}

Opening first_synack(TcpSession& session, const TcpStep& step) noexcept {
  TcpSession::Data& data = session.data;
  const std::size_t opener = other_of(step.side);
  const TcpOffer* const syn = answered_syn(session, opener, step.segment.acknowledgment);
  if (syn == nullptr) {
    step.note(StreamEvent::handshake3_synack_with_wrong_ack);
    return Opening::refused;
  }
  if (syn->sequence != data.peers[opener].isn) begin(session, opener, *syn, step);
  begin(session, step.side, offer_of(step.segment), step);
  open_window(data.peers[step.side], step.segment.acknowledgment, step.segment.window);
  data.synack[data.synacks++] = offer_of(step.segment);
  data.state = TcpState::syn_recv;
  return Opening::taken;
}

Opening another_synack(TcpSession& session, const TcpStep& step) noexcept {
  TcpSession::Data& data = session.data;
  const std::size_t opener = other_of(step.side);
  if (answered_syn(session, opener, step.segment.acknowledgment) == nullptr ||
      step.segment.acknowledgment - 1 != data.peers[opener].isn) {
    step.note(StreamEvent::handshake3_synack_resend_with_different_ack);
    return Opening::refused;
  }
  if (find(synacks(data), step.segment.sequence) != nullptr) return Opening::kept;
  step.note(StreamEvent::handshake3_synack_resend_with_diff_seq);
  const std::size_t most =
      std::min<std::size_t>(TcpSession::kSynAcks, step.limits.max_synack_queued);
  if (data.synacks >= most) {
    step.note(StreamEvent::handshake3_synack_flood);
    return Opening::refused;
  }
  data.synack[data.synacks++] = offer_of(step.segment);
  return Opening::kept;
}

/// A SYN of the side that was called: both open (RFC 9293 section 3.5), or a server that splits its
/// SYN-ACK in two.
Opening cross_syn(TcpSession& session, const TcpStep& step) noexcept {
  begin(session, step.side, offer_of(step.segment), step);
  session.data.simultaneous = true;
  session.data.state = TcpState::syn_recv;
  return Opening::taken;
}

/// After both have sent a SYN: each answers the other's with a SYN-ACK or an ACK.
Opening go_on_crossing(TcpSession& session, const TcpStep& step) noexcept {
  const TcpSegment& segment = step.segment;
  TcpPeer& sender = session.data.peers[step.side];
  const TcpPeer& receiver = session.data.peers[other_of(step.side)];
  const bool right_ack = segment.acknowledgment == receiver.isn + 1;
  if (segment.syn) {
    if (segment.sequence != sender.isn) {
      step.note(StreamEvent::handshake4_synack_with_wrong_syn);
      return Opening::refused;
    }
    if (!segment.ack) return Opening::kept;
    if (!right_ack) {
      step.note(StreamEvent::handshake4_synack_with_wrong_ack);
      return Opening::refused;
    }
    if (sender.answered) return Opening::kept;
    open_window(sender, segment.acknowledgment, segment.window);
    if (receiver.answered) negotiate(session);
    return Opening::taken;
  }
  if (!segment.ack) return Opening::refused;
  const bool right_sequence = segment.sequence == sender.isn + 1;
  if (!right_sequence) step.note(StreamEvent::handshake4_wrong_seq);
  if (!right_ack) step.note(StreamEvent::handshake4_invalid_ack);
  if (!right_sequence || !right_ack) return Opening::refused;
  // With the other's SYN-ACK in between, an ACK ends it; before that it answers the SYN alone.
  // Who sends bytes with that has them taken: not before it is known what the other has answered.
  if (!receiver.answered && !segment.payload.empty()) return Opening::refused;
  if (!sender.answered) open_window(sender, segment.acknowledgment, segment.window);
  if (!receiver.answered) return Opening::taken;
  negotiate(session);
  return Opening::through;
}

/// A segment without SYN of the side that opens, which ends the handshake.
Opening last_ack(TcpSession& session, const TcpStep& step) noexcept {
  TcpSession::Data& data = session.data;
  const std::size_t server = other_of(step.side);
  TcpPeer& client = data.peers[step.side];
  const TcpSegment& segment = step.segment;
  const std::int32_t ahead = distance(receive_next(session, step.side), segment.sequence);
  const bool right_sequence = !seq_before(segment.sequence, client.isn + 1) &&
                              ahead <= static_cast<std::int64_t>(data.peers[server].largest_window);
  const TcpOffer* synack = find(synacks(data), segment.acknowledgment - 1);
  // With fast open the server may have sent already.
  if (synack == nullptr && seq_before(data.peers[server].isn, segment.acknowledgment) &&
      !seq_before(data.peers[server].next, segment.acknowledgment))
    synack = find(synacks(data), data.peers[server].isn);
  if (synack == nullptr || !right_sequence || !segment.ack) {
    if (segment.ack)
      step.note(right_sequence ? StreamEvent::handshake3_right_seq_wrong_ack_evasion
                               : StreamEvent::handshake3_wrong_seq_wrong_ack);
    return Opening::refused;
  }
  if (synack->sequence != data.peers[server].isn) {
    const TcpPeer before = data.peers[server];
    begin(session, server, *synack, step);
    open_window(data.peers[server], before.acked, synack->window);
  }
  open_window(client, segment.acknowledgment, segment.window);
  negotiate(session);
  return Opening::through;
}

/// A segment without SYN of the side that was called, before the handshake has ended.
Opening early_answer(TcpSession& session, const TcpStep& step) noexcept {
  TcpSession::Data& data = session.data;
  if (data.fast_open) return Opening::through;  // RFC 7413 section 4.2: the server may send
  const TcpPeer& server = data.peers[step.side];
  if (data.async && step.segment.sequence != server.isn + 1) {
    step.note(StreamEvent::handshake3_async_wrong_seq);
    return Opening::refused;
  }
  if (!data.async && (step.limits.inline_mode || step.segment.payload.empty() ||
                      step.segment.sequence != server.isn + 1)) {
    step.note(step.segment.payload.empty() ? StreamEvent::handshake3_ack_in_wrong_dir
                                           : StreamEvent::handshake3_ack_data_inject);
    return Opening::refused;
  }
  // The ACK was lost on the way to the sensor: a server does not send before it has it.
  open_window(data.peers[other_of(step.side)], server.isn + 1,
              data.peers[other_of(step.side)].largest_window);
  negotiate(session);
  return Opening::through;
}

/// RFC 9293 section 3.10.7.3, second: only what answers the SYN resets it.
Opening reset(const TcpSession& session, const TcpStep& step) noexcept {
  const TcpSession::Data& data = session.data;
  const TcpSegment& segment = step.segment;
  const TcpPeer& sender = data.peers[step.side];
  const bool right = sender.known ? segment.sequence == receive_next(session, step.side)
                                  : segment.ack && answered_syn(session, other_of(step.side),
                                                                segment.acknowledgment) != nullptr;
  if (right) return Opening::closed;
  step.note(StreamEvent::rst_invalid_ack);
  return Opening::refused;
}

/// RFC 7323 section 3.2: an answer echoes the timestamp of a SYN. One that echoes another is passed
/// over by its receiver (Linux, Windows), a reset too. A zero says nothing.
bool echoes_a_syn(const TcpSession& session, const TcpStep& step) noexcept {
  const TcpSegment& segment = step.segment;
  if (session.data.peers[step.side].known || !segment.ack || !segment.timestamp ||
      segment.echo == 0)
    return true;
  bool any = false;
  for (const TcpOffer& syn : syns(session.data)) {
    if (!syn.timestamps || syn.timestamp == 0) continue;
    any = true;
    if (!seq_before(segment.echo, syn.timestamp) && !seq_before(syn.latest, segment.echo))
      return true;
  }
  return !any;
}

Opening in_syn_sent(TcpSession& session, const TcpStep& step) noexcept {
  const TcpSegment& segment = step.segment;
  const bool opener = session.data.peers[step.side].known;
  if (segment.syn && segment.ack) {
    if (!opener) return first_synack(session, step);
    step.note(StreamEvent::handshake3_synack_in_wrong_direction);
    return Opening::refused;
  }
  if (segment.syn) return opener ? another_syn(session, step) : cross_syn(session, step);
  if (!opener || !step.limits.async_oneside || !segment.ack) {
    if (segment.ack) step.note(StreamEvent::handshake3_ack_in_wrong_dir);
    return Opening::refused;
  }
  const TcpPeer& sender = session.data.peers[step.side];
  if (segment.sequence != sender.isn + 1) {
    step.note(StreamEvent::handshake3_async_wrong_seq);
    return Opening::refused;
  }
  TcpPeer& unseen = session.data.peers[other_of(step.side)];
  unseen.isn = segment.acknowledgment - 1;
  unseen.next = segment.acknowledgment;
  unseen.scale = kUnseenScale;
  unseen.known = true;
  session.streams[other_of(step.side)].begin(unseen.next);
  session.data.async = true;
  session.data.state = TcpState::established;
  return Opening::through;
}

Opening in_syn_recv(TcpSession& session, const TcpStep& step) noexcept {
  const TcpSegment& segment = step.segment;
  const TcpSession::Data& data = session.data;
  if (data.simultaneous) return go_on_crossing(session, step);
  // The side that has answered a SYN already is the one that was called.
  const bool called = data.peers[step.side].answered;
  if (segment.syn && segment.ack) {
    if (called) return another_synack(session, step);
    step.note(StreamEvent::handshake3_synack_toserver_on_syn_recv);
    return Opening::refused;
  }
  if (segment.syn) {
    if (!called && segment.sequence == data.peers[step.side].isn) return Opening::kept;
    step.note(called ? StreamEvent::handshake3_syn_toclient_on_syn_recv
                     : StreamEvent::handshake3_syn_resend_diff_seq_on_syn_recv);
    return Opening::refused;
  }
  return called ? early_answer(session, step) : last_ack(session, step);
}

}  // namespace

void open_with_syn(TcpSession& session, const TcpStep& step) noexcept {
  begin(session, step.side, offer_of(step.segment), step);
  session.data.syn[session.data.syns++] = offer_of(step.segment);
  session.data.state = TcpState::syn_sent;
}

void open_with_synack(TcpSession& session, const TcpStep& step) noexcept {
  const TcpOffer unseen{.sequence = step.segment.acknowledgment - 1,
                        .timestamp = 0,
                        .latest = 0,
                        .window = 0xFFFF,
                        .scale = kUnseenScale,
                        .scaled = step.segment.scale.has_value(),
                        .timestamps = false,
                        .sack = step.segment.sack_permitted};
  const std::size_t opener = other_of(step.side);
  begin(session, opener, unseen, step);
  session.data.peers[opener].seen = false;
  session.data.syn[session.data.syns++] = unseen;
  session.data.midstream = true;
  session.data.async = step.limits.async_oneside;
  (void)first_synack(session, step);
}

void open_midstream(TcpSession& session, const TcpStep& step) noexcept {
  const TcpSegment& segment = step.segment;
  const auto pick_up = [&](std::size_t side, std::uint32_t sequence) {
    TcpPeer& peer = session.data.peers[side];
    peer.isn = sequence - 1;
    peer.next = sequence;
    peer.scale = kUnseenScale;
    peer.known = true;
    session.streams[side].begin(sequence);
  };
  pick_up(step.side, segment.sequence);
  pick_up(other_of(step.side), segment.acknowledgment);
  session.data.peers[step.side].seen = true;
  session.data.midstream = true;
  session.data.async = step.limits.async_oneside;
  session.data.state = TcpState::established;
}

Opening go_on_opening(TcpSession& session, const TcpStep& step) noexcept {
  const TcpPeer& sender = session.data.peers[step.side];
  // Inline the bytes on a SYN are read with it, so they must be those of the connection's stream.
  if (step.limits.inline_mode && step.segment.syn && !step.segment.payload.empty() &&
      sender.known && step.segment.sequence != sender.isn)
    return Opening::refused;
  if (session.data.state == TcpState::syn_sent && !echoes_a_syn(session, step)) {
    step.note(StreamEvent::pkt_invalid_timestamp);
    return Opening::refused;
  }
  if (step.segment.rst) return reset(session, step);
  return session.data.state == TcpState::syn_sent ? in_syn_sent(session, step)
                                                  : in_syn_recv(session, step);
}

void keep_late_syn(TcpSession& session, const TcpStep& step) noexcept {
  TcpSession::Data& data = session.data;
  if (data.late_side != step.side) data.late = 0;
  data.late_side = static_cast<std::uint8_t>(step.side);
  const auto known = std::span(data.syn).first(data.late);
  if (find(known, step.segment.sequence) != nullptr) return;
  if (data.late == data.syn.size()) {
    std::ranges::copy(std::span(data.syn).subspan(1), data.syn.begin());
    --data.late;
  }
  data.syn[data.late++] = offer_of(step.segment);
}

bool replace_connection(TcpSession& session, const TcpStep& step) noexcept {
  TcpSession::Data& data = session.data;
  const std::size_t opener = other_of(step.side);
  if (data.late_side != opener) return false;
  const TcpOffer* const found =
      find(std::span(data.syn).first(data.late), step.segment.acknowledgment - 1);
  if (found == nullptr) return false;
  const TcpOffer syn = *found;
  data = {.stopped = data.stopped, .endless = data.endless};
  begin(session, opener, syn, step);
  data.syn[data.syns++] = syn;
  return first_synack(session, step) == Opening::taken;
}

bool repeats_synack(const TcpSession& session, const TcpStep& step) noexcept {
  return step.segment.sequence == session.data.peers[step.side].isn &&
         step.segment.acknowledgment == session.data.peers[other_of(step.side)].isn + 1;
}

bool clears_former(const TcpSession& session, const TcpStep& step) noexcept {
  const TcpSegment& segment = step.segment;
  if (session.data.state != TcpState::syn_sent || segment.syn || segment.fin ||
      !segment.payload.empty())
    return false;
  return session.data.peers[step.side].known ? segment.rst : segment.ack && !segment.rst;
}

void note_late_syn(const TcpSession& session, const TcpStep& step) noexcept {
  const TcpSession::Data& data = session.data;
  const TcpSegment& segment = step.segment;
  const TcpPeer& sender = data.peers[step.side];
  if (data.state != TcpState::established) {
    step.note(StreamEvent::shutdown_syn_resend);
    return;
  }
  const bool to_server = step.side == index_of(Direction::to_server);
  const bool same = segment.sequence == sender.isn;
  if (!segment.ack) {
    if (!to_server)
      step.note(StreamEvent::est_syn_toclient);
    else
      step.note(same ? StreamEvent::est_syn_resend : StreamEvent::est_syn_resend_diff_seq);
    return;
  }
  const bool right_ack = segment.acknowledgment == data.peers[other_of(step.side)].isn + 1;
  if (to_server)
    step.note(StreamEvent::est_synack_toserver);
  else if (!right_ack)
    step.note(StreamEvent::est_synack_resend_with_different_ack);
  else
    step.note(same ? StreamEvent::est_synack_resend : StreamEvent::est_synack_resend_with_diff_seq);
}

}  // namespace espial::flow
