#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <exception>

#include "tools/espial/dissect.hpp"
#include "tools/espial/remote.hpp"
#include "tools/espial/replay.hpp"
#include "tools/espial/rules_command.hpp"

namespace {

using namespace espial::tools;  // NOLINT(google-build-using-namespace): the commands of this
                                // program

constexpr int kUsage = 2;

/// Each command stores here what is to be run once the command line is understood.
using Run = std::function<int()>;

void add_replay(CLI::App& app, Run& run) {
  static ReplayOptions options;
  CLI::App* const command =
      app.add_subcommand("replay", "Run captures through the engine and write its logs");
  command->footer(
      "Examples:\n"
      "  espial replay -r trace.pcap -S vpn.rules -l out     what would these rules have said?\n"
      "  espial replay -r trace.pcap -S vpn.rules --inline   and what would they have dropped?\n"
      "  zcat big.pcap.gz | espial replay -r - -S vpn.rules\n\n"
      "Writes eve.json, ipsec.log and stats.json into LOGDIR.\n"
      "Exit code: 0 all read, 1 the capture is damaged (what came before was read), 2 usage, "
      "settings or rules wrong.");
  command
      ->add_option(
          "-r,--read", options.capture,
          "Capture: pcap or pcapng, plain, gzip or zstd; a folder of them; - for standard input")
      ->required()
      ->type_name("FILE|DIR|-");
  command->add_option("-S,--rules", options.rules, "Rule file; may be given several times")
      ->type_name("FILE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command->add_option("-c,--config", options.config, "Settings; all have defaults")
      ->type_name("YAML");
  command->add_option("-l,--log-dir", options.log_dir, "Where the logs go")
      ->type_name("LOGDIR")
      ->capture_default_str();
  command
      ->add_option("-k,--checksums", options.checksums,
                   "Verify checksums: auto (not when most of the first packets fail), all, none")
      ->type_name("MODE");
  command->add_flag("--inline", options.inline_ips,
                    "As in the gateway: drop and reject take effect on what follows");
  command
      ->add_option("--set", options.overrides,
                   "One setting, over those of the file; may be given several times")
      ->type_name("KEY=VALUE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command->callback([&run] { run = [] { return replay(options); }; });
}

void add_dissect(CLI::App& app, Run& run) {
  static DissectOptions options;
  static std::string format = "jsonl";
  static std::string keys;
  CLI::App* const command =
      app.add_subcommand("dissect", "Show every field of every message under its rule keyword");
  command->footer(
      "What dissect prints is what a rule can match: \"ike.notify\":[16388], or in the tree\n"
      "'ike.notify: 16388 NAT_DETECTION_SOURCE_IP', answers to ike.notify:16388.\n"
      "Exit code: 0 all read, 1 the capture is damaged, 2 it cannot be opened.");
  command->add_option("-r,--read", options.capture, "Capture, as for replay")
      ->required()
      ->type_name("FILE");
  command
      ->add_option("--format", format,
                   "jsonl: one object a message, with all bytes; text: a tree for people")
      ->check(CLI::IsMember({"jsonl", "text"}))
      ->capture_default_str();
  command
      ->add_option("--keys", keys,
                   "Key tables for decryption (this version reads none and says so)")
      ->type_name("FILE");
  command->callback([&run] {
    run = [] {
      options.format = format == "text" ? DissectFormat::text : DissectFormat::jsonl;
      if (keys.empty()) return dissect(options);
      fmt::print(stderr,
                 "espial: dissect --keys: this version does not decrypt; leave --keys out to see "
                 "what is in clear\n");
      return kUsage;
    };
  });
}

void add_rules_check(CLI::App& rules, Run& run) {
  static std::vector<std::string> files;
  static std::string format = "text";
  CLI::App* const command =
      rules.add_subcommand("check", "Every mistake, with place, caret, code and mend");
  command->add_option("files", files, "Rule files")->required()->type_name("FILE");
  command->add_option("--format", format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command->footer(
      "Exit code: 0 no error, 1 errors, 2 a file cannot be read. 'espial rules code E0203' "
      "explains a code.");
  command->callback([&run] {
    run = [] {
      return rules_check(files, format == "json" ? ReportFormat::json : ReportFormat::text);
    };
  });
}

void add_rules_fmt(CLI::App& rules, Run& run) {
  static std::vector<std::string> files;
  static bool write = false;
  CLI::App* const command =
      rules.add_subcommand("fmt", "Rules in their canonical form, on standard output");
  command->add_flag("-w,--write", write, "Into the files themselves");
  command->add_option("files", files, "Rule files")->required()->type_name("FILE");
  command->callback([&run] { run = [] { return rules_fmt(files, write); }; });
}

void add_rules_code(CLI::App& rules, Run& run) {
  static std::string code;
  CLI::App* const command =
      rules.add_subcommand("code", "What a diagnostic's code means, with an example and its mend");
  command->add_option("code", code, "E0203")->required()->type_name("CODE");
  command->callback([&run] { run = [] { return rules_code(code); }; });
}

void add_rules_keywords(CLI::App& rules, Run& run) {
  static std::string format = "text";
  CLI::App* const command =
      rules.add_subcommand("keywords", "All keywords: what they take, what they mean, an example");
  command->add_option("--format", format, "text, markdown or json")
      ->check(CLI::IsMember({"text", "markdown", "json"}))
      ->capture_default_str();
  command->callback([&run] { run = [] { return rules_keywords(format); }; });
}

void add_rules(CLI::App& app, Run& run) {
  CLI::App* const rules = app.add_subcommand("rules", "Check, format and explain rules");
  rules->require_subcommand(1);
  add_rules_check(*rules, run);
  add_rules_fmt(*rules, run);
  add_rules_code(*rules, run);
  add_rules_keywords(*rules, run);
}

void add_remote(CLI::App& app, Run& run) {
  static std::filesystem::path socket = "/run/espial/espiald.sock";
  static bool json = false;
  CLI::App* const status_command =
      app.add_subcommand("status", "What the running espiald says of itself");
  status_command->add_option("--socket", socket, "Its control socket")
      ->type_name("PATH")
      ->capture_default_str();
  status_command->add_flag("--json", json, "As JSON");
  status_command->callback([&run] { run = [] { return status(socket, json); }; });
  CLI::App* const reload_command = app.add_subcommand(
      "reload",
      "Have the running espiald read its rules anew; the old ones stay if the new are wrong");
  reload_command->add_option("--socket", socket, "Its control socket")
      ->type_name("PATH")
      ->capture_default_str();
  reload_command->callback([&run] { run = [] { return reload(socket); }; });
}

int espial_main(int argc, char** argv) {
  CLI::App app("Espial: sees what VPN traffic says of itself, and holds it to rules.");
  app.set_version_flag("--version", ESPIAL_VERSION);
  app.require_subcommand(1);
  Run run;
  add_replay(app, run);
  add_dissect(app, run);
  add_rules(app, run);
  add_remote(app, run);
  app.footer("'espial COMMAND --help' tells more of each.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsage;
  }
  return run();
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return espial_main(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "espial: {}\n", error.what());
    return kUsage;
  }
}
