#pragma once
#include <lmdb.h>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/error.hpp"
#include "engine/base/handle.hpp"

namespace espial::collector {

/// One run of sequences: a sensor and the epoch it drew (stream.proto, Hello).
struct StreamKey {
  std::string sensor_id;
  std::uint64_t epoch = 0;
  friend bool operator==(const StreamKey&, const StreamKey&) = default;
};

/// What the collector has of each stream, durable: an LMDB file. For each sensor the last sequence
/// of its newest eight epochs; a sensor that keeps its spool in memory draws a new one at each
/// start, and older ones never come back. One thread.
class StateStore {
 public:
  static constexpr std::size_t kEpochs = 8;
  static constexpr std::size_t kMaxSensorId = 255;

  /// Makes the file (and FILE-lock beside it) if it is not there; its folder must be.
  [[nodiscard]] static std::expected<StateStore, SystemError> open(
      const std::filesystem::path& file);

  /// The last sequence that is durable; nothing for a stream that is not known.
  [[nodiscard]] std::expected<std::optional<std::uint64_t>, SystemError> last(
      const StreamKey& stream) const;

  /// Remembers `sequence`; it is on disk when this returns.
  [[nodiscard]] std::expected<void, SystemError> remember(const StreamKey& stream,
                                                          std::uint64_t sequence);

 private:
  using Environment = std::unique_ptr<MDB_env, Deleter<mdb_env_close>>;
  StateStore(Environment environment, MDB_dbi table, std::string file)
      : environment_(std::move(environment)), table_(table), file_(std::move(file)) {}
  [[nodiscard]] SystemError error(std::string_view action, int code) const;

  Environment environment_;
  MDB_dbi table_;
  std::string file_;
};

}  // namespace espial::collector
