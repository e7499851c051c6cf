#pragma once
#include <cstdint>
#include <string_view>

#include "engine/base/enum_set.hpp"

namespace espial::decode {

/// What can be wrong with a packet below the transport payload: one row each in events.cpp with Suricata's name
/// ("ipv4.trunc_pkt", without the "decoder." in front). Grows by rows; the order is of no meaning.
enum class Event : std::uint8_t {
  ethernet_pkt_too_small,
  ethernet_unknown_ethertype,
  vlan_header_too_small,
  vlan_unknown_type,
  vlan_header_too_many_layers,
  sll_pkt_too_small,
  sll2_pkt_too_small,
  null_pkt_too_small,
  null_unsupported_type,
  raw_invalid_ip_version,
  link_unsupported,
  mpls_pkt_too_small,
  mpls_header_too_small,
  mpls_bad_label,
  mpls_unknown_payload_type,
  pppoe_pkt_too_small,
  pppoe_wrong_code,
  pppoe_malformed_tags,
  ppp_pkt_too_small,
  ppp_unsup_proto,
  ipv4_pkt_too_small,
  ipv4_hlen_too_small,
  ipv4_iplen_smaller_than_hlen,
  ipv4_trunc_pkt,
  ipv4_opt_malformed,
  ipv4_opt_invalid,
  ipv4_opt_invalid_len,
  ipv4_opt_pad_required,
  ipv4_wrong_ip_version,
  ipv4_csum_invalid,
  ipv6_pkt_too_small,
  ipv6_trunc_pkt,
  ipv6_trunc_exthdr,
  ipv6_wrong_ip_version,
  ipv6_exthdr_too_many,
  ipv6_exthdr_dupl_fh,
  ipv6_exthdr_useless_fh,
  ipv6_exthdr_dupl_hh,
  ipv6_hopopts_not_first,
  ipv6_zero_len_padn,
  ipv6_exthdr_invalid_optlen,
  ah_trunc,              // AH header longer than what is there (RFC 4302 section 2.2)
  ah_bad_length,         // AH length field below the fixed header
  udp_pkt_too_small,
  udp_hlen_too_small,
  udp_hlen_invalid,      // UDP length differs from what IP carries
  udp_csum_invalid,
  tcp_pkt_too_small,
  tcp_hlen_too_small,
  tcp_invalid_optlen,
  tcp_opt_invalid_len,
  tcp_opt_duplicate,
  tcp_csum_invalid,
  icmpv4_pkt_too_small,
  icmpv4_csum_invalid,
  icmpv6_pkt_too_small,
  icmpv6_csum_invalid,
  gre_pkt_too_small,
  gre_wrong_version,
  gre_version0_hdr_too_big,
  gre_version1_malformed_sre_hdr,
  sctp_pkt_too_small,
  too_many_layers,       // more nested IP packets than kMaxPackets
  count_
};

using EventSet = EnumSet<Event>;

/// "ipv4.trunc_pkt": Suricata's name without "decoder.", for EVE anomalies, stats and decode-event rules.
[[nodiscard]] std::string_view name_of(Event event) noexcept;

}  // namespace espial::decode
