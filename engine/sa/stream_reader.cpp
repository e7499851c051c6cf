#include "engine/sa/stream_reader.hpp"

namespace espial::sa {

StreamReader::StreamReader(const Limits& limits, const SipKey& secret)
    : streams_(limits.streams, flow::HostPolicies{}),
      flows_(limits.flows, secret,
             [this](flow::Flow& flow, flow::EndReason) { streams_.end(flow); }) {}

void StreamReader::observe(const decode::Packet& packet, const decode::Link& link,
                           std::uint32_t carrier, bool bad_checksum, Timestamp now,
                           ipsec::Layers& layers, Memory& memory) {
  if (packet.transport != decode::Transport::tcp) return;
  const flow::KeyedPacket keyed = flow::make_key(packet, link, std::nullopt, carrier);
  const auto [flow, created] = flows_.open(keyed.key, now);
  if (created) flow.originator_is_low = keyed.from_low;
  const auto direction_of = [&] {
    return keyed.from_low == flow.originator_is_low ? flow::Direction::to_server
                                                    : flow::Direction::to_client;
  };
  flow::account(flow, direction_of(), packet, now);
  const flow::SegmentReport report =
      streams_.observe(flow, direction_of(), packet, bad_checksum, now);
  memory.observe_stream(packet, flow, report, streams_, now, layers);
}

}  // namespace espial::sa
