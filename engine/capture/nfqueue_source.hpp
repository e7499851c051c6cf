#pragma once
#include <atomic>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>

#include "engine/base/handle.hpp"
#include "engine/capture/netlink_ring.hpp"
#include "engine/capture/nfqueue_setup.hpp"
#include "engine/capture/nfqueue_table.hpp"
#include "engine/capture/raw_sender.hpp"
#include "engine/capture/source.hpp"
#include "engine/capture/verdict_batch.hpp"
#include "engine/capture/verdict_sender.hpp"

namespace espial::capture {

/// One NFQUEUE of the kernel's firewall: packets wait there until this source says accept or drop.
///
/// In: one recvmmsg() takes up to packets_per_call packets into the source's buffers, and packets
/// are views into those (raw IP, no link layer). The time is the kernel's receive time, else now.
/// Packets may be unsegmented, and have checksums that nobody has filled in yet; both is told.
///
/// Out: decide() only gathers; finish_batch() settles. Drops go as single verdicts packed into one
/// send; what is accepted is settled by one batch verdict that reaches to just below the oldest
/// packet still held; accepted packets above that go as singles in the same send. verdict_batch.hpp
/// says why, and in which order. A steady flow of accepted packets thus costs two system calls for
/// up to 64 of them.
///
/// Signals, a lack of buffers and the like never end the source: they are counted. A verdict that
/// the kernel refuses (the packet is gone: its interface went down) is counted too.
///
/// One thread drives it, but for stop(). When the source goes away the kernel drops what still
/// waits in the queue; what comes later meets the firewall rule's `queue bypass`, or is dropped.
class NfqueueSource final : public PacketSource {
 public:
  /// A queue number can be bound by one socket only. The error says which of the things that can be
  /// wrong is wrong (another holder, capability, kernel), and what to do.
  [[nodiscard]] static std::expected<std::unique_ptr<NfqueueSource>, SystemError> open(
      const NfqueueOptions& options);

  [[nodiscard]] std::expected<Received, SystemError> receive(std::span<RawPacket> into,
                                                             Duration wait) override;
  void decide(const RawPacket& packet, Verdict verdict) override;
  void send(ByteView packet) override;
  void finish_batch() override;

  /// What send() sends with; without it nothing is sent, and each packet counts as an error.
  void answer_with(RawSender sender) { answers_ = std::move(sender); }

  /// Ends the source, from any thread or a signal handler. What waits in the socket is still
  /// delivered first, at most one queue's length of it; then receive() says `end`.
  void stop() noexcept;

  /// Reads the kernel's counters: a system call, not for each packet. lost: what the kernel dropped
  /// because the queue or the socket was full, or (fail-open) let pass because the socket was full.
  /// What fail-open lets pass because the *queue* is full, the kernel counts nowhere.
  [[nodiscard]] SourceStats stats() const override;

  /// Packets that wait for a verdict of ours, beyond their batch.
  [[nodiscard]] std::size_t held() const noexcept { return verdicts_.held(); }
  /// System calls that failed for the moment only.
  [[nodiscard]] std::uint64_t transient_errors() const noexcept {
    return transient_errors_ + sender_.transient_errors();
  }

 private:
  NfqueueSource(MnlSocket socket, FileDescriptor stop_event, const NfqueueOptions& options);

  [[nodiscard]] std::size_t deliver(std::span<RawPacket> into);
  void note_message(const nlmsghdr& message) noexcept;
  void note_id(std::uint32_t id) noexcept;
  [[nodiscard]] std::expected<std::size_t, SystemError> fetch(std::size_t limit, Duration wait);
  [[nodiscard]] bool wait_readable(Duration wait) noexcept;
  [[nodiscard]] bool stopping() const noexcept {
    return stop_requested_.load(std::memory_order_acquire);
  }

  std::uint16_t queue_;
  MnlSocket socket_;
  int fd_;
  FileDescriptor stop_event_;
  QueueTable table_;
  NetlinkRing ring_;
  VerdictBatch verdicts_;
  VerdictSender sender_;
  std::optional<RawSender> answers_;
  SourceStats stats_;
  std::uint32_t last_id_ = 0;  // the kernel counts from 1
  std::uint64_t missing_ids_ = 0;
  std::uint64_t transient_errors_ = 0;
  std::uint64_t drain_left_;  // packets still delivered after stop()
  std::atomic<bool> stop_requested_{false};
  static_assert(std::atomic<bool>::is_always_lock_free);  // stop() may run in a signal handler
};

}  // namespace espial::capture
