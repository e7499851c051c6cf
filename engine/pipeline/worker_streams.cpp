#include <algorithm>
#include <optional>
#include <utility>

#include "engine/pipeline/worker.hpp"

/// The worker's way with TCP streams, and with frames whose verdict waits.
namespace espial::pipeline {
namespace {

using verdict::Exception;

Exception exception_of(flow::StreamTrouble trouble) noexcept {
  switch (trouble) {
    case flow::StreamTrouble::midstream: return Exception::stream_midstream;
    case flow::StreamTrouble::memory: return Exception::stream_memory;
    case flow::StreamTrouble::reassembly_memory: return Exception::reassembly_memory;
  }
  std::unreachable();
}

/// The receiver discards it.
bool is_damaged(const decode::Packet& packet) noexcept {
  return packet.events.has(decode::Event::tcp_csum_invalid) ||
         packet.events.has(decode::Event::ipv4_csum_invalid);
}

flow::Direction other(flow::Direction direction) noexcept {
  return direction == flow::Direction::to_server ? flow::Direction::to_client
                                                 : flow::Direction::to_server;
}

}  // namespace

/// Takes a segment into its connection. What comes in order of it goes to the messages of IPsec and
/// to the rules; who began the connection may only show now.
void Worker::follow_stream(Judged& judged) {
  const decode::Packet& packet = judged.view.packet();
  const Timestamp now = judged.view.raw.time;
  segment_ = streams_.observe(judged.flow, judged.direction, packet, is_damaged(packet), now);
  judged.direction = judged.view.direction = judged.from_low == judged.flow.originator_is_low
                                                 ? flow::Direction::to_server
                                                 : flow::Direction::to_client;
  flows_.settle(judged.flow);
  memory_.observe_stream(packet, judged.flow, segment_, streams_, now, ipsec_);
  if (memory_.carries_ipsec(judged.flow, now)) flow::TcpStreams::follow_to_the_end(judged.flow);
  segment_.events.for_each([&](flow::StreamEvent event) {
    counters_.add(event);
    emit(builder_.anomaly(judged.view, "stream", flow::name_of(event)));
  });
  const flow::FreshBytes& fresh = segment_.fresh[std::to_underlying(judged.direction)];
  stream_ = bytes_of(judged.flow, judged.direction, fresh);
}

detect::StreamBytes Worker::bytes_of(const flow::Flow& flow, flow::Direction direction,
                                     const flow::FreshBytes& fresh, unsigned kept) {
  fresh_ = fresh;
  const flow::TcpStreams::Window window = streams_.window(flow, direction, fresh, kept);
  return {.bytes = window.bytes, .offset = window.offset, .fresh = window.fresh};
}

/// Inline, each way in which the receiver may read the bytes with urgent ones among them: a drop in
/// any is one. The first, without them, has been judged; few streams have a second.
verdict::Disposition Worker::judge_other_readings(const Judged& judged) {
  verdict::Disposition said{};
  if (!judged.first || fresh_.empty() || judged.flow.passed || mode_ != verdict::Mode::inline_ips ||
      !ruleset_->can_drop())
    return said;
  const flow::FreshBytes fresh = fresh_;
  const unsigned urgent = streams_.urgent_in(judged.flow, judged.direction, fresh);
  for (unsigned kept = 1; kept < 1U << urgent && said.verdict == Verdict::accept; ++kept) {
    stream_ = bytes_of(judged.flow, judged.direction, fresh, kept);
    scratch_.clear();
    said = ask_rules(judged);
  }
  if (said.verdict == Verdict::drop) tell_alerts(judged, said);
  return said;
}

/// What the tables and the connection say of the packet, before the rules are asked.
verdict::Disposition Worker::judge_segment(const Judged& judged) {
  if (made_room_) {
    const verdict::Disposition said = ask_exception(Exception::flow_memory, judged.flow);
    if (!said.asks_rules) return said;
  }
  if (segment_.trouble) return ask_exception(exception_of(*segment_.trouble), judged.flow);
  const bool refused =
      segment_.use == flow::SegmentUse::invalid || segment_.use == flow::SegmentUse::contradicts;
  if (refused && !segment_.wants_answer) return verdict::refuse_segment(exceptions_, mode_);
  return {};
}

verdict::Disposition Worker::ask_exception(Exception exception, flow::Flow& flow) {
  const verdict::ExceptionPolicy policy = exceptions_[exception];
  counters_.add(exception, policy);
  verdict::note(exception, flow);
  const verdict::Disposition said = verdict::except(exception, policy, mode_, flow);
  if (!said.asks_rules && (flow.dropped || flow.passed || flow.state == flow::State::bypassed))
    streams_.stop_reassembly(flow);
  return said;
}

/// An acknowledgment can show that bytes of the peer are missing for good, so that those behind
/// them come in order. They are judged as if a packet of the peer had brought them; a drop ends the
/// connection with the packet at hand.
Verdict Worker::judge_other_side(const Judged& judged) {
  const flow::Direction direction = other(judged.direction);
  const flow::FreshBytes fresh = segment_.fresh[std::to_underlying(direction)];
  if (fresh.empty() || judged.flow.dropped || judged.flow.passed) return Verdict::accept;
  stream_ = bytes_of(judged.flow, direction, fresh);
  segment_ = {};
  segment_.use = flow::SegmentUse::followed;
  const decode::Packet& packet = judged.view.packet();
  other_side_.bytes = {};
  other_side_.link = frame_.link;
  other_side_.packets.clear();
  other_side_.packets.resize(1);
  decode::Packet& mirrored = other_side_.packets.front();
  mirrored.bytes = packet.ip_header;
  mirrored.ip_header = packet.ip_header;
  mirrored.source = packet.destination;
  mirrored.destination = packet.source;
  mirrored.source_port = packet.destination_port;
  mirrored.destination_port = packet.source_port;
  mirrored.protocol = mirrored.upper = packet.protocol;
  mirrored.transport = packet.transport;
  ipsec::dissect_carried({}, ipsec_);
  return judge({.flow = judged.flow,
                .direction = direction,
                .view = {.raw = judged.view.raw,
                         .frame = other_side_,
                         .depth = 0,
                         .ipsec = ipsec_,
                         .memory = judged.view.memory,
                         .flow = judged.flow,
                         .direction = direction},
                .initiator = nullptr,
                .from_low = !judged.from_low,
                .asks = detect::Asks::of_stream});
}

/// What a fragment has come to, for the verdict on its frame and on those that wait for it.
void Worker::note_fragment(const flow::Defragmenter::Result& result) {
  fragments_.refused = fragments_.refused || result.refused;
  if (result.ticket == 0 || result.refused) return;
  fragments_.key = result.key;
  if (result.discarded) {
    fragments_.discarded = result.ticket;
  } else if (result.datagram.empty()) {
    fragments_.waits_for = result.ticket;
  } else if (fragments_.completed.size() < decode::kMaxPackets) {
    fragments_.completed.push_back(result.ticket);
  }
}

/// Inline, where some rule drops.
bool Worker::holds_fragments() const noexcept {
  return mode_ == verdict::Mode::inline_ips && held_.enabled() && ruleset_->can_drop();
}

/// A fragment that will be dropped with its datagram takes no part in it: its receiver has it not.
bool Worker::is_of_dropped_datagram(const Judged& judged, std::uint32_t carrier) {
  if (!holds_fragments()) return false;
  const Timestamp now = judged.view.raw.time;
  const auto seen = defrag_.look(judged.view.packet(), tracked_link(), carrier, now);
  if (!held_.is_forbidden(seen.key, now)) return false;
  fragments_.key = seen.key;
  return true;
}

/// The verdict on the frame, and on the frames that have waited for it. A fragment at fault is
/// dropped inline, so that what one receiver discards by it and another joins is one: the others of
/// its datagram. Those of one that was dropped, whole or in one of its fragments, are dropped.
std::optional<Verdict> Worker::settle_frame(const capture::RawPacket& raw, Verdict verdict) {
  if (fragments_.said.verdict == Verdict::drop && verdict == Verdict::accept) {
    counters_.add(fragments_.said.reason);
    verdict = Verdict::drop;
  }
  const bool holds = holds_fragments();
  if (fragments_.refused && verdict == Verdict::accept) {
    counters_.add(verdict::Reason::defrag_error);
    verdict = Verdict::drop;
  }
  if (holds && fragments_.discarded != 0) held_.settle(fragments_.discarded, Verdict::drop);
  if (holds && fragments_.key != 0) {
    if (verdict == Verdict::accept && held_.is_forbidden(fragments_.key, raw.time)) {
      counters_.add(Counter::dropped_with_datagram);
      verdict = Verdict::drop;
    } else if (verdict == Verdict::drop) {
      held_.forbid(fragments_.key, raw.time);
    }
  }
  const bool waits = holds && verdict == Verdict::accept && fragments_.waits_for != 0;
  for (const std::uint64_t ticket : fragments_.completed) {
    if (waits) {  // what they made up is a fragment again
      held_.wait_for(ticket, fragments_.waits_for);
    } else {
      held_.settle(ticket, verdict);
    }
  }
  if (waits) {
    held_.hold(raw, fragments_.waits_for);
    counters_.add(Counter::held);
    return std::nullopt;
  }
  count_verdict(verdict, rejected_);
  return verdict;
}

void Worker::count_streams() {
  const flow::StreamCounters& seen = streams_.counters();
  counters_.set(Counter::stream_sessions, seen.sessions);
  counters_.set(Counter::stream_active_sessions, seen.active_sessions);
  counters_.set(Counter::stream_midstream_pickups, seen.midstream_pickups);
  counters_.set(Counter::stream_memcap_drop, seen.memcap_drop);
  counters_.set(Counter::stream_segment_memcap_drop, seen.segment_memcap_drop);
  counters_.set(Counter::stream_reassembly_gap, seen.reassembly_gap);
  counters_.set(Counter::stream_overlap, seen.overlap);
  counters_.set(Counter::stream_overlap_diff_data, seen.overlap_diff_data);
  counters_.set(Counter::stream_invalid, seen.invalid);
  counters_.set(Counter::stream_contradicting, seen.contradicting);
  counters_.set(Counter::stream_depth_reached, seen.depth_reached);
  counters_.set(Counter::stream_syn, seen.syn);
  counters_.set(Counter::stream_synack, seen.synack);
  counters_.set(Counter::stream_rst, seen.rst);
  counters_.set(Counter::stream_urg, seen.urg);
  counters_.set(Counter::stream_urgent_oob, seen.urgent_oob);
  counters_.set(Counter::stream_async, seen.async_sessions);
  counters_.set(Counter::stream_memory, streams_.memory());
  counters_.set(Counter::stream_reassembly_memory, streams_.reassembly_memory());
  counters_.set(Counter::held_timed_out, held_.timed_out());
  counters_.set(Counter::held_evicted, held_.evicted());
}

}  // namespace espial::pipeline
