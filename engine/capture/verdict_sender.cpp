#include "engine/capture/verdict_sender.hpp"

#include <libnetfilter_queue/libnetfilter_queue.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>

namespace espial::capture {
namespace {

bool is_transient(int error) noexcept {
  return error == EINTR || error == EAGAIN || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

void VerdictSender::add(const VerdictBatch::Settlement& settlement) {
  for (const VerdictBatch::Single& single : settlement.singles) {
    add_message(NFQNL_MSG_VERDICT, single.id, single.verdict);
  }
  if (settlement.accept_through) {
    add_message(NFQNL_MSG_VERDICT_BATCH, *settlement.accept_through, Verdict::accept);
  }
}

void VerdictSender::add_message(int type, std::uint32_t id, Verdict verdict) {
  alignas(4) std::array<char, 2 * kMessageSize> buffer{};
  nlmsghdr* const message = nfq_nlmsg_put(buffer.data(), type, queue_);
  nfq_nlmsg_verdict_put(message, std::bit_cast<int>(id),
                        verdict == Verdict::accept ? NF_ACCEPT : NF_DROP);
  const auto bytes = std::as_bytes(std::span(buffer)).first(kMessageSize);
  pending_.insert(pending_.end(), bytes.begin(), bytes.end());
}

bool VerdictSender::send(int fd) {
  std::size_t sent = 0;
  while (sent < pending_.size()) {
    const std::size_t size = std::min(pending_.size() - sent, kMaxSend);
    const ssize_t result = ::send(fd, pending_.data() + sent, size, MSG_DONTWAIT);
    if (result < 0 && is_transient(errno)) {
      ++transient_errors_;
      if (errno != EINTR) break;
      continue;
    }
    if (result < 0) lost_ += size / kMessageSize;
    sent += size;  // a netlink datagram is taken whole or not at all
  }
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(sent));
  return pending_.empty();
}

}  // namespace espial::capture
