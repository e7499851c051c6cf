#include <array>
#include <utility>

#include "engine/flow/stream_event.hpp"

namespace espial::flow {
namespace {

using Row = std::pair<StreamEvent, std::string_view>;

// Suricata's names, so that its stream-events.rules mean the same here.
constexpr auto kNames = std::to_array<Row>({
    {StreamEvent::handshake3_ack_in_wrong_dir, "3whs_ack_in_wrong_dir"},
    {StreamEvent::handshake3_async_wrong_seq, "3whs_async_wrong_seq"},
    {StreamEvent::handshake3_right_seq_wrong_ack_evasion, "3whs_right_seq_wrong_ack_evasion"},
    {StreamEvent::handshake3_synack_in_wrong_direction, "3whs_synack_in_wrong_direction"},
    {StreamEvent::handshake3_synack_resend_with_different_ack,
     "3whs_synack_resend_with_different_ack"},
    {StreamEvent::handshake3_synack_resend_with_diff_seq, "3whs_synack_resend_with_diff_seq"},
    {StreamEvent::handshake3_synack_toserver_on_syn_recv, "3whs_synack_toserver_on_syn_recv"},
    {StreamEvent::handshake3_synack_with_wrong_ack, "3whs_synack_with_wrong_ack"},
    {StreamEvent::handshake3_synack_flood, "3whs_synack_flood"},
    {StreamEvent::handshake3_synack_tfo_data_ignored, "3whs_synack_tfo_data_ignored"},
    {StreamEvent::handshake3_syn_resend_diff_seq_on_syn_recv,
     "3whs_syn_resend_diff_seq_on_syn_recv"},
    {StreamEvent::handshake3_syn_toclient_on_syn_recv, "3whs_syn_toclient_on_syn_recv"},
    {StreamEvent::handshake3_wrong_seq_wrong_ack, "3whs_wrong_seq_wrong_ack"},
    {StreamEvent::handshake3_ack_data_inject, "3whs_ack_data_inject"},
    {StreamEvent::handshake4_synack_with_wrong_ack, "4whs_synack_with_wrong_ack"},
    {StreamEvent::handshake4_synack_with_wrong_syn, "4whs_synack_with_wrong_syn"},
    {StreamEvent::handshake4_wrong_seq, "4whs_wrong_seq"},
    {StreamEvent::handshake4_invalid_ack, "4whs_invalid_ack"},
    {StreamEvent::closewait_ack_out_of_window, "closewait_ack_out_of_window"},
    {StreamEvent::closewait_fin_out_of_window, "closewait_fin_out_of_window"},
    {StreamEvent::closewait_pkt_before_last_ack, "closewait_pkt_before_last_ack"},
    {StreamEvent::closewait_invalid_ack, "closewait_invalid_ack"},
    {StreamEvent::closing_ack_wrong_seq, "closing_ack_wrong_seq"},
    {StreamEvent::closing_invalid_ack, "closing_invalid_ack"},
    {StreamEvent::est_packet_out_of_window, "est_packet_out_of_window"},
    {StreamEvent::est_pkt_before_last_ack, "est_pkt_before_last_ack"},
    {StreamEvent::est_synack_resend, "est_synack_resend"},
    {StreamEvent::est_synack_resend_with_different_ack, "est_synack_resend_with_different_ack"},
    {StreamEvent::est_synack_resend_with_diff_seq, "est_synack_resend_with_diff_seq"},
    {StreamEvent::est_synack_toserver, "est_synack_toserver"},
    {StreamEvent::est_syn_resend, "est_syn_resend"},
    {StreamEvent::est_syn_resend_diff_seq, "est_syn_resend_diff_seq"},
    {StreamEvent::est_syn_toclient, "est_syn_toclient"},
    {StreamEvent::est_invalid_ack, "est_invalid_ack"},
    {StreamEvent::fin_invalid_ack, "fin_invalid_ack"},
    {StreamEvent::fin1_ack_wrong_seq, "fin1_ack_wrong_seq"},
    {StreamEvent::fin1_fin_wrong_seq, "fin1_fin_wrong_seq"},
    {StreamEvent::fin1_invalid_ack, "fin1_invalid_ack"},
    {StreamEvent::fin2_ack_wrong_seq, "fin2_ack_wrong_seq"},
    {StreamEvent::fin2_fin_wrong_seq, "fin2_fin_wrong_seq"},
    {StreamEvent::fin2_invalid_ack, "fin2_invalid_ack"},
    {StreamEvent::fin_but_no_session, "fin_but_no_session"},
    {StreamEvent::fin_out_of_window, "fin_out_of_window"},
    {StreamEvent::fin_syn, "fin_syn"},
    {StreamEvent::lastack_ack_wrong_seq, "lastack_ack_wrong_seq"},
    {StreamEvent::lastack_invalid_ack, "lastack_invalid_ack"},
    {StreamEvent::rst_but_no_session, "rst_but_no_session"},
    {StreamEvent::timewait_ack_wrong_seq, "timewait_ack_wrong_seq"},
    {StreamEvent::timewait_invalid_ack, "timewait_invalid_ack"},
    {StreamEvent::shutdown_syn_resend, "shutdown_syn_resend"},
    {StreamEvent::pkt_invalid_timestamp, "pkt_invalid_timestamp"},
    {StreamEvent::pkt_invalid_ack, "pkt_invalid_ack"},
    {StreamEvent::pkt_broken_ack, "pkt_broken_ack"},
    {StreamEvent::rst_invalid_ack, "rst_invalid_ack"},
    {StreamEvent::pkt_retransmission, "pkt_retransmission"},
    {StreamEvent::pkt_spurious_retransmission, "pkt_spurious_retransmission"},
    {StreamEvent::pkt_bad_window_update, "pkt_bad_window_update"},
    {StreamEvent::suspected_rst_inject, "suspected_rst_inject"},
    {StreamEvent::wrong_thread, "wrong_thread"},
    {StreamEvent::reassembly_segment_before_base_seq, "reassembly_segment_before_base_seq"},
    {StreamEvent::reassembly_no_segment, "reassembly_no_segment"},
    {StreamEvent::reassembly_seq_gap, "reassembly_seq_gap"},
    {StreamEvent::reassembly_overlap_different_data, "reassembly_overlap_different_data"},
    {StreamEvent::reassembly_depth_reached, "reassembly_depth_reached"},
    {StreamEvent::reassembly_urgent_oob_limit_reached, "reassembly_urgent_oob_limit_reached"},
});

constexpr bool complete() {
  if (kNames.size() != std::to_underlying(StreamEvent::count_)) return false;
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (std::to_underlying(kNames[i].first) != i || kNames[i].second.empty()) return false;
  return true;
}
static_assert(complete(), "one row an event, in the order of the enumeration");

}  // namespace

std::string_view name_of(StreamEvent event) noexcept {
  const auto index = std::to_underlying(event);
  return index < kNames.size() ? kNames[index].second : std::string_view("unknown");
}

}  // namespace espial::flow
