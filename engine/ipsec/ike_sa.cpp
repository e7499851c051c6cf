#include <algorithm>
#include <concepts>
#include <optional>

#include "engine/ipsec/ike_dissector.hpp"

/// An SA payload is a list of proposals, each a list of transforms, each a list of attributes. The
/// two outer lists are chained alike: a byte that is 0 for the last element, a reserved byte, and a
/// length that covers the element's header.
namespace espial::ipsec::detail {
namespace {

constexpr std::size_t kChainHeaderSize = 4;
constexpr std::size_t kElementHeaderSize = 8;  // of a proposal and of a transform
constexpr std::uint8_t kMoreProposals = 2;
constexpr std::uint8_t kMoreTransforms = 3;

struct Element {
  std::uint8_t more = 0;
  std::uint8_t reserved = 0;
  ByteView body;       // after the four bytes of the chain; at least four more
  bool whole = false;  // false: cut where the list ends
};

/// False when the element's header is not there or its length cannot be true. Filled in place,
/// since a copy of what was just written in small pieces costs more than the reading.
bool take_element(ByteReader& in, Element& out) noexcept {
  if (in.remaining() < kElementHeaderSize) return false;
  out.more = in.be<std::uint8_t>();
  out.reserved = in.be<std::uint8_t>();
  const std::size_t length = in.be<std::uint16_t>();
  if (length < kElementHeaderSize) return false;
  const std::size_t size = length - kChainHeaderSize;
  out.whole = size <= in.remaining();
  out.body = in.take(std::min(size, in.remaining()));
  return true;
}

enum class ListEnd : std::uint8_t { good, malformed, ceiling };

/// Calls `sink` with each element's body, in wire order, until it is told to stop by false. The
/// list ends where its bytes end, not at an element that calls itself the last: peers differ in
/// which of the two they believe, and what any of them may read is to be seen. Where the two
/// disagree the list is malformed.
template <std::predicate<ByteView> Sink>
ListEnd walk_list(ByteView list, std::uint8_t more, AnomalySet& anomalies, Sink sink) noexcept {
  ByteReader in(list);
  bool wrong = false;
  Element element;
  do {
    if (!take_element(in, element)) return ListEnd::malformed;
    if (element.reserved != 0) anomalies.add(Anomaly::ike_reserved_bits);
    if (!sink(element.body)) return ListEnd::ceiling;
    if (!element.whole) return ListEnd::malformed;
    wrong = wrong || element.more != (in.remaining() == 0 ? 0 : more);
  } while (in.remaining() != 0);
  return wrong ? ListEnd::malformed : ListEnd::good;
}

std::uint64_t number(ByteView bytes) noexcept {
  if (bytes.size() > sizeof(std::uint64_t)) return 0;
  std::uint64_t value = 0;
  for (const std::byte b : bytes) value = value << 8U | std::to_integer<std::uint64_t>(b);
  return value;
}

/// RFC 7296 section 3.3.5, RFC 2408 section 3.3. Nothing when it goes beyond the transform.
std::optional<Attribute> take_attribute(ByteReader& in) noexcept {
  const auto wire = take_wire_attribute(in, true);
  if (!wire) return std::nullopt;
  Attribute attribute;
  attribute.type = wire->type;
  attribute.short_form = wire->short_form;
  attribute.data = wire->data;
  attribute.value = number(attribute.data);
  return attribute;
}

/// The attributes of the last transform in `out`.
void dissect_attributes(ByteView list, IkeMessage& out) noexcept {
  Transform& transform = out.transforms.back();
  ByteReader in(list);
  while (in.remaining() != 0) {
    auto attribute = take_attribute(in);
    if (!attribute) {
      out.anomalies.add(Anomaly::ike_attribute_malformed);
      return;
    }
    attribute->transform = static_cast<std::uint16_t>(out.transforms.size() - 1);
    if (!keep(out.attributes, *attribute, Anomaly::ike_too_many_attributes, out.anomalies)) return;
    ++transform.attribute_count;
  }
}

/// RFC 7296 section 3.3.2: type, reserved, id. RFC 2408 section 3.6: number, id, reserved. False at
/// the ceiling.
bool dissect_transform(ByteView body, SaSyntax syntax, IkeMessage& out) noexcept {
  ByteReader in(body);
  Transform transform;
  transform.proposal = static_cast<std::uint16_t>(out.proposals.size() - 1);
  transform.first_attribute = static_cast<std::uint16_t>(out.attributes.size());
  unsigned reserved = 0;
  if (syntax == SaSyntax::ikev2) {
    transform.type = in.be<std::uint8_t>();
    reserved = in.be<std::uint8_t>();
    transform.id = in.be<std::uint16_t>();
  } else {
    transform.number = in.be<std::uint8_t>();
    transform.id = in.be<std::uint8_t>();
    reserved = in.be<std::uint16_t>();
  }
  if (reserved != 0) out.anomalies.add(Anomaly::ike_reserved_bits);
  if (!keep(out.transforms, transform, Anomaly::ike_too_many_transforms, out.anomalies))
    return false;
  ++out.proposals.back().transform_count;
  dissect_attributes(in.rest(), out);
  return true;
}

/// The transforms of the last proposal in `out`.
void dissect_transforms(ByteView list, SaSyntax syntax, IkeMessage& out) noexcept {
  ListEnd end = ListEnd::good;
  if (!list.empty()) {
    end = walk_list(list, kMoreTransforms, out.anomalies, [&](ByteView transform) noexcept {
      return dissect_transform(transform, syntax, out);
    });
  }
  const Proposal& proposal = out.proposals.back();
  if (end == ListEnd::malformed) out.anomalies.add(Anomaly::ike_transform_malformed);
  if (end == ListEnd::good && proposal.transform_count != proposal.declared_transforms)
    out.anomalies.add(Anomaly::ike_transform_count_mismatch);
}

/// RFC 7296 section 3.3.1, RFC 2408 section 3.5. False at the ceiling.
bool dissect_proposal(ByteView body, SaSyntax syntax, IkeMessage& out) noexcept {
  ByteReader in(body);
  Proposal proposal;
  proposal.number = in.be<std::uint8_t>();
  proposal.protocol = in.be<std::uint8_t>();
  const std::size_t spi_size = in.be<std::uint8_t>();
  proposal.declared_transforms = in.be<std::uint8_t>();
  proposal.first_transform = static_cast<std::uint16_t>(out.transforms.size());
  const bool spi_is_whole = spi_size <= in.remaining();
  proposal.spi = in.take(std::min(spi_size, in.remaining()));
  if (!keep(out.proposals, proposal, Anomaly::ike_too_many_proposals, out.anomalies)) return false;
  if (spi_is_whole) {
    dissect_transforms(in.rest(), syntax, out);
  } else {
    out.anomalies.add(Anomaly::ike_proposal_malformed);
  }
  return true;
}

}  // namespace

void dissect_proposals(ByteView list, SaSyntax syntax, IkeMessage& out) noexcept {
  const ListEnd end = walk_list(
      list, kMoreProposals, out.anomalies,
      [&](ByteView proposal) noexcept { return dissect_proposal(proposal, syntax, out); });
  if (end == ListEnd::malformed) out.anomalies.add(Anomaly::ike_proposal_malformed);
}

}  // namespace espial::ipsec::detail
