#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "engine/base/verdict.hpp"
#include "engine/detect/evaluate.hpp"
#include "engine/flow/flow_table.hpp"

/// The only room that says drop.
///
/// A packet is settled either by a verdict that an earlier packet left behind, or by the rules that
/// matched it, in Suricata's order: pass, drop, reject, alert. Rules come in that order, and
/// evaluation ends with the first pass: so a pass that matched stands last and alone can stand
/// before a drop. A drop settles what follows as well: the rest of the flow, or, for an IKE
/// message, the rest of its IKE SA only, so that other SAs between the same ports live on.
namespace espial::verdict {

enum class Mode : std::uint8_t {
  detect_only,  // a tap or a capture: rules speak, nothing is held
  inline_ips    // what is dropped does not pass
};

enum class Reason : std::uint8_t {
  none,
  rules,
  flow_drop,
  flow_memory,
  defrag_error,  // fragments that contradict each other
  defrag_memory,
  stream_error,  // a segment that its receiver discards, or that contradicts what has passed
  stream_memory,
  stream_midstream,
  stream_reassembly,
  count_
};

/// EVE `drop.reason` in Suricata's words; empty for `none`.
[[nodiscard]] std::string_view name_of(Reason reason) noexcept;
/// The same as a counter's name has it: "flow_drop".
[[nodiscard]] std::string_view counter_of(Reason reason) noexcept;

struct Disposition {
  Verdict verdict = Verdict::accept;
  Reason reason = Reason::none;
  const rules::Rule* rule = nullptr;  // that dropped; null unless reason is rules
  /// Who is to be told of the drop (reject.hpp); nobody where nothing rejects.
  std::optional<rules::RejectTo> reject = std::nullopt;
  bool asks_rules = true;  // false: the packet is settled without them
};

/// What is to happen to a packet by the rules that matched it.
[[nodiscard]] Disposition decide(std::span<const rules::Rule* const> matches, Mode mode) noexcept;

/// Whether what `rule` says of a packet goes for the rest of its flow: a rule on addresses and the
/// header alone does, one on fields of IPsec, and one that matched in a TCP stream; a rule on
/// single packets goes for the packet (Suricata's meaning).
[[nodiscard]] bool applies_to_flow(const rules::Rule& rule, bool in_stream) noexcept;

/// What an earlier verdict left for a packet of `flow`. `initiator`: of the IKE message that the
/// packet carries, if it does.
[[nodiscard]] Disposition settled_before(flow::FlowTable& flows, const flow::Flow& flow,
                                         const IkeSpi* initiator, Timestamp now) noexcept;

/// Settles what follows a packet that was dropped by rules. `flow` may be gone afterwards: the mark
/// of an IKE SA takes a place in the table.
void settle_rest(flow::FlowTable& flows, flow::Flow& flow, const IkeSpi* initiator, Timestamp now);

}  // namespace espial::verdict
