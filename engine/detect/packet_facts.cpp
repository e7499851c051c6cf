#include <utility>

#include "engine/decode/checksum.hpp"
#include "engine/detect/field_reader.hpp"

/// Fields of link, IP, TCP, UDP and ICMP headers. What decode has not kept is read from the header
/// here, so that a packet that no rule asks about pays nothing for it; checksums likewise.
namespace espial::detect {
namespace {

using decode::Packet;
using decode::Transport;
using rules::FieldId;
using Facts = const PacketFacts&;

bool is_v4(Facts facts) {
  return facts.packet.version() == IpVersion::v4;
}
bool has(Facts facts, Transport transport) {
  return facts.packet.transport == transport;
}

// ------------------------------------------------------------------------------------------------
// IP

/// Flags and fragment offset of an IPv4 header (RFC 791 section 3.1).
std::uint16_t fragment_word(Facts facts) {
  constexpr std::size_t at = 6;
  ByteReader in(facts.packet.ip_header);
  in.skip(at);
  return in.be<std::uint16_t>();
}

bool give_fragment_offset(Facts facts, ValueSink& sink) {
  constexpr std::uint32_t unit = 8;
  const auto& fragment = facts.packet.fragment;
  if (fragment) return sink.number(fragment->offset / unit);
  return is_v4(facts) && sink.number(0);
}

/// The kinds of the options, up to End of Option List or to one that cannot be stepped over.
bool give_options(Facts facts, ValueSink& sink) {
  constexpr std::size_t fixed_header = 20;
  if (!is_v4(facts) || facts.packet.ip_header.size() <= fixed_header) return false;
  ByteReader in(facts.packet.ip_header.subspan(fixed_header));
  while (in.remaining() > 0) {
    const auto kind = in.be<std::uint8_t>();
    if (kind > 1) {  // all but End of Option List and No Operation have a length
      const std::size_t length = in.be<std::uint8_t>();
      if (!in.ok() || length < 2) return false;
      in.skip(length - 2);
      if (!in.ok()) return false;
    }
    if (sink.number(kind)) return true;
    if (kind == 0) return false;
  }
  return false;
}

/// How far into the packet `part` begins; nothing if it does not lie in it.
std::optional<std::size_t> offset_in(const Packet& packet, ByteView part) {
  if (part.data() == nullptr) return std::nullopt;
  const std::less<> before;
  const std::byte* const end = packet.bytes.data() + packet.bytes.size();
  if (before(part.data(), packet.bytes.data()) || before(end, part.data())) return std::nullopt;
  return static_cast<std::size_t>(part.data() - packet.bytes.data());
}

/// With the extension headers, up to what they carry.
bool give_ipv6_header(Facts facts, ValueSink& sink) {
  const Packet& packet = facts.packet;
  if (is_v4(facts)) return false;
  const ByteView next = packet.transport_header.empty() ? packet.payload : packet.transport_header;
  const auto end = offset_in(packet, next);
  if (!end || *end < packet.ip_header.size()) return sink.bytes(packet.ip_header);
  return sink.bytes(packet.bytes.first(*end));
}

// ------------------------------------------------------------------------------------------------
// TCP and ICMP

/// The value of the first option of that kind that has `size` bytes.
bool give_tcp_option(Facts facts, std::uint8_t kind, std::size_t size, ValueSink& sink) {
  if (!has(facts, Transport::tcp)) return false;
  for (const decode::TcpOption& option : facts.packet.tcp.options) {
    if (option.kind != kind || option.data.size() != size) continue;
    ByteReader in(option.data);
    return sink.number(size == 1 ? in.be<std::uint8_t>() : in.be<std::uint16_t>());
  }
  return false;
}

bool is_icmp(Facts facts) {
  return has(facts, Transport::icmp) || has(facts, Transport::icmpv6);
}

/// Messages with an identifier and a sequence number: echo, timestamp, information and address mask
/// (RFC 792, RFC 950); echo of ICMPv6.
bool is_query(Facts facts) {
  const std::uint8_t type = facts.packet.icmp.type;
  if (has(facts, Transport::icmpv6)) return type == 128 || type == 129;
  return has(facts, Transport::icmp) && (type == 0 || type == 8 || (type >= 13 && type <= 18));
}

/// The number of T's size behind type, code and checksum, `at` bytes further on.
template <class T>
T icmp_number(Facts facts, std::size_t at) {
  constexpr std::size_t fixed = 4;
  ByteReader in(facts.packet.transport_header);
  in.skip(fixed + at);
  return in.be<T>();
}

// ------------------------------------------------------------------------------------------------
// Checksums

bool give_validity(bool valid, ValueSink& sink) {
  return sink.number(valid ? 1 : 0);
}

/// Of a cut packet nothing is said, and one whose checksums are not judged is taken as right, as in
/// Suricata.
bool is_cut(Facts facts) {
  return facts.packet.bytes.size() < facts.packet.total_length;
}

bool give_ipv4_checksum(Facts facts, ValueSink& sink) {
  if (!is_v4(facts)) return false;
  return give_validity(
      facts.checksums_ignored || decode::internet_checksum(facts.packet.ip_header) == 0, sink);
}

/// Transport header and payload.
ByteView segment_of(const Packet& packet) {
  const auto begin = offset_in(packet, packet.transport_header);
  if (!begin) return {};
  const ByteView rest = packet.bytes.subspan(*begin);
  return rest.first(std::min(rest.size(), packet.transport_header.size() + packet.payload.size()));
}

bool give_transport_checksum(Facts facts, IpVersion version, Transport transport, ValueSink& sink) {
  const Packet& packet = facts.packet;
  if (packet.version() != version || packet.transport != transport) return false;
  if (facts.checksums_ignored) return give_validity(true, sink);
  const ByteView segment = segment_of(packet);
  if (is_cut(facts) || segment.empty()) return false;
  if (transport == Transport::icmp)
    return give_validity(decode::internet_checksum(segment) == 0, sink);
  return give_validity(
      decode::transport_checksum(packet.source, packet.destination, packet.upper, segment) == 0,
      sink);
}

/// Zero is no checksum over IPv4 (RFC 768); over IPv6 it is a wrong one here, as in Suricata.
bool give_udpv4_checksum(Facts facts, ValueSink& sink) {
  constexpr std::size_t at = 6;
  ByteReader in(facts.packet.transport_header);
  in.skip(at);
  if (has(facts, Transport::udp) && in.be<std::uint16_t>() == 0) return false;
  return give_transport_checksum(facts, IpVersion::v4, Transport::udp, sink);
}

constexpr ReaderTable<FieldId::ethernet_header, FieldId::payload_size> kReaders(
    std::to_array<FieldReader>({
    {FieldId::ethernet_header,
     [](Facts f, ValueSink& sink) {
       return !f.packet.ethernet.empty() && sink.bytes(f.packet.ethernet);
     }},
    {FieldId::vlan_id,
     [](Facts f, ValueSink& sink) {
       return f.link != nullptr && give_numbers(vlans_of(*f.link, f.packet), sink,
                                                [](std::uint16_t id) { return id; });
     }},
    {FieldId::vlan_layers,
     [](Facts f, ValueSink& sink) {
       return f.link != nullptr && sink.number(vlans_of(*f.link, f.packet).size());
     }},
    {FieldId::ip_source,
     [](Facts f, ValueSink& sink) { return sink.bytes(f.packet.source.bytes()); }},
    {FieldId::ip_destination,
     [](Facts f, ValueSink& sink) { return sink.bytes(f.packet.destination.bytes()); }},
    {FieldId::same_ip,
     [](Facts f, ValueSink& sink) {
       return sink.number(f.packet.source == f.packet.destination ? 1 : 0);
     }},
    {FieldId::ip_proto,
     [](Facts f, ValueSink& sink) { return sink.number(std::to_underlying(f.packet.protocol)); }},
    {FieldId::ttl, [](Facts f, ValueSink& sink) { return sink.number(f.packet.ttl); }},
    {FieldId::tos,
     [](Facts f, ValueSink& sink) { return is_v4(f) && sink.number(f.packet.tos); }},
    {FieldId::ip_id,
     [](Facts f, ValueSink& sink) { return is_v4(f) && sink.number(f.packet.ip_id); }},
    {FieldId::frag_bits,
     [](Facts f, ValueSink& sink) { return is_v4(f) && sink.number(fragment_word(f) >> 13U); }},
    {FieldId::frag_offset, give_fragment_offset},
    {FieldId::ip_options, give_options},
    {FieldId::ipv4_header,
     [](Facts f, ValueSink& sink) { return is_v4(f) && sink.bytes(f.packet.ip_header); }},
    {FieldId::ipv6_header, give_ipv6_header},
    {FieldId::ipv4_checksum, give_ipv4_checksum},
    {FieldId::tcp_sequence,
     [](Facts f, ValueSink& sink) {
       return has(f, Transport::tcp) && sink.number(f.packet.tcp.sequence);
     }},
    {FieldId::tcp_acknowledgment,
     [](Facts f, ValueSink& sink) {
       return has(f, Transport::tcp) && sink.number(f.packet.tcp.acknowledgment);
     }},
    {FieldId::tcp_flags,
     [](Facts f, ValueSink& sink) {
       return has(f, Transport::tcp) && sink.number(f.packet.tcp.flags);
     }},
    {FieldId::tcp_window,
     [](Facts f, ValueSink& sink) {
       return has(f, Transport::tcp) && sink.number(f.packet.tcp.window);
     }},
    {FieldId::tcp_mss, [](Facts f, ValueSink& sink) { return give_tcp_option(f, 2, 2, sink); }},
    {FieldId::tcp_wscale, [](Facts f, ValueSink& sink) { return give_tcp_option(f, 3, 1, sink); }},
    {FieldId::tcp_header,
     [](Facts f, ValueSink& sink) {
       return has(f, Transport::tcp) && sink.bytes(f.packet.tcp.header);
     }},
    {FieldId::tcpv4_checksum,
     [](Facts f, ValueSink& sink) {
       return give_transport_checksum(f, IpVersion::v4, Transport::tcp, sink);
     }},
    {FieldId::tcpv6_checksum,
     [](Facts f, ValueSink& sink) {
       return give_transport_checksum(f, IpVersion::v6, Transport::tcp, sink);
     }},
    {FieldId::udp_header,
     [](Facts f, ValueSink& sink) {
       return has(f, Transport::udp) && sink.bytes(f.packet.transport_header);
     }},
    {FieldId::udpv4_checksum, give_udpv4_checksum},
    {FieldId::udpv6_checksum,
     [](Facts f, ValueSink& sink) {
       return give_transport_checksum(f, IpVersion::v6, Transport::udp, sink);
     }},
    {FieldId::icmp_type,
     [](Facts f, ValueSink& sink) { return is_icmp(f) && sink.number(f.packet.icmp.type); }},
    {FieldId::icmp_code,
     [](Facts f, ValueSink& sink) { return is_icmp(f) && sink.number(f.packet.icmp.code); }},
    {FieldId::icmp_id,
     [](Facts f, ValueSink& sink) {
       return is_query(f) && sink.number(icmp_number<std::uint16_t>(f, 0));
     }},
    {FieldId::icmp_sequence,
     [](Facts f, ValueSink& sink) {
       return is_query(f) && sink.number(icmp_number<std::uint16_t>(f, 2));
     }},
    {FieldId::icmpv6_mtu,
     [](Facts f, ValueSink& sink) {  // RFC 4443 section 3.2
       return has(f, Transport::icmpv6) && f.packet.icmp.type == 2 &&
              sink.number(icmp_number<std::uint32_t>(f, 0));
     }},
    {FieldId::icmpv4_header,
     [](Facts f, ValueSink& sink) {
       return has(f, Transport::icmp) && sink.bytes(f.packet.transport_header);
     }},
    {FieldId::icmpv6_header,
     [](Facts f, ValueSink& sink) {
       return has(f, Transport::icmpv6) && sink.bytes(f.packet.transport_header);
     }},
    {FieldId::icmpv4_checksum,
     [](Facts f, ValueSink& sink) {
       return give_transport_checksum(f, IpVersion::v4, Transport::icmp, sink);
     }},
    {FieldId::icmpv6_checksum,
     [](Facts f, ValueSink& sink) {
       return give_transport_checksum(f, IpVersion::v6, Transport::icmpv6, sink);
     }},
    {FieldId::payload_size,
     [](Facts f, ValueSink& sink) { return sink.number(f.packet.payload.size()); }},
}));

}  // namespace

bool visit_packet(const PacketFacts& facts, FieldId field, ValueSink& sink) {
  return kReaders.visit(facts, field, sink);
}

}  // namespace espial::detect
