#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

#include "engine/base/strong_int.hpp"

/// Which tunnels decode takes apart, and on which ports: plain data, Suricata's `decoder.*` by name
/// and default. Read by every worker, changed by none.
namespace espial::decode {

/// Headers that carry others (Ethernet, PPP, MPLS, IP, tunnels) in one frame, as Suricata's
/// `decoder.max-layers`.
inline constexpr std::size_t kMaxLayers = 16;

/// A few UDP ports, or all of them.
class PortSet {
 public:
  static constexpr std::size_t kMost = 8;

  constexpr PortSet() = default;
  constexpr explicit PortSet(std::uint16_t port) noexcept { add(port); }
  [[nodiscard]] static constexpr PortSet any() noexcept {
    PortSet all;
    all.any_ = true;
    return all;
  }

  /// False when there is no room left.
  constexpr bool add(std::uint16_t port) noexcept {
    if (has_exactly(port)) return true;
    if (size_ == kMost) return false;
    ports_[size_++] = port;
    return true;
  }
  [[nodiscard]] constexpr bool is_any() const noexcept { return any_; }
  [[nodiscard]] constexpr bool has(Port port) const noexcept {
    return any_ || has_exactly(port.value());
  }

 private:
  [[nodiscard]] constexpr bool has_exactly(std::uint16_t port) const noexcept {
    for (std::size_t i = 0; i < size_; ++i)
      if (ports_[i] == port) return true;
    return false;
  }

  std::array<std::uint16_t, kMost> ports_{};
  std::uint8_t size_ = 0;
  bool any_ = false;
};

/// A tunnel over UDP, taken by either port.
struct UdpTunnelSettings {
  bool enabled = true;
  PortSet ports;
};

struct DecoderSettings {
  UdpTunnelSettings vxlan{.ports = PortSet{4789}};   // decoder.vxlan
  UdpTunnelSettings geneve{.ports = PortSet{6081}};  // decoder.geneve
  UdpTunnelSettings teredo{.ports = PortSet{3544}};  // decoder.teredo
  /// decoder.vxlan.reserved-bits-check: a header with its last byte in use is no VXLAN (RFC 7348
  /// section 5 has receivers ignore it).
  bool vxlan_strict = true;
  bool erspan_type1 = true;  // decoder.erspan.typeI: GRE of ERSPAN's type without an own header
  std::uint8_t max_layers = kMaxLayers;  // decoder.max-layers
};

inline constexpr DecoderSettings kDefaultDecoderSettings{};

}  // namespace espial::decode
