#pragma once
#include <cstdint>
#include <string_view>

#include "engine/base/enum_set.hpp"

namespace espial::flow {

/// What is strange in a TCP connection: one row each in stream_events.cpp with Suricata's name
/// without the "stream." in front, for `stream-event` rules, EVE anomalies and counters. No name
/// of C++ begins with a digit: handshake3_ and handshake4_ are Suricata's 3whs_ and 4whs_.
enum class StreamEvent : std::uint8_t {
  handshake3_ack_in_wrong_dir,
  handshake3_async_wrong_seq,
  handshake3_right_seq_wrong_ack_evasion,
  handshake3_synack_in_wrong_direction,
  handshake3_synack_resend_with_different_ack,
  handshake3_synack_resend_with_diff_seq,
  handshake3_synack_toserver_on_syn_recv,
  handshake3_synack_with_wrong_ack,
  handshake3_synack_flood,
  handshake3_synack_tfo_data_ignored,
  handshake3_syn_resend_diff_seq_on_syn_recv,
  handshake3_syn_toclient_on_syn_recv,
  handshake3_wrong_seq_wrong_ack,
  handshake3_ack_data_inject,
  handshake4_synack_with_wrong_ack,
  handshake4_synack_with_wrong_syn,
  handshake4_wrong_seq,
  handshake4_invalid_ack,
  closewait_ack_out_of_window,
  closewait_fin_out_of_window,
  closewait_pkt_before_last_ack,
  closewait_invalid_ack,
  closing_ack_wrong_seq,
  closing_invalid_ack,
  est_packet_out_of_window,
  est_pkt_before_last_ack,
  est_synack_resend,
  est_synack_resend_with_different_ack,
  est_synack_resend_with_diff_seq,
  est_synack_toserver,
  est_syn_resend,
  est_syn_resend_diff_seq,
  est_syn_toclient,
  est_invalid_ack,
  fin_invalid_ack,
  fin1_ack_wrong_seq,
  fin1_fin_wrong_seq,
  fin1_invalid_ack,
  fin2_ack_wrong_seq,
  fin2_fin_wrong_seq,
  fin2_invalid_ack,
  fin_but_no_session,
  fin_out_of_window,
  fin_syn,
  lastack_ack_wrong_seq,
  lastack_invalid_ack,
  rst_but_no_session,
  timewait_ack_wrong_seq,
  timewait_invalid_ack,
  shutdown_syn_resend,
  pkt_invalid_timestamp,
  pkt_invalid_ack,
  pkt_broken_ack,
  rst_invalid_ack,
  pkt_retransmission,
  pkt_spurious_retransmission,
  pkt_bad_window_update,
  suspected_rst_inject,
  wrong_thread,
  reassembly_segment_before_base_seq,
  reassembly_no_segment,
  reassembly_seq_gap,
  reassembly_overlap_different_data,
  reassembly_depth_reached,
  reassembly_urgent_oob_limit_reached,
  count_
};

using StreamEventSet = EnumSet<StreamEvent>;

/// "reassembly_overlap_different_data"
[[nodiscard]] std::string_view name_of(StreamEvent event) noexcept;

}  // namespace espial::flow
