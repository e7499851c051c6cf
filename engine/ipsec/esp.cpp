#include "engine/ipsec/esp.hpp"

#include <algorithm>

namespace espial::ipsec {
namespace {

constexpr std::uint32_t kLastReservedSpi = 255;
constexpr std::size_t kWordSize = 4;

}  // namespace

std::optional<EspHeader> dissect_esp(ByteView packet, AnomalySet& anomalies) noexcept {
  // The trailer in a word of its own, and the shortest ICV (8 bytes: AES-CCM and AES-GCM with short
  // tags).
  constexpr std::size_t kShortestBody = kWordSize + 8;
  ByteReader in(packet);
  const Spi spi{in.be<std::uint32_t>()};
  const SequenceNumber sequence{in.be<std::uint32_t>()};
  if (!in.ok()) {
    anomalies.add(Anomaly::esp_truncated);
    return std::nullopt;
  }
  if (spi.value() == 0) {
    anomalies.add(Anomaly::esp_zero_spi);
  } else if (spi.value() <= kLastReservedSpi) {
    anomalies.add(Anomaly::esp_reserved_spi);
  }
  if (sequence.value() == 0) anomalies.add(Anomaly::esp_zero_sequence);
  if (in.remaining() < kShortestBody) anomalies.add(Anomaly::esp_too_short);
  if (in.remaining() % kWordSize != 0) anomalies.add(Anomaly::esp_misaligned);
  return EspHeader{.spi = spi, .sequence = sequence, .body = in.rest()};
}

std::optional<AhHeader> dissect_ah(ByteView header, bool ipv6, AnomalySet& anomalies) noexcept {
  ByteReader in(header);
  AhHeader ah;
  ah.next_header = in.be<std::uint8_t>();
  ah.payload_length = in.be<std::uint8_t>();
  const auto reserved = in.be<std::uint16_t>();
  ah.spi = Spi{in.be<std::uint32_t>()};
  ah.sequence = SequenceNumber{in.be<std::uint32_t>()};
  if (!in.ok()) {
    anomalies.add(Anomaly::ah_truncated);
    return std::nullopt;
  }
  // The length counts words minus 2 (RFC 4302 section 2.2), so the fixed header alone is 1.
  const std::size_t icv_size = ah.payload_length == 0 ? 0 : (ah.payload_length - 1U) * kWordSize;
  if (ah.payload_length == 0 || icv_size > in.remaining()) anomalies.add(Anomaly::ah_bad_length);
  if (ah.payload_length == 1) anomalies.add(Anomaly::ah_no_icv);
  if (ipv6 && ah.payload_length % 2 != 0) anomalies.add(Anomaly::ah_misaligned);
  ah.icv = in.take(std::min(icv_size, in.remaining()));
  if (ah.spi.value() <= kLastReservedSpi) anomalies.add(Anomaly::ah_reserved_spi);
  if (ah.sequence.value() == 0) anomalies.add(Anomaly::ah_zero_sequence);
  if (reserved != 0) anomalies.add(Anomaly::ah_reserved_bits);
  return ah;
}

std::optional<WespHeader> dissect_wesp(ByteView packet, AnomalySet& anomalies) noexcept {
  constexpr std::size_t kFixedSize = 4;
  constexpr unsigned kVersionAndReserved = 0xCF;
  constexpr unsigned kPadded = 0x10;  // four more bytes, for the alignment of IPv6
  ByteReader in(packet);
  WespHeader wesp;
  wesp.next_header = in.be<std::uint8_t>();
  wesp.header_length = in.be<std::uint8_t>();
  wesp.trailer_length = in.be<std::uint8_t>();
  wesp.flags = in.be<std::uint8_t>();
  const std::size_t padding = (wesp.flags & kPadded) != 0 ? 4 : 0;
  in.skip(padding);
  if (!in.ok()) {
    anomalies.add(Anomaly::wesp_truncated);
    return std::nullopt;
  }
  wesp.esp = in.rest();
  if ((wesp.flags & kVersionAndReserved) != 0) anomalies.add(Anomaly::wesp_version);
  if (wesp.is_encrypted()) {
    if (wesp.next_header != 0 || wesp.header_length != 0 || wesp.trailer_length != 0)
      anomalies.add(Anomaly::wesp_encrypted_fields);
    return wesp;
  }
  if (wesp.header_length < kFixedSize + padding + kEspHeaderSize ||
      std::size_t{wesp.header_length} + wesp.trailer_length > packet.size()) {
    anomalies.add(Anomaly::wesp_bad_length);
    return wesp;
  }
  wesp.clear =
      packet.subspan(wesp.header_length, packet.size() - wesp.header_length - wesp.trailer_length);
  return wesp;
}

std::optional<IpcompHeader> dissect_ipcomp(ByteView packet, AnomalySet& anomalies) noexcept {
  constexpr std::uint16_t kLastWellKnown = 63;
  constexpr std::uint16_t kLastReserved = 255;
  ByteReader in(packet);
  IpcompHeader ipcomp;
  ipcomp.next_header = in.be<std::uint8_t>();
  ipcomp.flags = in.be<std::uint8_t>();
  ipcomp.cpi = in.be<std::uint16_t>();
  if (!in.ok()) {
    anomalies.add(Anomaly::ipcomp_truncated);
    return std::nullopt;
  }
  ipcomp.body = in.rest();
  if (ipcomp.flags != 0) anomalies.add(Anomaly::ipcomp_flags);
  if (ipcomp.cpi > kLastWellKnown && ipcomp.cpi <= kLastReserved)
    anomalies.add(Anomaly::ipcomp_reserved_cpi);
  return ipcomp;
}

}  // namespace espial::ipsec
