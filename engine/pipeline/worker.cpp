#include "engine/pipeline/worker.hpp"

#include <algorithm>
#include <optional>
#include <ranges>
#include <utility>

#include "engine/flow/icmp_error.hpp"
#include "engine/sa/spi.hpp"

namespace espial::pipeline {
namespace {

constexpr std::uint32_t kSlotsAPacket =
    4;  // of the flow table's hand: it laps a full table within max_flows / 4 packets
constexpr std::uint32_t kSlotsIdle = 65'536;
constexpr std::uint64_t kFlowBitsMemcap = 64ULL << 20U;  // bytes: a block for a million flows
constexpr std::uint32_t kMostTagged = 4096;              // flows and hosts

flow::Direction direction_of(const flow::Flow& flow, bool from_low) {
  return from_low == flow.originator_is_low ? flow::Direction::to_server
                                            : flow::Direction::to_client;
}

/// Of a connection that is followed what it has come to, else what its flags suggest.
std::string_view tcp_state_of(const flow::Flow& flow) {
  return flow.tcp != nullptr ? flow::name_of(flow::TcpStreams::state_of(flow))
                             : flow::tcp_state_by_flags(flow);
}

/// `flow:established`. A connection that is being closed has been established.
bool is_established(const flow::Flow& flow) {
  return flow.tcp != nullptr ? flow::TcpStreams::state_of(flow) >= flow::TcpState::established
                             : flow.state == flow::State::established;
}

bool is_syn(const decode::Packet& packet) {
  constexpr std::uint8_t kSyn = 0x02;
  return packet.transport == decode::Transport::tcp && (packet.tcp.flags & kSyn) != 0;
}

/// A SYN with ACK comes from the responder even when it is the first packet seen.
bool answers(const decode::Packet& packet) {
  constexpr std::uint8_t kSynAck = 0x12;
  return packet.transport == decode::Transport::tcp && (packet.tcp.flags & kSynAck) == kSynAck;
}

bool has_bad_checksum(const decode::Packet& packet) {
  using decode::Event;
  const decode::EventSet& events = packet.events;
  return events.has(Event::ipv4_csum_invalid) || events.has(Event::udp_csum_invalid) ||
         events.has(Event::tcp_csum_invalid) || events.has(Event::icmpv4_csum_invalid) ||
         events.has(Event::icmpv6_csum_invalid);
}

/// What counts as the packet's bytes in its flow: of the outermost one the frame, as Suricata has
/// it; a tunnel's inner packet and a datagram that was joined have no frame of their own.
std::uint64_t length_of(const capture::RawPacket& raw, const decode::Packet& packet,
                        std::size_t depth) {
  return depth == 0 && !packet.joined ? raw.bytes.size() : packet.bytes.size();
}

std::optional<Counter> counter_of(decode::Transport transport) {
  using decode::Transport;
  switch (transport) {
    case Transport::tcp: return Counter::tcp;
    case Transport::udp: return Counter::udp;
    case Transport::icmp: return Counter::icmpv4;
    case Transport::icmpv6: return Counter::icmpv6;
    case Transport::sctp: return Counter::sctp;
    case Transport::fragment: return Counter::fragments;
    case Transport::other: return std::nullopt;
  }
  std::unreachable();
}

/// Suricata counts flows of these.
std::optional<Counter> flow_counter_of(decode::Transport transport) {
  using decode::Transport;
  switch (transport) {
    case Transport::tcp: return Counter::flows_tcp;
    case Transport::udp: return Counter::flows_udp;
    case Transport::icmp: return Counter::flows_icmpv4;
    case Transport::icmpv6: return Counter::flows_icmpv6;
    case Transport::sctp:
    case Transport::fragment:
    case Transport::other: return std::nullopt;
  }
  std::unreachable();
}

Counter ended_counter(flow::State state) {
  switch (state) {
    case flow::State::created: return Counter::flows_ended_new;
    case flow::State::established: return Counter::flows_ended_established;
    case flow::State::closed: return Counter::flows_ended_closed;
    case flow::State::bypassed: return Counter::flows_ended_bypassed;
  }
  std::unreachable();
}

/// The counters stand in the order of the states.
Counter ended_counter(flow::TcpState state) {
  return static_cast<Counter>(std::to_underlying(Counter::tcp_ended_none) +
                              std::to_underlying(state));
}
static_assert(std::to_underlying(Counter::tcp_ended_closed) -
                  std::to_underlying(Counter::tcp_ended_none) ==
              std::to_underlying(flow::TcpState::closed));

/// What goes on after it has waited here reaches its receiver late, and is there for so much
/// longer. Linux keeps fragments for 30 seconds, those of IPv6 for 60.
flow::DefragLimits defrag_limits(const WorkerOptions& options) {
  flow::DefragLimits limits = options.defrag;
  if (options.mode == verdict::Mode::inline_ips && options.held.max_frames > 0)
    limits.timeout = limits.timeout + 2 * options.held.timeout;
  return limits;
}

}  // namespace

Worker::Worker(const WorkerOptions& options, Rules::Reader& rules, record::Sink& records)
    : mode_(options.mode),
      track_vlans_(options.track_vlans),
      checksums_(options.checksums),
      rules_(rules),
      ruleset_(&rules.get()),
      records_(records),
      builder_(options.interface, options.secret),
      exceptions_(options.exceptions),
      streams_(options.streams, options.host_policies),
      bits_(kFlowBitsMemcap),
      tags_(kMostTagged, options.secret),
      flows_(options.flow, options.secret,
             [this](flow::Flow& flow, flow::EndReason reason) { flow_ended(flow, reason); }),
      defrag_(defrag_limits(options), options.secret),
      held_(options.held),
      rejects_(options.reject_rate),
      decoder_(options.decoder),
      secret_(options.secret),
      memory_(options.sa, options.secret) {
  counters_.set(Counter::flow_memory, flows_.memory());
  count_fragments();
}

void Worker::begin_batch() noexcept {
  ruleset_ = &rules_.get();
  count_memory();
  count_streams();
}

std::optional<Verdict> Worker::process(const capture::RawPacket& raw) {
  decode::decode(raw.link, raw.bytes, checksums_.for_packet(raw), frame_, decoder_);
  count_frame(raw);
  fragments_ = {};
  rejected_ = false;
  Verdict verdict = Verdict::accept;
  std::uint32_t carrier = 0;
  for (std::size_t depth = 0; depth < frame_.packets.size() && verdict == Verdict::accept;)
    verdict = process_packet(raw, depth, carrier);
  flows_.advance(raw.time, kSlotsAPacket);
  held_.expire(raw.time);
  count_carriers();
  if (verdict == Verdict::accept && (frame_.packets.empty() || frame_.arp))
    verdict = judge_bare(raw);
  const std::optional<Verdict> settled = settle_frame(raw, verdict);
  if (defrag_.unsettled()) defrag_.settle(settled != Verdict::drop);
  return settled;
}

/// Goes on to the next packet in the frame: what `depth` carries, or, in the place of a fragment,
/// the datagram that it completed.
Verdict Worker::process_packet(const capture::RawPacket& raw, std::size_t& depth,
                               std::uint32_t& carrier) {
  const decode::Packet& packet = frame_.packets[depth];
  count_packet(packet);
  ipsec::dissect(packet, ipsec_);
  memory_.observe(packet, raw.time, ipsec_);
  Judged judged = open_flow(raw, depth, carrier);
  const auto own = static_cast<std::uint32_t>(judged.flow.id.value());
  const bool directed = judged.flow.key.directed;
  segment_ = {};
  stream_ = {};
  fresh_ = {};
  if (packet.transport == decode::Transport::tcp && !judged.flow.dropped &&
      judged.flow.state != flow::State::bypassed)
    follow_stream(judged);
  Verdict verdict = judge_message(judged);
  if (verdict == Verdict::accept) verdict = judge_other_side(judged);
  while (verdict == Verdict::accept && memory_.next_message(packet, raw.time, ipsec_))
    verdict = judge_further(raw, depth, carrier);
  if (const auto* const inner = ipsec_.inner(); inner != nullptr && verdict == Verdict::accept)
    open_inner(judged.view, *inner);
  if (frame_.packets[depth].fragment && verdict == Verdict::accept && join(judged, carrier))
    return verdict;
  if (frame_.packets[depth].fragment && verdict == Verdict::drop) {
    const auto seen = defrag_.look(packet, tracked_link(), carrier, raw.time);
    fragments_.key = seen.key;
    fragments_.discarded = seen.ticket;
  }
  carrier = flow::carrier_of(frame_, depth, own, directed, carrier, secret_);
  ++depth;
  return verdict;
}

/// Gives a fragment, which goes on, to the others of its datagram. True when that is complete and
/// stands in the fragment's place.
bool Worker::join(const Judged& judged, std::uint32_t carrier) {
  const decode::Packet& packet = judged.view.packet();
  flow::Defragmenter::Result result;
  if (packet.joined) {  // fragments of fragments: no receiver takes them
    result.events.add(decode::Event::ipv6_frag_ignored);
  } else if (!is_of_dropped_datagram(judged, carrier)) {
    using Faults = flow::Defragmenter::Faults;
    result = defrag_.add(packet, tracked_link(), carrier, judged.view.raw.time,
                         holds_fragments() ? Faults::refused : Faults::end_datagram);
    count_fragments();
    note_fragment(result);
  }
  if (result.short_of_memory) {
    fragments_.said = ask_exception(verdict::Exception::defrag_memory, judged.flow);
    reject(packet, fragments_.said, judged.view.raw.time);
  }
  result.events.for_each([&](decode::Event event) {
    counters_.add(event);
    emit(builder_.anomaly(judged.view, "decode", decode::name_of(event)));
  });
  if (result.datagram.empty()) return false;
  take_up_datagram(judged, result.datagram);
  return true;
}

void Worker::take_up_datagram(const Judged& judged, ByteView datagram) {
  const decode::EventSet before = frame_.events;
  decode::replace_fragment(datagram, checksums_.for_packet(judged.view.raw), frame_, decoder_);
  tell_decoded(judged.view.raw, before, judged.view.depth);
}

/// What is in clear in ESP becomes a packet of the frame. Where it cannot be one, the ESP packet
/// has gone through the rules already; the fault is told and counted.
void Worker::open_inner(const PacketView& view, const ipsec::NullEsp& inner) {
  const decode::EventSet of_frame = frame_.events;
  const decode::EventSet of_outer = view.packet().events;
  const std::size_t first = frame_.packets.size();
  decode::append_inner(decode::IpProtocol{inner.next_header}, inner.data,
                       checksums_.for_packet(view.raw), frame_, decoder_);
  view.packet().events.for_each([&](decode::Event event) {
    if (of_outer.has(event)) return;
    counters_.add(event);
    emit(builder_.anomaly(view, "decode", decode::name_of(event)));
  });
  tell_decoded(view.raw, of_frame, first);
}

/// What came into the frame after it was told: its events, and packets from `first` on.
void Worker::tell_decoded(const capture::RawPacket& raw, decode::EventSet before,
                          std::size_t first) {
  frame_.events.for_each([&](decode::Event event) {
    if (!before.has(event)) tell_frame_event(raw, event);
  });
  if (std::ranges::any_of(frame_.packets | std::views::drop(first), has_bad_checksum))
    counters_.add(Counter::bad_checksums);
}

Worker::Judged Worker::open_flow(const capture::RawPacket& raw, std::size_t depth,
                                 std::uint32_t carrier) {
  const decode::Packet& packet = frame_.packets[depth];
  if (const flow::QuotedFlow quoted =
          flow::find_quoted(flows_, packet, tracked_link(), carrier, raw.time);
      quoted.flow != nullptr) {
    flow::account_error(*quoted.flow, quoted.direction, length_of(raw, packet, depth));
    return judged_in(*quoted.flow, quoted.direction, raw, depth);
  }
  const Judged judged =
      judged_of(flow::make_key(packet, tracked_link(), ipsec_.outer_spi(), carrier), raw, depth);
  flow::account(judged.flow, judged.direction, packet, length_of(raw, packet, depth), raw.time);
  judged.flow.spi.bytes += packet.bytes.size();
  flows_.settle(judged.flow);
  return judged;
}

Worker::Judged Worker::judged_of(const flow::KeyedPacket& keyed, const capture::RawPacket& raw,
                                 std::size_t depth) {
  if (is_syn(frame_.packets[depth])) end_former(keyed.key, frame_.packets[depth], raw.time);
  const std::uint64_t evicted = flows_.counters().evicted;
  const auto [flow, created] = flows_.open(keyed.key, raw.time);
  made_room_ = flows_.counters().evicted != evicted;
  if (created) {
    flow.fragments = frame_.packets[depth].transport == decode::Transport::fragment;
    flow.originator_is_low = keyed.from_low != answers(frame_.packets[depth]);
    flow::set_vlans(flow, decode::vlans_of(frame_.link, frame_.packets[depth]));
    if (!flow.fragments) count_new_flow(frame_.packets[depth].transport);
  }
  return judged_in(flow, direction_of(flow, keyed.from_low), raw, depth);
}

/// A SYN between the ends of a connection that is over begins another flow.
void Worker::end_former(const flow::FlowKey& key, const decode::Packet& packet, Timestamp now) {
  flow::Flow* const former = flows_.find(key, now);
  if (former != nullptr && flow::TcpStreams::begins_anew(*former, packet))
    flows_.end(*former, flow::EndReason::tcp_reuse);
}

Worker::Judged Worker::judged_in(flow::Flow& flow, flow::Direction direction,
                                 const capture::RawPacket& raw, std::size_t depth) {
  return {.flow = flow,
          .direction = direction,
          .view = {.raw = raw,
                   .frame = frame_,
                   .depth = depth,
                   .ipsec = ipsec_,
                   .memory = memory_.view(),
                   .flow = flow,
                   .direction = direction},
          .initiator = ipsec_.has_ike() ? &ipsec_.ike.header.initiator_spi : nullptr,
          .from_low = (direction == flow::Direction::to_server) == flow.originator_is_low};
}

Verdict Worker::judge_message(const Judged& judged) {
  if (ipsec_.has_ike()) judged.flow.ike = true;
  sa::observe_spi(judged.view.packet(), ipsec_, judged.flow.spi);
  count_ipsec(judged.first);
  tell_spi(judged);
  return judge(judged);
}

/// Another message of the same packet: joined of pieces, or out of a TCP stream. There an SPI is a
/// flow of its own, as elsewhere; but no message can be taken out of a stream, so that a dropped
/// one ends the connection.
Verdict Worker::judge_further(const capture::RawPacket& raw, std::size_t depth,
                              std::uint32_t carrier) {
  const decode::Packet& packet = frame_.packets[depth];
  const bool in_stream = packet.transport == decode::Transport::tcp;
  const std::optional<Spi> around =
      ipsec_.ah.empty() ? std::nullopt : std::optional(ipsec_.ah.front().spi);
  const flow::KeyedPacket own = flow::make_key(packet, tracked_link(), around, carrier);
  const bool has_flow = in_stream && !around && ipsec_.esp;
  Judged judged =
      judged_of(has_flow ? flow::make_key(packet, tracked_link(), ipsec_.esp->spi, carrier) : own,
                raw, depth);
  if (has_flow) {
    const std::uint64_t bytes = ipsec::kEspHeaderSize + ipsec_.esp->body.size();
    flow::account(judged.flow, judged.direction, packet, bytes, raw.time);
    judged.flow.spi.bytes += bytes;
  }
  judged.first = false;
  judged.asks = detect::Asks::of_message;
  if (in_stream) judged.initiator = nullptr;
  const Verdict verdict = judge_message(judged);
  if (verdict == Verdict::drop && in_stream)
    if (flow::Flow* const flow = flows_.find(own.key, raw.time))
      verdict::settle_rest(flows_, *flow, nullptr, raw.time);
  return verdict;
}

/// From here on the packet is known; what an earlier verdict settled is not looked at again.
Verdict Worker::judge(const Judged& judged) {
  verdict::Disposition disposition =
      verdict::settled_before(flows_, judged.flow, judged.initiator, judged.view.raw.time);
  if (judged.flow.state == flow::State::bypassed && disposition.verdict == Verdict::accept) {
    counters_.add(Counter::bypassed);
    return Verdict::accept;
  }
  if (disposition.verdict == Verdict::accept) {
    if (disposition.asks_rules && judged.first) disposition = judge_segment(judged);
    scratch_.clear();
    if (disposition.asks_rules) disposition = ask_rules(judged);
    if (judged.flow.state != flow::State::bypassed) tell_ike_and_anomalies(judged);
    tell_alerts(judged, disposition);
    tell_tagged(judged);
    if (disposition.verdict == Verdict::accept && disposition.asks_rules)
      disposition = judge_other_readings(judged);
  }
  if (disposition.verdict == Verdict::drop) settle(judged, disposition);
  return disposition.verdict;
}

verdict::Disposition Worker::ask_rules(const Judged& judged) {
  const detect::PacketFacts facts{
      .packet = judged.view.packet(),
      .ipsec = ipsec_,
      .memory = memory_.view(),
      .spi = judged.flow.spi,
      .direction = judged.direction,
      .established = is_established(judged.flow),
      .link = &frame_.link,
      .flow = &judged.flow,
      .stream_sizes = flow::TcpStreams::sizes_of(judged.flow),
      .now = judged.view.raw.time,
      .checksums_ignored = checksums_.for_packet(judged.view.raw) == decode::Checksums::ignore,
      .frame_events = &frame_.events,
      .stream_events = segment_.events,
      .in_stream = segment_.use == flow::SegmentUse::followed,
      .stream = judged.first && !stream_.bytes.empty() ? &stream_ : nullptr,
      .asks = judged.asks,
      .first_of_side = judged.flow.side(judged.direction).packets == 1 ||
                       judged.view.packet().transport == decode::Transport::fragment,
      .is_inline = mode_ == verdict::Mode::inline_ips};
  const detect::FlowState state{.flow = judged.flow, .bits = bits_};
  detect::evaluate(*ruleset_, facts, scratch_, &state);
  if (scratch_.bypass) judged.flow.state = flow::State::bypassed;
  if (scratch_.mutes_flow) judged.flow.muted = true;
  counters_.set(Counter::flow_bits_without_room, bits_.without_room());
  if (scratch_.truncated) counters_.add(Counter::alerts_suppressed);
  if (scratch_.budget_exhausted) counters_.add(Counter::budget_exhausted);
  pass_flow(judged);
  return verdict::decide(scratch_.matches, mode_);
}

/// A pass ends the asking for the rest of the flow, where it goes for that. IKE is asked message by
/// message: other SAs between the same ports are not meant.
void Worker::pass_flow(const Judged& judged) {
  if (scratch_.matches.empty() || judged.initiator != nullptr) return;
  const rules::Rule& last = *scratch_.matches.back();
  if (last.info.action == rules::Action::pass &&
      verdict::applies_to_flow(last, matched_in_stream()))
    judged.flow.passed = true;
}

/// The last step of a dropped packet: its flow may be gone after it.
void Worker::reject(const decode::Packet& packet, const verdict::Disposition& disposition,
                    Timestamp now) {
  if (!disposition.reject) return;
  rejected_ = true;
  const verdict::Rejects::Outcome outcome = rejects_.reject(packet, *disposition.reject, now);
  counters_.add(Counter::reject_answers, outcome.built);
  counters_.add(Counter::reject_unanswerable, outcome.unanswerable);
  counters_.add(Counter::reject_limited, outcome.limited);
}

void Worker::settle(const Judged& judged, const verdict::Disposition& disposition) {
  tell_drop(judged, disposition);
  reject(judged.view.packet(), disposition, judged.view.raw.time);
  if (disposition.rule == nullptr ||
      !verdict::applies_to_flow(*disposition.rule, matched_in_stream()))
    return;
  if (judged.initiator == nullptr) streams_.stop_reassembly(judged.flow);
  verdict::settle_rest(flows_, judged.flow, judged.initiator, judged.view.raw.time);
}

void Worker::tell_alerts(const Judged& judged, const verdict::Disposition& disposition) {
  for (const rules::Rule* const rule : scratch_.matches) {
    if (!rule->tells()) continue;
    judged.flow.alerted = true;
    counters_.add(Counter::alerts);
    emit(builder_.alert(judged.view, *rule, disposition));
  }
}

/// Takes up the tags of the rules that matched, and records the packet if an earlier one tagged it.
void Worker::tell_tagged(const Judged& judged) {
  const decode::Packet& packet = judged.view.packet();
  const detect::TagPacket tagged{.flow = judged.flow.id.value(),
                                 .source = packet.source,
                                 .destination = packet.destination,
                                 .length = judged.view.raw.bytes.size(),
                                 .now = judged.view.raw.time};
  for (const rules::Rule* const rule : scratch_.tagging) tags_.add(*rule, tagged);
  if (judged.first && tags_.observe(tagged)) emit(builder_.tagged_packet(judged.view));
}

void Worker::tell_drop(const Judged& judged, const verdict::Disposition& disposition) {
  counters_.add(disposition.reason);
  emit(builder_.drop(judged.view, disposition));
}

void Worker::tell_ike_and_anomalies(const Judged& judged) {
  if (ipsec_.has_ike() && !scratch_.mutes_message) emit(builder_.ike(judged.view));
  if (judged.first)
    judged.view.packet().events.for_each([&](decode::Event event) {
      emit(builder_.anomaly(judged.view, "decode", decode::name_of(event)));
    });
  ipsec_.all_anomalies().for_each([&](ipsec::Anomaly anomaly) {
    emit(builder_.anomaly(judged.view, "ipsec", ipsec::info_of(anomaly).name));
  });
}

/// Takes the packet into the summary of its SPI, and tells that when its time has come.
void Worker::tell_spi(const Judged& judged) {
  if (!ipsec_.outer_spi()) return;
  const Timestamp now = judged.view.raw.time;
  flow::SpiMemory& spi = judged.flow.spi;
  if (!spi.collecting) {
    spi.collecting = true;
    spi.summary_start = now;
    spi.first_sequence = spi.last_sequence;
  }
  if (now - spi.summary_start < memory_.limits().summary_interval) return;
  emit(builder_.spi_summary(judged.flow));
  flow::close_summary(judged.flow);
}

void Worker::idle(Timestamp now) {
  flows_.advance(now, kSlotsIdle);
  defrag_.expire(now, kSlotsIdle);
  held_.expire(now);
  count_fragments();
}

void Worker::finish() {
  held_.release_all();
  flows_.end_all();
  count_memory();
  count_streams();
}

void Worker::emit(const record::Record& record) {
  counters_.add(Counter::records);
  records_.emit(record);
}

void Worker::flow_ended(flow::Flow& flow, flow::EndReason reason) {
  bits_.end(flow);
  if (flow.key.kind == flow::KeyKind::conversation) return;  // a mark, not traffic
  if (reason == flow::EndReason::forced) counters_.add(Counter::flows_evicted);
  if (flow.fragments) return;  // counted by defrag; what they make up has a flow
  if (reason == flow::EndReason::timeout) counters_.add(Counter::flows_timed_out);
  if (reason == flow::EndReason::tcp_reuse) counters_.add(Counter::flows_reused);
  counters_.add(ended_counter(flow.state));
  if (flow.tcp != nullptr) counters_.add(ended_counter(flow::TcpStreams::state_of(flow)));
  if (flow.spi.collecting) emit(builder_.spi_summary(flow));
  if (!flow.muted) emit(builder_.flow_end(flow, end_of(flow, reason)));
  streams_.end(flow);
}

FlowEnd Worker::end_of(const flow::Flow& flow, flow::EndReason reason) const {
  FlowEnd end{.reason = reason,
              .tcp_state = tcp_state_of(flow),
              .streams = flow::TcpStreams::summary_of(flow),
              .exceptions = {}};
  verdict::for_each_noted(flow, [&](verdict::Exception exception) {
    end.exceptions.emplace_back(verdict::target_of(exception),
                                verdict::name_of(exceptions_[exception]));
  });
  return end;
}

void Worker::count_frame(const capture::RawPacket& raw) {
  counters_.add(Counter::packets);
  counters_.add(Counter::bytes, raw.bytes.size());
  if (frame_.packets.empty()) count_bare();
  frame_.events.for_each([&](decode::Event event) { tell_frame_event(raw, event); });
  const bool bad = std::ranges::any_of(frame_.packets, has_bad_checksum);
  if (bad) counters_.add(Counter::bad_checksums);
  checksums_.observe(bad);
}

void Worker::tell_frame_event(const capture::RawPacket& raw, decode::Event event) {
  counters_.add(event);
  emit(builder_.frame_anomaly(raw, decode::name_of(event)));
}

void Worker::count_fragments() {
  const flow::DefragCounters& seen = defrag_.counters();
  counters_.set(Counter::fragments_v4, seen.fragments_v4);
  counters_.set(Counter::fragments_v6, seen.fragments_v6);
  counters_.set(Counter::reassembled_v4, seen.reassembled_v4);
  counters_.set(Counter::reassembled_v6, seen.reassembled_v6);
  counters_.set(Counter::defrag_duplicates, seen.duplicates);
  counters_.set(Counter::defrag_ignored, seen.ignored);
  counters_.set(Counter::defrag_discarded, seen.discarded);
  counters_.set(Counter::defrag_timed_out, seen.timed_out);
  counters_.set(Counter::defrag_trackers_reached, seen.evicted_for_tracker);
  counters_.set(Counter::defrag_frags_reached, seen.evicted_for_fragment);
  counters_.set(Counter::defrag_memcap_reached, seen.evicted_for_memory);
  counters_.set(Counter::defrag_memory, defrag_.memory());
}

void Worker::count_new_flow(decode::Transport transport) {
  counters_.add(Counter::flows);
  if (const auto counter = flow_counter_of(transport)) counters_.add(*counter);
  counters_.set(Counter::flow_memory, flows_.memory());
}

void Worker::count_flows() {
  const flow::TableCounters& seen = flows_.counters();
  counters_.set(Counter::flows_active, flows_.size());
  counters_.set(Counter::flow_get_used, seen.evicted);
  counters_.set(Counter::flow_emergencies, seen.emergencies);
  counters_.set(Counter::flow_recoveries, seen.recoveries);
}

void Worker::count_memory() {
  count_flows();
  const sa::MemoryCounters held = memory_.counters();
  counters_.set(Counter::sas, held.sas);
  counters_.set(Counter::sas_evicted, held.sas_evicted);
  counters_.set(Counter::fragment_sets, held.fragment_sets);
  counters_.set(Counter::fragment_sets_evicted, held.fragment_sets_evicted);
  counters_.set(Counter::messages_joined, held.messages_joined);
  counters_.set(Counter::endpoints, held.endpoints);
  counters_.set(Counter::endpoints_evicted, held.endpoints_evicted);
  counters_.set(Counter::tcp_connections, held.tcp_connections);
  counters_.set(Counter::tcp_connections_evicted, held.tcp_connections_evicted);
  counters_.set(Counter::tcp_messages, held.tcp_messages);
  counters_.set(Counter::tcp_messages_skipped, held.tcp_messages_skipped);
}

void Worker::count_packet(const decode::Packet& packet) {
  counters_.add(packet.version() == IpVersion::v4 ? Counter::ipv4 : Counter::ipv6);
  if (packet.tunnel != decode::Tunnel::none) counters_.add(Counter::tunnelled);
  packet.events.for_each([&](decode::Event event) { counters_.add(event); });
  if (const auto counter = counter_of(packet.transport)) counters_.add(*counter);
}

void Worker::count_ipsec(bool first) {
  if (ipsec_.has_ike()) {
    counters_.add(Counter::ike);
    if (ipsec_.ike.header.major == 1) counters_.add(Counter::ikev1);
    if (ipsec_.ike.header.major == 2) counters_.add(Counter::ikev2);
    ipsec_.ike.anomalies.for_each([&](ipsec::Anomaly anomaly) { counters_.add(anomaly); });
  }
  if (ipsec_.esp) counters_.add(Counter::esp);
  if (ipsec_.esp && ipsec_.encapsulation == ipsec::Encapsulation::udp_encap)
    counters_.add(Counter::esp_in_udp);
  if (ipsec_.null_esp) counters_.add(Counter::esp_null);
  if (ipsec_.ipcomp) counters_.add(Counter::ipcomp);
  if (first && !ipsec_.ah.empty()) counters_.add(Counter::ah);
  if (ipsec_.content == ipsec::Content::wesp) counters_.add(Counter::wesp);
  if (ipsec_.content == ipsec::Content::keepalive) counters_.add(Counter::keepalive);
  ipsec_.anomalies.for_each([&](ipsec::Anomaly anomaly) { counters_.add(anomaly); });
}

}  // namespace espial::pipeline
