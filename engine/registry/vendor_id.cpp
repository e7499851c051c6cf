#include "engine/registry/vendor_id.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

namespace espial::registry {
namespace {

struct Name {
  std::string_view name;
  bool exact = false;  // of the whole vendor id, not only of its beginning
};

struct PlainRow {
  std::string_view value;
  std::uint16_t first = 0, count = 0;  // its names in kNames
  std::int16_t shorter = -1;           // the longest other row that is a prefix of this one
};

struct WildRow {
  std::string_view value, mask;  // of one length
  std::uint16_t first = 0, count = 0;
};

// kNames, kPlainRows sorted by value, no value twice, kWildRows longest first
#include "engine/registry/vendor_ids.inc"

/// As many names as an id could have at worst: all of the longest chain of prefixes, all wild rows.
consteval std::size_t most_names() {
  std::size_t most = 0;
  std::array<std::size_t, kPlainRows.size()> chain{};
  for (std::size_t i = 0; i < kPlainRows.size(); ++i) {
    const std::int16_t shorter = kPlainRows[i].shorter;
    chain[i] = kPlainRows[i].count + (shorter < 0 ? 0 : chain[static_cast<std::size_t>(shorter)]);
    most = std::max(most, chain[i]);
  }
  for (const WildRow& row : kWildRows) most += row.count;
  return most;
}
static_assert(most_names() <= kMaxVendorNames);

/// The rows that are a prefix of an id, longest first. Every one of them is a prefix of the last
/// row not greater than the id, so that row's chain of prefixes has them all.
class PlainMatches {
 public:
  explicit PlainMatches(std::string_view id) noexcept : id_(id) {
    const auto after = std::ranges::upper_bound(kPlainRows, id, {}, &PlainRow::value);
    settle(std::ranges::distance(kPlainRows.begin(), after) - 1);
  }

  [[nodiscard]] const PlainRow* row() const noexcept { return row_; }
  void next() noexcept { settle(row_->shorter); }

 private:
  void settle(std::ptrdiff_t i) noexcept {
    for (row_ = nullptr; i >= 0; i = kPlainRows[static_cast<std::size_t>(i)].shorter) {
      if (!id_.starts_with(kPlainRows[static_cast<std::size_t>(i)].value)) continue;
      row_ = &kPlainRows[static_cast<std::size_t>(i)];
      return;
    }
  }

  std::string_view id_;
  const PlainRow* row_ = nullptr;
};

bool starts_with(std::string_view id, const WildRow& row) noexcept {
  if (id.size() < row.value.size()) return false;
  for (std::size_t i = 0; i < row.value.size(); ++i)
    if ((id[i] & row.mask[i]) != row.value[i]) return false;
  return true;
}

/// Takes the names of one row after the other.
class Collector {
 public:
  Collector(std::string_view id, std::span<std::string_view> out) noexcept : id_(id), out_(out) {}

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  template <class Row>
  void add(const Row& row) noexcept {
    for (const Name& name : std::span(kNames).subspan(row.first, row.count)) {
      const auto taken = out_.first(size_);
      if (name.exact && id_.size() != row.value.size()) continue;
      if (size_ == out_.size() || std::ranges::find(taken, name.name) != taken.end()) continue;
      out_[size_++] = name.name;
    }
  }

 private:
  std::string_view id_;
  std::span<std::string_view> out_;
  std::size_t size_ = 0;
};

}  // namespace

std::size_t vendor_names(ByteView vendor_id, std::span<std::string_view> out) noexcept {
  const std::string_view id = as_text(vendor_id);
  Collector names(id, out);
  PlainMatches plain(id);
  for (const WildRow& wild : kWildRows) {
    if (!starts_with(id, wild)) continue;
    for (; plain.row() != nullptr && plain.row()->value.size() >= wild.value.size(); plain.next())
      names.add(*plain.row());
    names.add(wild);
  }
  for (; plain.row() != nullptr; plain.next()) names.add(*plain.row());
  return names.size();
}

std::string_view vendor_name(ByteView vendor_id) noexcept {
  std::array<std::string_view, 1> name;
  return vendor_names(vendor_id, name) == 0 ? std::string_view{} : name[0];
}

}  // namespace espial::registry
