#include "engine/flow/tcp_order.hpp"

#include <algorithm>

namespace espial::flow {

/// Keeps the parts that no held piece has yet.
void TcpOrder::hold(std::uint32_t ahead, ByteView bytes) {
  if (ahead > kMaxAhead) return;
  std::size_t place = 0;
  while (!bytes.empty() && place < pieces_.size() && !lost_) {
    const std::uint32_t start = pieces_[place].ahead;
    const auto end = static_cast<std::uint32_t>(start + pieces_[place].bytes.size());
    if (ahead < start) {
      const ByteView before = bytes.first(std::min<std::size_t>(bytes.size(), start - ahead));
      keep(place++, ahead, before);
    }
    const std::uint32_t covered = end > ahead ? end - ahead : 0;
    bytes = bytes.subspan(std::min<std::size_t>(bytes.size(), covered));
    ahead = std::max(ahead, end);
    ++place;
  }
  if (!bytes.empty() && !lost_) keep(place, ahead, bytes);
}

void TcpOrder::keep(std::size_t place, std::uint32_t ahead, ByteView bytes) {
  if (pieces_.size() == kMaxPieces || held_bytes_ + bytes.size() > kMaxHeld) {
    lose();
    return;
  }
  pieces_.insert(pieces_.begin() + static_cast<std::ptrdiff_t>(place),
                 {.ahead = ahead, .bytes = {bytes.begin(), bytes.end()}});
  held_bytes_ += bytes.size();
}

void TcpOrder::lose() noexcept {
  lost_ = true;
  std::vector<Piece>().swap(pieces_);
  held_bytes_ = 0;
}

std::vector<std::byte> TcpOrder::advance(std::size_t n) {
  next_ += static_cast<std::uint32_t>(n);
  for (Piece& piece : pieces_) piece.ahead -= static_cast<std::uint32_t>(n);
  if (pieces_.empty() || pieces_.front().ahead != 0) return {};
  std::vector<std::byte> bytes = std::move(pieces_.front().bytes);
  pieces_.erase(pieces_.begin());
  held_bytes_ -= bytes.size();
  return bytes;
}

}  // namespace espial::flow
