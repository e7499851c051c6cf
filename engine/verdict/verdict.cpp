#include "engine/verdict/verdict.hpp"

#include <algorithm>
#include <array>
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

/// In the order of the enumeration: EVE's word, and a counter's.
constexpr std::array kReasons{std::pair{"", ""},
                              std::pair{"rules", "rules"},
                              std::pair{"flow drop", "flow_drop"},
                              std::pair{"flow memcap", "flow_memcap"},
                              std::pair{"defrag error", "defrag_error"},
                              std::pair{"defrag memcap", "defrag_memcap"},
                              std::pair{"stream error", "stream_error"},
                              std::pair{"stream memcap", "stream_memcap"},
                              std::pair{"stream midstream", "stream_midstream"},
                              std::pair{"stream reassembly", "stream_reassembly"}};
static_assert(kReasons.size() == std::to_underlying(Reason::count_));

}  // namespace

std::string_view name_of(Reason reason) noexcept {
  return kReasons[std::to_underlying(reason)].first;
}

std::string_view counter_of(Reason reason) noexcept {
  return kReasons[std::to_underlying(reason)].second;
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
  if (flow.passed || flow.state == flow::State::bypassed) return {.asks_rules = false};
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
