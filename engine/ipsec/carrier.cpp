#include "engine/ipsec/carrier.hpp"

#include "engine/ipsec/ike.hpp"

namespace espial::ipsec {
namespace {

constexpr std::size_t kMarkerSize = 4;
constexpr std::size_t kNonIkeMarkerSize = 8;
constexpr std::size_t kWespHeaderSize = 4;
constexpr std::size_t kIkeLengthOffset = 24;
constexpr std::uint32_t kNonEspMarker = 0;
constexpr std::uint32_t kWespMarker = 2;
constexpr std::uint32_t kLastReservedSpi = 255;
constexpr std::byte kKeepalive{0xFF};

Carried malformed(Anomaly anomaly, ByteView payload) noexcept {
  Carried carried{.content = Content::malformed, .natt = true, .inner = payload, .anomalies = {}};
  carried.anomalies.add(anomaly);
  return carried;
}

Carried too_short_for_a_word(ByteView payload) noexcept {
  if (payload.size() != 1) return malformed(Anomaly::natt_short, payload);
  if (payload[0] != kKeepalive) return malformed(Anomaly::natt_bad_keepalive, payload);
  return {.content = Content::keepalive, .natt = true, .inner = payload, .anomalies = {}};
}

/// RFC 3948 section 2; RFC 5840 section 2.1.1 for WESP.
Carried classify_nat_traversal(ByteView payload) noexcept {
  if (payload.size() < kMarkerSize) return too_short_for_a_word(payload);
  const auto word = read_be<std::uint32_t>(payload);
  Carried carried{.content = Content::esp, .natt = true, .inner = payload, .anomalies = {}};
  if (word == kNonEspMarker) {
    carried.content = Content::ike;
    carried.inner = payload.subspan(kMarkerSize);
  } else if (word == kWespMarker) {
    carried.content = Content::wesp;
    carried.inner = payload.subspan(kMarkerSize);
    if (carried.inner.size() < kWespHeaderSize) carried.anomalies.add(Anomaly::wesp_truncated);
  } else if (word <= kLastReservedSpi) {
    carried.anomalies.add(Anomaly::natt_reserved_spi);
  }
  return carried;
}

/// The drafts of NAT traversal before port 4500 (draft-ietf-ipsec-udp-encaps-00) put ESP behind
/// eight zero bytes on port 500, where an IKE header has the initiator's SPI. A whole IKE message
/// with that SPI zeroed, whose length field fits the datagram, is taken for what it says it is.
bool is_legacy_esp(ByteView payload) noexcept {
  if (payload.size() < kNonIkeMarkerSize || read_be<std::uint64_t>(payload) != 0) return false;
  if (payload.size() < kIkeHeaderSize) return true;
  return read_be<std::uint32_t>(payload.subspan(kIkeLengthOffset)) != payload.size();
}

Carried classify_ike(ByteView payload) noexcept {
  if (is_legacy_esp(payload))
    return {.content = Content::esp,
            .natt = true,
            .inner = payload.subspan(kNonIkeMarkerSize),
            .anomalies = {}};
  return {.content = Content::ike, .natt = false, .inner = payload, .anomalies = {}};
}

}  // namespace

Carried classify_udp(Port source, Port destination, ByteView payload) noexcept {
  // The receiver's port says how it reads the datagram; the sender's only where the receiver's says
  // nothing.
  for (const Port port : {destination, source}) {
    if (port == kNatTraversalPort) return classify_nat_traversal(payload);
    if (port == kIkePort) return classify_ike(payload);
  }
  return {};
}

}  // namespace espial::ipsec
