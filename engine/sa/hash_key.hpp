#pragma once
#include <array>
#include <concepts>
#include <cstdint>

#include "engine/base/ip_address.hpp"
#include "engine/base/siphash.hpp"

namespace espial::sa {

/// Puts together the key of a table: numbers and addresses, hashed under the worker's secret. Put
/// in the same order and number, equal things give equal keys.
class HashKey {
 public:
  template <std::unsigned_integral T>
  HashKey& add(T number) noexcept {
    for (std::size_t i = sizeof(T); i-- > 0;)
      bytes_[size_++] = static_cast<std::byte>((std::uint64_t{number} >> (8U * i)) & 0xFFU);
    return *this;
  }
  HashKey& add(const IpAddress& address) noexcept {
    for (const std::byte b : address.padded()) bytes_[size_++] = b;
    return add(std::to_underlying(address.version()));
  }
  [[nodiscard]] std::uint64_t hash(const SipKey& secret) const noexcept {
    return siphash(secret, ByteView(bytes_).first(size_));
  }

 private:
  std::array<std::byte, 72> bytes_{};  // two addresses and five numbers
  std::size_t size_ = 0;
};

}  // namespace espial::sa
