#pragma once
#include <string>
#include <string_view>

namespace espial::record {

/// A field of Zeek's tab-separated logs: bytes outside printable ASCII as \xNN, a backslash
/// doubled, an empty text as
/// `(empty)`, and a text that would read as `-` or `(empty)` with its first character as \xNN.
void append_zeek_field(std::string_view text, std::string& out);
/// The same for an element of a vector: a comma, which separates elements, becomes \x2c.
void append_zeek_element(std::string_view text, std::string& out);

/// What Zeek hands to its JSON writer for a string: control characters other than blanks as \xNN,
/// and if any byte is not UTF-8, every byte outside ASCII so.
[[nodiscard]] std::string zeek_json_text(std::string_view text);

}  // namespace espial::record
