#pragma once
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/config/settings.hpp"
#include "engine/control/message.hpp"
#include "engine/control/server.hpp"
#include "engine/export/exporter.hpp"
#include "engine/pipeline/worker.hpp"
#include "engine/record/log_writer.hpp"
#include "tools/common/rules.hpp"
#include "tools/espiald/local_logs.hpp"
#include "tools/espiald/queue_worker.hpp"

namespace espial::tools {

/// The inline engine as a service: a thread a queue, the export thread, the control socket's
/// thread, and the main thread, which waits for signals, reloads, tells statistics and feeds the
/// watchdog. Built in the order in which things depend on each other: what needs privileges first,
/// then privileges are given up, then threads start.
class Daemon {
 public:
  /// `file`: the settings' file, read again at each reload (rules and variables only).
  Daemon(config::Settings settings, std::filesystem::path file)
      : settings_(std::move(settings)), file_(std::move(file)) {}

  /// Reads the rules; false (and every diagnostic told) when there is something wrong with them and
  /// they are strict, as they are unless the settings say otherwise.
  [[nodiscard]] bool load_rules();

  /// Runs until SIGTERM or SIGINT. Exit code: 0, or 2 when it could not start, or 1 when a queue
  /// failed while running.
  [[nodiscard]] int run();

 private:
  using Clock = std::chrono::steady_clock;

  [[nodiscard]] std::expected<void, SystemError> set_up();
  [[nodiscard]] std::expected<void, SystemError> open_queues();
  [[nodiscard]] std::expected<void, SystemError> open_exporter();
  [[nodiscard]] std::expected<void, SystemError> open_control();
  void serve();
  void tick();
  void tell_stats();
  [[nodiscard]] bool queues_move() const;
  [[nodiscard]] bool queue_failed() const;
  void shut_down();

  [[nodiscard]] control::Reply answer(std::string_view command);
  [[nodiscard]] control::Reply reload();
  [[nodiscard]] std::string status() const;

  config::Settings settings_;
  std::filesystem::path file_;
  Clock::time_point started_ = Clock::now();
  Clock::time_point next_stats_;

  mutable std::mutex reload_mutex_;  // a reload may come by signal and by socket
  OpenedRules rules_;                // what is in force; its ruleset has moved into published_
  bool last_reload_ok_ = true;
  std::unique_ptr<pipeline::Worker::Rules> published_;

  std::unique_ptr<LocalLogs> logs_;
  std::unique_ptr<exporting::Exporter> exporter_;
  exporting::RingSink* own_records_ = nullptr;  // the main thread's producer: statistics
  std::vector<std::unique_ptr<QueueWorker>> queues_;
  std::optional<control::ControlServer> control_;
};

}  // namespace espial::tools
