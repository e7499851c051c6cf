#include "engine/verdict/verdict.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace espial::verdict {
namespace {

bool drops(rules::Action action) noexcept {
  switch (action) {
    case rules::Action::drop:
    case rules::Action::reject: return true;  // reject answers nothing yet: it counts as drop
    case rules::Action::pass:
    case rules::Action::alert: return false;
  }
  std::unreachable();
}

}  // namespace

std::string_view name_of(Reason reason) noexcept {
  switch (reason) {
    case Reason::none: return "";
    case Reason::rules: return "rules";
    case Reason::flow_drop: return "flow drop";
    case Reason::flow_memory: return "flow memcap";
    case Reason::defrag_error: return "defrag error";
    case Reason::defrag_memory: return "defrag memcap";
    case Reason::stream_error: return "stream error";
    case Reason::stream_memory: return "stream memcap";
    case Reason::stream_midstream: return "stream midstream";
    case Reason::stream_reassembly: return "stream reassembly";
    case Reason::count_: break;
  }
  std::unreachable();
}

Disposition decide(std::span<const rules::Rule* const> matches, Mode mode) noexcept {
  if (mode == Mode::detect_only) return {};
  const auto dropping = std::ranges::find_if(
      matches, [](const rules::Rule* rule) { return drops(rule->info.action); });
  if (dropping == matches.end()) return {};
  return {.verdict = Verdict::drop, .reason = Reason::rules, .rule = *dropping};
}

Disposition settled_before(flow::FlowTable& flows, const flow::Flow& flow, const IkeSpi* initiator,
                           Timestamp now) noexcept {
  constexpr Disposition kDropped{
      .verdict = Verdict::drop, .reason = Reason::flow_drop, .rule = nullptr, .asks_rules = false};
  if (flow.dropped) return kDropped;
  if (flow.passed || flow.bypassed) return {.asks_rules = false};
  if (initiator == nullptr || flow.conversations_dropped == 0) return {};
  flow::Flow* const conversation = flows.find(flow::conversation_key(flow.key, *initiator), now);
  if (conversation == nullptr) return {};
  conversation->last = std::max(conversation->last, now);
  return kDropped;
}

void settle_rest(flow::FlowTable& flows, flow::Flow& flow, const IkeSpi* initiator, Timestamp now) {
  if (initiator == nullptr) {
    flow.dropped = true;
    return;
  }
  if (flow.conversations_dropped != std::numeric_limits<std::uint8_t>::max())
    ++flow.conversations_dropped;
  flows.open(flow::conversation_key(flow.key, *initiator), now).flow.dropped = true;
}

}  // namespace espial::verdict
