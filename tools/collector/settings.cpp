#include "tools/collector/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <concepts>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "engine/base/ip_address.hpp"
#include "engine/base/text.hpp"
#include "engine/config/value.hpp"
#include "engine/config/yaml_tree.hpp"
#include "engine/export/frames.hpp"

namespace espial::collector {
namespace {

using config::YamlNode;

/// One key: how its value is read into the settings and shown again.
struct Row {
  std::string_view key;
  bool (*set)(Settings& settings, std::string_view text);
  std::string (*show)(const Settings& settings);
  std::string (*takes)();
};

struct IpText : config::Format<std::string> {
  static std::optional<std::string> parse(std::string_view text) {
    return IpAddress::parse(text) ? std::optional<std::string>(text) : std::nullopt;
  }
  static std::string takes() { return "an IP address; :: for all of this host"; }
};

/// A name in the log directory: no path, so that the log directory is the only place written to.
struct FileName : config::Format<std::string> {
  static std::optional<std::string> parse(std::string_view text) {
    const bool plain = !text.empty() && !text.contains('/') && text != "." && text != "..";
    return plain ? std::optional<std::string>(text) : std::nullopt;
  }
  static std::string takes() { return "a file name in logs.directory"; }
};

struct FrameSize : config::Format<config::ByteSize> {
  static std::optional<config::ByteSize> parse(std::string_view text) noexcept {
    const auto size = Format::parse(text);
    const bool in_range = size && size->bytes >= 1024 && size->bytes <= exporting::kMaxFrame;
    return in_range ? size : std::nullopt;
  }
  static std::string takes() { return "a size from 1kb to 16mb"; }
};

struct Timeout : config::Format<std::chrono::seconds> {
  static std::optional<std::chrono::seconds> parse(std::string_view text) noexcept {
    const auto value = Format::parse(text);
    return value && value->count() >= 1 ? value : std::nullopt;
  }
  static std::string takes() { return "seconds, 1 or more"; }
};

/// `Get` gives the setting's place in Settings, const or not.
template <class F, auto Get>
constexpr Row row(std::string_view key) {
  return {.key = key,
          .set =
              [](Settings& settings, std::string_view text) {
                auto value = F::parse(text);
                if (value) Get(settings) = std::move(*value);
                return value.has_value();
              },
          .show = [](const Settings& settings) { return F::show(Get(settings)); },
          .takes = &F::takes};
}

using Path = config::Format<std::filesystem::path>;
using Port = config::Between<std::uint16_t, 0, 65'535>;
using Connections = config::Between<std::uint32_t, 1, 65'536>;
using Compat = config::Format<config::IpsecLogCompat>;
using LogFormat = config::Format<config::IpsecLogFormat>;

constexpr auto kRows = std::to_array<Row>({
    row<IpText, [](auto& s) -> auto& { return s.address; }>("listen.address"),
    row<Port, [](auto& s) -> auto& { return s.port; }>("listen.port"),
    row<Path, [](auto& s) -> auto& { return s.tls.certificate; }>("tls.certificate"),
    row<Path, [](auto& s) -> auto& { return s.tls.key; }>("tls.key"),
    row<Path, [](auto& s) -> auto& { return s.tls.ca; }>("tls.ca"),
    row<Path, [](auto& s) -> auto& { return s.log_directory; }>("logs.directory"),
    row<FileName, [](auto& s) -> auto& { return s.eve; }>("logs.eve"),
    row<FileName, [](auto& s) -> auto& { return s.ipsec; }>("logs.ipsec"),
    row<Compat, [](auto& s) -> auto& { return s.compat; }>("ipsec_log.compat"),
    row<LogFormat, [](auto& s) -> auto& { return s.format; }>("ipsec_log.format"),
    row<Path, [](auto& s) -> auto& { return s.state; }>("state.file"),
    row<Connections, [](auto& s) -> auto& { return s.limits.connections; }>("limits.connections"),
    row<FrameSize, [](auto& s) -> auto& { return s.limits.frame; }>("limits.frame"),
    row<Timeout, [](auto& s) -> auto& { return s.limits.handshake_timeout; }>(
        "limits.handshake-timeout"),
    row<Timeout, [](auto& s) -> auto& { return s.limits.idle_timeout; }>("limits.idle-timeout"),
});
constexpr std::string_view kSensorsKey = "tls.sensors";  // the one list

std::vector<std::string_view> known_keys() {
  std::vector<std::string_view> keys{kSensorsKey};
  for (const Row& row : kRows) keys.push_back(row.key);
  return keys;
}

/// Walks the document, fills the settings, collects the problems.
class Reader {
 public:
  Reader(Loaded& loaded, std::string_view name) : loaded_(loaded), name_(name) {}

  void read(const YamlNode& document) {
    if (document.kind == YamlNode::Kind::null) return;
    for_each_entry(document, "", [this](const YamlNode& key, const YamlNode& value) {
      if (!is_section(key.text)) {
        unknown(key, key.text);
      } else if (value.kind != YamlNode::Kind::null) {
        read_section(key.text, value);
      }
    });
  }

  void require_tls() {
    const exporting::TlsFiles& tls = loaded_.settings.tls;
    for (const auto& [key, file] : {std::pair{"tls.certificate", &tls.certificate},
                                    std::pair{"tls.key", &tls.key}, std::pair{"tls.ca", &tls.ca}}) {
      if (file->empty())
        problem({.line = 0, .column = 0}, key, "must be set: the path of a PEM file");
    }
  }

  void problem(config::YamlMark mark, std::string_view key, std::string message) {
    loaded_.problems.push_back(
        {.severity = config::Severity::error,
         .where = {.source = name_, .line = mark.line, .column = mark.column},
         .key = std::string(key),
         .message = std::move(message)});
  }

 private:
  static bool is_section(std::string_view key) {
    const std::string prefix = std::string(key) + ".";
    return std::ranges::any_of(kRows, [&](const Row& row) { return row.key.starts_with(prefix); });
  }

  void read_section(const std::string& section, const YamlNode& map) {
    for_each_entry(map, section, [&](const YamlNode& key, const YamlNode& value) {
      const std::string name = section + "." + key.text;
      const auto row = std::ranges::find(kRows, name, &Row::key);
      if (name == kSensorsKey) {
        read_sensors(value);
      } else if (row != kRows.end()) {
        read_value(*row, value);
      } else {
        unknown(key, name);
      }
    });
  }

  /// Calls `read(key, value)` for each entry of `map`, which stands under the key `name`.
  template <std::invocable<const YamlNode&, const YamlNode&> Read>
  void for_each_entry(const YamlNode& map, std::string_view name, Read read) {
    if (map.kind != YamlNode::Kind::map) {
      problem(map.mark, name, "takes keys below it, not a value");
      return;
    }
    std::vector<std::string_view> seen;
    for (std::size_t n = 0; n + 1 < map.children.size(); n += 2) {
      const YamlNode& key = map.children[n];
      if (std::ranges::find(seen, key.text) != seen.end()) {
        problem(key.mark, key.text, "is given twice");
      }
      seen.push_back(key.text);
      read(key, map.children[n + 1]);
    }
  }

  void unknown(const YamlNode& key, std::string_view name) {
    const auto keys = known_keys();
    const std::string_view meant = nearest(name, keys);
    problem(key.mark, name,
            meant.empty() ? "nobody knows this key"
                          : fmt::format("nobody knows this key; {} is meant?", meant));
  }

  void read_value(const Row& row, const YamlNode& value) {
    const bool scalar = value.kind == YamlNode::Kind::scalar;
    if (scalar && row.set(loaded_.settings, value.text)) return;
    problem(value.mark, row.key,
            scalar ? fmt::format("takes {}, not {}", row.takes(), value.text)
                   : fmt::format("takes {}", row.takes()));
  }

  void read_sensors(const YamlNode& value) {
    const auto is_id = [](const YamlNode& item) {
      return item.kind == YamlNode::Kind::scalar && !item.text.empty();
    };
    if (value.kind != YamlNode::Kind::sequence || !std::ranges::all_of(value.children, is_id)) {
      problem(value.mark, kSensorsKey, "takes a list of sensor ids");
      return;
    }
    for (const YamlNode& item : value.children) loaded_.settings.sensors.push_back(item.text);
  }

  Loaded& loaded_;
  std::string name_;
};

}  // namespace

Loaded load_text(std::string_view yaml, std::string_view name) {
  Loaded loaded;
  Reader reader(loaded, name);
  const auto document = config::read_yaml(yaml);
  if (!document) {
    reader.problem(document.error().mark, "", document.error().what);
    return loaded;
  }
  reader.read(*document);
  if (loaded.ok()) reader.require_tls();
  return loaded;
}

Loaded load(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (in.is_open() && !in.bad()) return load_text(text, file.string());
  Loaded loaded;
  Reader(loaded, file.string()).problem({.line = 0, .column = 0}, "", "cannot be read");
  return loaded;
}

std::string settings_help() {
  std::string help;
  const Settings defaults;
  for (const Row& row : kRows) {
    const std::string value = row.show(defaults);
    help += fmt::format("  {:<26}{} [{}]\n", row.key, row.takes(),
                        value.empty() ? "must be set" : value);
    if (row.key == "tls.ca") {
      help += fmt::format("  {:<26}a list of sensor ids [all that the CA signed]\n", kSensorsKey);
    }
  }
  return help;
}

}  // namespace espial::collector
