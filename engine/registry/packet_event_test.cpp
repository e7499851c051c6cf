#include "engine/registry/packet_event.hpp"

#include <gtest/gtest.h>

namespace espial::registry {
namespace {

TEST(PacketEvents, AreFoundByName) {
  for (const EventSource source : {EventSource::decoder, EventSource::stream}) {
    const auto names = packet_events(source);
    for (std::size_t i = 0; i < names.size(); ++i)
      EXPECT_EQ(find_packet_event(source, names[i]), i) << names[i];
    EXPECT_EQ(find_packet_event(source, ""), std::nullopt);
    EXPECT_EQ(find_packet_event(source, "zzz"), std::nullopt);
  }
  EXPECT_EQ(find_packet_event(EventSource::stream, "ipv4.trunc_pkt"), std::nullopt);
}

TEST(PacketEvents, OfOlderRulesAreFoundToo) {
  EXPECT_EQ(find_packet_event(EventSource::stream, "est_synack_resend_with_different_ack"),
            find_packet_event(EventSource::stream, "est_synack_resend_with_diff_ack"));
  EXPECT_NE(find_packet_event(EventSource::stream, "3whs_synack_resend_with_different_ack"),
            std::nullopt);
}

}  // namespace
}  // namespace espial::registry
