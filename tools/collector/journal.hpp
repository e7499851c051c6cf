#pragma once
#include <expected>

#include "engine/base/error.hpp"
#include "engine/record/record.hpp"

namespace espial::collector {

/// Where the collector's records end up: the logs; a vector in tests. This is the seam for further
/// sinks. One thread.
class Journal : public record::Sink {
 public:
  /// After success every record emitted so far survives a crash of this host. After a failure it is
  /// not known which of those since the last success did.
  [[nodiscard]] virtual std::expected<void, SystemError> sync() = 0;
  /// Takes up its files anew, after a rotation moved them away.
  [[nodiscard]] virtual std::expected<void, SystemError> reopen() = 0;
};

}  // namespace espial::collector
