#include "engine/flow/overlap.hpp"

#include <utility>

namespace espial::flow {

Overlap overlap_of(OsPolicy policy) noexcept {
  switch (policy) {
    case OsPolicy::first:
    case OsPolicy::old_solaris:
    case OsPolicy::hpux11:
    case OsPolicy::macos: return Overlap::first;
    case OsPolicy::last: return Overlap::last;
    case OsPolicy::bsd:
    case OsPolicy::hpux10:
    case OsPolicy::irix: return Overlap::bsd;
    case OsPolicy::bsd_right: return Overlap::bsd_right;
    case OsPolicy::old_linux:
    case OsPolicy::linux_classic: return Overlap::linux_classic;
    case OsPolicy::linux_modern: return Overlap::linux_modern;
    case OsPolicy::solaris: return Overlap::solaris;
    case OsPolicy::windows:
    case OsPolicy::vista:
    case OsPolicy::windows2k3: return Overlap::windows;
  }
  std::unreachable();
}

bool is_strict(Overlap overlap) noexcept {
  return overlap == Overlap::linux_modern || overlap == Overlap::rfc5722;
}

bool has_one_end(Overlap overlap) noexcept {
  return is_strict(overlap) || overlap == Overlap::linux_classic;
}

bool new_wins(Overlap overlap, Range old, Range added) noexcept {
  switch (overlap) {
    case Overlap::last: return true;
    case Overlap::bsd: return added.begin < old.begin;
    case Overlap::bsd_right:
      return added.end > old.end || (added.end == old.end && added.begin <= old.begin);
    case Overlap::linux_classic: return added.begin <= old.begin;
    case Overlap::windows: return added.begin < old.begin && added.end > old.end;
    case Overlap::solaris: return added.begin < old.begin && added.end >= old.end;
    case Overlap::first:
    case Overlap::linux_modern:
    case Overlap::rfc5722: return false;
  }
  std::unreachable();
}

}  // namespace espial::flow
