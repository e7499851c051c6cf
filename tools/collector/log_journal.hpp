#pragma once
#include <expected>
#include <memory>

#include "engine/record/log_writer.hpp"
#include "tools/collector/journal.hpp"
#include "tools/collector/settings.hpp"

namespace espial::collector {

/// The journal of the collector itself: eve.json and ipsec.log in logs.directory.
class LogJournal final : public Journal {
 public:
  /// Opens the files to go on at their ends.
  [[nodiscard]] static std::expected<std::unique_ptr<LogJournal>, SystemError> open(
      const Settings& settings);

  void emit(const record::Record& record) override { writer_->emit(record); }
  [[nodiscard]] std::expected<void, SystemError> sync() override;
  [[nodiscard]] std::expected<void, SystemError> reopen() override;

 private:
  LogJournal(std::unique_ptr<record::LogWriter> writer, std::filesystem::path directory)
      : writer_(std::move(writer)), directory_(std::move(directory)) {}

  std::unique_ptr<record::LogWriter> writer_;
  std::filesystem::path directory_;
  std::uint64_t refused_ = 0;  // as of the last sync
};

}  // namespace espial::collector
