#include "engine/capture/pcapng_time.hpp"

#include <algorithm>
#include <array>

namespace espial::capture {
namespace {

constexpr std::uint8_t kBinaryFlag = 0x80;
constexpr unsigned kNanosecondDigits = 9;
constexpr std::uint64_t kNanosecondsPerSecond = 1'000'000'000;
constexpr std::int64_t kMaxSeconds = 9'223'372'035;  // of Timestamp, less one for the fraction

/// 10^0 to 10^19: all that 64 bits hold.
constexpr std::array<std::uint64_t, 20> kPowersOfTen = [] {
  std::array<std::uint64_t, 20> powers{};
  std::uint64_t power = 1;
  for (std::uint64_t& p : powers) {
    p = power;
    power *= 10;
  }
  return powers;
}();

__extension__ using Wide = unsigned __int128;

}  // namespace

PcapngClock::PcapngClock(std::uint8_t resolution, std::int64_t offset) noexcept
    : binary_((resolution & kBinaryFlag) != 0),
      exponent_(static_cast<std::uint8_t>(resolution & ~kBinaryFlag)),
      offset_(offset) {}

PcapngClock::Split PcapngClock::split_decimal(std::uint64_t ticks) const noexcept {
  const bool whole_seconds = exponent_ < kPowersOfTen.size();
  const std::uint64_t seconds = whole_seconds ? ticks / kPowersOfTen.at(exponent_) : 0;
  const std::uint64_t rest = whole_seconds ? ticks % kPowersOfTen.at(exponent_) : ticks;
  if (exponent_ <= kNanosecondDigits) {
    return {.seconds = seconds,
            .nanoseconds = rest * kPowersOfTen.at(kNanosecondDigits - exponent_)};
  }
  const unsigned below = exponent_ - kNanosecondDigits;  // digits finer than a nanosecond
  return {.seconds = seconds,
          .nanoseconds = below < kPowersOfTen.size() ? rest / kPowersOfTen.at(below) : 0};
}

PcapngClock::Split PcapngClock::split_binary(std::uint64_t ticks) const noexcept {
  const Wide wide = ticks;
  const Wide seconds = wide >> exponent_;
  const Wide rest = wide - (seconds << exponent_);
  return {.seconds = static_cast<std::uint64_t>(seconds),
          .nanoseconds = static_cast<std::uint64_t>((rest * kNanosecondsPerSecond) >> exponent_)};
}

Timestamp PcapngClock::to_time(std::uint64_t ticks) const noexcept {
  const Split split = binary_ ? split_binary(ticks) : split_decimal(ticks);
  // Each part is held within the range first, so that their sum cannot overflow.
  const auto seconds = static_cast<std::int64_t>(
      std::min(split.seconds, static_cast<std::uint64_t>(2 * kMaxSeconds)));
  const std::int64_t offset = std::clamp(offset_, -3 * kMaxSeconds, kMaxSeconds);
  return Timestamp::from_parts(std::clamp(seconds + offset, -kMaxSeconds, kMaxSeconds),
                               static_cast<std::int64_t>(split.nanoseconds));
}

}  // namespace espial::capture
