#include <benchmark/benchmark.h>

#include <memory>

#include "engine/ipsec/carrier.hpp"
#include "engine/ipsec/esp.hpp"
#include "engine/ipsec/esp_null.hpp"
#include "engine/ipsec/ike.hpp"
#include "engine/registry/vendor_id.hpp"
#include "tests/support/ike.hpp"
#include "tests/support/packets.hpp"

/// What dissection costs a packet. Budgets: an IKE_SA_INIT with 12 proposals 2 us, ESP and AH 30
/// ns.
namespace espial::ipsec {
namespace {

test::Bytes ike_sa_init(std::size_t proposals) {
  std::vector<test::IkeProposal> offer;
  for (std::size_t i = 0; i < proposals; ++i) {
    offer.push_back({.number = static_cast<std::uint8_t>(i + 1),
                     .transforms = {
                         {.type = 1, .id = 12, .attributes = test::ike_attribute(14, 256)},
                         {.type = 2, .id = 5},
                         {.type = 3, .id = 12},
                         {.type = 4, .id = 14},
                     }});
  }
  const test::IkePayload hash{.type = 41, .body = test::ikev2_notify(16388, test::filler(20))};
  const test::IkePayload vendor{.type = 43, .body = test::filler(16)};
  return test::ike({}, {{.type = 33, .body = test::ikev2_sa(offer)},
                        {.type = 34, .body = test::ikev2_ke(14, 256)},
                        {.type = 40, .body = test::filler(32)},
                        hash,
                        hash,
                        vendor,
                        vendor});
}

void dissect_ike_sa_init(benchmark::State& state) {
  const auto message = ike_sa_init(static_cast<std::size_t>(state.range(0)));
  const auto out = std::make_unique<IkeMessage>();
  for (auto _ : state) {
    dissect_ike(message, *out);
    benchmark::DoNotOptimize(out.get());
    benchmark::ClobberMemory();
  }
}
BENCHMARK(dissect_ike_sa_init)->Arg(1)->Arg(12)->Arg(32);

void dissect_ike_auth(benchmark::State& state) {
  const auto message = test::ike({.exchange = 35}, {{.type = 46, .body = test::filler(400)}});
  const auto out = std::make_unique<IkeMessage>();
  for (auto _ : state) {
    dissect_ike(message, *out);
    benchmark::DoNotOptimize(out.get());
    benchmark::ClobberMemory();
  }
}
BENCHMARK(dissect_ike_auth);

void classify_and_dissect_esp_in_udp(benchmark::State& state) {
  const auto payload = test::esp({});
  AnomalySet anomalies;
  for (auto _ : state) {
    const Carried carried = classify_udp(kNatTraversalPort, kNatTraversalPort, payload);
    benchmark::DoNotOptimize(dissect_esp(carried.inner, anomalies));
    benchmark::ClobberMemory();
  }
}
BENCHMARK(classify_and_dissect_esp_in_udp);

void dissect_ah_header(benchmark::State& state) {
  const auto packet = test::ah({}, {});
  AnomalySet anomalies;
  for (auto _ : state) {
    benchmark::DoNotOptimize(dissect_ah(packet, false, anomalies));
    benchmark::ClobberMemory();
  }
}
BENCHMARK(dissect_ah_header);

void dissect_esp_packet(benchmark::State& state) {
  const auto packet = test::esp({});
  AnomalySet anomalies;
  for (auto _ : state) {
    benchmark::DoNotOptimize(dissect_esp(packet, anomalies));
    benchmark::ClobberMemory();
  }
}
BENCHMARK(dissect_esp_packet);

void dissect_wesp_header(benchmark::State& state) {
  const auto packet = test::join({test::bytes(6, 12, 12, 0), test::esp({})});
  AnomalySet anomalies;
  for (auto _ : state) {
    benchmark::DoNotOptimize(dissect_wesp(packet, anomalies));
    benchmark::ClobberMemory();
  }
}
BENCHMARK(dissect_wesp_header);

/// Each format of an encrypted packet, as for the first packets of an SPI.
void weigh_every_null_format(benchmark::State& state) {
  const auto packet = test::esp({.body_size = 1400});
  AnomalySet anomalies;
  const auto esp = dissect_esp(packet, anomalies);
  const IpAddress source = test::ip("10.9.0.1");
  const IpAddress destination = test::ip("10.9.0.2");
  for (auto _ : state) {
    for (const NullFormat format : kNullFormats)
      benchmark::DoNotOptimize(weigh_null_esp(*esp, format, source, destination));
  }
}
BENCHMARK(weigh_every_null_format);

void look_up_vendor_id(benchmark::State& state) {
  const auto id = test::from_hex("1e2b516905991c7d7c96fcbfb587e46100000009");
  for (auto _ : state) benchmark::DoNotOptimize(registry::vendor_name(id));
}
BENCHMARK(look_up_vendor_id);

}  // namespace
}  // namespace espial::ipsec
