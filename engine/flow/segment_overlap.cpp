#include "engine/flow/segment_overlap.hpp"

#include <utility>

namespace espial::flow {

bool later_stays(OsPolicy policy, Extent waiting, Extent later) noexcept {
  const bool begins_before = later.begin < waiting.begin;
  const bool begins_equal = later.begin == waiting.begin;
  switch (policy) {
    case OsPolicy::first:
    case OsPolicy::vista: return false;
    case OsPolicy::last: return true;
    case OsPolicy::bsd:
    case OsPolicy::bsd_right:
    case OsPolicy::hpux10:
    case OsPolicy::irix:
    case OsPolicy::macos:
    case OsPolicy::windows:
    case OsPolicy::windows2k3: return begins_before;
    case OsPolicy::linux_classic:
    case OsPolicy::linux_modern: return begins_before || (begins_equal && later.end > waiting.end);
    case OsPolicy::old_linux: return begins_before || (begins_equal && later.end >= waiting.end);
    case OsPolicy::old_solaris:
    case OsPolicy::solaris:
    case OsPolicy::hpux11:
      return later.end > waiting.end ||
             (later.end == waiting.end && (begins_before || begins_equal));
  }
  std::unreachable();
}

}  // namespace espial::flow
