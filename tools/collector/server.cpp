#include "tools/collector/server.hpp"

#include <fmt/format.h>
#include <spdlog/logger.h>

#include <array>
#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <csignal>
#include <list>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/export/frames.hpp"
#include "engine/export/tls.hpp"
#include "tools/collector/identity.hpp"

namespace espial::collector {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using exporting::FrameDecoder;
using Stream = asio::ssl::stream<tcp::socket>;
template <class T>
using Awaitable = asio::awaitable<T>;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::uint32_t kProtocolVersion = 1;
constexpr std::size_t kReadSize = 16'384;  // a TLS record: more never comes at once
constexpr std::size_t kGroupBytes = std::size_t{4} << 20U;  // made durable together, at most
constexpr std::size_t kMaxHello = 4096;
constexpr std::chrono::milliseconds kAcceptPause{100};

struct AtomicCounts {
  std::atomic<std::uint64_t> connections{0}, over_limit{0}, handshake_failures{0}, refusals{0},
      malformed{0}, storage_failures{0}, sensors{0};
};

void count(std::atomic<std::uint64_t>& counter) {
  counter.fetch_add(1, std::memory_order_relaxed);
}

std::string describe(const error_code& error) {
  if (error == asio::error::eof || error == asio::ssl::error::stream_truncated)
    return "closed by the peer";
  if (error == asio::error::operation_aborted || error == asio::error::bad_descriptor)
    return "closed";
  return error.message();
}

/// Address and port; an IPv4 peer of an IPv6 socket as IPv4.
std::string peer_text(const tcp::endpoint& peer) {
  const asio::ip::address address = peer.address();
  if (address.is_v4()) return fmt::format("{}:{}", address.to_string(), peer.port());
  const asio::ip::address_v6 v6 = address.to_v6();
  if (!v6.is_v4_mapped()) return fmt::format("[{}]:{}", v6.to_string(), peer.port());
  const auto v4 = asio::ip::make_address_v4(asio::ip::v4_mapped, v6);
  return fmt::format("{}:{}", v4.to_string(), peer.port());
}

using X509Handle = std::unique_ptr<X509, Deleter<X509_free>>;

/// One peer from accept to close. `why` tells how it ended, once it has.
struct Connection : std::enable_shared_from_this<Connection> {
  Connection(tcp::socket socket, asio::ssl::context& tls, std::string from, std::size_t max_message)
      : deadline(socket.get_executor()),
        stream(std::move(socket), tls),
        peer(std::move(from)),
        decoder(max_message) {}

  void close(std::string reason) {
    if (why.empty()) why = std::move(reason);
    error_code ignored;
    std::ignore = stream.lowest_layer().close(ignored);
    deadline.cancel();
  }

  asio::steady_timer deadline;
  Stream stream;
  std::string peer;  // address and port
  FrameDecoder decoder;
  StreamKey key;
  std::array<std::byte, kReadSize> chunk{};
  std::vector<v1::Batch> batches;  // read and not yet stored
  std::size_t batch_bytes = 0;
  std::string why;
};

}  // namespace

class Server::Impl {
 public:
  Impl(Settings settings, Intake& intake, spdlog::logger& log, asio::ssl::context tls)
      : settings_(std::move(settings)), intake_(intake), log_(log), tls_(std::move(tls)) {}

  [[nodiscard]] std::expected<void, SystemError> listen();
  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  void handle_signals(std::function<void()> on_hangup);
  void run() { context_.run(); }
  void stop() {
    asio::post(context_, [this] { close_all(); });
  }
  [[nodiscard]] ServerCounts counts() const;

 private:
  Awaitable<void> accept();
  Awaitable<void> serve(std::shared_ptr<Connection> connection);
  Awaitable<bool> handshake(Connection& connection);
  Awaitable<bool> greet(Connection& connection);
  Awaitable<void> take_batches(Connection& connection);
  static Awaitable<bool> read_some(Connection& connection);
  static Awaitable<bool> send(Connection& connection, v1::ServerMessage message);

  void admit(tcp::socket socket);
  void wait_for_signal(std::function<void()> on_hangup);
  void close_all();
  static void set_deadline(Connection& connection, std::chrono::seconds timeout, const char* what);
  [[nodiscard]] bool malformed(Connection& connection, std::string_view what);
  [[nodiscard]] static bool more_at_hand(Connection& connection);
  [[nodiscard]] bool collect_batches(Connection& connection);
  [[nodiscard]] std::optional<std::uint64_t> store(Connection& connection);
  [[nodiscard]] std::string objection(Connection& connection, const v1::Hello& hello) const;

  Settings settings_;
  Intake& intake_;
  spdlog::logger& log_;
  asio::io_context context_{1};
  asio::ssl::context tls_;
  tcp::acceptor acceptor_{context_};
  asio::signal_set signals_{context_};
  std::list<std::weak_ptr<Connection>> connections_;
  AtomicCounts counts_;
};

std::expected<void, SystemError> Server::Impl::listen() {
  const auto address = asio::ip::make_address(settings_.address);
  const tcp::endpoint endpoint(address, settings_.port);
  error_code error;
  error = acceptor_.open(endpoint.protocol(), error);
  if (!error) error = acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error && address.is_v6()) error = acceptor_.set_option(asio::ip::v6_only(false), error);
  if (!error) error = acceptor_.bind(endpoint, error);
  if (!error) error = acceptor_.listen(tcp::acceptor::max_listen_connections, error);
  if (error) {
    return std::unexpected(
        SystemError{.what = fmt::format("cannot listen on {} port {}: {}", settings_.address,
                                        settings_.port, error.message()),
                    .advice = "is another program there, or is the address not of this host?"});
  }
  asio::co_spawn(context_, accept(), asio::detached);
  return {};
}

void Server::Impl::handle_signals(std::function<void()> on_hangup) {
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) signals_.add(number);
  wait_for_signal(std::move(on_hangup));
}

void Server::Impl::wait_for_signal(std::function<void()> on_hangup) {
  signals_.async_wait(
      [this, on_hangup = std::move(on_hangup)](const error_code& error, int number) {
        if (error) return;
        if (number != SIGHUP) {
          close_all();
          return;
        }
        on_hangup();
        wait_for_signal(on_hangup);
      });
}

void Server::Impl::close_all() {
  error_code ignored;
  std::ignore = acceptor_.close(ignored);
  std::ignore = signals_.cancel(ignored);
  for (const auto& weak : connections_) {
    if (const auto connection = weak.lock()) connection->close("the collector stops");
  }
}

Awaitable<void> Server::Impl::accept() {
  while (acceptor_.is_open()) {
    auto [error, socket] = co_await acceptor_.async_accept(kAwait);
    if (!error) {
      admit(std::move(socket));
    } else if (acceptor_.is_open()) {
      log_.warn("cannot accept a connection: {}", error.message());
      asio::steady_timer pause(context_, kAcceptPause);
      co_await pause.async_wait(kAwait);
    }
  }
}

void Server::Impl::admit(tcp::socket socket) {
  count(counts_.connections);
  error_code error;
  const auto remote = socket.remote_endpoint(error);
  if (error) return;  // gone already
  const std::string peer = peer_text(remote);
  std::erase_if(connections_, [](const auto& weak) { return weak.expired(); });
  if (connections_.size() >= settings_.limits.connections) {
    count(counts_.over_limit);
    log_.warn("{}: closed: {} connections are open already", peer, connections_.size());
    return;
  }
  std::ignore = socket.set_option(tcp::no_delay(true), error);
  auto connection = std::make_shared<Connection>(std::move(socket), tls_, peer, kMaxHello);
  connections_.push_back(connection);
  asio::co_spawn(context_, serve(std::move(connection)), asio::detached);
}

Awaitable<void> Server::Impl::serve(std::shared_ptr<Connection> connection) {
  set_deadline(*connection, settings_.limits.handshake_timeout, "the handshake");
  bool ready = co_await handshake(*connection);
  if (ready) ready = co_await greet(*connection);
  if (ready) {
    log_.info("{}: sensor {} connected", connection->peer, connection->key.sensor_id);
    count(counts_.sensors);
    co_await take_batches(*connection);
    counts_.sensors.fetch_sub(1, std::memory_order_relaxed);
    log_.info("{}: sensor {} gone: {}", connection->peer, connection->key.sensor_id,
              connection->why);
  }
  connection->close("done");
}

Awaitable<bool> Server::Impl::handshake(Connection& connection) {
  const auto [error] = co_await connection.stream.async_handshake(Stream::server, kAwait);
  if (!error && connection.why.empty()) co_return true;
  connection.close(describe(error));
  count(counts_.handshake_failures);
  log_.warn("{}: no TLS connection: {}", connection.peer, connection.why);
  co_return false;
}

/// Hello and its answer.
Awaitable<bool> Server::Impl::greet(Connection& connection) {
  std::optional<ByteView> bytes;
  while (!bytes) {
    const bool more = co_await read_some(connection);
    if (!more) co_return malformed(connection, "no Hello: " + connection.why);
    bytes = connection.decoder.next();
    if (connection.decoder.failed()) co_return malformed(connection, "its first frame is too long");
  }
  v1::ClientMessage message;
  const bool parsed = message.ParseFromArray(bytes->data(), static_cast<int>(bytes->size()));
  if (!parsed || !message.has_hello())
    co_return malformed(connection, "its first message is no Hello");
  if (connection.decoder.pending() != 0) {
    co_return malformed(connection, "it did not wait for HelloReply");
  }
  v1::ServerMessage reply;
  const std::string reason = objection(connection, message.hello());
  if (!reason.empty()) {
    count(counts_.refusals);
    log_.warn("{}: refused: {}", connection.peer, reason);
    reply.mutable_refusal()->set_reason(reason);
    co_await send(connection, std::move(reply));
    co_return false;
  }
  connection.key = {.sensor_id = message.hello().sensor_id(), .epoch = message.hello().epoch()};
  const auto next = intake_.next_sequence(connection.key);
  if (!next) {
    count(counts_.storage_failures);
    log_.error("{}", to_text(next.error()));
    co_return false;
  }
  reply.mutable_hello_reply()->set_next_sequence(*next);
  connection.decoder = FrameDecoder(settings_.limits.frame.bytes);
  const bool sent = co_await send(connection, std::move(reply));
  co_return sent;
}

/// Why this sensor is not taken; empty if it is.
std::string Server::Impl::objection(Connection& connection, const v1::Hello& hello) const {
  const std::string& sensor = hello.sensor_id();
  if (hello.protocol_version() != kProtocolVersion) {
    return fmt::format("protocol version {} is not known here", hello.protocol_version());
  }
  if (sensor.empty() || sensor.size() > StateStore::kMaxSensorId) {
    return fmt::format("a sensor id has 1 to {} bytes", StateStore::kMaxSensorId);
  }
  const X509Handle certificate(SSL_get1_peer_certificate(connection.stream.native_handle()));
  if (!certificate || !names_sensor(*certificate, sensor)) {
    return fmt::format("the certificate does not name sensor {}", sensor);
  }
  const auto& listed = settings_.sensors;
  if (!listed.empty() && std::ranges::find(listed, sensor) == listed.end()) {
    return fmt::format("sensor {} is not in tls.sensors", sensor);
  }
  return {};
}

Awaitable<void> Server::Impl::take_batches(Connection& connection) {
  for (bool good = true; good;) {
    set_deadline(connection, settings_.limits.idle_timeout, "a batch");
    good = co_await read_some(connection);
    if (!good || !collect_batches(connection)) break;
    if (connection.batches.empty() || more_at_hand(connection)) continue;
    const auto through = store(connection);
    if (!through) break;
    v1::ServerMessage ack;
    ack.mutable_ack()->set_through(*through);
    good = co_await send(connection, std::move(ack));
  }
}

/// Whether the next read has something without waiting, and the group may still grow.
bool Server::Impl::more_at_hand(Connection& connection) {
  error_code ignored;
  return connection.batch_bytes < kGroupBytes &&
         (SSL_has_pending(connection.stream.native_handle()) == 1 ||
          connection.stream.lowest_layer().available(ignored) != 0);
}

/// Adds the batches that are whole by now to the group.
bool Server::Impl::collect_batches(Connection& connection) {
  while (const auto bytes = connection.decoder.next()) {
    v1::ClientMessage message;
    const bool parsed = message.ParseFromArray(bytes->data(), static_cast<int>(bytes->size()));
    if (!parsed || !message.has_batch()) return malformed(connection, "a message that is no Batch");
    connection.batches.push_back(std::move(*message.mutable_batch()));
    connection.batch_bytes += bytes->size();
  }
  if (connection.decoder.failed()) return malformed(connection, "a frame above limits.frame");
  return true;
}

/// Nothing when the batches were not taken: the connection is closed then.
std::optional<std::uint64_t> Server::Impl::store(Connection& connection) {
  const auto through = intake_.take(connection.key, connection.batches);
  connection.batches.clear();
  connection.batch_bytes = 0;
  if (through) return *through;
  if (through.error().kind == IntakeError::Kind::malformed) {
    (void)malformed(connection, through.error().what);
    return std::nullopt;
  }
  count(counts_.storage_failures);
  log_.error("{}: not acknowledged: {}", connection.key.sensor_id, through.error().what);
  connection.close("its records could not be stored");
  return std::nullopt;
}

Awaitable<bool> Server::Impl::read_some(Connection& connection) {
  const auto chunk = asio::buffer(connection.chunk);
  const auto [error, size] = co_await connection.stream.async_read_some(chunk, kAwait);
  if (error || !connection.why.empty()) {
    connection.close(describe(error));
    co_return false;
  }
  connection.decoder.feed(ByteView(connection.chunk).first(size));
  co_return true;
}

Awaitable<bool> Server::Impl::send(Connection& connection, v1::ServerMessage message) {
  std::string frame;
  exporting::append_frame(frame, as_bytes(message.SerializeAsString()));
  const auto [error, size] =
      co_await asio::async_write(connection.stream, asio::buffer(frame), kAwait);
  if (error) connection.close(describe(error));
  const bool open = connection.why.empty();
  co_return open;
}

void Server::Impl::set_deadline(Connection& connection, std::chrono::seconds timeout,
                                const char* what) {
  connection.deadline.expires_after(timeout);
  connection.deadline.async_wait(
      [weak = connection.weak_from_this(), timeout, what](const error_code& error) {
        const auto late = weak.lock();
        if (error || !late || late->deadline.expiry() > asio::steady_timer::clock_type::now())
          return;
        late->close(fmt::format("waited {} s in vain for {}", timeout.count(), what));
      });
}

/// Always false, so that callers can return it.
bool Server::Impl::malformed(Connection& connection, std::string_view what) {
  count(counts_.malformed);
  log_.warn("{}: {}", connection.peer, what);
  connection.close(std::string(what));
  return false;
}

ServerCounts Server::Impl::counts() const {
  const auto read = [](const auto& counter) { return counter.load(std::memory_order_relaxed); };
  return {.connections = read(counts_.connections),
          .over_limit = read(counts_.over_limit),
          .handshake_failures = read(counts_.handshake_failures),
          .refusals = read(counts_.refusals),
          .malformed = read(counts_.malformed),
          .storage_failures = read(counts_.storage_failures),
          .sensors = read(counts_.sensors)};
}

std::expected<std::unique_ptr<Server>, SystemError> Server::create(const Settings& settings,
                                                                   Intake& intake,
                                                                   spdlog::logger& log) {
  auto tls = exporting::make_tls_context(exporting::TlsRole::server, settings.tls);
  if (!tls) return std::unexpected(tls.error());
  auto impl = std::make_unique<Impl>(settings, intake, log, std::move(*tls));
  if (const auto listening = impl->listen(); !listening) return std::unexpected(listening.error());
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

std::expected<void, SystemError> Server::check_tls(const Settings& settings) {
  const auto tls = exporting::make_tls_context(exporting::TlsRole::server, settings.tls);
  if (!tls) return std::unexpected(tls.error());
  return {};
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;
std::uint16_t Server::port() const {
  return impl_->port();
}
void Server::handle_signals(std::function<void()> on_hangup) {
  impl_->handle_signals(std::move(on_hangup));
}
void Server::run() {
  impl_->run();
}
void Server::stop() {
  impl_->stop();
}
ServerCounts Server::counts() const {
  return impl_->counts();
}

}  // namespace espial::collector
