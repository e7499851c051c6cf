#include <algorithm>

#include "engine/record/eve_parts.hpp"

namespace espial::record::eve {

namespace {

constexpr int kMaxMetadata = 256;  // of a rule: those beyond are not shown

using Metadata = google::protobuf::RepeatedPtrField<v1::KeyValue>;

/// Suricata's form: each key once, in order of its first appearance, with all of its values.
void write_metadata(JsonWriter& json, const Metadata& metadata) {
  if (metadata.empty()) return;
  const auto object = json.object("metadata");
  const auto end = metadata.begin() + std::min(metadata.size(), kMaxMetadata);
  for (auto entry = metadata.begin(); entry != end; ++entry) {
    const auto same_key = [&](const v1::KeyValue& other) { return other.key() == entry->key(); };
    if (std::any_of(metadata.begin(), entry, same_key)) continue;
    const auto values = json.array_named(entry->key());
    std::for_each(entry, end, [&](const v1::KeyValue& other) {
      if (same_key(other)) json.text(other.value());
    });
  }
}

void write_end(JsonWriter& json, std::string_view key, const Endpoint& end) {
  const auto object = json.object(key);
  write_address(json, "ip", end.address);
  if (end.port) json.number("port", *end.port);
}

/// Who attacks and who is attacked, where the rule says so.
void write_target(JsonWriter& json, const v1::PacketContext& packet, std::string_view target) {
  if (target.empty()) return;
  const Endpoint source = source_of(packet);
  const Endpoint destination = destination_of(packet);
  const bool of_source = target == "source";
  write_end(json, "source", of_source ? destination : source);
  write_end(json, "target", of_source ? source : destination);
}

void write_rule(JsonWriter& json, const v1::Rule& rule, bool blocked,
                const v1::PacketContext& packet, std::string_view target) {
  const auto alert = json.object("alert");
  json.text("action", blocked ? "blocked" : "allowed");
  json.number("gid", rule.gid());
  json.number("signature_id", rule.sid());
  json.number("rev", rule.rev());
  json.text("signature", rule.msg());
  json.text("category", rule.category());
  json.number("severity", rule.priority());
  write_target(json, packet, target);
  write_metadata(json, rule.metadata());
  if (rule.references().empty()) return;
  const auto references = json.array("references");
  for (const std::string& reference : rule.references()) json.text(reference);
}

std::string_view action_name(v1::Action action) {
  switch (action) {
    case v1::ACTION_ALERT: return "alert";
    case v1::ACTION_PASS: return "pass";
    case v1::ACTION_DROP: return "drop";
    case v1::ACTION_REJECT: return "reject";
    case v1::ACTION_UNSPECIFIED:
    case v1::Action_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::Action_INT_MAX_SENTINEL_DO_NOT_USE_: break;
  }
  return {};  // an action of a newer sensor
}

/// What the rule itself says, next to what became of the packet.
void write_rule_extras(JsonWriter& json, const v1::Rule& rule) {
  if (!rule.classtype().empty()) json.text("classtype", rule.classtype());
  if (const auto name = action_name(rule.action()); !name.empty()) json.text("rule_action", name);
}

std::string_view target_name(v1::RejectTarget target) {
  switch (target) {
    case v1::REJECT_TARGET_SOURCE: return "to_client";
    case v1::REJECT_TARGET_DESTINATION: return "to_server";
    case v1::REJECT_TARGET_BOTH: return "both";
    case v1::REJECT_TARGET_UNSPECIFIED:
    case v1::RejectTarget_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::RejectTarget_INT_MAX_SENTINEL_DO_NOT_USE_: break;
  }
  return {};
}

/// What became of the packet, in Suricata's words.
void write_verdict(JsonWriter& json, std::string_view action, v1::RejectTarget target,
                   const v1::PacketContext& packet) {
  constexpr std::uint32_t kTcp = 6;
  const auto verdict = json.object("verdict");
  json.text("action", action);
  const std::string_view told = target_name(target);
  if (told.empty()) return;
  json.text("reject_target", told);
  const auto how = json.array("reject");
  json.text(packet.protocol() == kTcp ? "tcp-reset" : "icmp-prohib");
}

std::string_view action_of(const v1::Alert& alert) {
  if (alert.verdict() == v1::VERDICT_DROP) return "drop";
  return alert.rule().action() == v1::ACTION_PASS ? "pass" : "alert";
}

void write_flow_object(JsonWriter& json, const v1::PacketContext& packet) {
  if (!packet.has_flow()) return;
  const v1::FlowCounters& counters = packet.flow();
  const auto flow = json.object("flow");
  write_counters(json, counters);
  Endpoint originator{.address = counters.originator(), .port = std::nullopt};
  Endpoint responder{.address = counters.responder(), .port = std::nullopt};
  if (counters.has_originator_port()) originator.port = counters.originator_port();
  if (counters.has_responder_port()) responder.port = counters.responder_port();
  write_endpoints(json, originator, responder);
}

void write_tcp_header(JsonWriter& json, const v1::TcpHeader& tcp) {
  const auto flag = [&](std::string_view key, std::uint32_t bit) {
    json.boolean(key, (tcp.flags() & bit) != 0);
  };
  json.number("tcpseq", tcp.sequence());
  json.number("tcpack", tcp.acknowledgment());
  json.number("tcpwin", tcp.window());
  flag("syn", 0x02);
  flag("ack", 0x10);
  flag("psh", 0x08);
  flag("rst", 0x04);
  flag("urg", 0x20);
  flag("fin", 0x01);
  json.number("tcpurgp", tcp.urgent());
}

void write_ip_header(JsonWriter& json, const v1::IpHeader& ip, bool v6) {
  json.number("len", ip.length());
  json.number(v6 ? "tc" : "tos", ip.tos());
  json.number(v6 ? "hoplimit" : "ttl", ip.ttl());
  json.number(v6 ? "flowlbl" : "ipid", v6 ? ip.flow_label() : ip.id());
  if (ip.has_tcp()) write_tcp_header(json, ip.tcp());
  if (ip.has_udp_length()) json.number("udplen", ip.udp_length());
}

}  // namespace

void write_alert(JsonWriter& json, const Record& record, const EveOptions& options) {
  const v1::Alert& alert = record.alert();
  write_head(json, record, options, "alert");
  write_rule(json, alert.rule(), alert.verdict() == v1::VERDICT_DROP, record.packet(),
             alert.target());
  write_verdict(json, action_of(alert), alert.reject(), record.packet());
  write_app_proto(json, record.packet());
  write_direction(json, record.packet());
  write_flow_object(json, record.packet());
  const auto espial = open_espial(json, record);
  write_rule_extras(json, alert.rule());
}

void write_drop(JsonWriter& json, const Record& record, const EveOptions& options) {
  const v1::Drop& drop = record.drop();
  write_head(json, record, options, "drop");
  write_direction(json, record.packet());
  {
    const auto object = json.object("drop");
    if (drop.has_ip()) write_ip_header(json, drop.ip(), record.packet().source().size() == 16);
    json.text("reason", drop.reason());
    write_verdict(json, "drop", drop.reject(), record.packet());
  }
  if (drop.has_rule()) write_rule(json, drop.rule(), true, record.packet(), {});
  write_app_proto(json, record.packet());
  const auto espial = open_espial(json, record);
  write_rule_extras(json, drop.rule());
}

}  // namespace espial::record::eve
