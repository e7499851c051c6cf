#pragma once
#include <cstdint>
#include <memory>
#include <span>

#include "engine/detect/ruleset.hpp"

namespace espial::detect {

/// What one worker needs to run PCRE2 within limits, and the steps that a packet may still cost.
/// One a worker.
class MatchScratch {
 public:
  MatchScratch();

  /// Work units for one packet: a candidate place of a content or a run of a PCRE is one. A content
  /// that is nowhere costs none, so that it takes matches, not a large ruleset, to spend them.
  static constexpr std::uint32_t kBudget = 20'000;
  void refill() noexcept {
    left_ = kBudget;
    exhausted_ = false;
  }
  /// Takes one unit; false when the budget is spent.
  [[nodiscard]] bool spend() noexcept {
    exhausted_ = left_ == 0;
    if (!exhausted_) --left_;
    return !exhausted_;
  }
  /// A unit was asked for that was not there.
  [[nodiscard]] bool exhausted() const noexcept { return exhausted_; }

  [[nodiscard]] pcre2_real_match_data_8* match_data() const noexcept { return data_.get(); }
  [[nodiscard]] pcre2_real_match_context_8* context() const noexcept { return context_.get(); }

 private:
  struct FreeData {
    void operator()(pcre2_real_match_data_8* data) const noexcept;
  };
  struct FreeContext {
    void operator()(pcre2_real_match_context_8* context) const noexcept;
  };
  std::unique_ptr<pcre2_real_match_data_8, FreeData> data_;
  std::unique_ptr<pcre2_real_match_context_8, FreeContext> context_;
  std::uint32_t left_ = kBudget;
  bool exhausted_ = false;
};

/// The part of a stream that is at hand: bytes that were asked about before, and fresh ones.
struct StreamBytes {
  ByteView bytes;
  std::uint64_t offset = 0;  // in the stream, of the first of them
  std::size_t fresh = 0;     // index of the first fresh one
};

/// Whether all patterns hold on `buffer` together, with Suricata's meaning: relative patterns count
/// from the end of the match before, and where one fails the match before it is tried at its next
/// place. When the budget ends first the answer is no and `scratch.exhausted()` tells.
[[nodiscard]] bool holds_on(const rules::BufferTest& test, std::span<const PcreCode> codes,
                            ByteView buffer, MatchScratch& scratch);

/// The same on a stream, where offset and depth count from its first byte. What held before does
/// not hold again: some pattern that is not negated must end in the fresh bytes.
[[nodiscard]] bool holds_on(const rules::BufferTest& test, std::span<const PcreCode> codes,
                            const StreamBytes& stream, MatchScratch& scratch);

}  // namespace espial::detect
