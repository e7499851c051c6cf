#pragma once
#include <expected>
#include <functional>

#include "engine/pipeline/worker.hpp"

namespace espial::pipeline {

/// Drives one worker from one source until the source ends: receive a batch, judge each packet,
/// give the verdicts, again. `after_batch` is called at each batch edge (progress, watchdog,
/// statistics) with the time of the newest packet, or of the clock when none came. At the end all
/// flows are ended. An error is the source's: the packets before it were judged.
using AfterBatch = std::function<bool(Timestamp now)>;

[[nodiscard]] std::expected<void, SystemError> run(capture::PacketSource& source, Worker& worker,
                                                   const AfterBatch& after_batch);

}  // namespace espial::pipeline
