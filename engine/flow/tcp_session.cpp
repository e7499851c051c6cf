#include "engine/flow/tcp_session.hpp"

#include <algorithm>
#include <span>

namespace espial::flow {

static_assert(sizeof(TcpSession) - sizeof(std::array<StreamBuffer, 2>) <= 384,
              "what a connection costs beside its bytes");

std::uint32_t receive_next(const TcpSession& session, std::size_t side) noexcept {
  const TcpPeer& peer = session.data.peers[side];
  if (peer.closed) return peer.fin + 1;
  if (!peer.deep && !session.data.stopped) return session.streams[side].next_sequence();
  return peer.has_fin ? peer.fin : peer.next;
}

}  // namespace espial::flow
