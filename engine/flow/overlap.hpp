#pragma once
#include <cstdint>

#include "engine/flow/os_policy.hpp"

/// Whose bytes stay when IP fragments overlap. The ways of the hosts of `host-os-policy` are those
/// that Novak measured ("Target-Based Fragmentation Reassembly", 2005) and that Suricata and Snort
/// go by; what is compared are ranges as they were left by what came before.
namespace espial::flow {

/// * `first`, `last`: the fragment that came first, or last.
/// * `bsd`: the first, unless the new one begins before it.
/// * `bsd_right`: the new one, unless the first ends behind it, or with it and begins before it.
/// * `linux_classic`: the first, unless the new one begins before or with it.
/// * `windows`: the first, unless the new one begins before and ends behind it.
/// * `solaris`: the first, unless the new one begins before it and ends with or behind it.
/// * `linux_modern`: Linux since 4.20 (net/ipv4/inet_fragment.c). Fragments that were appended in
///   order make a run; one that lies inside a run is passed over, any other overlap discards the
///   datagram.
/// * `rfc5722`: only what repeats a fragment's very range is passed over, any other overlap
///   discards the datagram.
enum class Overlap : std::uint8_t {
  first,
  last,
  bsd,
  bsd_right,
  linux_classic,
  windows,
  solaris,
  linux_modern,
  rfc5722,
};

/// How a host of that policy treats fragments of IPv4. In IPv6 it is `rfc5722` for all.
[[nodiscard]] Overlap overlap_of(OsPolicy policy) noexcept;

/// No overlap is ever joined: neither an overlap nor a contradiction leaves the datagram alive.
[[nodiscard]] bool is_strict(Overlap overlap) noexcept;

/// Once a fragment without "more fragments" was seen the end stands, as in Linux. Else it is
/// whatever the fragment that lies furthest says, as in BSD.
[[nodiscard]] bool has_one_end(Overlap overlap) noexcept;

/// Bytes [begin, end) of a datagram.
struct Range {
  std::uint32_t begin = 0, end = 0;
};

/// Whether a new fragment takes the bytes that it shares with one that is there. Not for strict
/// ways, which never come to share bytes.
[[nodiscard]] bool new_wins(Overlap overlap, Range old, Range added) noexcept;

}  // namespace espial::flow
