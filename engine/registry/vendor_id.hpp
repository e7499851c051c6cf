#pragma once
#include <cstddef>
#include <string_view>

#include "engine/base/bytes.hpp"

namespace espial::registry {

/// What implementation or feature a vendor id announces. Longest matching row of the table wins;
/// empty when none does.
[[nodiscard]] std::string_view vendor_name(ByteView vendor_id) noexcept;

}  // namespace espial::registry
