#include "engine/record/log_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace espial::record {

namespace {

std::string advice_for(int error) {
  switch (error) {
    case ENOENT: return "create the directory, or name another one";
    case EACCES:
    case EPERM: return "let the user this runs as write there, or name another directory";
    case ENOSPC:
    case EDQUOT: return "make room on that file system";
    case EROFS: return "that file system is mounted read-only: name another directory";
    default: return {};
  }
}

SystemError cannot(std::string_view what, const std::filesystem::path& path, int error) {
  return {.what = fmt::format("cannot {} {}: {}", what, path.string(), errno_text(error)),
          .advice = advice_for(error)};
}

/// The file's last byte is there and is not a line's end. What cannot be read (a pipe) ends well.
bool ends_mid_line(int fd, off_t size) {
  char last = '\n';
  return size > 0 && ::pread(fd, &last, 1, size - 1) == 1 && last != '\n';
}

}  // namespace

std::expected<LogFile::Opened, SystemError> LogFile::open_file(const std::filesystem::path& path,
                                                               OpenMode mode) {
  constexpr mode_t kPermissions = 0640;
  const int how = mode == OpenMode::truncate ? O_WRONLY | O_TRUNC : O_RDWR | O_APPEND;
  FileDescriptor fd(::open(path.c_str(), how | O_CREAT | O_CLOEXEC, kPermissions));
  if (!fd) return std::unexpected(cannot("open", path, errno));
  struct stat status{};
  if (::fstat(fd.get(), &status) != 0) return std::unexpected(cannot("look at", path, errno));
  const bool mid_line = ends_mid_line(fd.get(), status.st_size);
  return Opened{.fd = std::move(fd), .empty = status.st_size == 0, .ends_mid_line = mid_line};
}

LogFile::LogFile(std::filesystem::path path, Opened opened) : path_(std::move(path)) {
  take(std::move(opened));
}

void LogFile::take(Opened opened) {
  fd_ = std::move(opened.fd);
  was_empty_ = opened.empty;
  mid_line_ = false;
  if (opened.ends_mid_line) buffer_.insert(buffer_.begin(), '\n');
}

std::expected<LogFile, SystemError> LogFile::open(std::filesystem::path path, OpenMode mode) {
  auto opened = open_file(path, mode);
  if (!opened) return std::unexpected(opened.error());
  return LogFile(std::move(path), std::move(*opened));
}

LogFile::~LogFile() {
  if (fd_) flush();
}

void LogFile::write(std::string_view lines) {
  if (buffer_.size() + lines.size() > kCeiling && !flush()) {
    ++refused_;
    return;
  }
  buffer_ += lines;
  if (buffer_.size() >= kFlushAt && last_error_ == 0) flush();
}

bool LogFile::flush() noexcept {
  std::size_t written = 0;
  last_error_ = 0;
  while (written < buffer_.size() && last_error_ == 0) {
    const ssize_t n = ::write(fd_.get(), buffer_.data() + written, buffer_.size() - written);
    if (n > 0) {
      written += static_cast<std::size_t>(n);
    } else if (n == 0 || errno != EINTR) {
      last_error_ = n == 0 ? ENOSPC : errno;
      ++failures_;
    }
  }
  if (written != 0) mid_line_ = buffer_[written - 1] != '\n';
  buffer_.erase(0, written);
  return buffer_.empty();
}

bool LogFile::sync() noexcept {
  if (!flush()) return false;
  if (::fdatasync(fd_.get()) == 0) return true;
  last_error_ = errno;
  ++failures_;
  return false;
}

void LogFile::drop_rest_of_line() {
  const std::size_t end = buffer_.find('\n');
  buffer_.erase(0, end == std::string::npos ? end : end + 1);
  ++refused_;
}

std::expected<void, SystemError> LogFile::reopen() {
  auto opened = open_file(path_, OpenMode::append);
  if (!opened) return std::unexpected(opened.error());
  if (!flush() && mid_line_) drop_rest_of_line();  // its beginning is in the old file
  take(std::move(*opened));
  return {};
}

}  // namespace espial::record
