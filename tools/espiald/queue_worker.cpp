#include "tools/espiald/queue_worker.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <utility>

#include "engine/pipeline/run.hpp"
#include "tools/common/options.hpp"

namespace espial::tools {
namespace {

constexpr auto kStatsEvery = std::chrono::seconds(1);
constexpr auto kStandstill = std::chrono::seconds(10);

capture::NfqueueOptions source_options(std::uint16_t queue, const config::NfqSettings& nfq) {
  capture::NfqueueOptions options;
  options.queue = queue;
  options.queue_maxlen = nfq.queue_maxlen;
  options.fail_open = nfq.fail_open;
  options.packets_per_call = nfq.batchcount;
  return options;
}

/// Without the means to answer the gateway still does its work: what is rejected is dropped.
void answer_rejects(capture::NfqueueSource& source, std::uint32_t mark) {
  auto sender = capture::RawSender::open(mark);
  if (sender) {
    source.answer_with(std::move(*sender));
  } else {
    spdlog::warn("{}", to_text(sender.error()));
  }
}

}  // namespace

std::expected<std::unique_ptr<QueueWorker>, SystemError> QueueWorker::open(
    std::uint16_t queue, const config::Settings& settings) {
  auto source = capture::NfqueueSource::open(source_options(queue, settings.nfq));
  if (!source) return std::unexpected(std::move(source.error()));
  if (settings.reject.rate != 0) answer_rejects(**source, settings.reject.mark);
  return std::unique_ptr<QueueWorker>(
      new QueueWorker(queue, std::move(*source)));  // NOLINT(*-owning-memory): private constructor
}

void QueueWorker::start(const config::Settings& settings, pipeline::Worker::Rules::Reader& rules,
                        exporting::RingSink& records) {
  const pipeline::WorkerOptions options{.mode = verdict::Mode::inline_ips,
                                        .checksums = settings.capture.checksum_validation,
                                        .track_vlans = settings.vlan.use_for_tracking,
                                        .flow = flow_limits(settings),
                                        .sa = sa_limits(settings),
                                        .defrag = defrag_limits(settings),
                                        .streams = stream_limits(settings, true),
                                        .host_policies = host_policies(settings),
                                        .held = held_limits(settings),
                                        .exceptions = exception_policies(settings),
                                        .reject_rate = settings.reject.rate,
                                        .decoder = decoder_settings(settings),
                                        .interface = fmt::format("nfqueue:{}", queue_),
                                        .secret = random_sip_key()};
  worker_ = std::make_unique<pipeline::Worker>(options, rules, records);
  last_edge_ = Clock::now().time_since_epoch().count();
  thread_ = std::jthread([this, &records] { run(records); });
}

void QueueWorker::run(exporting::RingSink& records) {
  const auto result = pipeline::run(*source_, *worker_, [&](Timestamp) {
    const Clock::time_point now = Clock::now();
    last_edge_.store(now.time_since_epoch().count(), std::memory_order_relaxed);
    if (now >= next_stats_) {
      next_stats_ = now + kStatsEvery;
      publish_stats();
      (void)records.settle();
    }
    return true;
  });
  publish_stats();
  if (result) return;
  spdlog::error("queue {}: {}", queue_, to_text(result.error()));
  failed_.store(true, std::memory_order_release);
}

void QueueWorker::publish_stats() {
  const capture::SourceStats stats = source_->stats();
  packets_.store(stats.packets, std::memory_order_relaxed);
  bytes_.store(stats.bytes, std::memory_order_relaxed);
  lost_.store(stats.lost, std::memory_order_relaxed);
  verdict_errors_.store(stats.verdict_errors, std::memory_order_relaxed);
  send_errors_.store(stats.send_errors, std::memory_order_relaxed);
}

void QueueWorker::stop() {
  source_->stop();
  if (thread_.joinable()) thread_.join();
}

QueueStatus QueueWorker::status() const {
  return {.queue = queue_,
          .source = {.packets = packets_.load(std::memory_order_relaxed),
                     .bytes = bytes_.load(std::memory_order_relaxed),
                     .lost = lost_.load(std::memory_order_relaxed),
                     .verdict_errors = verdict_errors_.load(std::memory_order_relaxed),
                     .send_errors = send_errors_.load(std::memory_order_relaxed)},
          .failed = failed_.load(std::memory_order_acquire)};
}

bool QueueWorker::moves() const {
  const Clock::time_point edge{Clock::duration(last_edge_.load(std::memory_order_relaxed))};
  return Clock::now() - edge < kStandstill;
}

}  // namespace espial::tools
