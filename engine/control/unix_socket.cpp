#include "engine/control/unix_socket.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <string>

namespace espial::control {

std::expected<sockaddr_un, SystemError> socket_address(const std::filesystem::path& path) {
  sockaddr_un address{};
  const std::string& text = path.native();
  if (text.empty() || text.size() >= sizeof(address.sun_path))
    return std::unexpected(
        SystemError{.what = fmt::format("\"{}\" cannot be a socket: a path of 1 to {} bytes can",
                                        text, sizeof(address.sun_path) - 1),
                    .advice = "choose another control.socket"});
  address.sun_family = AF_UNIX;
  std::ranges::copy(text, std::begin(address.sun_path));
  return address;
}

std::expected<FileDescriptor, SystemError> open_stream_socket() {
  FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket)
    return std::unexpected(SystemError{
        .what = fmt::format("cannot make a UNIX socket: {}", errno_text(errno)), .advice = {}});
  return socket;
}

int connect_to(const FileDescriptor& socket, const sockaddr_un& address) {
  // NOLINTNEXTLINE(*-reinterpret-cast): the form of the socket calls
  const auto* const generic = reinterpret_cast<const sockaddr*>(&address);
  return ::connect(socket.get(), generic, sizeof(address)) == 0 ? 0 : errno;
}

}  // namespace espial::control
