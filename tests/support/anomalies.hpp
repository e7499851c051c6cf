#pragma once
#include <array>

#include "engine/registry/anomaly.hpp"

namespace espial::test {

/// Anomalies that no message has by itself: engine/sa finds them, from what came before. All others
/// are engine/ipsec's.
inline constexpr auto kFoundByMemory = [] {
  using enum registry::Anomaly;
  return std::to_array<registry::Anomaly>({
      ike_fragment_conflict,
      ike_fragment_total_shrunk,
      ike_fragments_not_negotiated,
      ike_fragments_too_many,
      ike_fragments_nested,
      ike_retransmission_differs,
      ike_unrequested_response,
      ike_response_exchange,
      ike_cookie_unsolicited,
      ike_cookie_changed,
      ike_choice_not_offered,
      ike_redirect_nonce,
      ike_group_not_offered,
      esp_null_encryption,
      tcp_no_prefix,
      tcp_bad_length,
      tcp_gap,
      tcp_too_many_messages,
  });
}();

}  // namespace espial::test
