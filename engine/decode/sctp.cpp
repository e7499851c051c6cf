#include "engine/decode/walk.hpp"

namespace espial::decode {

/// SCTP common header (RFC 9260 section 3.1). Its checksum (CRC32c) is not judged.
void decode_sctp(Walk& walk, Packet& packet, ByteView bytes) noexcept {
  ByteReader in(bytes);
  const Port source{in.be<std::uint16_t>()};
  const Port destination{in.be<std::uint16_t>()};
  in.skip(8);  // verification tag and checksum
  if (!in.ok()) {
    walk.note(Event::sctp_pkt_too_small);
    return;
  }
  packet.transport = Transport::sctp;
  packet.source_port = source;
  packet.destination_port = destination;
  packet.transport_header = bytes.first(bytes.size() - in.remaining());
  packet.payload = in.rest();
}

}  // namespace espial::decode
