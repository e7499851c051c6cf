#include "engine/decode/walk.hpp"

/// Tunnels over UDP: Teredo (RFC 4380), Geneve (RFC 8926) and VXLAN (RFC 7348). A port says what a
/// packet may be, its header whether it is; else it stays the UDP packet that it is anyway.
namespace espial::decode {
namespace {

constexpr Port kIke{500};
constexpr Port kIkeNat{4500};
constexpr std::size_t kEthernetHeader = 14;
constexpr std::size_t kEtherTypeAt = 12;
constexpr std::size_t kIpv6Header = 40;
constexpr std::size_t kIpv6LengthAt = 4;
constexpr std::size_t kUdpHeader = 8;
constexpr std::size_t kTunnelHeader = 8;  // of VXLAN, and of Geneve without options
constexpr std::size_t kMaxTeredoIndications = 4;

constexpr bool is_ike(Port port) noexcept {
  return port == kIke || port == kIkeNat;
}

/// What goes to an IKE port is IKE's or ESP's. What comes from one may be sent to a tunnel's port:
/// its receiver does not look at the source.
bool takes(const UdpTunnelSettings& tunnel, const Packet& packet) noexcept {
  const Port source = packet.source_port;
  const Port destination = packet.destination_port;
  if (!tunnel.enabled || is_ike(destination)) return false;
  if (tunnel.ports.is_any()) return !is_ike(source);
  return tunnel.ports.has(destination) || (!is_ike(source) && tunnel.ports.has(source));
}

/// RFC 4380 section 5.1.1: type 1, the sizes of two fields, those, a nonce and a confirmation byte.
bool skip_authentication(ByteReader& in) noexcept {
  const std::size_t client = in.be<std::uint8_t>();
  const std::size_t value = in.be<std::uint8_t>();
  in.skip(client + value + 9);
  return in.ok();
}

/// Passes the indications in front of the IPv6 packet; false when there is no Teredo.
bool skip_indications(ByteReader& in) noexcept {
  for (std::size_t count = 0; count < kMaxTeredoIndications; ++count) {
    const ByteView rest = in.rest();
    if (rest.size() < kIpv6Header) return false;
    if (std::to_integer<unsigned>(rest.front()) != 0) return true;
    switch (in.be<std::uint16_t>()) {
      case 0: in.skip(6); break;  // origin: port and address
      case 1:
        if (!skip_authentication(in)) return false;
        break;
      default: return false;
    }
  }
  return false;
}

/// The IPv6 packet, if its length fits: trailers (RFC 6081) may stand behind it, but where the
/// ports tell nothing it must fill the datagram.
Next teredo(Walk& walk, const Packet& packet) noexcept {
  ByteReader in(packet.payload);
  if (!skip_indications(in)) return {};
  const ByteView inner = in.rest();
  if (inner.size() < kIpv6Header || std::to_integer<unsigned>(inner.front() >> 4U) != 6) return {};
  const std::size_t size = kIpv6Header + read_be<std::uint16_t>(inner.subspan(kIpv6LengthAt));
  const std::size_t stated = read_be<std::uint16_t>(packet.transport_header.subspan(4));
  const std::size_t passed = packet.payload.size() - inner.size();
  if (size > inner.size()) return {};
  if (walk.settings.teredo.ports.is_any() && kUdpHeader + passed + size != stated) return {};
  walk.count(Carrier::teredo);
  walk.tunnel = Tunnel::teredo;
  return {Layer::ipv6, inner.first(size)};
}

/// Reserved bits are not looked at (RFC 8926 section 3.4), nor are options.
Next geneve(Walk& walk, ByteView payload) noexcept {
  ByteReader in(payload);
  const auto version_and_length = in.be<std::uint8_t>();
  in.skip(1);  // control and critical flags
  const auto type = in.be<std::uint16_t>();
  const std::uint32_t id = in.be<std::uint32_t>() >> 8U;
  in.skip((version_and_length & 0x3FU) * std::size_t{4});
  if (!in.ok() || version_and_length >> 6U != 0) return {};
  walk.count(Carrier::geneve);
  walk.enter(Tunnel::geneve, id);
  const std::optional<Next> next = by_ether_type(walk, type, in.rest());
  if (!next) walk.note(Event::geneve_unknown_payload_type);
  return next.value_or(Next{});
}

Next vxlan(Walk& walk, ByteView payload) noexcept {
  if (payload.size() < kTunnelHeader + kEthernetHeader) return {};
  ByteReader in(payload);
  const bool has_id = (in.be<std::uint32_t>() & 0x0800'0000U) != 0;
  const auto id_and_reserved = in.be<std::uint32_t>();
  const bool reserved = (id_and_reserved & 0xFFU) != 0;
  if (!has_id || (reserved && walk.settings.vxlan_strict)) return {};
  walk.count(Carrier::vxlan);
  walk.enter(Tunnel::vxlan, id_and_reserved >> 8U);
  if (is_known_ether_type(read_be<std::uint16_t>(in.rest().subspan(kEtherTypeAt))))
    return {Layer::ethernet, in.rest()};
  walk.note(Event::vxlan_unknown_payload_type);
  return {};
}

}  // namespace

Next decode_udp_tunnel(Walk& walk, const Packet& packet) noexcept {
  const DecoderSettings& settings = walk.settings;
  if (takes(settings.teredo, packet)) {
    const Next next = teredo(walk, packet);
    if (next.layer != Layer::none) return next;
  }
  if (takes(settings.geneve, packet)) return geneve(walk, packet.payload);
  if (takes(settings.vxlan, packet)) return vxlan(walk, packet.payload);
  return {};
}

}  // namespace espial::decode
