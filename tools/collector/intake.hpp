#pragma once
#include <cstdint>
#include <expected>
#include <span>
#include <string>

#include "engine/base/error.hpp"
#include "proto/espial/v1/stream.pb.h"
#include "tools/collector/journal.hpp"
#include "tools/collector/state_store.hpp"

namespace espial::collector {

struct IntakeCounts {
  std::uint64_t records = 0;     // written
  std::uint64_t duplicates = 0;  // received once more and skipped
  std::uint64_t missing = 0;     // sequences that a stream jumped over
};

struct IntakeError {
  enum class Kind : std::uint8_t {
    malformed,  // the sensor's batches are not dense and rising
    storage     // ours: what was given is not durable, must not be acknowledged
  };
  Kind kind = Kind::malformed;
  std::string what;
};

/// Writes each record of each stream once, and says up to where it is durable. The order is what
/// counts: records into the journal, journal to disk, last sequence to disk; only then is it
/// acknowledged. A crash before the end makes the sensor send again what was not acknowledged; see
/// the README for the window in which a record then stands in the logs twice. One thread.
class Intake {
 public:
  /// Both are borrowed and outlive the intake.
  Intake(Journal& journal, StateStore& state) : journal_(journal), state_(state) {}

  /// What HelloReply tells: the first sequence that is not here.
  [[nodiscard]] std::expected<std::uint64_t, SystemError> next_sequence(
      const StreamKey& stream) const;

  /// Takes batches of one stream, all or (when malformed) none; the sequence to acknowledge. The
  /// records are changed: each bears the sensor's id whatever it said before.
  [[nodiscard]] std::expected<std::uint64_t, IntakeError> take(const StreamKey& stream,
                                                               std::span<v1::Batch> batches);

  [[nodiscard]] const IntakeCounts& counts() const noexcept { return counts_; }

 private:
  void write(const StreamKey& stream, std::uint64_t& last, v1::Record& record);
  void tell_missing(const StreamKey& stream, std::uint64_t last, const v1::Record& next);

  Journal& journal_;
  StateStore& state_;
  IntakeCounts counts_;
  v1::Record missing_;
};

}  // namespace espial::collector
