#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/capture/verdict_batch.hpp"

namespace espial::capture {

/// Writes verdicts as netlink messages, many to a send. What the kernel does not take now (no
/// memory, a signal) stays in front of what comes later: a batch verdict never overtakes a drop.
class VerdictSender {
 public:
  explicit VerdictSender(std::uint16_t queue) : queue_(queue) {}

  void add(const VerdictBatch::Settlement& settlement);
  /// False when the kernel did not take everything: try again later.
  bool send(int fd);

  [[nodiscard]] std::size_t waiting() const noexcept { return pending_.size() / kMessageSize; }
  /// Times that the kernel put off a send.
  [[nodiscard]] std::uint64_t transient_errors() const noexcept { return transient_errors_; }
  /// Verdicts given up, because sending fails for good.
  [[nodiscard]] std::uint64_t lost() const noexcept { return lost_; }

 private:
  static constexpr std::size_t kMessageSize = 32;  // header 16, queue 4, verdict attribute 4 + 8
  static constexpr std::size_t kMaxSend =
      1024 * kMessageSize;  // far below any socket's send buffer

  void add_message(int type, std::uint32_t id, Verdict verdict);

  std::uint16_t queue_;
  std::vector<std::byte> pending_;  // whole messages
  std::uint64_t transient_errors_ = 0;
  std::uint64_t lost_ = 0;
};

}  // namespace espial::capture
