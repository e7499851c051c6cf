#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/ip_address.hpp"
#include "engine/base/time.hpp"
#include "engine/record/eve_parts.hpp"
#include "engine/registry/registry.hpp"

namespace espial::record::eve {

namespace {

constexpr std::size_t kMaxVlans = 3;  // as many as Suricata tells

using ProtocolName = std::pair<std::uint32_t, std::string_view>;

// Suricata's spelling of those that are met; others it may show by name too, here by number.
constexpr auto kProtocolNames = std::to_array<ProtocolName>(
    {{0, "HOPOPT"},      {1, "ICMP"},   {2, "IGMP"},   {3, "GGP"},         {4, "IP-in-IP"},
     {6, "TCP"},         {8, "EGP"},    {9, "IGP"},    {17, "UDP"},        {27, "RDP"},
     {33, "DCCP"},       {41, "IPv6"},  {46, "RSVP"},  {43, "IPv6-Route"}, {44, "IPv6-Frag"},
     {47, "GRE"},        {50, "ESP"},   {51, "AH"},    {58, "IPv6-ICMP"},  {59, "IPv6-NoNxt"},
     {60, "IPv6-Opts"},  {88, "EIGRP"}, {89, "OSPF"},  {97, "ETHERIP"},    {103, "PIM"},
     {108, "IPComp"},    {112, "VRRP"}, {115, "L2TP"}, {132, "SCTP"},      {136, "UDPLite"},
     {137, "MPLS-in-IP"}});

/// Empty for what has none.
constexpr std::string_view protocol_name(std::uint32_t protocol) {
  const auto row = std::ranges::find(kProtocolNames, protocol, &ProtocolName::first);
  return row != kProtocolNames.end() ? row->second : std::string_view{};
}

void write_protocol(JsonWriter& json, std::uint32_t protocol) {
  const std::string_view name = protocol_name(protocol);
  if (name.empty()) {
    json.text("proto", std::to_string(protocol));
  } else {
    json.text("proto", name);
  }
}

/// Suricata's word for a Tunnel.carrier; empty where that does not say.
std::string_view carrier_source(std::string_view carrier) {
  if (carrier == "gre") return "gre tunnel";
  if (carrier == "vxlan") return "vxlan encapsulation";
  if (carrier == "geneve") return "geneve encapsulation";
  if (carrier == "teredo") return "teredo tunnel";
  if (carrier == "ipv4") return "ipv4 tunnel";
  if (carrier == "ipv6") return "ipv6 tunnel";
  return {};
}

/// Which of Suricata's decoders took the packet out of another.
std::string_view packet_source(const v1::PacketContext& packet) {
  if (packet.joined()) return "defrag";
  if (!packet.has_tunnel()) return "wire/pcap";
  const v1::Tunnel& outer = packet.tunnel();
  if (const std::string_view source = carrier_source(outer.carrier()); !source.empty())
    return source;
  if (outer.protocol() == 47) return "gre tunnel";
  if (outer.protocol() == 17) {
    if (outer.destination_port() == 4789) return "vxlan encapsulation";
    if (outer.destination_port() == 6081) return "geneve encapsulation";
    if (outer.destination_port() == 3544 || outer.source_port() == 3544) return "teredo tunnel";
  }  // else ESP in UDP that does not encrypt, for which Suricata has no word
  return outer.source().size() == 16 ? "ipv6 tunnel" : "ipv4 tunnel";
}

void write_tunnel(JsonWriter& json, const v1::PacketContext& packet) {
  const v1::Tunnel& outer = packet.tunnel();
  const auto tunnel = json.object("tunnel");
  write_endpoints(json, source_of(outer), destination_of(outer));
  write_protocol(json, outer.protocol());
  json.number("depth", outer.depth());
  if (packet.packet_number() != 0) json.number("pcap_cnt", packet.packet_number());
  json.text("pkt_src", outer.joined() ? "defrag" : "wire/pcap");
}

std::string mac_text(std::string_view mac) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : mac) {
    if (!text.empty()) text.push_back(':');
    text.push_back(kDigits[static_cast<unsigned char>(c) >> 4U]);
    text.push_back(kDigits[static_cast<unsigned char>(c) & 0x0FU]);
  }
  return text;
}

void write_ether(JsonWriter& json, const v1::PacketContext& packet) {
  constexpr std::size_t kMacSize = 6;
  if (packet.source_mac().size() != kMacSize || packet.destination_mac().size() != kMacSize) return;
  const auto ether = json.object("ether");
  if (packet.ether_type() != 0) json.number("ether_type", packet.ether_type());
  json.text("src_mac", mac_text(packet.source_mac()));
  json.text("dest_mac", mac_text(packet.destination_mac()));
}

void write_start(JsonWriter& json, const Record& record, std::string_view event_type) {
  const v1::PacketContext& packet = record.packet();
  write_time(json, "timestamp", record.time_ns());
  if (packet.flow_id() != 0) json.number("flow_id", packet.flow_id());
  if (!packet.interface().empty()) json.text("in_iface", packet.interface());
  if (packet.packet_number() != 0) json.number("pcap_cnt", packet.packet_number());
  json.text("event_type", event_type);
  if (packet.vlan_ids().empty()) return;
  const auto vlan = json.array("vlan");
  const auto count = std::min(static_cast<std::size_t>(packet.vlan_ids_size()), kMaxVlans);
  for (std::size_t i = 0; i < count; ++i) json.number(packet.vlan_ids(static_cast<int>(i)));
}

struct IcmpType {
  std::optional<std::uint32_t> type, code;
};

IcmpType icmp_of(const v1::PacketContext& packet) {
  IcmpType icmp;
  if (packet.has_icmp_type()) icmp.type = packet.icmp_type();
  if (packet.has_icmp_code()) icmp.code = packet.icmp_code();
  return icmp;
}

IcmpType icmp_of_response(const v1::Flow& flow) {
  IcmpType icmp;
  if (flow.has_response_icmp_type()) icmp.type = flow.response_icmp_type();
  if (flow.has_response_icmp_code()) icmp.code = flow.response_icmp_code();
  return icmp;
}

/// Protocol and what it has instead of ports.
void write_transport(JsonWriter& json, const v1::PacketContext& packet, const IcmpType& icmp) {
  if (packet.source().empty()) return;  // no IP packet: nothing to say
  write_protocol(json, packet.protocol());
  if (icmp.type) json.number("icmp_type", *icmp.type);
  if (icmp.code) json.number("icmp_code", *icmp.code);
  if (packet.has_spi()) json.number("spi", packet.spi());
  if (packet.ip_version() != 0) json.number("ip_v", packet.ip_version());
}

void write_names(JsonWriter& json, const Record& record) {
  if (!record.packet().community_id().empty())
    json.text("community_id", record.packet().community_id());
  if (!record.sensor_id().empty()) json.text("host", record.sensor_id());
}

/// What passed outside of the engine: nothing, but a reader of Suricata's events looks for it.
void write_bypassed(JsonWriter& json) {
  const auto bypassed = json.object("bypassed");
  for (const std::string_view name :
       {"pkts_toserver", "pkts_toclient", "bytes_toserver", "bytes_toclient"})
    json.number(name, 0U);
}

}  // namespace

void write_time(JsonWriter& json, std::string_view key, std::int64_t time_ns) {
  json.text(key, to_eve_text(Timestamp(Duration(time_ns))));
}

void write_address(JsonWriter& json, std::string_view key, std::string_view bytes) {
  if (bytes.size() != 4 && bytes.size() != 16) return;
  json.text(key, to_full_text(IpAddress::from_bytes(as_bytes(bytes))));
}

void write_endpoints(JsonWriter& json, const Endpoint& source, const Endpoint& destination) {
  write_address(json, "src_ip", source.address);
  if (source.port) json.number("src_port", *source.port);
  write_address(json, "dest_ip", destination.address);
  if (destination.port) json.number("dest_port", *destination.port);
}

void write_head(JsonWriter& json, const Record& record, const EveOptions& options,
                std::string_view event_type) {
  const v1::PacketContext& packet = record.packet();
  write_flow_head(json, record, event_type);
  if (!record.has_packet()) return;
  if (!packet.source().empty() || record.has_alert()) json.text("pkt_src", packet_source(packet));
  if (options.ethernet) write_ether(json, packet);
  if (packet.has_tunnel()) write_tunnel(json, packet);
}

void write_flow_head(JsonWriter& json, const Record& record, std::string_view event_type) {
  write_start(json, record, event_type);
  write_endpoints(json, source_of(record.packet()), destination_of(record.packet()));
  write_transport(json, record.packet(), icmp_of(record.packet()));
  write_names(json, record);
}

void write_reversed_flow_head(JsonWriter& json, const Record& record, std::string_view event_type) {
  write_start(json, record, event_type);
  write_endpoints(json, destination_of(record.packet()), source_of(record.packet()));
  write_transport(json, record.packet(), icmp_of_response(record.flow()));
  write_names(json, record);
}

void write_app_proto(JsonWriter& json, const v1::PacketContext& packet) {
  if (packet.app_proto() == "ike") json.text("app_proto", packet.app_proto());
}

void write_direction(JsonWriter& json, const v1::PacketContext& packet) {
  if (packet.flow_id() != 0) json.text("direction", packet.to_server() ? "to_server" : "to_client");
}

void write_counters(JsonWriter& json, const v1::FlowCounters& counters) {
  json.number("pkts_toserver", counters.packets_to_server());
  json.number("pkts_toclient", counters.packets_to_client());
  json.number("bytes_toserver", counters.bytes_to_server());
  json.number("bytes_toclient", counters.bytes_to_client());
  if (counters.bypassed()) write_bypassed(json);
  write_time(json, "start", counters.start_ns());
}

JsonWriter::Scope open_espial(JsonWriter& json, const Record& record) {
  auto espial = json.object("espial");
  const v1::PacketContext& packet = record.packet();
  if (!packet.uid().empty()) json.text("uid", packet.uid());
  if (!packet.app_proto().empty()) json.text("protocol", packet.app_proto());
  if (!record.sensor_id().empty()) json.text("sensor", record.sensor_id());
  if (record.sequence() != 0) json.number("sequence", record.sequence());
  return espial;
}

void write_espial(JsonWriter& json, const Record& record) {
  const v1::PacketContext& packet = record.packet();
  const bool empty = packet.uid().empty() && packet.app_proto().empty() &&
                     record.sensor_id().empty() && record.sequence() == 0;
  if (empty) return;
  const auto espial = open_espial(json, record);
}

}  // namespace espial::record::eve
