#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <fstream>
#include <map>
#include <mutex>
#include <optional>
#include <sstream>
#include <thread>

#include "engine/base/handle.hpp"
#include "engine/export/exporter.hpp"
#include "tests/support/pki.hpp"
#include "tools/collector/intake.hpp"
#include "tools/collector/log_journal.hpp"
#include "tools/collector/server.hpp"

/// The whole way over the loopback: exporter, TLS, collector, logs.
namespace espial::collector {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr auto kPatience = 20s;

template <class Condition>
bool eventually(Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(2ms);
  }
  return true;
}

/// A collector on a thread of its own.
class Running {
 public:
  explicit Running(const Settings& settings, Journal* journal = nullptr)
      : state_(value(StateStore::open(settings.state))),
        logs_(value(LogJournal::open(settings))),
        intake_(journal != nullptr ? *journal : *logs_, state_),
        server_(value(Server::create(settings, intake_, log_))),
        thread_([this] { server_->run(); }) {}
  ~Running() { stop(); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  void stop() {
    server_->stop();
    if (thread_.joinable()) thread_.join();
  }
  [[nodiscard]] std::uint16_t port() const { return server_->port(); }
  [[nodiscard]] ServerCounts counts() const { return server_->counts(); }
  /// These two once stopped.
  [[nodiscard]] const IntakeCounts& records() const { return intake_.counts(); }
  [[nodiscard]] std::string said() const { return said_.str(); }

 private:
  template <class T>
  static T value(std::expected<T, SystemError> made) {
    if (!made) throw std::runtime_error(to_text(made.error()));
    return std::move(*made);
  }

  std::ostringstream said_;
  spdlog::logger log_{"test", std::make_shared<spdlog::sinks::ostream_sink_mt>(said_)};
  StateStore state_;
  std::unique_ptr<LogJournal> logs_;
  Intake intake_;
  std::unique_ptr<Server> server_;
  std::jthread thread_;
};

/// A sensor's exporter with one producer, whose thread is the test's.
class Sensor {
 public:
  Sensor(exporting::StreamSettings stream, const std::string& id) {
    auto made = exporting::Exporter::create(
        {.sensor_id = id, .ring_bytes = 1U << 16U, .collector = std::move(stream)},
        std::make_unique<exporting::MemorySpool>(), {},
        [this](const exporting::StreamNotice& notice) {
          const std::scoped_lock lock(mutex_);
          notices_ += notice.text + "\n";
        });
    if (!made) throw std::runtime_error(to_text(made.error()));
    exporter_ = std::move(*made);
    sink_ = &exporter_->add_producer();
  }

  void start() { exporter_->start(); }
  void emit_alert(std::uint32_t sid) {
    record::Record record;
    record.set_time_ns(1'700'000'000'000'000'000 + sid);
    record.mutable_packet()->set_ip_version(4);
    record.mutable_alert()->mutable_rule()->set_sid(sid);
    sink_->emit(record);
  }
  [[nodiscard]] exporting::ExportCounts counts() const { return exporter_->counts(); }
  exporting::ExportCounts stop() { return exporter_->stop(10s); }
  exporting::ExportCounts give_up() { return exporter_->stop(0ms); }
  [[nodiscard]] std::string notices() const {
    const std::scoped_lock lock(mutex_);
    return notices_;
  }

 private:
  mutable std::mutex mutex_;
  std::string notices_;
  std::unique_ptr<exporting::Exporter> exporter_;
  exporting::RingSink* sink_ = nullptr;
};

class CollectorTest : public testing::Test {
 protected:
  CollectorTest() {
    settings.address = "127.0.0.1";
    settings.port = 0;
    settings.tls = {.certificate = pki.file("collector.pem"),
                    .key = pki.file("collector.key"),
                    .ca = pki.file("ca.pem")};
    settings.log_directory = folder.path() / "logs";
    settings.state = folder.path() / "state.mdb";
  }

  /// Below the ephemeral ports: one of those may be somebody's, or the sensor's own, between two
  /// runs.
  std::unique_ptr<Running> run_on_a_lasting_port() {
    settings.port = static_cast<std::uint16_t>(20'000 + ::getpid() % 10'000);
    for (int tries = 0; tries < 100; ++tries, ++settings.port) {
      try {
        return std::make_unique<Running>(settings);
      } catch (const std::runtime_error&) {  // taken
      }
    }
    throw std::runtime_error("no free port");
  }

  [[nodiscard]] exporting::StreamSettings stream_to(std::uint16_t port) const {
    exporting::StreamSettings stream;
    stream.address = "127.0.0.1";
    stream.port = port;
    stream.server_name = "collector.test";
    stream.tls = {.certificate = pki.file("sensor.pem"),
                  .key = pki.file("sensor.key"),
                  .ca = pki.file("ca.pem")};
    stream.software = "test";
    stream.backoff_first = 5ms;
    stream.backoff_most = 20ms;
    return stream;
  }

  [[nodiscard]] std::string eve() const {
    std::ifstream in(settings.log_directory / settings.eve);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  /// How often each rule id stands in eve.json.
  [[nodiscard]] std::map<unsigned, int> sids() const {
    constexpr std::string_view kKey = "\"signature_id\":";
    std::map<unsigned, int> seen;
    const std::string text = eve();
    for (std::size_t at = text.find(kKey); at != std::string::npos; at = text.find(kKey, at + 1)) {
      ++seen[static_cast<unsigned>(std::stoul(text.substr(at + kKey.size(), 10)))];
    }
    return seen;
  }

  /// What a TLS client gets that sends `printf_text`; `options` are openssl's.
  [[nodiscard]] std::string talk(std::uint16_t port, const std::string& options,
                                 const std::string& printf_text) const {
    const std::string command = fmt::format(
        "printf '{}' | timeout 10 openssl s_client -quiet -connect 127.0.0.1:{} -CAfile '{}' "
        "{} 2>/dev/null",
        printf_text, port, pki.file("ca.pem").string(), options);
    std::FILE* pipe = ::popen(command.c_str(), "r");
    std::string answer;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) answer += static_cast<char>(c);
    ::pclose(pipe);
    return answer;
  }
  [[nodiscard]] std::string good_certificate() const {
    return fmt::format("-cert '{}' -key '{}'", pki.file("sensor.pem").string(),
                       pki.file("sensor.key").string());
  }

  test::Pki pki{"gw-1", "collector.test"};
  test::TemporaryFolder folder;
  Settings settings;
};

TEST_F(CollectorTest, WritesEachRecordOfASensorOnce) {
  Running collector(settings);
  Sensor sensor(stream_to(collector.port()), "gw-1");
  sensor.start();
  for (std::uint32_t sid = 1; sid <= 100; ++sid) sensor.emit_alert(sid);
  const exporting::ExportCounts counts = sensor.stop();
  collector.stop();
  EXPECT_EQ(counts.stream.acknowledged, 100U);
  EXPECT_EQ(counts.pending, 0U);
  EXPECT_EQ(collector.records().records, 100U);
  const auto seen = sids();
  EXPECT_EQ(seen.size(), 100U);
  for (const auto& [sid, times] : seen) EXPECT_EQ(times, 1) << "sid " << sid;
}

TEST_F(CollectorTest, LosesNothingAndWritesNothingTwiceWhenItRestarts) {
  constexpr std::uint32_t kRecords = 3000;
  auto collector = run_on_a_lasting_port();
  auto stream = stream_to(settings.port);
  stream.batch.records = 20;
  Sensor sensor(stream, "gw-1");
  sensor.start();
  for (std::uint32_t sid = 1; sid <= kRecords; ++sid) {
    sensor.emit_alert(sid);
    if (sid % 10 == 0) std::this_thread::sleep_for(500us);
    if (sid % 700 == 0) collector = nullptr;
    if (!collector && sid % 700 == 50) collector = std::make_unique<Running>(settings);
  }
  if (!collector) collector = std::make_unique<Running>(settings);
  const exporting::ExportCounts counts = sensor.stop();
  collector->stop();
  EXPECT_EQ(counts.stream.acknowledged, kRecords);
  EXPECT_GE(counts.stream.connects, 4U);
  const auto seen = sids();
  EXPECT_EQ(seen.size(), kRecords);
  for (const auto& [sid, times] : seen) EXPECT_EQ(times, 1) << "sid " << sid;
}

TEST_F(CollectorTest, ServesSeveralSensorsAtOnce) {
  const test::Pki second("gw-2", "collector.test");
  std::ofstream(pki.file("ca.pem"), std::ios::app) << std::ifstream(second.file("ca.pem")).rdbuf();
  Running collector(settings);
  auto other_stream = stream_to(collector.port());
  other_stream.tls.certificate = second.file("sensor.pem");
  other_stream.tls.key = second.file("sensor.key");
  Sensor one(stream_to(collector.port()), "gw-1");
  Sensor two(other_stream, "gw-2");
  one.start();
  two.start();
  for (std::uint32_t n = 1; n <= 50; ++n) {
    one.emit_alert(n);
    two.emit_alert(1000 + n);
  }
  EXPECT_EQ(one.stop().pending, 0U);
  EXPECT_EQ(two.stop().pending, 0U);
  collector.stop();
  EXPECT_EQ(sids().size(), 100U);
}

TEST_F(CollectorTest, GivesNothingToASensorWithACertificateOfAnotherCa) {
  Running collector(settings);
  auto stream = stream_to(collector.port());
  stream.tls.certificate = pki.file("wrong-sensor.pem");
  stream.tls.key = pki.file("wrong-sensor.key");
  Sensor sensor(stream, "gw-1");
  sensor.start();
  sensor.emit_alert(1);
  EXPECT_TRUE(eventually([&] { return collector.counts().handshake_failures >= 2; }));
  const auto counts = sensor.give_up();
  collector.stop();
  EXPECT_EQ(counts.stream.connects, 0U);
  EXPECT_EQ(counts.pending, 1U);
  EXPECT_EQ(collector.records().records, 0U);
  EXPECT_THAT(eve(), IsEmpty());
  EXPECT_THAT(collector.said(), HasSubstr("certificate verify failed"));
}

TEST_F(CollectorTest, GivesNothingToAClientWithoutACertificateOrWithoutTls13) {
  Running collector(settings);
  EXPECT_THAT(talk(collector.port(), "", "\\0\\0\\0\\0"), IsEmpty());
  EXPECT_THAT(talk(collector.port(), good_certificate() + " -tls1_2", "\\0\\0\\0\\0"), IsEmpty());
  EXPECT_TRUE(eventually([&] { return collector.counts().handshake_failures == 2; }));
  collector.stop();
  EXPECT_THAT(collector.said(), HasSubstr("peer did not return a certificate"));
}

TEST_F(CollectorTest, IsNotTrustedWithTheWrongCertificateOrName) {
  settings.tls.certificate = pki.file("wrong-collector.pem");
  settings.tls.key = pki.file("wrong-collector.key");
  Running impostor(settings);
  Sensor sensor(stream_to(impostor.port()), "gw-1");
  sensor.start();
  sensor.emit_alert(1);
  EXPECT_TRUE(eventually([&] { return sensor.counts().stream.failures >= 2; }));
  EXPECT_EQ(sensor.give_up().stream.connects, 0U);
  EXPECT_THAT(sensor.notices(), HasSubstr("certificate verify failed"));
  impostor.stop();

  settings.tls.certificate = pki.file("collector.pem");
  settings.tls.key = pki.file("collector.key");
  settings.state = folder.path() / "second.mdb";
  Running collector(settings);
  auto stream = stream_to(collector.port());
  stream.server_name = "another.test";
  Sensor misled(stream, "gw-1");
  misled.start();
  misled.emit_alert(1);
  EXPECT_TRUE(eventually([&] { return misled.counts().stream.failures >= 2; }));
  EXPECT_EQ(misled.give_up().stream.connects, 0U);
  collector.stop();
  EXPECT_THAT(eve(), IsEmpty());
}

TEST_F(CollectorTest, RefusesASensorThatItsCertificateDoesNotName) {
  Running collector(settings);
  Sensor sensor(stream_to(collector.port()), "gw-2");
  sensor.start();
  EXPECT_TRUE(eventually([&] { return !sensor.notices().empty(); }));
  sensor.give_up();
  EXPECT_THAT(sensor.notices(), HasSubstr("the certificate does not name sensor gw-2"));
  EXPECT_GE(collector.counts().refusals, 1U);
}

TEST_F(CollectorTest, RefusesASensorThatIsNotListed) {
  settings.sensors = {"gw-7"};
  Running collector(settings);
  Sensor sensor(stream_to(collector.port()), "gw-1");
  sensor.start();
  EXPECT_TRUE(eventually([&] { return !sensor.notices().empty(); }));
  sensor.give_up();
  EXPECT_THAT(sensor.notices(), HasSubstr("sensor gw-1 is not in tls.sensors"));
}

TEST_F(CollectorTest, ClosesTheConnectionOnMalformedFrames) {
  Running collector(settings);
  const char* const too_long = "\\377\\377\\377\\377";
  const char* const no_protobuf = "\\0\\0\\0\\2\\377\\377";
  const char* const no_hello = "\\0\\0\\0\\2\\022\\0";  // an empty Batch
  const char* const empty = "\\0\\0\\0\\0";
  std::uint64_t expected = 0;
  for (const char* bytes : {too_long, no_protobuf, no_hello, empty}) {
    EXPECT_THAT(talk(collector.port(), good_certificate(), bytes), IsEmpty());
    ++expected;
    EXPECT_TRUE(eventually([&] { return collector.counts().malformed == expected; })) << bytes;
  }
}

TEST_F(CollectorTest, RefusesAnUnknownProtocolVersion) {
  Running collector(settings);
  const std::string hello = "\\0\\0\\0\\012\\012\\010\\010\\002\\022\\004gw-1";
  EXPECT_THAT(talk(collector.port(), good_certificate(), hello), HasSubstr("protocol version 2"));
}

TEST_F(CollectorTest, ClosesWhoSaysNothingInTime) {
  settings.limits.handshake_timeout = 1s;
  Running collector(settings);
  const FileDescriptor silent(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(collector.port());
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::connect(silent.get(), static_cast<sockaddr*>(static_cast<void*>(&to)), sizeof to), 0);
  char byte = 0;
  EXPECT_EQ(::read(silent.get(), &byte, 1), 0);
  EXPECT_TRUE(eventually([&] { return collector.counts().handshake_failures == 1; }));
}

TEST_F(CollectorTest, ClosesConnectionsAboveItsLimitAtOnce) {
  settings.limits.connections = 1;
  Running collector(settings);
  Sensor sensor(stream_to(collector.port()), "gw-1");
  sensor.start();
  ASSERT_TRUE(eventually([&] { return sensor.counts().stream.connected; }));
  EXPECT_THAT(talk(collector.port(), good_certificate(), "x"), IsEmpty());
  EXPECT_EQ(collector.counts().over_limit, 1U);
  sensor.emit_alert(1);
  EXPECT_EQ(sensor.stop().pending, 0U);
}

TEST_F(CollectorTest, KeepsAnIdleSensorAliveByItsHeartbeats) {
  settings.limits.idle_timeout = 1s;
  Running collector(settings);
  auto stream = stream_to(collector.port());
  stream.heartbeat = 100ms;
  Sensor sensor(stream, "gw-1");
  sensor.start();
  ASSERT_TRUE(eventually([&] { return sensor.counts().stream.connected; }));
  std::this_thread::sleep_for(1500ms);
  EXPECT_EQ(sensor.counts().stream.failures, 0U);
  EXPECT_TRUE(sensor.counts().stream.connected);
}

TEST_F(CollectorTest, WritesTheLossOfAFullRingToTheLog) {
  Running collector(settings);
  Sensor sensor(stream_to(collector.port()), "gw-1");
  std::uint32_t sid = 0;
  while (sensor.counts().lost < 10) sensor.emit_alert(++sid);
  sensor.start();
  EXPECT_EQ(sensor.stop().pending, 0U);
  collector.stop();
  const std::string text = eve();
  EXPECT_THAT(text, HasSubstr("ring full"));
  EXPECT_EQ(sids().size(), sid - 10);
}

/// Forgets what was not synced when it fails, as a disk might.
class FailingJournal final : public Journal {
 public:
  void emit(const record::Record& record) override { waiting_.push_back(record.sequence()); }
  std::expected<void, SystemError> sync() override {
    if (--failures_ >= 0) {
      waiting_.clear();
      return std::unexpected(SystemError{.what = "no space left on device", .advice = ""});
    }
    for (const std::uint64_t sequence : std::exchange(waiting_, {})) ++kept[sequence];
    return {};
  }
  std::expected<void, SystemError> reopen() override { return {}; }
  std::map<std::uint64_t, int> kept;  // read once the collector has stopped

 private:
  std::vector<std::uint64_t> waiting_;
  int failures_ = 3;
};

TEST_F(CollectorTest, AcknowledgesNothingWhileTheDiskIsFull) {
  FailingJournal journal;
  Running collector(settings, &journal);
  Sensor sensor(stream_to(collector.port()), "gw-1");
  sensor.start();
  for (std::uint32_t sid = 1; sid <= 200; ++sid) sensor.emit_alert(sid);
  EXPECT_EQ(sensor.stop().pending, 0U);
  collector.stop();
  EXPECT_EQ(collector.counts().storage_failures, 3U);
  EXPECT_EQ(journal.kept.size(), 200U);
  for (const auto& [sequence, times] : journal.kept) EXPECT_EQ(times, 1) << sequence;
}

}  // namespace
}  // namespace espial::collector
