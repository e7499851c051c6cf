#include "engine/ipsec/ike.hpp"

#include <algorithm>
#include <optional>

#include "engine/ipsec/ike_dissector.hpp"

namespace espial::ipsec {
namespace {

constexpr std::size_t kGenericHeaderSize = 4;
constexpr std::uint8_t kCriticalBit = 0x80;

/// What keeps a message from being taken apart to its end, whatever stands in the bodies of its
/// payloads.
constexpr AnomalySet kStructuralFaults = [] {
  using enum Anomaly;
  AnomalySet faults;
  for (const Anomaly fault :
       {ike_length_too_small, ike_length_beyond_datagram, ike_payload_too_short,
        ike_payload_overrun, ike_chain_cut, ike_bytes_after_chain, ike_too_many_payloads,
        ike_proposal_malformed, ike_too_many_proposals, ike_transform_malformed,
        ike_transform_count_mismatch, ike_too_many_transforms, ike_attribute_malformed,
        ike_too_many_attributes, ike_notify_malformed, ike_delete_malformed, ike_sa_malformed,
        ike_too_many_elements, ike_authip_malformed})
    faults.add(fault);
  return faults;
}();

/// Only sizes are reset: the lists are large, and their old elements are never looked at.
void clear(IkeMessage& out) noexcept {
  out.bytes = {};
  out.header = {};
  out.encrypted = false;
  out.sealed = {};
  out.fragment.reset();
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
  out.identifications.clear();
  out.certificates.clear();
  out.certificate_requests.clear();
  out.authentications.clear();
  out.hashes.clear();
  out.signatures.clear();
  out.traffic_selectors.clear();
  out.configurations.clear();
  out.configuration_attributes.clear();
  out.eaps.clear();
  out.nat_detections.clear();
  out.nat_originals.clear();
  out.puzzle_solutions.clear();
  out.authip_crypto.reset();
  out.authip_methods.clear();
  out.gss_tokens.clear();
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
  std::uint8_t flags = 0;  // critical and reserved bits
  bool readable = false;   // its length can be true, so `body` is what it says, or what is left
  bool whole = false;      // all of the body was there, and the chain can go on behind it
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
  link.flags = in.be<std::uint8_t>();
  link.payload.critical = (link.flags & kCriticalBit) != 0;
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
  const bool v1 = out.header.is_v1();
  Payload& payload = out.payloads.emplace_back(link.payload);
  if (v1) payload.critical = false;  // reserved there
  if ((v1 ? link.flags : link.flags & ~unsigned{kCriticalBit}) != 0)
    out.anomalies.add(Anomaly::ike_reserved_bits);
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

/// An encrypted IKEv1 body is not a chain. That of AuthIP starts with a payload in clear.
void dissect_sealed(ByteView body, IkeMessage& out) noexcept {
  out.encrypted = true;
  if (out.header.is_authip()) {
    detail::dissect_authip_sealed(body, out);
    return;
  }
  constexpr std::size_t kSmallestBlock =
      8;  // DES, 3DES, Blowfish; all ciphers of IKEv1 have blocks
  out.sealed = body;
  if (body.empty()) out.anomalies.add(Anomaly::ike_encrypted_too_short);
  if (body.size() % kSmallestBlock != 0) out.anomalies.add(Anomaly::ike_encrypted_not_blocks);
}

void judge(IkeMessage& out) noexcept {
  detail::judge_header(out.header, out.anomalies);
  detail::judge_message(out);
  detail::judge_keys(out);
  detail::judge_notifies(out);
  detail::judge_proposals(out);
}

}  // namespace

bool IkeMessage::is_choice() const noexcept {
  if (!header.is_v1()) return header.is_response();
  return header.responder_spi.value() != 0 &&
         (detail::v1_exchange::is_phase1(header.exchange_type) || header.is_authip());
}

bool dissect_ike(ByteView message, IkeMessage& out) noexcept {
  clear(out);
  if (message.size() < kIkeHeaderSize) {
    out.bytes = message;
    out.anomalies.add(Anomaly::ike_truncated);
    return false;
  }
  out.header = read_header(message);
  out.bytes = extent(message, out.header.length, out.anomalies);
  bool to_the_end = false;
  if (out.header.length >= kIkeHeaderSize) {
    const ByteView body = out.bytes.subspan(kIkeHeaderSize);
    to_the_end = out.header.is_encrypted_v1() || walk_chain(body, out);
    if (out.header.is_encrypted_v1()) dissect_sealed(body, out);
  }
  judge(out);
  if (out.anomalies.has_any(registry::kFaults)) out.anomalies.add(Anomaly::ike_malformed_data);
  out.complete = to_the_end && !out.anomalies.has_any(kStructuralFaults);
  return true;
}

}  // namespace espial::ipsec
