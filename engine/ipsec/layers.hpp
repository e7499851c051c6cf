#pragma once
#include <boost/container/static_vector.hpp>
#include <optional>

#include "engine/decode/packet.hpp"
#include "engine/ipsec/carrier.hpp"
#include "engine/ipsec/esp.hpp"
#include "engine/ipsec/ike.hpp"

namespace espial::ipsec {

/// All IPsec of one IP packet, on whatever carrier: AH headers passed on the way, then ESP or an
/// IKE message. A worker keeps one and dissects every packet into it. Views borrow from the packet.
struct Layers {
  Content content = Content::none;  // of the payload; esp also for bare ESP
  bool natt = false;                // in UDP on port 4500
  IkeMessage ike;                   // meaningful when content is ike
  std::optional<EspHeader> esp;
  boost::container::static_vector<AhHeader, decode::kMaxAuthHeaders> ah;
  AnomalySet anomalies;  // of the carrier, ESP and AH; those of an IKE message stand with it

  /// An IKE header was there: its fields can be read.
  [[nodiscard]] bool has_ike() const noexcept { return content == Content::ike; }
  [[nodiscard]] bool any() const noexcept {
    return has_ike() || esp || !ah.empty() || content == Content::wesp;
  }
  /// Of the outermost ESP or AH header: what names the flow.
  [[nodiscard]] std::optional<Spi> outer_spi() const noexcept {
    if (!ah.empty()) return ah.front().spi;
    if (esp) return esp->spi;
    return std::nullopt;
  }
};

/// Dissects the IPsec layers of `packet` into `out`, cleared first. Fragments are not looked into:
/// their datagram is.
void dissect(const decode::Packet& packet, Layers& out) noexcept;

}  // namespace espial::ipsec
