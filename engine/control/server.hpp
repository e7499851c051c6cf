#pragma once
#include <chrono>
#include <cstddef>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>

#include "engine/base/error.hpp"
#include "engine/control/message.hpp"

namespace espial::control {

/// Answers a command ("status", "reload"). Called on the server's thread, one command at a time; it
/// may take its time (a reload does), other clients wait meanwhile. Must not throw.
using Handler = std::move_only_function<Reply(std::string_view command)>;

struct ControlLimits {
  std::size_t max_request = 4096;  // bytes of a request line
  std::size_t max_clients = 16;    // beyond it connections wait in the kernel's backlog
  std::chrono::milliseconds timeout{
      5000};  // for a client to send its request, then to take the reply
};

/// The socket by which `espial status` and `espial reload` speak to a running espiald. A connection
/// carries one request and its reply. Only root and the user that this process runs as are answered
/// (SO_PEERCRED); the socket's mode is 0660.
class ControlServer {
 public:
  /// Binds `path` and starts the thread. A socket file that a dead process left behind is replaced,
  /// a missing last folder is made; a socket that somebody answers on is an error.
  [[nodiscard]] static std::expected<ControlServer, SystemError> start(
      const std::filesystem::path& path, Handler handler, ControlLimits limits = {});

  ControlServer(ControlServer&&) noexcept;
  ControlServer& operator=(ControlServer&&) noexcept;
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;
  /// Stops the thread (after the command in hand) and removes the socket file.
  ~ControlServer();

 private:
  class Loop;
  explicit ControlServer(std::unique_ptr<Loop> loop) noexcept;
  std::unique_ptr<Loop> loop_;
};

}  // namespace espial::control
