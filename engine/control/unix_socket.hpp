#pragma once
#include <sys/socket.h>
#include <sys/un.h>

#include <expected>
#include <filesystem>

#include "engine/base/error.hpp"
#include "engine/base/handle.hpp"

/// The few system calls that server and client share.
namespace espial::control {

/// A UNIX stream socket's address; an error when the path is too long for one (107 bytes).
[[nodiscard]] std::expected<sockaddr_un, SystemError> socket_address(
    const std::filesystem::path& path);

/// A new stream socket: close-on-exec, non-blocking.
[[nodiscard]] std::expected<FileDescriptor, SystemError> open_stream_socket();

/// connect(2), with its errno; 0 when it succeeded.
[[nodiscard]] int connect_to(const FileDescriptor& socket, const sockaddr_un& address);

}  // namespace espial::control
