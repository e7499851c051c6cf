#include "engine/decode/checksum.hpp"

#include <bit>
#include <cstring>
#include <utility>

namespace espial::decode {
namespace {

// The one's complement sum does not depend on byte order (RFC 1071 section 2 B): words are added as
// the machine reads them, eight bytes a step, and the sum is turned round once at the end. The
// halves of 32 bits cannot overflow 64 bits on anything below 16 GiB.
std::uint64_t add(std::uint64_t sum, ByteView bytes) noexcept {
  while (bytes.size() >= sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), sizeof word);
    sum += (word & 0xFFFF'FFFFU) + (word >> 32U);
    bytes = bytes.subspan(sizeof word);
  }
  if (!bytes.empty()) {
    std::uint64_t word = 0;  // the missing bytes count as zeros
    std::memcpy(&word, bytes.data(), bytes.size());
    sum += (word & 0xFFFF'FFFFU) + (word >> 32U);
  }
  return sum;
}

std::uint16_t finish(std::uint64_t sum) noexcept {
  while (sum > 0xFFFFU) sum = (sum & 0xFFFFU) + (sum >> 16U);
  auto folded = static_cast<std::uint16_t>(sum);
  if constexpr (std::endian::native == std::endian::little) folded = std::byteswap(folded);
  return static_cast<std::uint16_t>(~folded);
}

/// A value as the sum counts it: its network-order words, read by this machine.
std::uint64_t in_sum(std::uint32_t value) noexcept {
  if constexpr (std::endian::native == std::endian::little) value = std::byteswap(value);
  return value;
}

}  // namespace

std::uint16_t internet_checksum(ByteView bytes) noexcept {
  return finish(add(0, bytes));
}

std::uint16_t transport_checksum(const IpAddress& source, const IpAddress& destination,
                                 IpProtocol protocol, ByteView segment) noexcept {
  std::uint64_t sum = add(0, source.padded());  // the zeros behind an IPv4 address add nothing
  sum = add(sum, destination.padded());
  sum += in_sum(std::to_underlying(protocol)) + in_sum(static_cast<std::uint32_t>(segment.size()));
  return finish(add(sum, segment));
}

}  // namespace espial::decode
