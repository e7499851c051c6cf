#pragma once
#include <cstdint>
#include <optional>

#include "engine/base/bytes.hpp"
#include "engine/decode/walk.hpp"

namespace espial::decode {

/// Walks the extension headers (RFC 8200 section 4) from packet.protocol on, kMaxExtensionHeaders
/// at most, and goes on with what stands behind them. Sets protocol, upper, fragment, auth_headers
/// and payload.
Next decode_ipv6_chain(Walk& walk, Packet& packet, ByteView bytes) noexcept;

/// The length of a jumbogram's payload, read from the hop-by-hop header at the front of `bytes`;
/// nothing without one.
[[nodiscard]] std::optional<std::uint32_t> jumbo_payload_length(ByteView bytes) noexcept;

}  // namespace espial::decode
