#include "engine/flow/tcp_session.hpp"

#include <algorithm>
#include <span>

namespace espial::flow {

static_assert(sizeof(TcpSession) - sizeof(std::array<StreamBuffer, 2>) <= 384,
              "what a connection costs beside its bytes");

std::uint32_t to_stream(const TcpPeer& peer, std::uint32_t sequence) noexcept {
  const auto left_out = std::span(peer.urgent_at).first(peer.urgent_count);
  const auto before = std::ranges::count_if(
      left_out, [&](std::uint32_t urgent) { return seq_before(urgent, sequence); });
  return sequence - peer.urgent_before - static_cast<std::uint32_t>(before);
}

std::uint32_t from_stream(const TcpPeer& peer, std::uint32_t sequence) noexcept {
  std::uint32_t real = sequence + peer.urgent_before;
  for (const std::uint32_t urgent : std::span(peer.urgent_at).first(peer.urgent_count))
    if (!seq_before(real, urgent)) ++real;
  return real;
}

std::uint32_t receive_next(const TcpSession& session, std::size_t side) noexcept {
  const TcpPeer& peer = session.data.peers[side];
  if (peer.closed) return peer.fin + 1;
  if (!peer.deep && !session.data.stopped)
    return from_stream(peer, session.streams[side].next_sequence());
  return peer.has_fin ? peer.fin : peer.next;
}

}  // namespace espial::flow
