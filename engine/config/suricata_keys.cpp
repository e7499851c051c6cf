#include "engine/config/suricata_keys.hpp"

#include <algorithm>
#include <array>
#include <ranges>

#include "engine/base/text.hpp"

namespace espial::config {
namespace {

/// Sorted. An entry stands for itself and all keys below it; where Espial has settings of its own
/// in a group, the group's other keys stand here one by one, so that a slip of the finger among
/// ours stays an error.
constexpr auto kKeys = std::to_array<std::string_view>({
    "action-order",
    "af-packet",
    "af-xdp",
    "app-layer",
    "asn1-max-frames",
    "autofp-scheduler",
    "capture.disable-offloading",
    "classification-file",
    "coredump",
    "daemon-directory",
    "datasets",
    "decoder.recursion-level",
    "default-packet-size",
    "default-reputation-path",
    "default-rule-dir",
    "defrag.hash-size",
    "defrag.host-config",
    "defrag.prealloc",
    "detect",
    "detect-engine",
    "dpdk",
    "email-mta",
    "engine-analysis",
    "erf-dag",
    "erf-file",
    "file-store",
    "firewall",
    "flow.hash-size",
    "flow.managers",
    "flow.prealloc",
    "flow.rate-tracking",
    "flow.recyclers",
    "geoip-database",
    "heartbeat",
    "host",
    "host-mode",
    "ipfw",
    "ippair",
    "ips",
    "landlock",
    "legacy",
    "livedev",
    "logging",
    "luajit",
    "magic-file",
    "max-pending-packets",
    "mpm-algo",
    "napatech",
    "netmap",
    "nflog",
    "nfq.bypass-mark",
    "nfq.bypass-mask",
    "nfq.repeat-mark",
    "nfq.repeat-mask",
    "nfq.route-queue",
    "outputs.alert-debug",
    "outputs.alert-prelude",
    "outputs.alert-syslog",
    "outputs.dns-log",
    "outputs.drop",
    "outputs.eve-log.append",
    "outputs.eve-log.buffer-size",
    "outputs.eve-log.community-id",
    "outputs.eve-log.community-id-seed",
    "outputs.eve-log.ethernet",
    "outputs.eve-log.facility",
    "outputs.eve-log.filetype",
    "outputs.eve-log.identity",
    "outputs.eve-log.level",
    "outputs.eve-log.metadata",
    "outputs.eve-log.pcap-file",
    "outputs.eve-log.prefix",
    "outputs.eve-log.redis",
    "outputs.eve-log.rotate-interval",
    "outputs.eve-log.suricata-version",
    "outputs.eve-log.threaded",
    "outputs.eve-log.xff",
    "outputs.fast",
    "outputs.file-log",
    "outputs.file-store",
    "outputs.http-body-data",
    "outputs.http-log",
    "outputs.lua",
    "outputs.pcap-log",
    "outputs.stats",
    "outputs.syslog",
    "outputs.tcp-data",
    "outputs.tls-log",
    "outputs.tls-store",
    "outputs.unified2-alert",
    "packet-alert-max",
    "pcap",
    "pcap-file",
    "pcap-log",
    "pcre",
    "pfring",
    "pid-file",
    "plugins",
    "power-mode",
    "profiling",
    "reference-config-file",
    "reputation-categories-file",
    "reputation-files",
    "rule-reload",
    "run-as.clear",
    "runmode",
    "security",
    "spm-algo",
    "stats.append-stats",
    "stats.decoder-events",
    "stats.decoder-events-prefix",
    "stats.enabled",
    "stats.stream-events",
    "stream.bypass",
    "stream.checksum-validation",
    "stream.liberal-timestamps",
    "stream.max-sessions",
    "stream.max-syn-queued",
    "stream.prealloc-sessions",
    "stream.reassembly.check-overlap-different-data",
    "stream.reassembly.max-regions",
    "stream.reassembly.randomize-chunk-range",
    "stream.reassembly.randomize-chunk-size",
    "stream.reassembly.raw",
    "stream.reassembly.segment-prealloc",
    "stream.reassembly.zero-copy-size",
    "suricata-version",
    "system",
    "threading",
    "threshold-file",
    "unittests",
    "unix-command",
    "windivert",
    "xbits",
});
static_assert(std::ranges::is_sorted(kKeys));

constexpr auto kEveTypes = std::to_array<std::string_view>({
    "arp",   "bittorrent-dht", "dcerpc", "dhcp",     "dnp3",     "dns",  "doh2",
    "enip",  "files",          "frame",  "ftp",      "ftp_data", "http", "http2",
    "krb5",  "ldap",           "mdns",   "metadata", "modbus",   "mqtt", "nfs",
    "pgsql", "pop3",           "quic",   "rdp",      "rfb",      "sip",  "smb",
    "smtp",  "snmp",           "ssh",    "telnet",   "tftp",     "tls",  "websocket",
});

}  // namespace

bool is_suricata_key(std::string_view key) noexcept {
  for (std::size_t end = key.find('.'); end != std::string_view::npos; end = key.find('.', end + 1))
    if (std::ranges::binary_search(kKeys, key.substr(0, end))) return true;
  return std::ranges::binary_search(kKeys, key);
}

bool is_suricata_eve_type(std::string_view name) noexcept {
  return std::ranges::find(kEveTypes, name) != kEveTypes.end();
}

}  // namespace espial::config
