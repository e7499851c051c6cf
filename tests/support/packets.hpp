#pragma once
#include "engine/base/bytes.hpp"
#include "tests/support/bytes.hpp"

/// Packets for tests, from the inside out:
///
///   ethernet(0x0800, ipv4({.protocol = 17}, udp({.source = 4500, .destination = 4500}, esp({.spi =
///   7}))))
///
/// Lengths and checksums are right unless a field says otherwise, so a test names only what it is
/// about. ipv4() and ipv6() fill in a UDP, TCP or ICMPv6 checksum that is still zero, since only
/// they know the addresses.
namespace espial::test {

inline constexpr std::uint16_t kEtherIpv4 = 0x0800;
inline constexpr std::uint16_t kEtherIpv6 = 0x86DD;

// ------------------------------------------------------------------------------------------------
// link

[[nodiscard]] inline Bytes ethernet(std::uint16_t ether_type, ByteView payload) {
  return Writer().raw(from_hex("02000000000b 02000000000a")).u16(ether_type).raw(payload).take();
}

/// A tag's content and what follows it; give ethernet() (or the tag around it) the tag's own 0x8100
/// or 0x88A8.
[[nodiscard]] inline Bytes vlan(std::uint16_t tci, std::uint16_t ether_type, ByteView payload) {
  return Writer().u16(tci).u16(ether_type).raw(payload).take();
}

[[nodiscard]] inline Bytes linux_sll(std::uint16_t ether_type, ByteView payload) {
  return Writer()
      .u16(0)
      .u16(1)
      .u16(6)
      .raw(from_hex("02000000000a0000"))
      .u16(ether_type)
      .raw(payload)
      .take();
}

[[nodiscard]] inline Bytes linux_sll2(std::uint16_t ether_type, ByteView payload) {
  return Writer()
      .u16(ether_type)
      .u16(0)
      .u32(2)
      .u16(1)
      .u8(0)
      .u8(6)
      .raw(from_hex("02000000000a0000"))
      .raw(payload)
      .take();
}

/// PPPoE session header and PPP protocol (RFC 2516 section 4): 0x0021 IPv4, 0x0057 IPv6.
[[nodiscard]] inline Bytes pppoe(std::uint16_t ppp_protocol, ByteView payload) {
  return Writer()
      .u8(0x11)
      .u8(0)
      .u16(1)
      .u16(payload.size() + 2)
      .u16(ppp_protocol)
      .raw(payload)
      .take();
}

/// One MPLS label stack entry (RFC 3032 section 2.1).
[[nodiscard]] inline Bytes mpls(std::uint32_t label, bool bottom, ByteView payload) {
  return Writer().u32(label << 12U | (bottom ? 0x100U : 0U) | 64U).raw(payload).take();
}

// ------------------------------------------------------------------------------------------------
// IP

struct Ipv4 {
  std::string_view source = "10.9.0.1", destination = "10.9.0.2";
  std::uint8_t protocol = 17;
  std::uint8_t ttl = 64, tos = 0, version = 4;
  std::uint16_t id = 1;
  std::uint32_t offset = 0;  // of a fragment, in bytes
  bool more = false, dont_fragment = false;
  Bytes options = {};  // padded to four bytes with End of Option List
  std::optional<std::uint8_t> header_words = std::nullopt;
  std::optional<std::uint16_t> total_length = std::nullopt, checksum = std::nullopt;
  bool fill_transport_checksum = true;
};

struct Ipv6 {
  std::string_view source = "2001:db8::1", destination = "2001:db8::2";
  std::uint8_t next_header = 17;
  std::uint8_t hop_limit = 64, traffic_class = 0, version = 6;
  std::uint32_t flow_label = 0;
  std::optional<std::uint16_t> payload_length = std::nullopt;
  bool fill_transport_checksum = true;
};

namespace detail {

inline std::optional<std::size_t> checksum_offset(unsigned protocol) {
  switch (protocol) {
    case 6: return 16;
    case 17: return 6;
    case 58: return 2;
    default: return std::nullopt;
  }
}

inline void fill_checksum(const IpAddress& source, const IpAddress& destination, unsigned protocol,
                          Bytes& payload, std::size_t start) {
  const auto offset = checksum_offset(protocol);
  if (!offset || payload.size() < start + *offset + 2) return;
  if (read_be<std::uint16_t>(ByteView(payload).subspan(start + *offset)) != 0) return;
  const ByteView transport = ByteView(payload).subspan(start);
  const Bytes pseudo = Writer()
                           .raw(source.bytes())
                           .raw(destination.bytes())
                           .u32(transport.size())
                           .u32(protocol)
                           .take();
  const std::uint16_t sum = internet_checksum(join({pseudo, transport}));
  put_u16(payload, start + *offset, sum == 0 && protocol == 17 ? 0xFFFFU : sum);
}

/// Where the transport starts behind hop-by-hop, routing and destination options, and which it is.
inline std::pair<std::size_t, unsigned> skip_extensions(unsigned next, ByteView payload) {
  std::size_t at = 0;
  while ((next == 0 || next == 43 || next == 60) && payload.size() >= at + 8) {
    next = std::to_integer<unsigned>(payload[at]);
    at += (std::to_integer<std::size_t>(payload[at + 1]) + 1) * 8;
  }
  return {at, next};
}

}  // namespace detail

[[nodiscard]] inline Bytes ipv4(const Ipv4& f, ByteView body) {
  Bytes options = f.options;
  options.resize((options.size() + 3) / 4 * 4);
  Bytes payload = copy(body);
  const bool whole = f.offset == 0 && !f.more;
  if (f.fill_transport_checksum && whole) {
    detail::fill_checksum(ip(f.source), ip(f.destination), f.protocol, payload, 0);
  }
  const std::size_t header_size = 20 + options.size();
  const unsigned words = f.header_words.value_or(static_cast<std::uint8_t>(header_size / 4));
  Bytes header =
      Writer()
          .u8(unsigned{f.version} << 4U | words)
          .u8(f.tos)
          .u16(f.total_length.value_or(static_cast<std::uint16_t>(header_size + payload.size())))
          .u16(f.id)
          .u16((f.dont_fragment ? 0x4000U : 0U) | (f.more ? 0x2000U : 0U) | f.offset / 8)
          .u8(f.ttl)
          .u8(f.protocol)
          .u16(0)
          .raw(ip(f.source).bytes())
          .raw(ip(f.destination).bytes())
          .raw(options)
          .take();
  put_u16(header, 10, f.checksum.value_or(internet_checksum(header)));
  return join({header, payload});
}

[[nodiscard]] inline Bytes ipv6(const Ipv6& f, ByteView body) {
  Bytes payload = copy(body);
  if (f.fill_transport_checksum) {
    const auto [start, protocol] = detail::skip_extensions(f.next_header, payload);
    detail::fill_checksum(ip(f.source), ip(f.destination), protocol, payload, start);
  }
  return Writer()
      .u32(std::uint32_t{f.version} << 28U | std::uint32_t{f.traffic_class} << 20U | f.flow_label)
      .u16(f.payload_length.value_or(static_cast<std::uint16_t>(payload.size())))
      .u8(f.next_header)
      .u8(f.hop_limit)
      .raw(ip(f.source).bytes())
      .raw(ip(f.destination).bytes())
      .raw(payload)
      .take();
}

/// Hop-by-hop (0), routing (43) or destination options (60) header: `content` is padded with zeros
/// (Pad1) to 8 bytes.
[[nodiscard]] inline Bytes ipv6_extension(std::uint8_t next_header, ByteView content,
                                          ByteView payload) {
  const std::size_t size = (2 + content.size() + 7) / 8 * 8;
  return Writer()
      .u8(next_header)
      .u8(size / 8 - 1)
      .raw(content)
      .raw(filler(size - 2 - content.size()))
      .raw(payload)
      .take();
}

/// IPv6 fragment header (44); `offset` in bytes.
[[nodiscard]] inline Bytes ipv6_fragment(std::uint8_t next_header, std::uint32_t offset, bool more,
                                         std::uint32_t id, ByteView payload) {
  return Writer()
      .u8(next_header)
      .u8(0)
      .u16(offset / 8 * 8 | (more ? 1U : 0U))
      .u32(id)
      .raw(payload)
      .take();
}

// ------------------------------------------------------------------------------------------------
// transport

struct Udp {
  std::uint16_t source = 500, destination = 500;
  std::optional<std::uint16_t> length = std::nullopt;
  std::uint16_t checksum = 0;  // zero: the IP builder fills it in
};

[[nodiscard]] inline Bytes udp(const Udp& f, ByteView payload) {
  return Writer()
      .u16(f.source)
      .u16(f.destination)
      .u16(f.length.value_or(static_cast<std::uint16_t>(8 + payload.size())))
      .u16(f.checksum)
      .raw(payload)
      .take();
}

struct Tcp {
  std::uint16_t source = 40000, destination = 4500;
  std::uint32_t sequence = 1, acknowledgment = 0;
  std::uint8_t flags = 0x18;  // PSH ACK
  std::uint16_t window = 65535, urgent = 0;
  Bytes options = {};  // padded to four bytes with End of Option List
  std::optional<std::uint8_t> header_words = std::nullopt;
  std::uint16_t checksum = 0;  // zero: the IP builder fills it in
};

[[nodiscard]] inline Bytes tcp(const Tcp& f, ByteView payload) {
  Bytes options = f.options;
  options.resize((options.size() + 3) / 4 * 4);
  const unsigned words = f.header_words.value_or(static_cast<std::uint8_t>(5 + options.size() / 4));
  return Writer()
      .u16(f.source)
      .u16(f.destination)
      .u32(f.sequence)
      .u32(f.acknowledgment)
      .u8(words << 4U)
      .u8(f.flags)
      .u16(f.window)
      .u16(f.checksum)
      .u16(f.urgent)
      .raw(options)
      .raw(payload)
      .take();
}

/// ICMP for IPv4 with its checksum; `rest` is the second word of the header (id and sequence of an
/// echo).
[[nodiscard]] inline Bytes icmp(std::uint8_t type, std::uint8_t code, std::uint32_t rest,
                                ByteView payload) {
  Bytes message = Writer().u8(type).u8(code).u16(0).u32(rest).raw(payload).take();
  put_u16(message, 2, internet_checksum(message));
  return message;
}

/// ICMPv6; ipv6() fills the checksum in.
[[nodiscard]] inline Bytes icmpv6(std::uint8_t type, std::uint8_t code, std::uint32_t rest,
                                  ByteView payload) {
  return Writer().u8(type).u8(code).u16(0).u32(rest).raw(payload).take();
}

/// GRE version 0 without optional fields (RFC 2784).
[[nodiscard]] inline Bytes gre(std::uint16_t protocol, ByteView payload) {
  return Writer().u16(0).u16(protocol).raw(payload).take();
}

[[nodiscard]] inline Bytes sctp(std::uint16_t source, std::uint16_t destination, ByteView chunks) {
  return Writer().u16(source).u16(destination).u32(1).u32(0).raw(chunks).take();
}

// ------------------------------------------------------------------------------------------------
// tunnels

/// VXLAN (RFC 7348 section 5), for the payload of a UDP packet to port 4789; `frame` is Ethernet.
[[nodiscard]] inline Bytes vxlan(std::uint32_t network, ByteView frame) {
  return Writer().u32(0x0800'0000U).u32(network << 8U).raw(frame).take();
}

/// Geneve (RFC 8926 section 3.4), for UDP port 6081; `options` of a multiple of four bytes.
[[nodiscard]] inline Bytes geneve(std::uint32_t network, std::uint16_t ether_type, ByteView payload,
                                  ByteView options = {}) {
  return Writer()
      .u8(options.size() / 4)
      .u8(0)
      .u16(ether_type)
      .u32(network << 8U)
      .raw(options)
      .raw(payload)
      .take();
}

/// GRE with a sequence number, and ERSPAN type II in it.
[[nodiscard]] inline Bytes erspan(std::uint16_t vlan_id, ByteView frame) {
  return Writer()
      .u16(0x1000)
      .u16(0x88BE)
      .u32(1)
      .u16(0x1000U | vlan_id)
      .u16(7)
      .u32(0)
      .raw(frame)
      .take();
}

/// Network Service Header of metadata type 2, without metadata (RFC 8300 section 2).
[[nodiscard]] inline Bytes nsh(std::uint8_t next_protocol, ByteView payload) {
  return Writer().u16(0x0FC2).u8(2).u8(next_protocol).u32(0x000001FF).raw(payload).take();
}

/// ARP of IPv4 over Ethernet (RFC 826); `operation` 1 asks.
[[nodiscard]] inline Bytes arp(std::uint16_t operation) {
  return Writer()
      .raw(from_hex("0001 0800 06 04"))
      .u16(operation)
      .raw(from_hex("02000000000a 0a090001 000000000000 0a090002"))
      .take();
}

// ------------------------------------------------------------------------------------------------
// IPsec

struct Esp {
  std::uint32_t spi = 0x12345678;
  std::uint32_t sequence = 1;
  std::size_t body_size = 64;  // IV, ciphertext and ICV: filler
};

[[nodiscard]] inline Bytes esp(const Esp& f) {
  return Writer().u32(f.spi).u32(f.sequence).raw(filler(f.body_size, 0xA5)).take();
}

struct Ah {
  std::uint8_t next_header = 50;
  std::uint32_t spi = 0x12345678;
  std::uint32_t sequence = 1;
  std::size_t icv_size = 12;  // 12 + icv_size must be a multiple of four (of eight for IPv6)
  std::optional<std::uint8_t> payload_length = std::nullopt;
};

/// AH (RFC 4302 section 2) in front of `payload`.
[[nodiscard]] inline Bytes ah(const Ah& f, ByteView payload) {
  return Writer()
      .u8(f.next_header)
      .u8(f.payload_length.value_or(static_cast<std::uint8_t>((12 + f.icv_size) / 4 - 2)))
      .u16(0)
      .u32(f.spi)
      .u32(f.sequence)
      .raw(filler(f.icv_size, 0x5A))
      .raw(payload)
      .take();
}

}  // namespace espial::test
