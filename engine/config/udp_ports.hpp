#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/config/settings.hpp"

/// The ports of a tunnel over UDP, as `decoder.vxlan.ports` and the like have them: a number, a
/// list of them in brackets, variables of `vars.port-groups` in the place of either, or `any`.
namespace espial::config {

inline constexpr std::size_t kMostTunnelPorts = 8;

struct UdpPorts {
  bool any = false;
  std::vector<std::uint16_t> ports;  // each once
};

/// Whether `text` is written as ports are; its variables need not exist.
[[nodiscard]] bool is_port_text(std::string_view text) noexcept;

/// What `text` comes to; nothing when a variable in it is unknown or holds more than ports and
/// lists of them, or when there are more than kMostTunnelPorts.
[[nodiscard]] std::optional<UdpPorts> resolve_ports(std::string_view text,
                                                    const VariableSettings& variables);

}  // namespace espial::config
