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
    Row{Counter::ike, "ipsec.ike"},
    Row{Counter::ikev1, "ipsec.ikev1"},
    Row{Counter::ikev2, "ipsec.ikev2"},
    Row{Counter::esp, "ipsec.esp"},
    Row{Counter::esp_in_udp, "ipsec.esp_in_udp"},
    Row{Counter::ah, "ipsec.ah"},
    Row{Counter::wesp, "ipsec.wesp"},
    Row{Counter::keepalive, "ipsec.natt_keepalive"},
    Row{Counter::flows, "flow.total"},
    Row{Counter::flows_timed_out, "flow.end.timeout"},
    Row{Counter::flows_evicted, "flow.evicted"},
    Row{Counter::flow_memory, "flow.memuse"},
    Row{Counter::alerts, "detect.alert"},
    Row{Counter::alerts_suppressed, "detect.alert_queue_overflow"},
    Row{Counter::budget_exhausted, "detect.budget_exhausted"},
    Row{Counter::accepted, "ips.accepted"},
    Row{Counter::blocked, "ips.blocked"},
    Row{Counter::dropped_by_rules, "ips.drop_reason.rules"},
    Row{Counter::dropped_by_flow, "ips.drop_reason.flow_drop"},
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
