#include "engine/pipeline/record_parts.hpp"

#include <span>
#include <utility>

namespace espial::pipeline {
namespace {

namespace v1 = espial::v1;

v1::Action action_of(rules::Action action) {
  switch (action) {
    case rules::Action::pass: return v1::ACTION_PASS;
    case rules::Action::drop: return v1::ACTION_DROP;
    case rules::Action::reject: return v1::ACTION_REJECT;
    case rules::Action::alert: return v1::ACTION_ALERT;
  }
  std::unreachable();
}

void fill_link(const decode::Link& link, const decode::VlanIds& vlans, v1::PacketContext& out) {
  for (const std::uint16_t id : vlans) out.add_vlan_ids(id);
  if (!link.has_macs) return;
  out.set_source_mac(text_of(link.source.bytes));
  out.set_destination_mac(text_of(link.destination.bytes));
  out.set_ether_type(link.ether_type);
}

void fill_transport(const decode::Packet& packet, v1::PacketContext& out) {
  using decode::Transport;
  switch (packet.transport) {
    case Transport::udp:
    case Transport::tcp:
    case Transport::sctp:
      out.set_source_port(packet.source_port.value());
      out.set_destination_port(packet.destination_port.value());
      return;
    case Transport::icmp:
    case Transport::icmpv6:
      out.set_icmp_type(packet.icmp.type);
      out.set_icmp_code(packet.icmp.code);
      return;
    case Transport::other:
    case Transport::fragment: return;
  }
  std::unreachable();
}

/// PacketContext.tunnel.carrier.
std::string_view carrier_name(decode::Tunnel kind, IpVersion outer) {
  using decode::Tunnel;
  switch (kind) {
    case Tunnel::gre:
    case Tunnel::erspan: return "gre";
    case Tunnel::vxlan: return "vxlan";
    case Tunnel::geneve: return "geneve";
    case Tunnel::teredo: return "teredo";
    case Tunnel::none:
    case Tunnel::ip_in_ip:
    case Tunnel::ah:
    case Tunnel::mpls:
    case Tunnel::pppoe:
    case Tunnel::esp:
    case Tunnel::nsh: return outer == IpVersion::v4 ? "ipv4" : "ipv6";
  }
  std::unreachable();
}

/// As Suricata has it, the tunnel is told by the outermost packet, however deep.
void fill_tunnel(std::span<const decode::Packet> carriers, decode::Tunnel kind, v1::Tunnel& out) {
  const decode::Packet& outer = carriers.front();
  const std::size_t depth = carriers.size();
  out.set_carrier(std::string(carrier_name(kind, carriers.back().version())));
  out.set_source(text_of(outer.source.bytes()));
  out.set_destination(text_of(outer.destination.bytes()));
  out.set_protocol(std::to_underlying(outer.protocol));
  out.set_depth(static_cast<std::uint32_t>(depth));
  out.set_joined(outer.joined);
  using decode::Transport;
  if (outer.transport != Transport::udp && outer.transport != Transport::tcp) return;
  out.set_source_port(outer.source_port.value());
  out.set_destination_port(outer.destination_port.value());
}

}  // namespace

void fill_packet(const PacketView& view, v1::PacketContext& out) {
  const decode::Packet& packet = view.packet();
  out.set_source(text_of(packet.source.bytes()));
  out.set_destination(text_of(packet.destination.bytes()));
  fill_transport(packet, out);
  out.set_protocol(std::to_underlying(packet.protocol));
  out.set_ip_version(std::to_underlying(packet.version()));
  out.set_to_server(view.direction == flow::Direction::to_server);
  out.set_packet_number(view.raw.number.value());
  out.set_length(packet.total_length);
  out.set_joined(packet.joined);
  fill_link(view.frame.link, decode::vlans_of(view.frame.link, packet), out);
  if (view.depth > 0)
    fill_tunnel(std::span(view.frame.packets).first(view.depth), packet.tunnel,
                *out.mutable_tunnel());
  if (const auto spi = view.ipsec.outer_spi()) out.set_spi(spi->value());
  if (view.ipsec.has_ike()) {
    out.set_app_proto("ike");
  } else if (view.ipsec.esp) {
    out.set_app_proto("esp");
  } else if (!view.ipsec.ah.empty()) {
    out.set_app_proto("ah");
  }
}

void fill_frame(const decode::DecodedFrame& frame, v1::PacketContext& out) {
  const bool carried = frame.arp && frame.arp->tunnel != decode::Tunnel::none;
  fill_link(frame.link, carried ? frame.arp->tunnel_vlans : frame.link.vlan_ids, out);
  if (carried) fill_tunnel(frame.packets, frame.arp->tunnel, *out.mutable_tunnel());
}

void fill_flow_counters(const flow::Flow& flow, v1::FlowCounters& out) {
  const auto& there = flow.side(flow::Direction::to_server);
  const auto& back = flow.side(flow::Direction::to_client);
  out.set_packets_to_server(there.packets);
  out.set_packets_to_client(back.packets);
  out.set_bytes_to_server(there.bytes);
  out.set_bytes_to_client(back.bytes);
  out.set_start_ns(flow.start.nanoseconds());
  out.set_bypassed(flow.state == flow::State::bypassed);
  out.set_originator(text_of(flow.originator().bytes()));
  out.set_responder(text_of(flow.responder().bytes()));
  out.set_originator_port(flow.originator_port().value());
  out.set_responder_port(flow.responder_port().value());
}

void fill_flow_sides(const flow::Flow& flow, v1::Flow& out) {
  const flow::DirectionCounters& there = flow.side(flow::Direction::to_server);
  const flow::DirectionCounters& back = flow.side(flow::Direction::to_client);
  out.set_tcp_flags_to_server(there.tcp_flags);
  out.set_tcp_flags_to_client(back.tcp_flags);
  out.set_gap_to_server(there.gap);
  out.set_gap_to_client(back.gap);
  if (there.spoke) {
    out.set_min_ttl_to_server(there.min_ttl);
    out.set_max_ttl_to_server(there.max_ttl);
  }
  if (!back.spoke) return;
  out.set_min_ttl_to_client(back.min_ttl);
  out.set_max_ttl_to_client(back.max_ttl);
  using decode::IpProtocol;
  if (flow.key.protocol != std::to_underlying(IpProtocol::icmp) &&
      flow.key.protocol != std::to_underlying(IpProtocol::icmpv6))
    return;
  out.set_response_icmp_type(back.icmp_type);
  out.set_response_icmp_code(back.icmp_code);
}

void fill_streams(const flow::TcpStreams::Summary& streams, v1::Flow& out) {
  out.set_max_regions_to_server(streams.max_regions[0]);
  out.set_max_regions_to_client(streams.max_regions[1]);
  out.set_urgent_to_server(streams.urgent[0]);
  out.set_urgent_to_client(streams.urgent[1]);
}

void fill_spi_summary(const flow::Flow& flow, v1::SpiSummary& out) {
  const flow::SpiMemory& spi = flow.spi;
  out.set_spi(static_cast<std::uint32_t>(flow.key.discriminator));
  out.set_packets(flow.side(flow::Direction::to_server).packets - spi.packets_told);
  out.set_bytes(spi.bytes);
  out.set_first_sequence(spi.first_sequence);
  out.set_last_sequence(spi.last_sequence);
  out.set_start_ns(spi.summary_start.nanoseconds());
  out.set_end_ns(flow.last.nanoseconds());
  switch (spi.secrecy) {
    case flow::Secrecy::unsure: out.set_encryption(v1::SPI_ENCRYPTION_UNSURE); break;
    case flow::Secrecy::encrypted: out.set_encryption(v1::SPI_ENCRYPTION_ENCRYPTED); break;
    case flow::Secrecy::clear: out.set_encryption(v1::SPI_ENCRYPTION_NULL); break;
  }
  out.set_icv_length(spi.icv);
  out.set_iv_length(spi.iv);
}

void fill_rule(const rules::Rule& rule, v1::Rule& out) {
  const rules::RuleInfo& info = rule.info;
  out.set_gid(info.gid);
  out.set_sid(info.sid);
  out.set_rev(info.rev);
  out.set_msg(info.msg);
  out.set_category(info.classification);
  out.set_classtype(info.classtype);
  out.set_priority(info.priority);
  out.set_action(action_of(info.action));
  for (const auto& [key, value] : info.metadata) {
    v1::KeyValue& pair = *out.add_metadata();
    pair.set_key(key);
    pair.set_value(value);
  }
  for (const rules::Reference& reference : info.references)
    out.add_references(reference.system + "," + reference.id);
}

void fill_ip(const decode::Packet& packet, v1::IpHeader& out) {
  out.set_length(packet.total_length);
  out.set_tos(packet.tos);
  out.set_ttl(packet.ttl);
  out.set_id(packet.ip_id);
  out.set_flow_label(packet.flow_label);
  if (packet.transport == decode::Transport::udp)
    out.set_udp_length(
        static_cast<std::uint32_t>(packet.transport_header.size() + packet.payload.size()));
  if (packet.transport != decode::Transport::tcp) return;
  v1::TcpHeader& tcp = *out.mutable_tcp();
  tcp.set_sequence(packet.tcp.sequence);
  tcp.set_acknowledgment(packet.tcp.acknowledgment);
  tcp.set_window(packet.tcp.window);
  tcp.set_flags(packet.tcp.flags);
  tcp.set_urgent(packet.tcp.urgent);
}

}  // namespace espial::pipeline
