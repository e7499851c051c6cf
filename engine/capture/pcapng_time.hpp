#pragma once
#include <cstdint>

#include "engine/base/time.hpp"

namespace espial::capture {

/// The clock of one pcapng interface: options if_tsresol and if_tsoffset
/// (draft-ietf-opsawg-pcapng section 4.2).
class PcapngClock {
 public:
  /// `resolution`: ticks are 10^-n s, or 2^-n s with the top bit set. `offset`: seconds to add.
  explicit PcapngClock(std::uint8_t resolution = kMicroseconds, std::int64_t offset = 0) noexcept;

  /// Rounded towards zero to nanoseconds; held at the ends of what Timestamp can say (years 1677
  /// and 2262).
  [[nodiscard]] Timestamp to_time(std::uint64_t ticks) const noexcept;

 private:
  static constexpr std::uint8_t kMicroseconds = 6;

  struct Split {
    std::uint64_t seconds;
    std::uint64_t nanoseconds;
  };
  [[nodiscard]] Split split_decimal(std::uint64_t ticks) const noexcept;
  [[nodiscard]] Split split_binary(std::uint64_t ticks) const noexcept;

  bool binary_;
  std::uint8_t exponent_;
  std::int64_t offset_;
};

}  // namespace espial::capture
