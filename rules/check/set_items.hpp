#pragma once
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "rules/plan/plan.hpp"

namespace espial::rules {

/// `10.0.0.1`, `10.0.0.0/8`, `10.0.0.0/255.0.0.0`, `10.0.0.1-10.0.0.9`; IPv6 alike. Else what is
/// wrong with it.
[[nodiscard]] std::expected<std::vector<IpPrefix>, std::string> parse_addresses(
    std::string_view word);
/// `80`, `80:90`, `1024:`, `:1024`.
[[nodiscard]] std::expected<std::vector<PortRange>, std::string> parse_ports(std::string_view word);

/// True if no address or port is in the set.
[[nodiscard]] bool is_empty(const AddressSet& set);
[[nodiscard]] bool is_empty(const PortSet& set);

}  // namespace espial::rules
