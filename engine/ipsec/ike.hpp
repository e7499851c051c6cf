#pragma once
#include <boost/container/static_vector.hpp>
#include <cstdint>
#include <optional>

#include "engine/base/bytes.hpp"
#include "engine/base/enum_set.hpp"
#include "engine/base/strong_int.hpp"
#include "engine/ipsec/anomaly.hpp"

/// One IKE message, dissected (RFC 7296 section 3 for IKEv2, RFC 2408 section 3 for IKEv1). The
/// result is partial plus anomalies, never all or nothing: whatever could be read before a fault is
/// there. Views borrow from the message. A worker keeps one IkeMessage and dissects every message
/// into it: no allocation, bounded by the ceilings below.
namespace espial::ipsec {

inline constexpr std::size_t kMaxPayloads = 64;
inline constexpr std::size_t kMaxProposals = 32;
inline constexpr std::size_t kMaxTransforms = 255;
inline constexpr std::size_t kMaxAttributes = 512;
inline constexpr std::size_t kMaxNotifies = 64;
inline constexpr std::size_t kMaxVendorIds = 64;
inline constexpr std::size_t kMaxKeyExchanges = 8;
inline constexpr std::size_t kMaxNonces = 8;
inline constexpr std::size_t kMaxDeletes = 16;
inline constexpr std::size_t kIkeHeaderSize = 28;

namespace ike_flag {
inline constexpr std::uint8_t kEncryption = 0x01;      // IKEv1
inline constexpr std::uint8_t kCommit = 0x02;          // IKEv1
inline constexpr std::uint8_t kAuthentication = 0x04;  // IKEv1
inline constexpr std::uint8_t kInitiator =
    0x08;  // IKEv2: sent by the original initiator of the IKE SA
inline constexpr std::uint8_t kVersion = 0x10;   // IKEv2
inline constexpr std::uint8_t kResponse = 0x20;  // IKEv2
}  // namespace ike_flag

struct IkeHeader {
  IkeSpi initiator_spi, responder_spi;
  std::uint8_t next_payload = 0;
  std::uint8_t major = 0, minor = 0;
  std::uint8_t exchange_type = 0;
  std::uint8_t flags = 0;
  MessageId message_id;
  std::uint32_t length = 0;  // as the message states it
};

struct Payload {
  std::uint8_t type =
      0;  // of the version's own registry: dispatch on (major, type), never on type alone
  bool critical = false;  // IKEv2
  std::uint8_t next = 0;
  ByteView body;  // without the generic header; cut where the message ends
};

/// A proposal of an SA payload; its transforms are transforms[first_transform, +transform_count).
struct Proposal {
  std::uint8_t number = 0;
  std::uint8_t protocol = 0;
  ByteView spi;
  std::uint8_t declared_transforms = 0;
  std::uint16_t first_transform = 0, transform_count = 0;
};

/// IKEv2: (type, id). IKEv1: `type` is zero, `number` counts within the proposal.
struct Transform {
  std::uint16_t proposal = 0;  // index into proposals
  std::uint8_t number = 0;
  std::uint8_t type = 0;
  std::uint16_t id = 0;
  std::uint16_t first_attribute = 0, attribute_count = 0;
};

/// RFC 7296 section 3.3.5, RFC 2408 section 3.3.
struct Attribute {
  std::uint16_t transform = 0;  // index into transforms
  std::uint16_t type = 0;       // without the AF bit
  bool short_form = false;      // AF bit set: `value` is in place
  ByteView data;                // the value's bytes: two in the short form
  /// The value as an unsigned number when it has 1 to 8 bytes; zero else.
  std::uint64_t value = 0;
};

struct KeyExchange {
  std::optional<std::uint16_t> group;  // IKEv2 only: IKEv1 names it in the SA
  ByteView data;
};

struct Notify {
  std::uint8_t protocol = 0;
  std::uint16_t type = 0;
  ByteView spi, data;
};

struct Delete {
  std::uint8_t protocol = 0;
  std::uint8_t spi_size = 0;
  std::uint16_t count = 0;  // as stated
  ByteView spis;
};

/// IKEv1 SA payload (RFC 2407 section 4.6.1).
struct SaPreamble {
  std::uint32_t doi = 0;
  ByteView situation;  // four bytes; longer when labelled
};

template <class T, std::size_t N>
using Bounded = boost::container::static_vector<T, N>;

struct IkeMessage {
  ByteView bytes;  // header to the end that `length` names, or to what is there
  IkeHeader header;
  bool encrypted =
      false;  // the body (IKEv1 E flag) or an SK/SKF payload cannot be read without keys
  Bounded<Payload, kMaxPayloads> payloads;
  std::optional<SaPreamble> sa_v1;
  Bounded<Proposal, kMaxProposals> proposals;
  Bounded<Transform, kMaxTransforms> transforms;
  Bounded<Attribute, kMaxAttributes> attributes;
  Bounded<KeyExchange, kMaxKeyExchanges> key_exchanges;
  Bounded<ByteView, kMaxNonces> nonces;
  Bounded<Notify, kMaxNotifies> notifies;
  Bounded<Delete, kMaxDeletes> deletes;
  Bounded<ByteView, kMaxVendorIds> vendor_ids;
  /// Certificate data without the encoding byte (IKEv1 payload 6, IKEv2 payload 37 in clear).
  Bounded<ByteView, 16> certificates;
  AnomalySet anomalies;
  /// The payload chain ended exactly at `length` without a fault: what a strict parser (Zeek's
  /// package) takes as a whole message. An encrypted IKEv1 body counts as such a chain. Zero
  /// padding behind an IKEv1 chain is no anomaly, but not complete either.
  bool complete = false;
};

/// Dissects `message` (from the first IKE header byte, without the non-ESP marker) into `out`,
/// cleared first. False when there are not even 28 bytes: then only `bytes` and the anomaly are
/// set.
bool dissect_ike(ByteView message, IkeMessage& out) noexcept;

}  // namespace espial::ipsec
