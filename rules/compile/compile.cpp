#include "rules/compile/compile.hpp"

#include <algorithm>
#include <utility>

#include "engine/base/overloaded.hpp"
#include "rules/compile/order.hpp"
#include "rules/text/stable_sort.hpp"

namespace espial::rules {
namespace {

enum class Cost : std::uint8_t { flow, number, bytes, content, pcre };

/// What a condition costs to test, by its most expensive part.
Cost cost_of(const Condition& condition) {
  return std::visit(Overloaded{
                        [](const auto&) { return Cost::flow; },
                        [](const NumberTest&) { return Cost::number; },
                        [](const BytesTest&) { return Cost::bytes; },
                        [](const BufferTest& test) {
                          const bool has_pcre =
                              std::ranges::any_of(test.patterns, [](const Pattern& pattern) {
                                return std::holds_alternative<Pcre>(pattern);
                              });
                          return has_pcre ? Cost::pcre : Cost::content;
                        },
                    },
                    condition);
}

bool needs_packet(FieldId field) {
  const Keyword* const keyword = keyword_of(field);
  return keyword != nullptr && keyword->needs_packet;
}

/// About the packet itself, so that a stream has no answer.
bool needs_packet(const Condition& condition) {
  return std::visit(Overloaded{
                        [](const NumberTest& test) { return needs_packet(test.field); },
                        [](const BytesTest& test) { return needs_packet(test.field); },
                        [](const BufferTest& test) { return needs_packet(test.buffer); },
                        [](const EventTest&) { return true; },
                        [](const FlowCountTest& test) {
                          return test.count == FlowCount::packets || test.count == FlowCount::bytes;
                        },
                        [](const FlowTest& test) { return test.stream == false; },
                        [](const auto&) { return false; },
                    },
                    condition);
}

bool needs_stream(const Condition& condition) {
  const auto* const flow = std::get_if<FlowTest>(&condition);
  return flow != nullptr && flow->stream == true;
}

bool reads_payload(const Condition& condition) {
  const auto* const buffer = std::get_if<BufferTest>(&condition);
  return buffer != nullptr && buffer->buffer == FieldId::packet_payload;
}

bool may_be_tcp(HeaderProtocol protocol) {
  return protocol == HeaderProtocol::tcp || protocol == HeaderProtocol::ip ||
         protocol == HeaderProtocol::ip4 || protocol == HeaderProtocol::ip6;
}

/// Protocols that every packet of a flow has; tcp-pkt and pkthdr are about packets by their name,
/// those of IPsec about messages.
bool has_addresses_only(HeaderProtocol protocol) {
  switch (protocol) {
    case HeaderProtocol::ip:
    case HeaderProtocol::ip4:
    case HeaderProtocol::ip6:
    case HeaderProtocol::tcp:
    case HeaderProtocol::udp:
    case HeaderProtocol::icmp:
    case HeaderProtocol::icmp4:
    case HeaderProtocol::icmp6:
    case HeaderProtocol::sctp: return true;
    case HeaderProtocol::tcp_pkt:
    case HeaderProtocol::tcp_stream:
    case HeaderProtocol::pkthdr:
    case HeaderProtocol::ike:
    case HeaderProtocol::ikev1:
    case HeaderProtocol::ikev2:
    case HeaderProtocol::esp:
    case HeaderProtocol::ah:
    case HeaderProtocol::ipsec:
    case HeaderProtocol::arp:
    case HeaderProtocol::ether: return false;
  }
  std::unreachable();
}

Inspects inspects(const Rule& rule) {
  const HeaderProtocol protocol = rule.header.protocol;
  if (protocol == HeaderProtocol::tcp_stream) return Inspects::stream;
  if (protocol == HeaderProtocol::tcp_pkt ||
      std::ranges::any_of(rule.conditions, [](const Condition& c) { return needs_packet(c); }))
    return Inspects::packet;
  if (std::ranges::any_of(rule.conditions, needs_stream)) return Inspects::stream;
  const bool both = may_be_tcp(protocol) && std::ranges::any_of(rule.conditions, reads_payload);
  return both ? Inspects::both : Inspects::packet;
}

/// Suricata's "IP only": a negated address, a port or a condition makes it another. Flow bits that
/// it sets do not.
bool says_addresses_only(const Rule& rule) {
  const Header& header = rule.header;
  if (header.hook != Hook::none || !rule.conditions.empty() || !header.source_port.any() ||
      !header.destination_port.any() || !header.source.exclude.empty() ||
      !header.destination.exclude.empty())
    return false;
  const auto sets = [](const FlowBitChange& change) {
    return change.operation == FlowBitOperation::set;
  };
  return has_addresses_only(header.protocol) && std::ranges::all_of(rule.effects.flow_bits, sets);
}

}  // namespace

Plan compile(std::vector<Rule> rules) {
  for (Rule& rule : rules) {
    stable_sort_by(rule.conditions, cost_of);
    rule.inspects = inspects(rule);
    rule.addresses_only = says_addresses_only(rule);
  }
  order_rules(rules);
  return {.rules = std::move(rules)};
}

}  // namespace espial::rules
