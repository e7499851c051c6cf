#include <gtest/gtest.h>

#include "tests/support/ike.hpp"
#include "tests/support/packets.hpp"
#include "tests/support/worker.hpp"

/// IKE and ESP in TCP (RFC 9329) on their way through a worker.
namespace espial::pipeline {
namespace {

using namespace espial::test;  // builders of packets, worker
using Event = KeptRecords::Event;

Bytes framed(const Bytes& message) {
  return Writer().u16(message.size() + 2).raw(message).take();
}

Bytes ike_in_tcp() {
  return framed(with_non_esp_marker(ike({}, {{.type = 33, .body = ikev2_sa({{.transforms = {{}}}})},
                                             {.type = 34, .body = ikev2_ke(14, 256)},
                                             {.type = 40, .body = filler(32, 5)}})));
}
Bytes esp_in_tcp(std::uint32_t spi) {
  return framed(esp({.spi = spi, .sequence = 1, .body_size = 40}));
}

Bytes segment(std::uint32_t sequence, const Bytes& payload, std::uint8_t flags = 0x18) {
  return ipv4(
      {.protocol = 6},
      tcp({.source = 30000, .destination = 443, .sequence = sequence, .flags = flags}, payload));
}

/// The server takes up the connection; what it sends begins at 0, which a segment acknowledges.
Bytes syn_ack() {
  return ipv4({.source = "10.9.0.2", .destination = "10.9.0.1", .protocol = 6},
              tcp({.source = 443,
                   .destination = 30000,
                   .sequence = 0xFFFF'FFFF,
                   .acknowledgment = 1000,
                   .flags = 0x12},
                  {}));
}

/// A connection that has begun: its handshake and its prefix have passed.
class WorkerTcp : public testing::Test {
 protected:
  void begin(TestWorker& worker) {
    EXPECT_EQ(worker.send(segment(999, {}, 0x02)), Verdict::accept);
    EXPECT_EQ(worker.send(syn_ack()), Verdict::accept);
    EXPECT_EQ(worker.send(segment(1000, text("IKETCP"))), Verdict::accept);
  }
};

TEST_F(WorkerTcp, EachMessageOfASegmentIsToldAndAskedAbout) {
  TestWorker worker(
      "alert ike any any -> any any (msg:\"ike\"; ike.exchtype:IKE_SA_INIT; ipsec.encap:tcp; "
      "sid:1;)\n"
      "alert esp any any -> any any (msg:\"esp\"; esp.spi:0x1001; sid:2;)\n"
      "alert esp any any -> any any (msg:\"esp\"; esp.spi:0x1002; sid:3;)\n");
  begin(worker);
  worker.send(segment(1006, join({ike_in_tcp(), esp_in_tcp(0x1001), esp_in_tcp(0x1002)})));
  const auto alerts = worker.records.of(Event::kAlert);
  ASSERT_EQ(alerts.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(alerts[i].alert().rule().sid(), i + 1);
  EXPECT_EQ(worker.records.of(Event::kIke).at(0).ike().carrier(), "tcp");
  EXPECT_EQ(alerts[1].packet().spi(), 0x1001U);
  EXPECT_NE(alerts[1].packet().flow_id(), alerts[2].packet().flow_id())
      << "each SPI is a flow of its own";
  EXPECT_EQ(worker.counted(Counter::tcp_messages), 0U) << "told at the edge of a batch";
  worker.worker.begin_batch();
  EXPECT_EQ(worker.counted(Counter::tcp_messages), 3U);
}

TEST_F(WorkerTcp, AMessageCutOverSegmentsIsJudgedWhereItEnds) {
  TestWorker worker(
      "alert ike any any -> any any (msg:\"ike\"; ike.exchtype:IKE_SA_INIT; sid:1;)\n");
  begin(worker);
  const Bytes message = ike_in_tcp();
  const Bytes head(message.begin(), message.begin() + 50);
  const Bytes tail(message.begin() + 50, message.end());
  worker.send(segment(1056, tail));
  EXPECT_EQ(worker.records.count(Event::kAlert), 0U);
  worker.send(segment(1006, head));
  EXPECT_EQ(worker.records.count(Event::kAlert), 1U);
}

TEST_F(WorkerTcp, ADroppedMessageEndsItsConnection) {
  TestWorker worker("drop ike any any -> any any (msg:\"no\"; ike.version:2; sid:1;)\n");
  begin(worker);
  EXPECT_EQ(worker.send(segment(1006, ike_in_tcp())), Verdict::drop);
  EXPECT_EQ(worker.send(segment(1006, ike_in_tcp())), Verdict::drop) << "sent again";
  EXPECT_EQ(worker.send(segment(1006, text("x"))), Verdict::drop) << "or cut otherwise";
  EXPECT_EQ(worker.send(ipv4({.protocol = 6}, tcp({.source = 30001, .destination = 443}, {}))),
            Verdict::accept)
      << "another connection lives";
}

TEST_F(WorkerTcp, ADroppedSpiEndsTheConnectionThatCarriesItToo) {
  TestWorker worker("drop esp any any -> any any (msg:\"no\"; esp.spi:0x1001; sid:1;)\n");
  begin(worker);
  EXPECT_EQ(worker.send(segment(1006, esp_in_tcp(0x1001))), Verdict::drop);
  EXPECT_EQ(worker.send(segment(1006, esp_in_tcp(0x1001))), Verdict::drop);
}

TEST_F(WorkerTcp, AnSpiHasTheBytesOfItsOwnMessages) {
  TestWorker worker("");
  begin(worker);
  const Bytes one = esp_in_tcp(0x1001);
  worker.send(segment(1006, join({one, one, ike_in_tcp(), esp_in_tcp(0x1002)})));
  worker.worker.finish();
  const auto told = worker.records.of(Event::kSpiSummary);
  ASSERT_EQ(told.size(), 2U);
  for (const auto& record : told) {
    const std::size_t messages = record.spi_summary().spi() == 0x1001 ? 2 : 1;
    EXPECT_EQ(record.spi_summary().packets(), messages);
    EXPECT_EQ(record.spi_summary().bytes(), messages * (one.size() - 2));
  }
}

TEST_F(WorkerTcp, InsideOfAhItIsNotCountedTwice) {
  TestWorker worker("");
  const auto in_ah = [&](std::uint32_t sequence, const Bytes& payload) {
    const Bytes bytes = tcp({.source = 30000, .destination = 443, .sequence = sequence}, payload);
    worker.send(ipv4({.protocol = 51}, ah({.next_header = 6, .spi = 8, .sequence = 1}, bytes)));
  };
  in_ah(1000, text("IKETCP"));
  in_ah(1006, join({ike_in_tcp(), esp_in_tcp(0x1001)}));
  worker.worker.finish();
  EXPECT_EQ(worker.counted(Counter::ah), 2U);
  EXPECT_EQ(worker.counted(Counter::tcp_messages), 2U);
  const auto told = worker.records.of(Event::kSpiSummary);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].spi_summary().packets(), 2U);
}

TEST_F(WorkerTcp, OtherTcpIsNobodysBusiness) {
  TestWorker worker("drop ipsec any any -> any any (msg:\"no\"; sid:1;)\n");
  EXPECT_EQ(worker.send(segment(999, {}, 0x02)), Verdict::accept);
  EXPECT_EQ(worker.send(syn_ack()), Verdict::accept);
  EXPECT_EQ(worker.send(segment(1000, text("GET / HTTP/1.1\r\n\r\n"))), Verdict::accept);
  EXPECT_EQ(worker.send(segment(1018, join({text("IKETCP"), ike_in_tcp()}))), Verdict::accept)
      << "a prefix that does not begin the stream is none";
}

pipeline::WorkerOptions with_policy(verdict::ExceptionPolicy policy, bool midstream) {
  pipeline::WorkerOptions options = worker_options(verdict::Mode::inline_ips);
  options.streams.midstream = midstream;
  options.exceptions.of[std::to_underlying(verdict::Exception::stream_midstream)] = policy;
  return options;
}

/// The one flow record of a connection that is met midstream, by a rule that its packet matches.
record::Record midstream_flow(verdict::ExceptionPolicy policy, bool midstream, std::size_t alerts) {
  TestWorker worker("alert tcp any any -> any any (content:\"GET\"; sid:1;)",
                    with_policy(policy, midstream));
  worker.send(segment(1000, text("GET")));
  worker.worker.finish();
  EXPECT_EQ(worker.records.count(Event::kAlert), alerts);
  const auto flows = worker.records.of(Event::kFlow);
  EXPECT_EQ(flows.size(), 1U);
  return flows.at(0);
}

TEST_F(WorkerTcp, WhatIsMetMidstreamTellsThePolicyThatWasAsked) {
  using enum verdict::ExceptionPolicy;
  for (const bool midstream : {false, true}) {
    const record::Record ignored = midstream_flow(ignore, midstream, 1);
    ASSERT_EQ(ignored.flow().exceptions_size(), 1);
    EXPECT_EQ(ignored.flow().exceptions(0).target(), "stream_midstream");
    EXPECT_EQ(ignored.flow().exceptions(0).policy(), "ignore");
    EXPECT_EQ(ignored.flow().has_max_regions_to_server(), midstream) << "followed";
    const record::Record passed = midstream_flow(pass_flow, midstream, 0);
    EXPECT_TRUE(passed.flow().passed());
    EXPECT_EQ(passed.flow().exceptions(0).policy(), "pass_flow");
  }
  EXPECT_TRUE(midstream_flow(drop_flow, false, 0).flow().dropped());
  const record::Record bypassed = midstream_flow(bypass, false, 0);
  EXPECT_EQ(bypassed.flow().state(), v1::FLOW_STATE_BYPASSED);
  EXPECT_TRUE(bypassed.flow().counters().bypassed());
}

TEST_F(WorkerTcp, AConnectionWithAHandshakeAsksNoPolicy) {
  TestWorker worker("", with_policy(verdict::ExceptionPolicy::drop_flow, false));
  begin(worker);
  worker.worker.finish();
  const record::Record flow = worker.records.of(Event::kFlow).at(0);
  EXPECT_EQ(flow.flow().exceptions_size(), 0);
  EXPECT_EQ(flow.flow().max_regions_to_client(), 1U);
  EXPECT_EQ(worker.counted(Counter::stream_syn), 1U);
  EXPECT_EQ(worker.counted(Counter::stream_synack), 1U);
  EXPECT_EQ(worker.counted(Counter::stream_active_sessions), 0U) << "all have ended";
  EXPECT_EQ(worker.counted(Counter::tcp_ended_established), 1U);
}

TEST_F(WorkerTcp, AnotherConnectionOfThePortsIsCounted) {
  TestWorker worker("");
  begin(worker);
  worker.send(segment(1006, {}, 0x04));
  worker.send(segment(5000, {}, 0x02));
  worker.worker.finish();
  EXPECT_EQ(worker.counted(Counter::flows_reused), 1U);
  EXPECT_EQ(worker.counted(Counter::tcp_ended_closed), 1U);
  EXPECT_EQ(worker.counted(Counter::tcp_ended_syn_sent), 1U);
  EXPECT_EQ(worker.counted(Counter::stream_rst), 1U);
}

/// Which of them the application reads among the others, nobody here knows.
TEST(WorkerUrgent, EveryReadingIsJudged) {
  const auto urgent = [](std::uint32_t sequence, std::string_view payload, std::uint16_t pointer) {
    return ipv4({.protocol = 6}, tcp({.source = 30000,
                                      .destination = 443,
                                      .sequence = sequence,
                                      .flags = 0x38,
                                      .urgent = pointer},
                                     text(payload)));
  };
  const auto dropped = [&](const std::vector<Bytes>& segments) {
    TestWorker worker("drop tcp any any -> any any (msg:\"no\"; content:\"forbidden\"; sid:1;)");
    EXPECT_EQ(worker.send(segment(999, {}, 0x02)), Verdict::accept);
    EXPECT_EQ(worker.send(syn_ack()), Verdict::accept);
    bool any = false;
    for (const Bytes& each : segments) any = worker.send(each) == Verdict::drop || any;
    return any;
  };
  EXPECT_TRUE(dropped({urgent(1000, "forb!idden", 5)})) << "read apart";
  EXPECT_TRUE(dropped({urgent(1000, "forbidden", 5)})) << "read with the others";
  EXPECT_TRUE(dropped({urgent(1000, "forb", 5), segment(1004, text("!idden"))}));
  EXPECT_TRUE(dropped({urgent(1000, "forb", 4), urgent(1004, "id!den", 3)}))
      << "the first of two is read with the others when it was not read before the second";
  EXPECT_FALSE(dropped({urgent(1000, "forx!idden", 5)}));
}

}  // namespace
}  // namespace espial::pipeline
