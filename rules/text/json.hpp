#pragma once
#include <string>
#include <string_view>

namespace espial::rules {

/// `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD, so the result
/// always is JSON.
[[nodiscard]] std::string json_string(std::string_view text);

}  // namespace espial::rules
