#include "engine/pipeline/counters.hpp"

namespace espial::pipeline {
namespace {

using Row = std::pair<Counter, std::string_view>;

constexpr std::array kRows{
    Row{Counter::packets, "decoder.pkts"},
    Row{Counter::bytes, "decoder.bytes"},
    Row{Counter::not_ip, "decoder.unknown_ethertype"},
    Row{Counter::invalid, "decoder.invalid"},
    Row{Counter::ipv4, "decoder.ipv4"},
    Row{Counter::ipv6, "decoder.ipv6"},
    Row{Counter::tcp, "decoder.tcp"},
    Row{Counter::udp, "decoder.udp"},
    Row{Counter::icmpv4, "decoder.icmpv4"},
    Row{Counter::icmpv6, "decoder.icmpv6"},
    Row{Counter::sctp, "decoder.sctp"},
    Row{Counter::fragments, "decoder.fragments"},
    Row{Counter::vlan, "decoder.vlan"},
    Row{Counter::tunnelled, "decoder.tunnelled"},
    Row{Counter::gre, "decoder.gre"},
    Row{Counter::vxlan, "decoder.vxlan"},
    Row{Counter::geneve, "decoder.geneve"},
    Row{Counter::teredo, "decoder.teredo"},
    Row{Counter::erspan, "decoder.erspan"},
    Row{Counter::nsh, "decoder.nsh"},
    Row{Counter::ike, "ipsec.ike"},
    Row{Counter::ikev1, "ipsec.ikev1"},
    Row{Counter::ikev2, "ipsec.ikev2"},
    Row{Counter::esp, "ipsec.esp"},
    Row{Counter::esp_in_udp, "ipsec.esp_in_udp"},
    Row{Counter::esp_null, "ipsec.esp_null"},
    Row{Counter::ah, "ipsec.ah"},
    Row{Counter::ipcomp, "ipsec.ipcomp"},
    Row{Counter::wesp, "ipsec.wesp"},
    Row{Counter::keepalive, "ipsec.natt_keepalive"},
    Row{Counter::sas, "ipsec.sas"},
    Row{Counter::sas_evicted, "ipsec.sas_evicted"},
    Row{Counter::fragment_sets, "ipsec.fragment_sets"},
    Row{Counter::fragment_sets_evicted, "ipsec.fragment_sets_evicted"},
    Row{Counter::messages_joined, "ipsec.messages_joined"},
    Row{Counter::endpoints, "ipsec.endpoints"},
    Row{Counter::endpoints_evicted, "ipsec.endpoints_evicted"},
    Row{Counter::tcp_connections, "ipsec.tcp_connections"},
    Row{Counter::tcp_connections_evicted, "ipsec.tcp_connections_evicted"},
    Row{Counter::tcp_messages, "ipsec.tcp_messages"},
    Row{Counter::tcp_messages_skipped, "ipsec.tcp_messages_skipped"},
    Row{Counter::flows, "flow.total"},
    Row{Counter::flows_active, "flow.active"},
    Row{Counter::flows_tcp, "flow.tcp"},
    Row{Counter::flows_udp, "flow.udp"},
    Row{Counter::flows_icmpv4, "flow.icmpv4"},
    Row{Counter::flows_icmpv6, "flow.icmpv6"},
    Row{Counter::flows_timed_out, "flow.end.timeout"},
    Row{Counter::flows_ended_new, "flow.end.state.new"},
    Row{Counter::flows_ended_established, "flow.end.state.established"},
    Row{Counter::flows_ended_closed, "flow.end.state.closed"},
    Row{Counter::flows_ended_bypassed, "flow.end.state.local_bypassed"},
    Row{Counter::flow_get_used, "flow.get_used"},
    Row{Counter::flow_emergencies, "flow.emerg_mode_entered"},
    Row{Counter::flow_recoveries, "flow.emerg_mode_over"},
    Row{Counter::flows_evicted, "flow.evicted"},
    Row{Counter::flow_memory, "flow.memuse"},
    Row{Counter::fragments_v4, "defrag.ipv4.fragments"},
    Row{Counter::fragments_v6, "defrag.ipv6.fragments"},
    Row{Counter::reassembled_v4, "defrag.ipv4.reassembled"},
    Row{Counter::reassembled_v6, "defrag.ipv6.reassembled"},
    Row{Counter::defrag_duplicates, "defrag.duplicates"},
    Row{Counter::defrag_ignored, "defrag.ignored"},
    Row{Counter::defrag_discarded, "defrag.discarded"},
    Row{Counter::defrag_timed_out, "defrag.mgr.tracker_timeout"},
    Row{Counter::defrag_trackers_reached, "defrag.max_trackers_reached"},
    Row{Counter::defrag_frags_reached, "defrag.max_frags_reached"},
    Row{Counter::defrag_memcap_reached, "defrag.memcap_reached"},
    Row{Counter::defrag_memory, "defrag.memuse"},
    Row{Counter::alerts, "detect.alert"},
    Row{Counter::alerts_suppressed, "detect.alert_queue_overflow"},
    Row{Counter::bypassed, "flow_bypassed.local_pkts"},
    Row{Counter::flow_bits_without_room, "flow.flowbits_memcap"},
    Row{Counter::budget_exhausted, "detect.budget_exhausted"},
    Row{Counter::accepted, "ips.accepted"},
    Row{Counter::blocked, "ips.blocked"},
    Row{Counter::rejected, "ips.rejected"},
    Row{Counter::reject_answers, "ips.reject.answers"},
    Row{Counter::reject_unanswerable, "ips.reject.unanswerable"},
    Row{Counter::reject_limited, "ips.reject.limited"},
    Row{Counter::dropped_with_datagram, "ips.drop_reason.datagram"},
    Row{Counter::held, "defrag.held"},
    Row{Counter::held_timed_out, "defrag.held_timeout"},
    Row{Counter::held_evicted, "defrag.max_held_reached"},
    Row{Counter::stream_sessions, "tcp.sessions"},
    Row{Counter::stream_active_sessions, "tcp.active_sessions"},
    Row{Counter::stream_midstream_pickups, "tcp.midstream_pickups"},
    Row{Counter::stream_memcap_drop, "tcp.ssn_memcap_drop"},
    Row{Counter::stream_segment_memcap_drop, "tcp.segment_memcap_drop"},
    Row{Counter::stream_reassembly_gap, "tcp.reassembly_gap"},
    Row{Counter::stream_overlap, "tcp.overlap"},
    Row{Counter::stream_overlap_diff_data, "tcp.overlap_diff_data"},
    Row{Counter::stream_invalid, "tcp.invalid"},
    Row{Counter::stream_contradicting, "tcp.contradicting"},
    Row{Counter::stream_depth_reached, "tcp.stream_depth_reached"},
    Row{Counter::stream_memory, "tcp.memuse"},
    Row{Counter::stream_reassembly_memory, "tcp.reassembly_memuse"},
    Row{Counter::bad_checksums, "decoder.bad_checksums"},
    Row{Counter::records, "records.made"},
};

constexpr bool rows_in_order() {
  for (std::size_t i = 0; i < kRows.size(); ++i)
    if (std::to_underlying(kRows[i].first) != i) return false;
  return kRows.size() == std::to_underlying(Counter::count_);
}
static_assert(rows_in_order(), "one row a counter, in the order of the enumeration");

}  // namespace

std::string_view name_of(Counter counter) noexcept {
  return kRows[std::to_underlying(counter)].second;
}

}  // namespace espial::pipeline
