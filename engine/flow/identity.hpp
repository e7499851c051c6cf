#pragma once
#include <string>

#include "engine/base/siphash.hpp"
#include "engine/flow/flow.hpp"

namespace espial::flow {

/// Community ID version 1 with seed 0: "1:" and the base64 of SHA-1 over the ordered 5-tuple. Equal
/// in every tool that knows it. ESP and AH have no ports there; ESP in UDP has those of its UDP.
/// Costs a SHA-1: made for records, not packets.
[[nodiscard]] std::string community_id(const FlowKey& key);

/// Zeek-style uid: "C" and 17 base-62 characters drawn from the flow's id under a secret of this
/// run.
[[nodiscard]] std::string uid(const Flow& flow, const SipKey& secret);

}  // namespace espial::flow
