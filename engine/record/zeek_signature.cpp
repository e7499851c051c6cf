#include "engine/record/zeek_signature.hpp"

#include <utility>

namespace espial::record {

namespace {

/// Wider than the registries: 0x36, not 36, is the upper bound; a chain's last payload (0) does not
/// match.
constexpr bool is_payload(std::uint8_t type) {
  return (type >= 0x01 && type <= 0x36) || type == 0x84;
}

constexpr bool is_exchange(std::uint8_t type) {
  return (type >= 0x01 && type <= 0x05) || (type >= 0x22 && type <= 0x29);
}

bool is_ike_header(ByteReader in) {
  in.skip(16);  // both SPIs
  const auto next = in.be<std::uint8_t>();
  const auto version = in.be<std::uint8_t>();
  const auto exchange = in.be<std::uint8_t>();
  in.skip(9);  // flags, message id, length
  const auto second = in.be<std::uint8_t>();
  return in.ok() && is_payload(next) && (version == 0x10 || version == 0x20) &&
         is_exchange(exchange) && is_payload(second);
}

bool is_marked_ike_header(ByteReader in) {
  const auto marker = in.be<std::uint32_t>();
  return in.ok() && marker == 0 && is_ike_header(in);
}

}  // namespace

bool matches_zeek_signature(ByteView bytes, ZeekCarrier carrier) noexcept {
  ByteReader in(bytes);
  switch (carrier) {
    case ZeekCarrier::udp: return is_ike_header(in) || is_marked_ike_header(in);
    case ZeekCarrier::tcp: in.skip(2); return in.ok() && is_marked_ike_header(in);
  }
  std::unreachable();
}

}  // namespace espial::record
