#pragma once
#include <string_view>

/// What Suricata's configuration has and Espial does not use: told with a warning, so that a file
/// or a --set written for Suricata can be taken over, while a key that nobody knows is an error.
namespace espial::config {

/// True for a key of Suricata's, dotted, and for all that stands below it.
[[nodiscard]] bool is_suricata_key(std::string_view key) noexcept;

/// True for a name in Suricata's outputs.eve-log.types.
[[nodiscard]] bool is_suricata_eve_type(std::string_view name) noexcept;

}  // namespace espial::config
