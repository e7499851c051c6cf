#pragma once
#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/bytes.hpp"
#include "engine/registry/registry.hpp"
#include "rules/catalog/keyword.hpp"

namespace espial::tools {

/// Writes an indented tree, line by line. Lines are text for a terminal: what comes from a peer is
/// put into them by the functions below, which leave nothing of it that is not printable.
class TextTree {
 public:
  /// `prefix` stands before the keyword of each field.
  TextTree(std::string& out, unsigned depth, std::string_view prefix = {})
      : out_(out), depth_(depth), prefix_(prefix) {}

  void line(std::string_view text);
  /// A line of a field under the keyword by which a rule names it: `ike.exchtype: 34 IKE_SA_INIT`.
  void field(rules::FieldId id, std::string_view value);
  /// The same for a key that is no keyword.
  void field(std::string_view key, std::string_view value);

  /// What is written while it lives stands one step deeper.
  class [[nodiscard]] Level {
   public:
    explicit Level(unsigned& depth) noexcept : depth_(depth) { ++depth_; }
    ~Level() { --depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
    Level(Level&&) = delete;
    Level& operator=(Level&&) = delete;

   private:
    unsigned& depth_;
  };
  Level deeper() noexcept { return Level(depth_); }

  /// Says that a field stands in the tree already, or says nothing that does not.
  void mark(rules::FieldId field) noexcept { shown_.set(std::to_underlying(field)); }
  [[nodiscard]] bool shows(rules::FieldId field) const noexcept {
    return shown_.test(std::to_underlying(field));
  }

 private:
  std::string& out_;
  unsigned depth_;
  std::string_view prefix_;
  std::bitset<std::to_underlying(rules::FieldId::count_)> shown_;
};

/// "34 IKE_SA_INIT"; the number alone if it has no name, or there is no registry.
[[nodiscard]] std::string named(const registry::Registry* names, std::uint32_t number);
/// The bits of a byte as the registry of masks names them: "0x28 INITIATOR RESPONSE".
[[nodiscard]] std::string flags_text(const registry::Registry& masks, std::uint8_t flags);
/// "0xc0ffee01 (3237998081)"
[[nodiscard]] std::string both_bases(std::uint32_t number);
/// Lower-case hex; of more than 64 bytes the first 32 and how many there are.
[[nodiscard]] std::string short_hex(ByteView bytes);
/// In quotes, and safe for a terminal (record::append_escaped).
[[nodiscard]] std::string quoted(std::string_view text);
/// The same, behind two blanks, when all bytes are printable ASCII; else empty.
[[nodiscard]] std::string if_printable(ByteView bytes);
/// short_hex() and, if the bytes are printable, what they say.
[[nodiscard]] std::string hex_and_text(ByteView bytes);
/// An address of 4 or 16 bytes as people write it; else empty.
[[nodiscard]] std::string address_text(ByteView bytes);

}  // namespace espial::tools
