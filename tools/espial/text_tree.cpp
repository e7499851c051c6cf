#include "tools/espial/text_tree.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/hex.hpp"
#include "engine/base/ip_address.hpp"
#include "engine/record/json.hpp"

namespace espial::tools {
namespace {

constexpr std::size_t kIndent = 2;
constexpr std::size_t kShownWhole = 64;
constexpr std::size_t kShownOfLonger = 32;

bool is_printable(std::byte b) {
  return b >= std::byte{0x20} && b < std::byte{0x7F};
}

}  // namespace

void TextTree::line(std::string_view text) {
  out_.append(kIndent * depth_, ' ');
  out_ += text;
  out_ += '\n';
}

void TextTree::field(rules::FieldId id, std::string_view value) {
  mark(id);
  field(rules::keyword_of(id)->name, value);
}

void TextTree::field(std::string_view key, std::string_view value) {
  out_.append(kIndent * depth_, ' ');
  out_ += prefix_;
  out_ += key;
  out_ += ": ";
  out_ += value;
  out_ += '\n';
}

std::string named(const registry::Registry* names, std::uint32_t number) {
  const std::string_view name = names != nullptr ? registry::name_of(*names, number) : "";
  return name.empty() ? fmt::format("{}", number) : fmt::format("{} {}", number, name);
}

std::string flags_text(const registry::Registry& masks, std::uint8_t flags) {
  std::string text = fmt::format("{:#04x}", flags);
  unsigned left = flags;
  for (const registry::NumberName& row : masks.rows) {
    if (row.number == 0 || (flags & row.number) != row.number) continue;
    text += fmt::format(" {}", row.name);
    left &= ~row.number;
  }
  if (left != 0 && left != flags) text += fmt::format(" and {:#04x}", left);
  return text;
}

std::string both_bases(std::uint32_t number) {
  return fmt::format("{:#010x} ({})", number, number);
}

std::string short_hex(ByteView bytes) {
  if (bytes.empty()) return "(empty)";
  if (bytes.size() <= kShownWhole) return to_hex(bytes);
  return fmt::format("{}... ({} bytes)", to_hex(bytes.first(kShownOfLonger)), bytes.size());
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  record::append_escaped(text, out);
  out += '"';
  return out;
}

std::string if_printable(ByteView bytes) {
  if (bytes.empty() || !std::ranges::all_of(bytes, is_printable)) return "";
  return "  " + quoted(as_text(bytes));
}

std::string hex_and_text(ByteView bytes) {
  return short_hex(bytes) + if_printable(bytes);
}

std::string address_text(ByteView bytes) {
  if (bytes.size() != 4 && bytes.size() != 16) return "";
  return to_text(IpAddress::from_bytes(bytes));
}

}  // namespace espial::tools
