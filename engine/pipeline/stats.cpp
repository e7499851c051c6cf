#include "engine/pipeline/stats.hpp"

#include <string>
#include <vector>

namespace espial::pipeline {

void fill_stats(std::span<const Counters* const> workers, std::uint64_t uptime_seconds,
                Timestamp now, record::Record& out) {
  struct Sum {
    std::string_view prefix, name;
    std::uint64_t value = 0;
  };
  std::vector<Sum> sums;  // the same order for every worker
  for (const Counters* const worker : workers) {
    std::size_t i = 0;
    worker->for_each([&](std::string_view prefix, std::string_view name, std::uint64_t value) {
      if (i == sums.size()) sums.push_back({.prefix = prefix, .name = name});
      sums[i++].value += value;
    });
  }
  out.Clear();
  out.set_time_ns(now.nanoseconds());
  v1::EngineStats& stats = *out.mutable_stats();
  stats.set_uptime_seconds(uptime_seconds);
  for (const auto& [prefix, name, value] : sums) {
    if (value == 0 && !prefix.empty()) continue;
    v1::Counter& counter = *stats.add_counters();
    counter.set_name(std::string(prefix) + std::string(name));
    counter.set_value(value);
  }
}

}  // namespace espial::pipeline
