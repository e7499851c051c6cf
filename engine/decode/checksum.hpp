#pragma once
#include <cstdint>

#include "engine/base/bytes.hpp"
#include "engine/base/ip_address.hpp"
#include "engine/decode/packet.hpp"

namespace espial::decode {

/// RFC 1071 over `bytes`: what a sender writes when the checksum field is zero, and zero over bytes
/// whose checksum field is right.
[[nodiscard]] std::uint16_t internet_checksum(ByteView bytes) noexcept;

/// The same over a transport segment with the pseudo-header in front (RFC 768, RFC 9293
/// section 3.1, RFC 8200 section 8.1). The length in the pseudo-header is that of `segment`.
[[nodiscard]] std::uint16_t transport_checksum(const IpAddress& source,
                                               const IpAddress& destination, IpProtocol protocol,
                                               ByteView segment) noexcept;

}  // namespace espial::decode
