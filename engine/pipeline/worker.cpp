#include "engine/pipeline/worker.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace espial::pipeline {
namespace {

constexpr std::uint32_t kSlotsAPacket =
    4;  // of the flow table's hand: it laps a full table within max_flows / 4 packets
constexpr std::uint32_t kSlotsIdle = 65'536;

flow::Direction direction_of(const flow::Flow& flow, bool from_low) {
  return from_low == flow.originator_is_low ? flow::Direction::to_server
                                            : flow::Direction::to_client;
}

/// A SYN with ACK comes from the responder even when it is the first packet seen.
bool answers(const decode::Packet& packet) {
  constexpr std::uint8_t kSynAck = 0x12;
  return packet.transport == decode::Transport::tcp && (packet.tcp.flags & kSynAck) == kSynAck;
}

bool has_bad_checksum(const decode::EventSet& events) {
  using decode::Event;
  return events.has(Event::ipv4_csum_invalid) || events.has(Event::udp_csum_invalid) ||
         events.has(Event::tcp_csum_invalid) || events.has(Event::icmpv4_csum_invalid) ||
         events.has(Event::icmpv6_csum_invalid);
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

}  // namespace

Worker::Worker(const WorkerOptions& options, Rules::Reader& rules, record::Sink& records)
    : mode_(options.mode),
      checksums_(options.checksums),
      rules_(rules),
      ruleset_(&rules.get()),
      records_(records),
      builder_(options.interface, options.secret),
      flows_(options.flow, options.secret,
             [this](const flow::Flow& flow, flow::EndReason reason) { flow_ended(flow, reason); }) {
  counters_.set(Counter::flow_memory, flows_.memory());
}

Verdict Worker::process(const capture::RawPacket& raw) {
  decode::decode(raw.link, raw.bytes, checksums_.for_packet(raw), frame_);
  count_frame(raw);
  Verdict verdict = Verdict::accept;
  std::uint32_t carrier = 0;
  for (std::size_t depth = 0; depth < frame_.packets.size() && verdict == Verdict::accept; ++depth)
    verdict = process_packet(raw, depth, carrier);
  counters_.add(verdict == Verdict::drop ? Counter::blocked : Counter::accepted);
  flows_.advance(raw.time, kSlotsAPacket);
  return verdict;
}

Verdict Worker::process_packet(const capture::RawPacket& raw, std::size_t depth,
                               std::uint32_t& carrier) {
  count_packet(frame_.packets[depth]);
  ipsec::dissect(frame_.packets[depth], ipsec_);
  count_ipsec();
  const Judged judged = open_flow(raw, depth, carrier);
  carrier = static_cast<std::uint32_t>(judged.flow.id.value()) | 1U;
  return judge(judged);
}

Worker::Judged Worker::open_flow(const capture::RawPacket& raw, std::size_t depth,
                                 std::uint32_t carrier) {
  const decode::Packet& packet = frame_.packets[depth];
  const flow::KeyedPacket keyed = flow::make_key(packet, frame_.link, ipsec_.outer_spi(), carrier);
  const auto [flow, created] = flows_.open(keyed.key, raw.time);
  if (created) {
    flow.originator_is_low = keyed.from_low != answers(packet);
    counters_.add(Counter::flows);
    counters_.set(Counter::flow_memory, flows_.memory());
  }
  const flow::Direction direction = direction_of(flow, keyed.from_low);
  flow::account(flow, direction, packet, raw.time);
  return {.flow = flow,
          .direction = direction,
          .view = {.raw = raw,
                   .frame = frame_,
                   .depth = depth,
                   .ipsec = ipsec_,
                   .flow = flow,
                   .direction = direction},
          .initiator = ipsec_.has_ike() ? &ipsec_.ike.header.initiator_spi : nullptr};
}

/// From here on the packet is known; what an earlier verdict settled is not looked at again.
Verdict Worker::judge(const Judged& judged) {
  verdict::Disposition disposition =
      verdict::settled_before(flows_, judged.flow, judged.initiator, judged.view.raw.time);
  if (disposition.verdict == Verdict::accept) {
    disposition = ask_rules(judged);
    tell_ike_and_anomalies(judged);
    tell_alerts(judged, disposition);
  }
  if (disposition.verdict == Verdict::drop) settle(judged, disposition);
  return disposition.verdict;
}

verdict::Disposition Worker::ask_rules(const Judged& judged) {
  const detect::PacketFacts facts{.packet = judged.view.packet(),
                                  .ipsec = ipsec_,
                                  .direction = judged.direction,
                                  .established = judged.flow.state == flow::State::established};
  detect::evaluate(*ruleset_, facts, scratch_);
  if (scratch_.truncated) counters_.add(Counter::alerts_suppressed);
  if (scratch_.budget_exhausted) counters_.add(Counter::budget_exhausted);
  return verdict::decide(scratch_.matches, mode_);
}

/// The last step of a dropped packet: its flow may be gone after it.
void Worker::settle(const Judged& judged, const verdict::Disposition& disposition) {
  tell_drop(judged, disposition);
  if (disposition.reason == verdict::Reason::rules)
    verdict::settle_rest(flows_, judged.flow, judged.initiator, judged.view.raw.time);
}

void Worker::tell_alerts(const Judged& judged, const verdict::Disposition& disposition) {
  for (const rules::Rule* const rule : scratch_.matches) {
    if (rule->info.action == rules::Action::pass) continue;  // a pass is silent
    judged.flow.alerted = true;
    counters_.add(Counter::alerts);
    emit(builder_.alert(judged.view, *rule, disposition.verdict));
  }
}

void Worker::tell_drop(const Judged& judged, const verdict::Disposition& disposition) {
  counters_.add(disposition.reason == verdict::Reason::rules ? Counter::dropped_by_rules
                                                             : Counter::dropped_by_flow);
  emit(builder_.drop(judged.view, disposition));
}

void Worker::tell_ike_and_anomalies(const Judged& judged) {
  if (ipsec_.has_ike()) emit(builder_.ike(judged.view));
  judged.view.packet().events.for_each([&](decode::Event event) {
    emit(builder_.anomaly(judged.view, "decode", decode::name_of(event)));
  });
  ipsec::AnomalySet anomalies = ipsec_.anomalies;
  if (ipsec_.has_ike()) anomalies.merge(ipsec_.ike.anomalies);
  anomalies.for_each([&](ipsec::Anomaly anomaly) {
    emit(builder_.anomaly(judged.view, "ipsec", ipsec::info_of(anomaly).name));
  });
}

void Worker::idle(Timestamp now) {
  flows_.advance(now, kSlotsIdle);
}

void Worker::finish() {
  flows_.end_all();
}

void Worker::emit(const record::Record& record) {
  counters_.add(Counter::records);
  records_.emit(record);
}

void Worker::flow_ended(const flow::Flow& flow, flow::EndReason reason) {
  if (flow.key.kind == flow::KeyKind::conversation) return;  // a mark, not traffic
  if (reason == flow::EndReason::timeout) counters_.add(Counter::flows_timed_out);
  if (reason == flow::EndReason::forced) counters_.add(Counter::flows_evicted);
  emit(builder_.flow_end(flow, reason));
}

void Worker::count_frame(const capture::RawPacket& raw) {
  counters_.add(Counter::packets);
  counters_.add(Counter::bytes, raw.bytes.size());
  if (!frame_.link.vlan_ids.empty()) counters_.add(Counter::vlan);
  if (frame_.packets.empty()) {
    counters_.add(frame_.events.empty() ? Counter::not_ip : Counter::invalid);
  }
  frame_.events.for_each([&](decode::Event event) {
    counters_.add(event);
    emit(builder_.frame_anomaly(raw, decode::name_of(event)));
  });
  const bool bad = std::ranges::any_of(
      frame_.packets, [](const auto& packet) { return has_bad_checksum(packet.events); });
  if (bad) counters_.add(Counter::bad_checksums);
  checksums_.observe(bad);
}

void Worker::count_packet(const decode::Packet& packet) {
  counters_.add(packet.version() == IpVersion::v4 ? Counter::ipv4 : Counter::ipv6);
  if (packet.tunnel != decode::Tunnel::none) counters_.add(Counter::tunnelled);
  packet.events.for_each([&](decode::Event event) { counters_.add(event); });
  if (const auto counter = counter_of(packet.transport)) counters_.add(*counter);
}

void Worker::count_ipsec() {
  if (ipsec_.has_ike()) {
    counters_.add(Counter::ike);
    if (ipsec_.ike.header.major == 1) counters_.add(Counter::ikev1);
    if (ipsec_.ike.header.major == 2) counters_.add(Counter::ikev2);
    ipsec_.ike.anomalies.for_each([&](ipsec::Anomaly anomaly) { counters_.add(anomaly); });
  }
  if (ipsec_.esp) counters_.add(Counter::esp);
  if (ipsec_.esp && ipsec_.natt) counters_.add(Counter::esp_in_udp);
  if (!ipsec_.ah.empty()) counters_.add(Counter::ah);
  if (ipsec_.content == ipsec::Content::wesp) counters_.add(Counter::wesp);
  if (ipsec_.content == ipsec::Content::keepalive) counters_.add(Counter::keepalive);
  ipsec_.anomalies.for_each([&](ipsec::Anomaly anomaly) { counters_.add(anomaly); });
}

}  // namespace espial::pipeline
