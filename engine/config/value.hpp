#pragma once
#include <algorithm>
#include <array>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/text.hpp"
#include "engine/config/settings.hpp"

/// How one value is written: for each type of a setting its text form, both ways, and the words
/// that say what is taken. A format F for T has `optional<T> parse(string_view)`, `string
/// show(const T&)` and `string takes()`; parse(show(v)) == v.
namespace espial::config {

template <class T>
struct Format;

template <>
struct Format<bool> {
  static std::optional<bool> parse(
      std::string_view text) noexcept;  // yes no true false on off 1 0, any case
  static std::string show(bool value);
  static std::string takes() { return "yes or no"; }
};

/// Three states: yes, no, and left to the program, which is no text of the file's.
template <>
struct Format<std::optional<bool>> {
  static std::optional<std::optional<bool>> parse(std::string_view text) noexcept;
  static std::string show(std::optional<bool> value);
  static std::string takes() { return "yes, no or auto"; }
};

template <>
struct Format<std::string> {
  static std::optional<std::string> parse(std::string_view text) { return std::string(text); }
  static std::string show(const std::string& value) { return value; }
  static std::string takes() { return "text"; }
};

template <>
struct Format<std::filesystem::path> {
  static std::optional<std::filesystem::path> parse(std::string_view text) {
    return std::filesystem::path(text);
  }
  static std::string show(const std::filesystem::path& value) { return value.string(); }
  static std::string takes() { return "a path"; }
};

template <>
struct Format<ByteSize> {
  static std::optional<ByteSize> parse(std::string_view text) noexcept;
  static std::string show(ByteSize value);
  static std::string takes() { return "a size such as 128mb"; }
};

template <>
struct Format<std::chrono::seconds> {
  static constexpr std::uint32_t kMost = 366U * 86'400U;
  static std::optional<std::chrono::seconds> parse(std::string_view text) noexcept;
  static std::string show(std::chrono::seconds value) { return std::to_string(value.count()); }
  static std::string takes() { return "seconds, a whole number"; }
};

template <>
struct Format<QueueRange> {
  static std::optional<QueueRange> parse(std::string_view text) noexcept;
  static std::string show(QueueRange value);
  static std::string takes() { return "a queue 0 to 65535, or a range such as 0:3"; }
};

/// A number from Min to Max.
template <std::unsigned_integral T, T Min, T Max>
struct Between {
  static std::optional<T> parse(std::string_view text) noexcept {
    const auto value = parse_number<T>(text);
    return value && *value >= Min && *value <= Max ? value : std::nullopt;
  }
  static std::string show(T value) { return std::to_string(value); }
  static std::string takes() {
    return "a number " + std::to_string(Min) + " to " + std::to_string(Max);
  }
};

/// The words of an enumeration. Specialised for each that a setting has: `kWords` in the order in
/// which help tells them.
template <class E>
struct Words;

template <class E>
  requires requires { Words<E>::kWords; }
struct Format<E> {
  static std::optional<E> parse(std::string_view text) noexcept {
    for (const auto& [word, value] : Words<E>::kWords)
      if (equal_nocase(word, text)) return value;
    return std::nullopt;
  }
  static std::string show(E value) {
    for (const auto& [word, candidate] : Words<E>::kWords)
      if (candidate == value) return std::string(word);
    std::unreachable();
  }
  static std::string takes() {
    std::string list;
    for (const auto& [word, value] : Words<E>::kWords)
      list.append(list.empty() ? "" : ", ").append(word);
    return list;
  }
};

template <class E, std::size_t N>
using WordTable = std::array<std::pair<std::string_view, E>, N>;

template <>
struct Words<NfqMode> {
  static constexpr WordTable<NfqMode, 1> kWords{{{"accept", NfqMode::accept}}};
};

template <>
struct Words<ChecksumMode> {
  static constexpr WordTable<ChecksumMode, 3> kWords{{{"auto", ChecksumMode::automatic},
                                                      {"all", ChecksumMode::all},
                                                      {"none", ChecksumMode::none}}};
};

template <>
struct Words<UrgentPolicy> {
  static constexpr WordTable<UrgentPolicy, 4> kWords{{{"oob", UrgentPolicy::oob},
                                                      {"inline", UrgentPolicy::inline_data},
                                                      {"drop", UrgentPolicy::drop},
                                                      {"gap", UrgentPolicy::gap}}};
};

template <>
struct Words<ReservedBits> {
  static constexpr WordTable<ReservedBits, 2> kWords{
      {{"strict", ReservedBits::strict}, {"permissive", ReservedBits::permissive}}};
};

template <>
struct Words<IpsecLogCompat> {
  static constexpr WordTable<IpsecLogCompat, 2> kWords{
      {{"zeek", IpsecLogCompat::zeek}, {"extended", IpsecLogCompat::extended}}};
};

template <>
struct Words<IpsecLogFormat> {
  static constexpr WordTable<IpsecLogFormat, 2> kWords{
      {{"tsv", IpsecLogFormat::tsv}, {"json", IpsecLogFormat::json}}};
};

template <>
struct Words<EveType> {
  static constexpr WordTable<EveType, 7> kWords{{{"alert", EveType::alert},
                                                 {"anomaly", EveType::anomaly},
                                                 {"drop", EveType::drop},
                                                 {"flow", EveType::flow},
                                                 {"ike", EveType::ike},
                                                 {"netflow", EveType::netflow},
                                                 {"stats", EveType::stats}}};
  static_assert(kWords.size() == std::to_underlying(EveType::count_));
};

template <>
struct Words<ExceptionPolicy> {
  static constexpr WordTable<ExceptionPolicy, 8> kWords{
      {{"auto", ExceptionPolicy::automatic},
       {"ignore", ExceptionPolicy::ignore},
       {"pass-packet", ExceptionPolicy::pass_packet},
       {"pass-flow", ExceptionPolicy::pass_flow},
       {"bypass", ExceptionPolicy::bypass},
       {"drop-packet", ExceptionPolicy::drop_packet},
       {"drop-flow", ExceptionPolicy::drop_flow},
       {"reject", ExceptionPolicy::reject}}};
};

}  // namespace espial::config
