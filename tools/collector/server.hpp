#pragma once
#include <spdlog/fwd.h>

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>

#include "engine/base/error.hpp"
#include "tools/collector/intake.hpp"
#include "tools/collector/settings.hpp"

namespace espial::collector {

/// Since the start.
struct ServerCounts {
  std::uint64_t connections = 0;
  std::uint64_t over_limit = 0;  // closed at once: limits.connections
  std::uint64_t handshake_failures =
      0;                        // no or wrong certificate, no TLS 1.3, no TLS at all, too slow
  std::uint64_t refusals = 0;   // a good certificate, but not for this sensor_id
  std::uint64_t malformed = 0;  // frames or batches against the protocol
  std::uint64_t storage_failures = 0;  // could not be made durable; the sensor keeps its records
  std::uint64_t sensors = 0;           // connected now
};

/// The collector's end of the stream (proto/espial/v1/stream.proto): TLS 1.3, a certificate on both
/// sides, and the sensor's id must be a name in its certificate. Whoever does not get through the
/// handshake gets no byte of ours beyond TLS. The batches of a sensor that have arrived together
/// are made durable together and acknowledged once, before more is read: a busy sensor makes large
/// groups and cannot get ahead of the disk.
///
/// One thread: everything happens inside run(). stop() and counts() may be called from any.
class Server {
 public:
  /// Listens when this returns. `intake` and `log` are borrowed and outlive the server.
  [[nodiscard]] static std::expected<std::unique_ptr<Server>, SystemError> create(
      const Settings& settings, Intake& intake, spdlog::logger& log);
  /// Whether the files of settings.tls can be used; for --test, without listening.
  [[nodiscard]] static std::expected<void, SystemError> check_tls(const Settings& settings);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  Server(Server&&) = delete;
  Server& operator=(Server&&) = delete;

  /// The port it listens on.
  [[nodiscard]] std::uint16_t port() const;
  /// From now on SIGTERM and SIGINT stop the server, and SIGHUP calls `on_hangup` inside run().
  void handle_signals(std::function<void()> on_hangup);
  /// Serves until stop().
  void run();
  /// Closes all connections; what is not yet acknowledged the sensors send again another time.
  void stop();
  [[nodiscard]] ServerCounts counts() const;

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace espial::collector
