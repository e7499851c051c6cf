#include "engine/detect/ruleset.hpp"

#include <fmt/format.h>
#include <pcre2.h>

#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/overloaded.hpp"
#include "engine/detect/flow_tests.hpp"

namespace espial::detect {
namespace {

std::expected<PcreCode, SystemError> open_pcre(const rules::Pcre& pcre,
                                               const rules::RuleInfo& info) {
  int error = 0;
  PCRE2_SIZE offset = 0;
  const ByteView text = as_bytes(pcre.pattern);
  PcreCode code(pcre2_compile(as_u8(text), text.size(), pcre.options, &error, &offset, nullptr));
  if (code) {
    (void)pcre2_jit_compile(code.get(), PCRE2_JIT_COMPLETE);  // without JIT it matches too, slower
    return code;
  }
  std::array<PCRE2_UCHAR, 256> message{};
  pcre2_get_error_message(error, message.data(), message.size());
  const std::string_view said = as_text(std::as_bytes(std::span(message)));
  return std::unexpected(
      SystemError{.what = fmt::format("{}: pcre of rule {} does not open at {}: {}", info.place,
                                      info.sid, offset, said.substr(0, said.find('\0'))),
                  .advice = "check the rule with 'espial rules check'"});
}

/// The keyword whose field a condition is on; null where it is on none.
const rules::Keyword* keyword_of(const rules::Condition& condition) {
  using rules::FieldId;
  const Overloaded field_of{
      [](const auto&) { return FieldId::none; },
      [](const rules::NumberTest& test) { return test.field; },
      [](const rules::BytesTest& test) { return test.field; },
      [](const rules::BufferTest& test) { return test.buffer; },
  };
  return rules::keyword_of(std::visit(field_of, condition));
}

rules::Side side_of(const rules::Condition& condition) {
  const rules::Keyword* const keyword = keyword_of(condition);
  return keyword != nullptr ? keyword->side : rules::Side::both;
}

bool looks_at_message(const rules::Rule& rule) {
  using rules::HeaderProtocol;
  const HeaderProtocol protocol = rule.header.protocol;
  if (protocol >= HeaderProtocol::ike && protocol <= HeaderProtocol::ipsec) return true;
  return std::ranges::any_of(rule.conditions, [](const rules::Condition& condition) {
    const rules::Keyword* const keyword = keyword_of(condition);
    return keyword != nullptr && keyword->layer < rules::Layer::packet;
  });
}

std::expected<OpenCondition, SystemError> open_condition(const rules::Condition& condition,
                                                         const rules::RuleInfo& info) {
  OpenCondition open{.condition = &condition, .codes = {}, .side = side_of(condition)};
  if (const auto* const bits = std::get_if<rules::FlowBitTest>(&condition))
    for (const std::string& name : bits->names) open.bits.push_back(flow::flow_bit(name));
  if (const auto* const event = std::get_if<rules::EventTest>(&condition))
    open.event = open_event(*event);
  const auto* const test = std::get_if<rules::BufferTest>(&condition);
  if (test == nullptr) return open;
  for (const rules::Pattern& pattern : test->patterns) {
    PcreCode code;
    if (const auto* const pcre = std::get_if<rules::Pcre>(&pattern); pcre != nullptr) {
      auto opened = open_pcre(*pcre, info);
      if (!opened) return std::unexpected(std::move(opened.error()));
      code = std::move(*opened);
    }
    open.codes.push_back(std::move(code));
  }
  return open;
}

}  // namespace

bool is_about_bare_frames(const rules::Rule& rule) noexcept {
  using rules::HeaderProtocol;
  const rules::Header& header = rule.header;
  if (!header.source.any() || !header.destination.any() || !header.source_port.any() ||
      !header.destination_port.any() || header.hook == rules::Hook::flow_start)
    return false;
  if (header.protocol == HeaderProtocol::arp || header.protocol == HeaderProtocol::ether)
    return true;
  const auto is_decode_event = [](const rules::Condition& condition) {
    const auto* const test = std::get_if<rules::EventTest>(&condition);
    return test != nullptr && test->source == registry::EventSource::decoder;
  };
  return (header.protocol == HeaderProtocol::ip || header.protocol == HeaderProtocol::pkthdr) &&
         std::ranges::any_of(rule.conditions, is_decode_event);
}

void free_pcre(pcre2_real_code_8* code) noexcept {
  pcre2_code_free(code);
}

std::expected<std::unique_ptr<const Ruleset>, SystemError> Ruleset::open(rules::Plan plan) {
  std::unique_ptr<Ruleset> ruleset(
      new Ruleset(std::move(plan)));  // NOLINT(*-owning-memory): private constructor
  ruleset->open_.reserve(ruleset->plan_.rules.size());
  for (const rules::Rule& rule : ruleset->plan_.rules) {
    OpenRule open{.rule = &rule,
                  .protocols = std::uint32_t{1} << std::to_underlying(rule.header.protocol),
                  .of_message = looks_at_message(rule),
                  .conditions = {}};
    for (const rules::Condition& condition : rule.conditions) {
      auto opened = open_condition(condition, rule.info);
      if (!opened) return std::unexpected(std::move(opened.error()));
      open.conditions.push_back(std::move(*opened));
    }
    ruleset->can_drop_ = ruleset->can_drop_ || rule.info.action == rules::Action::drop ||
                         rule.info.action == rules::Action::reject;
    for (const rules::FlowBitChange& change : rule.effects.flow_bits)
      open.changes.emplace_back(change.operation, flow::flow_bit(change.name));
    ruleset->open_.push_back(std::move(open));
  }
  for (const OpenRule& open : ruleset->open_)
    if (is_about_bare_frames(*open.rule)) ruleset->bare_.push_back(&open);
  return ruleset;
}

}  // namespace espial::detect
