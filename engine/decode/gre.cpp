#include "engine/decode/walk.hpp"

/// GRE: version 0 (RFC 2784, RFC 2890, with the routing of RFC 1701) and version 1 (RFC 2637,
/// PPTP).
namespace espial::decode {
namespace {

constexpr std::uint16_t kPpp = 0x880B;
constexpr std::uint16_t kErspan = 0x88BE;
constexpr std::uint16_t kErspanType3 = 0x22EB;
constexpr std::size_t kMaxSourceRoutes = 32;

/// The first two bytes.
struct Flags {
  std::uint16_t bits = 0;

  [[nodiscard]] bool checksum() const noexcept { return (bits & 0x8000U) != 0; }
  [[nodiscard]] bool routing() const noexcept { return (bits & 0x4000U) != 0; }
  [[nodiscard]] bool key() const noexcept { return (bits & 0x2000U) != 0; }
  [[nodiscard]] bool sequence() const noexcept { return (bits & 0x1000U) != 0; }
  [[nodiscard]] bool strict_source_route() const noexcept { return (bits & 0x0800U) != 0; }
  [[nodiscard]] bool recursion() const noexcept { return (bits & 0x0700U) != 0; }
  [[nodiscard]] bool acknowledgment() const noexcept { return (bits & 0x0080U) != 0; }  // version 1
  [[nodiscard]] bool reserved() const noexcept { return (bits & 0x0078U) != 0; }
  [[nodiscard]] unsigned version() const noexcept { return bits & 0x0007U; }
};

/// Source route entries (RFC 1701): family, offset, length, addresses; the entry of family and
/// length zero ends them.
bool skip_source_routes(ByteReader& in) noexcept {
  for (std::size_t entries = 0; entries < kMaxSourceRoutes; ++entries) {
    const auto family = in.be<std::uint16_t>();
    in.skip(1);
    const auto length = in.be<std::uint8_t>();
    if (!in.ok()) return false;
    if (family == 0 && length == 0) return true;
    in.skip(length);
  }
  return false;
}

Next decode_version0(Walk& walk, Flags flags, ByteReader in, std::uint16_t protocol) noexcept {
  // Receivers differ in what they make of these two: the header is read on.
  if (flags.recursion()) walk.note(Event::gre_version0_recur);
  if (flags.reserved() || flags.acknowledgment()) walk.note(Event::gre_version0_flags);
  if (flags.checksum() || flags.routing()) in.skip(4);
  if (flags.key()) in.skip(4);
  if (flags.sequence()) in.skip(4);
  if (!in.ok()) {
    walk.note(Event::gre_version0_hdr_too_big);
    return {};
  }
  if (flags.routing() && !skip_source_routes(in)) {
    walk.note(Event::gre_version0_malformed_sre_hdr);
    return {};
  }
  if (protocol == kErspan) return decode_erspan(walk, flags.sequence(), in.rest());
  if (protocol == kErspanType3) return decode_erspan_type3(walk, in.rest());
  walk.tunnel = Tunnel::gre;
  return by_ether_type(walk, protocol, in.rest()).value_or(Next{});
}

/// RFC 2637 section 4.1: the fields of version 0 that must be zero here.
void note_wrong_version1_flags(Walk& walk, Flags flags) noexcept {
  if (flags.checksum()) walk.note(Event::gre_version1_chksum);
  if (flags.routing()) walk.note(Event::gre_version1_route);
  if (flags.strict_source_route()) walk.note(Event::gre_version1_ssr);
  if (flags.recursion()) walk.note(Event::gre_version1_recur);
  if (flags.reserved()) walk.note(Event::gre_version1_flags);
}

Next decode_version1(Walk& walk, Flags flags, ByteReader in, std::uint16_t protocol) noexcept {
  note_wrong_version1_flags(walk, flags);
  if (protocol != kPpp) {
    walk.note(Event::gre_version1_wrong_protocol);
    return {};
  }
  if (!flags.key()) {
    walk.note(Event::gre_version1_no_key);
    return {};
  }
  if (flags.checksum() || flags.routing()) in.skip(4);
  const auto payload_length = in.be<std::uint16_t>();
  in.skip(2);  // call id
  if (flags.sequence()) in.skip(4);
  if (flags.acknowledgment()) in.skip(4);
  if (!in.ok()) {
    walk.note(Event::gre_version1_hdr_too_big);
    return {};
  }
  if (flags.routing() && !skip_source_routes(in)) {
    walk.note(Event::gre_version1_malformed_sre_hdr);
    return {};
  }
  if (payload_length == 0) return {};  // an acknowledgment alone
  walk.tunnel = Tunnel::gre;
  return {Layer::ppp, clip(in.rest(), payload_length)};
}

}  // namespace

Next decode_gre(Walk& walk, ByteView bytes) noexcept {
  ByteReader in(bytes);
  const Flags flags{in.be<std::uint16_t>()};
  const auto protocol = in.be<std::uint16_t>();
  if (!in.ok()) {
    walk.note(Event::gre_pkt_too_small);
    return {};
  }
  walk.count(Carrier::gre);
  switch (flags.version()) {
    case 0: return decode_version0(walk, flags, in, protocol);
    case 1: return decode_version1(walk, flags, in, protocol);
    default: walk.note(Event::gre_wrong_version); return {};
  }
}

}  // namespace espial::decode
