#include "engine/control/client.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "engine/control/message.hpp"
#include "engine/control/unix_socket.hpp"

namespace espial::control {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMaxReply = std::size_t{4} << 20U;

std::unexpected<SystemError> failure(std::string what, std::string advice) {
  return std::unexpected(SystemError{.what = std::move(what), .advice = std::move(advice)});
}

std::unexpected<SystemError> cannot_connect(const std::filesystem::path& path, int code) {
  const std::string what =
      fmt::format("cannot reach espiald at {}: {}", path.string(), errno_text(code));
  switch (code) {
    case ENOENT:
    case ECONNREFUSED:
      return failure(
          what, "espiald is not running, or has another control.socket: name it with --socket");
    case EACCES:
    case EPERM: return failure(what, "run this as root or as the user of espiald");
    case EAGAIN: return failure(what, "it has too many clients: try again");
    default: return failure(what, "");
  }
}

/// Waits until `socket` is ready for `events`; false when `deadline` comes first.
bool wait_for(const FileDescriptor& socket, short events, Clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return false;
    pollfd ready{.fd = socket.get(), .events = events, .revents = 0};
    const int count = ::poll(&ready, 1, static_cast<int>(left.count()));
    if (count > 0) return true;
    if (count < 0 && errno != EINTR) return false;
  }
}

std::expected<void, SystemError> send_all(const FileDescriptor& socket, std::string_view text,
                                          Clock::time_point deadline) {
  while (!text.empty()) {
    const ssize_t sent = ::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL);
    const int code = sent < 0 ? errno : 0;
    if (code == EPIPE || code == ECONNRESET) return {};  // refused already: the reply says why
    if (code != 0 && code != EAGAIN && code != EINTR)
      return failure(fmt::format("espiald takes no request: {}", errno_text(code)), "see its log");
    if (code == EAGAIN && !wait_for(socket, POLLOUT, deadline))
      return failure("espiald takes no request in time", "see its log");
    text.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
  }
  return {};
}

std::expected<std::string, SystemError> receive_line(const FileDescriptor& socket,
                                                     Clock::time_point deadline) {
  std::string line;
  std::array<char, 4096> chunk{};
  while (wait_for(socket, POLLIN, deadline)) {
    const ssize_t got = ::recv(socket.get(), chunk.data(), chunk.size(), 0);
    if (got == 0) return failure("espiald closed the connection without an answer", "see its log");
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (got < 0)
      return failure(fmt::format("cannot read espiald's answer: {}", errno_text(errno)), "");
    line.append(chunk.data(), static_cast<std::size_t>(got));
    if (line.ends_with('\n')) return line;
    if (line.size() > kMaxReply)
      return failure("espiald's answer is too long", "is it of this version?");
  }
  return failure("espiald does not answer in time",
                 "it may be busy with a reload: try again, or see its log");
}

}  // namespace

std::expected<std::string, SystemError> control_request(const std::filesystem::path& path,
                                                        std::string_view command,
                                                        std::chrono::milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  const auto address = socket_address(path);
  if (!address) return std::unexpected(address.error());
  const auto socket = open_stream_socket();
  if (!socket) return std::unexpected(socket.error());
  if (const int code = connect_to(*socket, *address); code != 0) return cannot_connect(path, code);

  if (const auto sent = send_all(*socket, request_line(command), deadline); !sent)
    return std::unexpected(sent.error());
  const auto line = receive_line(*socket, deadline);
  if (!line) return std::unexpected(line.error());
  const auto reply = parse_reply(*line);
  if (!reply)
    return failure(fmt::format("espiald's answer makes no sense: {}", reply.error()),
                   "is it of this version?");
  if (!reply->ok) return failure(fmt::format("{}: {}", command, reply->message), "");
  return reply->message;
}

}  // namespace espial::control
