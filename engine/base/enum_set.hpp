#pragma once
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace espial {

/// A set of enumerators as bits: what a decoder found wrong with a packet. E must be dense from 0
/// and end in `count_`; the set takes a word for each 64 of them.
template <class E>
class EnumSet {
 public:
  constexpr void add(E e) noexcept { word(e) |= bit(e); }
  [[nodiscard]] constexpr bool has(E e) const noexcept {
    return (words_[std::to_underlying(e) / 64U] & bit(e)) != 0;
  }
  [[nodiscard]] constexpr bool has_any(const EnumSet& of) const noexcept {
    std::uint64_t both = 0;
    for (std::size_t w = 0; w < kWords; ++w) both |= words_[w] & of.words_[w];
    return both != 0;
  }
  [[nodiscard]] constexpr bool empty() const noexcept { return *this == EnumSet{}; }
  [[nodiscard]] constexpr std::size_t size() const noexcept {
    std::size_t members = 0;
    for (const std::uint64_t word : words_)
      members += static_cast<std::size_t>(std::popcount(word));
    return members;
  }
  constexpr void merge(const EnumSet& other) noexcept {
    for (std::size_t w = 0; w < kWords; ++w) words_[w] |= other.words_[w];
  }
  /// Calls `sink(E)` for each member in the order of the enumeration.
  template <class Sink>
  constexpr void for_each(Sink sink) const {
    for (std::size_t w = 0; w < kWords; ++w)
      for (std::uint64_t left = words_[w]; left != 0; left &= left - 1)
        // Only add() sets bits.  NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange)
        sink(static_cast<E>((w * 64U) + static_cast<std::size_t>(std::countr_zero(left))));
  }
  friend constexpr bool operator==(const EnumSet&, const EnumSet&) = default;

 private:
  static constexpr std::size_t kWords =
      (static_cast<std::size_t>(std::to_underlying(E::count_)) + 63U) / 64U;
  static constexpr std::uint64_t bit(E e) noexcept {
    return std::uint64_t{1} << (std::to_underlying(e) % 64U);
  }
  constexpr std::uint64_t& word(E e) noexcept { return words_[std::to_underlying(e) / 64U]; }

  std::array<std::uint64_t, kWords> words_{};
};

}  // namespace espial
