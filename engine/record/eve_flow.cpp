#include <array>
#include <chrono>

#include "engine/record/eve_parts.hpp"

namespace espial::record::eve {

namespace {

constexpr std::uint32_t kTcp = 6;

std::string_view state_name(v1::FlowState state) {
  switch (state) {
    case v1::FLOW_STATE_NEW: return "new";
    case v1::FLOW_STATE_ESTABLISHED: return "established";
    case v1::FLOW_STATE_CLOSED: return "closed";
    case v1::FLOW_STATE_BYPASSED: return "bypassed";
    case v1::FLOW_STATE_UNSPECIFIED:
    case v1::FlowState_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::FlowState_INT_MAX_SENTINEL_DO_NOT_USE_: break;
  }
  return "unknown";
}

std::string_view reason_name(v1::FlowEndReason reason) {
  switch (reason) {
    case v1::FLOW_END_REASON_TIMEOUT: return "timeout";
    case v1::FLOW_END_REASON_FORCED: return "forced";
    case v1::FLOW_END_REASON_SHUTDOWN: return "shutdown";
    case v1::FLOW_END_REASON_TCP_REUSE: return "tcp_reuse";
    case v1::FLOW_END_REASON_UNSPECIFIED:
    case v1::FlowEndReason_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::FlowEndReason_INT_MAX_SENTINEL_DO_NOT_USE_: break;
  }
  return "unknown";
}

/// Whole seconds between the seconds of start and end, as Suricata counts.
std::int64_t age(const v1::Flow& flow) {
  const auto seconds = [](std::int64_t time_ns) {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::nanoseconds(time_ns)).count();
  };
  return seconds(flow.end_ns()) - seconds(flow.counters().start_ns());
}

std::string flags_text(std::uint32_t flags) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  return {kDigits[(flags >> 4U) & 0x0FU], kDigits[flags & 0x0FU]};
}

struct FlagName {
  std::uint32_t bit;
  std::string_view name;
};
constexpr auto kFlagNames = std::to_array<FlagName>({{.bit = 0x02, .name = "syn"},
                                                     {.bit = 0x01, .name = "fin"},
                                                     {.bit = 0x04, .name = "rst"},
                                                     {.bit = 0x08, .name = "psh"},
                                                     {.bit = 0x10, .name = "ack"},
                                                     {.bit = 0x20, .name = "urg"},
                                                     {.bit = 0x40, .name = "ecn"},
                                                     {.bit = 0x80, .name = "cwr"}});

/// Only the flags that were seen.
void write_flags(JsonWriter& json, std::uint32_t flags) {
  for (const FlagName& flag : kFlagNames) {
    if ((flags & flag.bit) != 0) json.boolean(flag.name, true);
  }
}

void write_tcp(JsonWriter& json, const v1::Flow& flow) {
  const auto tcp = json.object("tcp");
  const std::uint32_t both = flow.tcp_flags_to_server() | flow.tcp_flags_to_client();
  json.text("tcp_flags", flags_text(both));
  json.text("tcp_flags_ts", flags_text(flow.tcp_flags_to_server()));
  json.text("tcp_flags_tc", flags_text(flow.tcp_flags_to_client()));
  write_flags(json, both);
  if (!flow.tcp_state().empty()) json.text("state", flow.tcp_state());
  if (flow.gap_to_server()) json.boolean("ts_gap", true);
  if (flow.gap_to_client()) json.boolean("tc_gap", true);
  if (flow.has_max_regions_to_server()) json.number("ts_max_regions", flow.max_regions_to_server());
  if (flow.has_max_regions_to_client()) json.number("tc_max_regions", flow.max_regions_to_client());
  if (flow.urgent_to_server() != 0) json.number("ts_urgent_oob_data", flow.urgent_to_server());
  if (flow.urgent_to_client() != 0) json.number("tc_urgent_oob_data", flow.urgent_to_client());
}

/// Exceptions are few; what a sensor of another make sends is cut.
void write_exceptions(JsonWriter& json, const v1::Flow& flow) {
  if (flow.exceptions().empty()) return;
  constexpr int kMost = 16;
  const auto list = json.array("exception_policy");
  for (int i = 0; i < std::min(flow.exceptions_size(), kMost); ++i) {
    const auto one = json.object();
    json.text("target", flow.exceptions(i).target());
    json.text("policy", flow.exceptions(i).policy());
  }
}

void write_icmp_response(JsonWriter& json, const v1::Flow& flow) {
  if (flow.has_response_icmp_type()) json.number("response_icmp_type", flow.response_icmp_type());
  if (flow.has_response_icmp_code()) json.number("response_icmp_code", flow.response_icmp_code());
}

struct OneWay {
  std::uint64_t packets, bytes;
  std::uint32_t tcp_flags;
  bool has_ttl;
  std::uint32_t min_ttl, max_ttl;
};

void write_one_way(JsonWriter& json, const Record& record, const OneWay& way) {
  const v1::Flow& flow = record.flow();
  write_app_proto(json, record.packet());
  {
    const auto netflow = json.object("netflow");
    json.number("pkts", way.packets);
    json.number("bytes", way.bytes);
    write_time(json, "start", flow.counters().start_ns());
    write_time(json, "end", flow.end_ns());
    json.number("age", age(flow));
    if (way.has_ttl) {
      json.number("min_ttl", way.min_ttl);
      json.number("max_ttl", way.max_ttl);
    }
  }
  if (record.packet().protocol() == kTcp) {
    const auto tcp = json.object("tcp");
    json.text("tcp_flags", flags_text(way.tcp_flags));
    write_flags(json, way.tcp_flags);
  }
  write_espial(json, record);
}

}  // namespace

void write_flow(JsonWriter& json, const Record& record) {
  const v1::Flow& flow = record.flow();
  write_flow_head(json, record, "flow");
  write_icmp_response(json, flow);
  write_app_proto(json, record.packet());
  {
    const auto object = json.object("flow");
    write_counters(json, flow.counters());
    write_time(json, "end", flow.end_ns());
    json.number("age", age(flow));
    if (flow.emergency()) json.boolean("emergency", true);
    json.text("state", state_name(flow.state()));
    if (flow.state() == v1::FLOW_STATE_BYPASSED) json.text("bypass", "local");
    json.text("reason", reason_name(flow.reason()));
    json.boolean("alerted", flow.alerted());
    if (flow.dropped()) {
      json.text("action", "drop");
    } else if (flow.passed()) {
      json.text("action", "pass");
    }
    write_exceptions(json, flow);
  }
  if (record.packet().protocol() == kTcp) write_tcp(json, flow);
  write_espial(json, record);
}

void write_netflow_to_server(JsonWriter& json, const Record& record) {
  const v1::FlowCounters& counters = record.flow().counters();
  write_flow_head(json, record, "netflow");
  write_one_way(json, record,
                {.packets = counters.packets_to_server(),
                 .bytes = counters.bytes_to_server(),
                 .tcp_flags = record.flow().tcp_flags_to_server(),
                 .has_ttl = record.flow().has_min_ttl_to_server(),
                 .min_ttl = record.flow().min_ttl_to_server(),
                 .max_ttl = record.flow().max_ttl_to_server()});
}

void write_netflow_to_client(JsonWriter& json, const Record& record) {
  const v1::FlowCounters& counters = record.flow().counters();
  write_reversed_flow_head(json, record, "netflow");
  write_one_way(json, record,
                {.packets = counters.packets_to_client(),
                 .bytes = counters.bytes_to_client(),
                 .tcp_flags = record.flow().tcp_flags_to_client(),
                 .has_ttl = record.flow().has_min_ttl_to_client(),
                 .min_ttl = record.flow().min_ttl_to_client(),
                 .max_ttl = record.flow().max_ttl_to_client()});
}

}  // namespace espial::record::eve
