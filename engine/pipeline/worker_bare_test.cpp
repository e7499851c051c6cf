// The worker and frames without an IP packet: rules on ARP, on Ethernet and on what the decoder
// found wrong are asked, and no other.
#include <gtest/gtest.h>

#include "tests/support/facts.hpp"
#include "tests/support/worker.hpp"

namespace espial::pipeline {
namespace {

using namespace espial::test;
using Event = KeptRecords::Event;

constexpr std::uint16_t kEtherArp = 0x0806;

Bytes arp_request() {
  return test::from_hex("0001 0800 06 04 0001 000102030405 0a000001 000000000000 0a000002");
}

/// The sids of the alerts, in order.
std::vector<std::uint32_t> alerts(const TestWorker& test) {
  std::vector<std::uint32_t> sids;
  for (const auto& record : test.records.of(Event::kAlert))
    sids.push_back(record.alert().rule().sid());
  return sids;
}

using Sids = std::vector<std::uint32_t>;

TEST(WorkerBare, ArpIsAskedOfRulesOnArpAndOnEthernet) {
  TestWorker test(
      rule("alert arp any any -> any any", "", 1) + rule("alert ether any any -> any any", "", 2) +
      rule("alert ip any any -> any any", "", 3) + rule("alert pkthdr any any -> any any", "", 4) +
      rule("alert arp any any -> any any", "vlan.id:9;", 5) +
      rule("alert ether any any -> any any", "ether.hdr; content:\"|08 06|\"; offset:12; depth:2;",
           6));
  EXPECT_EQ(test.send(ethernet(kEtherArp, arp_request()), LinkType::ethernet), Verdict::accept);
  EXPECT_EQ(alerts(test), (Sids{1, 2, 6}));
  EXPECT_EQ(test.send(ethernet(0x8100, vlan(9, kEtherArp, arp_request())), LinkType::ethernet),
            Verdict::accept);
  EXPECT_EQ(alerts(test), (Sids{1, 2, 6, 1, 2, 5}));
  EXPECT_EQ(test.records.of(Event::kAlert)[3].packet().vlan_ids(0), 9U);
  EXPECT_EQ(test.counted(Counter::arp), 2U);
  EXPECT_EQ(test.counted(Counter::unknown_ethertype), 0U);
  EXPECT_EQ(test.counted(Counter::invalid), 0U);
}

TEST(WorkerBare, ADroppedFrameIsCountedByItsReason) {
  TestWorker test(rule("drop arp any any -> any any", "", 1));
  EXPECT_EQ(test.send(ethernet(kEtherArp, arp_request()), LinkType::ethernet), Verdict::drop);
  EXPECT_EQ(test.counted(verdict::Reason::rules), 1U);
  EXPECT_EQ(test.records.of(Event::kAlert).at(0).alert().verdict(), v1::VERDICT_DROP);
}

TEST(WorkerBare, WhatTheDecoderFoundWrongIsAskedOfRulesOnIt) {
  TestWorker test(
      rule("alert pkthdr any any -> any any", "decode-event:ethernet.unknown_ethertype;", 1) +
      rule("alert ip any any -> any any", "decode-event:ethernet.unknown_ethertype;", 2) +
      rule("alert ip 10.0.0.1 any -> any any", "decode-event:ethernet.unknown_ethertype;", 3) +
      rule("alert pkthdr any any -> any any", "decode-event:arp.unsupported_opcode;", 4) +
      rule("alert pkthdr any any -> any any",
           "decode-event:ethernet.unknown_ethertype; flow:to_server;", 5) +
      rule("alert pkthdr any any -> any any",
           "decode-event:ethernet.unknown_ethertype; flowbits:isnotset,a;", 6) +
      rule("alert tcp any any -> any any", "decode-event:ethernet.unknown_ethertype;", 7) +
      rule("alert arp any any -> any any", "", 8));
  test.send(ethernet(0x1234, filler(20)), LinkType::ethernet);
  EXPECT_EQ(alerts(test), (Sids{1, 2}));
  EXPECT_EQ(test.counted(Counter::unknown_ethertype), 1U);
  EXPECT_EQ(test.counted(Counter::invalid), 0U);
  Bytes wrong = arp_request();
  wrong[7] = std::byte{99};
  test.send(ethernet(kEtherArp, wrong), LinkType::ethernet);
  EXPECT_EQ(alerts(test), (Sids{1, 2, 4}));
  EXPECT_EQ(test.counted(Counter::invalid), 1U);
}

TEST(WorkerBare, ArpInATunnelIsAPacketOfItsOwn) {
  TestWorker test(rule("alert arp any any -> any any", "", 1) +
                  rule("alert ether any any -> any any",
                       "ether.hdr; content:\"|08 00|\"; offset:12; depth:2;", 2));
  test.send(ethernet(kEtherIpv4, ipv4({}, udp({.source = 1, .destination = 4789},
                                              vxlan(7, ethernet(kEtherArp, arp_request()))))),
            LinkType::ethernet);
  ASSERT_EQ(alerts(test), (Sids{2, 1}));
  const auto told = test.records.of(Event::kAlert);
  EXPECT_FALSE(told[0].packet().has_tunnel());
  EXPECT_EQ(told[1].packet().tunnel().carrier(), "vxlan");
  EXPECT_EQ(told[1].packet().tunnel().destination_port(), 4789U);
  EXPECT_TRUE(told[1].packet().source().empty());
}

TEST(WorkerBare, OfNothingWithoutAnEthernetHeaderARuleOnEthernetHolds) {
  TestWorker test(rule("alert ether any any -> any any", "", 1));
  test.send(ipv4({}, udp({}, text("a"))));
  EXPECT_TRUE(alerts(test).empty());
}

}  // namespace
}  // namespace espial::pipeline
