// The worker and tunnels over UDP: what they carry is judged as what it is, in one flow whatever
// outer flows it came in.
#include <gtest/gtest.h>

#include "tests/support/facts.hpp"
#include "tests/support/fragments.hpp"
#include "tests/support/worker.hpp"

namespace espial::pipeline {
namespace {

using namespace espial::test;
using Event = KeptRecords::Event;

constexpr Verdict kAccept = Verdict::accept;
constexpr Verdict kDrop = Verdict::drop;

Bytes in_vxlan(std::uint16_t source_port, ByteView packet, std::uint32_t network = 7) {
  return ipv4({}, udp({.source = source_port, .destination = 4789},
                      vxlan(network, ethernet(kEtherIpv4, packet))));
}

Bytes back_in_vxlan(std::uint16_t source_port, ByteView packet) {
  return ipv4(
      {.source = "10.9.0.2", .destination = "10.9.0.1"},
      udp({.source = source_port, .destination = 4789}, vxlan(7, ethernet(kEtherIpv4, packet))));
}

Bytes question() {
  return ipv4({.source = "192.168.0.1", .destination = "192.168.0.2"},
              udp({.source = 1000, .destination = 53}, text("who")));
}

Bytes answer() {
  return ipv4({.source = "192.168.0.2", .destination = "192.168.0.1"},
              udp({.source = 53, .destination = 1000}, text("me")));
}

TEST(WorkerTunnel, BothDirectionsInAVxlanTunnelAreOneFlow) {
  TestWorker test("");
  EXPECT_EQ(test.send(in_vxlan(50'000, question())), kAccept);
  EXPECT_EQ(test.send(back_in_vxlan(50'001, answer())), kAccept);
  EXPECT_EQ(test.counted(Counter::flows), 3U) << "two outer flows and one inner";
  EXPECT_EQ(test.counted(Counter::vxlan), 2U);
}

TEST(WorkerTunnel, TheOuterFlowHasTheFrameAndTheInnerOneItsPacket) {
  TestWorker test("");
  const Bytes frame = ethernet(kEtherIpv4, in_vxlan(50'000, question()));
  test.send(frame, LinkType::ethernet);
  test.worker.finish();
  const auto flows = test.records.of(Event::kFlow);
  ASSERT_EQ(flows.size(), 2U);
  EXPECT_EQ(flows[0].flow().counters().bytes_to_server(), frame.size());
  EXPECT_EQ(flows[1].flow().counters().bytes_to_server(), question().size());
}

TEST(WorkerTunnel, TheSamePacketsInTwoNetworksAreTwoFlows) {
  TestWorker test("");
  EXPECT_EQ(test.send(in_vxlan(50'000, question(), 7)), kAccept);
  EXPECT_EQ(test.send(in_vxlan(50'000, question(), 8)), kAccept);
  EXPECT_EQ(test.counted(Counter::flows), 3U) << "one outer flow and two inner";
}

TEST(WorkerTunnel, ADropOfWhatIsCarriedDropsTheFrame) {
  TestWorker test(rule("drop udp any any -> any 53", "content:\"who\";", 9));
  EXPECT_EQ(test.send(in_vxlan(50'000, question())), kDrop);
  const auto drops = test.records.of(Event::kDrop);
  ASSERT_EQ(drops.size(), 1U);
  EXPECT_EQ(drops[0].packet().destination_port(), 53U);
  EXPECT_EQ(drops[0].packet().tunnel().destination_port(), 4789U);
  EXPECT_EQ(drops[0].packet().tunnel().depth(), 1U);
}

TEST(WorkerTunnel, TheUdpPacketIsJudgedToo) {
  TestWorker test(rule("drop udp any any -> any 4789", "", 9));
  EXPECT_EQ(test.send(in_vxlan(50'000, question())), kDrop);
}

TEST(WorkerTunnel, FragmentsMeetWhateverOuterFlowTheyCameIn) {
  TestWorker test(rule("drop udp any any -> any 53", "content:\"very bad\";", 9));
  const Bytes whole =
      ipv4({.id = 7}, udp({.source = 1, .destination = 53}, text("this is a very bad thing")));
  const auto parts = fragments(whole, 24);
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(test.send(in_vxlan(50'000, parts[0])), std::nullopt) << "waits for the other";
  EXPECT_EQ(test.send(in_vxlan(50'001, parts[1])), kDrop);
}

TEST(WorkerTunnel, ATunnelThatIsOffIsOnePacket) {
  WorkerOptions options = worker_options(verdict::Mode::inline_ips);
  options.decoder.vxlan.enabled = false;
  TestWorker test(rule("drop udp any any -> any 53", "", 9), options);
  EXPECT_EQ(test.send(in_vxlan(50'000, question())), kAccept);
  EXPECT_EQ(test.counted(Counter::flows), 1U);
}

}  // namespace
}  // namespace espial::pipeline
