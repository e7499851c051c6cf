#pragma once
#include <boost/container/static_vector.hpp>

#include "engine/detect/buffer_match.hpp"
#include "engine/detect/facts.hpp"
#include "engine/detect/ruleset.hpp"

namespace espial::detect {

inline constexpr std::size_t kMaxMatches = 64;  // rules reported for one packet

/// What a worker keeps between packets for the evaluator, so that evaluating allocates nothing.
struct Scratch {
  MatchScratch match;
  /// The rules that held, in the order of judgement. Ends with the first pass rule: what comes
  /// after it is not asked.
  boost::container::static_vector<const rules::Rule*, kMaxMatches> matches;
  bool truncated = false;         // more rules held than are kept
  bool budget_exhausted = false;  // some rule was given up: its answer counted as no
};

/// Asks every rule of `ruleset` about one packet and leaves the answer in `scratch`. The ruleset is
/// only read.
void evaluate(const Ruleset& ruleset, const PacketFacts& facts, Scratch& scratch);

}  // namespace espial::detect
