#include <algorithm>
#include <array>
#include <utility>

#include "engine/decode/event.hpp"

namespace espial::decode {
namespace {

using Row = std::pair<Event, std::string_view>;

// Names that Suricata's decoder has are Suricata's, so that its decoder-events.rules mean the same
// here.
constexpr auto kNames = std::to_array<Row>({
    {Event::ethernet_pkt_too_small, "ethernet.pkt_too_small"},
    {Event::ethernet_unknown_ethertype, "ethernet.unknown_ethertype"},
    {Event::vlan_header_too_small, "vlan.header_too_small"},
    {Event::vlan_unknown_type, "vlan.unknown_type"},
    {Event::vlan_header_too_many_layers, "vlan.too_many_layers"},
    {Event::sll_pkt_too_small, "sll.pkt_too_small"},
    {Event::sll2_pkt_too_small, "sll2.pkt_too_small"},
    {Event::null_pkt_too_small, "ltnull.pkt_too_small"},
    {Event::null_unsupported_type, "ltnull.unsupported_type"},
    {Event::raw_invalid_ip_version, "ipraw.invalid_ip_version"},
    {Event::link_unsupported, "link.unsupported"},
    {Event::mpls_pkt_too_small, "mpls.pkt_too_small"},
    {Event::mpls_header_too_small, "mpls.header_too_small"},
    {Event::mpls_bad_label, "mpls.bad_label_reserved"},
    {Event::mpls_bad_label_router_alert, "mpls.bad_label_router_alert"},
    {Event::mpls_bad_label_implicit_null, "mpls.bad_label_implicit_null"},
    {Event::mpls_too_many_labels, "mpls.too_many_labels"},
    {Event::mpls_unknown_payload_type, "mpls.unknown_payload_type"},
    {Event::pppoe_pkt_too_small, "pppoe.pkt_too_small"},
    {Event::pppoe_wrong_code, "pppoe.wrong_code"},
    {Event::pppoe_malformed_tags, "pppoe.malformed_tags"},
    {Event::ppp_pkt_too_small, "ppp.pkt_too_small"},
    {Event::ppp_unsup_proto, "ppp.unsup_proto"},
    {Event::ipv4_pkt_too_small, "ipv4.pkt_too_small"},
    {Event::ipv4_hlen_too_small, "ipv4.hlen_too_small"},
    {Event::ipv4_iplen_smaller_than_hlen, "ipv4.iplen_smaller_than_hlen"},
    {Event::ipv4_trunc_pkt, "ipv4.trunc_pkt"},
    {Event::ipv4_opt_malformed, "ipv4.opt_malformed"},
    {Event::ipv4_opt_invalid, "ipv4.opt_invalid"},
    {Event::ipv4_opt_invalid_len, "ipv4.opt_invalid_len"},
    {Event::ipv4_opt_duplicate, "ipv4.opt_duplicate"},
    {Event::ipv4_opt_pad_required, "ipv4.opt_pad_required"},
    {Event::ipv4_opt_eol_required, "ipv4.opt_eol_required"},
    {Event::ipv4_wrong_ip_version, "ipv4.wrong_ip_version"},
    {Event::ipv4_icmpv6, "ipv4.icmpv6"},
    {Event::ipv4_csum_invalid, "ipv4.csum_invalid"},
    {Event::ipv4_frag_pkt_too_large, "ipv4.frag_pkt_too_large"},
    {Event::ipv4_frag_overlap, "ipv4.frag_overlap"},
    {Event::ipv4_frag_ignored, "ipv4.frag_ignored"},
    {Event::ipv4_frag_invalid_length, "ipv4.frag_invalid_length"},
    {Event::ipv6_pkt_too_small, "ipv6.pkt_too_small"},
    {Event::ipv6_trunc_pkt, "ipv6.trunc_pkt"},
    {Event::ipv6_trunc_exthdr, "ipv6.trunc_exthdr"},
    {Event::ipv6_wrong_ip_version, "ipv6.wrong_ip_version"},
    {Event::ipv6_exthdr_too_many, "ipv6.exthdr_too_many"},
    {Event::ipv6_exthdr_dupl_fh, "ipv6.exthdr_dupl_fh"},
    {Event::ipv6_exthdr_useless_fh, "ipv6.exthdr_useless_fh"},
    {Event::ipv6_fh_non_zero_reserved_field, "ipv6.fh_non_zero_reserved_field"},
    {Event::ipv6_exthdr_dupl_hh, "ipv6.exthdr_dupl_hh"},
    {Event::ipv6_exthdr_dupl_rh, "ipv6.exthdr_dupl_rh"},
    {Event::ipv6_exthdr_dupl_dh, "ipv6.exthdr_dupl_dh"},
    {Event::ipv6_exthdr_dupl_ah, "ipv6.exthdr_dupl_ah"},
    {Event::ipv6_hopopts_not_first, "ipv6.hopopts_not_first"},
    {Event::ipv6_hopopts_unknown_opt, "ipv6.hopopts_unknown_opt"},
    {Event::ipv6_hopopts_only_padding, "ipv6.hopopts_only_padding"},
    {Event::ipv6_dstopts_unknown_opt, "ipv6.dstopts_unknown_opt"},
    {Event::ipv6_dstopts_only_padding, "ipv6.dstopts_only_padding"},
    {Event::ipv6_zero_len_padn, "ipv6.zero_len_padn"},
    {Event::ipv6_exthdr_invalid_optlen, "ipv6.exthdr_invalid_optlen"},
    {Event::ipv6_rh_type_0, "ipv6.rh_type_0"},
    {Event::ipv6_data_after_none_header, "ipv6.data_after_none_header"},
    {Event::ipv6_icmpv4, "ipv6.icmpv4"},
    {Event::ipv6_frag_pkt_too_large, "ipv6.frag_pkt_too_large"},
    {Event::ipv6_frag_overlap, "ipv6.frag_overlap"},
    {Event::ipv6_frag_ignored, "ipv6.frag_ignored"},
    {Event::ipv6_frag_invalid_length, "ipv6.frag_invalid_length"},
    {Event::ah_trunc, "ah.trunc"},
    {Event::ah_bad_length, "ah.bad_length"},
    {Event::ah_res_not_null, "ah.res_not_null"},
    {Event::ah_too_many, "ah.too_many"},
    {Event::udp_pkt_too_small, "udp.pkt_too_small"},
    {Event::udp_hlen_too_small, "udp.hlen_too_small"},
    {Event::udp_hlen_invalid, "udp.hlen_invalid"},
    {Event::udp_len_invalid, "udp.len_invalid"},
    {Event::udp_csum_invalid, "udp.csum_invalid"},
    {Event::tcp_pkt_too_small, "tcp.pkt_too_small"},
    {Event::tcp_hlen_too_small, "tcp.hlen_too_small"},
    {Event::tcp_invalid_optlen, "tcp.invalid_optlen"},
    {Event::tcp_opt_invalid_len, "tcp.opt_invalid_len"},
    {Event::tcp_opt_duplicate, "tcp.opt_duplicate"},
    {Event::tcp_csum_invalid, "tcp.csum_invalid"},
    {Event::icmpv4_pkt_too_small, "icmpv4.pkt_too_small"},
    {Event::icmpv4_ipv4_trunc_pkt, "icmpv4.ipv4_trunc_pkt"},
    {Event::icmpv4_ipv4_unknown_ver, "icmpv4.ipv4_unknown_ver"},
    {Event::icmpv4_csum_invalid, "icmpv4.csum_invalid"},
    {Event::icmpv6_pkt_too_small, "icmpv6.pkt_too_small"},
    {Event::icmpv6_ipv6_trunc_pkt, "icmpv6.ipv6_trunc_pkt"},
    {Event::icmpv6_ipv6_unknown_version, "icmpv6.ipv6_unknown_version"},
    {Event::icmpv6_csum_invalid, "icmpv6.csum_invalid"},
    {Event::gre_pkt_too_small, "gre.pkt_too_small"},
    {Event::gre_wrong_version, "gre.wrong_version"},
    {Event::gre_version0_recur, "gre.version0_recur"},
    {Event::gre_version0_flags, "gre.version0_flags"},
    {Event::gre_version0_hdr_too_big, "gre.version0_hdr_too_big"},
    {Event::gre_version0_malformed_sre_hdr, "gre.version0_malformed_sre_hdr"},
    {Event::gre_version1_chksum, "gre.version1_chksum"},
    {Event::gre_version1_route, "gre.version1_route"},
    {Event::gre_version1_ssr, "gre.version1_ssr"},
    {Event::gre_version1_recur, "gre.version1_recur"},
    {Event::gre_version1_flags, "gre.version1_flags"},
    {Event::gre_version1_no_key, "gre.version1_no_key"},
    {Event::gre_version1_wrong_protocol, "gre.version1_wrong_protocol"},
    {Event::gre_version1_malformed_sre_hdr, "gre.version1_malformed_sre_hdr"},
    {Event::gre_version1_hdr_too_big, "gre.version1_hdr_too_big"},
    {Event::sctp_pkt_too_small, "sctp.pkt_too_small"},
    {Event::too_many_layers, "too_many_layers"},
});

constexpr bool complete() {
  if (kNames.size() != std::to_underlying(Event::count_)) return false;
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    const auto& [event, name] = kNames[i];
    if (std::to_underlying(event) != i || name.empty()) return false;
  }
  return true;
}
static_assert(complete(), "one row an event, in the order of the enumeration");

}  // namespace

std::string_view name_of(Event event) noexcept {
  const auto index = std::to_underlying(event);
  return index < kNames.size() ? kNames[index].second : std::string_view("unknown");
}

}  // namespace espial::decode
