#pragma once
#include <string>
#include <utility>

#include "engine/base/hex.hpp"
#include "engine/record/record.hpp"

/// Records for the tests of this module and for its benchmark.
namespace espial::record::test {

inline std::string raw(std::string_view hex) {
  const auto bytes = from_hex(hex).value();
  return std::string(as_text(bytes));
}

inline constexpr std::int64_t kTime = 1'421'270'042'835'161'000;

/// A packet from the originator of an IKE flow, or the answer.
inline Record packet_record(bool to_server) {
  Record record;
  record.set_time_ns(kTime + (to_server ? 0 : 21'000'000));
  v1::PacketContext& packet = *record.mutable_packet();
  packet.set_source(to_server ? raw("0a090001") : raw("0a090002"));
  packet.set_destination(to_server ? raw("0a090002") : raw("0a090001"));
  packet.set_source_port(500);
  packet.set_destination_port(500);
  packet.set_protocol(17);
  packet.set_flow_id(1'234'567'890'123'456);
  packet.set_uid("CHhAvVGS1DHFjwGM9");
  packet.set_community_id("1:wCb3OG7yAFWelaUydu0D+125CLM=");
  packet.set_to_server(to_server);
  packet.set_packet_number(to_server ? 1 : 2);
  packet.set_ip_version(4);
  packet.set_app_proto("ike");
  packet.set_length(492);
  v1::FlowCounters& flow = *packet.mutable_flow();
  flow.set_packets_to_server(1);
  flow.set_packets_to_client(to_server ? 0 : 1);
  flow.set_bytes_to_server(506);
  flow.set_bytes_to_client(to_server ? 0 : 350);
  flow.set_start_ns(kTime);
  flow.set_originator(raw("0a090001"));
  flow.set_responder(raw("0a090002"));
  flow.set_originator_port(500);
  flow.set_responder_port(500);
  return record;
}

inline void fill_rule(v1::Rule& rule) {
  rule.set_gid(1);
  rule.set_sid(2'000'001);
  rule.set_rev(3);
  rule.set_msg("IKEv1 is not allowed here");
  rule.set_category("Potential Corporate Privacy Violation");
  rule.set_classtype("policy-violation");
  rule.set_priority(1);
  rule.set_action(v1::ACTION_DROP);
  const auto add = [&](const char* key, const char* value) {
    v1::KeyValue& entry = *rule.add_metadata();
    entry.set_key(key);
    entry.set_value(value);
  };
  add("policy", "balanced");
  add("created_at", "2026_01_01");
  add("policy", "security");
  rule.add_references("rfc,9395");
}

inline void add_transform(v1::Proposal& proposal, std::uint32_t type, std::uint32_t id,
                          std::uint32_t key_length = 0) {
  v1::Transform& transform = *proposal.add_transforms();
  transform.set_type(type);
  transform.set_id(id);
  if (key_length == 0) return;
  v1::Attribute& attribute = *transform.add_attributes();
  attribute.set_type(14);
  attribute.set_short_form(true);
  attribute.set_value(key_length);
}

inline void add_notify(v1::IkeMessage& ike, std::uint32_t type) {
  ike.add_notifies()->set_type(type);
}

/// IKE_SA_INIT: the request with two proposals, or the answer that chose the first.
inline Record ike_v2_record(bool to_server) {
  Record record = packet_record(to_server);
  v1::IkeMessage& ike = *record.mutable_ike();
  ike.set_initiator_spi(0x238671c80375a0fb);
  ike.set_responder_spi(to_server ? 0 : 0x73d16a42f60ef7f0);
  ike.set_major_version(2);
  ike.set_exchange_type(34);
  ike.set_flags(to_server ? 0x08 : 0x20);
  ike.set_length(464);
  for (const std::uint32_t type : {33U, 34U, 40U, 41U, 41U, 43U}) ike.add_payloads(type);
  for (std::uint32_t number = 1; number <= (to_server ? 2U : 1U); ++number) {
    v1::Proposal& proposal = *ike.add_proposals();
    proposal.set_number(number);
    proposal.set_protocol(1);
    add_transform(proposal, 1, number == 1 ? 12 : 20, 256);
    add_transform(proposal, 2, 5);
    if (number == 1) add_transform(proposal, 3, 12);
    add_transform(proposal, 4, 14);
  }
  ike.add_vendor_ids(raw("1e2b516905991c7d7c96fcbfb587e46100000009"));
  ike.add_vendor_ids(raw("01528bbbc00696121849ab9a1c5b2a5100000002"));
  add_notify(ike, 16388);
  add_notify(ike, 16389);
  if (!to_server) add_notify(ike, 14);
  ike.add_ke_groups(14);
  ike.add_ke_lengths(256);
  ike.add_nonce_lengths(32);
  ike.set_complete(true);
  ike.set_carrier("udp");
  ike.set_is_orig(to_server);
  ike.set_zeek_signature(true);
  return record;
}

inline void add_attribute(v1::Transform& transform, std::uint32_t type, std::uint64_t value) {
  v1::Attribute& attribute = *transform.add_attributes();
  attribute.set_type(type);
  attribute.set_short_form(true);
  attribute.set_value(value);
}

/// Main mode: the first message, or its answer.
inline Record ike_v1_record(bool to_server) {
  Record record = packet_record(to_server);
  v1::IkeMessage& ike = *record.mutable_ike();
  ike.set_initiator_spi(0xfafaeb49382a763c);
  ike.set_responder_spi(to_server ? 0 : 0x36e65ad2f66f4403);
  ike.set_major_version(1);
  ike.set_exchange_type(2);
  ike.set_length(116);
  for (const std::uint32_t type : {1U, 13U, 13U}) ike.add_payloads(type);
  v1::Proposal& proposal = *ike.add_proposals();
  proposal.set_protocol(1);
  v1::Transform& transform = *proposal.add_transforms();
  transform.set_id(1);
  add_attribute(transform, 11, 1);
  add_attribute(transform, 12, 28800);
  add_attribute(transform, 1, 5);
  add_attribute(transform, 2, 1);
  add_attribute(transform, 3, 3);
  add_attribute(transform, 4, 2);
  ike.add_vendor_ids(raw("4f4568794c64414365636661"));
  ike.add_vendor_ids(raw("afcad71368a1f1c96b8696fc77570100"));
  ike.set_doi(1);
  ike.set_situation(raw("00000001"));
  ike.set_complete(true);
  ike.set_carrier("udp");
  ike.set_is_orig(to_server);
  ike.set_zeek_signature(true);
  return record;
}

inline void choose(v1::IkeMessage& ike, std::uint32_t kind, std::uint32_t id,
                   std::uint32_t key_length = 0) {
  v1::Algorithm& algorithm = *ike.add_chosen();
  algorithm.set_kind(kind);
  algorithm.set_id(id);
  algorithm.set_key_length(key_length);
}

inline void identify(v1::IkeMessage& ike, std::uint32_t payload, std::uint32_t type,
                     std::string data) {
  v1::Identification& id = *ike.add_identifications();
  id.set_payload(payload);
  id.set_type(type);
  id.set_data(std::move(data));
}

/// Aggressive Mode with a pre-shared key, on ports that were learned: what was offered, and the
/// answer, which tells who it is and asks for a certificate.
inline Record aggressive_record(bool to_server) {
  Record record = ike_v1_record(to_server);
  v1::IkeMessage& ike = *record.mutable_ike();
  ike.set_exchange_type(4);
  ike.set_length(344);
  ike.clear_payloads();
  for (const std::uint32_t type : {1U, 4U, 10U, 5U, 13U}) ike.add_payloads(type);
  ike.add_ke_data(std::string(128, '\x42'));
  ike.add_ke_lengths(128);
  ike.add_nonce_data(std::string(20, '\x17'));
  ike.add_nonce_lengths(20);
  ike.set_learned(true);
  if (to_server) {
    identify(ike, 5, 11, "sales\tgroup");
    return record;
  }
  ike.add_payloads(7);
  ike.add_certificate_requests()->set_encoding(4);
  identify(ike, 5, 1, raw("0a090002"));
  ike.mutable_identifications(0)->set_protocol(17);
  ike.mutable_identifications(0)->set_port(500);
  for (const auto& [kind, id] : {std::pair{1U, 5U}, {129U, 1U}, {4U, 2U}, {130U, 3U}})
    choose(ike, kind, id);
  ike.set_nat(0);
  ike.add_anomalies("ike.weak_crypto_dh");
  return record;
}

/// IKE_SA_INIT answered with a suite that a quantum computer does not break, the initiator behind a
/// NAT.
inline Record chosen_record() {
  Record record = ike_v2_record(false);
  v1::IkeMessage& ike = *record.mutable_ike();
  add_transform(*ike.mutable_proposals(0), 6, 36);
  ike.add_certificate_requests()->set_encoding(4);
  ike.mutable_certificate_requests(0)->set_data(std::string(40, '\x11'));
  choose(ike, 1, 12, 256);
  choose(ike, 2, 5);
  choose(ike, 3, 12);
  choose(ike, 4, 31);
  choose(ike, 6, 36);
  ike.set_nat(1);
  return record;
}

/// The second of five pieces of IKE_AUTH on port 4500, after which three had come.
inline Record fragment_record() {
  Record record = ike_v2_record(true);
  record.mutable_packet()->set_source_port(4500);
  record.mutable_packet()->set_destination_port(4500);
  const Record before = chosen_record();
  v1::IkeMessage& ike = *record.mutable_ike();
  v1::IkeMessage encrypted;
  encrypted.set_initiator_spi(ike.initiator_spi());
  encrypted.set_responder_spi(before.ike().responder_spi());
  encrypted.set_major_version(2);
  encrypted.set_exchange_type(35);
  encrypted.set_flags(0x08);
  encrypted.set_message_id(1);
  encrypted.set_length(1236);
  encrypted.add_payloads(53);
  encrypted.set_encrypted(true);
  encrypted.set_encrypted_length(1200);
  encrypted.set_complete(true);
  encrypted.set_carrier("udp-encap");
  encrypted.set_is_orig(true);
  encrypted.set_zeek_signature(true);
  *encrypted.mutable_chosen() = before.ike().chosen();
  encrypted.set_nat(1);
  encrypted.mutable_fragment()->set_number(2);
  encrypted.mutable_fragment()->set_total(5);
  encrypted.mutable_fragment()->set_received(3);
  ike = encrypted;
  return record;
}

/// A minute of ESP in UDP (17), of bare ESP (50) or of AH (51).
inline Record spi_record(std::uint32_t protocol, v1::SpiEncryption encryption) {
  Record record = packet_record(true);
  v1::PacketContext& packet = *record.mutable_packet();
  packet.set_protocol(protocol);
  packet.set_app_proto(protocol == 51 ? "ah" : "esp");
  packet.set_spi(0x00C0FFEE);
  packet.clear_packet_number();
  packet.clear_flow();
  packet.clear_length();
  packet.set_source_port(4500);
  packet.set_destination_port(4500);
  if (protocol != 17) packet.clear_source_port();
  if (protocol != 17) packet.clear_destination_port();
  record.set_time_ns(kTime + 59'500'000'000);
  v1::SpiSummary& summary = *record.mutable_spi_summary();
  summary.set_spi(0x00C0FFEE);
  summary.set_packets(120);
  summary.set_bytes(16'320);
  summary.set_first_sequence(1);
  summary.set_last_sequence(121);
  summary.set_start_ns(kTime);
  summary.set_end_ns(record.time_ns());
  summary.set_encryption(encryption);
  if (encryption == v1::SPI_ENCRYPTION_NULL) summary.set_icv_length(16);
  return record;
}

inline Record anomaly_record(std::string type, std::string event) {
  Record record = packet_record(true);
  record.mutable_anomaly()->set_type(std::move(type));
  record.mutable_anomaly()->set_event(std::move(event));
  return record;
}

inline Record alert_record() {
  Record record = packet_record(true);
  fill_rule(*record.mutable_alert()->mutable_rule());
  record.mutable_alert()->set_verdict(v1::VERDICT_DROP);
  return record;
}

inline Record drop_record() {
  Record record = packet_record(true);
  v1::Drop& drop = *record.mutable_drop();
  drop.set_reason("rules");
  fill_rule(*drop.mutable_rule());
  drop.mutable_ip()->set_length(492);
  drop.mutable_ip()->set_ttl(64);
  drop.mutable_ip()->set_id(0xBEEF);
  drop.mutable_ip()->set_udp_length(472);
  return record;
}

/// A TCP flow over IPv6 that ended.
inline Record flow_record() {
  Record record = packet_record(true);
  v1::PacketContext& packet = *record.mutable_packet();
  packet.set_source(raw("20010db8000000000000000000000001"));
  packet.set_destination(raw("20010db8000000000000000000000002"));
  packet.set_ip_version(6);
  packet.set_protocol(6);
  packet.set_source_port(40000);
  packet.set_destination_port(4500);
  packet.clear_packet_number();
  v1::Flow& flow = *record.mutable_flow();
  *flow.mutable_counters() = packet.flow();
  packet.clear_flow();
  flow.mutable_counters()->set_packets_to_client(2);
  flow.mutable_counters()->set_bytes_to_client(700);
  flow.set_end_ns(kTime + 1'200'000'000);
  flow.set_state(v1::FLOW_STATE_ESTABLISHED);
  flow.set_reason(v1::FLOW_END_REASON_TIMEOUT);
  flow.set_alerted(true);
  flow.set_dropped(true);
  flow.set_tcp_flags_to_server(0x02);
  flow.set_tcp_flags_to_client(0x12);
  flow.set_tcp_state("syn_recv");
  flow.set_emergency(true);
  flow.set_gap_to_client(true);
  flow.set_max_regions_to_server(1);
  flow.set_max_regions_to_client(2);
  flow.set_urgent_to_client(3);
  v1::AppliedException& exception = *flow.add_exceptions();
  exception.set_target("stream_midstream");
  exception.set_policy("drop_flow");
  flow.set_min_ttl_to_server(63);
  flow.set_max_ttl_to_server(64);
  flow.set_min_ttl_to_client(0);
  flow.set_max_ttl_to_client(255);
  return record;
}

/// An echo that was answered, in two VLANs, and bypassed.
inline Record icmp_flow_record() {
  Record record = flow_record();
  v1::PacketContext& packet = *record.mutable_packet();
  packet.set_source(raw("0a090001"));
  packet.set_destination(raw("0a090002"));
  packet.set_ip_version(4);
  packet.set_protocol(1);
  packet.clear_source_port();
  packet.clear_destination_port();
  packet.clear_app_proto();
  packet.set_icmp_type(8);
  packet.set_icmp_code(0);
  packet.add_vlan_ids(0);
  packet.add_vlan_ids(4095);
  v1::Flow& flow = *record.mutable_flow();
  flow.set_state(v1::FLOW_STATE_BYPASSED);
  flow.mutable_counters()->set_bypassed(true);
  flow.clear_exceptions();
  flow.set_reason(v1::FLOW_END_REASON_SHUTDOWN);
  flow.set_dropped(false);
  flow.set_passed(true);
  flow.set_emergency(false);
  flow.set_response_icmp_type(0);
  flow.set_response_icmp_code(3);
  return record;
}

inline Record stats_record() {
  Record record;
  record.set_time_ns(kTime);
  v1::EngineStats& stats = *record.mutable_stats();
  stats.set_uptime_seconds(17);
  const auto add = [&](const char* name, std::uint64_t value) {
    v1::Counter& counter = *stats.add_counters();
    counter.set_name(name);
    counter.set_value(value);
  };
  add("decoder.pkts", 7);
  add("ips.blocked", 1);
  add("decoder.event.ipv4.trunc_pkt", 2);
  add("flow", 3);
  add("flow.udp", 2);
  add("decoder.bytes", 4096);
  return record;
}

}  // namespace espial::record::test
