#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "engine/config/load.hpp"
#include "engine/config/settings.hpp"
#include "engine/export/tls_files.hpp"

namespace espial::collector {

/// What bounds a peer, honest or not.
struct Limits {
  std::uint32_t connections = 1024;            // limits.connections: more are closed at once
  config::ByteSize frame{16ULL << 20U};        // limits.frame: the protocol's ceiling, or less
  std::chrono::seconds handshake_timeout{10};  // limits.handshake-timeout: TLS and Hello together
  std::chrono::seconds idle_timeout{120};  // limits.idle-timeout: sensors send something every 30 s
  friend bool operator==(const Limits&, const Limits&) = default;
};

/// The settings of espial-collector. `Settings{}` are the defaults; the three tls files have none.
struct Settings {
  std::string address = "::";  // listen.address: IP address; :: takes IPv4 too
  std::uint16_t port = 4765;   // listen.port: 0 takes any free one and tells it
  exporting::TlsFiles tls;     // tls.certificate, tls.key, tls.ca
  /// tls.sensors: ids that may connect; empty: every one whose certificate names it.
  std::vector<std::string> sensors;
  std::filesystem::path log_directory = "/var/log/espial";           // logs.directory
  std::string eve = "eve.json";                                      // logs.eve: file name
  std::string ipsec = "ipsec.log";                                   // logs.ipsec: file name
  config::IpsecLogCompat compat = config::IpsecLogCompat::extended;  // ipsec_log.compat
  config::IpsecLogFormat format = config::IpsecLogFormat::tsv;       // ipsec_log.format
  std::filesystem::path state = "/var/lib/espial/collector.mdb";     // state.file
  Limits limits;
};

struct Loaded {
  Settings settings;
  std::vector<config::Problem> problems;  // all of them, in the order of the file
  [[nodiscard]] bool ok() const noexcept { return problems.empty(); }
};

/// Reads collector.yaml. Nothing is thrown; a key that nobody knows is a problem, with the one that
/// is probably meant.
[[nodiscard]] Loaded load(const std::filesystem::path& file);
/// The same from a text; `name` stands for the file in problems.
[[nodiscard]] Loaded load_text(std::string_view yaml, std::string_view name);

/// Every key with what it takes and its default, one a line: for --help.
[[nodiscard]] std::string settings_help();

}  // namespace espial::collector
