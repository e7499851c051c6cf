#pragma once
#include <chrono>
#include <cstdint>
#include <string>

#include "engine/capture/source.hpp"

namespace espial::tools {

/// A line on stderr that tells how far a long run has come. Silent when stderr is no terminal or
/// the run is short.
class ProgressBar {
 public:
  explicit ProgressBar(std::string title);
  /// Draws anew, at most some times a second.
  void show(const capture::Progress& progress, std::uint64_t packets);
  /// Takes the line away.
  void clear() const;

 private:
  using Clock = std::chrono::steady_clock;
  std::string title_;
  bool terminal_;
  bool drawn_ = false;
  Clock::time_point started_ = Clock::now();
  Clock::time_point next_;
};

}  // namespace espial::tools
