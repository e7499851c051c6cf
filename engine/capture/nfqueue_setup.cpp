#include "engine/capture/nfqueue_setup.hpp"

#include <arpa/inet.h>
#include <cap-ng.h>
#include <fmt/format.h>
#include <libmnl/libmnl.h>
#include <libnetfilter_queue/libnetfilter_queue.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>
#include <optional>
#include <string>

namespace espial::capture {
namespace {

/// What a packet of average size costs in the socket's buffer; the kernel doubles what it is asked.
constexpr std::uint64_t kBufferPerPacket = 2048;
constexpr std::uint64_t kLeastBuffer = std::uint64_t{1} << 20U;
constexpr int kAnswerMilliseconds = 2000;

bool has_net_admin() {
  return capng_get_caps_process() == 0 &&
         capng_have_capability(CAPNG_EFFECTIVE, CAP_NET_ADMIN) != 0;
}

void size_receive_buffer(int fd, const NfqueueOptions& options) {
  const std::uint64_t wanted =
      options.receive_buffer != 0 ? std::uint64_t{options.receive_buffer}
                                  : std::max(options.queue_maxlen * kBufferPerPacket, kLeastBuffer);
  const int size =
      static_cast<int>(std::min<std::uint64_t>(wanted, std::numeric_limits<int>::max() / 2));
  if (::setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0) {
    (void)::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);  // up to the system's limit
  }
}

bool send_configuration(mnl_socket& socket, const NfqueueOptions& options) {
  alignas(4) std::array<char, 256> buffer{};
  nlmsghdr* const message = nfq_nlmsg_put(buffer.data(), NFQNL_MSG_CONFIG, options.queue);
  message->nlmsg_flags |= NLM_F_ACK;
  nfq_nlmsg_cfg_put_cmd(message, AF_UNSPEC, NFQNL_CFG_CMD_BIND);
  nfq_nlmsg_cfg_put_params(message, NFQNL_COPY_PACKET, static_cast<int>(options.copy_range));
  nfq_nlmsg_cfg_put_qmaxlen(message, options.queue_maxlen);
  const std::uint32_t flags = NFQA_CFG_F_GSO | (options.fail_open ? NFQA_CFG_F_FAIL_OPEN : 0U);
  mnl_attr_put_u32(message, NFQA_CFG_FLAGS, htonl(flags));
  mnl_attr_put_u32(message, NFQA_CFG_MASK, htonl(NFQA_CFG_F_GSO | NFQA_CFG_F_FAIL_OPEN));
  return mnl_socket_sendto(&socket, message, message->nlmsg_len) >= 0;
}

/// The errno in the kernel's answer, 0 for success. Packets before any answer: the queue is bound.
int await_answer(int fd, NetlinkRing& ring) {
  pollfd ready{.fd = fd, .events = POLLIN, .revents = 0};
  if (::poll(&ready, 1, kAnswerMilliseconds) <= 0) return ETIMEDOUT;
  const auto received = ring.receive(fd, std::numeric_limits<std::size_t>::max());
  if (!received) return received.error();
  int error = 0;
  while (const nlmsghdr* const message = ring.next()) {
    if (message->nlmsg_type != NLMSG_ERROR ||
        mnl_nlmsg_get_payload_len(message) < sizeof(nlmsgerr)) {
      continue;
    }
    std::memcpy(&error, mnl_nlmsg_get_payload(message), sizeof error);
  }
  ring.rewind();
  return -error;
}

/// "process 4711 (suricata)", as far as it can be told: a socket's netlink port is by custom the id
/// of its process, for the first such socket of a process.
std::string describe_holder(std::uint32_t port) {
  std::ifstream file(fmt::format("/proc/{}/comm", port));
  std::string name;
  if (std::getline(file, name)) return fmt::format("process {} ({})", port, name);
  return fmt::format("the process with netlink port {}", port);
}

SystemError explain_refusal(const std::string& what, std::uint16_t queue, bool may_administer,
                            const QueueTable& table) {
  if (!may_administer) {
    return {.what = what + ": the capability CAP_NET_ADMIN is missing",
            .advice =
                "Run as root, or give it: AmbientCapabilities=CAP_NET_ADMIN in the systemd "
                "unit, or setcap cap_net_admin+ep on the program."};
  }
  if (const auto holder = table.find(queue)) {
    return {.what = fmt::format("{}: held by {}", what, describe_holder(holder->port)),
            .advice =
                "A queue has one reader. Stop that process, or choose another queue number, "
                "here and in the firewall's NFQUEUE rule."};
  }
  return {.what = what + ": " + errno_text(EPERM),
          .advice =
              "CAP_NET_ADMIN must hold in the user namespace that owns this network "
              "namespace: run in the container's own network, or on the host."};
}

SystemError explain_missing_support(const std::string& what, int error) {
  return {.what = fmt::format("{}: this kernel has no NFQUEUE ({})", what, errno_text(error)),
          .advice =
              "Load it: modprobe nfnetlink_queue. The kernel must be built with "
              "CONFIG_NETFILTER_NETLINK_QUEUE."};
}

}  // namespace

void close_socket(mnl_socket* socket) noexcept {
  (void)mnl_socket_close(socket);
}

SystemError explain_bind_failure(int error, std::uint16_t queue, bool may_administer,
                                 const QueueTable& table) {
  const std::string what = fmt::format("cannot bind NFQUEUE {}", queue);
  switch (error) {
    case EPERM:
    case EBUSY: return explain_refusal(what, queue, may_administer, table);
    case EPROTONOSUPPORT:
    case ENOENT: return explain_missing_support(what, error);
    case EOPNOTSUPP:
      return {.what = what + ": this kernel knows no fail-open or no unsegmented packets for it",
              .advice = "Linux 3.10 or later is needed."};
    default: break;
  }
  if (!table.present()) return explain_missing_support(what, error);
  return {.what = fmt::format("{}: {}", what, errno_text(error)), .advice = ""};
}

std::expected<MnlSocket, SystemError> open_queue_socket(const NfqueueOptions& options) {
  MnlSocket socket(mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC));
  if (!socket || mnl_socket_bind(socket.get(), 0, MNL_SOCKET_AUTOPID) != 0) {
    return std::unexpected(
        explain_bind_failure(errno, options.queue, has_net_admin(), QueueTable()));
  }
  const int fd = mnl_socket_get_fd(socket.get());
  size_receive_buffer(fd, options);
  const int on = 1;  // without it one loss blocks the socket until it is empty
  (void)::setsockopt(fd, SOL_NETLINK, NETLINK_NO_ENOBUFS, &on, sizeof on);
  return socket;
}

std::expected<void, SystemError> bind_queue(mnl_socket& socket, NetlinkRing& ring,
                                            const NfqueueOptions& options,
                                            const QueueTable& table) {
  const int error =
      send_configuration(socket, options) ? await_answer(mnl_socket_get_fd(&socket), ring) : errno;
  if (error == 0) return {};
  return std::unexpected(explain_bind_failure(error, options.queue, has_net_admin(), table));
}

}  // namespace espial::capture
