#include "engine/verdict/verdict.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "engine/base/overloaded.hpp"

namespace espial::verdict {
namespace {

bool drops(rules::Action action) noexcept {
  switch (action) {
    case rules::Action::drop:
    case rules::Action::reject: return true;
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

enum class Scope : std::uint8_t { none, packet, stream, flow };

bool is_ipsec(rules::FieldId field) noexcept {
  const rules::Keyword* const keyword = rules::keyword_of(field);
  if (keyword == nullptr) return false;
  using rules::Layer;
  constexpr std::array kIpsec{Layer::ike, Layer::esp, Layer::ah, Layer::ipcomp, Layer::ipsec};
  return std::ranges::find(kIpsec, keyword->layer) != kIpsec.end();
}

/// What a condition of a rule makes of the rule's reach. std::visit throws for a variant without a
/// value only, and no plan has one.
// NOLINTNEXTLINE(bugprone-exception-escape)
Scope scope_of(const rules::Condition& condition) noexcept {
  const Overloaded of{
      [](const rules::FlowTest&) { return Scope::none; },
      [](const rules::BufferTest& test) {
        if (test.buffer == rules::FieldId::packet_payload) return Scope::stream;
        return is_ipsec(test.buffer) ? Scope::flow : Scope::packet;
      },
      [](const rules::NumberTest& test) {
        return is_ipsec(test.field) ? Scope::flow : Scope::packet;
      },
      [](const rules::BytesTest& test) {
        return is_ipsec(test.field) ? Scope::flow : Scope::packet;
      },
      [](const auto&) { return Scope::packet; },
  };
  return std::visit(of, condition);
}

}  // namespace

bool applies_to_flow(const rules::Rule& rule, bool in_stream) noexcept {
  bool of_packets = false;
  for (const rules::Condition& condition : rule.conditions) {
    const Scope scope = scope_of(condition);
    if (scope == Scope::flow || (scope == Scope::stream && in_stream)) return true;
    of_packets = of_packets || scope != Scope::none;
  }
  return !of_packets;
}

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
  Disposition out{.verdict = Verdict::drop, .reason = Reason::rules, .rule = *dropping};
  const auto rejecting = std::ranges::find(
      matches, rules::Action::reject, [](const rules::Rule* rule) { return rule->info.action; });
  if (rejecting != matches.end()) out.reject = (*rejecting)->info.reject_to;
  return out;
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
