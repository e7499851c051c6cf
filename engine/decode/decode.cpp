#include <utility>

#include "engine/decode/packet.hpp"
#include "engine/decode/walk.hpp"

namespace espial::decode {
namespace {

Next step(Walk& walk, Next next) noexcept {
  switch (next.layer) {
    case Layer::none: return {};
    case Layer::ethernet: return decode_ethernet(walk, next.bytes);
    case Layer::pppoe_discovery: return decode_pppoe_discovery(walk, next.bytes);
    case Layer::pppoe_session: return decode_pppoe_session(walk, next.bytes);
    case Layer::ppp: return decode_ppp(walk, next.bytes);
    case Layer::mpls: return decode_mpls(walk, next.bytes);
    case Layer::ip: return decode_ip_by_nibble(walk, next.bytes);
    case Layer::ipv4: return decode_ipv4(walk, next.bytes);
    case Layer::ipv6: return decode_ipv6(walk, next.bytes);
    case Layer::arp: return decode_arp(walk, next.bytes);
    case Layer::nsh: return decode_nsh(walk, next.bytes);
    case Layer::fabric_path: return decode_fabric_path(walk, next.bytes);
    case Layer::backbone_tag: return decode_backbone_tag(walk, next.bytes);
    case Layer::vntag: return decode_vntag(walk, next.bytes);
    case Layer::etag: return decode_etag(walk, next.bytes);
  }
  std::unreachable();
}

void run(Walk& walk, Next next) noexcept {
  for (std::size_t layers = 0; next.layer != Layer::none; ++layers) {
    if (layers == walk.settings.max_layers) {
      walk.out.events.add(Event::too_many_layers);
      return;
    }
    next = step(walk, next);
  }
}

Walk begin(LinkType type, ByteView frame, Checksums checksums, DecodedFrame& out,
           const DecoderSettings& settings) noexcept {
  out.bytes = frame;
  out.link = Link{};
  out.link.type = type;
  out.events = EventSet{};
  out.packets.clear();
  out.arp.reset();
  out.carriers = {};
  return {.out = out, .checksums = checksums, .settings = settings};
}

}  // namespace

// static_vector throws when it is full, which is asked first.
// NOLINTNEXTLINE(bugprone-exception-escape)
Packet* Walk::append_packet() noexcept {
  auto& packets = out.packets;
  if (packets.size() == kMaxPackets) {
    out.events.add(Event::too_many_layers);
    return nullptr;
  }
  // Default-initialised: the storage of its inner vectors, most of a Packet, is not zeroed.
  packets.resize(packets.size() + 1, boost::container::default_init);
  Packet& packet = packets.back();
  if (packets.size() > 1) {
    packet.tunnel = tunnel;
    packet.tunnel_id = tunnel_id;
    packet.tunnel_vlans = tunnel_vlans;
    packet.ethernet = ethernet;
  } else {
    packet.ethernet = out.link.ethernet;
  }
  tunnel_id = 0;
  tunnel_vlans.clear();
  ethernet = {};
  return &packet;
}

void Walk::tag(std::uint16_t vlan_id) noexcept {
  VlanIds& ids = out.packets.empty() ? out.link.vlan_ids : tunnel_vlans;
  if (ids.size() < kMaxVlanLayers) ids.push_back(vlan_id);
}

void decode(LinkType link, ByteView frame, Checksums checksums, DecodedFrame& out,
            const DecoderSettings& settings) noexcept {
  Walk walk = begin(link, frame, checksums, out, settings);
  run(walk, decode_link(walk, link, frame));
}

void decode_ip(ByteView packet, Checksums checksums, DecodedFrame& out,
               const DecoderSettings& settings) noexcept {
  Walk walk = begin(LinkType::raw_ip, packet, checksums, out, settings);
  run(walk, {Layer::ip, packet});
}

// The only thing copied that could throw is a static_vector, to one of its own size.
// NOLINTNEXTLINE(bugprone-exception-escape)
void replace_fragment(ByteView datagram, Checksums checksums, DecodedFrame& out,
                      const DecoderSettings& settings) noexcept {
  const std::size_t place = out.packets.size() - 1;
  const Packet& fragment = out.packets.back();
  Walk walk{.out = out,
            .checksums = checksums,
            .settings = settings,
            .tunnel = fragment.tunnel,
            .tunnel_id = fragment.tunnel_id,
            .tunnel_vlans = fragment.tunnel_vlans,
            .ethernet = fragment.ethernet};
  out.packets.pop_back();
  run(walk, {Layer::ip, datagram});
  if (out.packets.size() > place) out.packets[place].joined = true;
}

namespace {

/// A packet that is `outer` but for what it carries.
void inherit(const Packet& outer, IpProtocol next, Packet& inner) noexcept {
  inner.bytes = outer.bytes;
  inner.ip_header = outer.ip_header;
  inner.source = outer.source;
  inner.destination = outer.destination;
  inner.ttl = outer.ttl;
  inner.tos = outer.tos;
  inner.ip_id = outer.ip_id;
  inner.ip_flags = outer.ip_flags;
  inner.ip_options = outer.ip_options;
  inner.flow_label = outer.flow_label;
  inner.total_length = outer.total_length;
  inner.protocol = next;
  inner.upper = next;
}

}  // namespace

void append_inner(IpProtocol next, ByteView bytes, Checksums checksums, DecodedFrame& out,
                  const DecoderSettings& settings) noexcept {
  Walk walk{.out = out, .checksums = checksums, .settings = settings, .tunnel = Tunnel::esp};
  if (next == IpProtocol::ipv4 || next == IpProtocol::ipv6) {
    run(walk, {next == IpProtocol::ipv4 ? Layer::ipv4 : Layer::ipv6, bytes});
    return;
  }
  const std::size_t outer = out.packets.size() - 1;
  Packet* const inner = walk.append_packet();
  if (inner == nullptr) return;
  inherit(out.packets[outer], next, *inner);
  run(walk, decode_upper(walk, *inner, bytes));
}

}  // namespace espial::decode
