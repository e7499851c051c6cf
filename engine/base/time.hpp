#pragma once
#include <chrono>
#include <cstdint>
#include <string>

namespace espial {

using Duration = std::chrono::nanoseconds;

/// Packet time: nanoseconds since 1970-01-01 UTC. Every table and timeout takes it as an argument,
/// never the machine's clock, so that replay is exact.
class Timestamp {
 public:
  constexpr Timestamp() = default;
  explicit constexpr Timestamp(Duration since_epoch) noexcept : since_epoch_(since_epoch) {}
  static constexpr Timestamp from_parts(std::int64_t seconds, std::int64_t nanoseconds) noexcept {
    return Timestamp(std::chrono::seconds(seconds) + Duration(nanoseconds));
  }
  /// The machine's clock. For capture sources and the daemon's idle ticks only.
  static Timestamp now() noexcept {
    return Timestamp(
        std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch()));
  }

  [[nodiscard]] constexpr Duration since_epoch() const noexcept { return since_epoch_; }
  [[nodiscard]] constexpr std::int64_t nanoseconds() const noexcept { return since_epoch_.count(); }
  /// Microseconds, rounded towards zero: what EVE, Zeek and tshark print.
  [[nodiscard]] constexpr std::int64_t microseconds() const noexcept {
    return since_epoch_.count() / 1000;
  }

  friend constexpr auto operator<=>(Timestamp, Timestamp) = default;
  friend constexpr Duration operator-(Timestamp a, Timestamp b) noexcept {
    return a.since_epoch_ - b.since_epoch_;
  }
  friend constexpr Timestamp operator+(Timestamp t, Duration d) noexcept {
    return Timestamp(t.since_epoch_ + d);
  }

 private:
  Duration since_epoch_{};
};

/// `1421270042.835161`: seconds and six digits (Zeek's ts, dissect's ts).
[[nodiscard]] std::string to_epoch_text(Timestamp t);
/// `2015-01-14T21:14:02.835161+0000`: UTC, as EVE writes timestamps.
[[nodiscard]] std::string to_eve_text(Timestamp t);

}  // namespace espial
