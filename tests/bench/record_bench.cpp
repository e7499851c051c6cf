#include <benchmark/benchmark.h>

#include <algorithm>
#include <filesystem>

#include "engine/record/eve.hpp"
#include "engine/record/ipsec_log.hpp"
#include "engine/record/json.hpp"
#include "engine/record/log_writer.hpp"
#include "engine/record/test_records.hpp"

/// Lines a second of each rendering, one thread. A collector must keep up with the records of all
/// its sensors.
namespace espial::record {
namespace {

void count(benchmark::State& state, std::size_t bytes) {
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

void eve_of(benchmark::State& state, const Record& record) {
  std::string out;
  for (auto _ : state) {
    out.clear();
    render_eve(record, {}, out);
    benchmark::DoNotOptimize(out.data());
  }
  count(state, out.size());
}

void eve_alert(benchmark::State& state) {
  eve_of(state, test::alert_record());
}
void eve_flow(benchmark::State& state) {
  eve_of(state, test::flow_record());
}
void eve_ike_v1(benchmark::State& state) {
  eve_of(state, test::ike_v1_record(true));
}
void eve_ike_v2(benchmark::State& state) {
  eve_of(state, test::ike_v2_record(true));
}
BENCHMARK(eve_alert);
BENCHMARK(eve_flow);
BENCHMARK(eve_ike_v1);
BENCHMARK(eve_ike_v2);

void ipsec_log(benchmark::State& state, IpsecLogOptions options) {
  const Record record = test::ike_v2_record(true);
  IpsecLog log(options);
  std::string out;
  for (auto _ : state) {
    out.clear();
    log.append_row(record, out);
    benchmark::DoNotOptimize(out.data());
  }
  count(state, out.size());
}
BENCHMARK_CAPTURE(ipsec_log, zeek_tsv, IpsecLogOptions{});
BENCHMARK_CAPTURE(ipsec_log, extended_json,
                  IpsecLogOptions{.compat = IpsecCompat::extended, .format = IpsecFormat::json});

/// The worst a peer can put into a text: every byte escaped.
void json_escape(benchmark::State& state) {
  const std::string hostile(static_cast<std::size_t>(state.range(0)), '\xFF');
  std::string out;
  for (auto _ : state) {
    out.clear();
    append_escaped(hostile, out);
    benchmark::DoNotOptimize(out.data());
  }
  count(state, hostile.size());
}
BENCHMARK(json_escape)->Arg(64)->Arg(4096);

void log_writer(benchmark::State& state) {
  const auto directory = std::filesystem::temp_directory_path() / "espial-record-bench";
  auto writer = LogWriter::open({.directory = directory}, Timestamp{});
  if (!writer) {
    state.SkipWithError("cannot open the logs");
    return;
  }
  const Record record = test::alert_record();
  for (auto _ : state) (*writer)->emit(record);
  state.SetItemsProcessed(state.iterations());
  writer->reset();
  std::filesystem::remove_all(directory);
}
BENCHMARK(log_writer)->Iterations(200'000);

}  // namespace
}  // namespace espial::record

BENCHMARK_MAIN();
