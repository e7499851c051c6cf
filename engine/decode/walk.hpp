#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>

#include "engine/base/bytes.hpp"
#include "engine/decode/packet.hpp"

/// Inside of decode, for its own files. A frame is taken apart one header after the other by a
/// loop, not by recursion: each decoder below reads its header, writes down what it found, and says
/// in a Next which header follows. The loop in decode.cpp calls the decoder of that one, kMaxLayers
/// times at most.
namespace espial::decode {

/// Headers that can carry IP, and IP itself.
enum class Layer : std::uint8_t {
  none,
  ethernet,
  pppoe_discovery,
  pppoe_session,
  ppp,
  mpls,
  ip,
  ipv4,
  ipv6,
  arp,
  nsh,
  fabric_path,
  backbone_tag,
  vntag,
  etag
};

/// What follows the header just read, and its bytes; Layer::none when there is nothing more to take
/// apart.
struct Next {
  constexpr Next() = default;
  constexpr Next(Layer following, ByteView its_bytes) noexcept
      : layer(following), bytes(its_bytes) {}

  Layer layer = Layer::none;
  ByteView bytes;
};

/// The state of one frame's decoding.
struct Walk {
  DecodedFrame& out;
  Checksums checksums;
  const DecoderSettings& settings;
  Tunnel tunnel = Tunnel::none;    // the carrier passed last
  std::uint32_t tunnel_id = 0;     // network identifier behind the packet read last
  VlanIds tunnel_vlans{};          // the tags behind it
  ByteView ethernet{};             // the header behind it
  std::size_t mirrored_vlans = 0;  // tags that ERSPAN headers name
  /// Of the IP packet being read: bytes that its length promises and that are not there.
  std::size_t missing = 0;
  /// Of the IP packet being read: its transport checksum can be judged (asked for, all there,
  /// addresses final).
  bool verify = false;

  /// Notes an event where it belongs: with the innermost IP packet so far, or with the frame before
  /// there is one.
  void note(Event event) noexcept {
    if (out.packets.empty()) {
      out.events.add(event);
    } else {
      out.packets.back().events.add(event);
    }
  }

  /// Passes the header of a carrier that names a network.
  void enter(Tunnel carrier, std::uint32_t id) noexcept {
    tunnel = carrier;
    tunnel_id = id;
  }

  void count(Carrier carrier) noexcept { ++out.carriers[std::to_underlying(carrier)]; }

  /// A VLAN tag: of the link before the first packet, else of the tunnel.
  void tag(std::uint16_t vlan_id) noexcept;

  /// A fresh packet behind the ones that carry it, or null (noted) when there are kMaxPackets of
  /// them.
  Packet* append_packet() noexcept;
};

/// `bytes` from `n` on, empty when they are fewer.
[[nodiscard]] constexpr ByteView drop_front(ByteView bytes, std::size_t n) noexcept {
  return n < bytes.size() ? bytes.subspan(n) : ByteView{};
}

/// `bytes` up to `n`, all of them when they are fewer.
[[nodiscard]] constexpr ByteView clip(ByteView bytes, std::size_t n) noexcept {
  return bytes.first(n < bytes.size() ? n : bytes.size());
}

// link.cpp
Next decode_link(Walk& walk, LinkType type, ByteView frame) noexcept;

// ethernet.cpp
Next decode_ethernet(Walk& walk, ByteView bytes) noexcept;
/// What an EtherType says of the bytes behind it, VLAN tags taken off; nothing for a type that
/// decode does not know.
std::optional<Next> by_ether_type(Walk& walk, std::uint16_t type, ByteView bytes) noexcept;
/// Whether decode reads what this EtherType announces.
[[nodiscard]] bool is_known_ether_type(std::uint16_t type) noexcept;

// bridge_tags.cpp: what bridges put between Ethernet and the network layer.
Next decode_fabric_path(Walk& walk, ByteView bytes) noexcept;
Next decode_backbone_tag(Walk& walk, ByteView bytes) noexcept;
Next decode_vntag(Walk& walk, ByteView bytes) noexcept;
Next decode_etag(Walk& walk, ByteView bytes) noexcept;

// arp.cpp
Next decode_arp(Walk& walk, ByteView bytes) noexcept;

// nsh.cpp
Next decode_nsh(Walk& walk, ByteView bytes) noexcept;

// pppoe.cpp
Next decode_pppoe_discovery(Walk& walk, ByteView bytes) noexcept;
Next decode_pppoe_session(Walk& walk, ByteView bytes) noexcept;
Next decode_ppp(Walk& walk, ByteView bytes) noexcept;

// mpls.cpp
Next decode_mpls(Walk& walk, ByteView bytes) noexcept;

// ipv4.cpp, ipv6.cpp
Next decode_ipv4(Walk& walk, ByteView bytes) noexcept;
Next decode_ipv6(Walk& walk, ByteView bytes) noexcept;
/// IPv4 or IPv6, told by the first nibble.
Next decode_ip_by_nibble(Walk& walk, ByteView bytes) noexcept;

// ah.cpp
/// What an AH header (RFC 4302) says: the protocol and the bytes behind it. Nothing when it is
/// malformed (noted).
struct AfterAh {
  IpProtocol next{};
  ByteView rest;
};
std::optional<AfterAh> decode_ah(Walk& walk, Packet& packet, ByteView bytes) noexcept;

// upper.cpp
/// Goes on with what IP carries, by packet.upper: a transport, or a tunnel's next header.
Next decode_upper(Walk& walk, Packet& packet, ByteView bytes) noexcept;

// erspan.cpp: what GRE carries under ERSPAN's two EtherTypes; `sequence`: GRE has that field.
Next decode_erspan(Walk& walk, bool sequence, ByteView bytes) noexcept;
Next decode_erspan_type3(Walk& walk, ByteView bytes) noexcept;

// udp_tunnels.cpp: what the payload of a UDP packet carries, if its ports are a tunnel's.
Next decode_udp_tunnel(Walk& walk, const Packet& packet) noexcept;

// icmp_kinds.cpp: what is wrong with type and code by IANA's registry, and with the hop limit of
// what must not be routed.
void check_icmpv4_kind(Walk& walk, const Packet& packet) noexcept;
void check_icmpv6_kind(Walk& walk, const Packet& packet) noexcept;

// gre.cpp, udp.cpp, tcp.cpp, icmp.cpp, sctp.cpp: `bytes` is what IP carries.
Next decode_gre(Walk& walk, ByteView bytes) noexcept;
Next decode_udp(Walk& walk, Packet& packet, ByteView bytes) noexcept;
void decode_tcp(Walk& walk, Packet& packet, ByteView bytes) noexcept;
void decode_icmpv4(Walk& walk, Packet& packet, ByteView bytes) noexcept;
void decode_icmpv6(Walk& walk, Packet& packet, ByteView bytes) noexcept;
void decode_sctp(Walk& walk, Packet& packet, ByteView bytes) noexcept;

}  // namespace espial::decode
