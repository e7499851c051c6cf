#include "engine/decode/walk.hpp"

/// ARP (RFC 826) of IPv4 over Ethernet, and RARP's two operations (RFC 903): is it well formed?
/// What it says is not read.
namespace espial::decode {
namespace {

constexpr std::uint16_t kEthernetHardware = 1;
constexpr std::uint16_t kIpv4Protocol = 0x0800;
constexpr std::size_t kMacSize = 6;
constexpr std::size_t kIpv4Size = 4;
constexpr std::size_t kFixedHeader = 8;
constexpr std::size_t kWhole = kFixedHeader + (2 * (kMacSize + kIpv4Size));

struct ArpHeader {
  std::uint16_t hardware = 0, protocol = 0;
  std::uint8_t hardware_size = 0, protocol_size = 0;
  std::uint16_t operation = 0;
};

std::optional<ArpHeader> read_header(ByteView bytes) noexcept {
  ByteReader in(bytes);
  ArpHeader header;
  header.hardware = in.be<std::uint16_t>();
  header.protocol = in.be<std::uint16_t>();
  header.hardware_size = in.be<std::uint8_t>();
  header.protocol_size = in.be<std::uint8_t>();
  header.operation = in.be<std::uint16_t>();
  return in.ok() ? std::optional(header) : std::nullopt;
}

/// The first thing that is wrong.
std::optional<Event> fault_of(ByteView bytes) noexcept {
  const std::optional<ArpHeader> header = read_header(bytes);
  if (!header) return Event::arp_pkt_too_small;
  if (header->hardware != kEthernetHardware) return Event::arp_unsupported_hardware;
  if (header->protocol != kIpv4Protocol) return Event::arp_unsupported_protocol;
  if (bytes.size() < kWhole) return Event::arp_invalid_pkt;
  if (header->hardware_size != kMacSize) return Event::arp_invalid_hardware_size;
  if (header->protocol_size != kIpv4Size) return Event::arp_invalid_protocol_size;
  if (header->operation < 1 || header->operation > 4) return Event::arp_unsupported_opcode;
  return std::nullopt;
}

}  // namespace

Next decode_arp(Walk& walk, ByteView bytes) noexcept {
  walk.count(Carrier::arp);
  if (const std::optional<Event> fault = fault_of(bytes)) {
    walk.note(*fault);
    return {};
  }
  const bool inner = !walk.out.packets.empty();
  walk.out.arp = Arp{.bytes = bytes,
                     .ethernet = inner ? walk.ethernet : walk.out.link.ethernet,
                     .tunnel = inner ? walk.tunnel : Tunnel::none,
                     .tunnel_vlans = walk.tunnel_vlans};
  return {};
}

}  // namespace espial::decode
