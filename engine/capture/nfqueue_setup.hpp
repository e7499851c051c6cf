#pragma once
#include <cstdint>
#include <expected>
#include <memory>

#include "engine/base/error.hpp"
#include "engine/base/handle.hpp"
#include "engine/capture/netlink_ring.hpp"
#include "engine/capture/nfqueue_table.hpp"

struct mnl_socket;  // NOLINT(readability-identifier-naming): libmnl's

namespace espial::capture {

void close_socket(mnl_socket* socket) noexcept;
using MnlSocket = std::unique_ptr<mnl_socket, Deleter<close_socket>>;

struct NfqueueOptions {
  std::uint16_t queue = 0;
  std::uint32_t copy_range = 0xffff;    // bytes of a packet that are copied; more are cut
  std::uint32_t queue_maxlen = 8192;    // packets without a verdict; the kernel drops what is over
  bool fail_open = false;               // ... or, with this, lets it pass uninspected
  std::uint32_t receive_buffer = 0;     // bytes of the socket's buffer; 0: to hold a full queue
  std::uint32_t packets_per_call = 64;  // received by one system call, at most 1024
};

/// A netlink socket, bound to no queue, with a buffer for a full queue (over the system's limit
/// where the process may) and without ENOBUFS: losing packets is counted, not an error.
[[nodiscard]] std::expected<MnlSocket, SystemError> open_queue_socket(
    const NfqueueOptions& options);

/// Binds the queue to the socket and sets it up, in one message: so there is no moment when packets
/// fall through. Packets that come before the kernel's answer stay in `ring`. Asks for unsegmented
/// packets (GSO) always: the kernel would else segment them in software, and each would be judged.
/// The kernel tells no flags back: that it took them is in its answer. `table` serves to tell the
/// operator what is in the way.
[[nodiscard]] std::expected<void, SystemError> bind_queue(mnl_socket& socket, NetlinkRing& ring,
                                                          const NfqueueOptions& options,
                                                          const QueueTable& table);

/// What the operator is told when binding fails with `error`: another process holds the queue, the
/// capability is missing, the kernel lacks NFQUEUE, or else.
[[nodiscard]] SystemError explain_bind_failure(int error, std::uint16_t queue, bool may_administer,
                                               const QueueTable& table);

}  // namespace espial::capture
