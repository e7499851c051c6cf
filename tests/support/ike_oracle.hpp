#pragma once
#include <algorithm>
#include <string_view>

#include "engine/ipsec/ike.hpp"

/// What must hold of every dissected IKE message, whatever its bytes: shared by the unit tests and
/// the fuzz target. Each function names what is broken; empty when nothing is.
namespace espial::test {

namespace detail {

inline bool views_inside(ByteView whole, const ipsec::IkeMessage& m) {
  const auto inside = [whole](ByteView part) { return contains(whole, part); };
  return inside(m.bytes) && std::ranges::all_of(m.payloads, inside, &ipsec::Payload::body) &&
         (!m.sa_v1 || inside(m.sa_v1->situation)) &&
         std::ranges::all_of(m.proposals, inside, &ipsec::Proposal::spi) &&
         std::ranges::all_of(m.attributes, inside, &ipsec::Attribute::data) &&
         std::ranges::all_of(m.key_exchanges, inside, &ipsec::KeyExchange::data) &&
         std::ranges::all_of(m.nonces, inside) &&
         std::ranges::all_of(m.notifies, inside, &ipsec::Notify::spi) &&
         std::ranges::all_of(m.notifies, inside, &ipsec::Notify::data) &&
         std::ranges::all_of(m.deletes, inside, &ipsec::Delete::spis) &&
         std::ranges::all_of(m.vendor_ids, inside) && std::ranges::all_of(m.certificates, inside);
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

/// A complete message in clear is its payloads and nothing else.
inline bool complete_is_exact(const ipsec::IkeMessage& m) {
  if (!m.complete) return true;
  if (m.bytes.size() != m.header.length) return false;
  if (m.header.major == 1 && m.encrypted) return m.payloads.empty();
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

}  // namespace detail

[[nodiscard]] inline std::string_view broken_rule(ByteView message, const ipsec::IkeMessage& m) {
  if (!detail::views_inside(message, m)) return "a view lies outside of the message";
  if (!detail::transforms_belong(m)) return "a transform belongs to no proposal, or to two";
  if (!detail::attributes_belong(m)) return "an attribute belongs to no transform, or to two";
  if (!detail::complete_is_exact(m)) return "complete, but the payloads are not the message";
  return {};
}

/// `cut` is the dissection of the first bytes of what `whole` is the dissection of, in the same
/// memory: it must know the beginning of what `whole` knows, and nothing else.
[[nodiscard]] inline std::string_view broken_prefix_rule(const ipsec::IkeMessage& cut,
                                                         const ipsec::IkeMessage& whole) {
  using detail::begins;
  using detail::begins_list;
  const auto payload = [](const ipsec::Payload& a, const ipsec::Payload& b) {
    return a.type == b.type && a.next == b.next && a.critical == b.critical &&
           begins(a.body, b.body);
  };
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
  const auto notify = [](const ipsec::Notify& a, const ipsec::Notify& b) {
    return a.protocol == b.protocol && a.type == b.type && begins(a.spi, b.spi) &&
           begins(a.data, b.data);
  };
  const auto key = [](const ipsec::KeyExchange& a, const ipsec::KeyExchange& b) {
    return a.group == b.group && begins(a.data, b.data);
  };
  if (!begins_list(cut.payloads, whole.payloads, payload)) return "payloads";
  if (!begins_list(cut.proposals, whole.proposals, proposal)) return "proposals";
  if (!begins_list(cut.transforms, whole.transforms, transform)) return "transforms";
  if (!begins_list(cut.attributes, whole.attributes, attribute)) return "attributes";
  if (!begins_list(cut.notifies, whole.notifies, notify)) return "notifies";
  if (!begins_list(cut.key_exchanges, whole.key_exchanges, key)) return "key exchanges";
  if (!begins_list(cut.nonces, whole.nonces, begins)) return "nonces";
  if (!begins_list(cut.vendor_ids, whole.vendor_ids, begins)) return "vendor ids";
  if (!begins_list(cut.certificates, whole.certificates, begins)) return "certificates";
  return {};
}

}  // namespace espial::test
