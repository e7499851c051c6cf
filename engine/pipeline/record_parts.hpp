#pragma once
#include <string>

#include "engine/pipeline/record_builder.hpp"

/// The pieces of which RecordBuilder makes records: one function for each message of record.proto.
namespace espial::pipeline {

/// protobuf keeps bytes fields as std::string.
[[nodiscard]] inline std::string text_of(ByteView bytes) {
  return std::string(as_text(bytes));
}

void fill_packet(const PacketView& view, v1::PacketContext& out);
/// What is known of a frame without an IP packet, or of the ARP in its tunnel.
void fill_frame(const decode::DecodedFrame& frame, v1::PacketContext& out);
void fill_flow_counters(const flow::Flow& flow, v1::FlowCounters& out);
/// What a flow that ended tells of each direction beside its counters.
void fill_flow_sides(const flow::Flow& flow, v1::Flow& out);
/// What is told of the streams of a TCP connection that was followed.
void fill_streams(const flow::TcpStreams::Summary& streams, v1::Flow& out);
void fill_rule(const rules::Rule& rule, v1::Rule& out);
void fill_ip(const decode::Packet& packet, v1::IpHeader& out);
void fill_ike(const ipsec::IkeMessage& message, v1::IkeMessage& out);
/// What memory adds to the message.
void fill_memory(const sa::View& memory, v1::IkeMessage& out);
/// What the flow's SPI carried since its last summary.
void fill_spi_summary(const flow::Flow& flow, v1::SpiSummary& out);

}  // namespace espial::pipeline
