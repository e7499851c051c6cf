#pragma once
#include <cstdint>
#include <span>
#include <string_view>

namespace espial::rules {

/// A class of rules: what `classtype:short_name;` says in an alert, and the priority it gives.
struct Classification {
  std::string_view short_name;
  std::string_view description;
  std::uint8_t priority;
};

/// The classes that Suricata's stock classification.config defines, sorted by short name.
[[nodiscard]] std::span<const Classification> classifications() noexcept;
[[nodiscard]] const Classification* find_classification(std::string_view short_name) noexcept;

/// Of a rule that names no class and no priority.
inline constexpr std::uint8_t kDefaultPriority = 3;

}  // namespace espial::rules
