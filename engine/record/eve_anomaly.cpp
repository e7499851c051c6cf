#include <array>
#include <utility>

#include "engine/record/eve_parts.hpp"
#include "engine/registry/anomaly.hpp"

namespace espial::record::eve {

namespace {

using registry::Anomaly;

/// By the spelling that records have, exactly: what a newer sensor says may be unknown here.
std::optional<Anomaly> anomaly_of(std::string_view name) {
  for (const registry::NumberName& row : registry::kAnomalies.rows)
    if (row.name == name) return static_cast<Anomaly>(row.number);
  return std::nullopt;
}

/// "esp" of "esp.zero_spi"; what is wrong with a carrier is IKE's as Suricata sees it.
std::string_view protocol_of(std::string_view name) {
  for (const std::string_view protocol : {"esp", "ah", "wesp", "ipcomp"})
    if (name.starts_with(protocol) && name.substr(protocol.size()).starts_with('.'))
      return protocol;
  return "ike";
}

/// Suricata's name of the event, where it has one.
std::string_view event_of(std::optional<Anomaly> anomaly, std::string_view name) {
  if (!anomaly) return name;
  const auto event = registry::name_of(registry::kSuricataIkeEvents, std::to_underlying(*anomaly));
  return event.empty() ? name : event;
}

/// "decoder.ipv4.trunc_pkt", "stream.reassembly_seq_gap": Suricata's full names.
std::string with_layer(std::string_view type, const std::string& event) {
  std::string_view layer;
  if (type == "decode") layer = "decoder.";
  if (type == "stream") layer = "stream.";
  return event.starts_with(layer) ? event : std::string(layer) + event;
}

/// What is wrong with an IPsec message is told the way Suricata tells what an application parser
/// found.
void write_ipsec_anomaly(JsonWriter& json, const Record& record) {
  const std::string& name = record.anomaly().event();
  const auto known = anomaly_of(name);
  {
    const auto anomaly = json.object("anomaly");
    json.text("app_proto", protocol_of(name));
    json.text("type", "applayer");
    json.text("event", event_of(known, name));
    json.text("layer", "proto_parser");
  }
  const auto espial = open_espial(json, record);
  const auto detail = json.object("anomaly");
  json.text("name", name);
  if (!known) return;
  const registry::AnomalyInfo& info = registry::info_of(*known);
  json.text("kind", registry::name_of(info.kind));
  json.text("meaning", info.meaning);
  json.text("section", info.section);
}

}  // namespace

void write_anomaly(JsonWriter& json, const Record& record, const EveOptions& options) {
  const v1::Anomaly& source = record.anomaly();
  write_head(json, record, options, "anomaly");
  if (source.type() == "ipsec") {
    write_ipsec_anomaly(json, record);
    return;
  }
  {
    const auto anomaly = json.object("anomaly");
    json.text("type", source.type());
    json.text("event", with_layer(source.type(), source.event()));
  }
  write_espial(json, record);
}

}  // namespace espial::record::eve
