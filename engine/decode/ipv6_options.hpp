#pragma once
#include <cstdint>
#include <optional>

#include "engine/base/bytes.hpp"
#include "engine/decode/event.hpp"

namespace espial::decode {

enum class OptionsHeader : std::uint8_t { hop_by_hop, destination };

/// What the options of a hop-by-hop or destination options header say (RFC 8200 section 4.2).
struct Ipv6Options {
  EventSet events;
  std::optional<std::uint32_t> jumbo_length;  // RFC 2675: the payload length above 65,535
  bool home_address = false;  // RFC 6275 section 6.3: the source address stands in the option
};

/// `options` is the header without its first two bytes.
[[nodiscard]] Ipv6Options read_ipv6_options(OptionsHeader header, ByteView options) noexcept;

}  // namespace espial::decode
