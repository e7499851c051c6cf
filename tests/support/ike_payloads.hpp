#pragma once
#include "tests/support/ike.hpp"

/// Bodies of IKE's payloads besides SA, KE and notifications, for tests.
namespace espial::test {

// ------------------------------------------------------------------------------------------------
// who the peers are

/// IDi (35), IDr (36), IDg (50) of IKEv2: RFC 7296 section 3.5.
[[nodiscard]] inline Bytes ikev2_id(std::uint8_t type, ByteView data) {
  return Writer().u8(type).u24(0).raw(data).take();
}
/// ID (5) of IKEv1: RFC 2407 section 4.6.2.
[[nodiscard]] inline Bytes ikev1_id(std::uint8_t type, ByteView data, std::uint8_t protocol = 0,
                                    std::uint16_t port = 0) {
  return Writer().u8(type).u8(protocol).u16(port).raw(data).take();
}

/// CERT and CERTREQ of both versions: encoding and what follows it.
[[nodiscard]] inline Bytes ike_certificate(std::uint8_t encoding, ByteView data) {
  return Writer().u8(encoding).raw(data).take();
}

/// AUTH (39): RFC 7296 section 3.8.
[[nodiscard]] inline Bytes ikev2_auth(std::uint8_t method, ByteView data) {
  return Writer().u8(method).u24(0).raw(data).take();
}

/// EAP (48): RFC 3748 section 4. Without a type: a success or a failure.
[[nodiscard]] inline Bytes eap(std::uint8_t code, std::optional<std::uint8_t> type = std::nullopt,
                               ByteView data = {}) {
  const std::size_t size = 4 + (type ? 1U : 0U) + data.size();
  Writer out;
  out.u8(code).u8(1).u16(size);
  if (type) out.u8(*type);
  return out.raw(data).take();
}

// ------------------------------------------------------------------------------------------------
// what is negotiated besides

struct Selector {
  std::uint8_t type = 7, protocol = 0;
  std::uint16_t start_port = 0, end_port = 65535;
  Bytes start = {}, end = {};  // of a range
  Bytes data = {};             // of any other type
};

/// TSi (44), TSr (45): RFC 7296 section 3.13.
[[nodiscard]] inline Bytes ikev2_selectors(const std::vector<Selector>& selectors) {
  Writer out;
  out.u8(selectors.size()).u24(0);
  for (const Selector& f : selectors) {
    Writer body;
    if (!f.start.empty()) body.u16(f.start_port).u16(f.end_port).raw(f.start).raw(f.end);
    const Bytes inner = body.raw(f.data).take();
    out.u8(f.type).u8(f.protocol).u16(4 + inner.size()).raw(inner);
  }
  return out.take();
}

struct ConfigAttribute {
  std::uint16_t type = 1;
  Bytes data = {};
};

namespace detail {
inline Bytes config_attributes(const std::vector<ConfigAttribute>& attributes) {
  Writer out;
  for (const ConfigAttribute& f : attributes) out.u16(f.type).u16(f.data.size()).raw(f.data);
  return out.take();
}
}  // namespace detail

/// CP (47): RFC 7296 section 3.15.
[[nodiscard]] inline Bytes ikev2_config(std::uint8_t type,
                                        const std::vector<ConfigAttribute>& attributes) {
  return Writer().u8(type).u24(0).raw(detail::config_attributes(attributes)).take();
}
/// Attributes (14) of IKEv1's Mode Config.
[[nodiscard]] inline Bytes ikev1_config(std::uint8_t type,
                                        const std::vector<ConfigAttribute>& attributes) {
  return Writer().u8(type).u8(0).u16(1).raw(detail::config_attributes(attributes)).take();
}

/// D (42): RFC 7296 section 3.11. `spis` one behind the other.
[[nodiscard]] inline Bytes ikev2_delete(std::uint8_t protocol, std::uint8_t spi_size = 0,
                                        ByteView spis = {}) {
  const std::size_t count = spi_size == 0 ? 0 : spis.size() / spi_size;
  return Writer().u8(protocol).u8(spi_size).u16(count).raw(spis).take();
}
/// Delete (12) of IKEv1: RFC 2408 section 3.15.
[[nodiscard]] inline Bytes ikev1_delete(std::uint8_t protocol, std::uint8_t spi_size,
                                        ByteView spis) {
  return Writer().u32(1).raw(ikev2_delete(protocol, spi_size, spis)).take();
}

/// NAT-OA (21) of IKEv1: RFC 3947 section 5.2.
[[nodiscard]] inline Bytes ikev1_nat_original(std::uint8_t type, ByteView address) {
  return Writer().u8(type).u24(0).raw(address).take();
}

/// Data of REDIRECT: RFC 5685 section 3.
[[nodiscard]] inline Bytes redirect_data(std::uint8_t type, ByteView gateway) {
  return Writer().u8(type).u8(gateway.size()).raw(gateway).take();
}

// ------------------------------------------------------------------------------------------------
// fragments, AuthIP

/// SKF (53): RFC 7383 section 2.5.
[[nodiscard]] inline Bytes ikev2_fragment(std::uint16_t number, std::uint16_t total,
                                          ByteView sealed) {
  return Writer().u16(number).u16(total).raw(sealed).take();
}
/// Payload 132 of IKEv1.
[[nodiscard]] inline Bytes ikev1_fragment(std::uint16_t id, std::uint8_t number, bool last,
                                          ByteView piece) {
  return Writer().u16(id).u8(number).u8(last ? 1 : 0).raw(piece).take();
}

/// Payload 129 of AuthIP: [MS-AIPS] section 2.2.3.1.
[[nodiscard]] inline Bytes gss_token(std::uint8_t flags, ByteView token) {
  return Writer().u32(0).u8(flags).raw(token).take();
}
/// Payload 135 of AuthIP.
[[nodiscard]] inline Bytes authip_methods(const std::vector<std::uint16_t>& methods) {
  Writer out;
  for (const std::uint16_t method : methods) out.u16(method).u16(0);
  return out.take();
}

}  // namespace espial::test
