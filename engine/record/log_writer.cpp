#include "engine/record/log_writer.hpp"

#include <fmt/format.h>

#include "engine/record/stats_json.hpp"

namespace espial::record {

namespace {

constexpr const char* kStatsFile = "stats.json";

std::expected<void, SystemError> make_directory(const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (!error) return {};
  return std::unexpected(SystemError{.what = fmt::format("cannot make the log directory {}: {}",
                                                         directory.string(), error.message()),
                                     .advice = "name a directory that this user may write to"});
}

/// What the operator must know of a log that did not get all of its lines.
std::expected<void, SystemError> complain(const LogFile& file, bool flushed) {
  if (flushed && file.refused() == 0) return {};
  return std::unexpected(SystemError{
      .what = fmt::format("{} is incomplete: {}", file.path().string(),
                          file.last_error() == 0 ? "lines were lost while the disk was full"
                                                 : errno_text(file.last_error())),
      .advice = "make room on that file system"});
}

}  // namespace

std::expected<std::unique_ptr<LogWriter>, SystemError> LogWriter::open(LogOptions options,
                                                                       Timestamp now) {
  if (auto made = make_directory(options.directory); !made) return std::unexpected(made.error());
  auto eve = LogFile::open(options.directory / options.eve_name, options.mode);
  if (!eve) return std::unexpected(eve.error());
  auto ipsec = LogFile::open(options.directory / options.ipsec_name, options.mode);
  if (!ipsec) return std::unexpected(ipsec.error());
  std::unique_ptr<LogWriter> writer(
      new LogWriter(std::move(options), std::move(*eve), std::move(*ipsec)));
  writer->begin_ipsec(now);
  return writer;
}

LogWriter::LogWriter(LogOptions options, LogFile eve, LogFile ipsec)
    : options_(std::move(options)),
      eve_file_(std::move(eve)),
      ipsec_file_(std::move(ipsec)),
      ipsec_log_(options_.ipsec) {}

void LogWriter::begin_ipsec(Timestamp now) {
  if (!ipsec_file_.was_empty()) return;
  lines_.clear();
  ipsec_log_.append_header(now, lines_);
  ipsec_file_.write(lines_);
}

void LogWriter::end_ipsec(Timestamp now) {
  lines_.clear();
  ipsec_log_.append_footer(now, lines_);
  ipsec_file_.write(lines_);
}

void LogWriter::emit(const Record& record) {
  ++records_;
  lines_.clear();
  render_eve(record, options_.eve, lines_);
  if (!lines_.empty()) eve_file_.write(lines_);
  if (record.has_stats() && options_.stats_file) last_stats_ = record.stats();
  lines_.clear();
  if (ipsec_log_.append_row(record, lines_)) ipsec_file_.write(lines_);
}

bool LogWriter::flush() noexcept {
  const bool eve = eve_file_.flush();
  const bool ipsec = ipsec_file_.flush();
  return eve && ipsec;
}

bool LogWriter::sync() noexcept {
  const bool eve = eve_file_.sync();
  const bool ipsec = ipsec_file_.sync();
  return eve && ipsec;
}

std::expected<void, SystemError> LogWriter::reopen(Timestamp now) {
  end_ipsec(now);
  auto ipsec = ipsec_file_.reopen();
  if (ipsec) begin_ipsec(now);
  auto eve = eve_file_.reopen();
  return ipsec ? eve : ipsec;
}

std::expected<void, SystemError> LogWriter::close(Timestamp now) {
  if (options_.mode == OpenMode::truncate) end_ipsec(now);
  const bool eve_flushed = eve_file_.flush();
  const bool ipsec_flushed = ipsec_file_.flush();
  auto stats = options_.stats_file ? write_stats() : std::expected<void, SystemError>{};
  if (auto eve = complain(eve_file_, eve_flushed); !eve) return eve;
  if (auto ipsec = complain(ipsec_file_, ipsec_flushed); !ipsec) return ipsec;
  return stats;
}

std::expected<void, SystemError> LogWriter::write_stats() {
  auto file = LogFile::open(options_.directory / kStatsFile, OpenMode::truncate);
  if (!file) return std::unexpected(file.error());
  lines_.clear();
  render_stats_json(last_stats_, lines_);
  file->write(lines_);
  const bool flushed = file->flush();
  return complain(*file, flushed);
}

LogStatus LogWriter::status() const noexcept {
  return {.records = records_,
          .refused = eve_file_.refused() + ipsec_file_.refused(),
          .failures = eve_file_.failures() + ipsec_file_.failures(),
          .last_error =
              eve_file_.last_error() != 0 ? eve_file_.last_error() : ipsec_file_.last_error()};
}

}  // namespace espial::record
