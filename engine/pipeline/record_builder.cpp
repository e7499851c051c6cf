#include "engine/pipeline/record_builder.hpp"

#include <utility>

#include "engine/flow/identity.hpp"
#include "engine/pipeline/record_parts.hpp"
#include "engine/record/zeek_signature.hpp"
#include "engine/registry/registry.hpp"

namespace espial::pipeline {
namespace {

using record::Record;
namespace v1 = espial::v1;

bool has_ports(std::uint8_t protocol) {
  using decode::IpProtocol;
  return protocol == std::to_underlying(IpProtocol::tcp) ||
         protocol == std::to_underlying(IpProtocol::udp) ||
         protocol == std::to_underlying(IpProtocol::sctp);
}

bool is_icmp(std::uint8_t protocol) {
  using decode::IpProtocol;
  return protocol == std::to_underlying(IpProtocol::icmp) ||
         protocol == std::to_underlying(IpProtocol::icmpv6);
}

v1::FlowEndReason end_reason(flow::EndReason reason) {
  switch (reason) {
    case flow::EndReason::timeout: return v1::FLOW_END_REASON_TIMEOUT;
    case flow::EndReason::forced: return v1::FLOW_END_REASON_FORCED;
    case flow::EndReason::shutdown: return v1::FLOW_END_REASON_SHUTDOWN;
    case flow::EndReason::tcp_reuse: return v1::FLOW_END_REASON_TCP_REUSE;
  }
  std::unreachable();
}

v1::FlowState flow_state(flow::State state) {
  switch (state) {
    case flow::State::created: return v1::FLOW_STATE_NEW;
    case flow::State::established: return v1::FLOW_STATE_ESTABLISHED;
    case flow::State::closed: return v1::FLOW_STATE_CLOSED;
    case flow::State::bypassed: return v1::FLOW_STATE_BYPASSED;
  }
  std::unreachable();
}

/// The flow as a packet from its originator: what a flow record stands for.
void fill_flow_context(const flow::Flow& flow, v1::PacketContext& out) {
  out.set_source(text_of(flow.originator().bytes()));
  out.set_destination(text_of(flow.responder().bytes()));
  if (has_ports(flow.key.protocol)) {
    out.set_source_port(flow.originator_port().value());
    out.set_destination_port(flow.responder_port().value());
  }
  out.set_protocol(flow.key.protocol);
  out.set_ip_version(std::to_underlying(flow.key.version));
  out.set_to_server(true);
  for (const std::uint16_t id : std::span(flow.vlans).first(flow.vlan_layers)) out.add_vlan_ids(id);
  if (is_icmp(flow.key.protocol)) {
    out.set_icmp_type(flow.side(flow::Direction::to_server).icmp_type);
    out.set_icmp_code(flow.side(flow::Direction::to_server).icmp_code);
    return;
  }
  if (flow.ike) out.set_app_proto("ike");
  if (flow.key.directed && flow.key.discriminator != 0)
    out.set_spi(static_cast<std::uint32_t>(flow.key.discriminator));
}

std::string target_name(rules::Target target) {
  switch (target) {
    case rules::Target::none: return {};
    case rules::Target::source: return "source";
    case rules::Target::destination: return "destination";
  }
  std::unreachable();
}

void fill_flow_identity(const flow::Flow& flow, const SipKey& secret, v1::PacketContext& out) {
  out.set_flow_id(flow.id.value());
  out.set_uid(flow::uid(flow, secret));
  out.set_community_id(flow::community_id(flow.key));
}

v1::RejectTarget target_of(const verdict::Disposition& disposition) {
  if (!disposition.reject) return v1::REJECT_TARGET_UNSPECIFIED;
  switch (*disposition.reject) {
    case rules::RejectTo::source: return v1::REJECT_TARGET_SOURCE;
    case rules::RejectTo::destination: return v1::REJECT_TARGET_DESTINATION;
    case rules::RejectTo::both: return v1::REJECT_TARGET_BOTH;
  }
  std::unreachable();
}

}  // namespace

void RecordBuilder::start(const PacketView& view) {
  record_.Clear();
  record_.set_time_ns(view.raw.time.nanoseconds());
  v1::PacketContext& context = *record_.mutable_packet();
  fill_packet(view, context);
  fill_flow_identity(view.flow, uid_secret_, context);
  fill_flow_counters(view.flow, *context.mutable_flow());
  context.set_interface(interface_);
}

const Record& RecordBuilder::alert(const PacketView& view, const rules::Rule& rule,
                                   const verdict::Disposition& disposition) {
  start(view);
  v1::Alert& alert = *record_.mutable_alert();
  fill_rule(rule, *alert.mutable_rule());
  alert.set_verdict(disposition.verdict == Verdict::drop ? v1::VERDICT_DROP : v1::VERDICT_ACCEPT);
  alert.set_reject(target_of(disposition));
  alert.set_target(target_name(rule.effects.target));
  return record_;
}

const Record& RecordBuilder::tagged_packet(const PacketView& view) {
  start(view);
  v1::Packet& packet = *record_.mutable_tagged_packet();
  const bool whole_frame = view.depth == 0 && !view.packet().joined;
  const ByteView data = whole_frame ? view.raw.bytes : view.packet().bytes;
  packet.set_data(std::string(as_text(data)));
  packet.set_link_type(std::to_underlying(whole_frame ? view.raw.link : LinkType::raw_ip));
  return record_;
}

const Record& RecordBuilder::drop(const PacketView& view, const verdict::Disposition& disposition) {
  start(view);
  v1::Drop& drop = *record_.mutable_drop();
  drop.set_reason(std::string(name_of(disposition.reason)));
  if (disposition.rule != nullptr) fill_rule(*disposition.rule, *drop.mutable_rule());
  fill_ip(view.packet(), *drop.mutable_ip());
  drop.set_reject(target_of(disposition));
  return record_;
}

const Record& RecordBuilder::ike(const PacketView& view) {
  start(view);
  v1::IkeMessage& ike = *record_.mutable_ike();
  fill_ike(view.ipsec.ike, ike);
  fill_memory(view.memory, ike);
  ike.set_carrier(std::string(
      registry::name_of(registry::kEncapsulations, std::to_underlying(view.ipsec.encapsulation))));
  ike.set_is_orig(view.direction == flow::Direction::to_server);
  // Its signature of TCP knows no prefix, so that it never attaches to RFC 9329.
  ike.set_zeek_signature(
      view.packet().transport == decode::Transport::udp &&
      record::matches_zeek_signature(view.packet().payload, record::ZeekCarrier::udp));
  return record_;
}

const Record& RecordBuilder::anomaly(const PacketView& view, std::string_view type,
                                     std::string_view event) {
  start(view);
  v1::Anomaly& anomaly = *record_.mutable_anomaly();
  anomaly.set_type(std::string(type));
  anomaly.set_event(std::string(event));
  return record_;
}

const Record& RecordBuilder::frame_anomaly(const capture::RawPacket& raw, std::string_view event) {
  record_.Clear();
  record_.set_time_ns(raw.time.nanoseconds());
  record_.mutable_packet()->set_packet_number(raw.number.value());
  record_.mutable_packet()->set_interface(interface_);
  record_.mutable_anomaly()->set_type("decode");
  record_.mutable_anomaly()->set_event(std::string(event));
  return record_;
}

const Record& RecordBuilder::frame_alert(const capture::RawPacket& raw,
                                         const decode::DecodedFrame& frame, const rules::Rule& rule,
                                         Verdict verdict) {
  record_.Clear();
  record_.set_time_ns(raw.time.nanoseconds());
  v1::PacketContext& context = *record_.mutable_packet();
  context.set_packet_number(raw.number.value());
  context.set_interface(interface_);
  fill_frame(frame, context);
  v1::Alert& alert = *record_.mutable_alert();
  fill_rule(rule, *alert.mutable_rule());
  alert.set_verdict(verdict == Verdict::drop ? v1::VERDICT_DROP : v1::VERDICT_ACCEPT);
  return record_;
}

const Record& RecordBuilder::spi_summary(const flow::Flow& flow) {
  record_.Clear();
  record_.set_time_ns(flow.last.nanoseconds());
  v1::PacketContext& context = *record_.mutable_packet();
  fill_flow_context(flow, context);
  fill_flow_identity(flow, uid_secret_, context);
  context.set_interface(interface_);
  const bool ah = flow.key.protocol == std::to_underlying(decode::IpProtocol::ah);
  context.set_app_proto(ah ? "ah" : "esp");
  fill_spi_summary(flow, *record_.mutable_spi_summary());
  return record_;
}

const Record& RecordBuilder::flow_end(const flow::Flow& flow, const FlowEnd& end) {
  record_.Clear();
  record_.set_time_ns(flow.last.nanoseconds());
  v1::PacketContext& context = *record_.mutable_packet();
  fill_flow_context(flow, context);
  fill_flow_identity(flow, uid_secret_, context);
  context.set_interface(interface_);
  v1::Flow& out = *record_.mutable_flow();
  fill_flow_counters(flow, *out.mutable_counters());
  out.set_end_ns(flow.last.nanoseconds());
  out.set_state(flow_state(flow.state));
  out.set_reason(end_reason(end.reason));
  out.set_alerted(flow.alerted);
  out.set_dropped(flow.dropped);
  out.set_passed(flow.passed);
  out.set_emergency(flow.emergency);
  if (!end.tcp_state.empty()) out.set_tcp_state(std::string(end.tcp_state));
  fill_flow_sides(flow, out);
  if (end.streams) fill_streams(*end.streams, out);
  for (const auto& [target, policy] : end.exceptions) {
    v1::AppliedException& exception = *out.add_exceptions();
    exception.set_target(std::string(target));
    exception.set_policy(std::string(policy));
  }
  return record_;
}

}  // namespace espial::pipeline
