#pragma once
#include <cstddef>
#include <expected>
#include <optional>
#include <span>
#include <string>

#include "engine/base/bytes.hpp"
#include "engine/base/error.hpp"
#include "engine/base/link_type.hpp"
#include "engine/base/strong_int.hpp"
#include "engine/base/time.hpp"
#include "engine/base/verdict.hpp"

namespace espial::capture {

/// What the source knows about a packet's transport and IP checksums.
enum class ChecksumState : std::uint8_t {
  unknown,       // nobody looked: verify them if asked to
  not_filled_in  // the sender's hardware was to compute them, or the kernel has already verified
                 // them: nothing to judge
};

/// One frame as it came. `bytes` borrow from the source until its next receive().
struct RawPacket {
  ByteView bytes;
  Timestamp time;
  LinkType link = LinkType::ethernet;
  std::uint32_t wire_length =
      0;  // bytes on the wire; more than bytes.size() when the capture cut it
  ChecksumState checksums = ChecksumState::unknown;
  bool unsegmented = false;  // GSO: several segments in one; its lengths are no anomaly
  PacketNumber number;       // counted by the source from 1
  std::uint32_t id = 0;      // the source's own handle for decide(): the NFQUEUE packet id
};

/// Where a capture file is damaged or ends in mid-record. All packets before that place were
/// delivered.
struct Damage {
  std::string file;          // as given by the caller; "-" is standard input
  std::uint64_t offset = 0;  // of the record or block at fault, in the uncompressed stream
  std::string what;
};

struct SourceStats {
  std::uint64_t packets = 0;         // delivered
  std::uint64_t bytes = 0;           // of their frames
  std::uint64_t lost = 0;            // told by the source: queue full, socket buffer full
  std::uint64_t verdict_errors = 0;  // decisions that the kernel did not take
  std::uint64_t send_errors = 0;     // packets of our own that could not be sent
};

/// How far a source of known length has come; for a progress bar.
struct Progress {
  std::uint64_t done = 0;   // bytes of input read (compressed size where compressed)
  std::uint64_t total = 0;  // 0: unknown (standard input, a live queue)
};

/// Where packets come from and where verdicts go. Owned and driven by one thread. The order of
/// calls is receive, decide each packet of the batch once, finish_batch, receive, ... A packet may
/// be decided later than its batch (held); until then finish_batch() settles nothing at or above it
/// by a batch verdict.
class PacketSource {
 public:
  PacketSource() = default;
  PacketSource(const PacketSource&) = delete;
  PacketSource& operator=(const PacketSource&) = delete;
  PacketSource(PacketSource&&) = delete;
  PacketSource& operator=(PacketSource&&) = delete;
  virtual ~PacketSource() = default;

  struct Received {
    std::size_t count = 0;  // packets written to the front of the caller's span
    bool end = false;  // nothing will ever follow (end of the capture, or the source was stopped)
  };
  /// Fills `into` with what is there, waiting at most `wait` for the first packet. A zero count
  /// without `end` is a time-out. An error means that the surroundings failed for good.
  [[nodiscard]] virtual std::expected<Received, SystemError> receive(std::span<RawPacket> into,
                                                                     Duration wait) = 0;

  /// The verdict on one packet. Sources that only read ignore it.
  virtual void decide(const RawPacket& packet, Verdict verdict) { (void)packet, (void)verdict; }
  /// Sends an IP packet of our own, as it is, towards its destination: what tells a sender that it
  /// was rejected. Sources that only read ignore it. What cannot be sent is counted.
  virtual void send(ByteView packet) { (void)packet; }
  /// Sends what decide() gathered.
  virtual void finish_batch() {}

  [[nodiscard]] virtual SourceStats stats() const = 0;
  [[nodiscard]] virtual Progress progress() const { return {}; }
  /// The first damage met, if any. Known at the latest when receive() said `end`.
  [[nodiscard]] virtual std::optional<Damage> damage() const { return std::nullopt; }
};

}  // namespace espial::capture
