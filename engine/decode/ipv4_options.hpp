#pragma once
#include "engine/base/bytes.hpp"
#include "engine/decode/packet.hpp"

namespace espial::decode {

struct CheckedOptions {
  EventSet events;
  Ipv4Options seen;
};

/// Which options there are, and what is wrong with the options of an IPv4 header (RFC 791
/// section 3.1): lengths, pointers of the route and timestamp options, kinds that may stand once,
/// padding. Their content is not kept.
[[nodiscard]] CheckedOptions check_ipv4_options(ByteView options) noexcept;

}  // namespace espial::decode
