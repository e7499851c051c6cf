#pragma once
#include <algorithm>
#include <cstdint>
#include <string_view>

#include "engine/record/record.hpp"

namespace espial::exporting {

/// What could not be kept since the last Lost record was made: how many records, and the packet
/// times between which they lie. Nothing is lost in silence: whoever drops a record adds it here
/// and later emits what fill() gives. For one thread.
class LossTally {
 public:
  void add(std::int64_t time_ns, std::uint64_t count = 1) noexcept {
    from_ns_ = count_ == 0 ? time_ns : std::min(from_ns_, time_ns);
    to_ns_ = count_ == 0 ? time_ns : std::max(to_ns_, time_ns);
    count_ += count;
  }

  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  [[nodiscard]] std::int64_t to_ns() const noexcept { return to_ns_; }

  /// Makes `record` the Lost record of this tally, dated with its end.
  void fill(record::Record& record, std::string_view reason) const {
    record.Clear();
    record.set_time_ns(to_ns_);
    v1::Lost& lost = *record.mutable_lost();
    lost.set_count(count_);
    lost.set_reason(reason.data(), reason.size());
    lost.set_from_ns(from_ns_);
    lost.set_to_ns(to_ns_);
  }

  void clear() noexcept { count_ = 0; }

 private:
  std::uint64_t count_ = 0;
  std::int64_t from_ns_ = 0;
  std::int64_t to_ns_ = 0;
};

}  // namespace espial::exporting
