#include "engine/ipsec/ike.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "engine/ipsec/ike_dissector.hpp"

namespace espial::ipsec {
namespace {

constexpr std::size_t kGenericHeaderSize = 4;
constexpr std::uint8_t kCriticalBit = 0x80;

/// What a strict parser stops at. The rest of the anomalies is strange, but well formed.
constexpr auto kFaults = std::to_array<Anomaly>({
    Anomaly::ike_length_too_small,
    Anomaly::ike_length_beyond_datagram,
    Anomaly::ike_payload_too_short,
    Anomaly::ike_payload_overrun,
    Anomaly::ike_chain_cut,
    Anomaly::ike_bytes_after_chain,
    Anomaly::ike_too_many_payloads,
    Anomaly::ike_proposal_malformed,
    Anomaly::ike_too_many_proposals,
    Anomaly::ike_transform_malformed,
    Anomaly::ike_transform_count_mismatch,
    Anomaly::ike_too_many_transforms,
    Anomaly::ike_attribute_malformed,
    Anomaly::ike_too_many_attributes,
    Anomaly::ike_notify_malformed,
    Anomaly::ike_delete_malformed,
    Anomaly::ike_sa_malformed,
    Anomaly::ike_too_many_elements,
});

/// Only sizes are reset: the lists are large, and their old elements are never looked at.
void clear(IkeMessage& out) noexcept {
  out.bytes = {};
  out.header = {};
  out.encrypted = false;
  out.payloads.clear();
  out.sa_v1.reset();
  out.proposals.clear();
  out.transforms.clear();
  out.attributes.clear();
  out.key_exchanges.clear();
  out.nonces.clear();
  out.notifies.clear();
  out.deletes.clear();
  out.vendor_ids.clear();
  out.certificates.clear();
  out.anomalies = {};
  out.complete = false;
}

/// RFC 7296 section 3.1, RFC 2408 section 3.1: 28 bytes that are known to be there.
IkeHeader read_header(ByteView message) noexcept {
  ByteReader in(message);
  IkeHeader header;
  header.initiator_spi = IkeSpi{in.be<std::uint64_t>()};
  header.responder_spi = IkeSpi{in.be<std::uint64_t>()};
  header.next_payload = in.be<std::uint8_t>();
  const unsigned version = in.be<std::uint8_t>();
  header.major = static_cast<std::uint8_t>(version >> 4U);
  header.minor = static_cast<std::uint8_t>(version & 0x0FU);
  header.exchange_type = in.be<std::uint8_t>();
  header.flags = in.be<std::uint8_t>();
  header.message_id = MessageId{in.be<std::uint32_t>()};
  header.length = in.be<std::uint32_t>();
  return header;
}

void judge_header(const IkeHeader& header, AnomalySet& anomalies) noexcept {
  if (header.initiator_spi.value() == 0) anomalies.add(Anomaly::ike_zero_initiator_spi);
  if (header.major != 1 && header.major != 2) anomalies.add(Anomaly::ike_unknown_major_version);
  if (header.minor != 0) anomalies.add(Anomaly::ike_minor_version);
}

/// The message as far as its length field says and the datagram goes; the header alone where the
/// field cannot be true.
ByteView extent(ByteView datagram, std::uint32_t length, AnomalySet& anomalies) noexcept {
  if (length < kIkeHeaderSize) {
    anomalies.add(Anomaly::ike_length_too_small);
    return datagram.first(kIkeHeaderSize);
  }
  if (length > datagram.size()) anomalies.add(Anomaly::ike_length_beyond_datagram);
  if (length < datagram.size()) anomalies.add(Anomaly::ike_trailing_bytes);
  return datagram.first(std::min<std::size_t>(length, datagram.size()));
}

/// One payload off the front of a chain.
struct Link {
  Payload payload;
  bool readable = false;  // its length can be true, so `body` is what it says, or what is left
  bool whole = false;     // all of the body was there, and the chain can go on behind it
};

/// RFC 7296 section 3.2, RFC 2408 section 3.2. Nothing where there is no generic header.
std::optional<Link> take_payload(std::uint8_t type, ByteReader& in,
                                 AnomalySet& anomalies) noexcept {
  if (in.remaining() < kGenericHeaderSize) {
    anomalies.add(in.remaining() == 0 ? Anomaly::ike_chain_cut : Anomaly::ike_payload_overrun);
    return std::nullopt;
  }
  Link link;
  link.payload.type = type;
  link.payload.next = in.be<std::uint8_t>();
  link.payload.critical = (in.be<std::uint8_t>() & kCriticalBit) != 0;
  const std::size_t length = in.be<std::uint16_t>();
  if (length < kGenericHeaderSize) {
    anomalies.add(Anomaly::ike_payload_too_short);
    return link;
  }
  const std::size_t size = length - kGenericHeaderSize;
  link.readable = true;
  link.whole = size <= in.remaining();
  if (!link.whole) anomalies.add(Anomaly::ike_payload_overrun);
  link.payload.body = in.take(std::min(size, in.remaining()));
  return link;
}

void keep_payload(const Link& link, IkeMessage& out) noexcept {
  const bool v1 = out.header.major == 1;
  Payload& payload = out.payloads.emplace_back(link.payload);
  if (v1) payload.critical = false;  // reserved there
  if (!link.readable) return;
  if (v1) {
    detail::dissect_payload_v1(payload, out);
  } else {
    detail::dissect_payload_v2(payload, out);
  }
}

/// Behind these the next payload field names what is inside, not what follows (RFC 7296 section
/// 3.14, RFC 7383).
bool ends_chain(const IkeHeader& header, std::uint8_t type) noexcept {
  return header.major != 1 &&
         (type == detail::v2::kEncrypted || type == detail::v2::kEncryptedFragment);
}

/// IKEv1 messages in clear may be filled up with zeros to four bytes, as encrypted ones are to
/// their block.
bool is_padding(const IkeHeader& header, ByteView rest) noexcept {
  return header.major == 1 && rest.size() < 4 &&
         std::ranges::all_of(rest, [](std::byte b) { return b == std::byte{0}; });
}

/// Walks the chain to its end, a fault or the ceiling; each step takes at least four bytes. True if
/// it ended with the message.
bool walk_chain(ByteView chain, IkeMessage& out) noexcept {
  ByteReader in(chain);
  for (std::uint8_t type = out.header.next_payload; type != 0;) {
    if (out.payloads.size() == kMaxPayloads) {
      out.anomalies.add(Anomaly::ike_too_many_payloads);
      return false;
    }
    const auto link = take_payload(type, in, out.anomalies);
    if (!link) return false;
    keep_payload(*link, out);
    if (!link->whole) return false;
    if (ends_chain(out.header, type)) break;
    type = link->payload.next;
  }
  if (in.remaining() != 0 && !is_padding(out.header, in.rest()))
    out.anomalies.add(Anomaly::ike_bytes_after_chain);
  return in.remaining() == 0;
}

bool has_fault(const AnomalySet& anomalies) noexcept {
  return !anomalies.empty() &&
         std::ranges::any_of(kFaults, [&](Anomaly fault) { return anomalies.has(fault); });
}

}  // namespace

bool dissect_ike(ByteView message, IkeMessage& out) noexcept {
  clear(out);
  if (message.size() < kIkeHeaderSize) {
    out.bytes = message;
    out.anomalies.add(Anomaly::ike_truncated);
    return false;
  }
  out.header = read_header(message);
  judge_header(out.header, out.anomalies);
  out.bytes = extent(message, out.header.length, out.anomalies);
  if (out.header.length < kIkeHeaderSize) return true;
  out.encrypted = out.header.major == 1 && (out.header.flags & ike_flag::kEncryption) != 0;
  const bool to_the_end = out.encrypted || walk_chain(out.bytes.subspan(kIkeHeaderSize), out);
  out.complete = to_the_end && !has_fault(out.anomalies);
  return true;
}

}  // namespace espial::ipsec
