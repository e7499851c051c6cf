#include "engine/ipsec/carrier.hpp"

#include <utility>

#include "engine/ipsec/ike.hpp"

namespace espial::ipsec {
namespace {

constexpr std::size_t kMarkerSize = 4;
constexpr std::size_t kNonIkeMarkerSize = 8;
constexpr std::size_t kIkeLengthOffset = 24;
constexpr std::uint32_t kNonEspMarker = 0;
constexpr std::uint32_t kWespMarker = 2;
constexpr std::uint32_t kLastReservedSpi = 255;
constexpr std::byte kKeepalive{0xFF};

Carried malformed(Encapsulation encapsulation, Anomaly anomaly, ByteView payload) noexcept {
  Carried carried{.content = Content::malformed,
                  .encapsulation = encapsulation,
                  .inner = payload,
                  .anomalies = {}};
  carried.anomalies.add(anomaly);
  return carried;
}

Carried too_short_for_a_word(ByteView payload) noexcept {
  constexpr auto kUdp = Encapsulation::udp_encap;
  if (payload.size() != 1) return malformed(kUdp, Anomaly::natt_short, payload);
  if (payload[0] != kKeepalive) return malformed(kUdp, Anomaly::natt_bad_keepalive, payload);
  return {.content = Content::keepalive, .encapsulation = kUdp, .inner = payload, .anomalies = {}};
}

/// RFC 3948 section 2, RFC 5840 section 2.1.1: the first word tells. It is there.
Carried by_first_word(Encapsulation encapsulation, ByteView payload) noexcept {
  const auto word = read_be<std::uint32_t>(payload);
  Carried carried{
      .content = Content::esp, .encapsulation = encapsulation, .inner = payload, .anomalies = {}};
  if (word == kNonEspMarker) {
    carried.content = Content::ike;
    carried.inner = payload.subspan(kMarkerSize);
  } else if (word == kWespMarker) {
    carried.content = Content::wesp;
    carried.inner = payload.subspan(kMarkerSize);
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

Carried classify_unmarked(ByteView payload) noexcept {
  if (is_legacy_esp(payload))
    return {.content = Content::esp,
            .encapsulation = Encapsulation::udp_encap,
            .inner = payload.subspan(kNonIkeMarkerSize),
            .anomalies = {}};
  return {.content = Content::ike,
          .encapsulation = Encapsulation::udp,
          .inner = payload,
          .anomalies = {}};
}

Carried classify_tcp(ByteView message) noexcept {
  if (message.size() < kMarkerSize)
    return malformed(Encapsulation::tcp, Anomaly::tcp_too_short, message);
  return by_first_word(Encapsulation::tcp, message);
}

Encapsulation encapsulation_of(Port port) noexcept {
  if (port == kNatTraversalPort || port == kEspInUdpPort) return Encapsulation::udp_encap;
  return port == kIkePort ? Encapsulation::udp : Encapsulation::none;
}

}  // namespace

Encapsulation encapsulation_of(Port source, Port destination) noexcept {
  const Encapsulation receiver = encapsulation_of(destination);
  return receiver != Encapsulation::none ? receiver : encapsulation_of(source);
}

Carried classify(Encapsulation encapsulation, ByteView payload) noexcept {
  switch (encapsulation) {
    case Encapsulation::none: return {};
    case Encapsulation::udp: return classify_unmarked(payload);
    case Encapsulation::udp_encap:
      return payload.size() < kMarkerSize ? too_short_for_a_word(payload)
                                          : by_first_word(encapsulation, payload);
    case Encapsulation::tcp: return classify_tcp(payload);
  }
  std::unreachable();
}

Carried classify_udp(Port source, Port destination, ByteView payload) noexcept {
  const Encapsulation encapsulation = encapsulation_of(source, destination);
  if (encapsulation != Encapsulation::none) return classify(encapsulation, payload);
  if (destination == kGdoiPort || source == kGdoiPort)
    return {.content = Content::gdoi,
            .encapsulation = Encapsulation::udp,
            .inner = payload,
            .anomalies = {}};
  return {};
}

}  // namespace espial::ipsec
