#include "tools/espiald/status.hpp"

#include "engine/record/json.hpp"

namespace espial::tools {
namespace {

using record::JsonWriter;

void write_rules(const StatusFacts& facts, JsonWriter& json) {
  const auto object = json.object("rules");
  json.number("loaded", facts.rules.loaded);
  json.number("failed", facts.rules.failed);
  json.number("unsupported", facts.rules.unsupported);
  json.number("generation", facts.generation);
  json.boolean("last_reload_ok", facts.last_reload_ok);
}

void write_queue(const QueueStatus& status, const pipeline::Counters& counters, JsonWriter& json) {
  const auto object = json.object();
  json.number("queue", status.queue);
  json.number("packets", status.source.packets);
  json.number("bytes", status.source.bytes);
  json.number("accepted", counters.get(pipeline::Counter::accepted));
  json.number("blocked", counters.get(pipeline::Counter::blocked));
  json.number("rejected", counters.get(pipeline::Counter::rejected));
  json.number("lost", status.source.lost);
  json.number("verdict_errors", status.source.verdict_errors);
  json.number("send_errors", status.source.send_errors);
  json.number("alerts", counters.get(pipeline::Counter::alerts));
  json.number("ike", counters.get(pipeline::Counter::ike));
  json.number("esp", counters.get(pipeline::Counter::esp));
  json.number("ah", counters.get(pipeline::Counter::ah));
  json.boolean("failed", status.failed);
}

void write_export(const exporting::ExportCounts& counts, JsonWriter& json) {
  const auto object = json.object("export");
  json.number("made", counts.made);
  json.number("exported", counts.exported);
  json.number("lost", counts.lost);
  json.number("pending", counts.pending);
  json.boolean("connected", counts.stream.connected);
  json.number("acknowledged", counts.stream.acknowledged);
}

}  // namespace

std::string status_json(const StatusFacts& facts, Queues queues) {
  std::string text;
  JsonWriter json(text);
  {
    const auto object = json.object();
    json.text("version", ESPIAL_VERSION);
    json.text("sensor", facts.sensor);
    json.number("uptime", facts.uptime.count());
    write_rules(facts, json);
    {
      const auto array = json.array("queues");
      for (const auto& queue : queues) write_queue(queue->status(), queue->counters(), json);
    }
    write_export(facts.exported, json);
  }
  return text;
}

std::vector<std::pair<std::string, std::uint64_t>> capture_counters(Queues queues) {
  std::uint64_t packets = 0;
  std::uint64_t lost = 0;
  std::uint64_t errors = 0;
  std::uint64_t unsent = 0;
  for (const auto& queue : queues) {
    const capture::SourceStats stats = queue->status().source;
    packets += stats.packets;
    lost += stats.lost;
    errors += stats.verdict_errors;
    unsent += stats.send_errors;
  }
  return {{"capture.kernel_packets", packets},
          {"capture.kernel_drops", lost},
          {"capture.verdict_errors", errors},
          {"capture.send_errors", unsent}};
}

}  // namespace espial::tools
