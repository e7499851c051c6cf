#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "engine/flow/flow.hpp"
#include "engine/flow/slab.hpp"

namespace espial::flow {

/// A flowbit is known by a hash of its name, so that it outlives a reload of the rules.
enum class FlowBit : std::uint64_t {};
[[nodiscard]] FlowBit flow_bit(std::string_view name) noexcept;

struct FlowBitsBlock {
  FlowBitsBlock* next = nullptr;
  std::array<FlowBit, 7> bits{};  // 0: a free place
};
static_assert(sizeof(FlowBitsBlock) == 64);

/// What rules have set on flows (`flowbits`), for one worker. Blocks of a slab with a ceiling; a
/// bit that finds no room is not set, and counted.
class FlowBits {
 public:
  explicit FlowBits(std::uint64_t memcap) : blocks_(memcap / sizeof(FlowBitsBlock)) {}

  void set(Flow& flow, FlowBit bit);
  static void unset(Flow& flow, FlowBit bit) noexcept;
  [[nodiscard]] static bool is_set(const Flow& flow, FlowBit bit) noexcept;
  /// The flow has ended.
  void end(Flow& flow) noexcept;
  [[nodiscard]] std::uint64_t without_room() const noexcept { return without_room_; }

 private:
  Slab<FlowBitsBlock> blocks_;
  std::uint64_t without_room_ = 0;
};

}  // namespace espial::flow
