#pragma once
#include <optional>

#include "engine/base/bytes.hpp"
#include "engine/base/strong_int.hpp"
#include "engine/ipsec/anomaly.hpp"

/// The protocols that carry what IKE negotiated, one packet each: ESP (RFC 4303), AH (RFC 4302),
/// WESP (RFC 5840), IPComp (RFC 3173). Each function gives nothing, and an anomaly, when there are
/// fewer bytes than its fixed header; anything else that is wrong stands in `anomalies` beside the
/// result. Views borrow from the packet.
namespace espial::ipsec {

inline constexpr std::size_t kEspHeaderSize = 8;  // RFC 4303 section 2: SPI and sequence number

/// RFC 4303 section 2. `body` is IV, ciphertext and ICV together: only the SA knows where they
/// part.
struct EspHeader {
  Spi spi;
  SequenceNumber sequence;
  ByteView body;
};

/// The length is judged by what every algorithm has in common: a trailer and an ICV behind data
/// aligned to four bytes.
[[nodiscard]] std::optional<EspHeader> dissect_esp(ByteView packet, AnomalySet& anomalies) noexcept;

/// RFC 4302 section 2. `icv` is what the length field says, cut where the header ends.
struct AhHeader {
  std::uint8_t next_header = 0;
  std::uint8_t payload_length = 0;  // in 32-bit words, minus 2
  Spi spi;
  SequenceNumber sequence;
  ByteView icv;
};

/// `ipv6`: over IPv6 the whole header is a multiple of eight bytes, over IPv4 of four.
[[nodiscard]] std::optional<AhHeader> dissect_ah(ByteView header, bool ipv6,
                                                 AnomalySet& anomalies) noexcept;

/// RFC 5840 section 2. What it says of the ESP packet behind it is a claim that nobody has
/// verified.
struct WespHeader {
  std::uint8_t next_header = 0;     // 0 when encrypted
  std::uint8_t header_length = 0;   // from the WESP header to the data
  std::uint8_t trailer_length = 0;  // size of the ICV
  std::uint8_t flags = 0;           // version in the two highest bits
  ByteView esp;                     // from the SPI on
  /// The data with its padding, when the packet says that it is not encrypted and its lengths can
  /// be true.
  std::optional<ByteView> clear;

  [[nodiscard]] bool is_encrypted() const noexcept { return (flags & 0x20U) != 0; }
};

[[nodiscard]] std::optional<WespHeader> dissect_wesp(ByteView packet,
                                                     AnomalySet& anomalies) noexcept;

/// RFC 3173 section 3.1. `body` is compressed.
struct IpcompHeader {
  std::uint8_t next_header = 0;
  std::uint8_t flags = 0;
  std::uint16_t cpi = 0;
  ByteView body;
};

[[nodiscard]] std::optional<IpcompHeader> dissect_ipcomp(ByteView packet,
                                                         AnomalySet& anomalies) noexcept;

}  // namespace espial::ipsec
