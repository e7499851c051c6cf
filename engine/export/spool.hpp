#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>

#include "engine/base/bytes.hpp"

namespace espial::exporting {

/// Called with a record's sequence and its serialized bytes; false ends the reading. The bytes are
/// valid during the call.
using SpoolReader = std::function<bool(std::uint64_t sequence, ByteView record)>;

/// Keeps serialized records, without sensor_id and sequence, from the moment they leave a ring
/// until the collector has acknowledged them. It gives out the sequences: dense, from 1 for each
/// epoch. What does not fit is refused and gets no sequence, so a full spool makes no hole in them.
/// Used by the export thread alone.
class Spool {
 public:
  Spool() = default;
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;
  Spool(Spool&&) = delete;
  Spool& operator=(Spool&&) = delete;
  virtual ~Spool() = default;

  /// Names this run of sequences (stream.proto, Hello.epoch).
  [[nodiscard]] virtual std::uint64_t epoch() const = 0;

  /// Keeps a copy of `record` and returns its sequence; nothing when the spool is full. The caller
  /// counts the loss and tells of it.
  [[nodiscard]] virtual std::optional<std::uint64_t> append(ByteView record) = 0;

  /// Reads records in order from `from` on (or from the oldest kept, if that is newer).
  virtual void read(std::uint64_t from, const SpoolReader& reader) const = 0;

  /// Frees the records up to and including `through`. Sequences that are gone already or were never
  /// given are ignored.
  virtual void acknowledge(std::uint64_t through) = 0;

  /// The oldest record kept, and the sequence that the next append() gives. Equal: it is empty.
  [[nodiscard]] virtual std::uint64_t first_sequence() const = 0;
  [[nodiscard]] virtual std::uint64_t next_sequence() const = 0;
  /// What its limit counts.
  [[nodiscard]] virtual std::uint64_t bytes() const = 0;

  [[nodiscard]] bool empty() const { return first_sequence() == next_sequence(); }
};

/// A spool in memory: lives as long as the process, so each start is a new epoch. When full it
/// refuses the newest: what an operator wants of an outage is how it began, and the sequences stay
/// dense.
class MemorySpool final : public Spool {
 public:
  static constexpr std::uint64_t kDefaultLimit = 64ULL << 20U;

  /// `limit_bytes` counts the records and 64 bytes for the keeping of each.
  explicit MemorySpool(std::uint64_t limit_bytes = kDefaultLimit);

  [[nodiscard]] std::uint64_t epoch() const override { return epoch_; }
  [[nodiscard]] std::optional<std::uint64_t> append(ByteView record) override;
  void read(std::uint64_t from, const SpoolReader& reader) const override;
  void acknowledge(std::uint64_t through) override;
  [[nodiscard]] std::uint64_t first_sequence() const override { return first_; }
  [[nodiscard]] std::uint64_t next_sequence() const override { return first_ + records_.size(); }
  [[nodiscard]] std::uint64_t bytes() const override { return bytes_; }

 private:
  std::deque<std::string> records_;
  std::uint64_t first_ = 1;
  std::uint64_t bytes_ = 0;
  std::uint64_t limit_;
  std::uint64_t epoch_;
};

}  // namespace espial::exporting
