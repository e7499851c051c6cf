#include "engine/record/eve.hpp"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "engine/record/test_records.hpp"
#include "engine/registry/anomaly.hpp"
#include "tests/support/golden.hpp"

namespace espial::record {
namespace {

constexpr auto kKinds = std::to_array<std::string_view>({"fault", "strange", "weak"});

using google::protobuf::Struct;
using google::protobuf::Value;

std::string render(const Record& record, const EveOptions& options = {}) {
  std::string out;
  render_eve(record, options, out);
  return out;
}

Struct parse(const std::string& line) {
  Struct parsed;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(line, &parsed).ok()) << line;
  return parsed;
}

/// The one line of a record.
Struct event(const Record& record) {
  const std::string out = render(record);
  EXPECT_EQ(std::ranges::count(out, '\n'), 1) << out;
  return parse(out);
}

const Value& at(const Struct& object, const std::string& key) {
  return object.fields().at(key);
}
const Struct& in(const Struct& object, const std::string& key) {
  return at(object, key).struct_value();
}
std::string text(const Struct& object, const std::string& key) {
  return at(object, key).string_value();
}
bool has(const Struct& object, const std::string& key) {
  return object.fields().contains(key);
}

TEST(Eve, AlertIsAsTheGoldenFileHasIt) {
  espial::test::expect_golden("record/alert.json", render(test::alert_record()));
}
TEST(Eve, DropIsAsTheGoldenFileHasIt) {
  espial::test::expect_golden("record/drop.json", render(test::drop_record()));
}
TEST(Eve, FlowAndNetflowAreAsTheGoldenFileHasThem) {
  espial::test::expect_golden("record/flow.json", render(test::flow_record()));
  espial::test::expect_golden("record/flow_icmp.json", render(test::icmp_flow_record()));
}
TEST(Eve, IkeIsAsTheGoldenFileHasIt) {
  std::string out;
  for (const bool to_server : {true, false}) {
    render_eve(test::ike_v2_record(to_server), {}, out);
    render_eve(test::ike_v1_record(to_server), {}, out);
  }
  espial::test::expect_golden("record/ike.json", out);
}
TEST(Eve, IkeV1IsAsTheGoldenFileHasIt) {
  std::string out;
  for (const bool to_server : {true, false})
    render_eve(test::aggressive_record(to_server), {}, out);
  espial::test::expect_golden("record/ike_v1.json", out);
}
TEST(Eve, IkeV2WithItsMemoryIsAsTheGoldenFileHasIt) {
  std::string out;
  render_eve(test::chosen_record(), {}, out);
  render_eve(test::fragment_record(), {}, out);
  espial::test::expect_golden("record/ike_v2.json", out);
}
TEST(Eve, SpiSummariesAreAsTheGoldenFileHasThem) {
  std::string out;
  render_eve(test::spi_record(17, v1::SPI_ENCRYPTION_ENCRYPTED), {}, out);
  render_eve(test::spi_record(50, v1::SPI_ENCRYPTION_NULL), {}, out);
  render_eve(test::spi_record(51, v1::SPI_ENCRYPTION_UNSURE), {}, out);
  espial::test::expect_golden("record/spi_summary.json", out);
}
TEST(Eve, AnomaliesAreAsTheGoldenFileHasThem) {
  std::string out;
  for (const char* const event :
       {"ike.weak_crypto_dh", "ike.bytes_after_chain", "ike.payload_overrun", "esp.zero_sequence",
        "ah.no_icv", "wesp.version", "natt.bad_keepalive", "of.a.newer.sensor"})
    render_eve(test::anomaly_record("ipsec", event), {}, out);
  render_eve(test::anomaly_record("decode", "ipv4.trunc_pkt"), {}, out);
  espial::test::expect_golden("record/anomaly.json", out);
}
TEST(Eve, StatsAreAsTheGoldenFileHasThem) {
  espial::test::expect_golden("record/stats.json", render(test::stats_record()));
}

TEST(Eve, ActionTellsWhatBecameOfThePacketNotWhatTheRuleWanted) {
  Record record = test::alert_record();
  EXPECT_EQ(text(in(event(record), "alert"), "action"), "blocked");
  record.mutable_alert()->set_verdict(v1::VERDICT_ACCEPT);
  EXPECT_EQ(text(in(event(record), "alert"), "action"), "allowed");
  record.mutable_alert()->clear_verdict();
  EXPECT_EQ(text(in(event(record), "alert"), "action"), "allowed");
}

TEST(Eve, VerdictSaysWhomARejectTellsAndHow) {
  Record alert = test::alert_record();
  alert.mutable_packet()->set_protocol(6);
  alert.mutable_alert()->set_reject(v1::REJECT_TARGET_BOTH);
  const Struct of_alert = in(event(alert), "verdict");
  EXPECT_EQ(text(of_alert, "action"), "drop");
  EXPECT_EQ(text(of_alert, "reject_target"), "both");
  EXPECT_EQ(at(of_alert, "reject").list_value().values(0).string_value(), "tcp-reset");

  Record drop = test::drop_record();
  drop.mutable_drop()->set_reject(v1::REJECT_TARGET_SOURCE);
  const Struct of_drop = in(in(event(drop), "drop"), "verdict");
  EXPECT_EQ(text(of_drop, "reject_target"), "to_client");
  EXPECT_EQ(at(of_drop, "reject").list_value().values(0).string_value(), "icmp-prohib");
}

TEST(Eve, VerdictOfWhatPassesIsAlertOrPass) {
  Record record = test::alert_record();
  record.mutable_alert()->set_verdict(v1::VERDICT_ACCEPT);
  EXPECT_EQ(text(in(event(record), "verdict"), "action"), "alert");
  record.mutable_alert()->mutable_rule()->set_action(v1::ACTION_PASS);
  EXPECT_EQ(text(in(event(record), "verdict"), "action"), "pass");
}

TEST(Eve, MetadataGathersTheValuesOfAKey) {
  const Struct parsed = event(test::alert_record());
  const Struct& metadata = in(in(parsed, "alert"), "metadata");
  ASSERT_EQ(at(metadata, "policy").list_value().values_size(), 2);
  EXPECT_EQ(at(metadata, "policy").list_value().values(1).string_value(), "security");
  EXPECT_EQ(at(metadata, "created_at").list_value().values_size(), 1);
}

TEST(Eve, MetadataWithoutEndStopsAtItsLimit) {
  Record record = test::alert_record();
  auto& rule = *record.mutable_alert()->mutable_rule();
  rule.clear_metadata();
  for (int i = 0; i < 100'000; ++i) rule.add_metadata()->set_key("k" + std::to_string(i));
  const Struct parsed = event(record);
  EXPECT_EQ(in(in(parsed, "alert"), "metadata").fields_size(), 256);
}

TEST(Eve, ADropWithoutARuleHasNoAlert) {
  Record record = test::drop_record();
  record.mutable_drop()->clear_rule();
  record.mutable_drop()->set_reason("flow drop");
  const Struct parsed = event(record);
  EXPECT_FALSE(has(parsed, "alert"));
  EXPECT_EQ(text(in(parsed, "drop"), "reason"), "flow drop");
}

TEST(Eve, ADropOfIpv6NamesItsFieldsAsIpv6Does) {
  Record record = test::drop_record();
  record.mutable_packet()->set_source(std::string(16, '\0'));
  record.mutable_packet()->set_destination(std::string(16, '\1'));
  const Struct parsed = event(record);
  EXPECT_TRUE(has(in(parsed, "drop"), "hoplimit"));
  EXPECT_FALSE(has(in(parsed, "drop"), "ttl"));
  EXPECT_EQ(text(parsed, "dest_ip"), "0101:0101:0101:0101:0101:0101:0101:0101");
}

TEST(Eve, ADropOfTcpTellsItsHeader) {
  Record record = test::drop_record();
  auto& tcp = *record.mutable_drop()->mutable_ip()->mutable_tcp();
  tcp.set_sequence(7);
  tcp.set_flags(0x12);
  const Struct parsed = event(record);
  const Struct& drop = in(parsed, "drop");
  EXPECT_EQ(at(drop, "tcpseq").number_value(), 7);
  EXPECT_TRUE(at(drop, "syn").bool_value());
  EXPECT_FALSE(at(drop, "fin").bool_value());
}

TEST(Eve, TextOfAPeerCannotEndTheLine) {
  Record record = test::alert_record();
  auto& rule = *record.mutable_alert()->mutable_rule();
  const std::string hostile = "a\"},\n{\"event_type\":\"x\" \xff\x00\x1b[0m";
  rule.set_msg(hostile);
  rule.mutable_metadata(0)->set_key("k\"\n");
  record.mutable_packet()->set_interface("eth0\n");
  record.set_sensor_id("\xc3(");
  const std::string line = render(record);
  EXPECT_EQ(std::ranges::count(line, '\n'), 1);
  const Struct parsed = parse(line);
  EXPECT_EQ(text(parsed, "event_type"), "alert");
  EXPECT_EQ(text(in(parsed, "alert"), "signature").substr(0, 22), hostile.substr(0, 22));
  EXPECT_EQ(text(parsed, "host"), "\\xc3(");
}

TEST(Eve, AddressesOfNoKnownLengthAreLeftOut) {
  for (const std::size_t size : {0U, 1U, 3U, 5U, 15U, 17U, 1000U}) {
    Record record = test::alert_record();
    record.mutable_packet()->set_source(std::string(size, 'x'));
    EXPECT_FALSE(has(event(record), "src_ip")) << size;
  }
}

TEST(Eve, ProtocolsHaveSuricatasNamesOrTheirNumbers) {
  Record record = test::alert_record();
  record.mutable_packet()->set_protocol(58);
  EXPECT_EQ(text(event(record), "proto"), "IPv6-ICMP");
  record.mutable_packet()->set_protocol(253);
  EXPECT_EQ(text(event(record), "proto"), "253");
}

TEST(Eve, EspHasAnSpiAndNoPorts) {
  Record record = test::alert_record();
  v1::PacketContext& packet = *record.mutable_packet();
  packet.set_protocol(50);
  packet.clear_source_port();
  packet.clear_destination_port();
  packet.set_spi(0xC0FFEE);
  packet.set_app_proto("esp");
  const Struct parsed = event(record);
  EXPECT_EQ(text(parsed, "proto"), "ESP");
  EXPECT_EQ(at(parsed, "spi").number_value(), 0xC0FFEE);
  EXPECT_FALSE(has(parsed, "src_port"));
  EXPECT_FALSE(has(parsed, "app_proto"));
  EXPECT_EQ(text(in(parsed, "espial"), "protocol"), "esp");
}

TEST(Eve, ATunnelledPacketTellsWhatCarriedIt) {
  Record record = test::alert_record();
  v1::Tunnel& tunnel = *record.mutable_packet()->mutable_tunnel();
  tunnel.set_source(test::raw("01020304"));
  tunnel.set_destination(test::raw("05060708"));
  tunnel.set_protocol(47);
  tunnel.set_depth(1);
  Struct parsed = event(record);
  EXPECT_EQ(text(parsed, "pkt_src"), "gre tunnel");
  EXPECT_EQ(text(in(parsed, "tunnel"), "proto"), "GRE");
  EXPECT_EQ(text(in(parsed, "tunnel"), "pkt_src"), "wire/pcap");
  EXPECT_FALSE(has(in(parsed, "tunnel"), "dest_port"));
  tunnel.set_protocol(4);
  EXPECT_EQ(text(event(record), "pkt_src"), "ipv4 tunnel");
  tunnel.set_source(std::string(16, '\1'));
  EXPECT_EQ(text(event(record), "pkt_src"), "ipv6 tunnel");
  tunnel.set_protocol(17);
  tunnel.set_destination_port(4789);
  parsed = event(record);
  EXPECT_EQ(text(parsed, "pkt_src"), "vxlan encapsulation");
  EXPECT_EQ(at(in(parsed, "tunnel"), "dest_port").number_value(), 4789);
  tunnel.set_destination_port(3544);
  EXPECT_EQ(text(event(record), "pkt_src"), "teredo tunnel");
  tunnel.set_destination_port(4500);
  EXPECT_EQ(text(event(record), "pkt_src"), "ipv6 tunnel") << "ESP in clear";
}

TEST(Eve, InATunnelInATunnelTheSourceIsTheInnerOneAndTheAddressesAreTheOuterOnes) {
  Record record = test::alert_record();
  record.mutable_packet()->set_packet_number(7);
  v1::Tunnel& tunnel = *record.mutable_packet()->mutable_tunnel();
  tunnel.set_source(test::raw("01020304"));
  tunnel.set_destination(test::raw("05060708"));
  tunnel.set_protocol(47);
  tunnel.set_depth(2);
  tunnel.set_carrier("vxlan");
  const Struct parsed = event(record);
  EXPECT_EQ(text(parsed, "pkt_src"), "vxlan encapsulation");
  EXPECT_EQ(text(in(parsed, "tunnel"), "proto"), "GRE");
  EXPECT_EQ(at(in(parsed, "tunnel"), "depth").number_value(), 2);
  EXPECT_EQ(at(in(parsed, "tunnel"), "pcap_cnt").number_value(), 7);
}

TEST(Eve, ProtocolsHaveSuricatasNamesAndElseTheirNumber) {
  Record record = test::alert_record();
  record.mutable_packet()->set_protocol(4);
  EXPECT_EQ(text(event(record), "proto"), "IP-in-IP");
  record.mutable_packet()->set_protocol(89);
  EXPECT_EQ(text(event(record), "proto"), "OSPF");
  record.mutable_packet()->set_protocol(253);
  EXPECT_EQ(text(event(record), "proto"), "253");
}

TEST(Eve, AnAlertOnAFrameWithoutAnIpPacketTellsWhereItIsFrom) {
  Record record = test::alert_record();
  record.clear_packet();
  record.mutable_packet()->set_packet_number(3);
  const Struct parsed = event(record);
  EXPECT_EQ(text(parsed, "pkt_src"), "wire/pcap");
  EXPECT_FALSE(has(parsed, "src_ip"));
  EXPECT_FALSE(has(parsed, "proto"));
  EXPECT_FALSE(has(parsed, "direction"));
}

TEST(Eve, APacketJoinedFromFragmentsComesFromDefrag) {
  Record record = test::alert_record();
  record.mutable_packet()->set_joined(true);
  EXPECT_EQ(text(event(record), "pkt_src"), "defrag");
  v1::Tunnel& tunnel = *record.mutable_packet()->mutable_tunnel();
  tunnel.set_source(test::raw("01020304"));
  tunnel.set_destination(test::raw("05060708"));
  tunnel.set_protocol(4);
  EXPECT_EQ(text(event(record), "pkt_src"), "defrag");
  EXPECT_EQ(text(in(event(record), "tunnel"), "pkt_src"), "wire/pcap");
  record.mutable_packet()->set_joined(false);
  tunnel.set_joined(true);
  EXPECT_EQ(text(event(record), "pkt_src"), "ipv4 tunnel");
  EXPECT_EQ(text(in(event(record), "tunnel"), "pkt_src"), "defrag");
}

TEST(Eve, VlansAndMacsStandWhereTheyAreKnown) {
  Record record = test::alert_record();
  v1::PacketContext& packet = *record.mutable_packet();
  for (const std::uint32_t id : {10U, 20U, 30U, 40U}) packet.add_vlan_ids(id);
  packet.set_source_mac(test::raw("0a0b0c0d0e0f"));
  packet.set_destination_mac(test::raw("001122334455"));
  const Struct parsed = event(record);
  EXPECT_EQ(at(parsed, "vlan").list_value().values_size(), 3);
  EXPECT_EQ(text(in(parsed, "ether"), "src_mac"), "0a:0b:0c:0d:0e:0f");
  packet.set_source_mac("abc");
  EXPECT_FALSE(has(event(record), "ether"));
}

TEST(Eve, AFlowWithoutAnswerGivesOneNetflow) {
  Record record = test::flow_record();
  EXPECT_EQ(std::ranges::count(render(record), '\n'), 3);
  record.mutable_flow()->mutable_counters()->clear_packets_to_client();
  EXPECT_EQ(std::ranges::count(render(record), '\n'), 2);
}

TEST(Eve, OnlyTypesThatAreAskedForAreWritten) {
  EveOptions options;
  options.types = {};
  EXPECT_EQ(render(test::alert_record(), options), "");
  EXPECT_EQ(render(test::flow_record(), options), "");
  options.types.add(EveType::flow);
  EXPECT_EQ(std::ranges::count(render(test::flow_record(), options), '\n'), 1);
}

TEST(Eve, AnEmptyRecordGivesNothing) {
  EXPECT_EQ(render(Record{}), "");
}

TEST(Eve, EveryKindOfEventStandsWithoutAPacketToo) {
  Record record;
  const auto is_json = [&] { EXPECT_FALSE(text(event(record), "event_type").empty()); };
  record.mutable_alert();
  is_json();
  record.mutable_drop();
  is_json();
  record.mutable_ike();
  is_json();
  record.mutable_anomaly();
  is_json();
  record.mutable_stats();
  is_json();
  record.mutable_tagged_packet()->set_data("\x01\x02");
  is_json();
  record.mutable_spi_summary();
  is_json();
  record.mutable_lost()->set_reason("ring full");
  is_json();
}

TEST(Eve, AnomaliesOfDecodingCarrySuricatasPrefix) {
  const Struct parsed = event(test::anomaly_record("decode", "ipv4.trunc_pkt"));
  EXPECT_EQ(text(in(parsed, "anomaly"), "event"), "decoder.ipv4.trunc_pkt");
}

TEST(Eve, AnomaliesOfStreamsCarrySuricatasPrefix) {
  const Struct seen = event(test::anomaly_record("stream", "reassembly_seq_gap"));
  EXPECT_EQ(text(in(seen, "anomaly"), "type"), "stream");
  EXPECT_EQ(text(in(seen, "anomaly"), "event"), "stream.reassembly_seq_gap");
}

TEST(Eve, AnAlertOfAFlowThatIsBypassedTellsIt) {
  Record record = test::alert_record();
  EXPECT_FALSE(has(in(event(record), "flow"), "bypassed"));
  record.mutable_packet()->mutable_flow()->set_bypassed(true);
  const Struct bypassed = in(in(event(record), "flow"), "bypassed");
  for (const char* name : {"pkts_toserver", "pkts_toclient", "bytes_toserver", "bytes_toclient"})
    EXPECT_EQ(at(bypassed, name).number_value(), 0) << name;
}

TEST(Eve, AnomaliesOfIpsecAreThoseOfAParser) {
  const Struct parsed = event(test::anomaly_record("ipsec", "ike.payload_overrun"));
  const Struct& anomaly = in(parsed, "anomaly");
  EXPECT_EQ(text(anomaly, "type"), "applayer");
  EXPECT_EQ(text(anomaly, "app_proto"), "ike");
  EXPECT_EQ(text(anomaly, "event"), "ike.payload_overrun");
}

TEST(Eve, EveryAnomalyHasAnEventAndAMeaning) {
  for (const registry::NumberName& row : registry::kAnomalies.rows) {
    const Struct parsed = event(test::anomaly_record("ipsec", std::string(row.name)));
    const auto suricata = registry::name_of(registry::kSuricataIkeEvents, row.number);
    EXPECT_EQ(text(in(parsed, "anomaly"), "event"), suricata.empty() ? row.name : suricata);
    const Struct& detail = in(in(parsed, "espial"), "anomaly");
    EXPECT_EQ(text(detail, "name"), row.name);
    EXPECT_FALSE(text(detail, "meaning").empty()) << row.name;
    EXPECT_TRUE(std::ranges::find(kKinds, text(detail, "kind")) != kKinds.end()) << row.name;
  }
}

std::vector<std::string> texts(const Value& list) {
  std::vector<std::string> out;
  for (const Value& value : list.list_value().values()) out.push_back(value.string_value());
  return out;
}

TEST(EveIke, PayloadsEndWithWhatTheLastOneNames) {
  Record record = test::ike_v2_record(true);
  v1::IkeMessage& ike = *record.mutable_ike();
  ike.clear_payloads();
  for (const std::uint32_t type : {40U, 34U, 33U}) ike.add_payloads(type);
  EXPECT_EQ(
      texts(at(in(event(record), "ike"), "payload")),
      (std::vector<std::string>{"Nonce", "KeyExchange", "SecurityAssociation", "NoNextPayload"}));
  ike.clear_payloads();
  ike.add_payloads(46);
  ike.set_next_payload(35);
  EXPECT_EQ(texts(at(in(event(record), "ike"), "payload")),
            (std::vector<std::string>{"EncryptedAndAuthenticated", "IdentInitiator"}));
}

TEST(EveIke, NumbersWithoutANameAreShown) {
  Record record = test::ike_v2_record(true);
  v1::IkeMessage& ike = *record.mutable_ike();
  ike.clear_notifies();
  test::add_notify(ike, 8192);
  test::add_notify(ike, 50000);
  const Struct parsed = event(record);
  EXPECT_EQ(texts(at(in(in(parsed, "ike"), "ikev2"), "notify")).back(),
            "NotifyType(50000 / 0xc350)");
  EXPECT_EQ(at(in(in(parsed, "ike"), "ikev2"), "errors").number_value(), 1);
}

TEST(EveIke, AnEncryptedMessageOfVersionOneTellsNothingOfItsBody) {
  Record record = test::ike_v1_record(true);
  record.mutable_ike()->set_flags(1);
  const Struct parsed = event(record);
  const Struct& v1 = in(in(parsed, "ike"), "ikev1");
  EXPECT_TRUE(at(v1, "encrypted_payloads").bool_value());
  EXPECT_FALSE(has(v1, "client"));
  EXPECT_FALSE(has(v1, "vendor_ids"));
}

TEST(EveIke, AttributesOfAnyLengthAreShown) {
  for (const std::size_t size : {0U, 1U, 8U, 9U, 300U}) {
    Record record = test::ike_v1_record(false);
    auto& attribute =
        *record.mutable_ike()->mutable_proposals(0)->mutable_transforms(0)->mutable_attributes(1);
    attribute.set_short_form(false);
    attribute.set_data(std::string(size, '\1'));
    const Struct parsed = event(record);
    const Value& raw =
        at(at(in(parsed, "ike"), "attributes").list_value().values(1).struct_value(), "raw");
    const bool number = size >= 1 && size <= 8;
    EXPECT_EQ(raw.kind_case(), number ? Value::kNumberValue : Value::kStringValue) << size;
    if (!number) {
      EXPECT_EQ(raw.string_value().size(), 2 * size);
    }
  }
}

TEST(EveIke, PayloadTypesBeyondAByteDoNoHarm) {
  Record record = test::ike_v1_record(true);
  record.mutable_ike()->add_payloads(0xFFFFFFFF);
  record.mutable_ike()->add_payloads(130);
  const auto payloads = texts(at(in(event(record), "ike"), "payload"));
  EXPECT_FALSE(payloads.empty());
}

}  // namespace
}  // namespace espial::record
