#pragma once
#include <algorithm>
#include <string_view>
#include <tuple>

#include "tests/support/ike_encode.hpp"
#include "tests/support/ike_oracle.hpp"

/// Whether two dissections say the same, though of bytes in different places.
namespace espial::test {

namespace detail {

/// Each element of `a` is as the one of `b` at its place: its numbers and each of its views.
template <class List, class Numbers, class... Views>
bool same_list(const List& a, const List& b, Numbers numbers, Views... views) {
  return std::ranges::equal(a, b, [&](const auto& x, const auto& y) {
    return numbers(x) == numbers(y) && (equal(std::invoke(views, x), std::invoke(views, y)) && ...);
  });
}

inline bool same_header(const ipsec::IkeHeader& a, const ipsec::IkeHeader& b) {
  const auto numbers = [](const ipsec::IkeHeader& h) {
    return std::tuple(h.initiator_spi, h.responder_spi, h.next_payload, h.major, h.minor,
                      h.exchange_type, h.flags, h.message_id, h.length);
  };
  return numbers(a) == numbers(b);
}

/// Reserved bits are not written back, and nothing stands behind what is.
inline bool same_anomalies(ipsec::AnomalySet a, ipsec::AnomalySet b) {
  for (const auto lost : {ipsec::Anomaly::ike_reserved_bits, ipsec::Anomaly::ike_trailing_bytes}) {
    a.add(lost);
    b.add(lost);
  }
  return a == b;
}

inline std::string_view different_offers(const ipsec::IkeMessage& a, const ipsec::IkeMessage& b) {
  const auto proposal = [](const ipsec::Proposal& p) {
    return std::tuple(p.number, p.protocol, p.declared_transforms, p.first_transform,
                      p.transform_count);
  };
  const auto transform = [](const ipsec::Transform& t) {
    return std::tuple(t.proposal, t.number, t.type, t.id, t.first_attribute, t.attribute_count);
  };
  const auto attribute = [](const ipsec::Attribute& t) {
    return std::tuple(t.transform, t.type, t.short_form, t.value);
  };
  if (a.sa_v1.has_value() != b.sa_v1.has_value()) return "preamble";
  if (a.sa_v1 && (a.sa_v1->doi != b.sa_v1->doi || !equal(a.sa_v1->situation, b.sa_v1->situation)))
    return "preamble";
  if (!same_list(a.proposals, b.proposals, proposal, &ipsec::Proposal::spi)) return "proposals";
  if (!same_list(a.transforms, b.transforms, transform)) return "transforms";
  if (!same_list(a.attributes, b.attributes, attribute, &ipsec::Attribute::data))
    return "attributes";
  return {};
}

inline std::string_view different_common(const ipsec::IkeMessage& a, const ipsec::IkeMessage& b) {
  const auto payload = [](const ipsec::Payload& p) {
    return std::tuple(p.type, p.critical, p.next, p.body.size());
  };
  const auto group = [](const ipsec::KeyExchange& k) { return k.group; };
  const auto notify = [](const ipsec::Notify& n) { return std::tuple(n.protocol, n.type); };
  const auto removed = [](const ipsec::Delete& d) {
    return std::tuple(d.protocol, d.spi_size, d.count);
  };
  if (!same_list(a.payloads, b.payloads, payload)) return "payloads";
  if (!same_list(a.key_exchanges, b.key_exchanges, group, &ipsec::KeyExchange::data))
    return "key exchanges";
  if (!std::ranges::equal(a.nonces, b.nonces, equal)) return "nonces";
  if (!same_list(a.notifies, b.notifies, notify, &ipsec::Notify::spi, &ipsec::Notify::data))
    return "notifies";
  if (!same_list(a.deletes, b.deletes, removed, &ipsec::Delete::spis)) return "deletes";
  if (!std::ranges::equal(a.vendor_ids, b.vendor_ids, equal)) return "vendor ids";
  return {};
}

inline std::string_view different_names(const ipsec::IkeMessage& a, const ipsec::IkeMessage& b) {
  const auto id = [](const ipsec::Identification& i) {
    return std::tuple(i.payload, i.type, i.protocol, i.port);
  };
  const auto encoding = [](const ipsec::Certificate& c) { return c.encoding; };
  const auto method = [](const ipsec::Authentication& p) { return p.method; };
  if (!same_list(a.identifications, b.identifications, id, &ipsec::Identification::data))
    return "identifications";
  if (!same_list(a.certificates, b.certificates, encoding, &ipsec::Certificate::data))
    return "certificates";
  if (!same_list(a.certificate_requests, b.certificate_requests, encoding,
                 &ipsec::Certificate::data))
    return "certificate requests";
  if (!same_list(a.authentications, b.authentications, method, &ipsec::Authentication::data))
    return "authentications";
  if (!std::ranges::equal(a.hashes, b.hashes, equal)) return "hashes";
  if (!std::ranges::equal(a.signatures, b.signatures, equal)) return "signatures";
  return {};
}

inline std::string_view different_children(const ipsec::IkeMessage& a, const ipsec::IkeMessage& b) {
  using Selector = ipsec::TrafficSelector;
  const auto selector = [](const Selector& s) {
    return std::tuple(s.responder, s.type, s.protocol, s.start_port, s.end_port);
  };
  const auto configuration = [](const ipsec::Configuration& c) {
    return std::tuple(c.type, c.identifier, c.first_attribute, c.attribute_count);
  };
  const auto attribute = [](const ipsec::ConfigurationAttribute& c) {
    return std::tuple(c.type, c.short_form);
  };
  const auto eap = [](const ipsec::Eap& e) { return std::tuple(e.code, e.identifier, e.type); };
  if (!same_list(a.traffic_selectors, b.traffic_selectors, selector, &Selector::start,
                 &Selector::end, &Selector::data))
    return "traffic selectors";
  if (!same_list(a.configurations, b.configurations, configuration)) return "configurations";
  if (!same_list(a.configuration_attributes, b.configuration_attributes, attribute,
                 &ipsec::ConfigurationAttribute::data))
    return "configuration attributes";
  if (!same_list(a.eaps, b.eaps, eap, &ipsec::Eap::data)) return "EAP";
  return {};
}

inline std::string_view different_rest(const ipsec::IkeMessage& a, const ipsec::IkeMessage& b) {
  const auto original = [](const ipsec::NatOriginalAddress& o) { return o.type; };
  const auto method = [](const ipsec::AuthIpMethod& m) { return std::tuple(m.method, m.flags); };
  const auto token = [](const ipsec::GssToken& t) { return std::tuple(t.payload, t.flags); };
  const auto crypto = [](const ipsec::IkeMessage& m) {
    return m.authip_crypto ? std::tuple(true, m.authip_crypto->encrypted, m.authip_crypto->sequence)
                           : std::tuple(false, false, std::uint32_t{0});
  };
  const auto piece = [](const ipsec::IkeMessage& m) {
    const ipsec::IkeFragment f = m.fragment.value_or(ipsec::IkeFragment{});
    return std::tuple(m.fragment.has_value(), f.id, f.number, f.total, f.last);
  };
  if (!std::ranges::equal(a.nat_detections, b.nat_detections, equal)) return "NAT detections";
  if (!same_list(a.nat_originals, b.nat_originals, original, &ipsec::NatOriginalAddress::address))
    return "NAT originals";
  if (!std::ranges::equal(a.puzzle_solutions, b.puzzle_solutions, equal)) return "puzzle solutions";
  if (!same_list(a.authip_methods, b.authip_methods, method)) return "AuthIP methods";
  if (!same_list(a.gss_tokens, b.gss_tokens, token, &ipsec::GssToken::data)) return "GSS tokens";
  if (crypto(a) != crypto(b) ||
      (a.authip_crypto && !equal(a.authip_crypto->iv, b.authip_crypto->iv)))
    return "AuthIP crypto";
  if (piece(a) != piece(b) || (a.fragment && !equal(a.fragment->data, b.fragment->data)))
    return "fragment";
  if (a.encrypted != b.encrypted || !equal(a.sealed, b.sealed)) return "sealed";
  return {};
}

}  // namespace detail

/// What is different; empty when nothing is.
[[nodiscard]] inline std::string_view difference(const ipsec::IkeMessage& a,
                                                 const ipsec::IkeMessage& b) {
  if (!detail::same_header(a.header, b.header)) return "header";
  for (const auto compare :
       {detail::different_common, detail::different_offers, detail::different_names,
        detail::different_children, detail::different_rest}) {
    if (const std::string_view different = compare(a, b); !different.empty()) return different;
  }
  if (a.complete != b.complete) return "complete";
  if (!detail::same_anomalies(a.anomalies, b.anomalies)) return "anomalies";
  return {};
}

/// A message that can be written back from its values reads the same again: names what is lost.
/// `scratch` is for the second dissection; its views die with this call.
[[nodiscard]] inline std::string_view broken_encoding_rule(const ipsec::IkeMessage& message,
                                                           ipsec::IkeMessage& scratch) {
  if (!IkeEncoder::can_encode(message)) return {};
  const Bytes again = IkeEncoder(message).encode();
  (void)ipsec::dissect_ike(again, scratch);
  return difference(message, scratch);
}

}  // namespace espial::test
