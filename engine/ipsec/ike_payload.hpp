#pragma once
#include <cstdint>
#include <optional>

#include "engine/base/bytes.hpp"
#include "engine/base/strong_int.hpp"

/// What stands in the payloads of an IKE message. Plain values; views borrow from the message.
namespace espial::ipsec {

struct Payload {
  std::uint8_t type =
      0;  // of the version's own registry: dispatch on (major, type), never on type alone
  bool critical = false;  // IKEv2
  std::uint8_t next = 0;
  ByteView body;  // without the generic header; cut where the message ends
};

/// IKEv1 SA payload (RFC 2407 section 4.6.1).
struct SaPreamble {
  std::uint32_t doi = 0;
  ByteView situation;  // four bytes; longer when labelled
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

/// RFC 7296 section 3.5, RFC 2407 section 4.6.2; IDg of RFC 9838 too.
struct Identification {
  std::uint8_t payload = 0;   // IKEv2: 35 initiator, 36 responder, 50 group; IKEv1: 5
  std::uint8_t type = 0;      // of the version's own registry
  std::uint8_t protocol = 0;  // IKEv1: IP protocol, 0 any
  Port port;                  // IKEv1: 0 any
  ByteView data;
};

/// A certificate (RFC 7296 section 3.6, RFC 2408 section 3.9) or a request for one (sections 3.7,
/// 3.10): the encoding and what follows it.
struct Certificate {
  std::uint8_t encoding = 0;
  ByteView data;
};

/// RFC 7296 section 3.8.
struct Authentication {
  std::uint8_t method = 0;
  ByteView data;
};

/// RFC 7296 section 3.13.1. An address range has its ends in `start` and `end`; any other type, and
/// a range that is cut, has all its bytes in `data`.
struct TrafficSelector {
  bool responder = false;  // of TSr
  std::uint8_t type = 0;
  std::uint8_t protocol = 0;  // 0 any
  Port start_port, end_port;
  ByteView start, end, data;
};

/// RFC 7296 section 3.15, draft-dukes-ike-mode-cfg-02 (IKEv1 payload 14). Its attributes are
/// configuration_attributes[first_attribute, +attribute_count).
struct Configuration {
  std::uint8_t type = 0;         // request, reply, set, ack
  std::uint16_t identifier = 0;  // IKEv1
  std::uint16_t first_attribute = 0, attribute_count = 0;
};
struct ConfigurationAttribute {
  std::uint16_t type = 0;
  bool short_form = false;  // IKEv1: the value is in place of the length
  ByteView data;
};

/// RFC 3748 section 4. `data` is behind the type; requests and responses have one.
struct Eap {
  std::uint8_t code = 0, identifier = 0;
  std::optional<std::uint8_t> type;
  ByteView data;
};

/// SKF (RFC 7383 section 2.5): number of total, counted from 1. Payload 132 of IKEv1: a set's id,
/// number counted from 1, and which is the last; no total.
struct IkeFragment {
  std::uint16_t id = 0;      // IKEv1
  std::uint16_t number = 0;  // 1 for the first
  std::uint16_t total = 0;   // IKEv2; 0 in IKEv1
  bool last = false;
  ByteView data;  // IKEv1: a piece of the message; IKEv2: encrypted
};

/// RFC 3947 section 5.2: an address of 4 or 16 bytes.
struct NatOriginalAddress {
  std::uint8_t type = 0;  // identification type
  ByteView address;
};

/// [MS-AIPS] section 2.2.1, payload 133. In clear it is empty and stands before the other payloads;
/// encrypted it holds them.
struct AuthIpCrypto {
  bool encrypted = false;
  std::uint32_t sequence = 0;
  ByteView iv;
};
/// [MS-AIPS] section 2.2.4, payload 135.
struct AuthIpMethod {
  std::uint16_t method = 0, flags = 0;
};
/// [MS-AIPS] sections 2.2.2 and 2.2.3, payloads 129 and 134.
struct GssToken {
  std::uint8_t payload = 0;  // 129: token, 134: name
  std::uint8_t flags = 0;
  ByteView data;
};

}  // namespace espial::ipsec
