#pragma once
#include <cstdint>

namespace espial {

/// What a packet source can be told to do with a packet. Only engine/verdict decides on it.
enum class Verdict : std::uint8_t { accept, drop };

}  // namespace espial
