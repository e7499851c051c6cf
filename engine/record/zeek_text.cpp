#include "engine/record/zeek_text.hpp"

#include "engine/record/json.hpp"

namespace espial::record {

namespace {

constexpr std::string_view kEmptyField = "(empty)";
constexpr std::string_view kUnsetField = "-";

void append_byte(char c, std::string& out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  out += "\\x";
  out.push_back(kDigits[byte >> 4U]);
  out.push_back(kDigits[byte & 0x0FU]);
}

void append_plain(std::string_view text, bool in_vector, std::string& out) {
  for (const char c : text) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c < ' ' || c > '~' || (in_vector && c == ',')) {
      append_byte(c, out);
    } else {
      out.push_back(c);
    }
  }
}

void append(std::string_view text, bool in_vector, std::string& out) {
  if (text.empty()) {
    out += kEmptyField;
  } else if (text == kEmptyField || text == kUnsetField) {
    append_byte(text.front(), out);
    append_plain(text.substr(1), in_vector, out);
  } else {
    append_plain(text, in_vector, out);
  }
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

constexpr bool is_blank_control(char c) {
  return c == '\b' || c == '\f' || c == '\n' || c == '\r' || c == '\t';
}

}  // namespace

void append_zeek_field(std::string_view text, std::string& out) {
  append(text, false, out);
}

void append_zeek_element(std::string_view text, std::string& out) {
  append(text, true, out);
}

std::string zeek_json_text(std::string_view text) {
  const bool ascii_only = !is_utf8(text);
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool control = (byte < 0x20 && !is_blank_control(c)) || byte == 0x7F;
    if (control || (ascii_only && byte > 0x7F)) {
      append_byte(c, out);
    } else {
      out.push_back(c);
    }
  }
  return out;
}

}  // namespace espial::record
