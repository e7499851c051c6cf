#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <vector>

#include "engine/flow/stream_buffer.hpp"
#include "tests/support/bytes.hpp"

/// What a segment costs: each is timed by itself, and beside the mean stand the median and the 99th
/// percentile in nanoseconds, with the clock's own 20 to 30.
namespace espial::flow {
namespace {

using test::Bytes;
using test::filler;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kMemory = 64U << 20U;
constexpr std::uint64_t kLookBack = 2560;
constexpr std::size_t kMostTimes = 4U << 20U;

struct Stream {
  StreamPools pools{kMemory};
  StreamBuffer buffer;
  OsPolicy policy = OsPolicy::linux_modern;

  Stream() { buffer.begin(1000); }
  ~Stream() { buffer.clear(pools); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  Stream(Stream&&) = delete;
  Stream& operator=(Stream&&) = delete;

  StreamBuffer::Added add(std::uint64_t offset, ByteView bytes) {
    return buffer.add(1000 + static_cast<std::uint32_t>(offset), bytes, policy, pools);
  }
  void release() {
    if (buffer.next() > kLookBack) buffer.release(buffer.next() - kLookBack, pools);
  }
};

class Times {
 public:
  Times() { all_.reserve(kMostTimes); }

  template <class Work>
  void take(Work work) {
    const auto start = Clock::now();
    work();
    const auto stop = Clock::now();
    if (all_.size() < kMostTimes)
      all_.push_back(std::chrono::duration<double, std::nano>(stop - start).count());
  }
  void report(benchmark::State& state) {
    if (all_.empty()) return;
    std::ranges::sort(all_);
    state.counters["p50"] = all_[all_.size() / 2];
    state.counters["p99"] = all_[all_.size() * 99 / 100];
  }

 private:
  std::vector<double> all_;
};

void in_order(benchmark::State& state) {
  const auto stream = std::make_unique<Stream>();
  const Bytes segment = filler(static_cast<std::size_t>(state.range(0)), 'x');
  Times times;
  for (auto _ : state) {
    times.take([&] {
      benchmark::DoNotOptimize(stream->add(stream->buffer.next(), segment));
      stream->release();
    });
  }
  times.report(state);
}
BENCHMARK(in_order)->Arg(1400)->Arg(1)->ArgName("bytes");

/// Of each two segments the second comes first.
void out_of_order(benchmark::State& state) {
  const auto stream = std::make_unique<Stream>();
  const Bytes segment = filler(static_cast<std::size_t>(state.range(0)), 'x');
  bool early = true;
  Times times;
  for (auto _ : state) {
    times.take([&] {
      const std::uint64_t at = stream->buffer.next() + (early ? segment.size() : 0);
      benchmark::DoNotOptimize(stream->add(at, segment));
      stream->release();
    });
    early = !early;
  }
  times.report(state);
}
BENCHMARK(out_of_order)->Arg(1400)->Arg(1)->ArgName("bytes");

/// One segment is late, the rest of the window is there; the hole is filled once in so many.
void behind_a_hole(benchmark::State& state) {
  const auto stream = std::make_unique<Stream>();
  const Bytes segment = filler(1400, 'x');
  std::uint64_t ahead = 0;
  Times times;
  for (auto _ : state) {
    if (++ahead > 700) ahead = 0;
    times.take([&] {
      benchmark::DoNotOptimize(stream->add(stream->buffer.next() + ahead * 1400, segment));
      stream->release();
    });
  }
  times.report(state);
}
BENCHMARK(behind_a_hole);

/// A hostile peer: single bytes that touch no other, as many as may wait, in an order that helps
/// nobody. Argument: the distance from one to the next.
void single_bytes(benchmark::State& state) {
  const auto stream = std::make_unique<Stream>();
  const Bytes segment = filler(1, 'x');
  const auto distance = static_cast<std::uint64_t>(state.range(0));
  std::uint64_t turn = 0;
  Times times;
  for (auto _ : state) {
    if (turn == StreamBuffer::kMaxHeld) {
      state.PauseTiming();
      stream->buffer.clear(stream->pools);
      turn = 0;
      state.ResumeTiming();
    }
    const std::uint64_t place = turn++ * 2654435761U % StreamBuffer::kMaxHeld;
    times.take([&] {
      benchmark::DoNotOptimize(stream->add(stream->buffer.next() + 1 + place * distance, segment));
    });
  }
  times.report(state);
}
BENCHMARK(single_bytes)->Arg(2)->Arg(256)->ArgName("distance");

/// The same bytes again and again over all that waits in pieces. Argument: the policy.
void over_single_bytes(benchmark::State& state) {
  const auto stream = std::make_unique<Stream>();
  stream->policy = static_cast<OsPolicy>(state.range(0));
  for (std::uint64_t i = 0; i < StreamBuffer::kMaxHeld - 1; ++i)
    stream->add(1 + i * 2, filler(1, 'x'));
  const Bytes segment = filler(1400, 'x');
  std::uint64_t at = 1;
  Times times;
  for (auto _ : state) {
    times.take([&] { benchmark::DoNotOptimize(stream->add(at, segment)); });
    at = at > 6000 ? 1 : at + 100;
  }
  times.report(state);
}
BENCHMARK(over_single_bytes)
    ->Arg(static_cast<int>(OsPolicy::first))
    ->Arg(static_cast<int>(OsPolicy::last))
    ->Arg(static_cast<int>(OsPolicy::linux_modern))
    ->ArgName("policy");

/// What is kept comes again, anywhere in it. Argument: how much that is, in KiB.
void repeat_what_is_kept(benchmark::State& state) {
  const auto stream = std::make_unique<Stream>();
  const Bytes segment = filler(1400, 'x');
  const auto kept = static_cast<std::uint64_t>(state.range(0)) << 10U;
  while (stream->buffer.next() < kept) stream->add(stream->buffer.next(), segment);
  std::uint64_t turn = 0;
  Times times;
  for (auto _ : state) {
    const std::uint64_t at = ++turn * 2654435761U % (kept - segment.size());
    times.take([&] { benchmark::DoNotOptimize(stream->add(at, segment)); });
  }
  times.report(state);
}
BENCHMARK(repeat_what_is_kept)->Arg(8)->Arg(64)->Arg(1024)->Arg(4096)->ArgName("KiB");

/// The memory is full: other streams hold it all, and nothing finds room.
void at_the_memory_cap(benchmark::State& state) {
  const auto stream = std::make_unique<Stream>();
  std::vector<Block*> others;
  while (Block* const block = stream->pools.blocks.take()) others.push_back(block);
  const Bytes segment = filler(1400, 'x');
  Times times;
  for (auto _ : state)
    times.take([&] { benchmark::DoNotOptimize(stream->add(stream->buffer.next(), segment)); });
  times.report(state);
  for (Block* const block : others) stream->pools.blocks.give(block);
}
BENCHMARK(at_the_memory_cap);

}  // namespace
}  // namespace espial::flow
