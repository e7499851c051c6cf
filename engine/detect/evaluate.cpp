#include "engine/detect/evaluate.hpp"

#include <algorithm>
#include <utility>

#include "engine/base/overloaded.hpp"
#include "engine/detect/flow_tests.hpp"

namespace espial::detect {
namespace {

using decode::Transport;
using rules::HeaderProtocol;

constexpr std::uint32_t bit(HeaderProtocol protocol) {
  return std::uint32_t{1} << std::to_underlying(protocol);
}

std::uint32_t transport_bits(const decode::Packet& packet) {
  switch (packet.transport) {
    case Transport::tcp:
      return bit(HeaderProtocol::tcp) | bit(HeaderProtocol::tcp_pkt) |
             bit(HeaderProtocol::tcp_stream);
    case Transport::udp: return bit(HeaderProtocol::udp);
    case Transport::icmp: return bit(HeaderProtocol::icmp) | bit(HeaderProtocol::icmp4);
    case Transport::icmpv6: return bit(HeaderProtocol::icmp) | bit(HeaderProtocol::icmp6);
    case Transport::sctp: return bit(HeaderProtocol::sctp);
    case Transport::other:
    case Transport::fragment: return 0;
  }
  std::unreachable();
}

/// The header protocols that hold for a frame without an IP packet.
std::uint32_t bare_protocols_of(const PacketFacts& facts) {
  std::uint32_t bits = bit(HeaderProtocol::ip) | bit(HeaderProtocol::pkthdr);
  if (facts.arp) bits |= bit(HeaderProtocol::arp);
  if (!facts.packet.ethernet.empty()) bits |= bit(HeaderProtocol::ether);
  return bits;
}

/// The header protocols that hold for this packet, one bit each.
std::uint32_t protocols_of(const PacketFacts& facts) {
  std::uint32_t bits =
      bit(HeaderProtocol::ip) | bit(HeaderProtocol::pkthdr) | transport_bits(facts.packet);
  if (!facts.packet.ethernet.empty()) bits |= bit(HeaderProtocol::ether);
  bits |=
      facts.packet.version() == IpVersion::v4 ? bit(HeaderProtocol::ip4) : bit(HeaderProtocol::ip6);
  if (facts.ipsec.has_ike()) {
    bits |= bit(HeaderProtocol::ike);
    if (facts.ipsec.ike.header.major == 1) bits |= bit(HeaderProtocol::ikev1);
    if (facts.ipsec.ike.header.major == 2) bits |= bit(HeaderProtocol::ikev2);
  }
  if (facts.ipsec.esp) bits |= bit(HeaderProtocol::esp);
  if (!facts.ipsec.ah.empty()) bits |= bit(HeaderProtocol::ah);
  const bool is_ipsec =
      facts.ipsec.content != ipsec::Content::none || !facts.packet.auth_headers.empty();
  if (is_ipsec) bits |= bit(HeaderProtocol::ipsec);
  return bits;
}

bool holds(const rules::AddressSet& set, const IpAddress& address) {
  const auto has = [&](const IpPrefix& prefix) { return prefix.contains(address); };
  return (set.include.empty() || std::ranges::any_of(set.include, has)) &&
         std::ranges::none_of(set.exclude, has);
}

bool holds(const rules::PortSet& set, Port port) {
  const auto has = [&](const rules::PortRange& range) {
    return range.first <= port && port <= range.last;
  };
  return (set.include.empty() || std::ranges::any_of(set.include, has)) &&
         std::ranges::none_of(set.exclude, has);
}

bool has_ports(const decode::Packet& packet) {
  return packet.transport == Transport::udp || packet.transport == Transport::tcp ||
         packet.transport == Transport::sctp;
}

bool ports_hold(const rules::Header& header, const decode::Packet& packet, bool reverse) {
  if (header.source_port.any() && header.destination_port.any()) return true;
  if (!has_ports(packet)) return false;
  const Port from = reverse ? packet.destination_port : packet.source_port;
  const Port to = reverse ? packet.source_port : packet.destination_port;
  return holds(header.source_port, from) && holds(header.destination_port, to);
}

bool endpoints_hold(const rules::Header& header, const decode::Packet& packet, bool reverse) {
  return holds(header.source, reverse ? packet.destination : packet.source) &&
         holds(header.destination, reverse ? packet.source : packet.destination) &&
         ports_hold(header, packet, reverse);
}

bool header_holds(const rules::Header& header, const decode::Packet& packet) {
  return endpoints_hold(header, packet, false) ||
         (header.bidirectional && endpoints_hold(header, packet, true));
}

/// A test on the values of a field: some value must satisfy it; negated: there must be a value, and
/// none may.
template <class Satisfies>
class AnyValue final : public ValueSink {
 public:
  explicit AnyValue(Satisfies satisfies) : satisfies_(std::move(satisfies)) {}
  bool number(std::uint64_t value) override { return take(value); }
  bool bytes(ByteView value) override { return take(value); }
  [[nodiscard]] bool any() const { return any_; }
  [[nodiscard]] bool satisfied() const { return satisfied_; }

 private:
  bool take(const auto& value) {
    any_ = true;
    if constexpr (std::is_invocable_v<Satisfies&, decltype(value)>) satisfied_ = satisfies_(value);
    return satisfied_;
  }
  Satisfies satisfies_;
  bool any_ = false;
  bool satisfied_ = false;
};

template <class Satisfies>
bool ask(const PacketFacts& facts, rules::FieldId field, bool negated, Satisfies satisfies) {
  AnyValue<Satisfies> sink(std::move(satisfies));
  facts.visit(field, sink);
  return negated ? sink.any() && !sink.satisfied() : sink.satisfied();
}

bool is_one_of(std::span<const rules::NumberRange> ranges, std::uint64_t number) {
  return std::ranges::any_of(ranges, [number](const rules::NumberRange& range) {
    return range.first <= number && number <= range.last;
  });
}

bool passes(const rules::NumberTest& test, std::uint64_t value) {
  return is_one_of(test.ranges, value & test.mask);
}

/// How many values a field has.
class Counted final : public ValueSink {
 public:
  bool number(std::uint64_t /*value*/) override {
    ++all_;
    return false;
  }
  bool bytes(ByteView /*value*/) override { return false; }
  [[nodiscard]] std::ptrdiff_t all() const { return all_; }

 private:
  std::ptrdiff_t all_ = 0;
};

/// Indexes of some of a field's values, from `begin` on.
struct Stretch {
  std::ptrdiff_t begin = 0, end = 0;
  [[nodiscard]] std::ptrdiff_t size() const { return end - begin; }
};

/// Of the values in a stretch, how many pass.
class Passing final : public ValueSink {
 public:
  Passing(const rules::NumberTest& test, Stretch stretch) : test_(test), stretch_(stretch) {}
  bool number(std::uint64_t value) override {
    if (at_ >= stretch_.begin && at_ < stretch_.end && passes(test_, value)) ++passed_;
    ++at_;
    return false;
  }
  bool bytes(ByteView /*value*/) override { return false; }
  [[nodiscard]] std::ptrdiff_t passed() const { return passed_; }

 private:
  const rules::NumberTest& test_;
  Stretch stretch_;
  std::ptrdiff_t at_ = 0, passed_ = 0;
};

Stretch among(const std::optional<rules::Subslice>& part, std::ptrdiff_t all) {
  if (!part) return {.begin = 0, .end = all};
  const auto from_front = [all](int index) { return index < 0 ? index + all : index; };
  const Stretch stretch{.begin = from_front(part->begin), .end = from_front(part->end)};
  const bool in_bounds = stretch.begin >= 0 && stretch.end <= all && stretch.begin < stretch.end;
  return in_bounds ? stretch : Stretch{};
}

/// Nothing where the stretch has no such value.
std::optional<Stretch> one_of(Stretch stretch, std::ptrdiff_t index) {
  const std::ptrdiff_t from_front = index < 0 ? index + stretch.size() : index;
  if (from_front < 0 || from_front >= stretch.size()) return std::nullopt;
  return Stretch{.begin = stretch.begin + from_front, .end = stretch.begin + from_front + 1};
}

std::ptrdiff_t passed(const rules::NumberTest& test, Stretch stretch, const PacketFacts& facts) {
  Passing passing(test, stretch);
  facts.visit(test.field, passing);
  return passing.passed();
}

/// Tests on more than some value.
bool holds_among(const rules::NumberTest& test, const PacketFacts& facts) {
  using rules::Which;
  Counted counted;
  facts.visit(test.field, counted);
  const Stretch values = among(test.among, counted.all());
  const auto at = one_of(values, test.index);
  const std::ptrdiff_t n = passed(test, values, facts);
  switch (test.which) {
    case Which::any: return n > 0;
    case Which::all: return values.size() > 0 && n == values.size();
    case Which::all_or_absent: return n == values.size();
    case Which::any_or_absent: return values.size() == 0 || n > 0;
    case Which::at: return at && passed(test, *at, facts) > 0;
    case Which::at_or_beyond: return !at || passed(test, *at, facts) > 0;
    case Which::times: return is_one_of(test.times, static_cast<std::uint64_t>(n));
  }
  std::unreachable();
}

bool holds(const rules::NumberTest& test, const PacketFacts& facts) {
  if (test.which != rules::Which::any || test.among) return holds_among(test, facts);
  return ask(facts, test.field, test.negated,
             [&](const std::uint64_t& value) { return passes(test, value); });
}

bool holds(const rules::BytesTest& test, const PacketFacts& facts) {
  return ask(facts, test.field, test.negated,
             [&](const ByteView& value) { return as_text(value) == test.bytes; });
}

bool side_holds(rules::Side side, flow::Direction direction) {
  switch (side) {
    case rules::Side::both: return true;
    case rules::Side::to_server: return direction == flow::Direction::to_server;
    case rules::Side::to_client: return direction == flow::Direction::to_client;
  }
  std::unreachable();
}

/// Patterns on the payload: in the stream that the packet's payload is in, or in the packet. What
/// is not in the stream yet, or not for the first time, is nowhere.
bool payload_holds(const rules::BufferTest& test, const OpenCondition& open,
                   rules::Inspects inspects, const PacketFacts& facts, MatchScratch& scratch) {
  const bool in_stream =
      inspects == rules::Inspects::stream || (inspects == rules::Inspects::both && facts.in_stream);
  if (in_stream)
    return facts.stream != nullptr && holds_on(test, open.codes, *facts.stream, scratch);
  return !facts.packet.payload.empty() && holds_on(test, open.codes, facts.packet.payload, scratch);
}

bool condition_holds(const OpenCondition& open, rules::Inspects inspects, const PacketFacts& facts,
                     MatchScratch& scratch) {
  if (!side_holds(open.side, facts.direction)) return false;
  const Overloaded run{
      [&](const rules::BufferTest& test) {
        if (test.buffer == rules::FieldId::packet_payload)
          return payload_holds(test, open, inspects, facts, scratch);
        return ask(facts, test.buffer, false, [&](const ByteView& value) {
          return holds_on(test, open.codes, value, scratch);
        });
      },
      [&](const rules::FlowBitTest& test) { return holds(test, open.bits, facts); },
      [&](const rules::EventTest&) { return holds(open.event, facts); },
      [&](const auto& test) { return holds(test, facts); },
  };
  return std::visit(run, *open.condition);
}

bool starts_flow(const PacketFacts& facts) {
  return facts.flow != nullptr && facts.direction == flow::Direction::to_server &&
         facts.flow->side(flow::Direction::to_server).packets == 1;
}

bool is_asked(const OpenRule& open, const PacketFacts& facts) {
  if (open.rule->header.hook == rules::Hook::flow_start && !starts_flow(facts)) return false;
  switch (facts.asks) {
    case Asks::all:
      return !open.rule->addresses_only || facts.first_of_side ||
             (facts.is_inline && open.rule->info.action != rules::Action::alert);
    case Asks::of_message: return open.of_message;
    case Asks::of_stream: return open.rule->inspects != rules::Inspects::packet;
  }
  std::unreachable();
}

bool conditions_hold(const OpenRule& open, const PacketFacts& facts, MatchScratch& scratch) {
  const rules::Inspects inspects = open.rule->inspects;
  if (inspects == rules::Inspects::stream && facts.stream == nullptr) return false;
  return std::ranges::all_of(
      open.conditions, [&](const auto& c) { return condition_holds(c, inspects, facts, scratch); });
}

bool rule_holds(const OpenRule& open, const PacketFacts& facts, MatchScratch& scratch) {
  return header_holds(open.rule->header, facts.packet) && conditions_hold(open, facts, scratch);
}

void change_bits(const OpenRule& open, const FlowState& state) {
  for (const auto& [operation, bit] : open.changes) {
    const bool set =
        operation == rules::FlowBitOperation::set ||
        (operation == rules::FlowBitOperation::toggle && !flow::FlowBits::is_set(state.flow, bit));
    if (set) {
      state.bits.set(state.flow, bit);
    } else {
      flow::FlowBits::unset(state.flow, bit);
    }
  }
}

/// What a match does beside its action.
void apply_effects(const OpenRule& open, const FlowState* state, Scratch& scratch) {
  if (state != nullptr) change_bits(open, *state);
  const rules::Effects& effects = open.rule->effects;
  scratch.bypass = scratch.bypass || effects.bypass;
  if (effects.config) {
    const bool of_flow = effects.config->type == rules::ConfigUnit::flow;
    (of_flow ? scratch.mutes_flow : scratch.mutes_message) = true;
  }
  if (!effects.tags.empty() && scratch.tagging.size() < kMaxTagging)
    scratch.tagging.push_back(open.rule);
}

/// An alert that nobody is told has done its work with its effects.
bool is_silent(const rules::Rule& rule) {
  return rule.info.action == rules::Action::alert && !rule.tells();
}

/// Keeps a rule that holds; false when no further one is to be asked.
bool take(const OpenRule& open, const FlowState* state, Scratch& scratch) {
  const bool silent = is_silent(*open.rule);
  if (!silent && scratch.matches.size() == kMaxMatches) {
    scratch.truncated = true;
    return false;
  }
  apply_effects(open, state, scratch);
  if (!silent) scratch.matches.push_back(open.rule);
  return open.rule->info.action != rules::Action::pass;
}

}  // namespace

void evaluate(const Ruleset& ruleset, const PacketFacts& facts, Scratch& scratch,
              const FlowState* state) {
  scratch.clear();
  scratch.match.refill();
  const std::uint32_t protocols = protocols_of(facts);
  for (const OpenRule& open : ruleset.rules()) {
    if ((open.protocols & protocols) == 0 || !is_asked(open, facts) ||
        !rule_holds(open, facts, scratch.match))
      continue;
    if (!take(open, state, scratch)) break;
  }
  scratch.budget_exhausted = scratch.match.exhausted();
}

void evaluate_bare(const Ruleset& ruleset, const PacketFacts& facts, Scratch& scratch) {
  scratch.clear();
  scratch.match.refill();
  const std::uint32_t protocols = bare_protocols_of(facts);
  for (const OpenRule* const open : ruleset.bare_rules()) {
    if ((open->protocols & protocols) == 0 || !conditions_hold(*open, facts, scratch.match))
      continue;
    if (!take(*open, nullptr, scratch)) break;
  }
  scratch.budget_exhausted = scratch.match.exhausted();
}

}  // namespace espial::detect
