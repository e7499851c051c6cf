#include "rules/check/header_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "rules/check/suricata_words.hpp"

namespace espial::rules {
namespace {

struct ActionWord {
  std::string_view word;
  Action action;
  RejectTo reject_to = RejectTo::source;
};

constexpr auto kActions = std::to_array<ActionWord>({
    {.word = "alert", .action = Action::alert},
    {.word = "drop", .action = Action::drop},
    {.word = "pass", .action = Action::pass},
    {.word = "reject", .action = Action::reject},
    {.word = "rejectboth", .action = Action::reject, .reject_to = RejectTo::both},
    {.word = "rejectdst", .action = Action::reject, .reject_to = RejectTo::destination},
    {.word = "rejectsrc", .action = Action::reject},
});

constexpr auto kProtocolWords = std::to_array<std::string_view>(
    {"ip",    "ip4",  "ipv4",   "ip6",    "ipv6", "tcp",    "tcp-pkt", "tcp-stream",
     "udp",   "icmp", "icmpv4", "icmpv6", "sctp", "pkthdr", "ike",     "ikev1",
     "ikev2", "esp",  "ah",     "ipsec",  "arp",  "ether"});

std::string lower(std::string_view word) {
  std::string out(word);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  });
  return out;
}

void check_action(RuleContext& context) {
  const std::string_view word = context.node.action;
  if (word.empty()) return;
  const auto row = std::ranges::find_if(
      kActions, [&](const ActionWord& action) { return equal_nocase(action.word, word); });
  if (row != kActions.end()) {
    context.rule.info.action = row->action;
    context.rule.info.reject_to = row->reject_to;
  } else if (equal_nocase(word, "config")) {
    context.rule.info.action = Action::alert;  // for its effects alone
    context.rule.effects.alert = false;
  } else if (equal_nocase(word, "bypass")) {
    context.error("E0903", word, fmt::format("the action `{}` is not supported yet", word));
  } else {
    std::array<std::string_view, kActions.size()> words;
    std::ranges::transform(kActions, words.begin(), &ActionWord::word);
    suggest(context, context.error("E0201", word, fmt::format("there is no action `{}`", word)),
            word, words);
  }
}

struct HookWord {
  std::string_view word;
  Hook hook;  // none where there is no such thing here
};
constexpr auto kHooks = std::to_array<HookWord>({
    {.word = "all", .hook = Hook::all},
    {.word = "flow_start", .hook = Hook::flow_start},
    {.word = "pre_flow", .hook = Hook::none},
    {.word = "pre_stream", .hook = Hook::none},
});

/// A flow that begins; a frame that is no IP packet has none.
bool has_flows(HeaderProtocol protocol) {
  return protocol != HeaderProtocol::arp && protocol != HeaderProtocol::ether;
}

/// `word` stands behind the protocol's colon.
void check_hook(RuleContext& context, std::string_view word) {
  const auto row = std::ranges::find(kHooks, word, &HookWord::word);
  const HeaderProtocol protocol = context.rule.header.protocol;
  const bool of_ike = protocol == HeaderProtocol::ike || protocol == HeaderProtocol::ikev1 ||
                      protocol == HeaderProtocol::ikev2;
  if (row == kHooks.end() && !of_ike) {
    std::array<std::string_view, kHooks.size()> words;
    std::ranges::transform(kHooks, words.begin(), &HookWord::word);
    suggest(context, context.error("E0202", word, fmt::format("there is no hook `{}`", word)), word,
            words);
  } else if (row == kHooks.end() || row->hook == Hook::none ||
             (row->hook == Hook::flow_start && !has_flows(protocol))) {
    context.error("E0908", word,
                  fmt::format("the hook `{}` of {} is not supported yet", word, name_of(protocol)));
  } else {
    context.rule.header.hook = row->hook;
  }
}

void check_protocol(RuleContext& context) {
  const std::size_t colon = context.node.protocol.find(':');
  const std::string_view word = context.node.protocol.substr(0, colon);
  if (word.empty()) return;
  if (const auto protocol = header_protocol(word)) {
    context.rule.header.protocol = *protocol;
    if (*protocol == HeaderProtocol::ikev1) context.versions.v2 = false;
    if (*protocol == HeaderProtocol::ikev2) context.versions.v1 = false;
    if (colon != std::string_view::npos)
      check_hook(context, context.node.protocol.substr(colon + 1));
  } else if (is_suricata_protocol(lower(word))) {
    context.error("E0902", word, fmt::format("the protocol `{}` is not supported yet", word))
        .note("Suricata knows it; Espial does not decode it");
  } else {
    suggest(context, context.error("E0202", word, fmt::format("there is no protocol `{}`", word)),
            word, kProtocolWords);
  }
}

bool has_no_ports(HeaderProtocol protocol) {
  return protocol == HeaderProtocol::icmp || protocol == HeaderProtocol::icmp4 ||
         protocol == HeaderProtocol::icmp6 || protocol == HeaderProtocol::ah ||
         protocol == HeaderProtocol::arp;
}

void warn_of_ports(RuleContext& context) {
  const Header& header = context.rule.header;
  if (!has_no_ports(header.protocol)) return;
  const auto warn = [&](const PortSet& set, const Expression& expression) {
    if (set.any()) return;
    context
        .warning(
            "W0307", expression.text,
            fmt::format("{} has no ports: this rule can never match", name_of(header.protocol)))
        .mend(context.span_of(expression.text), "any");
  };
  warn(header.source_port, context.node.source_port);
  warn(header.destination_port, context.node.destination_port);
}

std::optional<IpVersion> only_version(HeaderProtocol protocol) {
  if (protocol == HeaderProtocol::ip4 || protocol == HeaderProtocol::icmp4) return IpVersion::v4;
  if (protocol == HeaderProtocol::ip6 || protocol == HeaderProtocol::icmp6) return IpVersion::v6;
  return std::nullopt;
}

/// The version that all addresses of a set have, if it lists some and they have one.
std::optional<IpVersion> only_version(const AddressSet& set) {
  if (set.include.empty()) return std::nullopt;
  const IpVersion version = set.include.front().address.version();
  const bool same = std::ranges::all_of(
      set.include, [&](const IpPrefix& prefix) { return prefix.address.version() == version; });
  return same ? std::optional(version) : std::nullopt;
}

void warn_of_versions(RuleContext& context) {
  const Header& header = context.rule.header;
  const auto protocol = only_version(header.protocol);
  const auto source = only_version(header.source);
  const auto destination = only_version(header.destination);
  const auto differ = [](auto a, auto b) { return a && b && *a != *b; };
  const auto warn = [&](const Expression& expression, std::string_view other) {
    context.warning(
        "W0308", expression.text,
        fmt::format("the IP version of `{}` is not that of the {}: this rule can never match",
                    expression.text, other));
  };
  if (differ(protocol, source)) warn(context.node.source, "protocol");
  if (differ(protocol, destination)) warn(context.node.destination, "protocol");
  if (differ(source, destination)) warn(context.node.destination, "source");
}

}  // namespace

void HeaderCheck::check(RuleContext& context) {
  const RuleNode& node = context.node;
  Header& header = context.rule.header;
  check_action(context);
  check_protocol(context);
  header.source = addresses_.resolve(context, node.source);
  header.source_port = ports_.resolve(context, node.source_port);
  header.destination = addresses_.resolve(context, node.destination);
  header.destination_port = ports_.resolve(context, node.destination_port);
  header.bidirectional = node.direction == "<>";
  if (context.outcome() != Outcome::good) return;
  warn_of_ports(context);
  warn_of_versions(context);
}

}  // namespace espial::rules
