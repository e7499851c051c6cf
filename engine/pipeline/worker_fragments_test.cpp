// The worker and IP fragments: what they carry is dissected, told and judged at the frame that
// completes it.
#include <gtest/gtest.h>

#include "tests/support/facts.hpp"
#include "tests/support/fragments.hpp"
#include "tests/support/worker.hpp"

namespace espial::pipeline {
namespace {

using namespace espial::test;
using Event = KeptRecords::Event;
using Strings = std::vector<std::string>;

constexpr Verdict kAccept = Verdict::accept;
constexpr Verdict kDrop = Verdict::drop;

Bytes datagram(std::string_view payload, std::uint16_t port = 53) {
  return ipv4({.id = 7}, udp({.source = 1, .destination = port}, text(payload)));
}

/// UDP to `port` with "very bad" in it, which the fragments part within the word.
std::vector<Bytes> bad(std::uint16_t port = 53) {
  return fragments(datagram("this is a very bad thing", port), 24);
}

constexpr std::string_view kNoBad = "drop udp any any -> any 53";

/// A gateway that lets fragments go on as they come.
WorkerOptions unheld() {
  WorkerOptions options = worker_options(verdict::Mode::inline_ips);
  options.held.max_frames = 0;
  return options;
}

using HeldFrame = std::pair<std::uint32_t, Verdict>;

TEST(WorkerFragments, InlineTheyWaitForTheVerdictOnTheirDatagram) {
  TestWorker test(rule(std::string(kNoBad), "content:\"very bad\";", 9));
  EXPECT_EQ(test.send(bad()[0]), std::nullopt);
  EXPECT_TRUE(test.held.empty());
  EXPECT_EQ(test.send(bad()[1]), kDrop);
  EXPECT_EQ(test.held, std::vector{HeldFrame(1, kDrop)});
  EXPECT_EQ(test.counted(Counter::blocked), 2U);
  EXPECT_EQ(test.counted(Counter::dropped_with_datagram), 1U);
  EXPECT_EQ(test.counted(verdict::Reason::rules), 1U);
  EXPECT_EQ(test.records.count(Event::kDrop), 1U) << "that of the datagram";
}

TEST(WorkerFragments, WhatIsNotForbiddenPassesWhole) {
  TestWorker test(rule(std::string(kNoBad), "content:\"very bad\";", 9));
  const auto parts = fragments(datagram("this is a very good thing indeed"), 16);
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(test.send(parts[2]), std::nullopt);
  EXPECT_EQ(test.send(parts[0]), std::nullopt);
  EXPECT_EQ(test.send(parts[1]), kAccept);
  EXPECT_EQ(test.held, (std::vector{HeldFrame(1, kAccept), HeldFrame(2, kAccept)}));
  EXPECT_EQ(test.counted(Counter::accepted), 3U);
}

TEST(WorkerFragments, TheyDoNotWaitForLong) {
  TestWorker test(rule(std::string(kNoBad), "content:\"very bad\";", 9));
  EXPECT_EQ(test.send(bad()[0]), std::nullopt);
  test.now = test.now + std::chrono::seconds(2);
  test.send(datagram("a second later"));
  EXPECT_EQ(test.held, std::vector{HeldFrame(1, kAccept)});
  EXPECT_EQ(test.send(bad()[1]), kDrop) << "the datagram is judged all the same";
}

TEST(WorkerFragments, ADatagramIsRememberedAsLongAsItsReceiverDoes) {
  TestWorker test(rule(std::string(kNoBad), "content:\"very bad\";", 9));
  EXPECT_EQ(test.send(bad()[0]), std::nullopt);
  test.now = test.now + std::chrono::seconds(1);
  test.send(datagram("the first has gone on by now"));
  test.now = test.now + std::chrono::seconds(58);
  EXPECT_EQ(test.send(bad()[1]), kDrop) << "61 s after the first, 59 after that went on";
}

/// What would end the datagram at its receiver does not get there, so that the others are not free.
TEST(WorkerFragments, OneAtFaultIsDroppedAndItsDatagramStays) {
  TestWorker test(rule(std::string(kNoBad), "content:\"very bad\";", 9));
  EXPECT_EQ(test.send(bad()[0]), std::nullopt);
  test.now = test.now + std::chrono::seconds(3);
  const auto others = fragments(datagram("another that is as long as it"), 16);
  EXPECT_EQ(test.send(others[1]), kDrop) << "it begins in the first and reaches beyond it";
  EXPECT_EQ(test.held, std::vector{HeldFrame(1, kAccept)});
  EXPECT_EQ(test.counted(verdict::Reason::defrag_error), 1U);
  test.now = test.now + std::chrono::seconds(5);
  EXPECT_EQ(test.send(bad()[1]), kDrop) << "with the first, which the receiver has";
}

TEST(WorkerFragments, EachThatIsAtFaultIsDroppedAlone) {
  const auto parts = fragments(datagram("this is a very bad thing"), 16);
  ASSERT_EQ(parts.size(), 2U);
  const auto piece = [&](std::uint32_t offset, std::size_t size, bool more) {
    return ipv4({.id = 7, .offset = offset, .more = more}, filler(size, 1));
  };
  for (const Bytes& fault : {piece(0, 16, true), piece(8, 16, true), piece(16, 0, false),
                             piece(8, 4, false), piece(65528, 100, false)}) {
    TestWorker test(rule(std::string(kNoBad), "content:\"very bad\";", 9));
    EXPECT_EQ(test.send(parts[0]), std::nullopt);
    test.now = test.now + std::chrono::seconds(3);
    const auto said = test.send(fault);
    EXPECT_NE(said, kAccept);
    test.now = test.now + std::chrono::seconds(5);
    EXPECT_EQ(test.send(parts[1]), kDrop);
  }
}

/// One that says something else than what is there may be the one that the receiver has.
TEST(WorkerFragments, OneThatContradictsIsDropped) {
  TestWorker test(rule(std::string(kNoBad), "content:\"very bad\";", 9));
  const auto others = fragments(datagram("none of this should be of interest"), 24);
  EXPECT_EQ(test.send(others[0]), std::nullopt);
  EXPECT_EQ(test.send(bad()[0]), kDrop);
  EXPECT_EQ(test.send(others[0]), std::nullopt) << "the same again";
  EXPECT_EQ(test.send(others[1]), kAccept);
}

/// What is dropped for others that were has not come to its receiver.
TEST(WorkerFragments, WhatIsDroppedWithADatagramIsNotJoined) {
  TestWorker test(rule(std::string(kNoBad), "content:\"very bad\";", 9));
  EXPECT_EQ(test.send(bad()[0]), std::nullopt);
  test.now = test.now + std::chrono::seconds(3);
  EXPECT_EQ(test.send(bad()[1]), kDrop);
  EXPECT_EQ(test.send(fragments(datagram("this is a very good thing"), 24)[1]), kDrop);
  test.now = test.now + std::chrono::seconds(5);
  EXPECT_EQ(test.send(bad()[1]), kDrop) << "the receiver still has the first";
}

TEST(WorkerFragments, WhatIsLeftOfADroppedDatagramIsDroppedToo) {
  TestWorker test(rule(std::string(kNoBad), "content:\"very bad\";", 9));
  EXPECT_EQ(test.send(bad()[0]), std::nullopt);
  EXPECT_EQ(test.send(bad()[1]), kDrop);
  EXPECT_EQ(test.send(bad()[0]), kDrop) << "sent again";
  test.now = test.now + std::chrono::seconds(5);
  EXPECT_EQ(test.send(bad()[0]), std::nullopt) << "another of its id";
}

TEST(WorkerFragments, ADroppedFragmentTakesItsDatagramWithIt) {
  TestWorker test(rule("drop ip any any -> any any", "content:\"forbidden\";", 9));
  const auto parts = fragments(datagram("sixteen octets..then forbidden"), 24);
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(test.send(parts[0]), std::nullopt);
  EXPECT_EQ(test.send(parts[1]), kDrop) << "by its own bytes";
  EXPECT_EQ(test.held, std::vector{HeldFrame(1, kDrop)});
  EXPECT_EQ(test.send(parts[0]), kDrop);
}

TEST(WorkerFragments, WhereNoRuleDropsNothingWaits) {
  TestWorker test(rule("alert udp any any -> any 53", "content:\"very bad\";", 9));
  for (const Bytes& part : bad()) EXPECT_EQ(test.send(part), kAccept);
}

TEST(WorkerFragments, ThoseThatWaitPassAtTheEnd) {
  TestWorker test(rule(std::string(kNoBad), "content:\"very bad\";", 9));
  EXPECT_EQ(test.send(bad()[0]), std::nullopt);
  test.worker.finish();
  test.worker.take_settled([&](const capture::RawPacket& frame, Verdict verdict) {
    test.held.emplace_back(frame.id, verdict);
  });
  EXPECT_EQ(test.held, std::vector{HeldFrame(1, kAccept)});
}

TEST(WorkerFragments, ADropOnContentThatFragmentsPartDropsTheOneThatCompletesIt) {
  TestWorker test(rule(std::string(kNoBad), "content:\"very bad\";", 9), unheld());
  const auto parts = bad();
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(test.send(parts[0]), kAccept);
  EXPECT_EQ(test.send(parts[1]), kDrop);
  const auto drops = test.records.of(Event::kDrop);
  ASSERT_EQ(drops.size(), 1U);
  EXPECT_EQ(drops[0].drop().rule().sid(), 9U);
  EXPECT_TRUE(drops[0].packet().joined());
  EXPECT_EQ(drops[0].packet().packet_number(), 2U);
  EXPECT_EQ(drops[0].time_ns(), test.now.nanoseconds());
  EXPECT_EQ(drops[0].packet().destination_port(), 53U);
  EXPECT_EQ(drops[0].drop().ip().length(), 52U);
  EXPECT_EQ(test.counted(Counter::blocked), 1U);
}

TEST(WorkerFragments, ADroppedFragmentSentAgainIsDroppedAgain) {
  TestWorker test(rule(std::string(kNoBad), "content:\"very bad\";", 9), unheld());
  for (const bool reversed : {false, true}) {
    auto parts = bad();
    if (reversed) std::ranges::reverse(parts);
    EXPECT_EQ(test.send(parts[0]), kAccept);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(test.send(parts[1]), kDrop) << i;
    test.now = test.now + std::chrono::minutes(10);
  }
}

TEST(WorkerFragments, OtherDatagramsPass) {
  TestWorker test(rule(std::string(kNoBad), "content:\"very bad\";", 9), unheld());
  for (const Bytes& part : bad(54)) EXPECT_EQ(test.send(part), kAccept);
  for (const Bytes& part : fragments(datagram("this is a very good thing"), 24))
    EXPECT_EQ(test.send(part), kAccept);
  EXPECT_EQ(test.counted(Counter::reassembled_v4), 2U);
}

TEST(WorkerFragments, OnATapADatagramIsToldOnce) {
  TestWorker test(rule(std::string(kNoBad), "content:\"very bad\";", 9),
                  worker_options(verdict::Mode::detect_only));
  const auto parts = bad();
  for (const Bytes& part : parts) EXPECT_EQ(test.send(part), kAccept);
  EXPECT_EQ(test.send(parts[1]), kAccept) << "its datagram is done: this one is of another";
  EXPECT_EQ(test.records.count(Event::kAlert), 1U);
}

TEST(WorkerFragments, IkeInFragmentsIsARecordOfTheFrameThatCompletesIt) {
  const Bytes v4 = on_port_500(ikev2_offer());
  const Bytes v6 = ipv6({}, udp({}, ikev2_offer()));
  for (const Bytes& whole : {v4, v6})
    for (const bool reversed : {false, true}) {
      TestWorker unfragmented("");
      unfragmented.send(whole);
      TestWorker test("");
      auto parts = fragments(whole, 16);
      if (reversed) std::ranges::reverse(parts);
      for (const Bytes& part : parts) {
        EXPECT_EQ(test.records.count(Event::kIke), 0U);
        test.send(part);
      }
      const auto messages = test.records.of(Event::kIke);
      ASSERT_EQ(messages.size(), 1U);
      EXPECT_EQ(messages[0].ike().initiator_spi(), kInitiatorSpi);
      EXPECT_EQ(messages[0].packet().packet_number(), parts.size());
      EXPECT_TRUE(messages[0].packet().joined());
      EXPECT_EQ(test.records.anomalies(), unfragmented.records.anomalies());
    }
}

TEST(WorkerFragments, BareEspInFragmentsHasItsSpi) {
  TestWorker test(rule("alert esp any any -> any any", "esp.spi:77;", 1));
  for (const Bytes& part : fragments(bare_esp({.spi = 77}), 24)) test.send(part);
  EXPECT_EQ(test.records.count(Event::kAlert), 1U);
  EXPECT_EQ(test.counted(Counter::esp), 1U);
}

TEST(WorkerFragments, TheDatagramHasAFlowAndItsFragmentsHaveNone) {
  TestWorker test("");
  const auto parts = bad();
  for (const Bytes& part : parts) test.send(part);
  test.worker.finish();
  const auto flows = test.records.of(Event::kFlow);
  ASSERT_EQ(flows.size(), 1U);
  EXPECT_EQ(flows[0].flow().counters().packets_to_server(), 1U);
  EXPECT_EQ(flows[0].flow().counters().bytes_to_server(), 52U) << "the datagram";
  EXPECT_EQ(flows[0].packet().destination_port(), 53U);
  EXPECT_EQ(test.counted(Counter::flows), 1U);
  EXPECT_EQ(test.counted(Counter::packets), 2U);
  EXPECT_EQ(test.counted(Counter::ipv4), 3U);
  EXPECT_EQ(test.counted(Counter::fragments), 2U);
  EXPECT_EQ(test.counted(Counter::fragments_v4), 2U);
  EXPECT_EQ(test.counted(Counter::reassembled_v4), 1U);
  EXPECT_EQ(test.counted(Counter::accepted), 2U);
  EXPECT_GT(test.counted(Counter::defrag_memory), 0U);
}

TEST(WorkerFragments, TheLinkOfTheFrameStaysWithTheDatagram) {
  TestWorker test(rule("alert udp any any -> any 53", "", 1));
  for (const Bytes& part : bad())
    test.send(ethernet(0x8100, vlan(5, kEtherIpv4, part)), LinkType::ethernet);
  const auto alerts = test.records.of(Event::kAlert);
  ASSERT_EQ(alerts.size(), 1U);
  ASSERT_EQ(alerts[0].packet().vlan_ids_size(), 1);
  EXPECT_EQ(alerts[0].packet().vlan_ids(0), 5U);
  EXPECT_EQ(alerts[0].packet().source_mac().size(), 6U);
}

Bytes in_gre(const Bytes& inner, std::uint16_t id = 9) {
  return ipv4({.source = "192.0.2.1", .destination = "192.0.2.2", .protocol = 47, .id = id},
              gre(kEtherIpv4, inner));
}

TEST(WorkerFragments, FragmentsInsideATunnelAreJoinedThere) {
  TestWorker test(rule(std::string(kNoBad), "content:\"very bad\";", 9), unheld());
  const auto parts = bad();
  EXPECT_EQ(test.send(parts[0]), kAccept) << "outside the tunnel: another datagram";
  EXPECT_EQ(test.send(in_gre(parts[0])), kAccept);
  EXPECT_EQ(test.send(in_gre(parts[1])), kDrop);
  const auto drops = test.records.of(Event::kDrop);
  ASSERT_EQ(drops.size(), 1U);
  EXPECT_EQ(drops[0].packet().tunnel().depth(), 1U);
  EXPECT_EQ(drops[0].packet().tunnel().protocol(), 47U);
  EXPECT_TRUE(drops[0].packet().joined());
  EXPECT_FALSE(drops[0].packet().tunnel().joined());
}

TEST(WorkerFragments, ATunnelInFragmentsIsOpened) {
  TestWorker test(rule(std::string(kNoBad), "content:\"very bad\";", 9), unheld());
  const auto parts = fragments(in_gre(datagram("this is a very bad thing")), 24, {.id = 9});
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) EXPECT_EQ(test.send(parts[i]), kAccept);
  EXPECT_EQ(test.send(parts.back()), kDrop);
  const auto drops = test.records.of(Event::kDrop);
  ASSERT_EQ(drops.size(), 1U);
  EXPECT_TRUE(drops[0].packet().tunnel().joined());
  EXPECT_FALSE(drops[0].packet().joined());
}

TEST(WorkerFragments, FragmentsInFragmentedTunnelsAreTakenBackTogether) {
  TestWorker test(rule(std::string(kNoBad), "content:\"very bad\";", 9), unheld());
  const auto parts = bad();
  EXPECT_EQ(test.send(in_gre(parts[0], 8)), kAccept);
  const auto outer = fragments(in_gre(parts[1]), 24, {.id = 9});
  ASSERT_EQ(outer.size(), 2U);
  EXPECT_EQ(test.send(outer[0]), kAccept);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(test.send(outer[1]), kDrop) << i;
  EXPECT_EQ(test.records.of(Event::kDrop).at(0).packet().tunnel().depth(), 1U);
}

TEST(WorkerFragments, WhatIsWrongWithThemIsToldOfTheFragment) {
  TestWorker test("");
  const Bytes whole = datagram("this is a very bad thing");
  test.send(fragment(whole, 0, 24));
  test.send(fragment(whole, 16, 32));
  EXPECT_EQ(test.records.anomalies(), Strings{"decode ipv4.frag_overlap"});
  EXPECT_EQ(test.records.of(Event::kAnomaly)[0].packet().packet_number(), 2U);
  EXPECT_EQ(test.counted(Counter::defrag_discarded), 1U);
}

TEST(WorkerFragments, FragmentsOfFragmentsAreNotJoined) {
  const Bytes whole = ipv6({}, udp({}, filler(88)));
  const Bytes inner = fragment(whole, 48, 96);
  const Bytes outer = ipv6({.next_header = 44}, ByteView(inner).subspan(40));
  TestWorker test("");
  test.send(fragment(whole, 0, 48));
  for (const Bytes& part : fragments(outer, 24, {.id = 9})) test.send(part);
  EXPECT_EQ(test.records.anomalies(), Strings{"decode ipv6.frag_ignored"});
  EXPECT_EQ(test.counted(Counter::reassembled_v6), 1U);
  EXPECT_EQ(test.counted(Counter::udp), 0U);
}

TEST(WorkerFragments, ADroppedFragmentIsNotJoined) {
  TestWorker test(rule("drop ip 10.9.0.1 any -> any any", "", 1));
  for (const Bytes& part : bad()) EXPECT_EQ(test.send(part), kDrop);
  EXPECT_EQ(test.counted(Counter::fragments_v4), 0U) << "its receiver gets none";
}

TEST(WorkerFragments, ChecksumsOfTheDatagramAreJudged) {
  WorkerOptions options = worker_options(verdict::Mode::inline_ips);
  options.checksums = config::ChecksumMode::all;
  TestWorker test("", options);
  const Bytes whole =
      ipv4({.id = 7}, udp({.source = 1, .destination = 2, .checksum = 1}, filler(24)));
  for (const Bytes& part : fragments(whole, 16)) test.send(part);
  EXPECT_EQ(test.records.anomalies(), Strings{"decode udp.csum_invalid"});
  EXPECT_EQ(test.counted(Counter::bad_checksums), 1U);
}

TEST(WorkerFragments, TimeEndsThemWithoutPacketsToo) {
  TestWorker test("");
  test.send(bad()[0]);
  test.worker.idle(test.now + std::chrono::seconds(65));  // and twice what they may wait
  EXPECT_EQ(test.counted(Counter::defrag_timed_out), 1U);
}

}  // namespace
}  // namespace espial::pipeline
