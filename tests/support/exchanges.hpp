#pragma once
#include <vector>

#include "tests/support/ike.hpp"

/// Messages of IKE exchanges for tests, whole enough for what is remembered between them.
namespace espial::test {

inline constexpr std::uint64_t kSpiI = 0x0102030405060708;
inline constexpr std::uint64_t kSpiR = 0x1112131415161718;

/// AES-256, HMAC-SHA2-256 twice, and the group.
[[nodiscard]] inline IkeProposal ikev2_proposal(std::uint8_t number = 1, std::uint16_t group = 14,
                                                std::uint16_t key_length = 256) {
  return {.number = number,
          .transforms = {{.type = 1, .id = 12, .attributes = ike_attribute(14, key_length)},
                         {.type = 2, .id = 5},
                         {.type = 3, .id = 12},
                         {.type = 4, .id = group}}};
}

/// AES-256, SHA2-256, pre-shared key, and the group.
[[nodiscard]] inline IkeTransform ikev1_transform(std::uint16_t group = 14, std::uint16_t hash = 4,
                                                  std::uint8_t number = 1) {
  return {.type = number,
          .id = 1,
          .attributes = join({ike_attribute(1, 7), ike_attribute(14, 256), ike_attribute(2, hash),
                              ike_attribute(3, 1), ike_attribute(4, group)})};
}

/// The two messages of IKE_SA_INIT. `extra` stands behind the rest, but a cookie in front.
struct SaInit {
  std::uint64_t initiator_spi = kSpiI;
  std::uint64_t responder_spi = 0;  // an answer when it is not zero
  std::vector<IkeProposal> proposals = {ikev2_proposal()};
  std::uint16_t group = 14;
  int nonce = 0x33;
  Bytes cookie = {};
  std::vector<IkePayload> extra = {};
};

[[nodiscard]] inline IkePayload notify_payload(std::uint16_t type, ByteView data = {}) {
  return {.type = 41, .body = ikev2_notify(type, data)};
}

[[nodiscard]] inline Bytes ike_sa_init(const SaInit& f) {
  std::vector<IkePayload> payloads;
  if (!f.cookie.empty()) payloads.push_back(notify_payload(16390, f.cookie));
  payloads.push_back({.type = 33, .body = ikev2_sa(f.proposals)});
  payloads.push_back({.type = 34, .body = ikev2_ke(f.group, 256)});
  payloads.push_back({.type = 40, .body = filler(32, f.nonce)});
  payloads.insert(payloads.end(), f.extra.begin(), f.extra.end());
  const bool answer = f.responder_spi != 0;
  return ike({.initiator_spi = f.initiator_spi,
              .responder_spi = f.responder_spi,
              .flags = static_cast<std::uint8_t>(answer ? 0x20 : 0x08)},
             payloads);
}

/// An answer to IKE_SA_INIT that is one notification.
[[nodiscard]] inline Bytes sa_init_refusal(std::uint16_t type, ByteView data,
                                           std::uint64_t initiator_spi = kSpiI) {
  return ike({.initiator_spi = initiator_spi, .flags = 0x20}, {notify_payload(type, data)});
}

/// A message of IKEv2 under keys.
struct Sealed {
  std::uint64_t initiator_spi = kSpiI, responder_spi = kSpiR;
  std::uint8_t exchange = 35;
  std::uint8_t flags = 0x08;  // 0x08 of the initiator, 0x20 answer
  std::uint32_t id = 1;
  int fill = 0x77;
  std::size_t size = 64;
  std::uint16_t number = 0, total = 0;  // SKF when `total` is not zero
};

[[nodiscard]] inline Bytes ike_sealed(const Sealed& f) {
  const IkeHeader header{.initiator_spi = f.initiator_spi,
                         .responder_spi = f.responder_spi,
                         .exchange = f.exchange,
                         .flags = f.flags,
                         .message_id = f.id};
  if (f.total == 0) return ike(header, {{.type = 46, .body = filler(f.size, f.fill)}});
  return ike(header,
             {{.type = 53,
               .body = Writer().u16(f.number).u16(f.total).raw(filler(f.size, f.fill)).take()}});
}

/// Phase 1 of IKEv1.
[[nodiscard]] inline Bytes ikev1(std::uint8_t exchange, std::uint64_t responder_spi,
                                 const std::vector<IkePayload>& payloads) {
  return ike({.responder_spi = responder_spi, .version = 0x10, .exchange = exchange, .flags = 0},
             payloads);
}

[[nodiscard]] inline IkePayload ikev1_offer(std::vector<IkeTransform> transforms) {
  return {.type = 1,
          .body = ikev1_sa({{.number = 1, .protocol = 1, .transforms = std::move(transforms)}})};
}

/// MD5("FRAGMENTATION") and capabilities.
[[nodiscard]] inline IkePayload ikev1_takes_fragments() {
  return {.type = 13, .body = from_hex("4048b7d56ebce88525e7de7f00d6c2d3 80000000")};
}

struct Fragment132 {
  std::uint64_t initiator_spi = kSpiI, responder_spi = kSpiR;
  std::uint8_t exchange = 2;
  std::uint16_t id = 1;
  std::uint8_t number = 1;
  bool last = false;
};

[[nodiscard]] inline Bytes ikev1_fragment(const Fragment132& f, ByteView data) {
  return ike(
      {.initiator_spi = f.initiator_spi,
       .responder_spi = f.responder_spi,
       .version = 0x10,
       .exchange = f.exchange,
       .flags = 0},
      {{.type = 132, .body = Writer().u16(f.id).u8(f.number).u8(f.last ? 1 : 0).raw(data).take()}});
}

/// `message` as `n` fragments of about one size.
[[nodiscard]] inline std::vector<Bytes> ikev1_fragments(ByteView message, std::size_t n,
                                                        Fragment132 f = {}) {
  std::vector<Bytes> fragments;
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t begin = message.size() * i / n;
    const std::size_t end = message.size() * (i + 1) / n;
    f.number = static_cast<std::uint8_t>(i + 1);
    f.last = i + 1 == n;
    fragments.push_back(ikev1_fragment(f, message.subspan(begin, end - begin)));
  }
  return fragments;
}

}  // namespace espial::test
