#include "engine/flow/fragment.hpp"

#include <utility>

namespace espial::flow {
namespace {

using decode::Event;

constexpr std::uint32_t kMaxLength = 65'535;
constexpr std::size_t kUnit = 8;  // of offsets
constexpr std::size_t kFragmentHeader = 8;

constexpr FragmentEvents kIpv4Events{.too_large = Event::ipv4_frag_pkt_too_large,
                                     .overlap = Event::ipv4_frag_overlap,
                                     .ignored = Event::ipv4_frag_ignored,
                                     .invalid_length = Event::ipv4_frag_invalid_length};
constexpr FragmentEvents kIpv6Events{.too_large = Event::ipv6_frag_pkt_too_large,
                                     .overlap = Event::ipv6_frag_overlap,
                                     .ignored = Event::ipv6_frag_ignored,
                                     .invalid_length = Event::ipv6_frag_invalid_length};

/// A receiver never sees it, or what the capture has of it is not what a receiver sees.
bool is_unusable(const decode::Packet& packet) noexcept {
  return packet.bytes.size() < packet.total_length || packet.events.has(Event::ipv4_csum_invalid);
}

/// What stands before the fragmented part: IPv4's header; in IPv6 all up to the fragment header.
ByteView header_of(const decode::Packet& packet) noexcept {
  if (packet.version() == IpVersion::v4) return packet.ip_header;
  return packet.bytes.first(packet.bytes.size() - packet.payload.size() - kFragmentHeader);
}

/// Whether the lengths of `piece` can be; trims IPv4's.
bool check_lengths(const decode::Packet& packet, Piece& piece, decode::EventSet& events) noexcept {
  const bool v4 = packet.version() == IpVersion::v4;
  const FragmentEvents& faults = fragment_events(packet.version());
  const std::size_t extra = piece.last ? 0 : piece.data.size() % kUnit;
  const std::size_t header = v4 ? packet.ip_header.size() : 0;
  if (extra != 0 || piece.data.empty()) events.add(faults.invalid_length);
  if (header + piece.end() > kMaxLength) events.add(faults.too_large);
  if (v4) piece.data = piece.data.first(piece.data.size() - extra);
  return v4 || (extra == 0 && piece.end() <= kMaxLength);
}

}  // namespace

const FragmentEvents& fragment_events(IpVersion version) noexcept {
  return version == IpVersion::v4 ? kIpv4Events : kIpv6Events;
}

std::optional<Piece> read_fragment(const decode::Packet& packet,
                                   decode::EventSet& events) noexcept {
  const decode::Fragment fragment = packet.fragment.value_or(decode::Fragment{});
  Piece piece{
      .data = packet.payload, .begin = fragment.offset, .last = !fragment.more, .header = {}};
  if (is_unusable(packet)) {
    events.add(fragment_events(packet.version()).ignored);
    return std::nullopt;
  }
  if (fragment.offset == 0) {
    piece.header = header_of(packet);
    piece.next_header_at = fragment.next_header_at;
    piece.next_header = std::to_underlying(packet.upper);
  }
  if (!check_lengths(packet, piece, events)) return std::nullopt;
  return piece;
}

}  // namespace espial::flow
