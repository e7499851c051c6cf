#pragma once
#include <cstdint>

#include "engine/flow/os_policy.hpp"

namespace espial::flow {

/// A segment as it was sent: offsets of its stream, `end` behind its last byte.
struct Extent {
  std::uint64_t begin = 0, end = 0;
};

/// Whether a receiver replaces waiting bytes by those of a segment that comes later. Both extents
/// are those of the whole segments, which overlap. How receivers do it was measured by Novak and
/// Sturges ("Target-Based TCP Stream Reassembly", 2007); the names are Suricata's. A policy that is
/// one of fragments alone has the way of its kin: bsd_right that of bsd, old_solaris that of
/// solaris.
[[nodiscard]] bool later_stays(OsPolicy policy, Extent waiting, Extent later) noexcept;

}  // namespace espial::flow
