#include <benchmark/benchmark.h>

#include <memory>

#include "engine/sa/memory.hpp"
#include "engine/sa/spi.hpp"
#include "tests/support/exchanges.hpp"
#include "tests/support/memory.hpp"

/// What memory costs a packet that is dissected already.
namespace espial::sa {
namespace {

const test::Path kStrange{.source_port = 40'000, .destination_port = 40'500};

/// An offer of 12 proposals, with the hashes of NAT detection or without.
test::Bytes offer(bool nat_detection) {
  test::SaInit f{.proposals = {}};
  for (std::uint8_t number = 1; number <= 12; ++number)
    f.proposals.push_back(test::ikev2_proposal(number));
  if (nat_detection)
    f.extra = {test::notify_payload(16388, test::filler(20)),
               test::notify_payload(16389, test::filler(20))};
  return test::ike_sa_init(f);
}

void observe(benchmark::State& state, Memory& memory, test::Observed& packet) {
  Timestamp now;
  for (auto _ : state) {
    now = now + std::chrono::microseconds(1);
    memory.observe(packet.packet(), now, packet.layers());
    benchmark::ClobberMemory();
  }
}

void observe_ike_sa_init(benchmark::State& state) {
  const auto memory = std::make_unique<Memory>(Limits{}, test::kSecret);
  test::Observed packet(test::kThere, offer(state.range(0) != 0));
  observe(state, *memory, packet);
}
BENCHMARK(observe_ike_sa_init)->Arg(0)->Arg(1)->ArgName("nat_detection");

/// A flood: each request begins another SA, and the table is full.
void observe_ike_sa_init_each_another(benchmark::State& state) {
  const auto memory = std::make_unique<Memory>(Limits{}, test::kSecret);
  test::Observed packet(test::kThere, offer(false));
  Timestamp now;
  std::uint64_t spi = 0;
  for (auto _ : state) {
    packet.layers().ike.header.initiator_spi = IkeSpi{++spi};
    memory->observe(packet.packet(), now, packet.layers());
    benchmark::ClobberMemory();
  }
}
BENCHMARK(observe_ike_sa_init_each_another);

void observe_ike_auth(benchmark::State& state) {
  const auto memory = std::make_unique<Memory>(Limits{}, test::kSecret);
  test::Observed first(test::kThere, offer(false));
  test::Observed second(test::kBack, test::ike_sa_init({.responder_spi = test::kSpiR}));
  memory->observe(first.packet(), {}, first.layers());
  memory->observe(second.packet(), {}, second.layers());
  test::Observed packet(test::kThere, test::ike_sealed({.size = 400}));
  observe(state, *memory, packet);
}
BENCHMARK(observe_ike_auth);

/// Argument: whether any endpoint has been learned.
void observe_ports_that_say_nothing(benchmark::State& state) {
  const auto memory = std::make_unique<Memory>(Limits{}, test::kSecret);
  for (int nonce = 0; nonce < 2 && state.range(0) != 0; ++nonce) {
    test::Observed request({.source_port = 1, .destination_port = 2},
                           test::ike_sa_init({.nonce = nonce}));
    memory->observe(request.packet(), {}, request.layers());
  }
  test::Observed packet(kStrange, test::filler(200, 0x17));
  observe(state, *memory, packet);
}
BENCHMARK(observe_ports_that_say_nothing)->Arg(0)->Arg(1)->ArgName("learned");

void judge_the_worst_choice(benchmark::State& state) {
  Suite offered;
  Suite choice;
  for (std::size_t i = 0; i < kMaxAlgorithms; ++i) {
    offered.algorithms.push_back(
        {.kind = AlgorithmKind::encryption, .group = static_cast<std::uint8_t>(i + 1), .id = 7});
    choice.algorithms.push_back({.kind = AlgorithmKind::encryption, .group = 1, .id = 7});
  }
  choice.algorithms.back().id = 8;
  for (auto _ : state) benchmark::DoNotOptimize(is_choice_of(choice, offered, true));
}
BENCHMARK(judge_the_worst_choice);

void observe_spi_in(benchmark::State& state, flow::SpiMemory memory, bool unsure) {
  test::Observed packet(test::ipv4({.protocol = 50}, test::esp({.body_size = 1024})));
  for (auto _ : state) {
    if (unsure) memory.weighed = 0;
    observe_spi(packet.packet(), packet.layers(), memory);
    benchmark::DoNotOptimize(memory);
  }
}
void observe_spi_encrypted(benchmark::State& state) {
  flow::SpiMemory memory;
  memory.secrecy = flow::Secrecy::encrypted;
  observe_spi_in(state, memory, false);
}
BENCHMARK(observe_spi_encrypted);
void observe_spi_unsure(benchmark::State& state) {
  observe_spi_in(state, {}, true);
}
BENCHMARK(observe_spi_unsure);

}  // namespace
}  // namespace espial::sa
