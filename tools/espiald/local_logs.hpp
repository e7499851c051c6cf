#pragma once
#include <atomic>
#include <expected>
#include <memory>

#include "engine/config/settings.hpp"
#include "engine/export/exporter.hpp"
#include "engine/record/log_writer.hpp"

namespace espial::tools {

/// eve.json and ipsec.log of espiald itself. Written on the export thread only; other threads may
/// ask for a reopening.
class LocalLogs {
 public:
  [[nodiscard]] static std::expected<std::unique_ptr<LocalLogs>, SystemError> open(
      const config::Settings& settings);

  /// What the exporter is to drive. Borrows from this object.
  [[nodiscard]] exporting::LocalLogs hooks();
  /// Any thread: the files were rotated away; new ones are begun at the next round.
  void request_reopen() noexcept { reopen_.store(true, std::memory_order_release); }
  /// When the export thread has ended.
  void close();

 private:
  explicit LocalLogs(std::unique_ptr<record::LogWriter> writer) : writer_(std::move(writer)) {}
  void after_round();

  std::unique_ptr<record::LogWriter> writer_;
  std::atomic<bool> reopen_{false};
};

}  // namespace espial::tools
