#pragma once
#include <array>
#include <cstdint>
#include <optional>

#include "engine/base/bytes.hpp"
#include "engine/base/ip_address.hpp"
#include "engine/ipsec/esp.hpp"

/// ESP without encryption (RFC 2410, RFC 4543), told from its bytes alone as RFC 5879 proposes: no
/// field says that a packet is in clear, nor how long IV and ICV are, but a packet in clear ends in
/// a trailer that makes sense, and starts as the protocol that the trailer names. One packet is
/// evidence; engine/sa collects it for each SPI.
namespace espial::ipsec {

/// Where IV and ICV lie in every packet of an SPI that is not encrypted. Sizes in bytes.
struct NullFormat {
  std::uint8_t icv = 0, iv = 0;
  friend bool operator==(const NullFormat&, const NullFormat&) = default;
};

/// HMAC with 96 to 256 bits, then GMAC; the commonest first, so that a coincidence goes to it.
inline constexpr auto kNullFormats = std::to_array<NullFormat>({{.icv = 16},
                                                                {.icv = 12},
                                                                {.icv = 24},
                                                                {.icv = 32},
                                                                {.icv = 16, .iv = 8},
                                                                {.icv = 12, .iv = 8},
                                                                {.icv = 8, .iv = 8},
                                                                {.icv = 20},
                                                                {.icv = 8},
                                                                {.icv = 16, .iv = 16}});

/// What a packet holds when it is read in a format (RFC 4303 section 2): `data` is the inner packet
/// or segment.
struct NullEsp {
  std::uint8_t next_header = 0;
  std::uint8_t pad_length = 0;
  ByteView data;
};

/// The trailer of an ESP packet in clear (RFC 4303 section 2.4) whose IV and ICV are taken off;
/// nothing when there is no room for it. What the padding holds is not asked.
[[nodiscard]] std::optional<NullEsp> read_esp_trailer(ByteView clear) noexcept;

/// Reads the packet as `format` has it; nothing when padding or trailer cannot be. The padding is
/// 1, 2, 3, ... (RFC 4303 section 2.4).
[[nodiscard]] std::optional<NullEsp> read_null_esp(const EspHeader& esp,
                                                   NullFormat format) noexcept;

/// How strongly one packet speaks for a format. What is asked of a transport is asked of its
/// checksum under the outer addresses: transport mode, and no NAT on the way.
enum class Evidence : std::uint8_t {
  none,        // the packet cannot be in clear in this format, or nothing tells that it is
  suggestive,  // a trailer, and a checksum or lengths that fit it: one encrypted packet in 2^24
  conclusive   // lengths and a checksum fit the trailer: one in 2^40
};
[[nodiscard]] Evidence weigh_null_esp(const EspHeader& esp, NullFormat format,
                                      const IpAddress& source,
                                      const IpAddress& destination) noexcept;

}  // namespace espial::ipsec
