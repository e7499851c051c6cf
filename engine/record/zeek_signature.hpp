#pragma once
#include "engine/base/bytes.hpp"

namespace espial::record {

enum class ZeekCarrier : std::uint8_t { udp, tcp };

/// Whether Zeek's IPsec package would attach its analyzer to a connection for these bytes: a whole
/// UDP payload, or the first bytes of one direction of a TCP stream. Ports do not count. UDP: an
/// IKE header, with or without the non-ESP marker in front; TCP: two bytes (the length of RFC
/// 8229), then with the marker. Of the header it looks at next payload, version (1.0 or 2.0) and
/// exchange type, and then at the first payload's next payload.
[[nodiscard]] bool matches_zeek_signature(ByteView bytes, ZeekCarrier carrier) noexcept;

}  // namespace espial::record
