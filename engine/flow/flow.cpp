#include "engine/flow/flow.hpp"

#include <algorithm>

namespace espial::flow {
namespace {

constexpr std::uint8_t kFin = 0x01;
constexpr std::uint8_t kSyn = 0x02;
constexpr std::uint8_t kRst = 0x04;
constexpr std::uint8_t kAck = 0x10;

bool both_spoke(const Flow& flow) noexcept {
  return flow.sides[0].spoke && flow.sides[1].spoke;
}

bool is_icmp(const decode::Packet& packet) noexcept {
  return packet.transport == decode::Transport::icmp ||
         packet.transport == decode::Transport::icmpv6;
}

State tcp_state(const Flow& flow) noexcept {
  const std::uint8_t there = flow.side(Direction::to_server).tcp_flags;
  const std::uint8_t back = flow.side(Direction::to_client).tcp_flags;
  if (((there | back) & kRst) != 0 || (there & back & kFin) != 0) return State::closed;
  const bool handshake_seen = ((there | back) & kSyn) != 0;
  if (!both_spoke(flow)) return State::created;
  if (handshake_seen && (there & kAck) == 0) return State::created;  // SYN and SYN-ACK only
  return State::established;
}

State next_state(const Flow& flow, bool tcp) noexcept {
  if (flow.state == State::bypassed || flow.tcp != nullptr) return flow.state;
  if (tcp) return tcp_state(flow);
  return both_spoke(flow) ? State::established : flow.state;
}

/// What only the headers of a direction's packets tell.
void note_headers(DirectionCounters& side, const decode::Packet& packet) noexcept {
  if (!side.spoke) {
    side.min_ttl = side.max_ttl = packet.ttl;
    if (is_icmp(packet)) {
      side.icmp_type = packet.icmp.type;
      side.icmp_code = packet.icmp.code;
    }
  }
  side.spoke = true;
  side.min_ttl = std::min(side.min_ttl, packet.ttl);
  side.max_ttl = std::max(side.max_ttl, packet.ttl);
}

}  // namespace

void set_vlans(Flow& flow, const decode::VlanIds& ids) noexcept {
  flow.vlan_layers = static_cast<std::uint8_t>(ids.size());
  std::ranges::copy(ids, flow.vlans.begin());
}

void account(Flow& flow, Direction direction, const decode::Packet& packet, std::uint64_t bytes,
             Timestamp now) noexcept {
  DirectionCounters& side = flow.side(direction);
  ++side.packets;
  side.bytes += bytes;
  flow.last = std::max(flow.last, now);
  if (flow.dropped) return;  // its receiver never sees them
  note_headers(side, packet);
  const bool tcp = packet.transport == decode::Transport::tcp;
  if (tcp) side.tcp_flags |= packet.tcp.flags;
  flow.state = next_state(flow, tcp);
}

void account_error(Flow& flow, Direction direction, std::uint64_t bytes) noexcept {
  DirectionCounters& side = flow.side(direction);
  ++side.packets;
  side.bytes += bytes;
}

std::string_view tcp_state_by_flags(const Flow& flow) noexcept {
  const std::uint8_t there = flow.side(Direction::to_server).tcp_flags;
  const std::uint8_t back = flow.side(Direction::to_client).tcp_flags;
  if (((there | back) & kSyn) == 0) return {};
  if (((there | back) & kRst) != 0 || (there & back & kFin) != 0) return "closed";
  if ((there & kFin) != 0) return "close_wait";
  if ((back & kFin) != 0) return "fin_wait1";
  if ((back & kSyn) == 0) return "syn_sent";
  return (there & kAck) == 0 ? "syn_recv" : "established";
}

void close_summary(Flow& flow) noexcept {
  // An SPI has one direction; what comes back are ICMP errors.
  flow.spi.packets_told = flow.side(Direction::to_server).packets;
  flow.spi.bytes = 0;
  flow.spi.collecting = false;
}

}  // namespace espial::flow
