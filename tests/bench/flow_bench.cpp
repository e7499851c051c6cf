#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

#include "engine/flow/flow_table.hpp"

/// What the flow table costs, at sizes up to ten million flows, and how even that cost is when the
/// table is full and nothing but new flows comes.
namespace espial::flow {
namespace {

constexpr SipKey kSecret{1, 2};
constexpr std::uint64_t kMemcap = std::uint64_t{3} << 30U;
constexpr Timestamp kStart(std::chrono::seconds(1'000));
constexpr std::uint64_t kOddMultiplier = 0x9e3779b97f4a7c15;  // visits keys in no order

/// One SPI of ESP.
FlowKey key_of(std::uint64_t n) {
  FlowKey key;
  key.discriminator = n;
  key.protocol = std::to_underlying(decode::IpProtocol::esp);
  key.directed = true;
  return key;
}

FlowTable table_of(std::uint32_t flows) {
  return {Limits{.max_flows = flows, .memcap = kMemcap}, kSecret, [](const Flow&, EndReason) {}};
}

void fill(FlowTable& table, std::uint32_t flows) {
  for (std::uint64_t n = 0; n < flows; ++n) table.open(key_of(n), kStart);
}

double resident_bytes() {
  struct rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) * 1024;
}

void insert(benchmark::State& state) {
  const auto flows = static_cast<std::uint32_t>(state.range(0));
  for (auto _ : state) {
    FlowTable table = table_of(flows);
    fill(table, flows);
    state.counters["table_bytes"] = static_cast<double>(table.memory());
    state.counters["bytes_a_flow"] = static_cast<double>(table.memory()) / flows;
    state.counters["process_bytes"] = resident_bytes();
  }
  state.SetItemsProcessed(state.iterations() * flows);
}
BENCHMARK(insert)
    ->Arg(10'000)
    ->Arg(10'000'000)
    ->ArgName("flows")
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

void look_up(benchmark::State& state) {
  const auto flows = static_cast<std::uint32_t>(state.range(0));
  FlowTable table = table_of(flows);
  fill(table, flows);
  std::uint64_t n = 0;
  for (auto _ : state) {
    n += kOddMultiplier;
    benchmark::DoNotOptimize(table.find(key_of((n >> 20U) % flows), kStart));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(look_up)->Arg(10'000)->Arg(10'000'000)->ArgName("flows");

/// The hand over a table in which all flows are over.
void expire(benchmark::State& state) {
  const auto flows = static_cast<std::uint32_t>(state.range(0));
  for (auto _ : state) {
    state.PauseTiming();
    FlowTable table = table_of(flows);
    fill(table, flows);
    state.ResumeTiming();
    table.advance(kStart + std::chrono::hours(1), flows);
    if (table.size() != 0) state.SkipWithError("some are left");
  }
  state.SetItemsProcessed(state.iterations() * flows);
}
BENCHMARK(expire)
    ->Arg(10'000)
    ->Arg(10'000'000)
    ->ArgName("flows")
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

/// A full table, half of it established flows, and each packet another new flow. Prints how even
/// the cost is, and how many of the established are left.
void flood_at_the_ceiling(benchmark::State& state) {
  constexpr std::uint32_t kSample = 200'000;
  const auto flows = static_cast<std::uint32_t>(state.range(0));
  FlowTable table = table_of(flows);
  fill(table, flows);
  for (std::uint64_t n = 0; n < flows / 2; ++n) {
    Flow& flow = *table.find(key_of(n), kStart);
    flow.state = State::established;
    table.settle(flow);
  }
  std::vector<double> costs;
  costs.reserve(kSample);
  std::uint64_t n = flows;
  for (auto _ : state) {
    const auto before = std::chrono::steady_clock::now();
    table.open(key_of(++n), kStart);
    table.advance(kStart, 4);
    const auto after = std::chrono::steady_clock::now();
    if (costs.size() < kSample)
      costs.push_back(std::chrono::duration<double, std::nano>(after - before).count());
  }
  std::ranges::sort(costs);
  const double median = costs[costs.size() / 2];
  const double p99 = costs[costs.size() * 99 / 100];
  state.counters["median_ns"] = median;
  state.counters["p99_ns"] = p99;
  state.counters["p99_to_median"] = p99 / median;
  std::uint64_t left = 0;
  for (std::uint64_t old = 0; old < flows / 2; ++old)
    left += table.find(key_of(old), kStart) != nullptr ? 1U : 0U;
  state.counters["established_left"] = static_cast<double>(left) / (flows / 2);
}
BENCHMARK(flood_at_the_ceiling)
    ->Arg(10'000)
    ->Arg(1'000'000)
    ->ArgName("flows")
    ->Iterations(1'000'000);

}  // namespace
}  // namespace espial::flow
