#include "engine/decode/walk.hpp"

/// Authentication Header (RFC 4302 section 2), as far as the way past it: engine/ipsec reads what
/// it says.
namespace espial::decode {
namespace {

constexpr std::size_t kFixedHeader = 12;

}  // namespace

std::optional<AfterAh> decode_ah(Walk& walk, Packet& packet, ByteView bytes) noexcept {
  ByteReader in(bytes);
  const IpProtocol next{in.be<std::uint8_t>()};
  const std::size_t size = (std::size_t{in.be<std::uint8_t>()} + 2) * 4;
  const auto reserved = in.be<std::uint16_t>();
  if (!in.ok() || bytes.size() < kFixedHeader) {
    walk.note(Event::ah_trunc);
    return std::nullopt;
  }
  if (size < kFixedHeader) {
    walk.note(Event::ah_bad_length);
    return std::nullopt;
  }
  if (size > bytes.size()) {
    walk.note(Event::ah_trunc);
    return std::nullopt;
  }
  if (packet.auth_headers.size() == kMaxAuthHeaders) {
    walk.note(Event::ah_too_many);
    return std::nullopt;
  }
  if (reserved != 0)
    walk.note(packet.version() == IpVersion::v6 ? Event::ipv6_exthdr_ah_res_not_null
                                                : Event::ah_res_not_null);
  packet.auth_headers.push_back(bytes.first(size));
  return AfterAh{.next = next, .rest = bytes.subspan(size)};
}

}  // namespace espial::decode
