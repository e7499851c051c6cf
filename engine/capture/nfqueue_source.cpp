#include "engine/capture/nfqueue_source.hpp"

#include <fmt/format.h>
#include <libmnl/libmnl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "engine/capture/nfqueue_message.hpp"

namespace espial::capture {
namespace {

constexpr std::uint32_t kMaxPacketsPerCall = 1024;

timespec to_timespec(Duration wait) noexcept {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(wait);
  return {.tv_sec = seconds.count(), .tv_nsec = (wait - seconds).count()};
}

bool is_transient(int error) noexcept {
  return error == EINTR || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

std::expected<std::unique_ptr<NfqueueSource>, SystemError> NfqueueSource::open(
    const NfqueueOptions& options) {
  auto socket = open_queue_socket(options);
  if (!socket) return std::unexpected(std::move(socket).error());
  FileDescriptor stop_event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!stop_event) {
    return std::unexpected(
        SystemError{.what = fmt::format("cannot make an eventfd: {}", errno_text(errno)),
                    .advice = "Raise the limit of open files (LimitNOFILE in the systemd unit)."});
  }
  std::unique_ptr<NfqueueSource> source(
      new NfqueueSource(  // NOLINT(cppcoreguidelines-owning-memory): the constructor is private
          std::move(*socket), std::move(stop_event), options));
  auto bound = bind_queue(*source->socket_, source->ring_, options, source->table_);
  if (!bound) return std::unexpected(std::move(bound).error());
  return source;
}

NfqueueSource::NfqueueSource(MnlSocket socket, FileDescriptor stop_event,
                             const NfqueueOptions& options)
    : queue_(options.queue),
      socket_(std::move(socket)),
      fd_(mnl_socket_get_fd(socket_.get())),
      stop_event_(std::move(stop_event)),
      ring_(std::clamp(options.packets_per_call, 1U, kMaxPacketsPerCall)),
      verdicts_(std::size_t{options.queue_maxlen} + kMaxPacketsPerCall),
      sender_(options.queue),
      drain_left_(options.queue_maxlen) {}

std::expected<PacketSource::Received, SystemError> NfqueueSource::receive(std::span<RawPacket> into,
                                                                          Duration wait) {
  if (into.empty()) return Received{};
  std::size_t count = deliver(into);  // what the last call left in the buffers
  if (count == 0) {
    const auto fetched = fetch(into.size(), wait);
    if (!fetched) return std::unexpected(fetched.error());
    count = deliver(into);
  }
  if (!stopping()) return Received{.count = count};
  drain_left_ -= std::min<std::uint64_t>(drain_left_, count);
  return Received{.count = count, .end = count == 0 || drain_left_ == 0};
}

/// Gets datagrams into the ring, after waiting for some where there are none. Zero: time-out,
/// signal, stop.
std::expected<std::size_t, SystemError> NfqueueSource::fetch(std::size_t limit, Duration wait) {
  for (const bool last_try : {false, true}) {
    const auto received = ring_.receive(fd_, limit);
    if (received) return *received;
    if (is_transient(received.error())) {
      ++transient_errors_;
      return 0;
    }
    if (received.error() != EAGAIN) {
      return std::unexpected(SystemError{.what = fmt::format("NFQUEUE {} cannot be read: {}",
                                                             queue_, errno_text(received.error())),
                                         .advice = ""});
    }
    if (last_try || !wait_readable(wait)) return 0;
  }
  return 0;
}

bool NfqueueSource::wait_readable(Duration wait) noexcept {
  if (stopping() || wait <= Duration::zero()) return false;
  std::array<pollfd, 2> events{pollfd{.fd = fd_, .events = POLLIN, .revents = 0},
                               pollfd{.fd = stop_event_.get(), .events = POLLIN, .revents = 0}};
  const timespec limit = to_timespec(wait);
  const int ready = ::ppoll(events.data(), events.size(), &limit, nullptr);
  if (ready < 0) ++transient_errors_;
  return ready > 0;
}

std::size_t NfqueueSource::deliver(std::span<RawPacket> into) {
  const Timestamp now = Timestamp::now();
  std::size_t count = 0;
  while (count < into.size()) {
    const nlmsghdr* const message = ring_.next();
    if (message == nullptr) break;
    const auto packet = parse_packet_message(*message, now);
    if (!packet) {
      note_message(*message);
      continue;
    }
    note_id(packet->id);
    verdicts_.deliver(packet->id);
    ++stats_.packets;
    stats_.bytes += packet->bytes.size();
    into[count] = *packet;
    into[count++].number = PacketNumber{stats_.packets};
  }
  return count;
}

/// A message that is no packet: the kernel's answer, good (to binding) or bad (to a verdict).
void NfqueueSource::note_message(const nlmsghdr& message) noexcept {
  if (message.nlmsg_type != NLMSG_ERROR || mnl_nlmsg_get_payload_len(&message) < sizeof(nlmsgerr)) {
    return;
  }
  int error = 0;
  std::memcpy(&error, mnl_nlmsg_get_payload(&message), sizeof error);
  if (error != 0) ++stats_.verdict_errors;
}

/// Ids are dense: one that is missing was a packet that the kernel could not send us.
void NfqueueSource::note_id(std::uint32_t id) noexcept {
  missing_ids_ += id - last_id_ - 1;
  last_id_ = id;
}

void NfqueueSource::decide(const RawPacket& packet, Verdict verdict) {
  if (!verdicts_.decide(packet.id, verdict)) ++stats_.verdict_errors;
}

void NfqueueSource::finish_batch() {
  sender_.add(verdicts_.settle());
  (void)sender_.send(fd_);  // what the kernel does not take goes out with the next batch
}

void NfqueueSource::stop() noexcept {
  stop_requested_.store(true, std::memory_order_release);
  const std::uint64_t one = 1;
  const int saved = errno;  // of what a signal handler interrupts
  // Only a counter at its limit is refused, and then the poll wakes as well.
  [[maybe_unused]] const ssize_t written = ::write(stop_event_.get(), &one, sizeof one);
  errno = saved;
}

void NfqueueSource::send(ByteView packet) {
  if (!answers_ || !answers_->send(packet)) ++stats_.send_errors;
}

SourceStats NfqueueSource::stats() const {
  SourceStats stats = stats_;
  const QueueState kernel = table_.find(queue_).value_or(QueueState{});
  stats.lost =
      kernel.dropped_full + std::max(kernel.dropped_user, missing_ids_) + ring_.malformed();
  stats.verdict_errors += sender_.lost();
  return stats;
}

}  // namespace espial::capture
