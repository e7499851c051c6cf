#include "engine/flow/byte_log.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace espial::flow {
namespace {

/// Calls `sink` with the pieces of `n` bytes from `place` on, block by block, until it says stop.
template <class Sink>
void for_each_piece(ByteLog::Place place, std::size_t n, Sink sink) noexcept {
  while (n > 0) {
    const ByteView rest = ByteView(place.block->bytes).subspan(place.at);
    const ByteView piece = rest.first(std::min(n, rest.size()));
    if (!sink(piece)) return;
    n -= piece.size();
    place = {.block = place.block->next, .at = 0};
  }
}

}  // namespace

std::uint64_t ByteLog::blocks_for(std::uint64_t n) const noexcept {
  const std::uint64_t open = Block::kBytes - used_;
  return n <= open ? 0 : (n - open + Block::kBytes - 1) / Block::kBytes;
}

ByteLog::Place ByteLog::append(ByteView bytes, Slab<Block>& blocks) {
  if (used_ == Block::kBytes) add_block(blocks);
  const Place start{.block = tail_, .at = used_};
  while (true) {
    const std::span<std::byte> open = std::span(tail_->bytes).subspan(used_);
    const ByteView piece = bytes.first(std::min(bytes.size(), open.size()));
    std::ranges::copy(piece, open.begin());
    used_ += static_cast<std::uint32_t>(piece.size());
    bytes = bytes.subspan(piece.size());
    if (bytes.empty()) return start;
    add_block(blocks);
  }
}

void ByteLog::add_block(Slab<Block>& blocks) {
  Block* const block = blocks.take();
  assert(block != nullptr);
  block->next = nullptr;
  (tail_ == nullptr ? head_ : tail_->next) = block;
  tail_ = block;
  used_ = 0;
}

void ByteLog::cut(Place place, Slab<Block>& blocks) noexcept {
  for (Block* block = std::exchange(place.block->next, nullptr); block != nullptr;)
    blocks.give(std::exchange(block, block->next));
  tail_ = place.block;
  used_ = place.at;
}

void ByteLog::clear(Slab<Block>& blocks) noexcept {
  for (Block* block = head_; block != nullptr;) blocks.give(std::exchange(block, block->next));
  *this = ByteLog{};
}

ByteLog::Place ByteLog::behind(Place place, std::uint32_t n) noexcept {
  for (place.at += n; place.at >= Block::kBytes; place.at -= Block::kBytes)
    place.block = place.block->next;
  return place;
}

void ByteLog::copy(Place place, std::span<std::byte> out) noexcept {
  for_each_piece(place, out.size(), [&](ByteView piece) {
    std::ranges::copy(piece, out.begin());
    out = out.subspan(piece.size());
    return true;
  });
}

bool ByteLog::holds(Place place, ByteView bytes) noexcept {
  bool same = true;
  for_each_piece(place, bytes.size(), [&](ByteView piece) {
    same = equal(piece, bytes.first(piece.size()));
    bytes = bytes.subspan(piece.size());
    return same;
  });
  return same;
}

}  // namespace espial::flow
