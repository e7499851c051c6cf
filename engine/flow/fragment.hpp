#pragma once
#include <optional>

#include "engine/decode/packet.hpp"
#include "engine/flow/datagram.hpp"

/// What a single fragment says, before it meets others.
namespace espial::flow {

/// The events of fragments, by IP version.
struct FragmentEvents {
  decode::Event too_large, overlap, ignored, invalid_length;
};
[[nodiscard]] const FragmentEvents& fragment_events(IpVersion version) noexcept;

/// `packet`, which has a fragment, as a piece of its datagram, its length as Linux takes it: in
/// IPv4 what stands behind the last multiple of eight of a fragment that more follow is left off.
/// Nothing for one that is passed over: cut in the capture, of a wrong header checksum, or, in
/// IPv6, too large or of no multiple of eight. What is wrong with it goes to `events`.
[[nodiscard]] std::optional<Piece> read_fragment(const decode::Packet& packet,
                                                 decode::EventSet& events) noexcept;

}  // namespace espial::flow
