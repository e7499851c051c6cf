#pragma once
#include <algorithm>
#include <array>
#include <functional>

#include "engine/registry/registry.hpp"

/// How the tables of this module are written and checked. Not for use outside of it.
namespace espial::registry {

/// Sorted by number, no number twice, every row named: what `find` relies on.
template <std::size_t N>
[[nodiscard]] consteval bool well_formed(const std::array<NumberName, N>& rows) {
  const bool strictly_rising = std::ranges::adjacent_find(rows, std::ranges::greater_equal{},
                                                          &NumberName::number) == rows.end();
  const bool all_named =
      std::ranges::none_of(rows, [](const NumberName& row) { return row.name.empty(); });
  return strictly_rising && all_named;
}

}  // namespace espial::registry
