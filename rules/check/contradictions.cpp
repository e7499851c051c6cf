#include "rules/check/contradictions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/base/overloaded.hpp"
#include "engine/registry/anomaly.hpp"
#include "rules/check/packet_check.hpp"

namespace espial::rules {
namespace {

FieldId field_of(const Condition& condition) {
  return std::visit(Overloaded{
                        [](const auto&) { return FieldId::none; },
                        [](const NumberTest& test) { return test.field; },
                        [](const BytesTest& test) { return test.field; },
                        [](const BufferTest& test) { return test.buffer; },
                    },
                    condition);
}

const Keyword* keyword_of(const Condition& condition) {
  return keyword_of(field_of(condition));
}

/// The protocol word that a rule on a field of `layer` is written for.
std::string_view protocol_for(Layer layer) {
  switch (layer) {
    case Layer::ike: return "ike";
    case Layer::esp: return "esp";
    case Layer::any:
    case Layer::ah:
    case Layer::ipcomp:
    case Layer::ipsec: return "ipsec";
    case Layer::packet: return "ip";
    case Layer::link: return "ether";
    case Layer::ip4: return "ip4";
    case Layer::ip6: return "ip6";
    case Layer::tcp:
    case Layer::tcp4:
    case Layer::tcp6: return "tcp";
    case Layer::udp:
    case Layer::udp4:
    case Layer::udp6: return "udp";
    case Layer::icmp: return "icmp";
    case Layer::icmp4: return "icmpv4";
    case Layer::icmp6: return "icmpv6";
  }
  std::unreachable();
}

bool can_carry(HeaderProtocol protocol, Layer layer) {
  if (is_of_packet(layer)) return can_have_header(protocol, layer);
  if (protocol == HeaderProtocol::arp) return false;
  // AH may stand before anything, and its fields are then facts of the packet that it protects.
  if (layer == Layer::any || layer == Layer::ah || layer == Layer::ipsec) return true;
  switch (protocol) {
    case HeaderProtocol::ip:
    case HeaderProtocol::ip4:
    case HeaderProtocol::ip6:
    case HeaderProtocol::pkthdr:
    case HeaderProtocol::ether:
    case HeaderProtocol::ah:
    case HeaderProtocol::ipsec: return true;
    case HeaderProtocol::tcp:
    case HeaderProtocol::tcp_pkt:
    case HeaderProtocol::tcp_stream:
    case HeaderProtocol::udp: return layer != Layer::ipcomp;  // it stands behind IP alone
    case HeaderProtocol::ike:
    case HeaderProtocol::ikev1:
    case HeaderProtocol::ikev2: return layer == Layer::ike;
    case HeaderProtocol::esp: return layer == Layer::esp;
    case HeaderProtocol::icmp:
    case HeaderProtocol::icmp4:
    case HeaderProtocol::icmp6:
    case HeaderProtocol::sctp:
    case HeaderProtocol::arp: return false;
  }
  std::unreachable();
}

/// Layers of which a packet has one at most.
bool is_alone(Layer layer) {
  return layer == Layer::ike || layer == Layer::esp || layer == Layer::ipcomp;
}

/// A message without a whole header has this anomaly, and is not of the protocol for rules.
struct NoHeader {
  registry::Anomaly anomaly;
  Layer layer;
};
constexpr auto kNoHeader = std::to_array<NoHeader>({
    {.anomaly = registry::Anomaly::ike_truncated, .layer = Layer::ike},
    {.anomaly = registry::Anomaly::esp_truncated, .layer = Layer::esp},
});

Layer layer_of(HeaderProtocol protocol) {
  if (protocol == HeaderProtocol::esp) return Layer::esp;
  const bool ike = protocol == HeaderProtocol::ike || protocol == HeaderProtocol::ikev1 ||
                   protocol == HeaderProtocol::ikev2;
  return ike ? Layer::ike : Layer::any;
}

Side side_of(const Condition& condition) {
  if (const auto* const flow = std::get_if<FlowTest>(&condition)) {
    switch (flow->direction) {
      case FlowDirection::any: return Side::both;
      case FlowDirection::to_server: return Side::to_server;
      case FlowDirection::to_client: return Side::to_client;
    }
  }
  const Keyword* const keyword = keyword_of(condition);
  return keyword != nullptr ? keyword->side : Side::both;
}

bool holds(const NumberTest& test, std::uint64_t value) {
  const bool found = std::ranges::any_of(test.ranges, [&](const NumberRange& range) {
    return (value & test.mask) >= range.first && (value & test.mask) <= range.last;
  });
  return found != test.negated;
}

/// True if no value passes both tests. Only the ends of the ranges of unmasked tests need a look:
/// where two sets of intervals meet, one of them begins, or the complement of one does.
bool exclude_each_other(const NumberTest& a, const NumberTest& b) {
  if (a.mask != ~std::uint64_t{0} || b.mask != ~std::uint64_t{0}) return false;
  std::vector<std::uint64_t> candidates = {0};
  for (const NumberTest* test : {&a, &b}) {
    for (const NumberRange& range : test->ranges) {
      candidates.push_back(range.first);
      candidates.push_back(range.last + 1);
    }
  }
  const Keyword* const keyword = keyword_of(a.field);
  const std::uint64_t end = std::uint64_t{1} << keyword->bits;
  return std::ranges::none_of(candidates, [&](std::uint64_t value) {
    return value < end && holds(a, value) && holds(b, value);
  });
}

/// Budgets for rules that no person writes: what goes over them is not looked at, which only costs
/// a diagnostic.
constexpr std::size_t kMostPairs = 10'000;
constexpr std::size_t kMostRanges = 64;

/// The least bytes that a buffer has in which `contents` are found, one behind the other where they
/// say so.
std::int64_t least_size(const std::vector<Pattern>& patterns) {
  std::int64_t size = 0;
  std::int64_t end = 0;
  for (const Pattern& pattern : patterns) {
    const auto* const content = std::get_if<Content>(&pattern);
    if (content == nullptr) end = 0;
    if (content == nullptr || content->negated) continue;
    const auto length = static_cast<std::int64_t>(content->bytes.size());
    const bool relative = content->distance || content->within;
    const std::int64_t from =
        relative ? end + content->distance.value_or(0) : std::int64_t{content->offset.value_or(0)};
    end = std::max<std::int64_t>(from, 0) + length;
    size = std::max(size, end);
  }
  return size;
}

/// Of `dsize`; nothing where no end is said.
std::optional<std::uint64_t> greatest(const NumberTest& test) {
  if (test.field != FieldId::payload_size || test.negated || test.mask != ~std::uint64_t{0})
    return std::nullopt;
  std::uint64_t most = 0;
  for (const NumberRange& range : test.ranges) most = std::max(most, range.last);
  return most;
}

class Contradictions {
 public:
  explicit Contradictions(RuleContext& context)
      : context_(context), conditions_(context.rule.conditions) {}

  void check() {
    for (std::size_t i = 0; i < conditions_.size(); ++i) {
      if (!check_carried(i)) continue;
      check_version(i);
      check_truncated(i);
      check_pairs(i);
    }
  }

 private:
  bool check_carried(std::size_t i) {
    const Keyword* const keyword = keyword_of(conditions_[i]);
    const HeaderProtocol protocol = context_.rule.header.protocol;
    if (keyword == nullptr || can_carry(protocol, keyword->layer)) return true;
    context_
        .error("E0601", option(i).name,
               fmt::format("{} is never in {}: this rule can never match", keyword->name,
                           name_of(protocol)))
        .mend(context_.span_of(context_.node.protocol), std::string(protocol_for(keyword->layer)));
    return false;
  }

  void check_version(std::size_t i) {
    const Keyword* const keyword = keyword_of(conditions_[i]);
    if (keyword == nullptr || keyword->versions == Versions::both) return;
    const bool of_v2 = keyword->versions == Versions::v2;
    if (of_v2 ? context_.versions.v2 : context_.versions.v1) return;
    context_.error("E0604", option(i).name,
                   fmt::format("{} is a field of IKEv{}, and this rule sees IKEv{} only",
                               keyword->name, of_v2 ? 2 : 1, of_v2 ? 1 : 2));
  }

  /// A rule for what has a header, on what has none.
  void check_truncated(std::size_t i) {
    const auto* const test = std::get_if<NumberTest>(&conditions_[i]);
    if (test == nullptr || test->negated || test->ranges.size() != 1 ||
        (test->field != FieldId::ike_anomaly && test->field != FieldId::ipsec_anomaly))
      return;
    const HeaderProtocol protocol = context_.rule.header.protocol;
    const auto [first, last] = test->ranges.front();
    for (const NoHeader& row : kNoHeader) {
      const auto number = static_cast<std::uint64_t>(row.anomaly);
      if (first != number || last != number || layer_of(protocol) != row.layer) continue;
      context_
          .error("E0601", option(i).text,
                 fmt::format("what is {} has no header, so it is not {}: this rule can never match",
                             registry::info_of(row.anomaly).name, name_of(protocol)))
          .mend(context_.span_of(context_.node.protocol), "ipsec");
    }
  }

  /// Against the conditions before; one clash a condition is said.
  void check_pairs(std::size_t i) {
    for (std::size_t j = 0; j < i && pairs_left_ > 0; ++j, --pairs_left_) {
      if (check_layers(j, i) || check_sides(j, i) || check_numbers(j, i) || check_size(j, i) ||
          check_size(i, j))
        return;
    }
  }

  bool check_layers(std::size_t j, std::size_t i) {
    const Keyword* const earlier = keyword_of(conditions_[j]);
    const Keyword* const later = keyword_of(conditions_[i]);
    if (earlier == nullptr || later == nullptr) return false;
    if (earlier->layer == later->layer || !is_alone(earlier->layer) || !is_alone(later->layer))
      return false;
    return clash("E0603", j, i,
                 fmt::format("no packet has both {} and {}", earlier->name, later->name));
  }

  bool check_sides(std::size_t j, std::size_t i) {
    const Side earlier = side_of(conditions_[j]);
    const Side later = side_of(conditions_[i]);
    if (earlier == Side::both || later == Side::both || earlier == later) return false;
    return clash(
        "E0605", j, i,
        fmt::format("`{}` and `{}` are about opposite directions", option(j).text, option(i).text));
  }

  bool check_numbers(std::size_t j, std::size_t i) {
    const auto* const earlier = std::get_if<NumberTest>(&conditions_[j]);
    const auto* const later = std::get_if<NumberTest>(&conditions_[i]);
    if (earlier == nullptr || later == nullptr || earlier->field != later->field) return false;
    if (keyword_of(earlier->field)->repeats ||
        earlier->ranges.size() + later->ranges.size() > kMostRanges ||
        !exclude_each_other(*earlier, *later))
      return false;
    return clash("E0606", j, i,
                 fmt::format("no value passes both `{}` and `{}`", option(j).text, option(i).text));
  }

  /// `size` a `dsize`, `contents` what is looked for in the payload.
  bool check_size(std::size_t size, std::size_t contents) {
    const auto* const test = std::get_if<NumberTest>(&conditions_[size]);
    const auto* const buffer = std::get_if<BufferTest>(&conditions_[contents]);
    if (test == nullptr || buffer == nullptr || buffer->buffer != FieldId::packet_payload)
      return false;
    const auto most = greatest(*test);
    const std::int64_t least = least_size(buffer->patterns);
    if (!most || static_cast<std::uint64_t>(least) <= *most) return false;
    return clash("E0608", contents, size,
                 fmt::format("what is looked for needs {} bytes, and `{}` admits {} at most", least,
                             option(size).text, *most));
  }

  bool clash(std::string_view code, std::size_t j, std::size_t i, std::string message) {
    context_.error(code, option(i).text, std::move(message) + ": this rule can never match")
        .note("the other one is here", context_.span_of(option(j).text));
    return true;
  }

  [[nodiscard]] const Option& option(std::size_t i) const { return *context_.origins[i]; }

  RuleContext& context_;
  const std::vector<Condition>& conditions_;
  std::size_t pairs_left_ = kMostPairs;
};

/// True if some minor version of `major` passes.
bool admits(const NumberTest& test, std::uint64_t major) {
  for (std::uint64_t minor = 0; minor < 16; ++minor) {
    if (holds(test, (major << 4U) | minor)) return true;
  }
  return false;
}

void warn_of_version(RuleContext& context, const Option& option) {
  context
      .warning("W0602", option.text,
               fmt::format("`{}` excludes the protocol {}: this rule can never match", option.text,
                           name_of(context.rule.header.protocol)))
      .mend(context.span_of(context.node.protocol), "ike");
}

}  // namespace

void apply_versions(RuleContext& context) {
  for (std::size_t i = 0; i < context.rule.conditions.size(); ++i) {
    const auto* const test = std::get_if<NumberTest>(&context.rule.conditions[i]);
    if (test == nullptr || test->field != FieldId::ike_version) continue;
    const IkeVersions by_test{.v1 = admits(*test, 1), .v2 = admits(*test, 2)};
    const HeaderProtocol protocol = context.rule.header.protocol;
    if ((protocol == HeaderProtocol::ikev1 && !by_test.v1) ||
        (protocol == HeaderProtocol::ikev2 && !by_test.v2)) {
      warn_of_version(context, *context.origins[i]);
      continue;
    }
    context.versions.v1 = context.versions.v1 && by_test.v1;
    context.versions.v2 = context.versions.v2 && by_test.v2;
  }
}

void check_contradictions(RuleContext& context) {
  Contradictions(context).check();
}

}  // namespace espial::rules
