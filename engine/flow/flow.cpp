#include "engine/flow/flow.hpp"

namespace espial::flow {
namespace {

constexpr std::uint8_t kFin = 0x01;
constexpr std::uint8_t kSyn = 0x02;
constexpr std::uint8_t kRst = 0x04;
constexpr std::uint8_t kAck = 0x10;

State tcp_state(const Flow& flow) noexcept {
  const std::uint8_t there = flow.side(Direction::to_server).tcp_flags;
  const std::uint8_t back = flow.side(Direction::to_client).tcp_flags;
  if (((there | back) & kRst) != 0 || (there & back & kFin) != 0) return State::closed;
  const bool both_spoke = flow.sides[0].packets > 0 && flow.sides[1].packets > 0;
  const bool handshake_seen = ((there | back) & kSyn) != 0;
  if (!both_spoke) return State::created;
  if (handshake_seen && (there & kAck) == 0) return State::created;  // SYN and SYN-ACK only
  return State::established;
}

}  // namespace

void account(Flow& flow, Direction direction, const decode::Packet& packet, std::uint64_t bytes,
             Timestamp now) noexcept {
  DirectionCounters& side = flow.side(direction);
  ++side.packets;
  side.bytes += bytes;
  flow.last = std::max(flow.last, now);
  if (packet.transport == decode::Transport::tcp) {
    side.tcp_flags |= packet.tcp.flags;
    if (flow.tcp == nullptr) flow.state = tcp_state(flow);  // else TcpStreams sets it
  } else if (flow.sides[0].packets > 0 && flow.sides[1].packets > 0) {
    flow.state = State::established;
  }
}

void close_summary(Flow& flow) noexcept {
  flow.spi.packets_told = flow.sides[0].packets + flow.sides[1].packets;
  flow.spi.bytes_told = flow.sides[0].bytes + flow.sides[1].bytes;
  flow.spi.collecting = false;
}

}  // namespace espial::flow
