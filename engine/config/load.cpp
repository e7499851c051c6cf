#include "engine/config/load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <expected>
#include <fstream>
#include <iterator>

#include "engine/base/text.hpp"
#include "engine/config/assembly.hpp"
#include "engine/config/udp_ports.hpp"
#include "engine/config/value.hpp"
#include "engine/config/yaml_settings.hpp"
#include "engine/config/yaml_tree.hpp"

namespace espial::config {
namespace {

/// The place of every problem of the command line.
Place command_line() {
  return {.source = "--set"};
}

/// The whole file, or what is wrong with it. Reads one byte past the limit so that read_yaml() can
/// refuse it.
std::expected<std::string, std::string> read_file(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return std::unexpected("is a folder, not a file");
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::unexpected(fmt::format("cannot be opened: {}", errno_text(errno)));
  std::string text(YamlLimits{}.max_bytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return std::unexpected(fmt::format("cannot be read: {}", errno_text(errno)));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

/// A list may stand in brackets, as in a file. Those of a glob ("[ab]*,x[cd]") are not a list's.
std::string_view without_brackets(std::string_view text) {
  if (text.size() < 2 || !text.starts_with('[') || !text.ends_with(']')) return text;
  const std::string_view inside = text.substr(1, text.size() - 2);
  return inside.find_first_of("[]") == std::string_view::npos ? inside : text;
}

/// The items of a list on the command line, at the commas.
std::vector<Item> split_list(std::string_view text) {
  std::vector<Item> items;
  text = trim(without_brackets(text));
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    items.push_back({.where = command_line(), .text = std::string(trim(text.substr(0, comma)))});
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return items;
}

void read_override(std::string_view assignment, Assembly& assembly) {
  const Place here = command_line();
  const std::size_t equals = assignment.find('=');
  const std::string_view key = trim(assignment.substr(0, equals));
  if (equals == std::string_view::npos || key.empty()) {
    assembly.error(here, key, fmt::format("takes key=value, not {}", in_quotes(assignment)));
    return;
  }
  const std::string_view value = trim(assignment.substr(equals + 1));
  if (const Setting* const setting = find_setting(key); setting != nullptr) {
    const auto items = setting->is_list()
                           ? split_list(value)
                           : std::vector{Item{.where = here, .text = std::string(value)}};
    assembly.set(*setting, key, here, items);
  } else if (is_group(key)) {
    assembly.error(here, key, "a group: name one setting of it");
  } else {
    assembly.unknown(here, key);
  }
}

void check_collector(Assembly& assembly) {
  const CollectorSettings& collector = assembly.settings().exporting.collector;
  const Place* const address = assembly.given("export.collector.address");
  if (collector.address.empty() || address == nullptr) return;
  const auto need = [&](std::string_view key, const std::filesystem::path& value) {
    if (value.empty())
      assembly.error(
          *address, key,
          "is needed with export.collector.address: the stream goes over mutual TLS only");
  };
  need("export.collector.certificate", collector.certificate);
  need("export.collector.key", collector.key);
  need("export.collector.ca", collector.ca);
}

/// Variables may come after the ports that name them.
void check_tunnel(Assembly& assembly, const TunnelSettings& tunnel, bool takes_any,
                  std::string_view key) {
  const auto ports = resolve_ports(tunnel.ports, assembly.settings().vars);
  if (ports && (takes_any || !ports->any)) return;
  const Place* const where = assembly.given(key);
  assembly.error(where == nullptr ? Place{.source = "vars.port-groups"} : *where, key,
                 fmt::format("{} does not come to ports, at most {}", in_quotes(tunnel.ports),
                             kMostTunnelPorts));
}

void check_decoder(Assembly& assembly) {
  const DecoderSettings& decoder = assembly.settings().decoder;
  check_tunnel(assembly, decoder.vxlan, false, "decoder.vxlan.ports");
  check_tunnel(assembly, decoder.geneve, false, "decoder.geneve.ports");
  check_tunnel(assembly, decoder.teredo, true, "decoder.teredo.ports");
}

void check_outputs(Assembly& assembly) {
  const Place* const where = assembly.given("export.local-logs");
  if (where != nullptr && !writes_local_logs(assembly.settings()) &&
      assembly.settings().exporting.collector.address.empty())
    assembly.warning(*where, "export.local-logs",
                     "espiald writes no record anywhere: there is no export.collector either");
}

/// What is met midstream goes for the connection, and one that is followed is neither dropped nor
/// bypassed: as Suricata has it.
void check_midstream(Assembly& assembly) {
  constexpr std::string_view kKey = "stream.midstream-policy";
  const Place* const where = assembly.given(kKey);
  if (where == nullptr) return;
  const ExceptionPolicy policy = assembly.settings().exceptions.midstream;
  if (policy == ExceptionPolicy::pass_packet || policy == ExceptionPolicy::drop_packet) {
    assembly.error(*where, kKey, "goes for a connection: pass-packet and drop-packet do not");
  } else if (assembly.settings().stream.midstream && policy != ExceptionPolicy::automatic &&
             policy != ExceptionPolicy::ignore && policy != ExceptionPolicy::pass_flow) {
    assembly.error(*where, kKey,
                   "takes ignore and pass-flow alone where stream.midstream has such connections "
                   "followed");
  }
}

void finish(Assembly& assembly, std::span<const std::string> overrides) {
  for (const std::string& assignment : overrides) read_override(assignment, assembly);
  check_collector(assembly);
  check_decoder(assembly);
  check_outputs(assembly);
  check_midstream(assembly);
}

}  // namespace

std::string to_text(const Problem& problem) {
  std::string text = problem.where.source;
  if (problem.where.line != 0)
    text += fmt::format(":{}:{}", problem.where.line, problem.where.column);
  text += problem.severity == Severity::error ? ": error: " : ": warning: ";
  if (!problem.key.empty()) text += fmt::format("{}: ", problem.key);
  return text + problem.message;
}

bool Loaded::ok() const noexcept {
  return std::ranges::none_of(
      problems, [](const Problem& problem) { return problem.severity == Severity::error; });
}

Loaded load(const std::optional<std::filesystem::path>& file,
            std::span<const std::string> overrides) {
  Loaded loaded;
  Assembly assembly(loaded.settings);
  if (file) {
    const auto text = read_file(*file);
    if (text)
      read_settings(*text, file->string(), assembly);
    else
      assembly.error({.source = file->string()}, {}, text.error());
  }
  finish(assembly, overrides);
  loaded.problems = assembly.take_problems();
  return loaded;
}

Loaded load_text(std::string_view yaml, std::string_view name,
                 std::span<const std::string> overrides) {
  Loaded loaded;
  Assembly assembly(loaded.settings);
  read_settings(yaml, name, assembly);
  finish(assembly, overrides);
  loaded.problems = assembly.take_problems();
  return loaded;
}

std::vector<Problem> apply_override(Settings& settings, std::string_view assignment) {
  Assembly assembly(settings);
  read_override(assignment, assembly);
  return assembly.take_problems();
}

}  // namespace espial::config
