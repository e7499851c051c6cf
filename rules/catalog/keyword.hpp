#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/registry/registry.hpp"

/// The one truth about keywords. The parser asks it what a word is, the checker what values it
/// takes, the engine's facts which field it reads, `dissect` which fields to print and how, `espial
/// rules keywords` what to teach. Adding a keyword is a FieldId, a row in one of the
/// *_keywords.hpp, a reader in engine/detect, and its tests.
namespace espial::rules {

/// A decoded value that rules can test. Dense from 0, in the order in which `dissect` prints them.
enum class FieldId : std::uint8_t {
  none,
  packet_payload,  // what `content` without a buffer looks at
  ethernet_header,
  vlan_id,
  vlan_layers,
  ip_source,
  ip_destination,
  same_ip,
  ip_proto,
  ttl,
  tos,
  ip_id,
  frag_bits,
  frag_offset,
  ip_options,
  ipv4_header,
  ipv6_header,
  ipv4_checksum,
  tcp_sequence,
  tcp_acknowledgment,
  tcp_flags,
  tcp_window,
  tcp_mss,
  tcp_wscale,
  tcp_header,
  tcpv4_checksum,
  tcpv6_checksum,
  udp_header,
  udpv4_checksum,
  udpv6_checksum,
  icmp_type,
  icmp_code,
  icmp_id,
  icmp_sequence,
  icmpv6_mtu,
  icmpv4_header,
  icmpv6_header,
  icmpv4_checksum,
  icmpv6_checksum,
  payload_size,
  ike_version,
  ike_exchtype,
  ike_initiator_spi,
  ike_responder_spi,
  ike_init_spi,
  ike_resp_spi,
  ike_message_id,
  ike_flags,
  ike_length,
  ike_next_payload,
  ike_payload,
  ike_critical_payload,
  ike_payload_data,
  ike_encrypted_length,
  ike_fragment_id,
  ike_fragment_number,
  ike_fragment_total,
  ike_fragments_received,
  ike_doi,
  ike_situation,
  ike_proposal,
  ike_proposal_protocol,
  ike_proposal_spi,
  ike_transform,
  ike_transform_id,
  ike_attribute,
  ike_life_duration,
  ike_offered_encr,
  ike_offered_prf,
  ike_offered_integ,
  ike_offered_ke,
  ike_offered_sn,
  ike_offered_addke,
  ike_offered_kwa,
  ike_offered_gcauth,
  ike_offered_hash,
  ike_offered_auth_method,
  ike_offered_key_length,
  ike_chosen_encr,
  ike_chosen_prf,
  ike_chosen_integ,
  ike_chosen_ke,
  ike_chosen_sn,
  ike_chosen_addke,
  ike_chosen_kwa,
  ike_chosen_gcauth,
  ike_chosen_hash,
  ike_chosen_auth_method,
  ike_chosen_key_length,
  ike_chosen_sa_attribute,
  ike_ke_group,
  ike_ke_length,
  ike_ke_data,
  ike_key_exchange_payload,
  ike_key_exchange_payload_length,
  ike_nonce,
  ike_nonce_length,
  ike_nonce_payload,
  ike_nonce_payload_length,
  ike_id_type,
  ike_id,
  ike_id_protocol,
  ike_id_port,
  ike_cert_encoding,
  ike_cert,
  ike_certreq_encoding,
  ike_certreq,
  ike_auth_method,
  ike_auth_data,
  ike_hash,
  ike_signature,
  ike_notify,
  ike_notify_protocol,
  ike_notify_spi,
  ike_notify_data,
  ike_cookie,
  ike_invalid_ke_group,
  ike_signature_hash,
  ike_nat_detection,
  ike_nat_oa,
  ike_nat,
  ike_redirect_type,
  ike_redirect_gateway,
  ike_ticket,
  ike_puzzle_prf,
  ike_puzzle_difficulty,
  ike_puzzle_solution,
  ike_secure_password_method,
  ike_delete_protocol,
  ike_delete_spi,
  ike_vendor_id,
  ike_vendor_name,
  ike_vendor,
  ike_ts_type,
  ike_ts_protocol,
  ike_ts_port,
  ike_ts_start,
  ike_ts_end,
  ike_ts_data,
  ike_cfg_type,
  ike_cfg_attribute,
  ike_cfg_data,
  ike_eap_code,
  ike_eap_type,
  ike_eap_data,
  ike_authip_method,
  ike_gss_flags,
  ike_gss_token,
  ike_gss_name,
  ike_anomaly,
  esp_spi,
  esp_seq,
  esp_length,
  esp_encryption,
  esp_iv_length,
  esp_icv_length,
  esp_next_header,
  esp_pad_length,
  esp_payload,
  ah_spi,
  ah_seq,
  ah_next_header,
  ah_length,
  ah_icv_length,
  ah_icv,
  wesp_next_header,
  wesp_header_length,
  wesp_trailer_length,
  wesp_flags,
  ipcomp_next_header,
  ipcomp_flags,
  ipcomp_cpi,
  ipsec_encap,
  ipsec_content,
  ipsec_anomaly,
  count_
};

enum class KeywordKind : std::uint8_t {
  meta,              // says something about the rule: msg, sid, ...
  flow,              // flow:to_server,established
  content,           // opens a pattern
  content_modifier,  // changes the pattern before it
  pcre,
  number,   // integer field: `esp.spi:0x1000`, `ike.length:>1400`, lists, masks, names of its
            // registries
  name,     // integer without meaning of its own: written and shown by the names of its registry
  version,  // `ike.version:2` (any minor) or `ike.version:2.0`
  pair,     // `ike.transform:1:12`: type and id, names of both accepted
  bytes,  // sticky buffer of raw bytes, one or many values; with a value: whole value equals these
          // hex digits
  text,   // sticky buffer of text (Suricata's hex spellings), one or many values
  sa_attribute,     // `ike.chosen_sa_attribute:alg_enc=7`
  bit_set,          // `fragbits:+D`, `tcp.flags:S,12`: letters of bits, with a sign before them
  ip_option,        // `ipopts:rr`, `ipopts:any`
  layered,          // `vlan.id:200,0`: a number, and which of the packet's values it is about
  fact,             // `sameip;`: a bare word that is true of a packet or not
  app_layer_event,  // `app-layer-event:ike.weak_crypto_dh`
  flow_bits,        // `flowbits:isset,a|b`
  flow_count,       // `flow.pkts:toserver,>100`, `stream_size:client,>,1000`
  packet_event,     // `decode-event:ipv4.trunc_pkt`
  effect,           // what a match does beside its action: noalert, tag, bypass, ...
};

/// Suricata's own ike.* buffers see one side only; ours see both.
enum class Side : std::uint8_t { both, to_server, to_client };

/// Whose field it is: the header's protocol must be able to carry it, or the rule can never match.
enum class Layer : std::uint8_t {
  any,
  ike,
  esp,
  ah,
  ipcomp,
  ipsec,
  packet,  // whatever is in it
  link,    // in front of it
  ip4,
  ip6,
  tcp,
  tcp4,
  tcp6,
  udp,
  udp4,
  udp6,
  icmp,  // of either version of IP
  icmp4,
  icmp6
};

/// The versions of IKE whose messages can have the field.
enum class Versions : std::uint8_t { both, v1, v2 };

struct Keyword {
  std::string_view name;
  KeywordKind kind = KeywordKind::meta;
  FieldId field = FieldId::none;
  std::string_view alias = {};  // NOLINT(readability-redundant-member-init): for g++'s warnings
  std::uint8_t bits = 0;        // of an integer: 1 to 32; of a pair: of each half
  bool repeats = false;         // several values in one packet; `dissect` prints an array
  Side side = Side::both;
  Layer layer = Layer::any;
  Versions versions = Versions::both;
  bool takes_value = true;  // false: bare word (nocase); for bytes and text: the value is optional
  bool suricata = false;    // means here what it means in Suricata
  bool echo = false;        // the same stands under another key: `dissect` leaves it out
  /// A rule with this keyword is about single packets: its contents look at the payload of the
  /// packet and not at the stream (what sets SIG_FLAG_REQUIRE_PACKET in Suricata).
  bool needs_packet = false;
  /// Names of the number, IKEv2's registry and IKEv1's; null where there is none.
  const registry::Registry* names_v2 = nullptr;
  const registry::Registry* names_v1 = nullptr;
  std::string_view summary;  // one line for `espial rules keywords`
  std::string_view example;  // a whole option as in a rule: "ike.exchtype:IKE_SA_INIT;"
};

/// All keywords, sorted by name.
[[nodiscard]] std::span<const Keyword> keywords() noexcept;
/// By its name or its alias.
[[nodiscard]] const Keyword* find_keyword(std::string_view name) noexcept;
/// The keyword under which `dissect` prints a field; null for fields without one (packet_payload).
[[nodiscard]] const Keyword* keyword_of(FieldId field) noexcept;

}  // namespace espial::rules
