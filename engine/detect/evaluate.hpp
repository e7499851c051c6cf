#pragma once
#include <boost/container/static_vector.hpp>

#include "engine/detect/buffer_match.hpp"
#include "engine/detect/facts.hpp"
#include "engine/detect/ruleset.hpp"
#include "engine/flow/flow_bits.hpp"

namespace espial::detect {

inline constexpr std::size_t kMaxMatches = 64;  // rules reported for one packet
inline constexpr std::size_t kMaxTagging = 16;  // of them and of silent ones, rules with tags

/// What matching rules may change: the packet's flow, the same that its facts show.
struct FlowState {
  flow::Flow& flow;
  flow::FlowBits& bits;
};

/// What a worker keeps between packets for the evaluator, so that evaluating allocates nothing.
struct Scratch {
  MatchScratch match;
  /// The rules that held, in the order of judgement, without alerts that are not told. Ends with
  /// the first pass rule: what comes after it is not asked.
  boost::container::static_vector<const rules::Rule*, kMaxMatches> matches;
  /// The rules that held and have tags.
  boost::container::static_vector<const rules::Rule*, kMaxTagging> tagging;
  bool mutes_message = false;     // some rule that held wants no record of the message
  bool mutes_flow = false;        // ... or no record of the flow
  bool bypass = false;            // some rule that held bypasses the flow
  bool truncated = false;         // more rules held than are kept
  bool budget_exhausted = false;  // some rule was given up: its answer counted as no

  /// For a packet that no rule is asked about: nothing held.
  void clear() noexcept {
    matches.clear();
    tagging.clear();
    mutes_message = mutes_flow = bypass = truncated = budget_exhausted = false;
  }
};

/// Asks every rule of `ruleset` about one packet and leaves the answer in `scratch`. The ruleset is
/// only read. A rule that holds changes the flow's bits at once, so that rules behind it see that;
/// without `state` no bit changes.
void evaluate(const Ruleset& ruleset, const PacketFacts& facts, Scratch& scratch,
              const FlowState* state = nullptr);

/// The same for a frame without an IP packet, or for ARP in a tunnel (`facts.bare`).
void evaluate_bare(const Ruleset& ruleset, const PacketFacts& facts, Scratch& scratch);

}  // namespace espial::detect
