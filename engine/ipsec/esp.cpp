#include "engine/ipsec/esp.hpp"

#include <algorithm>

namespace espial::ipsec {
namespace {

constexpr std::uint32_t kLastReservedSpi = 255;

}  // namespace

std::optional<EspHeader> dissect_esp(ByteView packet, AnomalySet& anomalies) noexcept {
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
  return EspHeader{.spi = spi, .sequence = sequence, .body = in.rest()};
}

std::optional<AhHeader> dissect_ah(ByteView header, AnomalySet& anomalies) noexcept {
  ByteReader in(header);
  AhHeader ah;
  ah.next_header = in.be<std::uint8_t>();
  ah.payload_length = in.be<std::uint8_t>();
  in.skip(2);  // reserved: to be ignored
  ah.spi = Spi{in.be<std::uint32_t>()};
  ah.sequence = SequenceNumber{in.be<std::uint32_t>()};
  if (!in.ok()) {
    anomalies.add(Anomaly::ah_truncated);
    return std::nullopt;
  }
  // The length counts words minus 2 (RFC 4302 section 2.2), so the fixed header alone is 1.
  const std::size_t icv_size = ah.payload_length == 0 ? 0 : (ah.payload_length - 1U) * 4U;
  if (ah.payload_length == 0 || icv_size > in.remaining()) anomalies.add(Anomaly::ah_bad_length);
  ah.icv = in.take(std::min(icv_size, in.remaining()));
  if (ah.spi.value() <= kLastReservedSpi) anomalies.add(Anomaly::ah_reserved_spi);
  return ah;
}

}  // namespace espial::ipsec
