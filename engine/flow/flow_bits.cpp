#include "engine/flow/flow_bits.hpp"

#include <algorithm>

namespace espial::flow {
namespace {

constexpr FlowBit kFree{};

FlowBit* find(const Flow& flow, FlowBit bit) noexcept {
  for (FlowBitsBlock* block = flow.bits; block != nullptr; block = block->next) {
    const auto place = std::ranges::find(block->bits, bit);
    if (place != block->bits.end()) return &*place;
  }
  return nullptr;
}

}  // namespace

/// FNV-1a: names come from the operator's rules, not from the wire.
FlowBit flow_bit(std::string_view name) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : name) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3;
  }
  return FlowBit{hash == 0 ? 1 : hash};
}

void FlowBits::set(Flow& flow, FlowBit bit) {
  if (find(flow, bit) != nullptr) return;
  FlowBit* place = find(flow, kFree);
  if (place == nullptr) {
    FlowBitsBlock* const block = blocks_.take();
    if (block == nullptr) {
      ++without_room_;
      return;
    }
    *block = {.next = flow.bits, .bits = {}};
    flow.bits = block;
    place = &block->bits.front();
  }
  *place = bit;
}

void FlowBits::unset(Flow& flow, FlowBit bit) noexcept {
  if (FlowBit* const place = find(flow, bit)) *place = kFree;
}

bool FlowBits::is_set(const Flow& flow, FlowBit bit) noexcept {
  return find(flow, bit) != nullptr;
}

void FlowBits::end(Flow& flow) noexcept {
  while (flow.bits != nullptr) {
    FlowBitsBlock* const block = flow.bits;
    flow.bits = block->next;
    blocks_.give(block);
  }
}

}  // namespace espial::flow
