#pragma once
#include <functional>
#include <map>
#include <string>

namespace espial::rules {

/// What `$NAME` stands for in addresses and ports, as text of the rule language:
/// vars.address-groups and vars.port-groups of the settings.
struct Variables {
  using Group = std::map<std::string, std::string, std::less<>>;
  Group address_groups, port_groups;
};

}  // namespace espial::rules
