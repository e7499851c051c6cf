#include "engine/capture/byte_input.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace espial::capture {
namespace {

std::string advice_for(int error) {
  switch (error) {
    case ENOENT: return "Check the name; a relative one counts from where the program was started.";
    case EACCES: return "The user who runs this may not read it: check owner and mode.";
    case EMFILE:
    case ENFILE: return "Too many files are open: raise the limit (ulimit -n).";
    default: return "";
  }
}

}  // namespace

FileInput::FileInput(FileDescriptor fd) : fd_(std::move(fd)) {
  struct stat info{};
  if (::fstat(fd_.get(), &info) == 0 && S_ISREG(info.st_mode)) {
    total_ = static_cast<std::uint64_t>(info.st_size);
    (void)::posix_fadvise(fd_.get(), 0, 0, POSIX_FADV_SEQUENTIAL);  // a hint: failing is no harm
  }
}

std::expected<std::size_t, std::string> FileInput::read(std::span<std::byte> into) {
  for (;;) {
    const ssize_t got = ::read(fd_.get(), into.data(), into.size());
    if (got >= 0) {
      consumed_ += static_cast<std::uint64_t>(got);
      return static_cast<std::size_t>(got);
    }
    if (errno != EINTR) {
      return std::unexpected(fmt::format("reading fails: {}", errno_text(errno)));
    }
  }
}

std::expected<std::size_t, std::string> MemoryInput::read(std::span<std::byte> into) {
  const std::size_t n = std::min(into.size(), rest_.size());
  std::ranges::copy(rest_.first(n), into.begin());
  rest_ = rest_.subspan(n);
  return n;
}

std::expected<std::unique_ptr<ByteInput>, SystemError> open_input(const std::string& path) {
  const bool standard_input = path == "-";
  if (standard_input && ::isatty(STDIN_FILENO) == 1) {
    return std::unexpected(SystemError{
        .what = "cannot read a capture from standard input: it is a terminal",
        .advice = "Pipe one in, e.g. tcpdump -w - | espial replay -r -, or name a file."});
  }
  FileDescriptor fd(standard_input ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                                   : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) {
    const int error = errno;
    return std::unexpected(
        SystemError{.what = fmt::format("cannot open capture {}: {}", path, errno_text(error)),
                    .advice = advice_for(error)});
  }
  return std::make_unique<FileInput>(std::move(fd));
}

}  // namespace espial::capture
