#pragma once
#include <optional>

#include "engine/base/bytes.hpp"
#include "engine/base/strong_int.hpp"
#include "engine/ipsec/anomaly.hpp"

namespace espial::ipsec {

/// RFC 4303 section 2. `body` is IV, ciphertext and ICV together: only the SA knows where they
/// part.
struct EspHeader {
  Spi spi;
  SequenceNumber sequence;
  ByteView body;
};

/// Nothing (and esp_truncated) when there are fewer than 8 bytes.
[[nodiscard]] std::optional<EspHeader> dissect_esp(ByteView packet, AnomalySet& anomalies) noexcept;

/// RFC 4302 section 2. `icv` is what the length field says, cut where the header ends.
struct AhHeader {
  std::uint8_t next_header = 0;
  std::uint8_t payload_length = 0;  // in 32-bit words, minus 2
  Spi spi;
  SequenceNumber sequence;
  ByteView icv;
};

/// Nothing (and ah_truncated) when there are fewer than 12 bytes.
[[nodiscard]] std::optional<AhHeader> dissect_ah(ByteView header, AnomalySet& anomalies) noexcept;

}  // namespace espial::ipsec
