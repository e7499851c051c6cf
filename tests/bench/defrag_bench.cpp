#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <vector>

#include "engine/flow/defrag.hpp"
#include "tests/support/fragmenter.hpp"

/// Defragmentation under a flood. Beside the mean: the median and the 99th percentile of a packet
/// in nanoseconds (a reading of the clock included), and the memory that is held in the end, in
/// bytes.
namespace espial::flow {
namespace {

using test::Bytes;

/// Packets decoded before the clock runs.
class Flood {
 public:
  explicit Flood(OsPolicy policy = OsPolicy::linux_modern) {
    DefragLimits limits;
    limits.hosts = HostPolicies({}, policy);
    defrag_ = std::make_unique<Defragmenter>(limits, SipKey{1, 2});
  }

  void add(Bytes bytes) {
    bytes_.push_back(std::make_unique<Bytes>(std::move(bytes)));
    decode::decode_ip(*bytes_.back(), decode::Checksums::ignore, *frame_);
    packets_.push_back(frame_->packets.back());
  }

  /// Runs through the packets again and again; each round takes ids of its own.
  void run(benchmark::State& state) {
    std::vector<std::uint32_t> costs;
    costs.reserve(1U << 24U);
    std::uint32_t round = 0;
    std::size_t at = 0;
    for (auto _ : state) {
      decode::Packet& packet = packets_[at];
      std::uint32_t& id = packet.fragment.value().id;
      id ^= round;
      const auto before = std::chrono::steady_clock::now();
      benchmark::DoNotOptimize(defrag_->add(packet, {}, 0, now_).datagram.data());
      defrag_->settle(true);
      const auto cost = std::chrono::steady_clock::now() - before;
      if (costs.size() < costs.capacity())
        costs.push_back(static_cast<std::uint32_t>(std::chrono::nanoseconds(cost).count()));
      id ^= round;
      now_ = now_ + std::chrono::nanoseconds(100);
      if (++at == packets_.size()) {
        at = 0;
        round += 1U << 17U;
      }
    }
    report(state, costs);
  }

 private:
  void report(benchmark::State& state, std::vector<std::uint32_t>& costs) const {
    const auto at = [&](std::size_t percent) {
      const auto place = costs.begin() + static_cast<std::ptrdiff_t>(costs.size() * percent / 100);
      std::ranges::nth_element(costs, place);
      return static_cast<double>(*place);
    };
    state.counters["median_ns"] = at(50);
    state.counters["p99_ns"] = at(99);
    state.counters["memory"] = static_cast<double>(defrag_->memory());
    state.counters["datagrams"] = static_cast<double>(defrag_->size());
  }

  std::vector<std::unique_ptr<Bytes>> bytes_;
  std::vector<decode::Packet> packets_;
  std::unique_ptr<decode::DecodedFrame> frame_ = std::make_unique<decode::DecodedFrame>();
  std::unique_ptr<Defragmenter> defrag_;
  Timestamp now_ = Timestamp::from_parts(1'700'000'000, 0);
};

/// First fragments only: the table is full, and each opens another datagram. Argument: its bytes.
void first_fragments(benchmark::State& state) {
  const auto size = static_cast<std::size_t>(state.range(0));
  const Bytes whole = test::ipv4({}, test::filler(size + 8));
  Flood flood;
  for (std::uint32_t id = 0; id < 65'536; ++id)
    flood.add(test::fragment(whole, 0, size, {.id = id}));
  flood.run(state);
}
BENCHMARK(first_fragments)->Arg(8)->Arg(1480)->ArgName("bytes");

/// What is no attack: datagrams of three fragments, in order.
void whole_datagrams(benchmark::State& state) {
  const Bytes whole = test::ipv4({}, test::filler(4'000));
  Flood flood;
  for (std::uint32_t id = 0; id < 1'024; ++id)
    for (Bytes& part : test::fragments(whole, 1480, {.id = id})) flood.add(std::move(part));
  flood.run(state);
}
BENCHMARK(whole_datagrams);

/// Tiny fragments of one datagram that never ends, in no order: the tree at its deepest.
void tiny_fragments(benchmark::State& state) {
  const Bytes whole = test::ipv4({}, test::filler(65'000));
  std::vector<Bytes> parts = test::fragments(whole, 8);
  parts.erase(parts.begin());
  test::Fragmenter(1).shuffle(parts);
  Flood flood;
  for (Bytes& part : parts) flood.add(std::move(part));
  flood.run(state);
}
BENCHMARK(tiny_fragments);

/// Fragments that overlap each other at random, the last or the first of them to stay.
void overlaps(benchmark::State& state) {
  const Bytes whole = test::ipv4({}, test::filler(65'000));
  test::Fragmenter chance(1);
  Flood flood(state.range(0) != 0 ? OsPolicy::last : OsPolicy::first);
  for (int i = 0; i < 8'000; ++i) {
    const std::size_t begin = 8 + (chance.below(7'900) * 8);
    flood.add(test::fragment(whole, begin, begin + 8 + (chance.below(100) * 8), {.more = true}));
  }
  flood.run(state);
}
BENCHMARK(overlaps)->Arg(0)->Arg(1)->ArgName("last");

}  // namespace
}  // namespace espial::flow
