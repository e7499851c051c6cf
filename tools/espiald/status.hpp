#pragma once
#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/export/exporter.hpp"
#include "tools/common/rules.hpp"
#include "tools/espiald/queue_worker.hpp"

namespace espial::tools {

struct StatusFacts {
  std::chrono::seconds uptime;
  std::string sensor;
  const OpenedRules& rules;
  std::uint64_t generation;
  bool last_reload_ok;
  exporting::ExportCounts exported;
};

using Queues = std::span<const std::unique_ptr<QueueWorker>>;

/// The answer to `espial status`: one JSON object.
[[nodiscard]] std::string status_json(const StatusFacts& facts, Queues queues);

/// What the queues themselves count ("capture.kernel_drops", ...), for the statistics.
[[nodiscard]] std::vector<std::pair<std::string, std::uint64_t>> capture_counters(Queues queues);

}  // namespace espial::tools
