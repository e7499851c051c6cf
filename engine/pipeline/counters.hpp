#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>
#include <utility>

#include "engine/decode/packet.hpp"
#include "engine/flow/stream_event.hpp"
#include "engine/ipsec/anomaly.hpp"
#include "engine/verdict/exception.hpp"

namespace espial::pipeline {

/// What a worker counts. Names are Suricata's where it counts the same thing; see counters.cpp.
enum class Counter : std::uint8_t {
  packets,
  bytes,
  invalid,
  ipv4,
  ipv6,
  tcp,
  udp,
  icmpv4,
  icmpv6,
  sctp,
  fragments,
  tunnelled,
  ipv4_in_ipv4,
  ipv6_in_ipv4,
  ipv4_in_ipv6,
  ipv6_in_ipv6,
  ethernet,  // from here to teredo: decode::Carrier, in its order
  arp,
  unknown_ethertype,
  raw,
  null,
  sll,
  sll2,
  chdlc,
  ppp,
  pppoe,
  mpls,
  vlan,
  vlan_qinq,
  vlan_qinqinq,
  vntag,
  etag,
  ieee8021ah,
  nsh,
  gre,
  erspan,
  vxlan,
  geneve,
  teredo,
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
  flows_active,
  flows_tcp,
  flows_udp,
  flows_icmpv4,
  flows_icmpv6,
  flows_timed_out,
  flows_ended_new,
  flows_ended_established,
  flows_ended_closed,
  flows_ended_bypassed,
  flow_get_used,
  flow_emergencies,
  flow_recoveries,
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
  bypassed,
  flow_bits_without_room,
  budget_exhausted,
  accepted,
  blocked,
  rejected,
  reject_answers,
  reject_unanswerable,
  reject_limited,
  dropped_with_datagram,
  held,
  held_timed_out,
  held_evicted,
  stream_sessions,
  stream_active_sessions,
  stream_midstream_pickups,
  stream_memcap_drop,
  stream_segment_memcap_drop,
  stream_reassembly_gap,
  stream_overlap,
  stream_overlap_diff_data,
  stream_invalid,
  stream_contradicting,
  stream_depth_reached,
  flows_reused,
  tcp_ended_none,
  tcp_ended_syn_sent,
  tcp_ended_syn_recv,
  tcp_ended_established,
  tcp_ended_fin_wait1,
  tcp_ended_fin_wait2,
  tcp_ended_time_wait,
  tcp_ended_last_ack,
  tcp_ended_close_wait,
  tcp_ended_closing,
  tcp_ended_closed,
  stream_syn,
  stream_synack,
  stream_rst,
  stream_urg,
  stream_urgent_oob,
  stream_async,
  stream_memory,
  stream_reassembly_memory,
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
  void add(decode::Carrier carrier, std::uint64_t n) noexcept {
    bump(own_[std::to_underlying(Counter::ethernet) + std::to_underlying(carrier)], n);
  }
  void add(decode::Event event) noexcept { bump(events_[std::to_underlying(event)], 1); }
  void add(flow::StreamEvent event) noexcept { bump(stream_events_[std::to_underlying(event)], 1); }
  void add(verdict::Reason reason) noexcept { bump(reasons_[std::to_underlying(reason)], 1); }
  void add(verdict::Exception exception, verdict::ExceptionPolicy policy) noexcept {
    bump(exceptions_[std::to_underlying(exception)][std::to_underlying(policy)], 1);
  }
  void add(ipsec::Anomaly anomaly) noexcept { bump(anomalies_[std::to_underlying(anomaly)], 1); }

  [[nodiscard]] std::uint64_t get(Counter counter) const noexcept {
    return own_[std::to_underlying(counter)].load(std::memory_order_relaxed);
  }

  [[nodiscard]] std::uint64_t get(verdict::Reason reason) const noexcept {
    return reasons_[std::to_underlying(reason)].load(std::memory_order_relaxed);
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
  std::array<Value, std::to_underlying(flow::StreamEvent::count_)> stream_events_{};
  std::array<Value, std::to_underlying(verdict::Reason::count_)> reasons_{};
  std::array<std::array<Value, std::to_underlying(verdict::ExceptionPolicy::count_)>,
             std::to_underlying(verdict::Exception::count_)>
      exceptions_{};
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
  for (std::size_t i = 0; i < stream_events_.size(); ++i)
    sink("stream.", flow::name_of(static_cast<flow::StreamEvent>(i)),
         stream_events_[i].load(std::memory_order_relaxed));
  for (std::size_t i = 1; i < reasons_.size(); ++i)  // 0: none
    sink("ips.drop_reason.", verdict::counter_of(static_cast<verdict::Reason>(i)),
         reasons_[i].load(std::memory_order_relaxed));
  for (std::size_t i = 0; i < exceptions_.size(); ++i)
    for (std::size_t policy = 0; policy < exceptions_[i].size(); ++policy)
      sink(verdict::counter_of(static_cast<verdict::Exception>(i)),
           verdict::name_of(static_cast<verdict::ExceptionPolicy>(policy)),
           exceptions_[i][policy].load(std::memory_order_relaxed));
}

}  // namespace espial::pipeline
