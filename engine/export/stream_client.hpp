#pragma once
#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>

#include "engine/base/error.hpp"
#include "engine/export/batch.hpp"
#include "engine/export/spool.hpp"
#include "engine/export/tls_files.hpp"

namespace espial::exporting {

struct StreamSettings {
  std::string address;  // name or IP address of the collector
  std::uint16_t port = 0;
  std::string server_name;  // name that the collector's certificate must bear; empty: the address
  TlsFiles tls;
  std::string sensor_id;  // a name in our certificate
  std::string software;   // told in Hello

  BatchLimits batch{};
  std::size_t window = 8;                             // batches sent and not yet acknowledged
  std::chrono::milliseconds connect_timeout{10'000};  // from the name's look-up to HelloReply
  std::chrono::milliseconds ack_timeout{30'000};      // for an Ack that is due
  std::chrono::milliseconds heartbeat{30'000};        // an empty Batch after so much silence
  std::chrono::milliseconds backoff_first{500};       // doubled with each failure, less some jitter
  std::chrono::milliseconds backoff_most{30'000};
};

/// What happened to the connection, in words for the program's log.
struct StreamNotice {
  bool connected = false;
  std::string text;  // "connected to collector.example:4765", "... the certificate is not trusted"
};

struct StreamCounts {
  bool connected = false;
  std::uint64_t connects = 0;      // connections that got as far as HelloReply; the first included
  std::uint64_t failures = 0;      // attempts that did not, and connections that broke
  std::uint64_t sent = 0;          // records, those sent again included
  std::uint64_t acknowledged = 0;  // records
  std::uint64_t forgotten = 0;  // acknowledged once, asked for again: the collector lost its state
};

/// The sensor's end of the stream (proto/espial/v1/stream.proto): sends what is in the spool over
/// TLS 1.3, frees what the collector has acknowledged, connects again with exponential backoff and
/// jitter as often as it must; what is pending stays in the spool.
///
/// Everything runs inside run_for(), on one thread, the spool's. counts() may be called from any.
class StreamClient {
 public:
  /// `spool` is borrowed and outlives the client. `notify` is called inside run_for(); the same
  /// failure over and over is told once. Fails when a file of settings.tls cannot be used.
  [[nodiscard]] static std::expected<std::unique_ptr<StreamClient>, SystemError> create(
      StreamSettings settings, Spool& spool, std::function<void(const StreamNotice&)> notify);
  ~StreamClient();
  StreamClient(const StreamClient&) = delete;
  StreamClient& operator=(const StreamClient&) = delete;
  StreamClient(StreamClient&&) = delete;
  StreamClient& operator=(StreamClient&&) = delete;

  /// Works for about this long; zero: does what can be done without waiting.
  void run_for(std::chrono::milliseconds duration);
  /// The spool has new records.
  void wake();
  [[nodiscard]] StreamCounts counts() const;

 private:
  class Impl;
  explicit StreamClient(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace espial::exporting
