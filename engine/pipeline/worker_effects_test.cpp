#include <gtest/gtest.h>

#include <map>

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

TEST(WorkerEffects, ARuleOnAddressesAloneIsToldOnceASideOfAFlow) {
  TestWorker test(rule(kAlert, "", 1) + rule(kAlert, "ttl:64;", 2) +
                  rule("alert udp any any -> any 2000", "", 3) +
                  rule("alert udp !1.2.3.4 any -> any any", "", 4) +
                  rule(kAlert, "flowbits:set,a;", 5) + rule(kAlert, "flow:to_server;", 6));
  test.send(datagram(1000, "a"));
  test.send(datagram(1000, "b"));
  test.send(datagram(1001, "c"));
  test.send(ipv4({.source = "10.9.0.2", .destination = "10.9.0.1"},
                 udp({.source = 2000, .destination = 1000}, text("d"))));
  std::map<std::uint32_t, std::vector<std::uint64_t>> told;
  for (const auto& record : test.records.of(Event::kAlert))
    told[record.alert().rule().sid()].push_back(record.packet().packet_number());
  using Numbers = std::vector<std::uint64_t>;
  EXPECT_EQ(told[1], (Numbers{1, 3, 4}));
  EXPECT_EQ(told[2], (Numbers{1, 2, 3, 4})) << "about packets";
  EXPECT_EQ(told[3], (Numbers{1, 2, 3})) << "has a port";
  EXPECT_EQ(told[4], (Numbers{1, 2, 3, 4})) << "negates";
  EXPECT_EQ(told[5], (Numbers{1, 3, 4}));
  EXPECT_EQ(told[6], (Numbers{1, 2, 3})) << "asks for the flow";
}

TEST(WorkerEffects, AHookSaysWhichPacketsOfAFlow) {
  TestWorker test(rule("alert udp:all any any -> any any", "", 1) +
                  rule("alert udp:flow_start any any -> any any", "", 2) +
                  rule("alert ip:flow_start any any -> any any", "ttl:64;", 3) +
                  rule("alert udp:flow_start any any -> any any", "flow:to_client;", 4));
  test.send(datagram(1000, "a"));
  test.send(datagram(1000, "b"));
  test.send(ipv4({.source = "10.9.0.2", .destination = "10.9.0.1"},
                 udp({.source = 2000, .destination = 1000}, text("c"))));
  test.send(datagram(1001, "d"));
  std::map<std::uint32_t, std::vector<std::uint64_t>> told;
  for (const auto& record : test.records.of(Event::kAlert))
    told[record.alert().rule().sid()].push_back(record.packet().packet_number());
  using Numbers = std::vector<std::uint64_t>;
  EXPECT_EQ(told[1], (Numbers{1, 2, 3, 4}));
  EXPECT_EQ(told[2], (Numbers{1, 4}));
  EXPECT_EQ(told[3], (Numbers{1, 4}));
  EXPECT_FALSE(told.contains(4));
}

TEST(WorkerEffects, ADropOnAddressesAloneIsAskedOfEveryPacketInline) {
  TestWorker test(rule("pass udp any any -> any 3000", "", 1));
  EXPECT_EQ(test.send(datagram(1000, "a")), Verdict::accept);
  test.rules.publish(ruleset(rule(kDrop, "", 2)));
  test.worker.begin_batch();
  EXPECT_EQ(test.send(datagram(1000, "b")), Verdict::drop) << "the rule is younger than the flow";
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
