#pragma once
#include <atomic>
#include <chrono>
#include <expected>
#include <memory>
#include <string>
#include <thread>

#include "engine/capture/nfqueue_source.hpp"
#include "engine/config/settings.hpp"
#include "engine/export/ring.hpp"
#include "engine/pipeline/worker.hpp"

namespace espial::tools {

/// What a queue says of itself, readable from any thread.
struct QueueStatus {
  std::uint16_t queue = 0;
  capture::SourceStats source;
  bool failed = false;
};

/// One queue, one worker, one thread.
class QueueWorker {
 public:
  using Clock = std::chrono::steady_clock;

  /// Binds the queue: from here on packets wait for a verdict, so start() should follow soon.
  [[nodiscard]] static std::expected<std::unique_ptr<QueueWorker>, SystemError> open(
      std::uint16_t queue, const config::Settings& settings);

  /// Starts the thread. `rules` and `records` are borrowed and outlive this object.
  void start(const config::Settings& settings, pipeline::Worker::Rules::Reader& rules,
             exporting::RingSink& records);

  /// Stops the source, lets what waits in it be judged, joins the thread.
  void stop();

  [[nodiscard]] QueueStatus status() const;
  /// The thread came by a batch edge within the last seconds (it does ten times a second when
  /// nothing comes).
  [[nodiscard]] bool moves() const;
  [[nodiscard]] const pipeline::Counters& counters() const { return worker_->counters(); }

 private:
  QueueWorker(std::uint16_t queue, std::unique_ptr<capture::NfqueueSource> source)
      : queue_(queue), source_(std::move(source)) {}
  void run(exporting::RingSink& records);
  void publish_stats();

  std::uint16_t queue_;
  std::unique_ptr<capture::NfqueueSource> source_;
  std::unique_ptr<pipeline::Worker> worker_;
  std::atomic<std::uint64_t> packets_{0}, bytes_{0}, lost_{0}, verdict_errors_{0}, send_errors_{0};
  std::atomic<Clock::rep> last_edge_{0};
  std::atomic<bool> failed_{false};
  Clock::time_point next_stats_;
  std::jthread thread_;
};

}  // namespace espial::tools
