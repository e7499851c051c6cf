#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/base/handle.hpp"

namespace espial::capture {

/// One line of /proc/net/netfilter/nfnetlink_queue: what the kernel knows of a queue.
struct QueueState {
  std::uint32_t port = 0;          // netlink port of the socket that holds it: often its process id
  std::uint64_t waiting = 0;       // packets without a verdict
  std::uint64_t dropped_full = 0;  // because the queue was full
  std::uint64_t dropped_user = 0;  // because the socket's buffer was full
};

/// The state of queue `number` in the text of that file, if the queue exists.
[[nodiscard]] std::optional<QueueState> find_queue(std::string_view table, std::uint16_t number);

/// The file, kept open: it can be read when a sandbox no longer lets it be opened, and it shows the
/// network namespace of the thread that opened it.
class QueueTable {
 public:
  QueueTable();
  /// False: the kernel has no NFQUEUE, or /proc is not there.
  [[nodiscard]] bool present() const noexcept { return static_cast<bool>(file_); }
  [[nodiscard]] std::optional<QueueState> find(std::uint16_t number) const;

 private:
  FileDescriptor file_;
};

}  // namespace espial::capture
