#include "engine/export/stream_client.hpp"

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <deque>
#include <optional>
#include <random>
#include <tuple>
#include <utility>

#include "engine/export/frames.hpp"
#include "engine/export/tls.hpp"
#include "proto/espial/v1/stream.pb.h"

namespace espial::exporting {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;
using namespace asio::experimental::awaitable_operators;  // NOLINT(google-build-using-namespace)

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kReadSize = 4096;
constexpr std::uint32_t kProtocolVersion = 1;
constexpr std::size_t kMaxServerMessage = 65'536;

using Stream = asio::ssl::stream<tcp::socket>;
template <class T>
using Awaitable = asio::awaitable<T>;

/// Exponential, and each delay somewhere in its upper half, so that the sensors of a collector that
/// comes back do not all come at once.
class Backoff {
 public:
  Backoff(milliseconds first, milliseconds most) : first_(first), most_(most), next_(first) {}
  milliseconds next() {
    const milliseconds delay = std::exchange(next_, std::min(next_ * 2, most_));
    return milliseconds(std::uniform_int_distribution(delay.count() / 2, delay.count())(random_));
  }
  void reset() noexcept { next_ = first_; }

 private:
  milliseconds first_, most_, next_;
  std::minstd_rand random_{std::random_device{}()};
};

struct AtomicCounts {
  std::atomic<bool> connected{false};
  std::atomic<std::uint64_t> connects{0}, failures{0}, sent{0}, acknowledged{0}, forgotten{0};
};

std::string describe(const error_code& error) {
  if (error == asio::error::eof || error == asio::ssl::error::stream_truncated) {
    return "the collector closed the connection";
  }
  return error.message();
}

}  // namespace

/// One coroutine, run(), lives as long as the client: connect, hello, then two coroutines, of which
/// one sends batches and one takes acknowledgements until either ends. Whoever ends the connection
/// states the reason in failure_ and closes the socket, which ends the others.
///
/// Each co_await stands in a statement of its own: g++ 12 loses its place in `co_await a() && ...`.
class StreamClient::Impl {
 public:
  Impl(StreamSettings settings, Spool& spool, std::function<void(const StreamNotice&)> notify,
       asio::ssl::context tls)
      : settings_(std::move(settings)),
        spool_(spool),
        notify_(std::move(notify)),
        tls_(std::move(tls)),
        backoff_(settings_.backoff_first, settings_.backoff_most),
        batch_(settings_.sensor_id, settings_.batch) {
    if (settings_.server_name.empty()) settings_.server_name = settings_.address;
    asio::co_spawn(context_, run(), asio::detached);
  }

  void run_for(milliseconds duration) {
    if (duration == milliseconds::zero()) {
      context_.poll();
    } else {
      context_.run_for(duration);
    }
  }
  void wake() { wake_.cancel(); }
  [[nodiscard]] StreamCounts counts() const;

 private:
  Awaitable<void> run();
  Awaitable<void> session();
  Awaitable<bool> connect();
  Awaitable<bool> say_hello();
  Awaitable<void> send_batches();
  Awaitable<void> receive_acks();
  Awaitable<bool> write(std::string_view frame);
  Awaitable<bool> read_message(v1::ServerMessage& message);

  [[nodiscard]] bool prepare_stream();
  [[nodiscard]] bool start_at(std::uint64_t next_sequence);
  [[nodiscard]] bool take_reply(const v1::ServerMessage& message);
  [[nodiscard]] bool take_ack(std::uint64_t through);
  void fill_batch();
  void set_deadline(milliseconds timeout, const char* what);
  void clear_deadline() { deadline_.cancel(); }
  bool fail(std::string reason);
  void report_success();
  void report_failure();
  [[nodiscard]] bool open() const { return failure_.empty(); }
  [[nodiscard]] bool ack_due() const { return !in_flight_.empty() || heartbeat_due_; }

  StreamSettings settings_;
  Spool& spool_;
  std::function<void(const StreamNotice&)> notify_;
  asio::io_context context_{1};
  asio::ssl::context tls_;
  Backoff backoff_;
  asio::steady_timer pause_{context_};     // between two connections
  asio::steady_timer wake_{context_};      // the sender waits here for records, acks, the heartbeat
  asio::steady_timer deadline_{context_};  // of what the collector owes us
  tcp::resolver resolver_{context_};
  std::unique_ptr<Stream> stream_;
  FrameDecoder decoder_{kMaxServerMessage};
  BatchFrame batch_;
  std::uint64_t next_to_send_ = 1;
  std::deque<std::uint64_t> in_flight_;  // last sequences of the batches sent and not acknowledged
  bool heartbeat_due_ = false;           // an empty batch is not acknowledged yet
  std::string failure_;
  std::string told_failure_;
  AtomicCounts counts_;
};

Awaitable<void> StreamClient::Impl::run() {
  for (;;) {
    failure_.clear();
    co_await session();
    report_failure();
    pause_.expires_after(backoff_.next());
    co_await pause_.async_wait(kAwait);
  }
}

/// One connection from its beginning to its end.
Awaitable<void> StreamClient::Impl::session() {
  set_deadline(settings_.connect_timeout, "connecting");
  bool ready = co_await connect();
  if (ready) ready = co_await say_hello();
  if (ready) {
    report_success();
    co_await (send_batches() && receive_acks());
    counts_.connected.store(false, std::memory_order_relaxed);
  }
  clear_deadline();
}

/// A fresh TLS stream with nothing of the last connection in it.
bool StreamClient::Impl::prepare_stream() {
  stream_ = std::make_unique<Stream>(context_, tls_);
  decoder_ = FrameDecoder(kMaxServerMessage);
  in_flight_.clear();
  heartbeat_due_ = false;
  error_code error;
  error =
      stream_->set_verify_callback(asio::ssl::host_name_verification(settings_.server_name), error);
  if (error) return fail(error.message());
  // RFC 6066 section 3: no IP addresses in the server_name extension.
  std::ignore = asio::ip::make_address(settings_.server_name, error);
  if (error) {  // a name, then: what the macro SSL_set_tlsext_host_name() does, without its C cast
    SSL_ctrl(stream_->native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             settings_.server_name.data());
  }
  return true;
}

Awaitable<bool> StreamClient::Impl::connect() {
  if (!prepare_stream()) co_return false;
  const std::string port = std::to_string(settings_.port);
  auto [resolve_error, endpoints] =
      co_await resolver_.async_resolve(settings_.address, port, kAwait);
  if (resolve_error) {
    co_return fail(
        fmt::format("cannot resolve {}: {}", settings_.address, resolve_error.message()));
  }
  if (!open()) co_return false;
  auto [connect_error, endpoint] =
      co_await asio::async_connect(stream_->lowest_layer(), endpoints, kAwait);
  if (connect_error) co_return fail(connect_error.message());
  error_code ignored;
  std::ignore = stream_->lowest_layer().set_option(tcp::no_delay(true), ignored);
  auto [handshake_error] = co_await stream_->async_handshake(Stream::client, kAwait);
  if (handshake_error) {
    co_return fail(fmt::format("TLS with {} as {}: {}", settings_.address, settings_.server_name,
                               describe(handshake_error)));
  }
  co_return open();
}

Awaitable<bool> StreamClient::Impl::say_hello() {
  v1::ClientMessage message;
  v1::Hello& hello = *message.mutable_hello();
  hello.set_protocol_version(kProtocolVersion);
  hello.set_sensor_id(settings_.sensor_id);
  hello.set_epoch(spool_.epoch());
  hello.set_software(settings_.software);
  std::string frame;
  append_frame(frame, as_bytes(message.SerializeAsString()));
  const bool sent = co_await write(frame);
  if (!sent) co_return false;
  v1::ServerMessage reply;
  const bool answered = co_await read_message(reply);
  if (!answered) co_return false;
  if (!reply.has_hello_reply()) co_return fail("the collector sent no HelloReply");
  clear_deadline();
  co_return start_at(reply.hello_reply().next_sequence());
}

/// The collector has everything below `next_sequence`.
bool StreamClient::Impl::start_at(std::uint64_t next_sequence) {
  if (next_sequence == 0 || next_sequence > spool_.next_sequence()) {
    return fail(fmt::format("the collector asks for record {} of {}", next_sequence,
                            spool_.next_sequence() - 1));
  }
  if (next_sequence < spool_.first_sequence()) {
    // It lost its state; those records are in its logs and not here.
    counts_.forgotten.fetch_add(spool_.first_sequence() - next_sequence, std::memory_order_relaxed);
  }
  next_to_send_ = std::max(next_sequence, spool_.first_sequence());
  return next_to_send_ == spool_.first_sequence() || take_ack(next_to_send_ - 1);
}

Awaitable<void> StreamClient::Impl::send_batches() {
  while (open()) {
    const bool sendable =
        in_flight_.size() < settings_.window && next_to_send_ < spool_.next_sequence();
    if (!sendable) {
      wake_.expires_after(settings_.heartbeat);
      const auto [woken] = co_await wake_.async_wait(kAwait);
      if (woken || ack_due()) continue;
    }
    fill_batch();
    const std::size_t records = batch_.records();
    if (!ack_due()) set_deadline(settings_.ack_timeout, "an acknowledgement");
    if (records == 0) {
      heartbeat_due_ = true;
    } else {
      in_flight_.push_back(batch_.last_sequence());
    }
    const std::string_view frame = batch_.finish();
    const bool written = co_await write(frame);
    if (written) counts_.sent.fetch_add(records, std::memory_order_relaxed);
  }
}

/// Takes the next records into the batch; none makes it a heartbeat.
void StreamClient::Impl::fill_batch() {
  batch_.clear();
  spool_.read(next_to_send_, [this](std::uint64_t sequence, ByteView record) {
    if (!batch_.add(sequence, record)) return false;
    next_to_send_ = sequence + 1;
    return true;
  });
}

Awaitable<void> StreamClient::Impl::receive_acks() {
  v1::ServerMessage message;
  for (bool more = true; more;) {
    more = co_await read_message(message);
    if (more) more = take_reply(message);
  }
}

bool StreamClient::Impl::take_reply(const v1::ServerMessage& message) {
  if (!message.has_ack()) return fail("the collector sent something that is no Ack");
  if (!take_ack(message.ack().through())) return false;
  backoff_.reset();
  clear_deadline();
  if (ack_due()) set_deadline(settings_.ack_timeout, "an acknowledgement");
  wake();
  return true;
}

/// False when the collector acknowledges what was never sent.
bool StreamClient::Impl::take_ack(std::uint64_t through) {
  if (through >= next_to_send_) return fail("the collector acknowledged a record it was not sent");
  const std::uint64_t first = spool_.first_sequence();
  spool_.acknowledge(through);
  counts_.acknowledged.fetch_add(spool_.first_sequence() - first, std::memory_order_relaxed);
  while (!in_flight_.empty() && in_flight_.front() <= through) in_flight_.pop_front();
  heartbeat_due_ = false;
  return true;
}

Awaitable<bool> StreamClient::Impl::write(std::string_view frame) {
  const auto [error, size] = co_await asio::async_write(*stream_, asio::buffer(frame), kAwait);
  if (error) co_return fail(describe(error));
  co_return open();
}

/// The next message; false when the connection failed or the collector refused us.
Awaitable<bool> StreamClient::Impl::read_message(v1::ServerMessage& message) {
  std::optional<ByteView> bytes = decoder_.next();
  while (!bytes && !decoder_.failed()) {
    std::array<std::byte, kReadSize> chunk{};
    const auto [error, size] = co_await stream_->async_read_some(asio::buffer(chunk), kAwait);
    if (error) co_return fail(describe(error));
    decoder_.feed(ByteView(chunk).first(size));
    bytes = decoder_.next();
  }
  if (!bytes || !message.ParseFromArray(bytes->data(), static_cast<int>(bytes->size()))) {
    co_return fail("the collector sent a malformed frame");
  }
  if (message.has_refusal()) {
    co_return fail("the collector refused this sensor: " + message.refusal().reason());
  }
  co_return open();
}

void StreamClient::Impl::set_deadline(milliseconds timeout, const char* what) {
  deadline_.expires_after(timeout);
  deadline_.async_wait([this, what, timeout](const error_code& error) {
    const bool moved = deadline_.expiry() > asio::steady_timer::clock_type::now();
    if (!error && !moved) fail(fmt::format("waited {} ms in vain for {}", timeout.count(), what));
  });
}

/// Ends the connection; the first reason stands. Always false, so that callers can return it.
bool StreamClient::Impl::fail(std::string reason) {
  if (failure_.empty()) failure_ = std::move(reason);
  error_code ignored;
  resolver_.cancel();
  if (stream_) std::ignore = stream_->lowest_layer().close(ignored);
  wake_.cancel();
  return false;
}

void StreamClient::Impl::report_success() {
  counts_.connected.store(true, std::memory_order_relaxed);
  counts_.connects.fetch_add(1, std::memory_order_relaxed);
  told_failure_.clear();
  notify_(
      {.connected = true,
       .text = fmt::format("connected to the collector {}:{}", settings_.address, settings_.port)});
}

void StreamClient::Impl::report_failure() {
  counts_.failures.fetch_add(1, std::memory_order_relaxed);
  if (failure_ == told_failure_) return;
  told_failure_ = failure_;
  notify_(
      {.connected = false,
       .text = fmt::format("no connection to the collector {}:{}: {}; records are kept and it is "
                           "tried again",
                           settings_.address, settings_.port, failure_)});
}

StreamCounts StreamClient::Impl::counts() const {
  return {.connected = counts_.connected.load(std::memory_order_relaxed),
          .connects = counts_.connects.load(std::memory_order_relaxed),
          .failures = counts_.failures.load(std::memory_order_relaxed),
          .sent = counts_.sent.load(std::memory_order_relaxed),
          .acknowledged = counts_.acknowledged.load(std::memory_order_relaxed),
          .forgotten = counts_.forgotten.load(std::memory_order_relaxed)};
}

std::expected<std::unique_ptr<StreamClient>, SystemError> StreamClient::create(
    StreamSettings settings, Spool& spool, std::function<void(const StreamNotice&)> notify) {
  auto tls = make_tls_context(TlsRole::client, settings.tls);
  if (!tls) return std::unexpected(tls.error());
  auto impl =
      std::make_unique<Impl>(std::move(settings), spool, std::move(notify), std::move(*tls));
  return std::unique_ptr<StreamClient>(new StreamClient(std::move(impl)));
}

StreamClient::StreamClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
StreamClient::~StreamClient() = default;
void StreamClient::run_for(milliseconds duration) {
  impl_->run_for(duration);
}
void StreamClient::wake() {
  impl_->wake();
}
StreamCounts StreamClient::counts() const {
  return impl_->counts();
}

}  // namespace espial::exporting
