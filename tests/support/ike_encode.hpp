#pragma once
#include <algorithm>
#include <utility>

#include "engine/ipsec/ike.hpp"
#include "tests/support/bytes.hpp"

/// Writes a dissected IKE message back to bytes from its values: what the dissection says it read,
/// not the bytes it was read from. What it does not keep (reserved bytes, the DOI of an IKEv1
/// notification, the status of a GSS token) is written as zero. Payloads that are only listed come
/// from their body.
namespace espial::test {

class IkeEncoder {
 public:
  /// Complete, in clear, and each element told to be of one payload.
  [[nodiscard]] static bool can_encode(const ipsec::IkeMessage& m) {
    const auto v1_offers = std::ranges::count(m.payloads, 1, &ipsec::Payload::type);
    return m.complete && !m.anomalies.has_any(registry::kFaults) && !m.header.is_encrypted_v1() &&
           (!m.header.is_v1() || v1_offers <= 1);
  }

  explicit IkeEncoder(const ipsec::IkeMessage& message) : m_(message) {}

  [[nodiscard]] Bytes encode() {
    Writer chain;
    for (const ipsec::Payload& payload : m_.payloads) {
      const Bytes body = m_.header.is_v1() ? body_v1(payload) : body_v2(payload);
      chain.u8(payload.next).u8(payload.critical ? 0x80 : 0).u16(4 + body.size()).raw(body);
    }
    const Bytes payloads = chain.take();
    const ipsec::IkeHeader& h = m_.header;
    return Writer()
        .u64(h.initiator_spi.value())
        .u64(h.responder_spi.value())
        .u8(h.next_payload)
        .u8(std::uint64_t{h.major} << 4U | h.minor)
        .u8(h.exchange_type)
        .u8(h.flags)
        .u32(h.message_id.value())
        .u32(ipsec::kIkeHeaderSize + payloads.size())
        .raw(payloads)
        .take();
  }

 private:
  /// The next element of a list, counted by `at`; an empty one behind its end.
  template <class List>
  static auto take(const List& list, std::size_t& at) {
    return at < list.size() ? list[at++] : typename List::value_type{};
  }

  Bytes attribute(bool short_form, std::uint16_t type, ByteView data) {
    if (short_form) return Writer().u16(0x8000U | type).raw(data).take();
    return Writer().u16(type).u16(data.size()).raw(data).take();
  }

  Bytes transform(const ipsec::Transform& t, bool more) {
    Writer attributes;
    for (std::size_t i = 0; i < t.attribute_count; ++i) {
      const ipsec::Attribute& a = m_.attributes[t.first_attribute + i];
      attributes.raw(attribute(a.short_form, a.type, a.data));
    }
    const Bytes list = attributes.take();
    Writer out;
    out.u8(more ? 3 : 0).u8(0).u16(8 + list.size());
    if (m_.header.is_v1()) {
      out.u8(t.number).u8(t.id).u16(0);
    } else {
      out.u8(t.type).u8(0).u16(t.id);
    }
    return out.raw(list).take();
  }

  Bytes proposal(const ipsec::Proposal& p) {
    Writer list;
    for (std::size_t i = 0; i < p.transform_count; ++i)
      list.raw(transform(m_.transforms[p.first_transform + i], i + 1 < p.transform_count));
    const Bytes transforms = list.take();
    return Writer()
        .u8(2)
        .u8(0)
        .u16(8 + p.spi.size() + transforms.size())
        .u8(p.number)
        .u8(p.protocol)
        .u8(p.spi.size())
        .u8(p.declared_transforms)
        .raw(p.spi)
        .raw(transforms)
        .take();
  }

  /// As many as fill `size` bytes: a message may have two offers.
  Bytes proposals(std::size_t size) {
    Bytes out;
    std::size_t last = 0;
    while (out.size() < size && proposal_ < m_.proposals.size()) {
      last = out.size();
      out = join({out, proposal(m_.proposals[proposal_++])});
    }
    if (!out.empty()) out.at(last) = std::byte{0};
    return out;
  }

  Bytes offer_v1(std::size_t size) {
    const ipsec::SaPreamble preamble = m_.sa_v1.value_or(ipsec::SaPreamble{});
    const Bytes head = Writer().u32(preamble.doi).raw(preamble.situation).take();
    return join({head, proposals(size - std::min(size, head.size()))});
  }

  Bytes selectors(std::size_t size) {
    Bytes out;
    std::size_t count = 0;
    for (; out.size() + 4 < size && selector_ < m_.traffic_selectors.size(); ++count) {
      const ipsec::TrafficSelector& s = m_.traffic_selectors[selector_++];
      Writer inner;
      if (s.start.data() != nullptr)
        inner.u16(s.start_port.value()).u16(s.end_port.value()).raw(s.start).raw(s.end);
      const Bytes body = inner.raw(s.data).take();
      out = join({out, Writer().u8(s.type).u8(s.protocol).u16(4 + body.size()).raw(body).take()});
    }
    return join({bytes(count, 0, 0, 0), out});
  }

  Bytes configuration() {
    const auto c = take(m_.configurations, configuration_);
    Writer out;
    out.u8(c.type).u8(0).u16(c.identifier);
    for (std::size_t i = 0; i < c.attribute_count; ++i) {
      const auto& a = m_.configuration_attributes[c.first_attribute + i];
      out.raw(attribute(a.short_form, a.type, a.data));
    }
    return out.take();
  }

  Bytes eap() {
    const auto e = take(m_.eaps, eap_);
    Writer out;
    out.u8(e.code).u8(e.identifier).u16(4 + (e.type ? 1U : 0U) + e.data.size());
    if (e.type) out.u8(*e.type);
    return out.raw(e.data).take();
  }

  Bytes certificate(const ipsec::Certificate& c) { return join({bytes(c.encoding), c.data}); }

  Bytes notify(Writer head) {
    const auto n = take(m_.notifies, notify_);
    return head.u8(n.protocol).u8(n.spi.size()).u16(n.type).raw(n.spi).raw(n.data).take();
  }

  Bytes removed(Writer head) {
    const auto d = take(m_.deletes, delete_);
    return head.u8(d.protocol).u8(d.spi_size).u16(d.count).raw(d.spis).take();
  }

  Bytes methods(std::size_t size) {
    Writer out;
    for (std::size_t n = 0; n + 4 <= size; n += 4) {
      const auto method = take(m_.authip_methods, method_);
      out.u16(method.method).u16(method.flags);
    }
    return out.take();
  }

  Bytes original() {
    const auto o = take(m_.nat_originals, original_);
    return join({bytes(o.type, 0, 0, 0), o.address});
  }

  Bytes token(bool name) {
    const auto t = take(m_.gss_tokens, token_);
    return name ? copy(t.data) : Writer().u32(0).u8(t.flags).raw(t.data).take();
  }

  Bytes crypto(const ipsec::Payload& payload) {
    if (!m_.authip_crypto || std::exchange(crypto_written_, true)) return copy(payload.body);
    return Writer().u32(m_.authip_crypto->sequence).raw(m_.authip_crypto->iv).take();
  }

  Bytes fragment() {
    const auto f = m_.fragment.value_or(ipsec::IkeFragment{});
    Writer out;
    if (m_.header.is_v1()) {
      out.u16(f.id).u8(f.number).u8(f.last ? 1 : 0);
    } else {
      out.u16(f.number).u16(f.total);
    }
    return out.raw(f.data).take();
  }

  Bytes body_v1(const ipsec::Payload& payload) {
    switch (payload.type) {
      case 1: return offer_v1(payload.body.size());
      case 4: return copy(take(m_.key_exchanges, key_).data);
      case 5: {
        const auto id = take(m_.identifications, id_);
        return Writer().u8(id.type).u8(id.protocol).u16(id.port.value()).raw(id.data).take();
      }
      case 6: return certificate(take(m_.certificates, certificate_));
      case 7: return certificate(take(m_.certificate_requests, request_));
      case 8: return copy(take(m_.hashes, hash_));
      case 9: return copy(take(m_.signatures, signature_));
      case 10: return copy(take(m_.nonces, nonce_));
      case 11: return notify(Writer().u32(0));
      case 12: return removed(Writer().u32(0));
      case 13: return copy(take(m_.vendor_ids, vendor_));
      case 14: return configuration();
      case 20:
      case 130: return copy(take(m_.nat_detections, detection_));
      case 21:
      case 131: return original();
      case 132: return fragment();
      default: return m_.header.is_authip() ? body_authip(payload) : copy(payload.body);
    }
  }

  Bytes body_authip(const ipsec::Payload& payload) {
    switch (payload.type) {
      case 129: return token(false);
      case 133: return crypto(payload);
      case 134: return token(true);
      case 135: return methods(payload.body.size());
      default: return copy(payload.body);
    }
  }

  Bytes body_v2(const ipsec::Payload& payload) {
    switch (payload.type) {
      case 33: return proposals(payload.body.size());
      case 34: {
        const auto key = take(m_.key_exchanges, key_);
        return Writer().u16(key.group.value_or(0)).u16(0).raw(key.data).take();
      }
      case 35:
      case 36:
      case 50: {
        const auto id = take(m_.identifications, id_);
        return join({bytes(id.type, 0, 0, 0), id.data});
      }
      case 37: return certificate(take(m_.certificates, certificate_));
      case 38: return certificate(take(m_.certificate_requests, request_));
      case 39: {
        const auto proof = take(m_.authentications, proof_);
        return join({bytes(proof.method, 0, 0, 0), proof.data});
      }
      case 40: return copy(take(m_.nonces, nonce_));
      case 41: return notify({});
      case 42: return removed({});
      case 43: return copy(take(m_.vendor_ids, vendor_));
      case 44:
      case 45: return selectors(payload.body.size());
      case 46: return copy(m_.sealed);
      case 47: return configuration();
      case 48: return eap();
      case 53: return fragment();
      case 54: return copy(take(m_.puzzle_solutions, puzzle_));
      default: return copy(payload.body);
    }
  }

  const ipsec::IkeMessage& m_;
  std::size_t proposal_ = 0, key_ = 0, id_ = 0, certificate_ = 0, request_ = 0, proof_ = 0;
  std::size_t hash_ = 0, signature_ = 0, nonce_ = 0, notify_ = 0, delete_ = 0, vendor_ = 0;
  std::size_t selector_ = 0, configuration_ = 0, eap_ = 0, puzzle_ = 0;
  std::size_t detection_ = 0, original_ = 0, token_ = 0, method_ = 0;
  bool crypto_written_ = false;
};

}  // namespace espial::test
