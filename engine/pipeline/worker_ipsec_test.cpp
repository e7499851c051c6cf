// The worker and what is remembered of IPsec: SPIs, ESP without encryption, fragments of IKE, ports
// that were learned.
#include <gtest/gtest.h>

#include "tests/support/esp_null.hpp"
#include "tests/support/facts.hpp"
#include "tests/support/worker.hpp"

namespace espial::pipeline {
namespace {

using namespace espial::test;
using Event = KeptRecords::Event;

constexpr Verdict kAccept = Verdict::accept;
constexpr Verdict kDrop = Verdict::drop;

// ------------------------------------------------------------------------------------------- SPIs

TEST(WorkerIpsec, AnSpiIsSummedUpEveryMinuteAndAtItsEnd) {
  TestWorker test("");
  for (std::uint32_t i = 1; i <= 60; ++i) test.send(bare_esp({.spi = 7, .sequence = i}));
  EXPECT_EQ(test.records.count(Event::kSpiSummary), 0U) << "59 seconds after the first packet";
  for (std::uint32_t i = 61; i <= 70; ++i) test.send(bare_esp({.spi = 7, .sequence = i}));
  ASSERT_EQ(test.records.count(Event::kSpiSummary), 1U);
  test.worker.finish();
  const auto told = test.records.of(Event::kSpiSummary);
  ASSERT_EQ(told.size(), 2U);
  const v1::SpiSummary& first = told[0].spi_summary();
  EXPECT_EQ(first.spi(), 7U);
  EXPECT_EQ(first.packets(), 61U);
  EXPECT_EQ(first.first_sequence(), 1U);
  EXPECT_EQ(first.last_sequence(), 61U);
  EXPECT_EQ(first.end_ns() - first.start_ns(), 60'000'000'000);
  EXPECT_EQ(told[0].time_ns(), first.end_ns());
  const v1::SpiSummary& second = told[1].spi_summary();
  EXPECT_EQ(second.packets(), 9U);
  EXPECT_EQ(second.bytes(), 9 * bare_esp({}).size());
  EXPECT_EQ(second.first_sequence(), 62U);
  EXPECT_EQ(second.last_sequence(), 70U);
  EXPECT_EQ(second.end_ns(), test.now.nanoseconds());
  EXPECT_EQ(first.encryption(), v1::SPI_ENCRYPTION_ENCRYPTED);
  EXPECT_EQ(test.records.all.back().event_case(), Event::kFlow) << "the summary comes before it";
}

TEST(WorkerIpsec, ASummaryNamesItsConnectionAndItsProtocol) {
  TestWorker test("");
  test.send(esp_on_port_4500({.spi = 7}));
  test.send(ipv6({.next_header = 51}, ah({.spi = 8, .sequence = 3}, esp({.spi = 9}))));
  test.send(ipv4({}, udp({.source = 1, .destination = 2}, text("no SPI"))));
  test.worker.finish();
  const auto told = test.records.of(Event::kSpiSummary);
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].packet().app_proto(), "esp");
  EXPECT_EQ(told[0].packet().protocol(), 17U);
  EXPECT_EQ(told[0].packet().source_port(), 4500U);
  EXPECT_FALSE(told[0].packet().uid().empty());
  EXPECT_FALSE(told[0].packet().community_id().empty());
  EXPECT_EQ(told[0].spi_summary().encryption(), v1::SPI_ENCRYPTION_UNSURE) << "one packet";
  EXPECT_EQ(told[1].packet().app_proto(), "ah");
  EXPECT_EQ(told[1].spi_summary().spi(), 8U) << "of the outermost header";
  EXPECT_EQ(told[1].spi_summary().last_sequence(), 3U);
  EXPECT_FALSE(told[1].packet().has_source_port());
}

// --------------------------------------------------------------------------------------- ESP-NULL

Bytes inner(std::uint16_t port, std::string_view payload) {
  return ipv4({.source = "192.168.0.1", .destination = "192.168.0.2"},
              udp({.source = 9, .destination = port}, text(payload)));
}

Bytes in_clear(ByteView packet) {
  return ipv4({.protocol = 50}, null_esp({.format = {.icv = 16, .iv = 0}}, packet));
}

TEST(WorkerIpsec, WhatEspCarriesInClearIsOfferedToTheRules) {
  TestWorker test(rule("drop udp 192.168.0.1 any -> any 53", "content:\"bad\";", 1));
  EXPECT_EQ(test.send(in_clear(inner(54, "bad"))), kAccept);
  EXPECT_EQ(test.send(in_clear(inner(53, "good"))), kAccept);
  EXPECT_EQ(test.send(in_clear(inner(53, "bad"))), kDrop);
  const auto drops = test.records.of(Event::kDrop);
  ASSERT_EQ(drops.size(), 1U);
  EXPECT_EQ(drops[0].drop().rule().sid(), 1U);
  EXPECT_EQ(drops[0].packet().source(), std::string("\xc0\xa8\x00\x01", 4));
  EXPECT_EQ(drops[0].packet().tunnel().protocol(), 50U);
  EXPECT_EQ(test.counted(Counter::esp_null), 3U);
  EXPECT_EQ(test.records.anomalies(), std::vector<std::string>{"ipsec esp.null_encryption"})
      << "told once";
  test.worker.finish();
  const auto told = test.records.of(Event::kSpiSummary);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].spi_summary().encryption(), v1::SPI_ENCRYPTION_NULL);
  EXPECT_EQ(told[0].spi_summary().icv_length(), 16U);
}

TEST(WorkerIpsec, WhatEspCarriesInClearIsToldWhereItIsNoPacket) {
  TestWorker test("");
  test.send(in_clear(inner(53, "good")));
  const std::size_t before = test.records.anomalies().size();
  test.send(in_clear(filler(10)));
  const auto told = test.records.anomalies();
  ASSERT_EQ(told.size(), before + 1);
  EXPECT_EQ(told.back(), "decode ipv4.pkt_too_small");
}

TEST(WorkerIpsec, ChecksumsInsideOfEspInClearAreCounted) {
  pipeline::WorkerOptions options = worker_options(verdict::Mode::inline_ips);
  options.checksums = config::ChecksumMode::all;
  TestWorker test("", options);
  test.send(in_clear(inner(53, "good")));
  EXPECT_EQ(test.counted(Counter::bad_checksums), 0U);
  Bytes wrong = inner(53, "good");
  wrong[10] ^= std::byte{1};
  test.send(in_clear(wrong));
  EXPECT_EQ(test.counted(Counter::bad_checksums), 1U);
}

TEST(WorkerIpsec, WhatADroppedSpiCarriesInClearIsNotAskedAbout) {
  TestWorker test(rule("drop esp any any -> any any", "", 1) +
                  rule("alert udp any any -> any any", "", 2));
  EXPECT_EQ(test.send(in_clear(inner(53, "bad"))), kDrop);
  for (const auto& alert : test.records.of(Event::kAlert))
    EXPECT_EQ(alert.alert().rule().sid(), 1U);
}

// --------------------------------------------------------------------------- fragments of IKEv1

/// `message` in pieces of `size` bytes, each in a message of payload 132 of the same SA.
std::vector<Bytes> ike_fragments(ByteView message, std::size_t size) {
  std::vector<Bytes> packets;
  for (std::size_t begin = 0; begin < message.size(); begin += size) {
    const std::size_t end = std::min(begin + size, message.size());
    const Bytes body = Writer()
                           .u16(1)
                           .u8(packets.size() + 1)
                           .u8(end == message.size() ? 1 : 0)
                           .raw(message.subspan(begin, end - begin))
                           .take();
    packets.push_back(on_port_500(
        ike({.initiator_spi = kInitiatorSpi, .version = 0x10, .exchange = 2, .flags = 0},
            {{.type = 132, .body = body}})));
  }
  return packets;
}

TEST(WorkerIpsec, FragmentsAndTheMessageJoinedOfThemAreARecordEach) {
  TestWorker test("");
  const auto parts = ike_fragments(ikev1_offer(), 40);
  ASSERT_EQ(parts.size(), 3U);
  for (const Bytes& part : parts) EXPECT_EQ(test.send(part), kAccept);
  const auto messages = test.records.of(Event::kIke);
  ASSERT_EQ(messages.size(), 4U);
  for (std::uint32_t i = 0; i < 3; ++i) {
    const v1::IkeFragment& fragment = messages[i].ike().fragment();
    EXPECT_EQ(fragment.id(), 1U);
    EXPECT_EQ(fragment.number(), i + 1);
    EXPECT_EQ(fragment.received(), i + 1);
    EXPECT_EQ(fragment.total(), i == 2 ? 3U : 0U) << "known once the last has come";
    EXPECT_EQ(messages[i].ike().proposals_size(), 0);
  }
  const v1::IkeMessage& joined = messages[3].ike();
  EXPECT_EQ(messages[3].packet().packet_number(), 3U);
  EXPECT_EQ(joined.fragment().number(), 0U);
  EXPECT_EQ(joined.fragment().total(), 3U);
  EXPECT_EQ(joined.proposals_size(), 1);
  EXPECT_EQ(joined.vendor_ids_size(), 1);
  EXPECT_EQ(test.counted(Counter::ike), 4U);
}

TEST(WorkerIpsec, ARuleOnTheJoinedMessageDropsTheLastFragment) {
  TestWorker test(rule("drop ike any any -> any any", "ike.doi:1;", 4));
  const auto parts = ike_fragments(ikev1_offer(), 40);
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(test.send(parts[0]), kAccept);
  EXPECT_EQ(test.send(parts[1]), kAccept);
  EXPECT_EQ(test.send(parts[2]), kDrop);
  EXPECT_EQ(test.send(parts[0]), kDrop) << "and the rest of its IKE SA";
  const auto drops = test.records.of(Event::kDrop);
  ASSERT_EQ(drops.size(), 2U);
  EXPECT_EQ(drops[0].drop().rule().sid(), 4U);
  EXPECT_EQ(drops[0].packet().packet_number(), 3U);
  EXPECT_EQ(test.counted(Counter::blocked), 2U);
}

// ------------------------------------------------------------------------------- what is learned

TEST(WorkerIpsec, IkeOnOtherPortsIsSeenFromItsSecondMessageOn) {
  TestWorker test(rule("alert ike any any -> any any", "", 1));
  const auto message = [](std::uint32_t id) {
    const Bytes sealed = filler(64, 0x99);
    return ipv4({}, udp({.source = 40'000, .destination = 5'000},
                        ike({.responder_spi = kResponderSpi, .exchange = 37, .message_id = id},
                            {{.type = 46, .body = sealed}})));
  };
  test.send(message(2));
  test.send(message(2));
  EXPECT_EQ(test.records.count(Event::kIke), 0U) << "the same once more proves nothing";
  test.send(message(3));
  test.send(message(4));
  const auto messages = test.records.of(Event::kIke);
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0].ike().message_id(), 3U);
  EXPECT_TRUE(messages[0].ike().learned());
  EXPECT_EQ(messages[0].ike().carrier(), "udp");
  EXPECT_EQ(messages[0].packet().app_proto(), "ike");
  EXPECT_EQ(test.records.count(Event::kAlert), 2U);
}

Bytes first_exchange(bool response) {
  const Bytes key_256 = ike_attribute(14, std::uint16_t{256});
  return ike({.initiator_spi = kInitiatorSpi,
              .responder_spi = response ? kResponderSpi : 0,
              .flags = static_cast<std::uint8_t>(response ? 0x20 : 0x08)},
             {{.type = 33,
               .body = ikev2_sa(
                   {{.number = 1, .transforms = {{1, 12, key_256}, {2, 5}, {3, 12}, {4, 31}}}})},
              {.type = 34, .body = ikev2_ke(31, 32)},
              {.type = 40, .body = filler(32, 0x33)},
              {.type = 41, .body = ikev2_notify(16388, filler(20, 1))},
              {.type = 41, .body = ikev2_notify(16389, filler(20, 2))}});
}

TEST(WorkerIpsec, WhatWasChosenStandsOnEveryMessageFromThenOn) {
  TestWorker test("");
  test.send(on_port_500(first_exchange(false)));
  test.send(ipv4({.source = "10.9.0.2", .destination = "10.9.0.1"}, udp({}, first_exchange(true))));
  test.send(on_port_4500(ike({.initiator_spi = kInitiatorSpi,
                              .responder_spi = kResponderSpi,
                              .exchange = 35,
                              .message_id = 1},
                             {{.type = 46, .body = filler(64, 0x99)}})));
  const auto messages = test.records.of(Event::kIke);
  ASSERT_EQ(messages.size(), 3U);
  EXPECT_EQ(messages[0].ike().chosen_size(), 0);
  for (const std::size_t i : {1U, 2U}) {
    ASSERT_EQ(messages[i].ike().chosen_size(), 4) << i;
    EXPECT_EQ(messages[i].ike().chosen(0).id(), 12U);
    EXPECT_EQ(messages[i].ike().chosen(0).key_length(), 256U);
    EXPECT_EQ(messages[i].ike().nat(), 3U) << "hashes that fit neither end";
  }
  EXPECT_TRUE(messages[2].ike().encrypted());
  EXPECT_EQ(messages[2].ike().encrypted_length(), 64U);
}

}  // namespace
}  // namespace espial::pipeline
