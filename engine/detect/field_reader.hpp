#pragma once
#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "engine/detect/facts.hpp"

/// How facts are read: a function a field, in tables by what the field is of. Not for use outside
/// of this module.
namespace espial::detect {

/// Hands the field's values to the sink; true if the sink stopped it.
using Read = bool (*)(const PacketFacts&, ValueSink&);

struct FieldReader {
  consteval FieldReader(rules::FieldId of, Read by) : field(of), read(by) {}
  rules::FieldId field;
  Read read;
};

/// A table from the first to the last field of a group; the compiler checks that none is missing.
template <rules::FieldId First, rules::FieldId Last>
class ReaderTable {
 public:
  template <std::size_t N>
  explicit consteval ReaderTable(const std::array<FieldReader, N>& readers) {
    std::array<bool, kSize> filled{};
    for (const FieldReader& reader : readers) {
      reads_[index(reader.field)] = reader.read;
      filled[index(reader.field)] = true;
    }
    if (N != kSize || std::ranges::count(filled, false) != 0) throw "a reader for each field";
  }
  bool visit(const PacketFacts& facts, rules::FieldId field, ValueSink& sink) const {
    return reads_[index(field)](facts, sink);
  }

 private:
  static constexpr std::size_t kSize = std::to_underlying(Last) - std::to_underlying(First) + 1U;
  [[nodiscard]] static constexpr std::size_t index(rules::FieldId field) noexcept {
    return static_cast<std::size_t>(std::to_underlying(field) - std::to_underlying(First));
  }
  std::array<Read, kSize> reads_{};
};

/// Each of a list's elements: its number, or its bytes.
template <class List, class Value>
bool give_numbers(const List& list, ValueSink& sink, Value value) {
  return std::ranges::any_of(
      list, [&](const auto& item) { return sink.number(std::invoke(value, item)); });
}
template <class List, class Value>
bool give_bytes(const List& list, ValueSink& sink, Value value) {
  return std::ranges::any_of(
      list, [&](const auto& item) { return sink.bytes(std::invoke(value, item)); });
}
/// Those that are not empty.
template <class List, class Value>
bool give_filled(const List& list, ValueSink& sink, Value value) {
  return std::ranges::any_of(list, [&](const auto& item) {
    const ByteView bytes = std::invoke(value, item);
    return !bytes.empty() && sink.bytes(bytes);
  });
}
template <class List>
bool give_bytes(const List& list, ValueSink& sink) {
  return std::ranges::any_of(list, [&](ByteView item) { return sink.bytes(item); });
}

[[nodiscard]] constexpr std::uint64_t pair_of(std::uint64_t first, std::uint64_t second) noexcept {
  return first << 16U | (second & 0xffffU);
}

/// Suricata's spelling of bytes: lower-case hex text, made on the stack.
bool give_hex(ByteView bytes, ValueSink& sink);

// The groups, each in a file of its own. Fields of IKE are asked only of packets with an IKE
// message.
bool visit_ike_message(const PacketFacts& facts, rules::FieldId field, ValueSink& sink);
bool visit_ike_suite(const PacketFacts& facts, rules::FieldId field, ValueSink& sink);
bool visit_ike_identity(const PacketFacts& facts, rules::FieldId field, ValueSink& sink);
bool visit_ike_payloads(const PacketFacts& facts, rules::FieldId field, ValueSink& sink);
bool visit_packet(const PacketFacts& facts, rules::FieldId field, ValueSink& sink);
bool visit_ipsec(const PacketFacts& facts, rules::FieldId field, ValueSink& sink);

}  // namespace espial::detect
