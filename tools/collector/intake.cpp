#include "tools/collector/intake.hpp"

#include <fmt/format.h>

#include <optional>

namespace espial::collector {
namespace {

std::unexpected<IntakeError> malformed(std::string what) {
  return std::unexpected(
      IntakeError{.kind = IntakeError::Kind::malformed, .what = std::move(what)});
}

std::unexpected<IntakeError> storage(const SystemError& error) {
  return std::unexpected(IntakeError{.kind = IntakeError::Kind::storage, .what = to_text(error)});
}

/// The first sequence that does not rise; nothing if all do.
std::optional<std::uint64_t> find_disorder(std::span<const v1::Batch> batches) {
  std::uint64_t previous = 0;
  for (const v1::Batch& batch : batches) {
    for (const v1::Record& record : batch.records()) {
      if (record.sequence() <= previous) return record.sequence();
      previous = record.sequence();
    }
  }
  return std::nullopt;
}

}  // namespace

std::expected<std::uint64_t, SystemError> Intake::next_sequence(const StreamKey& stream) const {
  const auto last = state_.last(stream);
  if (!last) return std::unexpected(last.error());
  return last->value_or(0) + 1;
}

std::expected<std::uint64_t, IntakeError> Intake::take(const StreamKey& stream,
                                                       std::span<v1::Batch> batches) {
  if (const auto sequence = find_disorder(batches)) {
    return malformed(fmt::format("record {} is out of order", *sequence));
  }
  const auto known = state_.last(stream);
  if (!known) return storage(known.error());

  std::uint64_t last = known->value_or(0);
  bool first = !known->has_value();
  for (v1::Batch& batch : batches) {
    for (v1::Record& record : *batch.mutable_records()) {
      // A stream that is new here may start anywhere: what came before went to a state now gone.
      if (std::exchange(first, false)) last = record.sequence() - 1;
      write(stream, last, record);
    }
  }
  if (last == known->value_or(0)) return last;
  if (const auto synced = journal_.sync(); !synced) return storage(synced.error());
  if (const auto kept = state_.remember(stream, last); !kept) return storage(kept.error());
  return last;
}

void Intake::write(const StreamKey& stream, std::uint64_t& last, v1::Record& record) {
  if (record.sequence() <= last) {
    ++counts_.duplicates;
    return;
  }
  if (record.sequence() != last + 1) tell_missing(stream, last, record);
  record.set_sensor_id(stream.sensor_id);
  journal_.emit(record);
  ++counts_.records;
  last = record.sequence();
}

/// A hole in the sequences stands in the logs as a Lost record.
void Intake::tell_missing(const StreamKey& stream, std::uint64_t last, const v1::Record& next) {
  const std::uint64_t count = next.sequence() - last - 1;
  counts_.missing += count;
  missing_.Clear();
  missing_.set_sensor_id(stream.sensor_id);
  missing_.set_sequence(last + 1);
  missing_.set_time_ns(next.time_ns());
  v1::Lost& lost = *missing_.mutable_lost();
  lost.set_count(count);
  lost.set_reason("missing from the stream");
  lost.set_from_ns(next.time_ns());
  lost.set_to_ns(next.time_ns());
  journal_.emit(missing_);
}

}  // namespace espial::collector
