#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/bytes.hpp"

namespace espial::exporting {

/// How much goes into one Batch: whichever is reached first.
struct BatchLimits {
  std::size_t bytes = std::size_t{256} << 10U;
  std::size_t records = 4096;
};

/// Writes the frame of a Batch from records as the spool keeps them, without parsing them:
/// sensor_id and sequence are appended to the serialized record, where the protobuf encoding lets
/// the last value of a field win (Protocol Buffers, Encoding, "Last One Wins").
class BatchFrame {
 public:
  explicit BatchFrame(std::string_view sensor_id, BatchLimits limits = {});

  void clear();
  /// False, and nothing added, when the batch is full. The first record always fits.
  [[nodiscard]] bool add(std::uint64_t sequence, ByteView record);
  [[nodiscard]] std::size_t records() const noexcept { return records_; }
  /// Sequence of the last record; 0 for an empty batch.
  [[nodiscard]] std::uint64_t last_sequence() const noexcept { return last_sequence_; }
  /// The whole frame, of an empty Batch too; valid until the next call of anything here.
  [[nodiscard]] std::string_view finish();

 private:
  std::string sensor_field_;  // sensor_id, encoded once
  BatchLimits limits_;
  std::string body_;
  std::string frame_;
  std::size_t records_ = 0;
  std::uint64_t last_sequence_ = 0;
};

}  // namespace espial::exporting
