#include <gtest/gtest.h>

#include "engine/pipeline/worker.hpp"
#include "tests/support/facts.hpp"
#include "tests/support/worker.hpp"

/// What a match does beside its action, over the packets of a flow.
namespace espial::pipeline {
namespace {

using namespace espial::test;  // builders of packets and rules, the worker
using Event = KeptRecords::Event;

constexpr std::string_view kAlert = "alert udp any any -> any any";
constexpr std::string_view kDrop = "drop udp any any -> any any";

Bytes datagram(std::uint16_t from, std::string_view payload) {
  return ipv4({}, udp({.source = from, .destination = 2000}, text(payload)));
}

TEST(WorkerEffects, FlowBitsLastFromPacketToPacketOfTheirFlow) {
  TestWorker test(rule(kAlert, "content:\"first\"; flowbits:set,seen; noalert;", 1) +
                  rule(kDrop, "content:\"second\"; flowbits:isset,seen;", 2));
  EXPECT_EQ(test.send(datagram(1000, "second")), Verdict::accept);
  EXPECT_EQ(test.send(datagram(1000, "first")), Verdict::accept);
  EXPECT_EQ(test.send(datagram(1001, "second")), Verdict::accept) << "of another flow";
  EXPECT_EQ(test.send(datagram(1000, "second")), Verdict::drop);
  ASSERT_EQ(test.records.of(Event::kAlert).size(), 1U);
  EXPECT_EQ(test.records.of(Event::kAlert)[0].alert().rule().sid(), 2U);
}

TEST(WorkerEffects, FlowBitsEndWithTheirFlow) {
  TestWorker test(rule(kAlert, "content:\"first\"; flowbits:set,seen;", 1) +
                  rule(kDrop, "content:\"second\"; flowbits:isset,seen;", 2));
  test.send(datagram(1000, "first"));
  test.now = test.now + std::chrono::hours(1);
  EXPECT_EQ(test.send(datagram(1000, "second")), Verdict::accept);
}

TEST(WorkerEffects, ADropThatIsNotToldDrops) {
  TestWorker test(rule(kDrop, "noalert;", 1));
  EXPECT_EQ(test.send(datagram(1000, "a")), Verdict::drop);
  EXPECT_TRUE(test.records.of(Event::kAlert).empty());
  EXPECT_EQ(test.records.of(Event::kDrop).size(), 1U);
}

TEST(WorkerEffects, APassThatIsToldPasses) {
  TestWorker test(rule("pass udp any any -> any any", "alert;", 1) + rule(kDrop, "", 2));
  EXPECT_EQ(test.send(datagram(1000, "a")), Verdict::accept);
  EXPECT_EQ(test.records.of(Event::kAlert).size(), 1U);
}

TEST(WorkerEffects, ABypassedFlowIsNotLookedAtAgain) {
  TestWorker test(rule(kAlert, "content:\"trust\"; bypass;", 1) +
                  rule(kDrop, "content:\"bad\";", 2));
  EXPECT_EQ(test.send(datagram(1000, "trust")), Verdict::accept);
  EXPECT_EQ(test.send(datagram(1000, "bad")), Verdict::accept);
  EXPECT_EQ(test.counted(Counter::bypassed), 1U);
  EXPECT_EQ(test.send(datagram(1001, "bad")), Verdict::drop);
}

TEST(WorkerEffects, TaggedPacketsAreRecorded) {
  TestWorker test(rule(kAlert, "content:\"first\"; tag:session,3,packets;", 1));
  for (const std::string_view payload : {"before", "first", "one", "two", "three"})
    test.send(datagram(1000, payload));
  test.send(datagram(1001, "other"));
  const auto packets = test.records.of(Event::kTaggedPacket);
  ASSERT_EQ(packets.size(), 2U);
  EXPECT_EQ(packets[0].tagged_packet().link_type(), 101U);
  EXPECT_EQ(packets[0].tagged_packet().data(), as_text(datagram(1000, "one")));
  EXPECT_EQ(packets[1].tagged_packet().data(), as_text(datagram(1000, "two")));
}

TEST(WorkerEffects, AnAlertTellsItsTarget) {
  TestWorker test(rule(kAlert, "target:dest_ip;", 1) + rule(kAlert, "", 2));
  test.send(datagram(1000, "a"));
  const auto alerts = test.records.of(Event::kAlert);
  ASSERT_EQ(alerts.size(), 2U);
  EXPECT_EQ(alerts[0].alert().target(), "destination");
  EXPECT_EQ(alerts[1].alert().target(), "");
}

TEST(WorkerEffects, AFlowThatIsNotToBeLoggedHasNoRecord) {
  TestWorker test(rule("config udp any any -> any any",
                       "content:\"quiet\"; config:logging disable, type flow, scope flow;", 1));
  test.send(datagram(1000, "quiet"));
  test.send(datagram(1001, "loud"));
  test.worker.finish();
  EXPECT_TRUE(test.records.of(Event::kAlert).empty());
  EXPECT_EQ(test.records.of(Event::kFlow).size(), 1U);
}

}  // namespace
}  // namespace espial::pipeline
