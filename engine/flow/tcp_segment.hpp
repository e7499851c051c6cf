#pragma once
#include <cstdint>
#include <optional>

#include "engine/base/bytes.hpp"
#include "engine/decode/packet.hpp"

namespace espial::flow {

/// Sequence numbers wrap (RFC 9293 section 3.4): compared by their distance.
[[nodiscard]] constexpr std::int32_t distance(std::uint32_t from, std::uint32_t to) noexcept {
  return static_cast<std::int32_t>(to - from);
}
[[nodiscard]] constexpr bool seq_before(std::uint32_t a, std::uint32_t b) noexcept {
  return distance(a, b) > 0;
}
[[nodiscard]] constexpr std::uint32_t seq_max(std::uint32_t a, std::uint32_t b) noexcept {
  return seq_before(a, b) ? b : a;
}

/// What a TCP header says, with the options that the state of a connection turns on.
struct TcpSegment {
  std::uint32_t sequence = 0, acknowledgment = 0;
  bool fin = false, syn = false, rst = false, ack = false, urg = false;
  std::uint16_t window = 0, urgent = 0;
  ByteView payload;
  std::optional<std::uint8_t> scale = std::nullopt;       // RFC 7323 section 2: 0 to 14
  std::optional<std::uint32_t> timestamp = std::nullopt;  // RFC 7323 section 3: TSval
  std::uint32_t echo = 0;                                 // TSecr, beside a timestamp
  bool sack_permitted = false;                            // RFC 2018
  bool fast_open = false;                                 // RFC 7413: a cookie

  [[nodiscard]] std::uint32_t data_begin() const noexcept { return sequence + (syn ? 1U : 0U); }
  [[nodiscard]] std::uint32_t data_end() const noexcept {
    return data_begin() + static_cast<std::uint32_t>(payload.size());
  }
  /// Behind the last sequence number that it takes.
  [[nodiscard]] std::uint32_t end() const noexcept { return data_end() + (fin ? 1U : 0U); }
};

[[nodiscard]] TcpSegment read_segment(const decode::Packet& packet) noexcept;

}  // namespace espial::flow
