#include "engine/export/exporter.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "tests/support/pki.hpp"

namespace espial::exporting {
namespace {

using namespace std::chrono_literals;

class VectorSink final : public record::Sink {
 public:
  void emit(const record::Record& record) override { records.push_back(record); }
  std::vector<record::Record> records;
};

record::Record alert(std::int64_t time_ns) {
  record::Record record;
  record.set_time_ns(time_ns);
  record.mutable_alert();
  return record;
}

void ignore(const StreamNotice& /*notice*/) {}

std::unique_ptr<Exporter> local_exporter(VectorSink& sink) {
  auto exporter = Exporter::create({.sensor_id = "s1", .ring_bytes = 4096, .collector = {}},
                                   nullptr, {.sink = &sink, .after_round = {}}, ignore);
  EXPECT_TRUE(exporter);
  return std::move(*exporter);
}

/// A collector that nobody runs: the port is a reserved one on the loopback.
StreamSettings nobody(const test::Pki& pki) {
  return {.address = "127.0.0.1",
          .port = 1,
          .server_name = "collector.test",
          .tls = {.certificate = pki.file("sensor.pem"),
                  .key = pki.file("sensor.key"),
                  .ca = pki.file("ca.pem")},
          .sensor_id = {},
          .software = "test",
          .backoff_first = 10ms,
          .backoff_most = 20ms};
}

TEST(Exporter, GivesTheRecordsOfAllProducersToTheLocalLogs) {
  VectorSink sink;
  const auto exporter = local_exporter(sink);
  RingSink& first = exporter->add_producer();
  RingSink& second = exporter->add_producer();
  exporter->start();
  const auto emit_hundred = [](RingSink& to) {
    for (int n = 0; n < 100; ++n) {
      to.emit(alert(n));
      if (n % 10 == 0) std::this_thread::sleep_for(1ms);
    }
  };
  {
    const std::jthread one([&] { emit_hundred(first); });
    const std::jthread two([&] { emit_hundred(second); });
  }
  const ExportCounts counts = exporter->stop(0ms);
  EXPECT_EQ(counts.made, 200U);
  std::size_t alerts = 0;
  for (std::size_t n = 0; n < sink.records.size(); ++n) {
    EXPECT_EQ(sink.records[n].sequence(), n + 1);
    EXPECT_EQ(sink.records[n].sensor_id(), "s1");
    if (sink.records[n].has_alert()) ++alerts;
  }
  EXPECT_EQ(alerts + counts.lost, 200U);
}

TEST(Exporter, TellsOfARingThatOverflowed) {
  VectorSink sink;
  const auto exporter = local_exporter(sink);
  RingSink& ring = exporter->add_producer();
  while (ring.lost() < 5) ring.emit(alert(1));  // nothing drains it: the thread is not started
  exporter->start();
  const ExportCounts counts = exporter->stop(0ms);
  EXPECT_EQ(counts.lost, 5U);
  ASSERT_FALSE(sink.records.empty());
  EXPECT_EQ(sink.records.back().lost().count(), 5U);
  EXPECT_EQ(sink.records.back().lost().reason(), "ring full");
}

TEST(Exporter, CanBeStoppedTwiceAndWithoutAStart) {
  VectorSink sink;
  const auto exporter = local_exporter(sink);
  exporter->stop(0ms);
  exporter->start();
  exporter->stop(0ms);
  exporter->stop(0ms);
}

TEST(Exporter, NamesTheFileThatTlsCannotUse) {
  const test::Pki pki("s1", "collector.test");
  StreamSettings settings = nobody(pki);
  settings.tls.ca = "/nonexistent/ca.pem";
  const auto no_ca = Exporter::create({.sensor_id = "s1", .collector = settings},
                                      std::make_unique<MemorySpool>(), {}, ignore);
  ASSERT_FALSE(no_ca);
  EXPECT_NE(no_ca.error().what.find("/nonexistent/ca.pem"), std::string::npos);

  settings = nobody(pki);
  settings.tls.key = pki.file("collector.key");
  const auto wrong_pair = Exporter::create({.sensor_id = "s1", .collector = settings},
                                           std::make_unique<MemorySpool>(), {}, ignore);
  ASSERT_FALSE(wrong_pair);
  EXPECT_NE(wrong_pair.error().what.find("collector.key"), std::string::npos);
}

TEST(Exporter, KeepsRecordsWhileNoCollectorAnswersAndCountsWhatFindsNoRoom) {
  const test::Pki pki("s1", "collector.test");
  constexpr std::uint64_t kRoomForTen = 10 * (64 + 4);
  std::vector<std::string> notices;
  auto created = Exporter::create(
      {.sensor_id = "s1", .collector = nobody(pki)}, std::make_unique<MemorySpool>(kRoomForTen), {},
      [&](const StreamNotice& notice) { notices.push_back(notice.text); });
  ASSERT_TRUE(created);
  Exporter& exporter = **created;
  RingSink& ring = exporter.add_producer();
  exporter.start();
  for (int n = 0; n < 15; ++n) ring.emit(alert(1));
  while (exporter.counts().stream.failures < 3) std::this_thread::sleep_for(1ms);
  const ExportCounts counts = exporter.stop(50ms);
  EXPECT_EQ(counts.pending, 10U);
  EXPECT_EQ(counts.lost, 5U);
  EXPECT_EQ(counts.exported, 15U);
  EXPECT_FALSE(counts.stream.connected);
  ASSERT_EQ(notices.size(), 1U) << "the same failure is told once";
  EXPECT_NE(notices[0].find("127.0.0.1:1"), std::string::npos);
}

}  // namespace
}  // namespace espial::exporting
