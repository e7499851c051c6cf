#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include "engine/base/error.hpp"
#include "engine/export/loss.hpp"
#include "engine/export/ring.hpp"
#include "engine/export/spool.hpp"
#include "engine/export/stream_client.hpp"
#include "engine/record/record.hpp"

namespace espial::exporting {

struct ExporterSettings {
  std::string sensor_id;
  std::size_t ring_bytes = std::size_t{4} << 20U;  // of each producer
  std::optional<StreamSettings> collector;         // sensor_id there is taken from here
};

/// Local logs. Both members are used on the export thread only.
struct LocalLogs {
  record::Sink* sink = nullptr;       // borrowed, outlives the exporter; null: no local logs
  std::function<void()> after_round;  // after each round, also one without records: flush, reopen
};

/// Since the start; a record is counted once in each.
struct ExportCounts {
  std::uint64_t made = 0;      // given to the rings
  std::uint64_t exported = 0;  // taken out of the rings and given to the spool or the local logs
  std::uint64_t lost = 0;      // ring full or spool full
  std::uint64_t pending = 0;   // in the spool, not yet acknowledged
  std::uint64_t pending_bytes = 0;
  StreamCounts stream;  // sent, acknowledged, connects, failures
};

/// The export thread: rings of all producers → local logs, if there are any → spool → stream, if
/// there is a collector. Order is kept within a producer.
///
/// Threads: create, add_producer, start and stop on the control thread; counts() on any. Each sink
/// that add_producer() gives belongs to one producing thread.
class Exporter {
 public:
  /// `spool` is not used without a collector and may then be null. `notify` is called on the export
  /// thread. Fails when the collector's TLS files cannot be used.
  [[nodiscard]] static std::expected<std::unique_ptr<Exporter>, SystemError> create(
      ExporterSettings settings, std::unique_ptr<Spool> spool, LocalLogs logs,
      std::function<void(const StreamNotice&)> notify);
  /// As stop() without waiting.
  ~Exporter();
  Exporter(const Exporter&) = delete;
  Exporter& operator=(const Exporter&) = delete;
  Exporter(Exporter&&) = delete;
  Exporter& operator=(Exporter&&) = delete;

  /// A ring of its own for one more producing thread. Before start(). The sink is the exporter's.
  [[nodiscard]] RingSink& add_producer();
  void start();
  /// When every producer has ended: takes what is in the rings, waits at most `patience` for the
  /// collector to acknowledge everything, ends the thread and reports. What is still pending then
  /// is gone with a MemorySpool.
  ExportCounts stop(std::chrono::milliseconds patience);

  [[nodiscard]] ExportCounts counts() const;

 private:
  struct Producer {
    explicit Producer(std::size_t ring_bytes) : ring(ring_bytes), sink(ring) {}
    RecordRing ring;
    RingSink sink;
  };

  Exporter(ExporterSettings settings, std::unique_ptr<Spool> spool, LocalLogs logs);
  void run();
  void run_out();
  std::size_t drain();
  void take(const RingEntry& entry);
  [[nodiscard]] bool keep(const RingEntry& entry);
  [[nodiscard]] bool settle_loss();
  void write_locally(ByteView bytes);
  void rest(bool busy);
  void publish_spool_size();

  ExporterSettings settings_;
  LocalLogs logs_;
  std::unique_ptr<Spool> spool_;
  std::unique_ptr<StreamClient> client_;
  std::vector<std::unique_ptr<Producer>> producers_;
  LossTally loss_;  // of the spool
  record::Record scratch_;
  std::string lost_bytes_;
  std::uint64_t next_local_sequence_ = 1;
  std::atomic<std::uint64_t> exported_{0}, spool_lost_{0}, pending_{0}, pending_bytes_{0};
  std::atomic<bool> stopping_{false};
  std::chrono::milliseconds patience_{0};  // set before stopping_
  std::binary_semaphore stop_signal_{0};   // wakes the thread that has no client to run
  std::jthread thread_;
};

}  // namespace espial::exporting
