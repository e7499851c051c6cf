#pragma once
#include "engine/detect/facts.hpp"
#include "engine/detect/ruleset.hpp"

/// Conditions about the flow and about events. Not for use outside of this module.
namespace espial::detect {

[[nodiscard]] bool holds(const rules::FlowTest& test, const PacketFacts& facts);
/// `bits`: the hashes of the test's names. Where no flow is known no bit is set.
[[nodiscard]] bool holds(const rules::FlowBitTest& test, std::span<const flow::FlowBit> bits,
                         const PacketFacts& facts);
[[nodiscard]] bool holds(const rules::FlowCountTest& test, const PacketFacts& facts);
/// `event`: the test's, as the engine knows it; nothing when the engine never raises it.
[[nodiscard]] bool holds(const OpenEvent& event, const PacketFacts& facts);

/// What the engine knows the event of a rule by.
[[nodiscard]] OpenEvent open_event(const rules::EventTest& test);

}  // namespace espial::detect
