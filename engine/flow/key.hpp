#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <type_traits>

#include "engine/base/ip_address.hpp"
#include "engine/base/siphash.hpp"
#include "engine/base/strong_int.hpp"
#include "engine/decode/packet.hpp"

namespace espial::flow {

/// What makes packets belong together.
///
/// * UDP, TCP, SCTP: the 5-tuple, both directions alike.
/// * ESP and AH, bare or in UDP: source, destination (and ports) and SPI. An SPI is chosen by the
/// receiver and names one
///   direction only, so such a flow has no way back, and each SPI of a tunnel is a flow of its own:
///   a rule that drops one leaves the others, and the IKE messages of the same ports, alone.
/// * ICMP: the addresses, the pair of types that answer each other, and the identifier; one-way
/// messages (errors) are
///   directed, with type and code in the place of ports.
/// * VLAN tags and what carried the packet (tunnels: carrier_of()) count everywhere.
/// * A *conversation* is the part of a UDP flow that belongs to one IKE SA, named by the
/// initiator's SPI. It exists only
///   as a mark that a verdict sets: dropping an IKEv1 attempt must not silence IKEv2 between the
///   same ports.
enum class KeyKind : std::uint8_t { packets, conversation };

/// 56 bytes without padding: hashed and compared as bytes.
struct FlowKey {
  std::array<std::byte, 16> low{},
      high{};  // endpoints in canonical order; source and destination when directed
  std::uint64_t discriminator = 0;  // SPI, ICMP identifier, IKE initiator SPI
  std::uint32_t vlans = 0;          // up to two VLAN ids, 12 bits each
  std::uint32_t carrier = 0;        // carrier_of() the packet around this one; 0 outside tunnels
  std::uint16_t low_port = 0, high_port = 0;
  std::uint8_t protocol = 0;  // Internet protocol number
  IpVersion version = IpVersion::v4;
  KeyKind kind = KeyKind::packets;
  bool directed = false;  // the reverse is another flow

  friend bool operator==(const FlowKey&, const FlowKey&) = default;
};
static_assert(sizeof(FlowKey) == 56 && std::has_unique_object_representations_v<FlowKey>);

/// A key and which of its endpoints sent the packet.
struct KeyedPacket {
  FlowKey key;
  bool from_low = true;
};

/// What a key is made of, whichever way it was found: from a packet, or from what an ICMP error
/// quotes of one.
struct KeyParts {
  IpAddress source, destination;
  std::uint8_t protocol = 0;
  std::uint16_t source_port = 0, destination_port = 0;
  std::uint64_t discriminator = 0;
  bool one_way = false;
};
[[nodiscard]] KeyedPacket make_key(const KeyParts& parts, std::uint32_t vlans,
                                   std::uint32_t carrier) noexcept;

/// The parts of an ICMP or ICMPv6 message: types that answer each other share a flow, and stand in
/// it in the place of ports. `id`: of echo messages, 0 else. Addresses and protocol are the
/// caller's.
[[nodiscard]] KeyParts icmp_parts(IpVersion version, std::uint8_t type, std::uint8_t code,
                                  std::uint16_t id) noexcept;

/// The key of `packet`. `spi`: of the outermost ESP or AH header when the packet has one, on any
/// carrier.
[[nodiscard]] KeyedPacket make_key(const decode::Packet& packet, const decode::Link& link,
                                   std::optional<Spi> spi, std::uint32_t carrier) noexcept;

/// Of whose outer packet a tunnelled one is, for its key: the flow that carried it, `own`. But
/// where the two directions of a tunnel are flows of their own, it is what they have in common: of
/// VXLAN and Geneve, whose source port is a hash of the inner packet, the addresses, the port and
/// the network; of ESP and AH the addresses. The tags in the tunnel count too. `outer` is the
/// packet at `depth` of `frame`, `around` what this gave for it, `directed` whether its flow is.
/// Never 0.
[[nodiscard]] std::uint32_t carrier_of(const decode::DecodedFrame& frame, std::size_t depth,
                                       std::uint32_t own, bool directed, std::uint32_t around,
                                       const SipKey& secret) noexcept;

/// The VLAN tags of a key: the last two, 12 bits each.
[[nodiscard]] std::uint32_t fold_vlans(const decode::Link& link) noexcept;

/// The conversation of one IKE SA inside the UDP flow `key`.
[[nodiscard]] FlowKey conversation_key(const FlowKey& key, IkeSpi initiator) noexcept;

}  // namespace espial::flow
