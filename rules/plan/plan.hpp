#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "engine/base/ip_address.hpp"
#include "engine/base/strong_int.hpp"
#include "engine/registry/packet_event.hpp"
#include "rules/catalog/keyword.hpp"
#include "rules/plan/effects.hpp"

/// The compiled rules: plain data that prints itself. The compiler makes it, the engine's detect
/// room opens it; neither sees the other. Patterns stand here as bytes and text; what a matcher
/// library makes of them belongs to detect.
namespace espial::rules {

enum class Action : std::uint8_t {
  pass,
  drop,
  reject,
  alert
};  // in the order in which they are applied

/// Who is told of a rejected packet: whom it came from (`reject`, `rejectsrc`), whom it was for
/// (`rejectdst`), or both (`rejectboth`).
enum class RejectTo : std::uint8_t { source, destination, both };

/// The protocol word of a rule header. ike .. ipsec hold on every carrier (UDP, TCP, bare IP).
enum class HeaderProtocol : std::uint8_t {
  ip,
  ip4,
  ip6,
  tcp,
  tcp_pkt,
  tcp_stream,
  udp,
  icmp,
  icmp4,
  icmp6,
  sctp,
  pkthdr,
  ike,
  ikev1,
  ikev2,
  esp,
  ah,
  ipsec,
  arp,   // ARP in Ethernet, or in a tunnel that carries Ethernet
  ether  // whatever stands behind an Ethernet header
};
/// "ike"; the table of spellings for parser and printer (ipv4 and ip4 name the same).
[[nodiscard]] std::string_view name_of(HeaderProtocol protocol) noexcept;
[[nodiscard]] std::optional<HeaderProtocol> header_protocol(std::string_view word) noexcept;
[[nodiscard]] std::string_view name_of(Action action) noexcept;
[[nodiscard]] std::string_view name_of(RejectTo to) noexcept;  // "rejectsrc"

/// An address holds when (include is empty or some prefix of it contains it) and no prefix of
/// exclude does. Both empty: any.
struct AddressSet {
  std::vector<IpPrefix> include, exclude;
  [[nodiscard]] bool any() const noexcept { return include.empty() && exclude.empty(); }
  friend bool operator==(const AddressSet&, const AddressSet&) = default;
};

struct PortRange {
  Port first, last;  // both included
  friend bool operator==(const PortRange&, const PortRange&) = default;
};
struct PortSet {
  std::vector<PortRange> include, exclude;  // as AddressSet
  [[nodiscard]] bool any() const noexcept { return include.empty() && exclude.empty(); }
  friend bool operator==(const PortSet&, const PortSet&) = default;
};

/// `tcp:flow_start`: which packets a rule is asked of.
enum class Hook : std::uint8_t {
  none,        // what its conditions and its protocol suggest
  all,         // every packet, also where a rule says addresses only
  flow_start,  // the first packet of a flow to the server
};

struct Header {
  HeaderProtocol protocol = HeaderProtocol::ip;
  Hook hook = Hook::none;
  AddressSet source, destination;
  PortSet source_port, destination_port;
  bool bidirectional = false;  // `<>`
};

/// One closed interval of an integer test, after masking.
struct NumberRange {
  std::uint64_t first = 0, last = 0;
  friend bool operator==(const NumberRange&, const NumberRange&) = default;
};

/// Of a field with several values, those that a test is about. `at` is the value at an index; the
/// first is 0, the last -1.
enum class Which : std::uint8_t { any, all, all_or_absent, any_or_absent, at, at_or_beyond, times };

/// Part of a field's values, `end` not included; both are indexes. Empty unless both are in bounds.
struct Subslice {
  int begin = 0, end = 0;
};

/// Holds when some value v of the field has (v & mask) in some range. `negated`: when the field is
/// there and no value has. A version test is a number test on major << 4 | minor; a pair test one
/// on first << 16 | second. Where `which` is not `any`, it says which values must pass (and
/// `negated` is false): all of them and at least one, all of them, some if there are any, the one
/// at `index`, that one if it is there, or as many as one of `times` says. With `among` only values
/// in there count.
struct NumberTest {
  FieldId field = FieldId::none;
  std::uint64_t mask = ~std::uint64_t{0};
  std::vector<NumberRange> ranges;
  bool negated = false;
  Which which = Which::any;
  int index = 0;
  std::vector<NumberRange> times = {};
  std::optional<Subslice> among = std::nullopt;
};

/// Holds when some value of the field is these bytes, or (negated) the field is there and none is.
struct BytesTest {
  FieldId field = FieldId::none;
  std::string bytes;
  bool negated = false;
};

/// One `content` with its modifiers (Suricata's meaning). Offsets count from the start of the
/// buffer, distance and within from the end of the match before.
struct Content {
  std::string bytes;  // at least one
  bool negated = false;
  bool nocase = false;
  bool starts_with = false, ends_with = false;
  std::optional<std::int32_t> offset = std::nullopt, depth = std::nullopt;
  std::optional<std::int32_t> distance = std::nullopt, within = std::nullopt;
};

/// `flags`: i s m x A E G U R(elative) and Suricata's others that say how, not where.
struct Pcre {
  std::string pattern;
  bool negated = false;
  bool relative = false;
  std::uint32_t options = 0;  // PCRE2_* bits
};

using Pattern = std::variant<Content, Pcre>;

/// Patterns on one buffer, in rule order; all must hold on the same value of it (Suricata's
/// meaning, with its backtracking over relative matches).
struct BufferTest {
  FieldId buffer = FieldId::packet_payload;
  std::vector<Pattern> patterns;
};

enum class FlowDirection : std::uint8_t { any, to_server, to_client };
struct FlowTest {
  FlowDirection direction = FlowDirection::any;
  std::optional<bool>
      established;  // flow:established, flow:not_established; unset: stateless or not said
  std::optional<bool> joined = std::nullopt;  // only_frag: joined from fragments; no_frag: not
  std::optional<bool> stream = std::nullopt;  // only_stream, no_stream: see Inspects
};

/// Holds when some flow bit of `names` (at least one) is set on the flow; `set` false: when some is
/// not.
struct FlowBitTest {
  bool set = true;
  std::vector<std::string> names;
};

enum class FlowCount : std::uint8_t {
  age,  // whole seconds from the flow's first packet to this one
  packets,
  bytes,
  stream_size,  // bytes of a followed TCP connection by its sequence numbers; else the test fails
};
/// Whose count: what that side sent. An age has no sides (`either`).
enum class FlowSides : std::uint8_t { to_server, to_client, either, both };
[[nodiscard]] std::string_view name_of(FlowSides sides) noexcept;

/// Holds when the count of one side, of some side, or of each side passes `values` (whose field is
/// none). The packet at hand is counted already.
struct FlowCountTest {
  FlowCount count = FlowCount::age;
  FlowSides sides = FlowSides::either;
  NumberTest values;
};

/// Holds when the packet has this event: a place in registry::packet_events(source).
struct EventTest {
  registry::EventSource source = registry::EventSource::decoder;
  std::size_t event = 0;
};

using Condition = std::variant<FlowTest, FlowBitTest, FlowCountTest, EventTest, NumberTest,
                               BytesTest, BufferTest>;

struct Reference {
  std::string system, id;
};

struct RuleInfo {
  Action action = Action::alert;
  RejectTo reject_to = RejectTo::source;  // where action is reject
  std::uint32_t gid = 1, sid = 0, rev = 0;
  std::string msg;
  std::string classtype;       // the short name; empty if none
  std::string classification;  // what classification.config says of it
  std::uint8_t priority = 3;   // 1 is highest
  std::vector<Reference> references;
  std::vector<std::pair<std::string, std::string>> metadata;  // in rule order; a key may repeat
  std::string place;                                          // "ike.rules:12"
};

/// Where a rule looks at a payload: in the packet, in the reassembled stream, or in the stream when
/// the packet's payload is in one that is followed and else in the packet.
enum class Inspects : std::uint8_t { packet, stream, both };
[[nodiscard]] std::string_view name_of(Inspects inspects) noexcept;

struct Rule {
  RuleInfo info;
  Header header;
  std::vector<Condition> conditions;  // all must hold; cheap ones first
  Effects effects;
  Inspects inspects = Inspects::packet;  // the compiler works it out
  /// Says nothing but addresses and protocol: true of a side of a flow as long as it lasts, and
  /// asked of the first packet of each. The compiler works it out.
  bool addresses_only = false;

  /// Its match is told: an alert unless `noalert`, a pass only with `alert`.
  [[nodiscard]] bool tells() const noexcept {
    return effects.alert.value_or(info.action != Action::pass);
  }
};

struct Plan {
  /// In the order of judgement: pass, drop, reject, alert; within an action what sets flow bits
  /// before what asks for them; then by priority, then as read.
  std::vector<Rule> rules;
};

/// One rule a paragraph: header, then a condition a line. For people and golden tests.
[[nodiscard]] std::string to_text(const Plan& plan);

}  // namespace espial::rules
