#pragma once
#include <algorithm>
#include <functional>
#include <string_view>
#include <tuple>

#include "engine/ipsec/ike.hpp"

/// What must hold of every dissected IKE message, whatever its bytes: shared by the unit tests and
/// the fuzz target. Each function names what is broken; empty when nothing is.
namespace espial::test {

namespace detail {

/// Whether each view that `part` picks of `list` lies inside `whole`.
template <class List, class Part>
bool all_inside(ByteView whole, const List& list, Part part) {
  return std::ranges::all_of(list, [whole](ByteView view) { return contains(whole, view); }, part);
}
template <class List>
bool all_inside(ByteView whole, const List& list) {
  return all_inside(whole, list, std::identity{});
}

inline bool common_views_inside(ByteView whole, const ipsec::IkeMessage& m) {
  return contains(whole, m.bytes) && contains(m.bytes, m.sealed) &&
         (!m.fragment || contains(m.bytes, m.fragment->data)) &&
         all_inside(m.bytes, m.payloads, &ipsec::Payload::body) &&
         (!m.sa_v1 || contains(m.bytes, m.sa_v1->situation)) &&
         all_inside(m.bytes, m.proposals, &ipsec::Proposal::spi) &&
         all_inside(m.bytes, m.attributes, &ipsec::Attribute::data) &&
         all_inside(m.bytes, m.key_exchanges, &ipsec::KeyExchange::data) &&
         all_inside(m.bytes, m.nonces) && all_inside(m.bytes, m.notifies, &ipsec::Notify::spi) &&
         all_inside(m.bytes, m.notifies, &ipsec::Notify::data) &&
         all_inside(m.bytes, m.deletes, &ipsec::Delete::spis) && all_inside(m.bytes, m.vendor_ids);
}

inline bool other_views_inside(ByteView whole, const ipsec::IkeMessage& m) {
  return all_inside(whole, m.identifications, &ipsec::Identification::data) &&
         all_inside(whole, m.certificates, &ipsec::Certificate::data) &&
         all_inside(whole, m.certificate_requests, &ipsec::Certificate::data) &&
         all_inside(whole, m.authentications, &ipsec::Authentication::data) &&
         all_inside(whole, m.hashes) && all_inside(whole, m.signatures) &&
         all_inside(whole, m.traffic_selectors, &ipsec::TrafficSelector::start) &&
         all_inside(whole, m.traffic_selectors, &ipsec::TrafficSelector::end) &&
         all_inside(whole, m.traffic_selectors, &ipsec::TrafficSelector::data) &&
         all_inside(whole, m.configuration_attributes, &ipsec::ConfigurationAttribute::data) &&
         all_inside(whole, m.eaps, &ipsec::Eap::data) && all_inside(whole, m.nat_detections) &&
         all_inside(whole, m.nat_originals, &ipsec::NatOriginalAddress::address) &&
         all_inside(whole, m.puzzle_solutions) &&
         (!m.authip_crypto || contains(whole, m.authip_crypto->iv)) &&
         all_inside(whole, m.gss_tokens, &ipsec::GssToken::data);
}

/// Proposals share out the transforms in order and without a gap.
inline bool transforms_belong(const ipsec::IkeMessage& m) {
  std::size_t next = 0;
  for (std::size_t p = 0; p < m.proposals.size(); ++p) {
    const ipsec::Proposal& proposal = m.proposals[p];
    if (proposal.first_transform != next) return false;
    for (std::size_t i = 0; i < proposal.transform_count; ++i, ++next) {
      if (next >= m.transforms.size() || m.transforms[next].proposal != p) return false;
    }
  }
  return next == m.transforms.size();
}

/// Transforms share out the attributes in order and without a gap.
inline bool attributes_belong(const ipsec::IkeMessage& m) {
  std::size_t next = 0;
  for (std::size_t t = 0; t < m.transforms.size(); ++t) {
    const ipsec::Transform& transform = m.transforms[t];
    if (transform.first_attribute != next) return false;
    for (std::size_t i = 0; i < transform.attribute_count; ++i, ++next) {
      if (next >= m.attributes.size() || m.attributes[next].transform != t) return false;
    }
  }
  return next == m.attributes.size();
}

/// Configuration payloads share out their attributes in order and without a gap.
inline bool configuration_attributes_belong(const ipsec::IkeMessage& m) {
  std::size_t next = 0;
  for (const ipsec::Configuration& configuration : m.configurations) {
    if (configuration.first_attribute != next) return false;
    next += configuration.attribute_count;
  }
  return next == m.configuration_attributes.size();
}

/// What is sealed belongs to an encrypted message, and a fragment of IKEv2 is sealed.
inline bool sealed_is_encrypted(const ipsec::IkeMessage& m) {
  if (!m.sealed.empty() && !m.encrypted) return false;
  if (!m.fragment || m.header.is_v1()) return true;
  return m.encrypted && m.fragment->data.data() == m.sealed.data() &&
         m.fragment->data.size() == m.sealed.size() && m.payloads.back().type == 53;
}

/// The whole of an IKEv1 message behind its header: that of AuthIP has its crypto payload in front.
inline bool sealed_to_the_end(const ipsec::IkeMessage& m) {
  const std::size_t end = ipsec::kIkeHeaderSize + m.sealed.size();
  const std::size_t crypto = m.authip_crypto ? 8 + m.authip_crypto->iv.size() : 0;
  return m.payloads.empty() && end + crypto == m.bytes.size();
}

/// A complete message in clear is its payloads and nothing else.
inline bool complete_is_exact(const ipsec::IkeMessage& m) {
  if (!m.complete) return true;
  if (m.bytes.size() != m.header.length) return false;
  if (m.header.is_encrypted_v1()) return sealed_to_the_end(m);
  std::size_t size = ipsec::kIkeHeaderSize;
  for (const ipsec::Payload& payload : m.payloads) size += 4 + payload.body.size();
  return size == m.bytes.size();
}

/// `part` is the beginning of `whole`: the same memory, not longer.
inline bool begins(ByteView part, ByteView whole) {
  return part.empty() || (part.data() == whole.data() && part.size() <= whole.size());
}

/// Each element of `part` is the one of `whole` at its place, as `same` says.
template <class List, class Same>
bool begins_list(const List& part, const List& whole, Same same) {
  return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin(), same);
}

/// The same where the elements' data may be cut and their numbers must be alike.
template <class List, class Numbers>
bool begins_data(const List& part, const List& whole, Numbers numbers) {
  return begins_list(part, whole, [numbers](const auto& a, const auto& b) {
    return numbers(a) == numbers(b) && begins(a.data, b.data);
  });
}

inline std::string_view broken_prefix_of_proposals(const ipsec::IkeMessage& cut,
                                                   const ipsec::IkeMessage& whole) {
  const auto proposal = [](const ipsec::Proposal& a, const ipsec::Proposal& b) {
    return a.number == b.number && a.protocol == b.protocol && begins(a.spi, b.spi) &&
           a.declared_transforms == b.declared_transforms &&
           a.first_transform == b.first_transform && a.transform_count <= b.transform_count;
  };
  const auto transform = [](const ipsec::Transform& a, const ipsec::Transform& b) {
    return a.proposal == b.proposal && a.number == b.number && a.type == b.type && a.id == b.id &&
           a.first_attribute == b.first_attribute && a.attribute_count <= b.attribute_count;
  };
  const auto attribute = [](const ipsec::Attribute& a, const ipsec::Attribute& b) {
    return a.transform == b.transform && a.type == b.type && a.value == b.value &&
           a.short_form == b.short_form && begins(a.data, b.data) && a.data.size() == b.data.size();
  };
  if (!begins_list(cut.proposals, whole.proposals, proposal)) return "proposals";
  if (!begins_list(cut.transforms, whole.transforms, transform)) return "transforms";
  if (!begins_list(cut.attributes, whole.attributes, attribute)) return "attributes";
  return {};
}

inline std::string_view broken_prefix_of_names(const ipsec::IkeMessage& cut,
                                               const ipsec::IkeMessage& whole) {
  const auto id = [](const ipsec::Identification& a) {
    return std::tuple(a.payload, a.type, a.protocol, a.port);
  };
  const auto encoding = [](const ipsec::Certificate& a) { return a.encoding; };
  const auto method = [](const ipsec::Authentication& a) { return a.method; };
  if (!begins_data(cut.identifications, whole.identifications, id)) return "identifications";
  if (!begins_data(cut.certificates, whole.certificates, encoding)) return "certificates";
  if (!begins_data(cut.certificate_requests, whole.certificate_requests, encoding))
    return "certificate requests";
  if (!begins_data(cut.authentications, whole.authentications, method)) return "authentications";
  if (!begins_list(cut.hashes, whole.hashes, begins)) return "hashes";
  if (!begins_list(cut.signatures, whole.signatures, begins)) return "signatures";
  return {};
}

inline std::string_view broken_prefix_of_children(const ipsec::IkeMessage& cut,
                                                  const ipsec::IkeMessage& whole) {
  const auto selector = [](const ipsec::TrafficSelector& a, const ipsec::TrafficSelector& b) {
    return a.responder == b.responder && a.type == b.type && a.protocol == b.protocol &&
           begins(a.start, b.start) && begins(a.end, b.end) && begins(a.data, b.data);
  };
  const auto configuration = [](const ipsec::Configuration& a, const ipsec::Configuration& b) {
    return a.type == b.type && a.identifier == b.identifier &&
           a.first_attribute == b.first_attribute && a.attribute_count <= b.attribute_count;
  };
  const auto type = [](const ipsec::ConfigurationAttribute& a) { return a.type; };
  // The type may be behind the cut.
  const auto eap = [](const ipsec::Eap& a, const ipsec::Eap& b) {
    return a.code == b.code && a.identifier == b.identifier && (!a.type || a.type == b.type) &&
           begins(a.data, b.data);
  };
  if (!begins_list(cut.traffic_selectors, whole.traffic_selectors, selector))
    return "traffic selectors";
  if (!begins_list(cut.configurations, whole.configurations, configuration))
    return "configurations";
  if (!begins_data(cut.configuration_attributes, whole.configuration_attributes, type))
    return "configuration attributes";
  if (!begins_list(cut.eaps, whole.eaps, eap)) return "EAP";
  return {};
}

inline std::string_view broken_prefix_of_the_rest(const ipsec::IkeMessage& cut,
                                                  const ipsec::IkeMessage& whole) {
  const auto original = [](const ipsec::NatOriginalAddress& a, const ipsec::NatOriginalAddress& b) {
    return a.type == b.type && begins(a.address, b.address);
  };
  const auto method = [](const ipsec::AuthIpMethod& a, const ipsec::AuthIpMethod& b) {
    return a.method == b.method && a.flags == b.flags;
  };
  const auto token = [](const ipsec::GssToken& a) { return std::tuple(a.payload, a.flags); };
  if (!begins_list(cut.nat_detections, whole.nat_detections, begins)) return "NAT detections";
  if (!begins_list(cut.nat_originals, whole.nat_originals, original)) return "NAT originals";
  if (!begins_list(cut.puzzle_solutions, whole.puzzle_solutions, begins)) return "puzzle solutions";
  if (!begins_list(cut.authip_methods, whole.authip_methods, method)) return "AuthIP methods";
  if (!begins_data(cut.gss_tokens, whole.gss_tokens, token)) return "GSS tokens";
  if (cut.authip_crypto &&
      (!whole.authip_crypto || cut.authip_crypto->sequence != whole.authip_crypto->sequence ||
       !begins(cut.authip_crypto->iv, whole.authip_crypto->iv)))
    return "AuthIP crypto";
  if (cut.fragment && (!whole.fragment || cut.fragment->number != whole.fragment->number ||
                       cut.fragment->total != whole.fragment->total ||
                       !begins(cut.fragment->data, whole.fragment->data)))
    return "fragment";
  if (cut.encrypted && !whole.encrypted) return "encrypted";
  if (!begins(cut.sealed, whole.sealed)) return "sealed";
  return {};
}

inline std::string_view broken_prefix_of_common(const ipsec::IkeMessage& cut,
                                                const ipsec::IkeMessage& whole) {
  const auto payload = [](const ipsec::Payload& a, const ipsec::Payload& b) {
    return a.type == b.type && a.next == b.next && a.critical == b.critical &&
           begins(a.body, b.body);
  };
  const auto notify = [](const ipsec::Notify& a, const ipsec::Notify& b) {
    return a.protocol == b.protocol && a.type == b.type && begins(a.spi, b.spi) &&
           begins(a.data, b.data);
  };
  const auto removed = [](const ipsec::Delete& a, const ipsec::Delete& b) {
    return a.protocol == b.protocol && a.spi_size == b.spi_size && a.count == b.count &&
           begins(a.spis, b.spis);
  };
  const auto group = [](const ipsec::KeyExchange& a) { return a.group; };
  if (!begins_list(cut.payloads, whole.payloads, payload)) return "payloads";
  if (!begins_list(cut.notifies, whole.notifies, notify)) return "notifies";
  if (!begins_list(cut.deletes, whole.deletes, removed)) return "deletes";
  if (!begins_data(cut.key_exchanges, whole.key_exchanges, group)) return "key exchanges";
  if (!begins_list(cut.nonces, whole.nonces, begins)) return "nonces";
  if (!begins_list(cut.vendor_ids, whole.vendor_ids, begins)) return "vendor ids";
  return {};
}

}  // namespace detail

[[nodiscard]] inline std::string_view broken_rule(ByteView message, const ipsec::IkeMessage& m) {
  if (!detail::common_views_inside(message, m) || !detail::other_views_inside(m.bytes, m))
    return "a view lies outside of the message";
  if (!detail::transforms_belong(m)) return "a transform belongs to no proposal, or to two";
  if (!detail::attributes_belong(m)) return "an attribute belongs to no transform, or to two";
  if (!detail::configuration_attributes_belong(m))
    return "a configuration attribute belongs to no payload, or to two";
  if (!detail::sealed_is_encrypted(m)) return "sealed, but not encrypted";
  if (!detail::complete_is_exact(m)) return "complete, but the payloads are not the message";
  if (m.authip_crypto && !m.header.is_v1()) return "a payload of AuthIP in IKEv2";
  return {};
}

/// `cut` is the dissection of the first bytes of what `whole` is the dissection of, in the same
/// memory: it must know the beginning of what `whole` knows, and nothing else.
[[nodiscard]] inline std::string_view broken_prefix_rule(const ipsec::IkeMessage& cut,
                                                         const ipsec::IkeMessage& whole) {
  for (const auto rule : {detail::broken_prefix_of_common, detail::broken_prefix_of_proposals,
                          detail::broken_prefix_of_names, detail::broken_prefix_of_children,
                          detail::broken_prefix_of_the_rest}) {
    if (const std::string_view broken = rule(cut, whole); !broken.empty()) return broken;
  }
  return {};
}

}  // namespace espial::test
