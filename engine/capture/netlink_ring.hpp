#pragma once
#include <sys/socket.h>
#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <vector>

struct nlmsghdr;  // NOLINT(readability-identifier-naming): the kernel's

namespace espial::capture {

/// Receive buffers of a netlink socket: one recvmmsg() fills several datagrams, next() walks the
/// messages in them. Messages, and the packets in them, lie here until the next receive().
class NetlinkRing {
 public:
  explicit NetlinkRing(std::size_t datagrams);

  /// Takes what is there, at most `limit` datagrams, without waiting. The number of datagrams, or
  /// the errno (EAGAIN: none is there). Only when next() has no more to give.
  [[nodiscard]] std::expected<std::size_t, int> receive(int fd, std::size_t limit);

  /// The next message received; null when all have been seen.
  [[nodiscard]] const nlmsghdr* next();
  /// Starts next() over with the datagrams at hand.
  void rewind() noexcept;

  /// Datagrams that did not fit their buffer, and broken ends of datagrams. The kernel makes none.
  [[nodiscard]] std::uint64_t malformed() const noexcept { return malformed_; }

 private:
  /// A packet of at most 64 KiB and what the kernel says about it.
  static constexpr std::size_t kDatagramSize = (std::size_t{64} + 8) * 1024;
  /// Buffers start at different places of a page, else their first lines compete for the same few
  /// sets of the L1 cache.
  static constexpr std::size_t kStagger = 320;
  static constexpr std::size_t kStride = kDatagramSize + kStagger;

  std::unique_ptr<std::byte[]> memory_;  // NOLINT(modernize-avoid-c-arrays): left unset, large
  std::vector<iovec> vectors_;
  std::vector<mmsghdr> headers_;
  std::size_t received_ = 0;
  std::size_t datagram_ = 0;  // that next() is in
  std::size_t offset_ = 0;    // of next() in that datagram
  std::uint64_t malformed_ = 0;
};

}  // namespace espial::capture
