#include "engine/base/time.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace espial {
namespace {

struct Parts {
  std::int64_t seconds;
  std::int64_t micros;  // 0..999999, also before 1970
};

Parts parts(Timestamp t) {
  constexpr std::int64_t kMicro = 1'000'000;
  std::int64_t seconds = t.microseconds() / kMicro;
  std::int64_t micros = t.microseconds() % kMicro;
  if (micros < 0) {
    micros += kMicro;
    --seconds;
  }
  return {.seconds = seconds, .micros = micros};
}

}  // namespace

std::string to_epoch_text(Timestamp t) {
  const auto [seconds, micros] = parts(t);
  return fmt::format("{}.{:06}", seconds, micros);
}

std::string to_eve_text(Timestamp t) {
  const auto [seconds, micros] = parts(t);
  const auto utc = fmt::gmtime(static_cast<std::time_t>(seconds));
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}+0000", utc, micros);
}

}  // namespace espial
