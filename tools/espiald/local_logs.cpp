#include "tools/espiald/local_logs.hpp"

#include <spdlog/spdlog.h>

#include <utility>

#include "tools/common/options.hpp"

namespace espial::tools {

std::expected<std::unique_ptr<LocalLogs>, SystemError> LocalLogs::open(
    const config::Settings& settings) {
  auto options = log_options(settings, settings.outputs.default_log_dir, record::OpenMode::append);
  options.stats_file = false;
  auto writer = record::LogWriter::open(std::move(options), Timestamp::now());
  if (!writer) return std::unexpected(std::move(writer.error()));
  return std::unique_ptr<LocalLogs>(
      new LocalLogs(std::move(*writer)));  // NOLINT(*-owning-memory): private constructor
}

exporting::LocalLogs LocalLogs::hooks() {
  return {.sink = writer_.get(), .after_round = [this] { after_round(); }};
}

void LocalLogs::after_round() {
  (void)writer_->flush();  // what cannot be written waits, is counted, and close() tells
  if (!reopen_.exchange(false, std::memory_order_acq_rel)) return;
  if (const auto reopened = writer_->reopen(Timestamp::now()); !reopened)
    spdlog::error("logs: {}", to_text(reopened.error()));
}

void LocalLogs::close() {
  if (const auto closed = writer_->close(Timestamp::now()); !closed)
    spdlog::error("logs: {}", to_text(closed.error()));
}

}  // namespace espial::tools
