#include "engine/record/eve.hpp"

#include "engine/record/eve_parts.hpp"
#include "engine/record/spi_text.hpp"
#include "engine/record/stats_json.hpp"

namespace espial::record {

namespace eve {

void write_stats(JsonWriter& json, const Record& record) {
  write_flow_head(json, record, "stats");
  {
    const auto stats = json.object("stats");
    record::write_counters(json, record.stats());
  }
  write_espial(json, record);
}

void write_packet(JsonWriter& json, const Record& record, const EveOptions& options) {
  write_head(json, record, options, "packet");
  json.base64("packet", as_bytes(record.tagged_packet().data()));
  {
    const auto info = json.object("packet_info");
    json.number("linktype", record.tagged_packet().link_type());
  }
  write_espial(json, record);
}

namespace {

/// Lengths are known of an SPI that does not encrypt.
void write_encryption(JsonWriter& json, const v1::SpiSummary& summary) {
  json.text("encryption", encryption_name(summary));
  if (summary.encryption() != v1::SPI_ENCRYPTION_NULL) return;
  json.number("icv_length", summary.icv_length());
  json.number("iv_length", summary.iv_length());
}

}  // namespace

void write_spi_summary(JsonWriter& json, const Record& record, const EveOptions& options) {
  const v1::SpiSummary& summary = record.spi_summary();
  write_head(json, record, options, "spi_summary");
  const auto espial = open_espial(json, record);
  const auto object = json.object("spi_summary");
  json.text("protocol", is_ah(record) ? "ah" : "esp");
  json.number("spi", summary.spi());
  json.number("pkts", summary.packets());
  json.number("bytes", summary.bytes());
  json.number("first_sequence", summary.first_sequence());
  json.number("last_sequence", summary.last_sequence());
  write_time(json, "start", summary.start_ns());
  write_time(json, "end", summary.end_ns());
  if (!is_ah(record)) write_encryption(json, summary);
}

void write_lost(JsonWriter& json, const Record& record) {
  const v1::Lost& lost = record.lost();
  write_flow_head(json, record, "lost");
  const auto espial = open_espial(json, record);
  const auto object = json.object("lost");
  json.number("count", lost.count());
  json.text("reason", lost.reason());
  write_time(json, "from", lost.from_ns());
  write_time(json, "to", lost.to_ns());
}

}  // namespace eve

namespace {

template <class Write>
void write_line(std::string& out, Write write) {
  JsonWriter json(out);
  {
    const auto line = json.object();
    write(json);
  }
  out.push_back('\n');
}

void render_flow(const Record& record, const EveOptions& options, std::string& out) {
  const auto line = [&](EveType type, auto write) {
    if (options.types.has(type)) write_line(out, [&](JsonWriter& json) { write(json, record); });
  };
  line(EveType::flow, eve::write_flow);
  line(EveType::netflow, eve::write_netflow_to_server);
  if (record.flow().counters().packets_to_client() != 0)
    line(EveType::netflow, eve::write_netflow_to_client);
}

}  // namespace

void render_eve(const Record& record, const EveOptions& options, std::string& out) {
  const auto line = [&](EveType type, auto write) {
    if (options.types.has(type))
      write_line(out, [&](JsonWriter& json) { write(json, record, options); });
  };
  const auto engine_line = [&](EveType type, auto write) {
    line(type, [write](JsonWriter& json, const Record& of, const EveOptions&) { write(json, of); });
  };
  switch (record.event_case()) {
    case Record::kAlert: line(EveType::alert, eve::write_alert); break;
    case Record::kDrop: line(EveType::drop, eve::write_drop); break;
    case Record::kIke: line(EveType::ike, eve::write_ike); break;
    case Record::kSpiSummary: line(EveType::spi_summary, eve::write_spi_summary); break;
    case Record::kFlow: render_flow(record, options, out); break;
    case Record::kTaggedPacket: line(EveType::packet, eve::write_packet); break;
    case Record::kAnomaly: line(EveType::anomaly, eve::write_anomaly); break;
    case Record::kStats: engine_line(EveType::stats, eve::write_stats); break;
    case Record::kLost: engine_line(EveType::lost, eve::write_lost); break;
    case Record::EVENT_NOT_SET: break;  // of a newer sensor
  }
}

}  // namespace espial::record
