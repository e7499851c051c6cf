#pragma once
#include <cstdint>

#include "engine/base/bytes.hpp"
#include "engine/base/strong_int.hpp"
#include "engine/ipsec/anomaly.hpp"

namespace espial::ipsec {

inline constexpr Port kIkePort{500};
inline constexpr Port kNatTraversalPort{4500};
/// ESP in UDP as on 4500, of gateways that exchange keys elsewhere (TLS).
inline constexpr Port kEspInUdpPort{4501};
inline constexpr Port kGdoiPort{848};

/// What carries an IPsec message; the numbers of registry::kEncapsulations.
enum class Encapsulation : std::uint8_t {
  none,       // IP itself
  udp,        // UDP without a marker: port 500
  udp_encap,  // UDP as RFC 3948 has it: the first word tells IKE and ESP apart
  tcp         // RFC 9329
};

/// What a payload carries; the numbers of registry::kIpsecContents.
enum class Content : std::uint8_t {
  none,       // nothing of IPsec
  ike,        // `inner` starts at the IKE header; the non-ESP marker, if any, is taken off
  esp,        // `inner` starts at the SPI
  wesp,       // `inner` starts at the WESP header (in UDP behind the marker word 2)
  ipcomp,     // `inner` starts at the IPComp header
  keepalive,  // one byte 0xFF
  gdoi,       // group keys on a port of their own (RFC 6407): named, not read
  malformed   // on a port of IPsec, but none of these; see `anomalies`
};

struct Carried {
  Content content = Content::none;
  Encapsulation encapsulation = Encapsulation::none;
  ByteView inner;
  AnomalySet anomalies;
};

/// What the ports say of a UDP payload; the receiver's port goes before the sender's.
/// Encapsulation::none: nothing.
[[nodiscard]] Encapsulation encapsulation_of(Port source, Port destination) noexcept;

/// Classifies a UDP payload by its ports and first bytes (RFC 3948 section 2, RFC 7296
/// section 2.23, RFC 5840 section 2.1.1). No state, no guess on other ports.
[[nodiscard]] Carried classify_udp(Port source, Port destination, ByteView payload) noexcept;

/// The same for a payload known to be encapsulated so, whatever its ports: of an endpoint that
/// engine/sa has learned, or a message out of a TCP stream (RFC 9329 section 3), where there are no
/// keepalives.
[[nodiscard]] Carried classify(Encapsulation encapsulation, ByteView payload) noexcept;

}  // namespace espial::ipsec
