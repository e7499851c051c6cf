#pragma once
#include <array>
#include <boost/container/static_vector.hpp>
#include <cstdint>
#include <optional>
#include <utility>

#include "engine/base/bytes.hpp"
#include "engine/base/enum_set.hpp"
#include "engine/base/ip_address.hpp"
#include "engine/base/link_type.hpp"
#include "engine/base/strong_int.hpp"
#include "engine/decode/event.hpp"
#include "engine/decode/settings.hpp"

/// What decode makes of a frame. A frame is a link header and then one IP packet, or several, one
/// inside the other (GRE, IP in IP, VXLAN, tunnel-mode AH, ...): DecodedFrame holds them outermost
/// first, each judged on its own, under one verdict for the frame. All views borrow from the frame.
/// Everything here is plain data of fixed size: a worker keeps one DecodedFrame and decodes every
/// packet into it.
namespace espial::decode {

/// Assigned Internet protocol numbers (IANA) that decode looks into.
enum class IpProtocol : std::uint8_t {
  hop_by_hop = 0,
  icmp = 1,
  ipv4 = 4,
  tcp = 6,
  udp = 17,
  ipv6 = 41,
  routing = 43,
  fragment = 44,
  gre = 47,
  esp = 50,
  ah = 51,
  icmpv6 = 58,
  no_next_header = 59,
  destination_options = 60,
  ipcomp = 108,
  sctp = 132,
  mobility = 135,
  mpls = 137,
  hip = 139,
  shim6 = 140,
  wesp = 141,
};

inline constexpr std::size_t kMaxPackets = 8;     // IP packets in one frame
inline constexpr std::size_t kMaxVlanLayers = 3;  // as Suricata
inline constexpr std::size_t kMaxExtensionHeaders = 16;
inline constexpr std::size_t kMaxAuthHeaders = 4;
inline constexpr std::size_t kMaxMplsLabels = 16;
inline constexpr std::size_t kMaxTcpOptions = 20;

struct MacAddress {
  std::array<std::byte, 6> bytes{};
};

/// VLAN tags, outermost first, 12 bits each.
using VlanIds = boost::container::static_vector<std::uint16_t, kMaxVlanLayers>;

/// What stands before the first IP header.
struct Link {
  LinkType type = LinkType::ethernet;
  bool has_macs = false;
  MacAddress source, destination;
  std::uint16_t ether_type =
      0;              // of what follows the link and VLAN headers; 0 where the link has none
  ByteView ethernet;  // the outermost Ethernet header, 14 bytes; empty where there is none
  VlanIds vlan_ids;   // tags inside a tunnel are none of these: Packet::tunnel_vlans
};

/// Fragment of a datagram (RFC 791, RFC 8200 section 4.5). Offset in bytes.
struct Fragment {
  std::uint32_t id = 0;
  std::uint32_t offset = 0;
  bool more = false;
  std::uint16_t next_header_at = 0;  // IPv6: the byte of the packet that announces the header
};

struct TcpOption {
  std::uint8_t kind = 0;
  ByteView data;  // without kind and length
};

struct Tcp {
  std::uint32_t sequence = 0, acknowledgment = 0;
  std::uint8_t flags = 0;  // FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64, CWR 128
  std::uint16_t window = 0, urgent = 0;
  ByteView header;  // with options
  boost::container::static_vector<TcpOption, kMaxTcpOptions> options;
};

struct Icmp {
  std::uint8_t type = 0, code = 0;
  std::uint16_t id = 0, sequence = 0;  // of echo and the other queries of RFC 792; zero else
  std::uint32_t mtu = 0;               // of ICMPv6 packet too big, ICMPv4 fragmentation needed
  /// In an error message, the start of the datagram it is about (RFC 792, RFC 4443 section 2.4 c).
  /// Not a packet of its own: it never matches rules as one. Empty elsewhere.
  ByteView quoted;
};

/// Which header carried this IP packet inside the one before it; `none` for the outermost.
enum class Tunnel : std::uint8_t {
  none,
  ip_in_ip,
  gre,
  ah,
  mpls,
  pppoe,
  esp,
  vxlan,
  geneve,
  teredo,
  erspan,
  nsh
};

/// Options of IPv4, as `ipopts` names them; `other` is any that has no name here.
enum class Ipv4Option : std::uint8_t {
  end_of_list,
  no_operation,
  record_route,
  timestamp,
  security,
  loose_source_route,
  extended_security,
  commercial_security,
  stream_id,
  strict_source_route,
  router_alert,
  quick_start,
  other,
  count_
};
using Ipv4Options = EnumSet<Ipv4Option>;

/// What the transport of a packet is, as far as decode read it. `other`: payload is what IP carries
/// (ESP, ...).
enum class Transport : std::uint8_t { other, fragment, udp, tcp, icmp, icmpv6, sctp };

/// Headers that Suricata counts (`decoder.*`) beside IP and what it carries.
enum class Carrier : std::uint8_t {
  ethernet,
  arp,
  unknown_ethertype,
  raw,
  null,
  sll,
  sll2,
  chdlc,
  ppp,
  pppoe,
  mpls,
  vlan,
  vlan_qinq,
  vlan_qinqinq,
  vntag,
  etag,
  ieee8021ah,
  nsh,
  gre,
  erspan,
  vxlan,
  geneve,
  teredo,
  count_
};
/// How many of each a frame has.
using CarrierCounts = std::array<std::uint8_t, std::to_underlying(Carrier::count_)>;

struct Packet {
  ByteView bytes;  // from the IP header to the end that IP's length names, or to what was captured
  ByteView ip_header;  // IPv4 with options; the fixed 40 bytes of IPv6
  IpAddress source, destination;
  std::uint8_t ttl = 0;            // hop limit
  std::uint8_t tos = 0;            // traffic class
  std::uint16_t ip_id = 0;         // IPv4
  std::uint8_t ip_flags = 0;       // IPv4: reserved 4, don't fragment 2, more fragments 1
  std::uint16_t ip_offset = 0;     // IPv4 fragment offset as it stands, in units of eight bytes
  Ipv4Options ip_options;          // up to a malformed one, which counts
  std::uint32_t flow_label = 0;    // IPv6
  std::uint32_t total_length = 0;  // as IP states it, with headers
  IpProtocol protocol{};  // first header after IPv6's own extension headers: 51 when there is AH,
                          // 17 for UDP, ...
  IpProtocol upper{};     // what is left after AH too: what `payload` or `transport` is of
  Transport transport = Transport::other;
  Tunnel tunnel = Tunnel::none;
  std::uint32_t tunnel_id = 0;  // VXLAN and Geneve: the network identifier, 24 bits
  VlanIds tunnel_vlans;         // tags between the packet and its carrier
  ByteView ethernet;  // the innermost Ethernet header before the packet and behind its carrier
  std::optional<Fragment> fragment;
  bool joined = false;  // put together from fragments
  /// AH headers passed on the way, whole, outermost first (engine/ipsec reads them).
  boost::container::static_vector<ByteView, kMaxAuthHeaders> auth_headers;
  Port source_port, destination_port;  // UDP, TCP, SCTP
  Tcp tcp;                             // meaningful when transport is tcp
  Icmp icmp;                           // meaningful when transport is icmp or icmpv6
  ByteView transport_header;
  /// After the transport header; for `other`, all that IP (and AH) carries; for a fragment, its raw
  /// data.
  ByteView payload;
  EventSet events;

  [[nodiscard]] IpVersion version() const noexcept { return source.version(); }
};

/// ARP (RFC 826), which is no IP packet: the end of its frame, or of a tunnel in it.
struct Arp {
  ByteView bytes;     // from the ARP header on
  ByteView ethernet;  // the header in front of it, as in Packet
  Tunnel tunnel = Tunnel::none;
  VlanIds tunnel_vlans;
};

/// The views of packets lie in `bytes`, or, from a joined one on, in what replace_fragment() was
/// given.
struct DecodedFrame {
  ByteView bytes;
  Link link;
  EventSet
      events;  // of the link and of the frame as a whole; those of a packet stand with the packet
  boost::container::static_vector<Packet, kMaxPackets>
      packets;  // outermost first; empty if the frame is not IP
  std::optional<Arp> arp;
  CarrierCounts carriers{};
};

/// The packet's own tags: of the link for the outermost, of what is between it and its carrier
/// else.
[[nodiscard]] inline const VlanIds& vlans_of(const Link& link, const Packet& packet) noexcept {
  return packet.tunnel == Tunnel::none ? link.vlan_ids : packet.tunnel_vlans;
}

enum class Checksums : std::uint8_t { ignore, verify };

/// Decodes `frame` into `out` (cleared first). Never fails: what is wrong stands in `events`, and
/// what was read before that is kept. Costs no allocation; work is bounded by the constants above.
/// A UDP checksum of zero is never wrong (RFC 768; RFC 6935 for tunnels over IPv6); checksums of
/// fragments are not judged, nor those of a cut packet.
void decode(LinkType link, ByteView frame, Checksums checksums, DecodedFrame& out,
            const DecoderSettings& settings = kDefaultDecoderSettings) noexcept;

/// The same for a bare IP packet, told by its first nibble (what NFQUEUE hands out).
void decode_ip(ByteView packet, Checksums checksums, DecodedFrame& out,
               const DecoderSettings& settings = kDefaultDecoderSettings) noexcept;

/// Puts `datagram`, joined from fragments, in the place of the last packet of `out`, which is one
/// of them, and goes on with what it carries. Link and carriers stay; a datagram that is no IP
/// packet leaves the place empty.
void replace_fragment(ByteView datagram, Checksums checksums, DecodedFrame& out,
                      const DecoderSettings& settings = kDefaultDecoderSettings) noexcept;

/// Goes on behind the last packet of `out`, whose payload is closed to decode, with what has been
/// found in it: `bytes`, of protocol `next` (ESP without encryption). What is no IP packet becomes
/// a packet of its own under the addresses of the last one. Its checksums are not judged.
void append_inner(IpProtocol next, ByteView bytes, Checksums checksums, DecodedFrame& out,
                  const DecoderSettings& settings = kDefaultDecoderSettings) noexcept;

}  // namespace espial::decode
