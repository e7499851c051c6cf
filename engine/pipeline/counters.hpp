#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>
#include <utility>

#include "engine/decode/event.hpp"
#include "engine/ipsec/anomaly.hpp"

namespace espial::pipeline {

/// What a worker counts. Names are Suricata's where it counts the same thing; see counters.cpp.
enum class Counter : std::uint8_t {
  packets,
  bytes,
  not_ip,
  invalid,
  ipv4,
  ipv6,
  tcp,
  udp,
  icmpv4,
  icmpv6,
  sctp,
  fragments,
  vlan,
  tunnelled,
  gre,
  vxlan,
  geneve,
  teredo,
  erspan,
  nsh,
  ike,
  ikev1,
  ikev2,
  esp,
  esp_in_udp,
  esp_null,
  ah,
  ipcomp,
  wesp,
  keepalive,
  sas,
  sas_evicted,
  fragment_sets,
  fragment_sets_evicted,
  messages_joined,
  endpoints,
  endpoints_evicted,
  tcp_connections,
  tcp_connections_evicted,
  tcp_messages,
  tcp_messages_skipped,
  flows,
  flows_timed_out,
  flows_evicted,
  flow_memory,
  fragments_v4,
  fragments_v6,
  reassembled_v4,
  reassembled_v6,
  defrag_duplicates,
  defrag_ignored,
  defrag_discarded,
  defrag_timed_out,
  defrag_trackers_reached,
  defrag_frags_reached,
  defrag_memcap_reached,
  defrag_memory,
  alerts,
  alerts_suppressed,
  budget_exhausted,
  accepted,
  blocked,
  dropped_by_rules,
  dropped_by_flow,
  bad_checksums,
  records,
  count_
};

/// The counters of one worker: written by its thread, read by any. Each value is exact; two values
/// read together may be a packet apart.
class Counters {
 public:
  void add(Counter counter, std::uint64_t n = 1) noexcept {
    bump(own_[std::to_underlying(counter)], n);
  }
  void set(Counter counter, std::uint64_t n) noexcept {
    own_[std::to_underlying(counter)].store(n, std::memory_order_relaxed);
  }
  void add(decode::Event event) noexcept { bump(events_[std::to_underlying(event)], 1); }
  void add(ipsec::Anomaly anomaly) noexcept { bump(anomalies_[std::to_underlying(anomaly)], 1); }

  [[nodiscard]] std::uint64_t get(Counter counter) const noexcept {
    return own_[std::to_underlying(counter)].load(std::memory_order_relaxed);
  }

  /// Calls `sink(prefix, name, value)` for every counter, zeros too, in a fixed order.
  template <class Sink>
  void for_each(Sink sink) const;

 private:
  using Value = std::atomic<std::uint64_t>;
  /// One writer: a plain load and store, no locked instruction.
  static void bump(Value& value, std::uint64_t n) noexcept {
    value.store(value.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  std::array<Value, std::to_underlying(Counter::count_)> own_{};
  std::array<Value, std::to_underlying(decode::Event::count_)> events_{};
  std::array<Value, std::to_underlying(ipsec::Anomaly::count_)> anomalies_{};
};

/// "decoder.pkts", "ips.blocked", ...
[[nodiscard]] std::string_view name_of(Counter counter) noexcept;

template <class Sink>
void Counters::for_each(Sink sink) const {
  for (std::size_t i = 0; i < own_.size(); ++i)
    sink("", name_of(static_cast<Counter>(i)), own_[i].load(std::memory_order_relaxed));
  for (std::size_t i = 0; i < events_.size(); ++i)
    sink("decoder.event.", decode::name_of(static_cast<decode::Event>(i)),
         events_[i].load(std::memory_order_relaxed));
  for (std::size_t i = 0; i < anomalies_.size(); ++i)
    sink("ipsec.anomaly.", ipsec::info_of(static_cast<ipsec::Anomaly>(i)).name,
         anomalies_[i].load(std::memory_order_relaxed));
}

}  // namespace espial::pipeline
