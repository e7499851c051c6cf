#pragma once
#include <array>
#include <cstdint>
#include <span>

#include "engine/base/bytes.hpp"
#include "engine/flow/slab.hpp"

namespace espial::flow {

struct Block {
  static constexpr std::uint32_t kBytes = 248;

  Block* next = nullptr;
  std::array<std::byte, kBytes> bytes{};
};
static_assert(sizeof(Block) == 256);

/// Bytes in blocks, one piece behind the other in the order in which they came. What many small
/// pieces cost is their bytes and one open block, so that their size is no lever on memory.
class ByteLog {
 public:
  /// Where a piece starts; good until the log is cut before it.
  struct Place {
    Block* block = nullptr;
    std::uint32_t at = 0;
  };

  /// Blocks that `n` more bytes need.
  [[nodiscard]] std::uint64_t blocks_for(std::uint64_t n) const noexcept;
  /// Appends `bytes`, not empty. `blocks` has as many left as blocks_for() says.
  Place append(ByteView bytes, Slab<Block>& blocks);
  /// Cuts off what came from `place` on.
  void cut(Place place, Slab<Block>& blocks) noexcept;
  void clear(Slab<Block>& blocks) noexcept;

  /// `n` bytes behind `place`, inside of its piece.
  [[nodiscard]] static Place behind(Place place, std::uint32_t n) noexcept;
  /// Copies the bytes from `place` on to `out`, as many as it takes.
  static void copy(Place place, std::span<std::byte> out) noexcept;
  /// Whether `bytes` stand at `place`.
  [[nodiscard]] static bool holds(Place place, ByteView bytes) noexcept;

 private:
  void add_block(Slab<Block>& blocks);

  Block* head_ = nullptr;
  Block* tail_ = nullptr;
  std::uint32_t used_ = Block::kBytes;  // of the last block
};

}  // namespace espial::flow
