#pragma once
#include <string>

#include "engine/base/bytes.hpp"

namespace espial::record {

/// What Zeek's IPsec package prints for a vendor id: its own name for it, or `UNKNOWN:` and the id
/// in hex. Its names differ from registry::vendor_name in spelling and in extent; the row is chosen
/// by the first eight bytes, then by pattern.
[[nodiscard]] std::string zeek_vendor_name(ByteView vendor_id);

}  // namespace espial::record
