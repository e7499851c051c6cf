#pragma once
#include <cstdint>

#include "engine/base/bytes.hpp"
#include "engine/base/strong_int.hpp"
#include "engine/ipsec/anomaly.hpp"

namespace espial::ipsec {

inline constexpr Port kIkePort{500};
inline constexpr Port kNatTraversalPort{4500};

/// What a UDP payload carries, by RFC 3948 section 2, RFC 7296 section 2.23 and RFC 5840
/// section 2.1.1.
enum class Content : std::uint8_t {
  none,       // not a carrier of IPsec
  ike,        // `inner` starts at the IKE header; the non-ESP marker, if any, is taken off
  esp,        // `inner` starts at the SPI
  wesp,       // `inner` starts at the WESP header (the marker word 2 taken off)
  keepalive,  // one byte 0xFF
  malformed,  // on a NAT traversal port, but none of these; see `anomalies`
};

struct Carried {
  Content content = Content::none;
  bool natt = false;  // came over UDP encapsulation (port 4500)
  ByteView inner;
  AnomalySet anomalies;
};

/// Classifies a UDP payload by its ports and first bytes. No state, no guess on other ports.
[[nodiscard]] Carried classify_udp(Port source, Port destination, ByteView payload) noexcept;

}  // namespace espial::ipsec
