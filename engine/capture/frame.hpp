#pragma once
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/base/bytes.hpp"
#include "engine/base/link_type.hpp"
#include "engine/base/time.hpp"

namespace espial::capture {

/// A captured frame longer than this is damage, as libpcap has it (its MAXIMUM_SNAPLEN).
inline constexpr std::uint32_t kMaxFrameSize = 262144;

/// What a framing reader found at the front of the bytes it was shown. Framing readers see bytes
/// only, never a file: they say what they need, and the caller (StreamSource) gets it.
struct Frame {
  enum class Kind : std::uint8_t {
    packet,      // the record of `size` bytes holds a packet
    nothing,     // the record of `size` bytes holds none: go past it
    incomplete,  // `size` bytes, from the record's start, are needed to say more
    damaged      // no record can be found here or after: `what`, with the number that shows it
  };
  Kind kind = Kind::incomplete;
  LinkType link = LinkType::ethernet;
  std::uint32_t wire_length = 0;
  std::size_t size = 0;
  ByteView bytes;  // of the packet: borrows from what the reader was shown
  Timestamp time;
  std::string_view what;  // static text
  std::uint64_t value = 0;

  static Frame nothing(std::size_t size) noexcept { return sized(Kind::nothing, size); }
  static Frame incomplete(std::size_t size) noexcept { return sized(Kind::incomplete, size); }
  static Frame damaged(std::string_view what, std::uint64_t value) noexcept {
    Frame frame = sized(Kind::damaged, 0);
    frame.what = what;
    frame.value = value;
    return frame;
  }
  static Frame sized(Kind kind, std::size_t size) noexcept {
    Frame frame;
    frame.kind = kind;
    frame.size = size;
    return frame;
  }
};

/// Byte order of the machine that wrote a capture.
enum class ByteOrder : std::uint8_t { little, big };

template <std::unsigned_integral T>
[[nodiscard]] constexpr T read(ByteReader& in, ByteOrder order) noexcept {
  return order == ByteOrder::little ? in.le<T>() : in.be<T>();
}

}  // namespace espial::capture
