#include "tools/espiald/daemon.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <utility>

#include "engine/config/load.hpp"
#include "engine/pipeline/stats.hpp"
#include "engine/sandbox/privileges.hpp"
#include "tools/common/options.hpp"
#include "tools/espiald/signals.hpp"
#include "tools/espiald/status.hpp"

namespace espial::tools {
namespace {

constexpr int kFailed = 1;
constexpr int kCannotStart = 2;
constexpr auto kTick = std::chrono::seconds(1);
constexpr auto kPatience = std::chrono::seconds(5);  // for the collector's last acknowledgement
constexpr std::size_t kSpoolBytes = std::size_t{64} << 20U;

std::string sensor_id(const config::Settings& settings) {
  if (!settings.sensor.id.empty()) return settings.sensor.id;
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : "espial";
}

std::expected<OpenedRules, SystemError> open_configured_rules(const config::Settings& settings,
                                                              bool strict) {
  const auto files = config::rule_file_paths(settings.rules);
  if (!files) return std::unexpected(files.error());
  return open_rules(*files, settings, strict);
}

exporting::ExporterSettings exporter_settings(const config::Settings& settings) {
  exporting::ExporterSettings out;
  out.sensor_id = sensor_id(settings);
  const config::CollectorSettings& collector = settings.exporting.collector;
  if (collector.address.empty()) return out;
  exporting::StreamSettings stream;
  stream.address = collector.address;
  stream.port = collector.port;
  stream.server_name = collector.server_name;
  stream.tls = {.certificate = collector.certificate, .key = collector.key, .ca = collector.ca};
  stream.software = "espiald " ESPIAL_VERSION;
  out.collector = std::move(stream);
  return out;
}

}  // namespace

bool Daemon::load_rules() {
  auto opened = open_configured_rules(settings_, settings_.rules.strict.value_or(true));
  if (!opened) {
    fmt::print(stderr, "espiald: {}\n", to_text(opened.error()));
    return false;
  }
  rules_ = std::move(*opened);
  fmt::print(stderr, "{}", rules_.diagnostics);
  return rules_.ruleset != nullptr;
}

int Daemon::run() {
  block_signals();  // before any thread: all inherit it, and only wait_for_signal() takes them
  if (const auto ready = set_up(); !ready) {
    fmt::print(stderr, "espiald: {}\n", to_text(ready.error()));
    return kCannotStart;
  }
  spdlog::info("{}; queues {} to {}", summary(rules_), settings_.nfq.queue.first,
               settings_.nfq.queue.last);
  sd_notify(0, "READY=1");
  serve();
  const bool failed = queue_failed();
  shut_down();
  return failed ? kFailed : 0;
}

std::expected<void, SystemError> Daemon::set_up() {
  const std::scoped_lock lock(reload_mutex_);  // who asks at the socket already waits for the rest
  published_ = std::make_unique<pipeline::Worker::Rules>(std::move(rules_.ruleset));
  if (auto opened = open_queues(); !opened) return opened;
  if (auto opened = open_exporter(); !opened) return opened;
  const sandbox::Privileges privileges{.user = settings_.run_as.user,
                                       .group = settings_.run_as.group};
  if (auto dropped = sandbox::drop_privileges(privileges); !dropped) return dropped;
  if (auto opened = open_control(); !opened) return opened;
  std::vector<exporting::RingSink*> sinks(queues_.size());
  std::ranges::generate(sinks, [&] { return &exporter_->add_producer(); });
  own_records_ = &exporter_->add_producer();
  exporter_->start();
  for (std::size_t i = 0; i < queues_.size(); ++i)
    queues_[i]->start(settings_, published_->add_reader(), *sinks[i]);
  return {};
}

std::expected<void, SystemError> Daemon::open_queues() {
  const auto [first, last] = settings_.nfq.queue;
  for (unsigned queue = first; queue <= last; ++queue) {
    auto opened = QueueWorker::open(static_cast<std::uint16_t>(queue), settings_);
    if (!opened) return std::unexpected(std::move(opened.error()));
    queues_.push_back(std::move(*opened));
  }
  return {};
}

std::expected<void, SystemError> Daemon::open_exporter() {
  exporting::LocalLogs hooks;
  if (config::writes_local_logs(settings_)) {
    auto logs = LocalLogs::open(settings_);
    if (!logs) return std::unexpected(std::move(logs.error()));
    logs_ = std::move(*logs);
    hooks = logs_->hooks();
  }
  auto exporter = exporting::Exporter::create(
      exporter_settings(settings_), std::make_unique<exporting::MemorySpool>(kSpoolBytes),
      std::move(hooks), [](const exporting::StreamNotice& notice) {
        spdlog::log(notice.connected ? spdlog::level::info : spdlog::level::warn, "collector: {}",
                    notice.text);
      });
  if (!exporter) return std::unexpected(std::move(exporter.error()));
  exporter_ = std::move(*exporter);
  return {};
}

std::expected<void, SystemError> Daemon::open_control() {
  auto server = control::ControlServer::start(
      settings_.control.socket, [this](std::string_view command) { return answer(command); });
  if (!server) return std::unexpected(std::move(server.error()));
  control_.emplace(std::move(*server));
  return {};
}

void Daemon::serve() {
  next_stats_ = Clock::now() + settings_.stats.interval;
  while (!queue_failed()) {
    switch (wait_for_signal(kTick)) {
      case Signal::none: break;
      case Signal::stop: spdlog::info("stopping"); return;
      case Signal::reload:
        if (logs_) logs_->request_reopen();
        (void)reload();  // it has told
        break;
    }
    tick();
  }
}

void Daemon::tick() {
  {
    const std::scoped_lock lock(reload_mutex_);
    (void)published_->collect();
  }
  if (queues_move()) sd_notify(0, "WATCHDOG=1");
  if (Clock::now() < next_stats_) return;
  next_stats_ += settings_.stats.interval;
  tell_stats();
}

void Daemon::tell_stats() {
  std::vector<const pipeline::Counters*> counters;
  counters.reserve(queues_.size());
  for (const auto& queue : queues_) counters.push_back(&queue->counters());
  const auto uptime =
      std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - started_).count();
  record::Record record;
  pipeline::fill_stats(counters, static_cast<std::uint64_t>(uptime), Timestamp::now(), record);
  for (const auto& [name, value] : capture_counters(queues_)) {
    auto& counter = *record.mutable_stats()->add_counters();
    counter.set_name(name);
    counter.set_value(value);
  }
  own_records_->emit(record);
}

bool Daemon::queues_move() const {
  return std::ranges::all_of(queues_, [](const auto& queue) { return queue->moves(); });
}

bool Daemon::queue_failed() const {
  return std::ranges::any_of(queues_, [](const auto& queue) { return queue->status().failed; });
}

/// The queues first, so that every packet that waits gets its verdict; then what they told goes
/// out.
void Daemon::shut_down() {
  sd_notify(0, "STOPPING=1");
  control_.reset();
  for (const auto& queue : queues_) queue->stop();
  tell_stats();
  const exporting::ExportCounts counts = exporter_->stop(kPatience);
  if (logs_) logs_->close();
  spdlog::info("stopped: {} records made, {} exported, {} lost, {} not acknowledged", counts.made,
               counts.exported, counts.lost, counts.pending);
}

control::Reply Daemon::answer(std::string_view command) {
  if (command == "status") return {.ok = true, .message = status()};
  if (command == "reload") return reload();
  return {.ok = false,
          .message = fmt::format("espiald knows status and reload, not '{}'", command)};
}

/// Off the packets' threads: the old rules judge until the new ones are ready, and stay if they are
/// wrong.
control::Reply Daemon::reload() {
  const std::scoped_lock lock(reload_mutex_);
  const auto refuse = [&](std::string why) {
    last_reload_ok_ = false;
    spdlog::error("reload refused, the old rules stay: {}", why);
    return control::Reply{.ok = false, .message = "reload refused, the old rules stay:\n" + why};
  };
  const config::Loaded loaded = config::load(file_, {});
  if (!loaded.ok()) {
    std::string why;
    for (const config::Problem& problem : loaded.problems) why += to_text(problem) + "\n";
    return refuse(std::move(why));
  }
  auto opened = open_configured_rules(loaded.settings, loaded.settings.rules.strict.value_or(true));
  if (!opened) return refuse(to_text(opened.error()));
  if (!opened->ruleset) return refuse(std::move(opened->diagnostics));
  const std::uint64_t generation = published_->publish(std::move(opened->ruleset));
  rules_ = std::move(*opened);
  last_reload_ok_ = true;
  spdlog::info("reloaded: {}, generation {}", summary(rules_), generation);
  return {.ok = true,
          .message = fmt::format(R"({{"rules":{},"generation":{}}})", rules_.loaded, generation)};
}

std::string Daemon::status() const {
  const std::scoped_lock lock(reload_mutex_);
  const StatusFacts facts{
      .uptime = std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - started_),
      .sensor = sensor_id(settings_),
      .rules = rules_,
      .generation = published_->generation(),
      .last_reload_ok = last_reload_ok_,
      .exported = exporter_->counts()};
  return status_json(facts, queues_);
}

}  // namespace espial::tools
