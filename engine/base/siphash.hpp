#pragma once
#include <array>

#include "engine/base/bytes.hpp"

namespace espial {

using SipKey = std::array<std::uint64_t, 2>;

/// SipHash-2-4 (Aumasson and Bernstein, 2012): a keyed hash for tables whose keys an attacker
/// chooses. With a secret key nobody outside can make keys collide.
[[nodiscard]] std::uint64_t siphash(const SipKey& key, ByteView bytes) noexcept;

/// A key from the kernel's random source.
[[nodiscard]] SipKey random_sip_key();

}  // namespace espial
