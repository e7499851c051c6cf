#pragma once
#include <optional>
#include <string_view>

#include "engine/record/eve.hpp"
#include "engine/record/json.hpp"

/// What EVE's events have in common, and the events themselves: internal to the rendering.
namespace espial::record::eve {

/// An address (4 or 16 bytes, else unknown) and its port, if there is one. Borrows from the record.
struct Endpoint {
  std::string_view address;
  std::optional<std::uint32_t> port;
};

/// Of a PacketContext or a Tunnel.
template <class Message>
[[nodiscard]] Endpoint source_of(const Message& message) {
  Endpoint endpoint{.address = message.source(), .port = std::nullopt};
  if (message.has_source_port()) endpoint.port = message.source_port();
  return endpoint;
}
template <class Message>
[[nodiscard]] Endpoint destination_of(const Message& message) {
  Endpoint endpoint{.address = message.destination(), .port = std::nullopt};
  if (message.has_destination_port()) endpoint.port = message.destination_port();
  return endpoint;
}

/// From `timestamp` to `community_id` and `host`, as far as the record has them.
void write_head(JsonWriter& json, const Record& record, const EveOptions& options,
                std::string_view event_type);
/// The same for a flow: no packet number, no tunnel, no direction.
void write_flow_head(JsonWriter& json, const Record& record, std::string_view event_type);
/// The flow's other way: source and destination changed.
void write_reversed_flow_head(JsonWriter& json, const Record& record, std::string_view event_type);
/// `app_proto`, where it is one that Suricata knows.
void write_app_proto(JsonWriter& json, const v1::PacketContext& packet);
/// `direction`, for a packet that belongs to a flow.
void write_direction(JsonWriter& json, const v1::PacketContext& packet);
/// Numbers and start of a flow, into the open `flow` object.
void write_counters(JsonWriter& json, const v1::FlowCounters& counters);
/// Opens the `espial` object with the members that every event has.
JsonWriter::Scope open_espial(JsonWriter& json, const Record& record);
/// The `espial` object of an event that has no more to say there; nothing when it would be empty.
void write_espial(JsonWriter& json, const Record& record);
/// Under `key`; nothing for what is no address.
void write_address(JsonWriter& json, std::string_view key, std::string_view bytes);
/// `src_ip`, `src_port`, `dest_ip`, `dest_port`, as far as they are known.
void write_endpoints(JsonWriter& json, const Endpoint& source, const Endpoint& destination);
void write_time(JsonWriter& json, std::string_view key, std::int64_t time_ns);

void write_alert(JsonWriter& json, const Record& record, const EveOptions& options);
void write_drop(JsonWriter& json, const Record& record, const EveOptions& options);
void write_flow(JsonWriter& json, const Record& record);
void write_netflow_to_server(JsonWriter& json, const Record& record);
void write_netflow_to_client(JsonWriter& json, const Record& record);
/// What Suricata's `ike` has no place for, into the open `espial` object.
void write_ike_detail(JsonWriter& json, const v1::IkeMessage& ike);

void write_ike(JsonWriter& json, const Record& record, const EveOptions& options);
void write_anomaly(JsonWriter& json, const Record& record, const EveOptions& options);
void write_stats(JsonWriter& json, const Record& record);
void write_packet(JsonWriter& json, const Record& record, const EveOptions& options);
void write_spi_summary(JsonWriter& json, const Record& record, const EveOptions& options);
void write_lost(JsonWriter& json, const Record& record);

}  // namespace espial::record::eve
