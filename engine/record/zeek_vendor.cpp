#include "engine/record/zeek_vendor.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "engine/base/hex.hpp"

namespace espial::record {

namespace {

struct VendorRow {
  std::string_view lookup, pattern, name;
};

#include "engine/record/zeek_vendors.inc"

static_assert(std::ranges::is_sorted(kVendorRows, {}, &VendorRow::lookup));

constexpr std::size_t kLookupDigits = 16;

constexpr bool matches(std::string_view pattern, std::string_view hex) {
  const bool whole = pattern.ends_with('$');
  if (whole) pattern.remove_suffix(1);
  if (hex.size() < pattern.size() || (whole && hex.size() != pattern.size())) return false;
  return std::ranges::equal(pattern, hex.substr(0, pattern.size()),
                            [](char want, char got) { return want == '.' || want == got; });
}

std::span<const VendorRow> rows_of(std::string_view lookup) {
  const auto found = std::ranges::equal_range(kVendorRows, lookup, {}, &VendorRow::lookup);
  return {found.begin(), found.end()};
}

}  // namespace

std::string zeek_vendor_name(ByteView vendor_id) {
  const std::string hex = to_hex(vendor_id);
  auto rows = rows_of(std::string_view(hex).substr(0, kLookupDigits));
  if (rows.empty()) rows = rows_of({});
  for (const VendorRow& row : rows) {
    if (matches(row.pattern, hex)) return std::string(row.name);
  }
  return "UNKNOWN:" + hex;
}

}  // namespace espial::record
