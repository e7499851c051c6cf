#include "engine/detect/flow_tests.hpp"

#include <algorithm>
#include <utility>

#include "engine/base/overloaded.hpp"

namespace espial::detect {
namespace {

/// Either side may know the event by an older name.
template <class Event>
std::optional<Event> find_event(const rules::EventTest& test) {
  for (std::size_t i = 0; i < std::to_underlying(Event::count_); ++i) {
    const auto event = static_cast<Event>(i);
    if (registry::find_packet_event(test.source, name_of(event)) == test.event) return event;
  }
  return std::nullopt;
}

bool passes(const rules::NumberTest& test, std::uint64_t value) {
  const std::uint64_t masked = value & test.mask;
  const bool found = std::ranges::any_of(test.ranges, [&](const rules::NumberRange& range) {
    return range.first <= masked && masked <= range.last;
  });
  return found != test.negated;
}

std::uint64_t seconds_between(Timestamp start, Timestamp now) {
  const auto whole = [](Timestamp t) {
    return std::chrono::floor<std::chrono::seconds>(t.since_epoch()).count();
  };
  return static_cast<std::uint64_t>(std::max<std::int64_t>(whole(now) - whole(start), 0));
}

/// The count of what each side sent; nothing, where it is not known.
std::optional<std::array<std::uint64_t, 2>> counts(rules::FlowCount count,
                                                   const PacketFacts& facts) {
  if (count == rules::FlowCount::stream_size) {
    if (!facts.stream_sizes) return std::nullopt;
    return std::array<std::uint64_t, 2>{(*facts.stream_sizes)[0], (*facts.stream_sizes)[1]};
  }
  if (facts.flow == nullptr) return std::nullopt;
  const auto& sides = facts.flow->sides;
  switch (count) {
    case rules::FlowCount::age: {
      const std::uint64_t age = seconds_between(facts.flow->start, facts.flow->last);
      return std::array{age, age};
    }
    case rules::FlowCount::packets: return std::array{sides[0].packets, sides[1].packets};
    case rules::FlowCount::bytes: return std::array{sides[0].bytes, sides[1].bytes};
    case rules::FlowCount::stream_size: break;
  }
  std::unreachable();
}

}  // namespace

bool holds(const rules::FlowTest& test, const PacketFacts& facts) {
  if (facts.bare) return false;  // has no flow
  if (test.direction == rules::FlowDirection::to_server &&
      facts.direction != flow::Direction::to_server)
    return false;
  if (test.direction == rules::FlowDirection::to_client &&
      facts.direction != flow::Direction::to_client)
    return false;
  if (test.joined && *test.joined != facts.packet.joined) return false;
  return !test.established || *test.established == facts.established;
}

bool holds(const rules::FlowBitTest& test, std::span<const flow::FlowBit> bits,
           const PacketFacts& facts) {
  if (facts.bare) return false;
  return std::ranges::any_of(bits, [&](flow::FlowBit bit) {
    return (facts.flow != nullptr && flow::FlowBits::is_set(*facts.flow, bit)) == test.set;
  });
}

bool holds(const rules::FlowCountTest& test, const PacketFacts& facts) {
  const auto known = counts(test.count, facts);
  if (!known) return false;
  const auto [to_server, to_client] = *known;
  switch (test.sides) {
    case rules::FlowSides::to_server: return passes(test.values, to_server);
    case rules::FlowSides::to_client: return passes(test.values, to_client);
    case rules::FlowSides::either:
      return passes(test.values, to_server) || passes(test.values, to_client);
    case rules::FlowSides::both:
      return passes(test.values, to_server) && passes(test.values, to_client);
  }
  std::unreachable();
}

bool holds(const OpenEvent& event, const PacketFacts& facts) {
  const Overloaded run{
      [](std::monostate) { return false; },
      [&](decode::Event found) {
        return facts.packet.events.has(found) ||
               (facts.frame_events != nullptr && facts.frame_events->has(found));
      },
      [&](flow::StreamEvent found) { return facts.stream_events.has(found); },
  };
  return std::visit(run, event);
}

OpenEvent open_event(const rules::EventTest& test) {
  switch (test.source) {
    case registry::EventSource::decoder:
      if (const auto event = find_event<decode::Event>(test)) return *event;
      return std::monostate{};
    case registry::EventSource::stream:
      if (const auto event = find_event<flow::StreamEvent>(test)) return *event;
      return std::monostate{};
  }
  std::unreachable();
}

}  // namespace espial::detect
