#pragma once
#include <span>

#include "engine/base/time.hpp"
#include "engine/pipeline/counters.hpp"
#include "engine/record/record.hpp"

namespace espial::pipeline {

/// The sum of the workers' counters as one stats record. Counters of events that never happened are
/// left out.
void fill_stats(std::span<const Counters* const> workers, std::uint64_t uptime_seconds,
                Timestamp now, record::Record& out);

}  // namespace espial::pipeline
