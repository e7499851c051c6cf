#pragma once
#include <boost/container/static_vector.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/capture/source.hpp"
#include "engine/decode/packet.hpp"
#include "engine/flow/flow.hpp"
#include "engine/flow/tcp_streams.hpp"
#include "engine/ipsec/layers.hpp"
#include "engine/record/record.hpp"
#include "engine/sa/memory.hpp"
#include "engine/verdict/exception.hpp"
#include "engine/verdict/verdict.hpp"

namespace espial::pipeline {

/// Everything about one IP packet that a record may tell.
struct PacketView {
  const capture::RawPacket& raw;
  const decode::DecodedFrame& frame;
  std::size_t depth;  // index of the packet in the frame: 0 is the outermost
  const ipsec::Layers& ipsec;
  const sa::View& memory;
  const flow::Flow& flow;
  flow::Direction direction;

  [[nodiscard]] const decode::Packet& packet() const noexcept { return frame.packets[depth]; }
};

/// What a flow record tells beside the flow itself.
struct FlowEnd {
  flow::EndReason reason;
  std::string_view tcp_state;  // EVE's tcp.state; empty where there is none
  std::optional<flow::TcpStreams::Summary> streams;
  /// Target and policy of each exception, by Suricata's names.
  boost::container::static_vector<std::pair<std::string_view, std::string_view>,
                                  std::to_underlying(verdict::Exception::count_)>
      exceptions;
};

/// Fills one reused record: clearing keeps protobuf's memory, so a warm worker makes records
/// without allocating (but for strings that outgrow their predecessors). Belongs to one worker.
class RecordBuilder {
 public:
  RecordBuilder(std::string interface, const SipKey& uid_secret)
      : interface_(std::move(interface)), uid_secret_(uid_secret) {}

  /// `disposition`: what becomes of the packet.
  const record::Record& alert(const PacketView& view, const rules::Rule& rule,
                              const verdict::Disposition& disposition);
  const record::Record& drop(const PacketView& view, const verdict::Disposition& disposition);
  const record::Record& ike(const PacketView& view);
  /// The packet's bytes, for a tagged one: the frame, or the IP packet that came out of a tunnel.
  const record::Record& tagged_packet(const PacketView& view);
  /// `type`: "decode" or "ipsec".
  const record::Record& anomaly(const PacketView& view, std::string_view type,
                                std::string_view event);
  /// Of a frame in which no IP packet was found.
  const record::Record& frame_anomaly(const capture::RawPacket& raw, std::string_view event);
  /// Of a frame without an IP packet, or of the ARP in its tunnel.
  const record::Record& frame_alert(const capture::RawPacket& raw,
                                    const decode::DecodedFrame& frame, const rules::Rule& rule,
                                    Verdict verdict);
  /// Of an ESP or AH flow: what it carried since its last summary.
  const record::Record& spi_summary(const flow::Flow& flow);
  const record::Record& flow_end(const flow::Flow& flow, const FlowEnd& end);

 private:
  void start(const PacketView& view);

  record::Record record_;
  std::string interface_;
  SipKey uid_secret_;
};

}  // namespace espial::pipeline
