#pragma once
#include <boost/container/static_vector.hpp>
#include <optional>

#include "engine/decode/packet.hpp"
#include "engine/ipsec/carrier.hpp"
#include "engine/ipsec/esp.hpp"
#include "engine/ipsec/esp_null.hpp"
#include "engine/ipsec/ike.hpp"

namespace espial::ipsec {

/// All IPsec of one IP packet, on whatever carrier: AH headers passed on the way, then ESP, WESP,
/// IPComp or an IKE message. A worker keeps one and dissects every packet into it. Views borrow
/// from the packet.
struct Layers {
  Content content = Content::none;
  Encapsulation encapsulation = Encapsulation::none;
  IkeMessage ike;  // meaningful when content is ike
  std::optional<EspHeader> esp;
  std::optional<WespHeader> wesp;
  std::optional<IpcompHeader> ipcomp;
  /// What the ESP packet holds, when it is known not to be encrypted: WESP said so, or engine/sa
  /// has found out.
  std::optional<NullEsp> null_esp;
  boost::container::static_vector<AhHeader, decode::kMaxAuthHeaders> ah;
  AnomalySet anomalies;  // of the carrier and of all but IKE, whose own stand with the message

  /// An IKE header was there: its fields can be read.
  [[nodiscard]] bool has_ike() const noexcept { return content == Content::ike; }
  [[nodiscard]] bool any() const noexcept {
    return has_ike() || esp || !ah.empty() || wesp || ipcomp;
  }
  /// Of the outermost ESP or AH header: what names the flow.
  [[nodiscard]] std::optional<Spi> outer_spi() const noexcept {
    if (!ah.empty()) return ah.front().spi;
    if (esp) return esp->spi;
    return std::nullopt;
  }
  /// What the packet holds in clear and can be taken apart in its place. Nothing for what came out
  /// of a stream, whose bytes do not outlive the message.
  [[nodiscard]] const NullEsp* inner() const noexcept {
    return null_esp && encapsulation != Encapsulation::tcp ? &*null_esp : nullptr;
  }
  [[nodiscard]] AnomalySet all_anomalies() const noexcept {
    AnomalySet all = anomalies;
    if (has_ike()) all.merge(ike.anomalies);
    return all;
  }
};

/// Dissects the IPsec layers of `packet` into `out`, cleared first. Fragments are not looked into:
/// their datagram is. On UDP ports that say nothing, nothing is looked for.
void dissect(const decode::Packet& packet, Layers& out) noexcept;

/// Dissects what `carried` has into `out`, in place of what dissect() found: for an endpoint
/// learned, a stream, or a message joined of fragments. AH stays, and so do the anomalies so far.
void dissect_carried(const Carried& carried, Layers& out) noexcept;

}  // namespace espial::ipsec
