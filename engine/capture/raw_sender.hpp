#pragma once
#include <cstdint>
#include <expected>

#include "engine/base/bytes.hpp"
#include "engine/base/error.hpp"
#include "engine/base/handle.hpp"

namespace espial::capture {

/// Sends whole IP packets of ours, header and all, as the routing table says (raw(7), ipv6(7):
/// IPPROTO_RAW). The sockets never receive, and never make the caller wait. Of one thread.
class RawSender {
 public:
  /// Needs CAP_NET_RAW, and for a `mark` other than zero CAP_NET_ADMIN; afterwards neither. `mark`:
  /// what the firewall sees on these packets (SO_MARK), so that it need not give them to the queue.
  [[nodiscard]] static std::expected<RawSender, SystemError> open(std::uint32_t mark);

  /// False where the packet did not leave: no route, no room in the socket's buffer, no IPv6 here.
  [[nodiscard]] bool send(ByteView packet) const noexcept;

 private:
  RawSender(FileDescriptor v4, FileDescriptor v6) : v4_(std::move(v4)), v6_(std::move(v6)) {}

  FileDescriptor v4_;
  FileDescriptor v6_;  // none where the kernel has no IPv6
};

}  // namespace espial::capture
