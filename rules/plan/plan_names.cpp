#include <algorithm>
#include <array>

#include "engine/base/text.hpp"
#include "rules/plan/plan.hpp"

namespace espial::rules {
namespace {

struct ProtocolName {
  std::string_view word;
  HeaderProtocol protocol;
};

// The first spelling of a protocol is the one that is printed.
constexpr auto kProtocols = std::to_array<ProtocolName>({
    {.word = "ip", .protocol = HeaderProtocol::ip},
    {.word = "ip4", .protocol = HeaderProtocol::ip4},
    {.word = "ipv4", .protocol = HeaderProtocol::ip4},
    {.word = "ip6", .protocol = HeaderProtocol::ip6},
    {.word = "ipv6", .protocol = HeaderProtocol::ip6},
    {.word = "tcp", .protocol = HeaderProtocol::tcp},
    {.word = "tcp-pkt", .protocol = HeaderProtocol::tcp_pkt},
    {.word = "tcp-stream", .protocol = HeaderProtocol::tcp_stream},
    {.word = "udp", .protocol = HeaderProtocol::udp},
    {.word = "icmp", .protocol = HeaderProtocol::icmp},
    {.word = "icmpv4", .protocol = HeaderProtocol::icmp4},
    {.word = "icmpv6", .protocol = HeaderProtocol::icmp6},
    {.word = "sctp", .protocol = HeaderProtocol::sctp},
    {.word = "pkthdr", .protocol = HeaderProtocol::pkthdr},
    {.word = "ike", .protocol = HeaderProtocol::ike},
    {.word = "ikev1", .protocol = HeaderProtocol::ikev1},
    {.word = "ikev2", .protocol = HeaderProtocol::ikev2},
    {.word = "esp", .protocol = HeaderProtocol::esp},
    {.word = "ah", .protocol = HeaderProtocol::ah},
    {.word = "ipsec", .protocol = HeaderProtocol::ipsec},
    {.word = "arp", .protocol = HeaderProtocol::arp},
    {.word = "ether", .protocol = HeaderProtocol::ether},
});

}  // namespace

std::string_view name_of(HeaderProtocol protocol) noexcept {
  return std::ranges::find(kProtocols, protocol, &ProtocolName::protocol)->word;
}

std::optional<HeaderProtocol> header_protocol(std::string_view word) noexcept {
  const auto row = std::ranges::find_if(
      kProtocols, [&](const ProtocolName& name) { return equal_nocase(name.word, word); });
  if (row == kProtocols.end()) return std::nullopt;
  return row->protocol;
}

std::string_view name_of(Action action) noexcept {
  switch (action) {
    case Action::pass: return "pass";
    case Action::drop: return "drop";
    case Action::reject: return "reject";
    case Action::alert: return "alert";
  }
  std::unreachable();
}

std::string_view name_of(RejectTo to) noexcept {
  switch (to) {
    case RejectTo::source: return "rejectsrc";
    case RejectTo::destination: return "rejectdst";
    case RejectTo::both: return "rejectboth";
  }
  std::unreachable();
}

std::string_view name_of(FlowSides sides) noexcept {
  switch (sides) {
    case FlowSides::to_server: return "to_server";
    case FlowSides::to_client: return "to_client";
    case FlowSides::either: return "either";
    case FlowSides::both: return "both";
  }
  std::unreachable();
}

std::string_view name_of(Inspects inspects) noexcept {
  switch (inspects) {
    case Inspects::packet: return "packet";
    case Inspects::stream: return "stream";
    case Inspects::both: return "stream or packet";
  }
  std::unreachable();
}

}  // namespace espial::rules
