#include "engine/pipeline/worker.hpp"

#include <gtest/gtest.h>

#include <map>

#include "tests/support/facts.hpp"
#include "tests/support/worker.hpp"

namespace espial::pipeline {
namespace {

using namespace espial::test;  // builders of packets and rules, the worker
using Event = KeptRecords::Event;
using Strings = std::vector<std::string>;

constexpr Verdict kAccept = Verdict::accept;
constexpr Verdict kDrop = Verdict::drop;

Bytes datagram(std::uint16_t from, std::uint16_t to, std::string_view payload = "hello") {
  return ipv4({}, udp({.source = from, .destination = to}, text(payload)));
}

/// The same between the same ports, the other way.
Bytes answer(std::uint16_t from, std::uint16_t to) {
  return ipv4({.source = "10.9.0.2", .destination = "10.9.0.1"},
              udp({.source = from, .destination = to}, text("answer")));
}

std::string any_to_any(std::string_view action_and_protocol, std::string_view options,
                       std::uint32_t sid) {
  return rule(std::string(action_and_protocol) + " any any -> any any", options, sid);
}

// ------------------------------------------------------------------------------------------------
// alerts

TEST(Worker, TellsAnAlertWithItsPacketAndItsRule) {
  TestWorker test(any_to_any("alert esp", "esp.spi:7; metadata:policy strict;", 42));
  EXPECT_EQ(test.send(esp_on_port_4500({.spi = 7})), kAccept);
  const auto alerts = test.records.of(Event::kAlert);
  ASSERT_EQ(alerts.size(), 1U);
  EXPECT_EQ(alerts[0].alert().verdict(), v1::VERDICT_ACCEPT);
  EXPECT_EQ(alerts[0].alert().rule().sid(), 42U);
  EXPECT_EQ(alerts[0].alert().rule().action(), v1::ACTION_ALERT);
  ASSERT_EQ(alerts[0].alert().rule().metadata_size(), 1);
  EXPECT_EQ(alerts[0].time_ns(), test.now.nanoseconds());
  const v1::PacketContext& packet = alerts[0].packet();
  EXPECT_EQ(packet.source(), std::string("\x0a\x09\x00\x01", 4));
  EXPECT_EQ(packet.destination(), std::string("\x0a\x09\x00\x02", 4));
  EXPECT_EQ(packet.source_port(), 4500U);
  EXPECT_EQ(packet.spi(), 7U);
  EXPECT_EQ(packet.app_proto(), "esp");
  EXPECT_EQ(packet.packet_number(), 1U);
  EXPECT_EQ(packet.interface(), "test0");
  EXPECT_TRUE(packet.to_server());
  EXPECT_EQ(packet.flow().packets_to_server(), 1U);
  EXPECT_FALSE(packet.has_tunnel());
}

TEST(Worker, AnIkeMessageIsARecordWhateverTheRulesSay) {
  TestWorker test("");
  test.send(on_port_500(ikev2_offer()));
  test.send(on_port_4500(ikev1_offer()));
  const auto messages = test.records.of(Event::kIke);
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0].ike().initiator_spi(), kInitiatorSpi);
  EXPECT_EQ(messages[0].ike().carrier(), "udp");
  EXPECT_EQ(messages[0].ike().proposals_size(), 2);
  EXPECT_EQ(messages[0].ike().proposals(0).transforms_size(), 4);
  EXPECT_EQ(messages[1].ike().carrier(), "udp-encap");
  EXPECT_EQ(messages[1].ike().major_version(), 1U);
  EXPECT_EQ(messages[1].ike().doi(), 1U);
}

TEST(Worker, DirectionIsSeenFromWhoSpokeFirst) {
  TestWorker test(any_to_any("alert udp", "flow:to_server;", 1) +
                  any_to_any("alert udp", "flow:to_client,established;", 2));
  test.send(datagram(40000, 53));
  test.send(answer(53, 40000));
  const auto alerts = test.records.of(Event::kAlert);
  ASSERT_EQ(alerts.size(), 2U);
  EXPECT_EQ(alerts[0].alert().rule().sid(), 1U);
  EXPECT_EQ(alerts[1].alert().rule().sid(), 2U);
  EXPECT_EQ(alerts[0].packet().flow_id(), alerts[1].packet().flow_id());
}

TEST(Worker, ASynAckComesFromTheServerEvenWhenItIsSeenFirst) {
  TestWorker test(any_to_any("alert tcp", "flow:to_client;", 1));
  test.send(ipv4({.protocol = 6}, tcp({.source = 443, .destination = 40000, .flags = 0x12}, {})));
  EXPECT_EQ(test.records.count(Event::kAlert), 1U);
}

// ------------------------------------------------------------------------------------------------
// drops

TEST(Worker, ADropByARuleOnSinglePacketsTakesThePacket) {
  TestWorker test(rule("drop udp any any -> any 53", "content:\"bad\";", 9));
  EXPECT_EQ(test.send(datagram(1, 53, "good")), kAccept);
  EXPECT_EQ(test.send(datagram(1, 53, "bad")), kDrop);
  EXPECT_EQ(test.send(datagram(1, 53, "good")), kAccept);
  EXPECT_EQ(test.records.count(Event::kDrop), 1U);
}

TEST(Worker, ADropTakesThePacketAndTheRestOfItsFlow) {
  TestWorker test(rule("drop udp any 1 -> any 53", "", 9));
  EXPECT_EQ(test.send(datagram(1, 53, "good")), kDrop);
  EXPECT_EQ(test.send(datagram(1, 53, "good")), kDrop);
  EXPECT_EQ(test.send(answer(53, 1)), kDrop) << "both directions";
  EXPECT_EQ(test.send(datagram(2, 53, "good")), kAccept) << "another flow";
  const auto drops = test.records.of(Event::kDrop);
  ASSERT_EQ(drops.size(), 3U);
  EXPECT_EQ(drops[0].drop().reason(), "rules");
  EXPECT_EQ(drops[0].drop().rule().sid(), 9U);
  EXPECT_EQ(drops[1].drop().reason(), "flow drop");
  EXPECT_FALSE(drops[1].drop().has_rule());
  const auto alerts = test.records.of(Event::kAlert);
  ASSERT_EQ(alerts.size(), 1U) << "what an earlier verdict settled is not asked about";
  EXPECT_EQ(alerts[0].alert().verdict(), v1::VERDICT_DROP);
}

TEST(Worker, AnAlertBesideADropSaysThatThePacketWasDropped) {
  TestWorker test(any_to_any("drop udp", "", 1) + any_to_any("alert udp", "", 2));
  EXPECT_EQ(test.send(datagram(1, 2)), kDrop);
  const auto alerts = test.records.of(Event::kAlert);
  ASSERT_EQ(alerts.size(), 2U);
  for (const auto& alert : alerts) EXPECT_EQ(alert.alert().verdict(), v1::VERDICT_DROP);
}

TEST(Worker, APassComesBeforeADropAndIsSilent) {
  TestWorker test(any_to_any("drop udp", "", 1) + rule("pass udp any any -> any 53", "", 2));
  EXPECT_EQ(test.send(datagram(1, 53)), kAccept);
  EXPECT_EQ(test.records.count(Event::kAlert), 0U);
  EXPECT_EQ(test.records.count(Event::kDrop), 0U);
  EXPECT_EQ(test.send(datagram(1, 54)), kDrop);
}

TEST(Worker, OnATapNothingIsDroppedAndAlertsSayAllowed) {
  TestWorker test(any_to_any("drop udp", "", 1), worker_options(verdict::Mode::detect_only));
  EXPECT_EQ(test.send(datagram(1, 2)), kAccept);
  EXPECT_EQ(test.send(datagram(3, 4)), kAccept);
  EXPECT_EQ(test.records.count(Event::kDrop), 0U);
  const auto alerts = test.records.of(Event::kAlert);
  ASSERT_EQ(alerts.size(), 2U);
  EXPECT_EQ(alerts[0].alert().verdict(), v1::VERDICT_ACCEPT);
  EXPECT_EQ(test.counted(Counter::blocked), 0U);
}

TEST(Worker, ADroppedIkeSaLeavesOtherSasBetweenTheSamePortsAlone) {
  const auto v1 = [](std::uint64_t spi) {
    return ike({.initiator_spi = spi, .version = 0x10, .exchange = 2}, {});
  };
  const auto v2 = [](std::uint64_t spi) { return ike({.initiator_spi = spi}, {}); };
  for (const auto carried : {on_port_500, on_port_4500}) {
    TestWorker test(any_to_any("drop ike", "ike.version:1;", 1));
    EXPECT_EQ(test.send(carried(v2(0xB))), kAccept);
    EXPECT_EQ(test.send(carried(v1(0xA))), kDrop);
    EXPECT_EQ(test.send(carried(v2(0xA))), kDrop) << "the rest of that SA";
    EXPECT_EQ(test.send(carried(v2(0xB))), kAccept);
    EXPECT_EQ(test.send(carried(v2(0xC))), kAccept);
    EXPECT_EQ(test.send(carried(v1(0xD))), kDrop) << "two SAs dropped in one flow";
    EXPECT_EQ(test.send(carried(v2(0xC))), kAccept);
    EXPECT_EQ(test.counted(verdict::Reason::rules), 2U);
    EXPECT_EQ(test.counted(verdict::Reason::flow_drop), 1U);
    test.worker.finish();
    EXPECT_EQ(test.records.count(Event::kFlow), 1U) << "a mark of a verdict is no flow";
  }
}

TEST(Worker, ADroppedSpiLeavesOtherSpisAndIkeOnItsPortsAlone) {
  TestWorker test(any_to_any("drop esp", "esp.spi:0xbad;", 1));
  EXPECT_EQ(test.send(esp_on_port_4500({.spi = 0xbad, .sequence = 1})), kDrop);
  EXPECT_EQ(test.send(esp_on_port_4500({.spi = 0x600d})), kAccept);
  EXPECT_EQ(test.send(on_port_4500(ikev2_offer())), kAccept);
  EXPECT_EQ(test.send(ipv4({}, udp({.source = 4500, .destination = 4500}, bytes(0xFF)))), kAccept)
      << "a keepalive";
  EXPECT_EQ(test.send(esp_on_port_4500({.spi = 0xbad, .sequence = 2})), kDrop);
  EXPECT_EQ(test.records.of(Event::kDrop).at(1).drop().reason(), "flow drop");
}

TEST(Worker, ATableOfOneFlowStillDecides) {
  TestWorker test(any_to_any("drop ike", "ike.version:1;", 1),
                  worker_options(verdict::Mode::inline_ips, 1));
  EXPECT_EQ(test.send(on_port_500(ikev1_offer())), kDrop) << "its mark takes the place of its flow";
  EXPECT_EQ(test.send(on_port_500(ikev1_offer())), kDrop);
  EXPECT_EQ(test.send(ipv4({.protocol = 4}, datagram(1, 2))), kAccept);
  test.worker.finish();
}

// ------------------------------------------------------------------------------------------------
// tunnels

TEST(Worker, JudgesWhatATunnelCarriesAndDropsTheFrameOnce) {
  const auto in_gre = [](const Bytes& inner) {
    return ipv4({.source = "192.0.2.1", .destination = "192.0.2.2", .protocol = 47},
                gre(kEtherIpv4, inner));
  };
  const auto in_ip = [](const Bytes& inner) {
    return ipv4({.source = "192.0.2.1", .destination = "192.0.2.2", .protocol = 4}, inner);
  };
  for (const std::function<Bytes(const Bytes&)>& tunnel :
       {std::function<Bytes(const Bytes&)>(in_gre), std::function<Bytes(const Bytes&)>(in_ip)}) {
    TestWorker test(rule("drop udp 10.9.0.1 any -> any 53", "", 1));
    EXPECT_EQ(test.send(tunnel(datagram(1, 54))), kAccept);
    EXPECT_EQ(test.send(tunnel(datagram(1, 53))), kDrop);
    EXPECT_EQ(test.send(tunnel(datagram(1, 54))), kAccept) << "the tunnel itself lives on";
    EXPECT_EQ(test.send(datagram(1, 53)), kDrop) << "and outside it is another flow";
    const auto drops = test.records.of(Event::kDrop);
    ASSERT_EQ(drops.size(), 2U);
    EXPECT_EQ(drops[0].drop().reason(), "rules");
    EXPECT_EQ(drops[0].packet().tunnel().depth(), 1U);
    EXPECT_EQ(drops[0].packet().tunnel().source(), std::string("\xc0\x00\x02\x01", 4));
    EXPECT_EQ(drops[1].drop().reason(), "rules");
    EXPECT_FALSE(drops[1].packet().has_tunnel());
    EXPECT_EQ(test.counted(Counter::packets), 4U);
    EXPECT_EQ(test.counted(Counter::ipv4), 7U);
    EXPECT_EQ(test.counted(Counter::tunnelled), 3U);
    EXPECT_EQ(test.counted(Counter::blocked), 2U);
  }
}

TEST(Worker, WhatADroppedTunnelCarriesIsNotAskedAbout) {
  TestWorker test(rule("drop ip 192.0.2.1 any -> any any", "", 1) +
                  rule("alert udp any any -> any any", "", 2));
  const Bytes packet = ipv4({.source = "192.0.2.1", .protocol = 4}, datagram(1, 2));
  EXPECT_EQ(test.send(packet), kDrop);
  EXPECT_EQ(test.counted(Counter::ipv4), 1U);
  EXPECT_EQ(test.records.count(Event::kAlert), 1U);
  EXPECT_EQ(test.records.of(Event::kAlert)[0].alert().rule().sid(), 1U);
}

// ------------------------------------------------------------------------------------------------
// anomalies and counters

TEST(Worker, TellsWhatIsWrongWithAPacket) {
  WorkerOptions options = worker_options(verdict::Mode::inline_ips);
  options.checksums = config::ChecksumMode::all;
  TestWorker test("", options);
  test.send(ipv4({.checksum = 1}, udp({.source = 1, .destination = 2}, {})));
  test.send(bare_esp({.spi = 0}));
  test.send(on_port_500(ike({.length = 4000}, {})));
  EXPECT_EQ(
      test.records.anomalies(),
      (Strings{"decode ipv4.csum_invalid", "ipsec esp.zero_spi", "ipsec ike.length_beyond_datagram",
               "ipsec ike.missing_payload", "ipsec ike.malformed_data"}));
  EXPECT_EQ(test.counted(Counter::bad_checksums), 1U);
}

TEST(Worker, TellsAFrameThatHoldsNoPacket) {
  TestWorker test("");
  EXPECT_EQ(test.send(bytes(1, 2, 3), LinkType::ethernet), kAccept);
  EXPECT_EQ(test.records.anomalies(), Strings{"decode ethernet.pkt_too_small"});
  EXPECT_EQ(test.send(ethernet(0x0806, filler(28)), LinkType::ethernet), kAccept) << "ARP";
  EXPECT_EQ(test.counted(Counter::invalid) + test.counted(Counter::unknown_ethertype), 2U);
  EXPECT_EQ(test.counted(Counter::accepted), 2U);
  EXPECT_EQ(test.counted(Counter::flows), 0U);
}

TEST(Worker, CountsWhatItSees) {
  TestWorker test("");
  test.send(on_port_500(ikev1_offer()));
  test.send(on_port_4500(ikev2_offer()));
  test.send(bare_esp({}));
  test.send(esp_on_port_4500({}));
  test.send(ipv6({.next_header = 51}, ah({}, esp({}))));
  test.send(ipv4({}, udp({.source = 4500, .destination = 4500}, bytes(0xFF))));
  test.send(
      ipv4({}, udp({.source = 4500, .destination = 4500}, Writer().u32(2).raw(filler(16)).take())));
  test.send(ipv4({.protocol = 6}, tcp({}, {})));
  test.send(ipv4({.protocol = 1}, icmp(8, 0, 1, {})));
  test.send(ipv6({.next_header = 58}, icmpv6(128, 0, 1, {})));
  test.send(ipv4({.protocol = 132}, sctp(1, 2, filler(4))));
  test.send(ipv4({.offset = 1480}, filler(16)));
  test.send(ethernet(0x8100, vlan(5, kEtherIpv4, datagram(1, 2))), LinkType::ethernet);
  const std::map<Counter, std::uint64_t> want = {
      {Counter::packets, 13},  {Counter::ipv4, 11},     {Counter::ipv6, 2},
      {Counter::udp, 6},       {Counter::tcp, 1},       {Counter::icmpv4, 1},
      {Counter::icmpv6, 1},    {Counter::sctp, 1},      {Counter::fragments, 1},
      {Counter::vlan, 1},      {Counter::ike, 2},       {Counter::ikev1, 1},
      {Counter::ikev2, 1},     {Counter::esp, 4},       {Counter::esp_in_udp, 2},
      {Counter::ah, 1},        {Counter::wesp, 1},      {Counter::keepalive, 1},
      {Counter::accepted, 13}, {Counter::blocked, 0},   {Counter::unknown_ethertype, 0},
      {Counter::invalid, 0},   {Counter::tunnelled, 0},
  };
  for (const auto& [counter, value] : want)
    EXPECT_EQ(test.counted(counter), value) << name_of(counter);
}

TEST(Worker, CountsEveryRecordItMade) {
  TestWorker test(any_to_any("alert ip", "", 1));
  test.send(on_port_500(ikev2_offer()));
  test.send(bare_esp({.spi = 0}));
  test.worker.finish();
  EXPECT_EQ(test.counted(Counter::records), test.records.all.size());
  EXPECT_EQ(test.counted(Counter::alerts), 2U);
}

TEST(Worker, TellsThatMoreRulesMatchedThanAreKept) {
  std::string rules;
  for (std::uint32_t i = 1; i <= detect::kMaxMatches + 1; ++i)
    rules += any_to_any("alert ip", "", i);
  TestWorker test(rules);
  test.send(datagram(1, 2));
  EXPECT_EQ(test.counted(Counter::alerts), detect::kMaxMatches);
  EXPECT_EQ(test.counted(Counter::alerts_suppressed), 1U);
}

// ------------------------------------------------------------------------------------------------
// reload, flows

TEST(Worker, FollowsNewRulesFromTheNextBatchOn) {
  TestWorker test("");
  test.rules.publish(ruleset(any_to_any("drop udp", "", 1)));
  EXPECT_EQ(test.send(datagram(1, 2)), kAccept) << "a batch is judged by one ruleset";
  EXPECT_EQ(test.rules.collect(), 1U) << "which is kept as long";
  test.worker.begin_batch();
  EXPECT_EQ(test.rules.collect(), 0U);
  EXPECT_EQ(test.send(datagram(1, 2)), kDrop);
}

TEST(Worker, EndsEveryFlowOnce) {
  TestWorker test(rule("drop udp any any -> any 53", "", 1));
  test.send(datagram(1, 53));
  test.send(datagram(1, 54));
  test.send(answer(54, 1));
  test.send(bare_esp({.spi = 5}));
  test.worker.finish();
  test.worker.finish();
  const auto flows = test.records.of(Event::kFlow);
  ASSERT_EQ(flows.size(), 3U);
  EXPECT_EQ(test.counted(Counter::flows), 3U);
  for (const auto& flow : flows) EXPECT_EQ(flow.flow().reason(), v1::FLOW_END_REASON_SHUTDOWN);
  EXPECT_TRUE(flows[0].flow().dropped());
  EXPECT_TRUE(flows[0].flow().alerted());
  EXPECT_EQ(flows[1].flow().state(), v1::FLOW_STATE_ESTABLISHED);
  EXPECT_EQ(flows[1].flow().counters().packets_to_client(), 1U);
  EXPECT_FALSE(flows[1].flow().dropped());
  EXPECT_EQ(flows[2].packet().spi(), 5U);
  EXPECT_FALSE(flows[2].packet().has_source_port());
}

TEST(Worker, AFlowThatIsSilentForItsTimeEnds) {
  TestWorker test("");
  test.send(datagram(1, 2));
  const Timestamp start = test.now;
  test.worker.idle(start + std::chrono::seconds(29));
  EXPECT_EQ(test.records.count(Event::kFlow), 0U);
  test.worker.idle(start + std::chrono::seconds(31));
  ASSERT_EQ(test.records.count(Event::kFlow), 1U);
  EXPECT_EQ(test.records.of(Event::kFlow)[0].flow().reason(), v1::FLOW_END_REASON_TIMEOUT);
  EXPECT_EQ(test.counted(Counter::flows_timed_out), 1U);
}

TEST(Worker, AFullTableLetsAFlowGoAndTellsIt) {
  TestWorker test("", worker_options(verdict::Mode::inline_ips, 2));
  for (std::uint16_t port = 1; port <= 3; ++port) test.send(datagram(9, port));
  EXPECT_EQ(test.counted(Counter::flows_evicted), 1U);
  ASSERT_EQ(test.records.count(Event::kFlow), 1U);
  EXPECT_EQ(test.records.of(Event::kFlow)[0].flow().reason(), v1::FLOW_END_REASON_FORCED);
}

/// What a router on the way sends to the sender of `quoted`.
Bytes unreachable(const Bytes& quoted) {
  constexpr std::size_t kQuoted = 28;
  return ipv4({.source = "192.0.2.1", .destination = "10.9.0.1", .protocol = 1},
              icmp(3, 1, 0, ByteView(quoted).first(kQuoted)));
}

TEST(Worker, AnIcmpErrorBelongsToTheFlowThatItQuotes) {
  TestWorker test(any_to_any("alert icmp", "flow:to_client;", 1));
  test.send(datagram(1, 53));
  const Timestamp last = test.now;
  test.send(unreachable(datagram(1, 53)));
  test.send(unreachable(datagram(1, 54)));
  EXPECT_EQ(test.counted(Counter::flows), 2U) << "no flow has the other one's ports";
  EXPECT_EQ(test.counted(Counter::alerts), 1U);
  test.worker.finish();
  const auto flow = test.records.of(Event::kFlow).at(0).flow();
  EXPECT_EQ(flow.counters().packets_to_server(), 1U);
  EXPECT_EQ(flow.counters().packets_to_client(), 1U);
  EXPECT_EQ(flow.state(), v1::FLOW_STATE_NEW);
  EXPECT_EQ(flow.end_ns(), last.nanoseconds());
  EXPECT_FALSE(flow.has_min_ttl_to_client());
}

TEST(Worker, AnIcmpErrorOfADroppedFlowIsDropped) {
  TestWorker test(rule("drop udp any any -> any 53", "", 1));
  EXPECT_EQ(test.send(datagram(1, 53)), kDrop);
  EXPECT_EQ(test.send(unreachable(datagram(1, 53))), kDrop);
  EXPECT_EQ(test.send(unreachable(datagram(1, 54))), kAccept);
}

TEST(Worker, AnIcmpErrorIsNoPacketOfTheSpiThatItQuotes) {
  TestWorker test("");
  test.send(bare_esp({.spi = 7}));
  test.send(unreachable(bare_esp({.spi = 7})));
  test.worker.finish();
  ASSERT_EQ(test.records.count(Event::kFlow), 1U);
  EXPECT_EQ(test.records.of(Event::kFlow)[0].flow().counters().packets_to_client(), 1U);
  EXPECT_EQ(test.records.of(Event::kSpiSummary).at(0).spi_summary().packets(), 1U);
}

TEST(Worker, VlansPartFlowsOnlyWhereTheyAreTracked) {
  const Bytes packet = datagram(1, 53);
  for (const bool track : {true, false}) {
    pipeline::WorkerOptions options = worker_options(verdict::Mode::inline_ips);
    options.track_vlans = track;
    TestWorker test("", options);
    test.send(ethernet(0x8100, vlan(7, kEtherIpv4, packet)), LinkType::ethernet);
    test.send(ethernet(0x8100, vlan(8, kEtherIpv4, packet)), LinkType::ethernet);
    EXPECT_EQ(test.counted(Counter::flows), track ? 2U : 1U);
    test.worker.finish();
    const auto flow = test.records.of(Event::kFlow).at(0);
    ASSERT_EQ(flow.packet().vlan_ids_size(), 1) << "told all the same";
    EXPECT_EQ(flow.packet().vlan_ids(0), 7U);
  }
}

TEST(Worker, AFlowRecordTellsEchoAndAnswer) {
  TestWorker test("");
  test.send(ipv4({.protocol = 1}, icmp(8, 0, 0x00050001, {})));
  test.send(ipv4({.source = "10.9.0.2", .destination = "10.9.0.1", .protocol = 1},
                 icmp(0, 0, 0x00050001, {})));
  test.worker.finish();
  ASSERT_EQ(test.records.count(Event::kFlow), 1U);
  const auto record = test.records.of(Event::kFlow)[0];
  EXPECT_EQ(record.packet().icmp_type(), 8U);
  ASSERT_TRUE(record.flow().has_response_icmp_type());
  EXPECT_EQ(record.flow().response_icmp_type(), 0U);
  EXPECT_EQ(test.counted(Counter::flows_icmpv4), 1U);
  EXPECT_EQ(test.counted(Counter::flows_ended_established), 1U);
}

TEST(Worker, AFloodIsAnEmergencyThatIsCountedAndTold) {
  TestWorker test("", worker_options(verdict::Mode::inline_ips, 10));
  for (std::uint16_t port = 1; port <= 11; ++port) test.send(datagram(9, port));
  test.worker.begin_batch();
  EXPECT_EQ(test.counted(Counter::flow_emergencies), 1U);
  EXPECT_EQ(test.counted(Counter::flow_get_used), test.counted(Counter::flows_evicted));
  EXPECT_TRUE(test.records.of(Event::kFlow).at(0).flow().emergency());
}

TEST(Worker, EveryPrefixOfAPacketIsJudged) {
  TestWorker test(any_to_any("alert ipsec", "", 1));
  for (const Bytes& packet :
       {on_port_4500(ikev2_offer()), ipv4({.protocol = 47}, gre(kEtherIpv4, bare_esp({}))),
        ipv6({.next_header = 51}, ah({}, esp({})))})
    for (std::size_t n = 0; n <= packet.size(); ++n)
      EXPECT_EQ(test.send(copy(ByteView(packet).first(n))), kAccept);
  EXPECT_EQ(test.counted(Counter::accepted), test.sent);
}

}  // namespace
}  // namespace espial::pipeline
