#pragma once
#include <compare>
#include <concepts>
#include <cstdint>

namespace espial {

/// A number with a meaning. Two different meanings neither compare nor convert:
/// `Spi{1} == SequenceNumber{1}` does not compile.
template <class Tag, std::unsigned_integral Rep>
class StrongInt {
 public:
  using Value = Rep;
  constexpr StrongInt() = default;
  explicit constexpr StrongInt(Rep value) noexcept : value_(value) {}
  [[nodiscard]] constexpr Rep value() const noexcept { return value_; }
  friend constexpr auto operator<=>(StrongInt, StrongInt) = default;

 private:
  Rep value_{};
};

using Port = StrongInt<struct PortTag, std::uint16_t>;
/// ESP or AH security parameters index (RFC 4303 section 2.1, RFC 4302 section 2.4).
using Spi = StrongInt<struct SpiTag, std::uint32_t>;
/// ESP or AH sequence number: the low 32 bits that are on the wire. It wraps: compare with care.
using SequenceNumber = StrongInt<struct SequenceTag, std::uint32_t>;
/// IKE SPI, called cookie in IKEv1 (RFC 7296 section 3.1, RFC 2408 section 3.1).
using IkeSpi = StrongInt<struct IkeSpiTag, std::uint64_t>;
using MessageId = StrongInt<struct MessageIdTag, std::uint32_t>;
/// Position of a packet in its source, counted from 1 (EVE `pcap_cnt`, dissect `frame`).
using PacketNumber = StrongInt<struct PacketNumberTag, std::uint64_t>;
/// EVE `flow_id`: unique among the flows of a sensor's run, below 2^53 so that JSON readers keep it
/// whole.
using FlowId = StrongInt<struct FlowIdTag, std::uint64_t>;

}  // namespace espial
