#pragma once
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace espial {

/// A set of enumerators as bits: what a decoder found wrong with a packet. E must be dense from 0
/// and end in `count_` (at most 128 enumerators).
template <class E>
class EnumSet {
 public:
  static constexpr std::size_t kCapacity = 128;
  static_assert(std::to_underlying(E::count_) <= kCapacity);

  constexpr void add(E e) noexcept { word(e) |= bit(e); }
  [[nodiscard]] constexpr bool has(E e) const noexcept {
    return (words_[std::to_underlying(e) / 64U] & bit(e)) != 0;
  }
  [[nodiscard]] constexpr bool has_any(const EnumSet& of) const noexcept {
    return ((words_[0] & of.words_[0]) | (words_[1] & of.words_[1])) != 0;
  }
  [[nodiscard]] constexpr bool empty() const noexcept { return (words_[0] | words_[1]) == 0; }
  [[nodiscard]] constexpr std::size_t size() const noexcept {
    return static_cast<std::size_t>(std::popcount(words_[0]) + std::popcount(words_[1]));
  }
  constexpr void merge(const EnumSet& other) noexcept {
    words_[0] |= other.words_[0];
    words_[1] |= other.words_[1];
  }
  /// Calls `sink(E)` for each member in the order of the enumeration.
  template <class Sink>
  constexpr void for_each(Sink sink) const {
    for (std::size_t w = 0; w < 2; ++w)
      for (std::uint64_t left = words_[w]; left != 0; left &= left - 1)
        // Only add() sets bits.  NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange)
        sink(static_cast<E>((w * 64U) + static_cast<std::size_t>(std::countr_zero(left))));
  }
  friend constexpr bool operator==(const EnumSet&, const EnumSet&) = default;

 private:
  static constexpr std::uint64_t bit(E e) noexcept {
    return std::uint64_t{1} << (std::to_underlying(e) % 64U);
  }
  constexpr std::uint64_t& word(E e) noexcept { return words_[std::to_underlying(e) / 64U]; }

  std::array<std::uint64_t, 2> words_{};
};

}  // namespace espial
