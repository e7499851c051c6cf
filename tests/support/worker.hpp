#pragma once
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/pipeline/worker.hpp"
#include "tests/support/bytes.hpp"
#include "tests/support/rules.hpp"

/// A worker with rules from their text and records kept in a vector.
namespace espial::test {

class KeptRecords final : public record::Sink {
 public:
  void emit(const record::Record& record) override { all.push_back(record); }

  using Event = record::Record::EventCase;
  [[nodiscard]] std::vector<record::Record> of(Event event) const {
    std::vector<record::Record> some;
    std::ranges::copy_if(all, std::back_inserter(some),
                         [&](const auto& record) { return record.event_case() == event; });
    return some;
  }
  [[nodiscard]] std::size_t count(Event event) const {
    return static_cast<std::size_t>(std::ranges::count(all, event, &record::Record::event_case));
  }
  /// "decode ipv4.csum_invalid", ... in order.
  [[nodiscard]] std::vector<std::string> anomalies() const {
    std::vector<std::string> names;
    for (const auto& record : of(Event::kAnomaly))
      names.push_back(record.anomaly().type() + " " + record.anomaly().event());
    return names;
  }

  std::vector<record::Record> all;
};

/// Limits for tests: the real ones cost time under sanitizers.
[[nodiscard]] inline pipeline::WorkerOptions worker_options(verdict::Mode mode,
                                                            std::uint32_t max_flows = 1000) {
  return {.mode = mode,
          .checksums = config::ChecksumMode::none,
          .flow = {.max_flows = max_flows},
          .defrag = {.memcap = 1U << 20U, .max_trackers = 100},
          .streams = {.midstream = true, .inline_mode = mode == verdict::Mode::inline_ips},
          .held = {.max_frames = 100},
          .interface = "test0",
          .secret = {1, 2}};
}

class TestWorker {
 public:
  explicit TestWorker(std::string rules_text, const pipeline::WorkerOptions& options =
                                                  worker_options(verdict::Mode::inline_ips))
      : rules(ruleset(std::move(rules_text))), worker(options, rules.add_reader(), records) {
    worker.begin_batch();
  }

  /// One IP packet, a second after the one before; `held` is what became of those that waited.
  std::optional<Verdict> send(const Bytes& packet, LinkType link = LinkType::raw_ip) {
    now = now + std::chrono::seconds(1);
    ++sent;
    const auto verdict = worker.process({.bytes = packet,
                                         .time = now,
                                         .link = link,
                                         .wire_length = static_cast<std::uint32_t>(packet.size()),
                                         .number = PacketNumber{sent},
                                         .id = static_cast<std::uint32_t>(sent)});
    worker.take_settled(
        [&](const capture::RawPacket& frame, Verdict its) { held.emplace_back(frame.id, its); });
    return verdict;
  }
  [[nodiscard]] std::uint64_t counted(pipeline::Counter counter) const {
    return worker.counters().get(counter);
  }

  [[nodiscard]] std::uint64_t counted(verdict::Reason reason) const {
    return worker.counters().get(reason);
  }

  Timestamp now = Timestamp::from_parts(1'700'000'000, 0);
  std::uint64_t sent = 0;
  std::vector<std::pair<std::uint32_t, Verdict>> held;
  KeptRecords records;
  pipeline::Worker::Rules rules;
  pipeline::Worker worker;
};

}  // namespace espial::test
