#include "engine/registry/vendor_id.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

namespace espial::registry {
namespace {

struct PlainRow {
  std::string_view value;
  std::string_view name;
  bool exact = false;         // the whole vendor id, not only its beginning
  std::int16_t shorter = -1;  // the longest other row that is a prefix of this one
};

struct WildRow {
  std::string_view value, mask;  // of one length
  std::string_view name;
  bool exact = false;
};

#include "engine/registry/vendor_ids.inc"  // kPlainRows sorted by value, kWildRows longest first

struct Match {
  std::string_view name;
  std::size_t length = 0;
};

/// Every row that is a prefix of `id` is one of the last row not greater than `id`, so the chain of
/// its prefixes has them all, longest first.
Match find_plain(std::string_view id) noexcept {
  const auto after = std::ranges::upper_bound(kPlainRows, id, {}, &PlainRow::value);
  for (auto i = std::ranges::distance(kPlainRows.begin(), after) - 1; i >= 0;) {
    const PlainRow& row = kPlainRows[static_cast<std::size_t>(i)];
    if (row.exact ? id == row.value : id.starts_with(row.value))
      return {.name = row.name, .length = row.value.size()};
    i = row.shorter;
  }
  return {};
}

bool holds(const WildRow& row, std::string_view id) noexcept {
  if (row.exact ? id.size() != row.value.size() : id.size() < row.value.size()) return false;
  for (std::size_t i = 0; i < row.value.size(); ++i)
    if ((id[i] & row.mask[i]) != row.value[i]) return false;
  return true;
}

Match find_wild(std::string_view id) noexcept {
  const auto row = std::ranges::find_if(
      kWildRows, [id](const WildRow& candidate) { return holds(candidate, id); });
  return row == kWildRows.end() ? Match{} : Match{.name = row->name, .length = row->value.size()};
}

}  // namespace

std::string_view vendor_name(ByteView vendor_id) noexcept {
  const std::string_view id = as_text(vendor_id);
  const Match plain = find_plain(id);
  const Match wild = find_wild(id);
  return plain.length >= wild.length ? plain.name : wild.name;
}

}  // namespace espial::registry
