#pragma once
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <string>

#include "engine/base/error.hpp"
#include "engine/base/time.hpp"
#include "engine/record/eve.hpp"
#include "engine/record/ipsec_log.hpp"
#include "engine/record/log_file.hpp"
#include "engine/record/record.hpp"

namespace espial::record {

struct LogOptions {
  std::filesystem::path directory;
  std::string eve_name = "eve.json";
  std::string ipsec_name = "ipsec.log";
  /// Replay starts its logs anew; a collector goes on where it left off.
  OpenMode mode = OpenMode::truncate;
  EveOptions eve{};
  IpsecLogOptions ipsec{};
  /// Write stats.json at close(): the counters of the last EngineStats record. Of use where one
  /// sensor writes.
  bool stats_file = true;
};

/// What became of the lines; all counts since open().
struct LogStatus {
  std::uint64_t records = 0;
  std::uint64_t refused =
      0;  // writes given up because the file could not take them and the buffer was full
  std::uint64_t failures = 0;  // attempts to write that failed
  int last_error = 0;          // errno while something is still waiting, else zero
};

/// Writes DIRECTORY/eve.json and DIRECTORY/ipsec.log (or what the options call them), which exist
/// from open() on. Buffered: flush() brings out what is waiting, and belongs in the owner's idle
/// tick. A full disk neither throws nor stops the engine; status() tells. One thread.
class LogWriter final : public Sink {
 public:
  /// Makes the directory if need be. `now` is the #open of a new ipsec.log.
  [[nodiscard]] static std::expected<std::unique_ptr<LogWriter>, SystemError> open(
      LogOptions options, Timestamp now);

  void emit(const Record& record) override;
  /// False while something waits that could not be written.
  bool flush() noexcept;
  /// Everything emitted so far survives a crash of the host; false when some of it may not. For who
  /// acknowledges records: status().refused tells of lines that were given up before.
  [[nodiscard]] bool sync() noexcept;
  /// After a rotation moved the files away: ends the old ones, begins new ones. A file that cannot
  /// be opened goes on as the old one.
  [[nodiscard]] std::expected<void, SystemError> reopen(Timestamp now);
  /// Ends the logs: #close (of logs begun anew only), flush, stats.json. An error when lines were
  /// lost. No emit() after it.
  [[nodiscard]] std::expected<void, SystemError> close(Timestamp now);
  [[nodiscard]] LogStatus status() const noexcept;

 private:
  LogWriter(LogOptions options, LogFile eve, LogFile ipsec);
  void begin_ipsec(Timestamp now);
  void end_ipsec(Timestamp now);
  [[nodiscard]] std::expected<void, SystemError> write_stats();

  LogOptions options_;
  LogFile eve_file_;
  LogFile ipsec_file_;
  IpsecLog ipsec_log_;
  v1::EngineStats last_stats_;
  std::string lines_;  // reused
  std::uint64_t records_ = 0;
};

}  // namespace espial::record
