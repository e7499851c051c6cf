#include <benchmark/benchmark.h>

#include <memory>

#include "engine/decode/packet.hpp"
#include "tests/support/packets.hpp"

/// What decode costs a packet, one kind of frame at a time, hot in the cache.
namespace espial::decode {
namespace {

using namespace espial::test;  // NOLINT(google-build-using-namespace): builders of packets

void run(benchmark::State& state, LinkType link, const Bytes& frame, Checksums checksums) {
  const auto out = std::make_unique<DecodedFrame>();
  for (auto _ : state) {
    decode(link, frame, checksums, *out);
    benchmark::DoNotOptimize(out->packets.size());
    benchmark::ClobberMemory();
  }
  if (out->packets.empty() || !out->packets.back().events.empty())
    state.SkipWithError("not decoded");
  state.SetItemsProcessed(state.iterations());
}

Bytes esp_in_udp() {
  return ipv4({}, udp({.source = 4500, .destination = 4500}, esp({.body_size = 1400})));
}
Bytes native_esp() {
  return ipv4({.protocol = 50}, esp({.body_size = 1400}));
}
Bytes native_esp6() {
  return ipv6({.next_header = 50}, esp({.body_size = 1400}));
}
Bytes tcp_with_options() {
  return ipv4({.protocol = 6},
              tcp({.options = from_hex("0101080a0000000100000002")}, filler(1400)));
}
Bytes gre_tunnel() {
  return ipv4({.protocol = 47}, gre(kEtherIpv4, esp_in_udp()));
}

void esp_in_udp_bare(benchmark::State& state) {
  run(state, LinkType::raw_ip, esp_in_udp(), Checksums::ignore);
}
void esp_in_udp_checked(benchmark::State& state) {
  run(state, LinkType::raw_ip, esp_in_udp(), Checksums::verify);
}
void esp_in_udp_ethernet(benchmark::State& state) {
  run(state, LinkType::ethernet, ethernet(kEtherIpv4, esp_in_udp()), Checksums::ignore);
}
void esp_ipv4(benchmark::State& state) {
  run(state, LinkType::raw_ip, native_esp(), Checksums::ignore);
}
void esp_ipv6(benchmark::State& state) {
  run(state, LinkType::raw_ip, native_esp6(), Checksums::ignore);
}
void tcp_timestamps(benchmark::State& state) {
  run(state, LinkType::raw_ip, tcp_with_options(), Checksums::ignore);
}
void esp_in_udp_in_gre(benchmark::State& state) {
  run(state, LinkType::raw_ip, gre_tunnel(), Checksums::ignore);
}

BENCHMARK(esp_in_udp_bare);
BENCHMARK(esp_in_udp_checked);
BENCHMARK(esp_in_udp_ethernet);
BENCHMARK(esp_ipv4);
BENCHMARK(esp_ipv6);
BENCHMARK(tcp_timestamps);
BENCHMARK(esp_in_udp_in_gre);

}  // namespace
}  // namespace espial::decode
