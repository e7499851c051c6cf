#pragma once
#include <string_view>

/// Words that mean something to Suricata and nothing to Espial yet. A rule with one of them is not
/// wrong, it is unsupported: lenient loading counts it apart. A word leaves these tables when the
/// catalog takes it up.
namespace espial::rules {

/// Names in lower case.
[[nodiscard]] bool is_suricata_keyword(std::string_view name) noexcept;
[[nodiscard]] bool is_suricata_protocol(std::string_view name) noexcept;

}  // namespace espial::rules
