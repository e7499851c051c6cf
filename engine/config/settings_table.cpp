#include "engine/config/settings_table.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <type_traits>
#include <utility>

#include "engine/base/text.hpp"
#include "engine/config/suricata_keys.hpp"
#include "engine/config/udp_ports.hpp"
#include "engine/config/value.hpp"

namespace espial::config {
namespace {

/// The member of Settings that `Access`, a captureless lambda, gives a reference to.
template <auto Access>
using Member = std::remove_cvref_t<decltype(Access(std::declval<Settings&>()))>;

/// A setting of one value, written in format F.
template <auto Access, class F = Format<Member<Access>>>
constexpr Setting one(std::string_view name, std::string_view help) {
  return {.name = name,
          .help = help,
          .takes = [] { return F::takes(); },
          .set =
              [](Settings& settings, std::string_view, std::string_view text) {
                auto value = F::parse(text);
                if (!value) return SetResult::bad;
                Access(settings) = *std::move(value);
                return SetResult::ok;
              },
          .show = [](const Settings& settings) { return F::show(Access(settings)); },
          .clear = nullptr};
}

/// A path, text or name that must not be empty.
struct Filled : Format<std::string> {
  static std::optional<std::string> parse(std::string_view text) {
    return text.empty() ? std::nullopt : std::optional(std::string(text));
  }
  static std::string takes() { return "text that is not empty"; }
};

struct FilledPath : Format<std::filesystem::path> {
  static std::optional<std::filesystem::path> parse(std::string_view text) {
    return text.empty() ? std::nullopt : std::optional(std::filesystem::path(text));
  }
};

struct PositiveSeconds : Format<std::chrono::seconds> {
  static std::optional<std::chrono::seconds> parse(std::string_view text) noexcept {
    const auto value = Format::parse(text);
    return value && value->count() > 0 ? value : std::nullopt;
  }
  static std::string takes() { return "seconds, a whole number from 1"; }
};

/// Room for the largest datagram, and others beside it.
struct DefragMemory : Format<ByteSize> {
  static constexpr ByteSize kLeast{1ULL << 20U};
  static std::optional<ByteSize> parse(std::string_view text) noexcept {
    const auto value = Format::parse(text);
    return value && *value >= kLeast ? value : std::nullopt;
  }
  static std::string takes() { return "a size such as 128mb, from 1mb"; }
};

/// What rules look back on in a stream is copied for each segment: a ceiling.
struct ChunkSize : Format<ByteSize> {
  static constexpr ByteSize kMost{1ULL << 20U};
  static std::optional<ByteSize> parse(std::string_view text) noexcept {
    const auto value = Format::parse(text);
    return value && *value <= kMost ? value : std::nullopt;
  }
  static std::string takes() { return "a size such as 2560, up to 1mb"; }
};

/// Room for some connections, or some bytes of them.
struct StreamMemory : Format<ByteSize> {
  static constexpr ByteSize kLeast{64ULL << 10U};
  static std::optional<ByteSize> parse(std::string_view text) noexcept {
    const auto value = Format::parse(text);
    return value && *value >= kLeast ? value : std::nullopt;
  }
  static std::string takes() { return "a size such as 64mb, from 64kb"; }
};

struct TunnelPorts : Format<std::string> {
  static std::optional<std::string> parse(std::string_view text) {
    return is_port_text(text) && !equal_nocase(trim(text), "any") ? Format::parse(text)
                                                                  : std::nullopt;
  }
  static std::string takes() { return "a port, or a list such as [8472, 4789], up to 8"; }
};

struct TeredoPorts : Format<std::string> {
  static std::optional<std::string> parse(std::string_view text) {
    return is_port_text(text) ? Format::parse(text) : std::nullopt;
  }
  static std::string takes() { return TunnelPorts::takes() + ", or any"; }
};

template <auto Access, class F>
constexpr Setting ports(std::string_view name, std::string_view help) {
  Setting setting = one<Access, F>(name, help);
  setting.takes_brackets = true;
  return setting;
}

/// Variables of the rule language; the star of the row's name is the variable's.
template <auto Access>
constexpr Setting variables(std::string_view name, std::string_view help) {
  return {
      .name = name,
      .help = help,
      .takes = [] { return std::string("a list of the rule language such as [a,!b], not empty"); },
      .set =
          [](Settings& settings, std::string_view variable, std::string_view text) {
            if (text.empty()) return SetResult::bad;
            Access(settings).insert_or_assign(std::string(variable), std::string(text));
            return SetResult::ok;
          },
      .show = [](const Settings&) { return std::string(); },
      .clear = nullptr};
}

std::string join(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text.append(text.empty() ? "" : ",").append(item);
  return text;
}

constexpr Setting kRuleFiles = {
    .name = "rule-files",
    .help =
        "The rule files to load, relative ones under default-rule-path; * ? [ ] match file names",
    .takes = [] { return std::string("a list of paths"); },
    .set =
        [](Settings& settings, std::string_view, std::string_view text) {
          if (text.empty()) return SetResult::bad;
          settings.rules.files.emplace_back(text);
          return SetResult::ok;
        },
    .show = [](const Settings& settings) { return join(settings.rules.files); },
    .clear = [](Settings& settings) { settings.rules.files.clear(); }};

constexpr Setting kEveTypes = {
    .name = "outputs.eve-log.types",
    .help = "The event types that eve.json carries",
    .takes = [] { return "a list of " + Format<EveType>::takes(); },
    .set =
        [](Settings& settings, std::string_view, std::string_view text) {
          const auto type = Format<EveType>::parse(text);
          if (!type) return is_suricata_eve_type(text) ? SetResult::unused : SetResult::bad;
          settings.outputs.eve.types.add(*type);
          return SetResult::ok;
        },
    .show =
        [](const Settings& settings) {
          std::vector<std::string> words;
          settings.outputs.eve.types.for_each(
              [&](EveType type) { words.push_back(Format<EveType>::show(type)); });
          return join(words);
        },
    .clear = [](Settings& settings) { settings.outputs.eve.types = {}; }};

/// A word as an argument of a template.
template <std::size_t N>
struct Word {
  // NOLINTNEXTLINE(google-explicit-constructor,modernize-avoid-c-arrays): a literal is one
  consteval Word(const char (&word)[N]) { std::ranges::copy(word, text.begin()); }
  [[nodiscard]] constexpr std::string_view view() const noexcept { return {text.data(), N - 1}; }
  std::array<char, N> text{};
};

std::string join(const std::vector<IpPrefix>& prefixes) {
  std::vector<std::string> texts;
  texts.reserve(prefixes.size());
  for (const IpPrefix& prefix : prefixes) texts.push_back(to_text(prefix));
  return join(texts);
}

/// The hosts of one policy of host-os-policy.
template <Word Policy>
constexpr Setting hosts(std::string_view name) {
  return {
      .name = name,
      .help = "Hosts that join overlapping fragments and segments in this way",
      .takes = [] { return std::string("a list of addresses and networks"); },
      .set =
          [](Settings& settings, std::string_view, std::string_view text) {
            const auto prefix = IpPrefix::parse(text);
            if (!prefix) return SetResult::bad;
            settings.host_os_policy[std::string(Policy.view())].push_back(*prefix);
            return SetResult::ok;
          },
      .show =
          [](const Settings& settings) {
            const auto found = settings.host_os_policy.find(Policy.view());
            return found == settings.host_os_policy.end() ? "" : join(found->second);
          },
      .clear =
          [](Settings& settings) { settings.host_os_policy.erase(std::string(Policy.view())); }};
}

constexpr std::uint32_t kMaxU32 = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint16_t kMaxPort = std::numeric_limits<std::uint16_t>::max();

/// The lambdas name a member of Settings, const or not.
constexpr auto kSettings = std::to_array<Setting>({
    variables<[](auto& s) -> auto& { return s.vars.address_groups; }>(
        "vars.address-groups.*",
        "Addresses that rules call $NAME; a value that starts with ! or [ is quoted in YAML"),
    variables<[](auto& s) -> auto& { return s.vars.port_groups; }>("vars.port-groups.*",
                                                                   "Ports that rules call $NAME"),

    one<[](auto& s) -> auto& { return s.rules.default_path; }, FilledPath>(
        "default-rule-path", "The folder of relative rule-files"),
    kRuleFiles,
    one<[](auto& s) -> auto& { return s.rules.strict; }>(
        "rules.strict",
        "yes: one wrong rule refuses all of them; no: it is left out and counted; auto: yes in "
        "espiald, "
        "no in replay"),

    one<[](auto& s) -> auto& { return s.nfq.queue; }>(
        "nfq.queue", "The NFQUEUE numbers to serve, one worker each"),
    one<[](auto& s) -> auto& { return s.nfq.fail_open; }>(
        "nfq.fail-open",
        "yes: the kernel accepts packets that find the queue full; no: it drops them"),
    one<[](auto& s) -> auto& { return s.nfq.queue_maxlen; }, Between<std::uint32_t, 1, 1U << 20U>>(
        "nfq.queue-maxlen", "Packets that the kernel holds for a worker"),
    one<[](auto& s) -> auto& { return s.nfq.batchcount; }, Between<std::uint32_t, 1, 1024>>(
        "nfq.batchcount", "Packets that a worker takes and answers in one go"),
    one<[](auto& s) -> auto& { return s.nfq.mode; }>(
        "nfq.mode", "What follows a verdict: accept ends the ruleset's walk"),

    one<[](auto& s) -> auto& { return s.reject.rate; }, Between<std::uint32_t, 0, 1'000'000>>(
        "reject.rate",
        "Answers (TCP reset, ICMP error) to rejected packets that a worker sends a second; 0: "
        "none"),
    one<[](auto& s) -> auto& { return s.reject.mark; }, Between<std::uint32_t, 0, kMaxU32>>(
        "reject.mark", "Firewall mark of these answers, so that no rule queues them; 0: none"),

    one<[](auto& s) -> auto& { return s.capture.checksum_validation; }>(
        "capture.checksum-validation",
        "Which checksums are verified, as -k; auto: not when most of the first packets fail"),

    one<[](auto& s) -> auto& { return s.flow.memcap; }>(
        "flow.memcap", "Memory that a worker's flow table may take"),
    one<[](auto& s) -> auto& { return s.flow.max_flows; }, Between<std::uint32_t, 1, kMaxU32>>(
        "flow.max-flows", "Flows that a worker tracks at most; memcap may be met first"),

    one<[](auto& s) -> auto& { return s.flow.emergency_recovery; }, Between<std::uint32_t, 1, 100>>(
        "flow.emergency-recovery",
        "Percent of the flow table that must be free again for emergency mode to end"),
    one<[](auto& s) -> auto& { return s.flow.prune_flows; }, Between<std::uint32_t, 0, 1024>>(
        "flow.prune-flows",
        "Slots that each new flow looks through for ended ones in emergency mode"),

    one<[](auto& s) -> auto& { return s.flow_timeouts.other.created; }>(
        "flow-timeouts.default.new",
        "Silence that ends a flow of any other protocol, seen in one direction"),
    one<[](auto& s) -> auto& { return s.flow_timeouts.other.established; }>(
        "flow-timeouts.default.established", "The same, seen in both"),
    one<[](auto& s) -> auto& { return s.flow_timeouts.other.closed; }>(
        "flow-timeouts.default.closed", "The same, ended by its protocol"),
    one<[](auto& s) -> auto& { return s.flow_timeouts.other.bypassed; }>(
        "flow-timeouts.default.bypassed", "Any other protocol that is bypassed"),
    one<[](auto& s) -> auto& { return s.flow_timeouts.other.emergency_created; }>(
        "flow-timeouts.default.emergency-new", "As new, while the flow table is in emergency mode"),
    one<[](auto& s) -> auto& { return s.flow_timeouts.other.emergency_established; }>(
        "flow-timeouts.default.emergency-established", "As established, in emergency mode"),
    one<[](auto& s) -> auto& { return s.flow_timeouts.other.emergency_closed; }>(
        "flow-timeouts.default.emergency-closed", "As closed, in emergency mode"),
    one<[](auto& s) -> auto& { return s.flow_timeouts.other.emergency_bypassed; }>(
        "flow-timeouts.default.emergency-bypassed", "As bypassed, in emergency mode"),
    one<[](auto& s) -> auto& { return s.flow_timeouts.tcp.created; }>(
        "flow-timeouts.tcp.new", "TCP before the handshake is done"),
    one<[](auto& s) -> auto& { return s.flow_timeouts.tcp.established; }>(
        "flow-timeouts.tcp.established", "TCP after it"),
    one<[](auto& s) -> auto& { return s.flow_timeouts.tcp.closed; }>("flow-timeouts.tcp.closed",
                                                                     "TCP after FIN or RST"),
    one<[](auto& s) -> auto& { return s.flow_timeouts.tcp.bypassed; }>("flow-timeouts.tcp.bypassed",
                                                                       "TCP that is bypassed"),
    one<[](auto& s) -> auto& { return s.flow_timeouts.tcp.emergency_created; }>(
        "flow-timeouts.tcp.emergency-new", "As new, while the flow table is in emergency mode"),
    one<[](auto& s) -> auto& { return s.flow_timeouts.tcp.emergency_established; }>(
        "flow-timeouts.tcp.emergency-established", "As established, in emergency mode"),
    one<[](auto& s) -> auto& { return s.flow_timeouts.tcp.emergency_closed; }>(
        "flow-timeouts.tcp.emergency-closed", "As closed, in emergency mode"),
    one<[](auto& s) -> auto& { return s.flow_timeouts.tcp.emergency_bypassed; }>(
        "flow-timeouts.tcp.emergency-bypassed", "As bypassed, in emergency mode"),
    one<[](auto& s) -> auto& { return s.flow_timeouts.udp.created; }>("flow-timeouts.udp.new",
                                                                      "UDP seen in one direction"),
    one<[](auto& s) -> auto& { return s.flow_timeouts.udp.established; }>(
        "flow-timeouts.udp.established", "UDP seen in both"),
    one<[](auto& s) -> auto& { return s.flow_timeouts.udp.bypassed; }>("flow-timeouts.udp.bypassed",
                                                                       "UDP that is bypassed"),
    one<[](auto& s) -> auto& { return s.flow_timeouts.udp.emergency_created; }>(
        "flow-timeouts.udp.emergency-new", "As new, while the flow table is in emergency mode"),
    one<[](auto& s) -> auto& { return s.flow_timeouts.udp.emergency_established; }>(
        "flow-timeouts.udp.emergency-established", "As established, in emergency mode"),
    one<[](auto& s) -> auto& { return s.flow_timeouts.udp.emergency_bypassed; }>(
        "flow-timeouts.udp.emergency-bypassed", "As bypassed, in emergency mode"),
    one<[](auto& s) -> auto& { return s.flow_timeouts.icmp.created; }>(
        "flow-timeouts.icmp.new", "ICMP seen in one direction"),
    one<[](auto& s) -> auto& { return s.flow_timeouts.icmp.established; }>(
        "flow-timeouts.icmp.established", "ICMP seen in both"),
    one<[](auto& s) -> auto& { return s.flow_timeouts.icmp.bypassed; }>(
        "flow-timeouts.icmp.bypassed", "ICMP that is bypassed"),
    one<[](auto& s) -> auto& { return s.flow_timeouts.icmp.emergency_created; }>(
        "flow-timeouts.icmp.emergency-new", "As new, while the flow table is in emergency mode"),
    one<[](auto& s) -> auto& { return s.flow_timeouts.icmp.emergency_established; }>(
        "flow-timeouts.icmp.emergency-established", "As established, in emergency mode"),
    one<[](auto& s) -> auto& { return s.flow_timeouts.icmp.emergency_bypassed; }>(
        "flow-timeouts.icmp.emergency-bypassed", "As bypassed, in emergency mode"),
    one<[](auto& s) -> auto& { return s.flow_timeouts.esp.created; }>(
        "flow-timeouts.esp.new", "An SPI of ESP or AH after its first packet"),
    one<[](auto& s) -> auto& { return s.flow_timeouts.esp.established; }>(
        "flow-timeouts.esp.established", "An SPI of ESP or AH after its second"),
    one<[](auto& s) -> auto& { return s.flow_timeouts.esp.bypassed; }>(
        "flow-timeouts.esp.bypassed", "An SPI of ESP or AH that is bypassed"),
    one<[](auto& s) -> auto& { return s.flow_timeouts.esp.emergency_created; }>(
        "flow-timeouts.esp.emergency-new", "As new, while the flow table is in emergency mode"),
    one<[](auto& s) -> auto& { return s.flow_timeouts.esp.emergency_established; }>(
        "flow-timeouts.esp.emergency-established", "As established, in emergency mode"),
    one<[](auto& s) -> auto& { return s.flow_timeouts.esp.emergency_bypassed; }>(
        "flow-timeouts.esp.emergency-bypassed", "As bypassed, in emergency mode"),

    one<[](auto& s) -> auto& { return s.vlan.use_for_tracking; }>(
        "vlan.use-for-tracking", "Whether packets of different VLANs belong to different flows"),

    one<[](auto& s) -> auto& { return s.defrag.memcap; }, DefragMemory>(
        "defrag.memcap", "Memory that the IP fragments of a worker may take"),
    one<[](auto& s) -> auto& { return s.defrag.trackers; }, Between<std::uint32_t, 1, 1U << 20U>>(
        "defrag.trackers", "Datagrams that a worker joins at a time; memcap may be met first"),
    one<[](auto& s) -> auto& { return s.defrag.max_frags; }, Between<std::uint32_t, 2, 1U << 24U>>(
        "defrag.max-frags", "Fragments that a worker holds of all of them"),
    one<[](auto& s) -> auto& { return s.defrag.timeout; }, PositiveSeconds>(
        "defrag.timeout", "Time from the first fragment of a datagram to the last"),
    one<[](auto& s) -> auto& { return s.defrag.hold_timeout; }, PositiveSeconds>(
        "defrag.hold-timeout",
        "Inline, how long fragments wait for the rest of their datagram before they pass"),
    one<[](auto& s) -> auto& { return s.defrag.max_held; }, Between<std::uint32_t, 0, 65'536>>(
        "defrag.max-held", "Inline, fragments of a worker that wait; 0: they pass as they come"),

    hosts<"first">("host-os-policy.first"),
    hosts<"last">("host-os-policy.last"),
    hosts<"bsd">("host-os-policy.bsd"),
    hosts<"bsd-right">("host-os-policy.bsd-right"),
    hosts<"old-linux">("host-os-policy.old-linux"),
    hosts<"linux">("host-os-policy.linux"),
    hosts<"linux-modern">("host-os-policy.linux-modern"),
    hosts<"old-solaris">("host-os-policy.old-solaris"),
    hosts<"solaris">("host-os-policy.solaris"),
    hosts<"hpux10">("host-os-policy.hpux10"),
    hosts<"hpux11">("host-os-policy.hpux11"),
    hosts<"irix">("host-os-policy.irix"),
    hosts<"macos">("host-os-policy.macos"),
    hosts<"windows">("host-os-policy.windows"),
    hosts<"vista">("host-os-policy.vista"),
    hosts<"windows2k3">("host-os-policy.windows2k3"),

    one<[](auto& s) -> auto& { return s.stream.memcap; }, StreamMemory>(
        "stream.memcap", "Memory that the TCP connections of a worker may take"),
    one<[](auto& s) -> auto& { return s.stream.midstream; }>(
        "stream.midstream", "yes: TCP connections are followed whose handshake was not seen"),
    one<[](auto& s) -> auto& { return s.stream.async_oneside; }>(
        "stream.async-oneside", "yes: and those of which one side is not seen"),
    one<[](auto& s) -> auto& { return s.stream.inline_mode; }>(
        "stream.inline",
        "Segments that contradict what has passed are refused; auto: where verdicts count"),
    one<[](auto& s) -> auto& { return s.stream.drop_invalid; }>(
        "stream.drop-invalid", "Inline, segments that their receiver discards are dropped"),
    one<[](auto& s) -> auto& { return s.stream.max_synack_queued; },
        Between<std::uint32_t, 1, 255>>("stream.max-synack-queued",
                                        "Different SYN-ACKs of a handshake; five are told apart"),
    one<[](auto& s) -> auto& { return s.stream.reassembly_memcap; }, StreamMemory>(
        "stream.reassembly.memcap", "Memory that the bytes of TCP streams of a worker may take"),
    one<[](auto& s) -> auto& { return s.stream.depth; }>(
        "stream.reassembly.depth", "Bytes of a stream, each way, that are looked at; 0: all"),
    one<[](auto& s) -> auto& { return s.stream.to_server_chunk; }, ChunkSize>(
        "stream.reassembly.toserver-chunk-size",
        "Bytes of a stream that rules look back on from those that are new"),
    one<[](auto& s) -> auto& { return s.stream.to_client_chunk; }, ChunkSize>(
        "stream.reassembly.toclient-chunk-size", "The same, of what comes back"),
    one<[](auto& s) -> auto& { return s.stream.urgent; }>(
        "stream.reassembly.urgent.policy",
        "The byte an urgent pointer names is not of the stream (oob), is (inline), is missing "
        "(gap), or its segment is refused (drop)"),
    one<[](auto& s) -> auto& { return s.stream.urgent_limit; }>(
        "stream.reassembly.urgent.oob-limit-policy",
        "The same, of one more than 65535 in a direction"),

    one<[](auto& s) -> auto& { return s.decoder.vxlan.enabled; }>("decoder.vxlan.enabled",
                                                                  "Look into VXLAN"),
    ports<[](auto& s) -> auto& { return s.decoder.vxlan.ports; }, TunnelPorts>(
        "decoder.vxlan.ports", "The UDP ports of VXLAN"),
    one<[](auto& s) -> auto& { return s.decoder.vxlan_reserved; }>(
        "decoder.vxlan.reserved-bits-check",
        "strict: a header with its reserved byte in use is no VXLAN; permissive: it is"),
    one<[](auto& s) -> auto& { return s.decoder.geneve.enabled; }>("decoder.geneve.enabled",
                                                                   "Look into Geneve"),
    ports<[](auto& s) -> auto& { return s.decoder.geneve.ports; }, TunnelPorts>(
        "decoder.geneve.ports", "The UDP ports of Geneve"),
    one<[](auto& s) -> auto& { return s.decoder.teredo.enabled; }>("decoder.teredo.enabled",
                                                                   "Look into Teredo"),
    ports<[](auto& s) -> auto& { return s.decoder.teredo.ports; }, TeredoPorts>(
        "decoder.teredo.ports", "The UDP ports of Teredo"),
    one<[](auto& s) -> auto& { return s.decoder.erspan_type1; }>(
        "decoder.erspan.typeI.enabled",
        "Look into ERSPAN type I too, which has no header of its own"),
    one<[](auto& s) -> auto& { return s.decoder.max_layers; }, Between<std::uint8_t, 1, 255>>(
        "decoder.max-layers", "Headers that carry others which are read in one frame"),

    one<[](auto& s) -> auto& { return s.ipsec.max_sas; }, Between<std::uint32_t, 1, 1U << 20U>>(
        "ipsec.max-sas", "IKE SAs that a worker remembers; those in the making go first"),
    one<[](auto& s) -> auto& { return s.ipsec.sa_timeout; }, PositiveSeconds>(
        "ipsec.sa-timeout", "Silence after which an IKE SA is forgotten"),
    one<[](auto& s) -> auto& { return s.ipsec.max_fragment_sets; },
        Between<std::uint32_t, 1, 1U << 16U>>(
        "ipsec.max-fragment-sets", "IKE messages in fragments that a worker collects at a time"),
    one<[](auto& s) -> auto& { return s.ipsec.fragment_timeout; }, PositiveSeconds>(
        "ipsec.fragment-timeout", "Silence after which such a message is given up"),
    one<[](auto& s) -> auto& { return s.ipsec.learn_ports; }>(
        "ipsec.learn-ports", "Whether IKE is looked for on every UDP port"),
    one<[](auto& s) -> auto& { return s.ipsec.max_endpoints; },
        Between<std::uint32_t, 1, 1U << 20U>>("ipsec.max-endpoints",
                                              "Addresses and ports that a worker learns IKE on"),
    one<[](auto& s) -> auto& { return s.ipsec.endpoint_timeout; }, PositiveSeconds>(
        "ipsec.endpoint-timeout", "Silence after which a learned port is forgotten"),
    one<[](auto& s) -> auto& { return s.ipsec.max_tcp_connections; },
        Between<std::uint32_t, 1, 1U << 20U>>(
        "ipsec.max-tcp-connections",
        "TCP connections looked at until their first data, and those that carry IPsec"),
    one<[](auto& s) -> auto& { return s.ipsec.tcp_timeout; }, PositiveSeconds>(
        "ipsec.tcp-timeout", "Silence after which such a connection is forgotten"),
    one<[](auto& s) -> auto& { return s.ipsec.summary_interval; }, PositiveSeconds>(
        "ipsec.summary-interval", "How often an SPI of ESP or AH that goes on is told of"),

    one<[](auto& s) -> auto& { return s.ipsec_log.enabled; }>("ipsec_log.enabled",
                                                              "Whether ipsec.log is written"),
    one<[](auto& s) -> auto& { return s.ipsec_log.filename; }, Filled>(
        "ipsec_log.filename", "Its name under default-log-dir"),
    one<[](auto& s) -> auto& { return s.ipsec_log.compat; }>(
        "ipsec_log.compat",
        "zeek: the very text of Zeek's package; extended: its mistakes mended, columns appended"),
    one<[](auto& s) -> auto& { return s.ipsec_log.format; }>(
        "ipsec_log.format", "tsv with Zeek's header, or one JSON object a line"),

    one<[](auto& s) -> auto& { return s.outputs.default_log_dir; }, FilledPath>(
        "default-log-dir", "The folder of all logs, as -l"),
    one<[](auto& s) -> auto& { return s.outputs.eve.enabled; }>("outputs.eve-log.enabled",
                                                                "Whether eve.json is written"),
    one<[](auto& s) -> auto& { return s.outputs.eve.filename; }, Filled>(
        "outputs.eve-log.filename", "Its name under default-log-dir"),
    kEveTypes,

    one<[](auto& s) -> auto& { return s.sensor.id; }>(
        "sensor.id", "What this sensor is called in its records; empty: the host's name"),
    one<[](auto& s) -> auto& { return s.sensor.name; }>("sensor-name",
                                                        "EVE's field host; empty: none"),

    one<[](auto& s) -> auto& { return s.exporting.collector.address; }>(
        "export.collector.address", "Name or address of the collector; empty: records stay here"),
    one<[](auto& s) -> auto& { return s.exporting.collector.port; },
        Between<std::uint16_t, 1, kMaxPort>>("export.collector.port", "Its TCP port"),
    one<[](auto& s) -> auto& { return s.exporting.collector.server_name; }>(
        "export.collector.server-name",
        "The name that its certificate must bear; empty: the address"),
    one<[](auto& s) -> auto& { return s.exporting.collector.certificate; }>(
        "export.collector.certificate", "Our certificate, PEM"),
    one<[](auto& s) -> auto& { return s.exporting.collector.key; }>("export.collector.key",
                                                                    "Its private key, PEM"),
    one<[](auto& s) -> auto& { return s.exporting.collector.ca; }>(
        "export.collector.ca", "Who signs collectors' certificates, PEM"),
    one<[](auto& s) -> auto& { return s.exporting.local_logs; }>(
        "export.local-logs",
        "Whether espiald writes the logs itself too; auto: when there is no collector"),

    one<[](auto& s) -> auto& { return s.control.socket; }, FilledPath>(
        "control.socket", "The socket of espial status and reload"),
    one<[](auto& s) -> auto& { return s.stats.interval; }, PositiveSeconds>(
        "stats.interval", "Time between two stats records"),
    one<[](auto& s) -> auto& { return s.exceptions.master; }>(
        "exception-policy",
        "What happens to packets that cannot be judged in full, in the cases below that say auto; "
        "auto: they are judged as far as can be"),
    one<[](auto& s) -> auto& { return s.exceptions.flow_memcap; }>(
        "flow.memcap-policy", "The same, when a flow must make room for the packet's"),
    one<[](auto& s) -> auto& { return s.exceptions.defrag_memcap; }>(
        "defrag.memcap-policy", "The same, when a fragment finds no room"),
    one<[](auto& s) -> auto& { return s.exceptions.stream_memcap; }>(
        "stream.memcap-policy", "The same, when a TCP connection finds no room"),
    one<[](auto& s) -> auto& { return s.exceptions.midstream; }>(
        "stream.midstream-policy", "The same, when the handshake of a TCP connection was not seen"),
    one<[](auto& s) -> auto& { return s.exceptions.reassembly_memcap; }>(
        "stream.reassembly.memcap-policy", "The same, when bytes of a TCP connection find no room"),
    one<[](auto& s) -> auto& { return s.run_as.user; }>(
        "run-as.user", "Who espiald becomes once its queues are open"),
    one<[](auto& s) -> auto& { return s.run_as.group; }>("run-as.group",
                                                         "Its group; empty: the user's own"),
});

bool is_below(std::string_view name, std::string_view group) noexcept {
  return group.empty() ||
         (name.size() > group.size() && name.starts_with(group) && name[group.size()] == '.');
}

}  // namespace

std::span<const Setting> all_settings() noexcept {
  return kSettings;
}

const Setting* find_setting(std::string_view key) noexcept {
  const auto* const found = std::ranges::find_if(kSettings, [&](const Setting& setting) {
    return setting.is_pattern() ? !last_part(setting, key).empty() : setting.name == key;
  });
  return found == kSettings.end() ? nullptr : found;
}

std::string_view last_part(const Setting& setting, std::string_view key) noexcept {
  if (!setting.is_pattern()) return {};
  const std::string_view stem = setting.name.substr(0, setting.name.size() - 1);
  return key.starts_with(stem) ? key.substr(stem.size()) : std::string_view();
}

bool is_group(std::string_view key) noexcept {
  return std::ranges::any_of(kSettings,
                             [&](const Setting& setting) { return is_below(setting.name, key); });
}

std::vector<std::string_view> members_of(std::string_view group) {
  std::vector<std::string_view> members;
  for (const Setting& setting : kSettings) {
    if (!is_below(setting.name, group)) continue;
    const std::string_view rest = setting.name.substr(group.empty() ? 0 : group.size() + 1);
    const std::string_view member = rest.substr(0, rest.find('.'));
    if (member != "*" && std::ranges::find(members, member) == members.end())
      members.push_back(member);
  }
  return members;
}

std::vector<SettingInfo> list_settings() {
  const Settings fallback;
  std::vector<SettingInfo> list;
  list.reserve(kSettings.size());
  for (const Setting& setting : kSettings)
    list.push_back({.name = std::string(setting.name),
                    .takes = setting.takes(),
                    .fallback = setting.show(fallback),
                    .help = std::string(setting.help)});
  return list;
}

}  // namespace espial::config
