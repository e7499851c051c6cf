#include "rules/plan/flow_text.hpp"

#include <fmt/format.h>

namespace espial::rules {
namespace {

std::string_view count_text(FlowCount count) {
  switch (count) {
    case FlowCount::age: return "age";
    case FlowCount::packets: return "packets";
    case FlowCount::bytes: return "bytes";
    case FlowCount::stream_size: return "stream size";
  }
  std::unreachable();
}

std::string_view operation_text(FlowBitOperation operation) {
  switch (operation) {
    case FlowBitOperation::set: return "set";
    case FlowBitOperation::unset: return "unset";
    case FlowBitOperation::toggle: return "toggle";
  }
  std::unreachable();
}

std::string_view scope_text(TagScope scope) {
  switch (scope) {
    case TagScope::session: return "session";
    case TagScope::source_host: return "source host";
    case TagScope::destination_host: return "destination host";
  }
  std::unreachable();
}

std::string_view metric_text(TagMetric metric) {
  switch (metric) {
    case TagMetric::packets: return "packets";
    case TagMetric::bytes: return "bytes";
    case TagMetric::seconds: return "seconds";
  }
  std::unreachable();
}

std::string_view unit_text(ConfigUnit unit) {
  switch (unit) {
    case ConfigUnit::tx: return "tx";
    case ConfigUnit::flow: return "flow";
    case ConfigUnit::packet: return "packet";
  }
  std::unreachable();
}

}  // namespace

std::string test_text(const FlowTest& test) {
  std::string text = "flow";
  switch (test.direction) {
    case FlowDirection::any: break;
    case FlowDirection::to_server: text += " to_server"; break;
    case FlowDirection::to_client: text += " to_client"; break;
  }
  if (test.established) text += *test.established ? " established" : " not_established";
  if (test.stream) text += *test.stream ? " only_stream" : " no_stream";
  if (test.joined) text += *test.joined ? " only_frag" : " no_frag";
  return text;
}

std::string test_text(const FlowBitTest& test) {
  std::string text = test.set ? "flow bit set:" : "flow bit not set:";
  for (const std::string& name : test.names) text += ' ' + name;
  return text;
}

std::string test_text(const FlowCountTest& test) {
  std::string text = fmt::format("flow {}", count_text(test.count));
  if (test.count != FlowCount::age) text += fmt::format(" {}", name_of(test.sides));
  if (test.values.mask != ~std::uint64_t{0}) text += fmt::format(" & {:#x}", test.values.mask);
  text += test.values.negated ? " not in" : " in";
  for (const NumberRange& range : test.values.ranges) {
    text += fmt::format(" {}", range.first);
    if (range.first != range.last) text += fmt::format("..{}", range.last);
  }
  return text;
}

std::string test_text(const EventTest& test) {
  return fmt::format("{} event {}",
                     test.source == registry::EventSource::stream ? "stream" : "decoder",
                     registry::packet_events(test.source)[test.event]);
}

std::string effects_text(const Effects& effects) {
  std::string text;
  for (const FlowBitChange& change : effects.flow_bits)
    text += fmt::format("  then {} flow bit {}\n", operation_text(change.operation), change.name);
  for (const Tag& tag : effects.tags)
    text += fmt::format("  then tag {} for {} {}\n", scope_text(tag.scope), tag.count,
                        metric_text(tag.metric));
  if (effects.config)
    text += fmt::format("  then disable logging of {} for {}\n", unit_text(effects.config->type),
                        unit_text(effects.config->scope));
  if (effects.bypass) text += "  then bypass\n";
  if (effects.target != Target::none)
    text +=
        fmt::format("  target {}\n", effects.target == Target::source ? "source" : "destination");
  if (effects.alert) text += *effects.alert ? "  alert\n" : "  no alert\n";
  return text;
}

}  // namespace espial::rules
