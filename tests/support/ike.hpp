#pragma once
#include <vector>

#include "tests/support/bytes.hpp"

/// IKE messages for tests: header, payload chain, proposals and transforms of both versions.
/// Next-payload fields and lengths are right unless a field says otherwise.
namespace espial::test {

struct IkePayload {
  std::uint8_t type = 0;
  Bytes body = {};
  bool critical = false;
  std::optional<std::uint16_t> length = std::nullopt;  // with the generic header
};

struct IkeHeader {
  std::uint64_t initiator_spi = 0x0102030405060708, responder_spi = 0;
  std::uint8_t version = 0x20;  // major in the high four bits
  std::uint8_t exchange = 34;   // IKE_SA_INIT; 2 is Main Mode, 4 Aggressive
  std::uint8_t flags = 0x08;    // v2 Initiator
  std::uint32_t message_id = 0;
  std::optional<std::uint8_t> next_payload = std::nullopt;
  std::optional<std::uint32_t> length = std::nullopt;
};

/// The payloads one behind the other, each naming the next; the last names `last_next`.
[[nodiscard]] inline Bytes ike_payloads(const std::vector<IkePayload>& payloads,
                                        std::uint8_t last_next = 0) {
  Writer out;
  for (std::size_t i = 0; i < payloads.size(); ++i) {
    const IkePayload& payload = payloads[i];
    out.u8(i + 1 < payloads.size() ? payloads[i + 1].type : last_next)
        .u8(payload.critical ? 0x80 : 0)
        .u16(payload.length.value_or(static_cast<std::uint16_t>(payload.body.size() + 4)))
        .raw(payload.body);
  }
  return out.take();
}

/// A whole message around bytes that are already a chain starting with `first` (or are encrypted).
[[nodiscard]] inline Bytes ike_message(const IkeHeader& header, std::uint8_t first,
                                       ByteView chain) {
  return Writer()
      .u64(header.initiator_spi)
      .u64(header.responder_spi)
      .u8(header.next_payload.value_or(first))
      .u8(header.version)
      .u8(header.exchange)
      .u8(header.flags)
      .u32(header.message_id)
      .u32(header.length.value_or(static_cast<std::uint32_t>(28 + chain.size())))
      .raw(chain)
      .take();
}

[[nodiscard]] inline Bytes ike(const IkeHeader& header, const std::vector<IkePayload>& payloads) {
  return ike_message(header, payloads.empty() ? std::uint8_t{0} : payloads.front().type,
                     ike_payloads(payloads));
}

/// In front of IKE on port 4500 (RFC 3948 section 2.2).
[[nodiscard]] inline Bytes with_non_esp_marker(ByteView message) {
  return Writer().u32(0).raw(message).take();
}

// ------------------------------------------------------------------------- attributes (RFC 7296
// section 3.3.5)

[[nodiscard]] inline Bytes ike_attribute(std::uint16_t type, std::uint16_t value) {
  return Writer().u16(0x8000U | type).u16(value).take();
}

[[nodiscard]] inline Bytes ike_attribute(std::uint16_t type, const Bytes& value) {
  return Writer().u16(type).u16(value.size()).raw(value).take();
}

// ------------------------------------------------------------------------- SA of IKEv2 (RFC 7296
// section 3.3)

struct IkeTransform {
  std::uint8_t type = 1;  // IKEv2: transform type; IKEv1: transform number
  std::uint16_t id = 12;  // IKEv1: one byte
  Bytes attributes = {};
};

struct IkeProposal {
  std::uint8_t number = 1, protocol = 1;
  Bytes spi = {};
  std::vector<IkeTransform> transforms = {};
};

namespace detail {

inline Bytes transform_body(bool v2, const IkeTransform& transform) {
  Writer out;
  out.u8(transform.type);
  if (v2) {
    out.u8(0).u16(transform.id);
  } else {
    out.u8(transform.id).u16(0);
  }
  return out.raw(transform.attributes).take();
}

inline Bytes proposals(bool v2, const std::vector<IkeProposal>& list) {
  Writer out;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const IkeProposal& proposal = list[i];
    Writer inner;
    for (std::size_t k = 0; k < proposal.transforms.size(); ++k) {
      const Bytes body = transform_body(v2, proposal.transforms[k]);
      inner.u8(k + 1 < proposal.transforms.size() ? 3 : 0).u8(0).u16(4 + body.size()).raw(body);
    }
    const Bytes transforms = inner.take();
    out.u8(i + 1 < list.size() ? 2 : 0)
        .u8(0)
        .u16(8 + proposal.spi.size() + transforms.size())
        .u8(proposal.number)
        .u8(proposal.protocol)
        .u8(proposal.spi.size())
        .u8(proposal.transforms.size())
        .raw(proposal.spi)
        .raw(transforms);
  }
  return out.take();
}

}  // namespace detail

/// Body of an IKEv2 SA payload (33).
[[nodiscard]] inline Bytes ikev2_sa(const std::vector<IkeProposal>& proposals) {
  return detail::proposals(true, proposals);
}

/// Body of an IKEv1 SA payload (1): DOI and situation in front (RFC 2408 section 3.4, RFC 2407
/// section 4.6.1).
[[nodiscard]] inline Bytes ikev1_sa(const std::vector<IkeProposal>& proposals,
                                    std::uint32_t doi = 1, std::uint32_t situation = 1) {
  return Writer().u32(doi).u32(situation).raw(detail::proposals(false, proposals)).take();
}

// ------------------------------------------------------------------------- bodies of other
// payloads

/// IKEv2 KE (34): group and key (RFC 7296 section 3.4).
[[nodiscard]] inline Bytes ikev2_ke(std::uint16_t group, std::size_t key_size) {
  return Writer().u16(group).u16(0).raw(filler(key_size, 0x42)).take();
}

/// IKEv2 Notify (41): RFC 7296 section 3.10.
[[nodiscard]] inline Bytes ikev2_notify(std::uint16_t type, ByteView data = {},
                                        std::uint8_t protocol = 0, ByteView spi = {}) {
  return Writer().u8(protocol).u8(spi.size()).u16(type).raw(spi).raw(data).take();
}

/// IKEv1 Notification (11): RFC 2408 section 3.14.
[[nodiscard]] inline Bytes ikev1_notify(std::uint16_t type, ByteView data = {},
                                        std::uint8_t protocol = 1, ByteView spi = {},
                                        std::uint32_t doi = 1) {
  return Writer().u32(doi).u8(protocol).u8(spi.size()).u16(type).raw(spi).raw(data).take();
}

}  // namespace espial::test
