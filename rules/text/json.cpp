#include "rules/text/json.hpp"

#include <fmt/format.h>

#include "rules/text/utf8.hpp"

namespace espial::rules {

std::string json_string(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const Character character = first_character(text);
    text.remove_prefix(character.bytes.size());
    if (!character.valid) {
      out += "\\ufffd";
    } else if (character.code == U'"' || character.code == U'\\') {
      out += '\\';
      out += character.bytes;
    } else if (character.code == U'\n') {
      out += "\\n";
    } else if (character.code < 0x20 || character.code == 0x7f) {
      out += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(character.code));
    } else {
      out += character.bytes;
    }
  }
  return out += '"';
}

}  // namespace espial::rules
