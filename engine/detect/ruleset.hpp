#pragma once
#include <expected>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "engine/base/error.hpp"
#include "engine/base/handle.hpp"
#include "engine/detect/facts.hpp"
#include "engine/flow/flow_bits.hpp"
#include "rules/plan/plan.hpp"

struct pcre2_real_code_8;  // of libpcre2
struct pcre2_real_match_data_8;
struct pcre2_real_match_context_8;

namespace espial::detect {

void free_pcre(pcre2_real_code_8* code) noexcept;
using PcreCode = std::unique_ptr<pcre2_real_code_8, Deleter<free_pcre>>;

/// An event of a rule, as the engine knows it; monostate when the engine never raises it.
using OpenEvent = std::variant<std::monostate, decode::Event, flow::StreamEvent>;

/// A condition of the plan with what its matchers need at run time beside it.
struct OpenCondition {
  const rules::Condition* condition = nullptr;
  std::vector<PcreCode> codes;  // of a BufferTest: one a pattern, null for a content
  rules::Side side = rules::Side::both;
  std::vector<flow::FlowBit> bits = {};  // of a FlowBitTest
  OpenEvent event = {};                  // of an EventTest
};

struct OpenRule {
  const rules::Rule* rule = nullptr;
  std::uint32_t protocols =
      0;                    // bit of its header protocol: compared with the packet's in one step
  bool of_message = false;  // looks at IKE, ESP or AH
  std::vector<OpenCondition> conditions;
  /// What its match does to the flow's bits, in rule order.
  std::vector<std::pair<rules::FlowBitOperation, flow::FlowBit>> changes = {};
};

/// Whether a rule can be about a frame without an IP packet: one on ARP or on Ethernet, and one on
/// what the decoder found wrong, unless it names addresses, which such a frame does not have.
[[nodiscard]] bool is_about_bare_frames(const rules::Rule& rule) noexcept;

/// A plan with its matchers opened: PCRE2 patterns compiled and JITed. Made on the control thread,
/// then immutable and shared by all workers; freed by its publisher. Patterns were checked when the
/// plan was compiled: one that does not open is reported, not ignored.
class Ruleset {
 public:
  [[nodiscard]] static std::expected<std::unique_ptr<const Ruleset>, SystemError> open(
      rules::Plan plan);
  Ruleset(const Ruleset&) = delete;
  Ruleset& operator=(const Ruleset&) = delete;
  Ruleset(Ruleset&&) = delete;
  Ruleset& operator=(Ruleset&&) = delete;
  ~Ruleset() = default;

  [[nodiscard]] const rules::Plan& plan() const noexcept { return plan_; }
  /// Some rule drops or rejects.
  [[nodiscard]] bool can_drop() const noexcept { return can_drop_; }
  /// In the plan's order: pass, drop, reject, alert.
  [[nodiscard]] const std::vector<OpenRule>& rules() const noexcept { return open_; }
  /// Those of them that are asked of frames without an IP packet, in the same order.
  [[nodiscard]] const std::vector<const OpenRule*>& bare_rules() const noexcept { return bare_; }

 private:
  explicit Ruleset(rules::Plan plan) : plan_(std::move(plan)) {}
  rules::Plan plan_;
  std::vector<OpenRule> open_;         // points into plan_
  std::vector<const OpenRule*> bare_;  // into open_
  bool can_drop_ = false;
};

}  // namespace espial::detect
