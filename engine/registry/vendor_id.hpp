#pragma once
#include <cstddef>
#include <span>
#include <string_view>

#include "engine/base/bytes.hpp"

namespace espial::registry {

/// What implementation or feature a vendor id announces: the first of vendor_names, empty when
/// there is none.
[[nodiscard]] std::string_view vendor_name(ByteView vendor_id) noexcept;

/// No vendor id has more names than this.
inline constexpr std::size_t kMaxVendorNames = 16;

/// All names of the rows that hold for a vendor id, the most specific first: the longest row, of
/// rows of one length the one with fewer wildcards, names of the same bytes in the order of the
/// CSV. No name twice. Fills `out` from its beginning and returns how many names it wrote; those
/// for which there is no room are left out. The names live as long as the program.
[[nodiscard]] std::size_t vendor_names(ByteView vendor_id,
                                       std::span<std::string_view> out) noexcept;

}  // namespace espial::registry
