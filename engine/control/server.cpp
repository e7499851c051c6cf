#include "engine/control/server.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "engine/control/unix_socket.hpp"

namespace espial::control {
namespace {

using Clock = std::chrono::steady_clock;

constexpr mode_t kMode = 0660;
/// After a failed accept (out of descriptors): the listener stays ready, and a loop at full speed
/// would help nobody.
constexpr auto kRefusedPause = std::chrono::milliseconds(100);

std::unexpected<SystemError> failure(std::string what, std::string advice) {
  return std::unexpected(SystemError{.what = std::move(what), .advice = std::move(advice)});
}

int bind_to(const FileDescriptor& socket, const sockaddr_un& address) {
  // NOLINTNEXTLINE(*-reinterpret-cast): the form of the socket calls
  const auto* const generic = reinterpret_cast<const sockaddr*>(&address);
  return ::bind(socket.get(), generic, sizeof(address)) == 0 ? 0 : errno;
}

/// Removes the socket at `path` if nobody listens on it any more. True when the way is free.
bool remove_stale(const std::filesystem::path& path, const sockaddr_un& address) {
  if (!std::filesystem::is_socket(path)) return false;
  const auto probe = open_stream_socket();
  if (!probe || connect_to(*probe, address) != ECONNREFUSED) return false;
  return ::unlink(path.c_str()) == 0;
}

/// A listening socket at `path`, of mode 0660 from its first moment: the kernel takes the mode from
/// the socket itself.
std::expected<FileDescriptor, SystemError> listen_at(const std::filesystem::path& path) {
  const auto address = socket_address(path);
  if (!address) return std::unexpected(address.error());
  auto socket = open_stream_socket();
  if (!socket) return std::unexpected(socket.error());
  std::error_code ignored;  // what matters of it shows at bind
  if (path.has_parent_path()) std::filesystem::create_directory(path.parent_path(), ignored);

  (void)::fchmod(socket->get(), kMode);
  int code = bind_to(*socket, *address);
  if (code == EADDRINUSE && remove_stale(path, *address)) code = bind_to(*socket, *address);
  if (code == EADDRINUSE)
    return failure(
        fmt::format("{} is in use", path.string()),
        "another espiald runs, or the path is a file: stop it, or choose another control.socket");
  if (code != 0)
    return failure(fmt::format("cannot bind {}: {}", path.string(), errno_text(code)),
                   "make its folder, writable for espiald, or choose another control.socket");
  if (::chmod(path.c_str(), kMode) != 0 || ::listen(socket->get(), SOMAXCONN) != 0)
    return failure(fmt::format("cannot listen on {}: {}", path.string(), errno_text(errno)), "");
  return std::move(*socket);
}

bool may_command(const FileDescriptor& client) {
  ucred peer{};
  socklen_t size = sizeof(peer);
  if (::getsockopt(client.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
  return peer.uid == 0 || peer.uid == ::geteuid();
}

/// One connection: first a request is gathered in `text`, then the reply in `text` is sent.
struct Client {
  FileDescriptor socket;
  Clock::time_point deadline;
  std::string text;
  bool replying = false;
};

}  // namespace

/// The thread and what it owns. Everything but the stop signal is touched by that thread only.
class ControlServer::Loop {
 public:
  Loop(std::filesystem::path path, FileDescriptor listener, FileDescriptor stop, Handler handler,
       ControlLimits limits)
      : path_(std::move(path)),
        listener_(std::move(listener)),
        stop_(std::move(stop)),
        handler_(std::move(handler)),
        limits_(limits),
        thread_([this] { run(); }) {}
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  Loop(Loop&&) = delete;
  Loop& operator=(Loop&&) = delete;
  ~Loop() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(stop_.get(), &one, sizeof(one));
    thread_.join();
    (void)::unlink(path_.c_str());
  }

 private:
  /// Where stop signal and listener stand in the array for poll(2); the clients follow.
  static constexpr std::size_t kStop = 0;
  static constexpr std::size_t kListener = 1;
  static constexpr std::size_t kClients = 2;

  void run() {
    sigset_t all;
    ::sigfillset(&all);
    (void)::pthread_sigmask(SIG_BLOCK, &all, nullptr);  // signals are the main thread's
    std::vector<pollfd> ready;
    for (;;) {
      gather(ready);
      if (::poll(ready.data(), ready.size(), wait_time()) < 0 && errno != EINTR) return;
      if (ready[kStop].revents != 0) return;
      const auto now =
          Clock::now();  // before a handler runs: its time is not the waiting clients' fault
      for (std::size_t i = 0; i < clients_.size(); ++i)
        if (ready[kClients + i].revents != 0) serve(clients_[i]);
      std::erase_if(clients_,
                    [&](const Client& client) { return !client.socket || client.deadline <= now; });
      if (ready[kListener].revents != 0) admit();
    }
  }

  void gather(std::vector<pollfd>& ready) const {
    ready.clear();
    ready.push_back({.fd = stop_.get(), .events = POLLIN, .revents = 0});
    const bool full = clients_.size() >= limits_.max_clients;
    ready.push_back({.fd = full ? -1 : listener_.get(), .events = POLLIN, .revents = 0});
    for (const Client& client : clients_)
      ready.push_back({.fd = client.socket.get(),
                       .events = static_cast<short>(client.replying ? POLLOUT : POLLIN),
                       .revents = 0});
  }

  /// Milliseconds until the first client's time is up; -1 when there is none.
  [[nodiscard]] int wait_time() const {
    if (clients_.empty()) return -1;
    const auto first = std::ranges::min_element(clients_, {}, &Client::deadline)->deadline;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(first - Clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, limits_.timeout.count()));
  }

  void admit() {
    FileDescriptor socket(
        ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!socket) {
      if (errno != EAGAIN && errno != EINTR) std::this_thread::sleep_for(kRefusedPause);
      return;
    }
    clients_.push_back(
        {.socket = std::move(socket), .deadline = Clock::now() + limits_.timeout, .text = {}});
    Client& client = clients_.back();
    if (!may_command(client.socket))
      answer(client, {.ok = false, .message = "only root and the user of espiald may command it"});
  }

  void serve(Client& client) {
    if (client.replying)
      send_some(client);
    else
      receive_some(client);
  }

  void receive_some(Client& client) {
    std::array<char, 1024> chunk{};
    const ssize_t got = ::recv(client.socket.get(), chunk.data(), chunk.size(), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
      close(client);
      return;
    }
    client.text.append(chunk.data(), static_cast<std::size_t>(got));
    const std::size_t end = client.text.find('\n');
    if (std::min(end, client.text.size()) > limits_.max_request)
      answer(client, {.ok = false, .message = "the request is too long"});
    else if (end != std::string::npos)
      answer(client, reply_to(client.text.substr(0, end)));
  }

  Reply reply_to(const std::string& request) {
    const auto command = parse_request(request);
    if (!command) return {.ok = false, .message = command.error()};
    return handler_(*command);
  }

  void answer(Client& client, const Reply& reply) const {
    client.text = reply_line(reply);
    client.replying = true;
    client.deadline = Clock::now() + limits_.timeout;  // the handler's own time does not count
    send_some(client);
  }

  static void send_some(Client& client) {
    const ssize_t sent =
        ::send(client.socket.get(), client.text.data(), client.text.size(), MSG_NOSIGNAL);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (sent > 0) client.text.erase(0, static_cast<std::size_t>(sent));
    if (sent < 0 || client.text.empty()) close(client);
  }

  static void close(Client& client) { client.socket = FileDescriptor(); }

  std::filesystem::path path_;
  FileDescriptor listener_;
  FileDescriptor stop_;
  Handler handler_;
  ControlLimits limits_;
  std::vector<Client> clients_;
  std::thread thread_;  // last: it starts when all else stands
};

std::expected<ControlServer, SystemError> ControlServer::start(const std::filesystem::path& path,
                                                               Handler handler,
                                                               ControlLimits limits) {
  auto listener = listen_at(path);
  if (!listener) return std::unexpected(listener.error());
  FileDescriptor stop(::eventfd(0, EFD_CLOEXEC));
  if (!stop) return failure(fmt::format("cannot make an eventfd: {}", errno_text(errno)), "");
  return ControlServer(std::make_unique<Loop>(path, std::move(*listener), std::move(stop),
                                              std::move(handler), limits));
}

ControlServer::ControlServer(std::unique_ptr<Loop> loop) noexcept : loop_(std::move(loop)) {}
ControlServer::ControlServer(ControlServer&&) noexcept = default;
ControlServer& ControlServer::operator=(ControlServer&&) noexcept = default;
ControlServer::~ControlServer() = default;

}  // namespace espial::control
