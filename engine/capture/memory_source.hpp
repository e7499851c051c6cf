#pragma once
#include <cstddef>
#include <utility>
#include <vector>

#include "engine/capture/source.hpp"

namespace espial::capture {

/// A frame that a test makes.
struct MemoryPacket {
  std::vector<std::byte> bytes;
  Timestamp time;
  LinkType link = LinkType::raw_ip;
  ChecksumState checksums = ChecksumState::unknown;
  bool unsegmented = false;
  std::uint32_t wire_length = 0;  // 0: that of `bytes`
};

/// Packets from memory, for tests of what lies behind a source: it gives them in order and
/// remembers what was decided. A packet's id is its number.
class MemorySource final : public PacketSource {
 public:
  struct Decision {
    PacketNumber number;
    Verdict verdict;
    friend bool operator==(const Decision&, const Decision&) = default;
  };

  explicit MemorySource(std::vector<MemoryPacket> packets) : packets_(std::move(packets)) {}

  [[nodiscard]] std::expected<Received, SystemError> receive(std::span<RawPacket> into,
                                                             Duration wait) override;
  void decide(const RawPacket& packet, Verdict verdict) override;
  void finish_batch() override { ++finished_batches_; }
  [[nodiscard]] SourceStats stats() const override { return stats_; }

  /// In the order in which they were made.
  [[nodiscard]] const std::vector<Decision>& decisions() const noexcept { return decisions_; }
  [[nodiscard]] std::size_t finished_batches() const noexcept { return finished_batches_; }

 private:
  std::vector<MemoryPacket> packets_;
  std::vector<Decision> decisions_;
  std::size_t finished_batches_ = 0;
  SourceStats stats_;
};

}  // namespace espial::capture
