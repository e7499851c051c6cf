#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace espial::rules {

/// An attribute of an SA as Suricata's `ike.chosen_sa_attribute` names it: the type of IKEv1
/// (RFC 2409 appendix A), and the transform type of IKEv2 that says the same, 0 if none does.
struct SaAttribute {
  std::string_view name;
  std::uint16_t type = 0;
  std::uint8_t transform_type = 0;
};

inline constexpr auto kSaAttributes = std::to_array<SaAttribute>({
    {.name = "alg_enc", .type = 1, .transform_type = 1},
    {.name = "alg_hash", .type = 2},
    {.name = "alg_auth", .type = 3, .transform_type = 3},
    {.name = "alg_dh", .type = 4, .transform_type = 4},
    {.name = "sa_group_type", .type = 5},
    {.name = "sa_life_type", .type = 11},
    {.name = "sa_life_duration", .type = 12},
    {.name = "alg_prf", .type = 13, .transform_type = 2},
    {.name = "sa_key_length", .type = 14},
    {.name = "sa_field_size", .type = 15},
});

/// The number that stands for an attribute and its value, as rules test it and facts give it.
[[nodiscard]] constexpr std::uint64_t sa_attribute_value(std::uint16_t type,
                                                         std::uint64_t value) noexcept {
  constexpr std::uint64_t kMost = 0xffff'ffff;
  return std::uint64_t{type} << 32U | std::min(value, kMost);
}

}  // namespace espial::rules
