#include "engine/export/exporter.hpp"

#include <utility>

namespace espial::exporting {
namespace {

using std::chrono::milliseconds;

/// How long the export thread sleeps when there was nothing to do: the delay that an alert may
/// have.
constexpr milliseconds kRest{10};
/// Taken from one ring in one go, so that no producer starves the others.
constexpr std::size_t kDrainBytes = std::size_t{256} << 10U;

}  // namespace

std::expected<std::unique_ptr<Exporter>, SystemError> Exporter::create(
    ExporterSettings settings, std::unique_ptr<Spool> spool, LocalLogs logs,
    std::function<void(const StreamNotice&)> notify) {
  std::unique_ptr<Exporter> exporter(
      new Exporter(std::move(settings), std::move(spool), std::move(logs)));
  std::optional<StreamSettings>& collector = exporter->settings_.collector;
  if (collector) {
    collector->sensor_id = exporter->settings_.sensor_id;
    auto client = StreamClient::create(*collector, *exporter->spool_, std::move(notify));
    if (!client) return std::unexpected(client.error());
    exporter->client_ = std::move(*client);
  }
  return exporter;
}

Exporter::Exporter(ExporterSettings settings, std::unique_ptr<Spool> spool, LocalLogs logs)
    : settings_(std::move(settings)), logs_(std::move(logs)), spool_(std::move(spool)) {}

Exporter::~Exporter() {
  stop(milliseconds::zero());
}

RingSink& Exporter::add_producer() {
  producers_.push_back(std::make_unique<Producer>(settings_.ring_bytes));
  return producers_.back()->sink;
}

void Exporter::start() {
  thread_ = std::jthread([this] { run(); });
}

ExportCounts Exporter::stop(milliseconds patience) {
  if (thread_.joinable()) {
    patience_ = patience;
    stopping_.store(true, std::memory_order_release);
    stop_signal_.release();
    thread_.join();
  }
  return counts();
}

void Exporter::run() {
  while (!stopping_.load(std::memory_order_acquire)) {
    const bool busy = drain() != 0;
    if (logs_.after_round) logs_.after_round();
    rest(busy);
    publish_spool_size();
  }
  run_out();
}

/// The producers have ended: their sinks are ours now.
void Exporter::run_out() {
  const auto deadline = std::chrono::steady_clock::now() + patience_;
  for (bool rings_empty = false; !rings_empty;) {
    rings_empty = true;
    for (const auto& producer : producers_) rings_empty &= producer->sink.settle();
    rings_empty &= drain() == 0;
  }
  if (logs_.after_round) logs_.after_round();
  while (client_ && std::chrono::steady_clock::now() < deadline) {
    if (settle_loss() && spool_->empty()) break;
    rest(false);
  }
  if (!loss_.empty() && client_) (void)settle_loss();
  publish_spool_size();
}

/// Leaves the processor alone, or gives it to the stream, until there may be something to do.
void Exporter::rest(bool busy) {
  const milliseconds duration = busy ? milliseconds::zero() : kRest;
  if (client_) {
    client_->run_for(duration);
  } else if (!busy) {
    (void)stop_signal_.try_acquire_for(duration);
  }
}

std::size_t Exporter::drain() {
  std::size_t count = 0;
  for (const auto& producer : producers_) {
    count += producer->ring.drain(kDrainBytes, [this](const RingEntry& entry) { take(entry); });
  }
  exported_.fetch_add(count, std::memory_order_relaxed);
  if (client_ && count != 0) client_->wake();
  return count;
}

void Exporter::take(const RingEntry& entry) {
  if (logs_.sink != nullptr) write_locally(entry.bytes);
  if (!client_ || keep(entry)) return;
  loss_.add(entry.time_ns);
  spool_lost_.fetch_add(1, std::memory_order_relaxed);
}

/// Into the spool; before it, what is to be told of records that found no room.
bool Exporter::keep(const RingEntry& entry) {
  return settle_loss() && spool_->append(entry.bytes).has_value();
}

bool Exporter::settle_loss() {
  if (loss_.empty()) return true;
  loss_.fill(scratch_, "spool full");
  scratch_.SerializeToString(&lost_bytes_);
  if (!spool_->append(as_bytes(lost_bytes_))) return false;
  loss_.clear();
  if (client_) client_->wake();
  return true;
}

/// Local logs have every record, also one that the spool has no room for: they count on their own.
void Exporter::write_locally(ByteView bytes) {
  if (!scratch_.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return;
  scratch_.set_sensor_id(settings_.sensor_id);
  scratch_.set_sequence(next_local_sequence_++);
  logs_.sink->emit(scratch_);
}

void Exporter::publish_spool_size() {
  if (!spool_) return;
  pending_.store(spool_->next_sequence() - spool_->first_sequence(), std::memory_order_relaxed);
  pending_bytes_.store(spool_->bytes(), std::memory_order_relaxed);
}

ExportCounts Exporter::counts() const {
  ExportCounts counts{.exported = exported_.load(std::memory_order_relaxed),
                      .lost = spool_lost_.load(std::memory_order_relaxed),
                      .pending = pending_.load(std::memory_order_relaxed),
                      .pending_bytes = pending_bytes_.load(std::memory_order_relaxed),
                      .stream = client_ ? client_->counts() : StreamCounts{}};
  for (const auto& producer : producers_) {
    counts.made += producer->sink.made();
    counts.lost += producer->sink.lost();
  }
  return counts;
}

}  // namespace espial::exporting
