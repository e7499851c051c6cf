#pragma once
#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/enum_set.hpp"
#include "engine/base/error.hpp"
#include "engine/base/ip_address.hpp"

/// The settings as types. Each member is one row of the table in settings_table.cpp, which gives it
/// its dotted name (Suricata's where Suricata has the same thing), its limits and its help. The
/// initial values here are the defaults: `Settings{}` is a complete, valid configuration. Plain
/// data: copied to whoever needs it, changed by nobody after load().
namespace espial::config {

/// A number of bytes, written "4096", "512kb", "128mb" or "2gb" (powers of 1024).
struct ByteSize {
  std::uint64_t bytes = 0;
  friend constexpr auto operator<=>(const ByteSize&, const ByteSize&) = default;
};

/// Names of variables (without `$`) and their values as the rule language writes them:
/// "[10.0.0.0/8,!10.1.0.0/16]". What a value means is the business of rules/check: here it is text.
using Variables = std::map<std::string, std::string, std::less<>>;

struct VariableSettings {
  Variables address_groups;  // vars.address-groups.NAME
  Variables port_groups;     // vars.port-groups.NAME
  VariableSettings();        // Suricata's stock variables
  friend bool operator==(const VariableSettings&, const VariableSettings&) = default;
};

struct RuleSettings {
  std::filesystem::path default_path =
      "/etc/espial/rules";         // default-rule-path: where relative rule-files are looked for
  std::vector<std::string> files;  // rule-files, globs allowed; see rule_file_paths()
  /// rules.strict. Not set: the program decides (espiald and every reload: true; replay: false).
  std::optional<bool> strict;
  friend bool operator==(const RuleSettings&, const RuleSettings&) = default;
};

/// "0" or "0:3": the queues 0 to 3, each with a worker of its own.
struct QueueRange {
  std::uint16_t first = 0, last = 0;  // both included
  friend constexpr bool operator==(QueueRange, QueueRange) = default;
};

enum class NfqMode : std::uint8_t { accept };

struct NfqSettings {
  QueueRange queue;       // nfq.queue
  bool fail_open = true;  // nfq.fail-open: the kernel accepts what a full queue cannot hold
  std::uint32_t queue_maxlen = 8192;  // nfq.queue-maxlen: packets the kernel holds for us, a queue
  std::uint32_t batchcount = 64;      // nfq.batchcount: packets taken and judged in one go
  NfqMode mode = NfqMode::accept;     // nfq.mode
  friend bool operator==(const NfqSettings&, const NfqSettings&) = default;
};

struct RejectSettings {
  std::uint32_t rate =
      100;                 // reject.rate: answers to rejected packets, a second and worker; 0: none
  std::uint32_t mark = 0;  // reject.mark: the firewall mark of these answers; 0: none
  friend bool operator==(const RejectSettings&, const RejectSettings&) = default;
};

/// Which checksums are verified; `automatic` as Suricata has it: not when most of the first packets
/// fail.
enum class ChecksumMode : std::uint8_t { automatic, all, none };
/// The text of -k: "auto", "all", "none"; nothing for any other.
[[nodiscard]] std::optional<ChecksumMode> checksum_mode(std::string_view text) noexcept;

struct CaptureSettings {
  ChecksumMode checksum_validation =
      ChecksumMode::automatic;  // capture.checksum-validation, and -k
  friend bool operator==(const CaptureSettings&, const CaptureSettings&) = default;
};

struct FlowSettings {
  ByteSize memcap{256ULL << 20U};  // flow.memcap: a worker's flow table takes no more
  std::uint32_t max_flows =
      1'000'000;  // flow.max-flows: nor more flows than this, whichever is met first
  /// flow.emergency-recovery: percent of the table that must be free for emergency mode to end
  std::uint32_t emergency_recovery = 30;
  std::uint32_t prune_flows = 5;  // flow.prune-flows: slots that a new flow looks through in it
  friend bool operator==(const FlowSettings&, const FlowSettings&) = default;
};

struct VlanSettings {
  bool use_for_tracking = true;  // vlan.use-for-tracking: tags part flows and fragments
  friend bool operator==(const VlanSettings&, const VlanSettings&) = default;
};

struct DefragSettings {
  ByteSize memcap{32ULL << 20U};         // defrag.memcap: a worker's IP fragments take no more
  std::uint32_t trackers = 65'535;       // defrag.trackers: datagrams that it joins at a time
  std::uint32_t max_frags = 65'535;      // defrag.max-frags: fragments of all of them
  std::chrono::seconds timeout{60};      // defrag.timeout: from a datagram's first fragment on
  std::chrono::seconds hold_timeout{2};  // defrag.hold-timeout: inline, until fragments pass
  std::uint32_t max_held = 2'048;        // defrag.max-held: fragments that wait for their verdict
  friend bool operator==(const DefragSettings&, const DefragSettings&) = default;
};

/// A tunnel over UDP that decode takes apart.
struct TunnelSettings {
  bool enabled = true;
  /// A port, a list in brackets, variables of vars.port-groups: resolve_ports() says which.
  std::string ports;
  friend bool operator==(const TunnelSettings&, const TunnelSettings&) = default;
};

/// decoder.vxlan.reserved-bits-check: whether a header with reserved bits in use is VXLAN.
enum class ReservedBits : std::uint8_t { strict, permissive };

struct DecoderSettings {
  TunnelSettings vxlan{.ports = "$VXLAN_PORTS"};    // decoder.vxlan
  TunnelSettings geneve{.ports = "$GENEVE_PORTS"};  // decoder.geneve
  TunnelSettings teredo{.ports = "$TEREDO_PORTS"};  // decoder.teredo; its ports may be "any"
  ReservedBits vxlan_reserved = ReservedBits::strict;
  bool erspan_type1 = true;      // decoder.erspan.typeI.enabled
  std::uint8_t max_layers = 16;  // decoder.max-layers: headers that carry others, in a frame
  friend bool operator==(const DecoderSettings&, const DecoderSettings&) = default;
};

/// What becomes of the byte that a TCP urgent pointer names.
enum class UrgentPolicy : std::uint8_t { oob, inline_data, drop, gap };

struct StreamSettings {
  ByteSize memcap{64ULL << 20U};        // stream.memcap: a worker's TCP connections
  bool midstream = false;               // stream.midstream: followed without a handshake
  bool async_oneside = false;           // stream.async-oneside: and where one side is not seen
  std::optional<bool> inline_mode;      // stream.inline; nothing: in the gateway, not on a tap
  bool drop_invalid = true;             // stream.drop-invalid: inline, segments nobody takes
  std::uint32_t max_synack_queued = 5;  // stream.max-synack-queued
  ByteSize reassembly_memcap{256ULL << 20U};       // stream.reassembly.memcap: their bytes
  ByteSize depth{1ULL << 20U};                     // stream.reassembly.depth; 0: no end
  ByteSize to_server_chunk{2560};                  // stream.reassembly.toserver-chunk-size
  ByteSize to_client_chunk{2560};                  // stream.reassembly.toclient-chunk-size
  UrgentPolicy urgent = UrgentPolicy::oob;         // stream.reassembly.urgent.policy
  UrgentPolicy urgent_limit = UrgentPolicy::drop;  // stream.reassembly.urgent.oob-limit-policy
  friend bool operator==(const StreamSettings&, const StreamSettings&) = default;
};

/// host-os-policy: the hosts whose way of joining overlapping fragments and segments is known, by
/// the name of that way ("windows", "linux-modern"). No host stands under two names by intent; when
/// one does, the longest prefix says.
using HostOsSettings = std::map<std::string, std::vector<IpPrefix>, std::less<>>;

/// How long a flow may be silent before it ends, by its state; emergency: while the flow table is
/// in emergency mode.
struct FlowTimeout {
  std::chrono::seconds created{30}, established{300}, closed{0};  // written new, ...
  std::chrono::seconds bypassed{100};
  std::chrono::seconds emergency_created{10}, emergency_established{100}, emergency_closed{0};
  std::chrono::seconds emergency_bypassed{50};
  friend bool operator==(const FlowTimeout&, const FlowTimeout&) = default;
};

struct FlowTimeoutSettings {  // flow-timeouts.*
  FlowTimeout other;          // .default
  FlowTimeout tcp{.created = std::chrono::seconds(60),
                  .established = std::chrono::seconds(600),
                  .closed = std::chrono::seconds(60),
                  .emergency_created = std::chrono::seconds(5),
                  .emergency_closed = std::chrono::seconds(10)};
  FlowTimeout udp, icmp;
  /// .esp: ESP and AH, which have no handshake and no end; one SPI lives until it is silent for
  /// this long.
  FlowTimeout esp{.created = std::chrono::seconds(60), .established = std::chrono::seconds(600)};
  friend bool operator==(const FlowTimeoutSettings&, const FlowTimeoutSettings&) = default;
};

/// What a worker remembers of IPsec (engine/sa).
struct IpsecSettings {
  std::uint32_t max_sas = 8192;                // ipsec.max-sas: IKE SAs
  std::chrono::seconds sa_timeout{3600};       // ipsec.sa-timeout: silence after which one goes
  std::uint32_t max_fragment_sets = 256;       // ipsec.max-fragment-sets: messages in pieces
  std::chrono::seconds fragment_timeout{30};   // ipsec.fragment-timeout
  bool learn_ports = true;                     // ipsec.learn-ports: IKE on any UDP port
  std::uint32_t max_endpoints = 4096;          // ipsec.max-endpoints: learned, or about to be
  std::chrono::seconds endpoint_timeout{600};  // ipsec.endpoint-timeout
  std::uint32_t max_tcp_connections = 16'384;  // ipsec.max-tcp-connections
  std::chrono::seconds tcp_timeout{600};       // ipsec.tcp-timeout
  std::chrono::seconds summary_interval{60};   // ipsec.summary-interval: of an SPI that goes on
  friend bool operator==(const IpsecSettings&, const IpsecSettings&) = default;
};

enum class IpsecLogCompat : std::uint8_t { zeek, extended };
enum class IpsecLogFormat : std::uint8_t { tsv, json };

struct IpsecLogSettings {
  bool enabled = true;                               // ipsec_log.enabled
  std::string filename = "ipsec.log";                // ipsec_log.filename, in default-log-dir
  IpsecLogCompat compat = IpsecLogCompat::extended;  // ipsec_log.compat
  IpsecLogFormat format = IpsecLogFormat::tsv;       // ipsec_log.format
  friend bool operator==(const IpsecLogSettings&, const IpsecLogSettings&) = default;
};

/// The event_type values that eve.json can be asked for.
enum class EveType : std::uint8_t { alert, anomaly, drop, flow, ike, netflow, stats, count_ };

struct EveSettings {
  bool enabled = true;                // outputs.eve-log.enabled
  std::string filename = "eve.json";  // outputs.eve-log.filename, in default-log-dir
  EnumSet<EveType> types;             // outputs.eve-log.types; all of them unless told otherwise
  EveSettings();
  friend bool operator==(const EveSettings&, const EveSettings&) = default;
};

struct OutputSettings {
  std::filesystem::path default_log_dir = "/var/log/espial";  // default-log-dir, and -l
  EveSettings eve;
  friend bool operator==(const OutputSettings&, const OutputSettings&) = default;
};

struct SensorSettings {
  std::string id;    // sensor.id: Record.sensor_id; empty: the host's name
  std::string name;  // sensor-name: EVE `host`; empty: the field is left out
  friend bool operator==(const SensorSettings&, const SensorSettings&) = default;
};

struct CollectorSettings {  // export.collector.*
  std::string address;      // name or IP address; empty: no collector
  std::uint16_t port = 4765;
  std::string server_name;  // name the collector's certificate must bear; empty: the address
  std::filesystem::path certificate;  // PEM, ours
  std::filesystem::path key;          // PEM, ours
  std::filesystem::path ca;           // PEM, who signs collectors
  friend bool operator==(const CollectorSettings&, const CollectorSettings&) = default;
};

struct ExportSettings {
  CollectorSettings collector;
  std::optional<bool>
      local_logs;  // export.local-logs: eve.json and ipsec.log of espiald; see writes_local_logs()
  friend bool operator==(const ExportSettings&, const ExportSettings&) = default;
};

struct ControlSettings {
  std::filesystem::path socket = "/run/espial/espiald.sock";  // control.socket
  friend bool operator==(const ControlSettings&, const ControlSettings&) = default;
};

struct StatsSettings {
  std::chrono::seconds interval{8};  // stats.interval
  friend bool operator==(const StatsSettings&, const StatsSettings&) = default;
};

/// What becomes of a packet in a case of the manual's exception table; `automatic` in a case of its
/// own: what exception-policy says, and there: ignore.
enum class ExceptionPolicy : std::uint8_t {
  automatic,
  ignore,
  pass_packet,
  pass_flow,
  bypass,
  drop_packet,
  drop_flow,
  reject
};

struct ExceptionSettings {
  ExceptionPolicy master = ExceptionPolicy::automatic;         // exception-policy
  ExceptionPolicy flow_memcap = ExceptionPolicy::automatic;    // flow.memcap-policy
  ExceptionPolicy defrag_memcap = ExceptionPolicy::automatic;  // defrag.memcap-policy
  ExceptionPolicy stream_memcap = ExceptionPolicy::automatic;  // stream.memcap-policy
  ExceptionPolicy midstream = ExceptionPolicy::automatic;      // stream.midstream-policy
  ExceptionPolicy reassembly_memcap =
      ExceptionPolicy::automatic;  // stream.reassembly.memcap-policy
  friend bool operator==(const ExceptionSettings&, const ExceptionSettings&) = default;
};

struct RunAsSettings {
  std::string user, group;  // run-as.user, run-as.group; empty: stay who we are
  friend bool operator==(const RunAsSettings&, const RunAsSettings&) = default;
};

struct Settings {
  VariableSettings vars;
  RuleSettings rules;
  NfqSettings nfq;
  RejectSettings reject;
  CaptureSettings capture;
  FlowSettings flow;
  FlowTimeoutSettings flow_timeouts;
  VlanSettings vlan;
  DefragSettings defrag;
  StreamSettings stream;
  HostOsSettings host_os_policy;
  DecoderSettings decoder;
  IpsecSettings ipsec;
  IpsecLogSettings ipsec_log;
  OutputSettings outputs;
  SensorSettings sensor;
  ExportSettings exporting;  // export.*: a keyword in C++
  ControlSettings control;
  StatsSettings stats;
  ExceptionSettings exceptions;
  RunAsSettings run_as;
  friend bool operator==(const Settings&, const Settings&) = default;
};

/// Whether espiald writes eve.json and ipsec.log itself: as export.local-logs says; not set: when
/// no collector does.
[[nodiscard]] bool writes_local_logs(const Settings& settings);

/// The rule files of the settings: relative ones under default-rule-path, globs expanded, each
/// glob's files in order of name, each file once. A plain name that does not exist is kept (reading
/// it tells why); a glob without a match is an error.
[[nodiscard]] std::expected<std::vector<std::filesystem::path>, SystemError> rule_file_paths(
    const RuleSettings& rules);

}  // namespace espial::config
