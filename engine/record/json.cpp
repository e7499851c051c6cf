#include "engine/record/json.hpp"

#include <openssl/evp.h>

#include <array>

namespace espial::record {

namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

constexpr bool is_plain(unsigned char c) {
  return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

constexpr bool is_between(unsigned char c, unsigned low, unsigned high) {
  return c >= low && c <= high;
}

/// The bounds of the second byte of a sequence that starts with `lead`, and the sequence's length.
struct Utf8Form {
  std::size_t length = 0;
  unsigned low = 0x80, high = 0xBF;
};

constexpr Utf8Form utf8_form(unsigned char lead) {
  if (lead < 0x80) return {.length = 1};
  if (is_between(lead, 0xC2, 0xDF)) return {.length = 2};
  if (lead == 0xE0) return {.length = 3, .low = 0xA0};
  if (lead == 0xED) return {.length = 3, .high = 0x9F};
  if (is_between(lead, 0xE1, 0xEF)) return {.length = 3};
  if (lead == 0xF0) return {.length = 4, .low = 0x90};
  if (is_between(lead, 0xF1, 0xF3)) return {.length = 4};
  if (lead == 0xF4) return {.length = 4, .high = 0x8F};
  return {};
}

/// The code point of a valid sequence.
constexpr std::uint32_t code_point(std::string_view sequence) {
  const auto at = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(sequence[i]));
  };
  if (sequence.size() == 1) return at(0);
  if (sequence.size() == 2) return ((at(0) & 0x1FU) << 6U) | (at(1) & 0x3FU);
  if (sequence.size() == 3)
    return ((at(0) & 0x0FU) << 12U) | ((at(1) & 0x3FU) << 6U) | (at(2) & 0x3FU);
  return ((at(0) & 0x07U) << 18U) | ((at(1) & 0x3FU) << 12U) | ((at(2) & 0x3FU) << 6U) |
         (at(3) & 0x3FU);
}

/// Characters that end a line, move the cursor, reorder or hide text where a log is shown.
constexpr bool is_unsafe(std::uint32_t c) {
  const auto is_between = [c](std::uint32_t first, std::uint32_t last) {
    return first <= c && c <= last;
  };
  return c < 0x20 || is_between(0x7F, 0x9F) || c == 0xAD || c == 0x061C || c == 0x180E ||
         is_between(0x200B, 0x200F) || is_between(0x2028, 0x202E) || is_between(0x2060, 0x206F) ||
         c == 0xFEFF || is_between(0xFFF9, 0xFFFB) || is_between(0xE0000, 0xE0FFF);
}

void append_code_unit(std::uint32_t unit, std::string& out) {
  out += "\\u";
  for (unsigned shift = 16; shift != 0; shift -= 4)
    out.push_back(kHexDigits[(unit >> (shift - 4)) & 0x0FU]);
}

/// Beyond 16 bits as two surrogates (RFC 8259 section 7).
void append_unicode_escape(std::uint32_t c, std::string& out) {
  if (c <= 0xFFFF) {
    append_code_unit(c, out);
  } else {
    append_code_unit(0xD800 + ((c - 0x10000) >> 10U), out);
    append_code_unit(0xDC00 + ((c - 0x10000) & 0x3FFU), out);
  }
}

void append_foreign_byte(unsigned char c, std::string& out) {
  out += "\\\\x";
  out.push_back(kHexDigits[c >> 4U]);
  out.push_back(kHexDigits[c & 0x0FU]);
}

void append_character(std::string_view sequence, std::string& out) {
  const std::uint32_t c = code_point(sequence);
  if (c == '"' || c == '\\') {
    out.push_back('\\');
    out += sequence;
  } else if (c == '\n') {
    out += "\\n";
  } else if (c == '\r') {
    out += "\\r";
  } else if (c == '\t') {
    out += "\\t";
  } else if (is_unsafe(c)) {
    append_unicode_escape(c, out);
  } else {
    out += sequence;
  }
}

}  // namespace

std::size_t utf8_length(std::string_view text) noexcept {
  if (text.empty()) return 0;
  const Utf8Form form = utf8_form(static_cast<unsigned char>(text[0]));
  if (form.length <= 1) return form.length;
  if (text.size() < form.length) return 0;
  if (!is_between(static_cast<unsigned char>(text[1]), form.low, form.high)) return 0;
  for (const char c : text.substr(2, form.length - 2)) {
    if (!is_between(static_cast<unsigned char>(c), 0x80, 0xBF)) return 0;
  }
  return form.length;
}

void append_escaped(std::string_view value, std::string& out) {
  while (!value.empty()) {
    std::size_t plain = 0;
    while (plain < value.size() && is_plain(static_cast<unsigned char>(value[plain]))) ++plain;
    out += value.substr(0, plain);
    value.remove_prefix(plain);
    if (value.empty()) return;
    const std::size_t length = utf8_length(value);
    if (length == 0) {
      append_foreign_byte(static_cast<unsigned char>(value[0]), out);
      value.remove_prefix(1);
    } else {
      append_character(value.substr(0, length), out);
      value.remove_prefix(length);
    }
  }
}

void JsonWriter::quote(std::string_view value) {
  out_.push_back('"');
  append_escaped(value, out_);
  out_.push_back('"');
}

void JsonWriter::foreign_name(std::string_view key) {
  separate();
  quote(key);
  out_.push_back(':');
}

JsonWriter::Scope JsonWriter::object_named(std::string_view key) {
  foreign_name(key);
  return {out_, '{', '}'};
}

JsonWriter::Scope JsonWriter::array_named(std::string_view key) {
  foreign_name(key);
  return {out_, '[', ']'};
}

void JsonWriter::number_named(std::string_view key, std::uint64_t value) {
  foreign_name(key);
  append_number(value);
}

void JsonWriter::hex(std::string_view key, ByteView bytes) {
  name(key);
  out_.push_back('"');
  for (const std::byte b : bytes) {
    out_.push_back(kHexDigits[std::to_integer<unsigned>(b) >> 4U]);
    out_.push_back(kHexDigits[std::to_integer<unsigned>(b) & 0x0FU]);
  }
  out_.push_back('"');
}

void JsonWriter::base64(std::string_view key, ByteView bytes) {
  name(key);
  out_.push_back('"');
  constexpr std::size_t kBlock = 48;  // a multiple of three: only the last block is padded
  std::array<unsigned char, (kBlock / 3 * 4) + 1> text{};
  for (; !bytes.empty(); bytes = bytes.subspan(std::min(kBlock, bytes.size()))) {
    const ByteView block = bytes.first(std::min(kBlock, bytes.size()));
    const int length = EVP_EncodeBlock(text.data(), as_u8(block), static_cast<int>(block.size()));
    out_.append(text.begin(), text.begin() + length);
  }
  out_.push_back('"');
}

}  // namespace espial::record
