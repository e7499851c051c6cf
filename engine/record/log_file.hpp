#pragma once
#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/error.hpp"
#include "engine/base/handle.hpp"

namespace espial::record {

enum class OpenMode : std::uint8_t { truncate, append };

/// A log file of whole lines with a buffer of its own. Opening fails with an answer for the
/// operator; writing never does: a disk that is full leaves what was not written in the buffer, to
/// be tried again at the next flush, and once the buffer stands at its ceiling further lines are
/// refused and counted. So a line is in the file whole or not at all. One thread.
class LogFile {
 public:
  static constexpr std::size_t kFlushAt = std::size_t{64} << 10U;
  static constexpr std::size_t kCeiling = std::size_t{1} << 20U;

  /// The file exists afterwards, readable by owner and group.
  [[nodiscard]] static std::expected<LogFile, SystemError> open(std::filesystem::path path,
                                                                OpenMode mode);
  LogFile(LogFile&&) noexcept = default;
  LogFile& operator=(LogFile&&) noexcept = default;
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;
  /// Tries to write what is left.
  ~LogFile();

  /// `lines` with their line ends: kept whole, or refused whole.
  void write(std::string_view lines);
  /// False when something could not be written and is still kept.
  bool flush() noexcept;
  /// flush(), and what is in the file then survives a crash of the host. False when not all of it
  /// does.
  [[nodiscard]] bool sync() noexcept;
  /// Takes up the file of that name anew, after a rotation moved the old one away. On failure the
  /// old one stays in use.
  [[nodiscard]] std::expected<void, SystemError> reopen();

  /// Whether the file had nothing in it when it was opened last.
  [[nodiscard]] bool was_empty() const noexcept { return was_empty_; }
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  /// Calls of write() whose lines were refused.
  [[nodiscard]] std::uint64_t refused() const noexcept { return refused_; }
  /// Failed attempts to write, and errno of the last; zero when the last attempt went well.
  [[nodiscard]] std::uint64_t failures() const noexcept { return failures_; }
  [[nodiscard]] int last_error() const noexcept { return last_error_; }

 private:
  struct Opened {
    FileDescriptor fd;
    bool empty = true;
    bool ends_mid_line = false;  // what wrote it before was cut off
  };
  static std::expected<Opened, SystemError> open_file(const std::filesystem::path& path,
                                                      OpenMode mode);
  LogFile(std::filesystem::path path, Opened opened);
  void take(Opened opened);
  void drop_rest_of_line();

  std::filesystem::path path_;
  FileDescriptor fd_;
  std::string buffer_;
  std::uint64_t refused_ = 0;
  std::uint64_t failures_ = 0;
  int last_error_ = 0;
  bool was_empty_ = true;
  bool mid_line_ =
      false;  // the file's last byte is not a line's end; the rest stands in the buffer
};

}  // namespace espial::record
