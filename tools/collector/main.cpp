#include <fmt/format.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <string>

#include "tools/collector/intake.hpp"
#include "tools/collector/log_journal.hpp"
#include "tools/collector/server.hpp"
#include "tools/collector/settings.hpp"
#include "tools/collector/state_store.hpp"

namespace espial::collector {
namespace {

constexpr int kOk = 0;
constexpr int kUsageOrSettings = 2;

struct Options {
  std::filesystem::path config = "/etc/espial/collector.yaml";
  bool test = false;
};

std::string footer() {
  return "Settings (key, what it takes, default):\n" + settings_help() +
         R"(
The smallest collector.yaml:
  tls:
    certificate: /etc/espial/collector.pem    # names this collector (DNS or IP alternative name)
    key: /etc/espial/collector.key
    ca: /etc/espial/ca.pem                    # signs the sensors' certificates

Each sensor's certificate names its sensor id (common name or DNS alternative name). A record is
acknowledged once it is on disk here, and written once however often it is sent.

SIGHUP opens the logs anew after a rotation; SIGTERM and SIGINT stop.
Exit status: 0 stopped or test passed, 2 usage, settings or surroundings wrong.)";
}

int fail(spdlog::logger& log, const SystemError& error) {
  log.error("{}", to_text(error));
  return kUsageOrSettings;
}

void tell_counts(spdlog::logger& log, const Server& server, const Intake& intake) {
  const ServerCounts connections = server.counts();
  const IntakeCounts& records = intake.counts();
  log.info("{} records written, {} received again, {} missing", records.records, records.duplicates,
           records.missing);
  log.info(
      "{} connections: {} failed handshakes, {} refused, {} malformed, {} over the limit, {} "
      "ended by storage",
      connections.connections, connections.handshake_failures, connections.refusals,
      connections.malformed, connections.over_limit, connections.storage_failures);
}

/// Touches nothing, so that it can be asked while another collector runs.
int test(const Settings& settings, spdlog::logger& log) {
  if (const auto tls = Server::check_tls(settings); !tls) return fail(log, tls.error());
  log.info("settings and certificates are good");
  return kOk;
}

int serve(const Settings& settings, spdlog::logger& log) {
  auto state = StateStore::open(settings.state);
  if (!state) return fail(log, state.error());
  auto journal = LogJournal::open(settings);
  if (!journal) return fail(log, journal.error());
  Intake intake(**journal, *state);
  auto server = Server::create(settings, intake, log);
  if (!server) return fail(log, server.error());
  (*server)->handle_signals([&] {
    const auto reopened = (*journal)->reopen();
    if (reopened) log.info("logs opened anew");
    if (!reopened) log.error("{}", to_text(reopened.error()));
  });
  log.info("listening on {} port {}", settings.address, (*server)->port());
  (*server)->run();
  log.info("stopped");
  tell_counts(log, **server, intake);
  return kOk;
}

int run(int argc, char** argv) {
  Options options;
  CLI::App app(
      "Takes the records of Espial sensors over mutual TLS 1.3 and writes eve.json and ipsec.log.",
      "espial-collector");
  app.add_option("-c,--config", options.config, "Settings file")->capture_default_str();
  app.add_flag("--test", options.test,
               "Read settings and certificates, say what is wrong, and exit");
  app.footer(footer());
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kOk : kUsageOrSettings;
  }

  spdlog::logger log("espial-collector", std::make_shared<spdlog::sinks::stderr_color_sink_st>());
  log.flush_on(spdlog::level::info);
  const Loaded loaded = load(options.config);
  for (const config::Problem& problem : loaded.problems)
    fmt::print(stderr, "{}\n", to_text(problem));
  if (!loaded.ok()) return kUsageOrSettings;
  return options.test ? test(loaded.settings, log) : serve(loaded.settings, log);
}

}  // namespace
}  // namespace espial::collector

int main(int argc, char** argv) {
  try {
    return espial::collector::run(argc, argv);
  } catch (const std::exception& error) {  // no memory, or a bug in a library
    for (const char* const part : {"espial-collector: ", error.what(), "\n"})
      (void)std::fputs(part, stderr);
    return 1;
  }
}
