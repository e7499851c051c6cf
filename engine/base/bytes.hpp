#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

namespace espial {

using ByteView = std::span<const std::byte>;

/// Reads fields from untrusted bytes and never past them. The first short read latches: from then
/// on reads yield zero or an empty view, so a decoder reads a whole fixed header and asks ok()
/// once. Views handed out borrow from the packet. Not for resumable streams.
class ByteReader {
 public:
  explicit constexpr ByteReader(ByteView bytes) noexcept : rest_(bytes) {}

  [[nodiscard]] constexpr bool ok() const noexcept { return ok_; }
  [[nodiscard]] constexpr ByteView rest() const noexcept { return rest_; }
  [[nodiscard]] constexpr std::size_t remaining() const noexcept { return rest_.size(); }

  /// The next `n` bytes; latches (and gives an empty view) when fewer are left.
  constexpr ByteView take(std::size_t n) noexcept {
    if (n > rest_.size()) {
      ok_ = false;
      rest_ = {};
      return {};
    }
    const ByteView head = rest_.first(n);
    rest_ = rest_.subspan(n);
    return head;
  }

  constexpr void skip(std::size_t n) noexcept { (void)take(n); }

  /// Unsigned integer, big endian (network order).
  template <std::unsigned_integral T>
  constexpr T be() noexcept {
    T value{};
    for (const std::byte b : take(sizeof(T))) {
      if constexpr (sizeof(T) == 1) {
        value = std::to_integer<T>(b);
      } else {
        value = static_cast<T>((value << 8U) | std::to_integer<T>(b));
      }
    }
    return value;
  }

  /// Unsigned integer, little endian (capture files written on such machines).
  template <std::unsigned_integral T>
  constexpr T le() noexcept {
    return sizeof(T) == 1 ? be<T>() : std::byteswap(be<T>());
  }

 private:
  ByteView rest_;
  bool ok_ = true;
};

/// Big-endian integer at the front of `bytes`, zero where they are too few.
template <std::unsigned_integral T>
[[nodiscard]] constexpr T read_be(ByteView bytes) noexcept {
  return ByteReader(bytes).be<T>();
}

/// The bytes as characters and back: the same memory, no copy, no meaning of an encoding.
[[nodiscard]] inline std::string_view as_text(ByteView bytes) noexcept {
  // The one place where packet bytes change their C++ type: char may alias anything.
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};  // NOLINT(*-reinterpret-cast)
}
[[nodiscard]] inline ByteView as_bytes(std::string_view text) noexcept {
  return std::as_bytes(std::span(text.data(), text.size()));
}
[[nodiscard]] inline const std::uint8_t* as_u8(ByteView bytes) noexcept {
  return reinterpret_cast<const std::uint8_t*>(bytes.data());  // NOLINT(*-reinterpret-cast)
}

[[nodiscard]] inline bool equal(ByteView a, ByteView b) noexcept {
  return std::ranges::equal(a, b);
}

/// True if `part` lies wholly inside `whole` (the oracle of every fuzz target that hands out
/// views).
[[nodiscard]] inline bool contains(ByteView whole, ByteView part) noexcept {
  return part.empty() ||
         (std::greater_equal<>{}(part.data(), whole.data()) &&
          std::less_equal<>{}(part.data() + part.size(), whole.data() + whole.size()));
}

}  // namespace espial
