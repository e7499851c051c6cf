#include "tools/collector/log_journal.hpp"

#include <fmt/format.h>

#include <utility>

namespace espial::collector {
namespace {

record::IpsecLogOptions ipsec_options(const Settings& settings) {
  const bool zeek = settings.compat == config::IpsecLogCompat::zeek;
  const bool tsv = settings.format == config::IpsecLogFormat::tsv;
  return {.compat = zeek ? record::IpsecCompat::zeek : record::IpsecCompat::extended,
          .format = tsv ? record::IpsecFormat::tsv : record::IpsecFormat::json};
}

}  // namespace

std::expected<std::unique_ptr<LogJournal>, SystemError> LogJournal::open(const Settings& settings) {
  auto writer = record::LogWriter::open({.directory = settings.log_directory,
                                         .eve_name = settings.eve,
                                         .ipsec_name = settings.ipsec,
                                         .mode = record::OpenMode::append,
                                         .eve = {},
                                         .ipsec = ipsec_options(settings),
                                         .stats_file = false},
                                        Timestamp::now());
  if (!writer) return std::unexpected(writer.error());
  return std::unique_ptr<LogJournal>(new LogJournal(std::move(*writer), settings.log_directory));
}

std::expected<void, SystemError> LogJournal::sync() {
  const bool synced = writer_->sync();
  const record::LogStatus status = writer_->status();
  const bool refused = std::exchange(refused_, status.refused) != status.refused;
  if (synced && !refused) return {};
  return std::unexpected(
      SystemError{.what = fmt::format("the logs in {} cannot be written: {}", directory_.string(),
                                      status.last_error == 0 ? "lines were given up"
                                                             : errno_text(status.last_error)),
                  .advice = "make room there; the sensors keep their records and send them again"});
}

std::expected<void, SystemError> LogJournal::reopen() {
  // What stands in the old files must be durable before they are let go.
  if (const auto synced = sync(); !synced) return synced;
  return writer_->reopen(Timestamp::now());
}

}  // namespace espial::collector
