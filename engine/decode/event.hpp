#pragma once
#include <cstdint>
#include <string_view>

#include "engine/base/enum_set.hpp"

namespace espial::decode {

/// What can be wrong with a packet below the transport payload: one row each in events.cpp with
/// Suricata's name
/// ("ipv4.trunc_pkt", without the "decoder." in front). Grows by rows; the order is of no meaning.
enum class Event : std::uint8_t {
  ethernet_pkt_too_small,
  ethernet_unknown_ethertype,
  dce_pkt_too_small,
  ieee8021ah_header_too_small,
  vntag_header_too_small,
  vntag_unknown_type,
  etag_header_too_small,
  etag_unknown_type,
  arp_pkt_too_small,
  arp_unsupported_hardware,
  arp_unsupported_protocol,
  arp_invalid_pkt,
  arp_invalid_hardware_size,
  arp_invalid_protocol_size,
  arp_unsupported_opcode,
  vlan_header_too_small,
  vlan_unknown_type,
  vlan_header_too_many_layers,
  sll_pkt_too_small,
  sll2_pkt_too_small,
  chdlc_pkt_too_small,
  null_pkt_too_small,
  null_unsupported_type,
  raw_invalid_ip_version,
  link_unsupported,
  mpls_pkt_too_small,
  mpls_header_too_small,
  mpls_bad_label,  // a reserved label (4 to 15) at the bottom of the stack
  mpls_bad_label_router_alert,
  mpls_bad_label_implicit_null,
  mpls_too_many_labels,
  mpls_unknown_payload_type,
  pppoe_pkt_too_small,
  pppoe_wrong_code,
  pppoe_malformed_tags,
  ppp_pkt_too_small,
  ppp_unsup_proto,
  ppp_wrong_type,
  ppp_vju_pkt_too_small,
  ppp_ip4_pkt_too_small,
  ppp_ip6_pkt_too_small,
  nsh_header_too_small,
  nsh_unsupported_version,
  nsh_bad_header_length,
  nsh_reserved_type,
  nsh_unsupported_type,
  nsh_unknown_payload,
  ipv4_pkt_too_small,
  ipv4_hlen_too_small,
  ipv4_iplen_smaller_than_hlen,
  ipv4_trunc_pkt,
  ipv4_opt_malformed,
  ipv4_opt_invalid,
  ipv4_opt_unknown,
  ipv4_opt_invalid_len,
  ipv4_opt_duplicate,
  ipv4_opt_pad_required,
  ipv4_opt_eol_required,
  ipv4_wrong_ip_version,
  ipv4_icmpv6,
  ipv4_csum_invalid,
  ipv4_frag_pkt_too_large,
  ipv4_frag_overlap,
  ipv4_frag_ignored,
  ipv4_frag_invalid_length,
  ipv6_pkt_too_small,
  ipv6_trunc_pkt,
  ipv6_trunc_exthdr,
  ipv6_wrong_ip_version,
  ipv6_exthdr_too_many,
  ipv6_exthdr_dupl_fh,
  ipv6_exthdr_useless_fh,
  ipv6_fh_non_zero_reserved_field,
  ipv6_exthdr_dupl_hh,
  ipv6_exthdr_dupl_rh,
  ipv6_exthdr_dupl_dh,
  ipv6_exthdr_dupl_ah,
  ipv6_exthdr_dupl_eh,  // never raised: ESP ends the chain
  ipv6_exthdr_ah_res_not_null,
  ipv6_unknown_next_header,
  ipv6_ipv4_in_ipv6_too_small,
  ipv6_ipv4_in_ipv6_wrong_version,
  ipv6_ipv6_in_ipv6_too_small,
  ipv6_ipv6_in_ipv6_wrong_version,
  ipv6_hopopts_not_first,
  ipv6_hopopts_unknown_opt,
  ipv6_hopopts_only_padding,
  ipv6_dstopts_unknown_opt,
  ipv6_dstopts_only_padding,
  ipv6_zero_len_padn,
  ipv6_exthdr_invalid_optlen,
  ipv6_rh_type_0,
  ipv6_data_after_none_header,
  ipv6_icmpv4,
  ipv6_frag_pkt_too_large,
  ipv6_frag_overlap,
  ipv6_frag_ignored,
  ipv6_frag_invalid_length,
  ah_trunc,         // AH header longer than what is there (RFC 4302 section 2.2)
  ah_bad_length,    // AH length field below the fixed header
  ah_res_not_null,  // AH reserved field in use (RFC 4302 section 2.3)
  ah_too_many,      // more AH headers than kMaxAuthHeaders
  esp_pkt_too_small,
  udp_pkt_too_small,
  udp_hlen_too_small,
  udp_hlen_invalid,  // UDP length below what IP carries: bytes stand behind the datagram
  udp_len_invalid,   // UDP length field below its own header
  udp_csum_invalid,
  tcp_pkt_too_small,
  tcp_hlen_too_small,
  tcp_invalid_optlen,
  tcp_opt_invalid_len,
  tcp_opt_duplicate,
  tcp_csum_invalid,
  icmpv4_pkt_too_small,
  icmpv4_unknown_type,
  icmpv4_unknown_code,
  icmpv4_ipv4_trunc_pkt,
  icmpv4_ipv4_unknown_ver,
  icmpv4_csum_invalid,
  icmpv6_pkt_too_small,
  icmpv6_unknown_type,
  icmpv6_unknown_code,
  icmpv6_unassigned_type,
  icmpv6_experimentation_type,
  icmpv6_mld_message_with_invalid_hl,
  icmpv6_ipv6_trunc_pkt,
  icmpv6_ipv6_unknown_version,
  icmpv6_csum_invalid,
  gre_pkt_too_small,
  gre_wrong_version,
  gre_version0_recur,
  gre_version0_flags,
  gre_version0_hdr_too_big,
  gre_version0_malformed_sre_hdr,
  gre_version1_chksum,
  gre_version1_route,
  gre_version1_ssr,
  gre_version1_recur,
  gre_version1_flags,
  gre_version1_no_key,
  gre_version1_wrong_protocol,
  gre_version1_malformed_sre_hdr,
  gre_version1_hdr_too_big,
  erspan_header_too_small,
  erspan_unsupported_version,
  erspan_too_many_vlan_layers,
  vxlan_unknown_payload_type,
  geneve_unknown_payload_type,
  sctp_pkt_too_small,
  too_many_layers,  // more nested IP packets than kMaxPackets, or more headers in all than
                    // kMaxLayers
  count_
};

using EventSet = EnumSet<Event>;

/// What only shows when fragments meet: engine/flow raises these, decode none of them.
inline constexpr EventSet kFragmentEvents = [] {
  EventSet events;
  for (const Event event :
       {Event::ipv4_frag_pkt_too_large, Event::ipv4_frag_overlap, Event::ipv4_frag_ignored,
        Event::ipv4_frag_invalid_length, Event::ipv6_frag_pkt_too_large, Event::ipv6_frag_overlap,
        Event::ipv6_frag_ignored, Event::ipv6_frag_invalid_length})
    events.add(event);
  return events;
}();

/// Names that Suricata's rules may use and that no packet earns, here as there.
inline constexpr EventSet kUnraisedEvents = [] {
  EventSet events;
  events.add(Event::ipv6_exthdr_dupl_eh);
  return events;
}();

/// "ipv4.trunc_pkt": Suricata's name without "decoder.", for EVE anomalies, stats and decode-event
/// rules.
[[nodiscard]] std::string_view name_of(Event event) noexcept;

}  // namespace espial::decode
