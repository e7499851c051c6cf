#include "tools/espial/replay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>

#include "engine/base/text.hpp"
#include "engine/capture/file_source.hpp"
#include "engine/pipeline/run.hpp"
#include "engine/pipeline/stats.hpp"
#include "tools/common/options.hpp"
#include "tools/common/rules.hpp"
#include "tools/espial/progress.hpp"

namespace espial::tools {
namespace {

constexpr int kDamaged = 1;
constexpr int kWrong = 2;

// Ctrl-C ends the replay at the next batch, with whole logs. A signal handler can reach nothing but
// a global.
std::atomic<bool> interrupted{false};  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)
static_assert(std::atomic<bool>::is_always_lock_free);
extern "C" void on_interrupt(int /*signal*/) {
  interrupted.store(true, std::memory_order_relaxed);
}

void complain(const SystemError& error) {
  fmt::print(stderr, "espial: {}\n", to_text(error));
}

/// The rules of the command line and of the settings.
std::optional<OpenedRules> rules_of(const ReplayOptions& options,
                                    const config::Settings& settings) {
  std::vector<std::filesystem::path> files = options.rules;
  const auto configured = config::rule_file_paths(settings.rules);
  if (!configured) {
    complain(configured.error());
    return std::nullopt;
  }
  files.insert(files.end(), configured->begin(), configured->end());
  OpenedRules opened = open_rules(files, settings, settings.rules.strict.value_or(false));
  fmt::print(stderr, "{}", opened.diagnostics);
  if (!opened.ruleset) return std::nullopt;
  return opened;
}

bool set_checksums(const ReplayOptions& options, config::Settings& settings) {
  if (!options.checksums) return true;
  const auto mode = config::checksum_mode(*options.checksums);
  if (!mode) {
    fmt::print(stderr, "espial: -k takes auto, all or none, not '{}'\n", *options.checksums);
    return false;
  }
  settings.capture.checksum_validation = *mode;
  return true;
}

/// Who asks on the command line for connections to be dropped, and not for --inline, is told; a
/// configuration file may be that of a gateway.
bool asks_a_tap_to_drop(const ReplayOptions& options, const config::Settings& settings) {
  constexpr std::string_view kKey = "stream.midstream-policy";
  const bool given = std::ranges::any_of(options.overrides, [&](std::string_view assignment) {
    return trim(assignment.substr(0, assignment.find('='))) == kKey;
  });
  if (options.inline_ips || !given ||
      settings.exceptions.midstream != config::ExceptionPolicy::drop_flow)
    return false;
  fmt::print(stderr, "espial: --set {}=drop-flow: nothing is dropped without --inline\n", kKey);
  return true;
}

pipeline::WorkerOptions worker_options(const ReplayOptions& options,
                                       const config::Settings& settings) {
  return {.mode = options.inline_ips ? verdict::Mode::inline_ips : verdict::Mode::detect_only,
          .checksums = settings.capture.checksum_validation,
          .track_vlans = settings.vlan.use_for_tracking,
          .flow = flow_limits(settings),
          .sa = sa_limits(settings),
          .defrag = defrag_limits(settings),
          .streams = stream_limits(settings, options.inline_ips),
          .host_policies = host_policies(settings),
          .held = held_limits(settings),
          .exceptions = exception_policies(settings),
          .decoder = decoder_settings(settings),
          .interface = "",
          .secret = random_sip_key()};
}

struct Outcome {
  Timestamp last;
  std::chrono::duration<double> elapsed{};
};

/// Puts every packet through `worker`; false when the source failed.
bool run_all(capture::PacketSource& source, pipeline::Worker& worker, Outcome& outcome) {
  ProgressBar bar("replay");
  const auto started = std::chrono::steady_clock::now();
  (void)std::signal(SIGINT, on_interrupt);
  const auto result = pipeline::run(source, worker, [&](Timestamp now) {
    outcome.last = std::max(outcome.last, now);
    bar.show(source.progress(), source.stats().packets);
    return !interrupted.load(std::memory_order_relaxed);
  });
  outcome.elapsed = std::chrono::steady_clock::now() - started;
  bar.clear();
  if (!result) complain(result.error());
  return result.has_value();
}

void emit_stats(const pipeline::Worker& worker, Timestamp now, record::Sink& sink) {
  record::Record stats;
  const std::array<const pipeline::Counters*, 1> counters{&worker.counters()};
  pipeline::fill_stats(counters, 0, now, stats);
  sink.emit(stats);
}

void tell_summary(const pipeline::Counters& counters, const Outcome& outcome,
                  const OpenedRules& rules, const std::filesystem::path& directory) {
  using pipeline::Counter;
  const double seconds = std::max(outcome.elapsed.count(), 1e-6);
  const auto packets = counters.get(Counter::packets);
  fmt::print(stderr, "{}; {} packets in {:.2f} s ({:.0f} a second)\n", summary(rules), packets,
             seconds, static_cast<double>(packets) / seconds);
  fmt::print(stderr, "{} alerts, {} packets dropped; IKE {}, ESP {}, AH {}; logs in {}\n",
             counters.get(Counter::alerts),
             counters.get(Counter::blocked) + counters.get(Counter::rejected),
             counters.get(Counter::ike), counters.get(Counter::esp), counters.get(Counter::ah),
             directory.string());
}

int tell_damage(const capture::PacketSource& source) {
  const auto damage = source.damage();
  if (!damage) return 0;
  fmt::print(stderr, "espial: {}: damaged at offset {}: {}; what came before was read\n",
             damage->file, damage->offset, damage->what);
  return kDamaged;
}

int replay_with(const ReplayOptions& options, const config::Settings& settings, OpenedRules rules) {
  auto source = capture::open_capture(options.capture);
  if (!source) return complain(source.error()), kWrong;
  const Timestamp opened = Timestamp::now();
  auto logs = record::LogWriter::open(
      log_options(settings, options.log_dir, record::OpenMode::truncate), opened);
  if (!logs) return complain(logs.error()), kWrong;

  pipeline::Worker::Rules published(std::move(rules.ruleset));
  pipeline::Worker worker(worker_options(options, settings), published.add_reader(), **logs);
  Outcome outcome;
  const bool whole = run_all(**source, worker, outcome);
  emit_stats(worker, outcome.last, **logs);
  tell_summary(worker.counters(), outcome, rules, options.log_dir);
  if (const auto closed = (*logs)->close(Timestamp::now()); !closed)
    return complain(closed.error()), kWrong;
  return whole ? tell_damage(**source) : kWrong;
}

}  // namespace

int replay(const ReplayOptions& options) {
  auto settings = load_settings(options.config, options.overrides);
  if (!settings || !set_checksums(options, *settings) || asks_a_tap_to_drop(options, *settings))
    return kWrong;
  auto rules = rules_of(options, *settings);
  if (!rules) return kWrong;
  return replay_with(options, *settings, std::move(*rules));
}

}  // namespace espial::tools
