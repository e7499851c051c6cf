#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <exception>
#include <filesystem>

#include "tools/common/options.hpp"
#include "tools/espiald/daemon.hpp"

namespace {

constexpr int kUsage = 2;

struct CommandLine {
  std::filesystem::path config = "/etc/espial/espial.yaml";
  bool test = false;
};

std::optional<int> parse(int argc, char** argv, CommandLine& out) {
  CLI::App app("espiald: judges the packets of NFQUEUE by rules, inline.");
  app.set_version_flag("--version", ESPIAL_VERSION);
  app.add_option("-c,--config", out.config, "Settings")->type_name("YAML")->capture_default_str();
  app.add_flag("--test", out.test, "Read settings and rules, say what is wrong, and exit");
  app.footer(
      "The firewall decides which packets come here, for example\n"
      "  iptables -I FORWARD -j NFQUEUE --queue-num 0 --queue-bypass\n"
      "(--queue-bypass lets packets pass while espiald is not running). SIGHUP or 'espial reload' "
      "reads the rules anew.\n"
      "Exit code: 0 stopped by SIGTERM or SIGINT (or --test found nothing wrong), 1 a queue "
      "failed, 2 could not start.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsage;
  }
  return std::nullopt;
}

int espiald_main(int argc, char** argv) {
  CommandLine command;
  if (const auto ended = parse(argc, argv, command)) return *ended;
  spdlog::set_default_logger(spdlog::stderr_logger_mt("espiald"));
  auto settings = espial::tools::load_settings(command.config, {});
  if (!settings) return kUsage;
  espial::tools::Daemon daemon(std::move(*settings), command.config);
  if (!daemon.load_rules()) return kUsage;
  if (!command.test) return daemon.run();
  fmt::print("settings and rules are right\n");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return espiald_main(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "espiald: {}\n", error.what());
    return kUsage;
  }
}
