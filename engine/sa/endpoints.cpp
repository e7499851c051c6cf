#include "engine/sa/endpoints.hpp"

#include "engine/ipsec/ike.hpp"
#include "engine/sa/hash_key.hpp"

namespace espial::sa {
namespace {

using ipsec::Encapsulation;

constexpr std::size_t kMarkerSize = 4;
constexpr std::size_t kResponderSpi = 8;

struct Candidate {
  Encapsulation encapsulation = Encapsulation::none;
  ByteView message;
};

Candidate candidate_of(ByteView payload) {
  if (ipsec::looks_like_ike(payload))
    return {.encapsulation = Encapsulation::udp, .message = payload};
  const bool marked = payload.size() > kMarkerSize && read_be<std::uint32_t>(payload) == 0;
  if (marked && ipsec::looks_like_ike(payload.subspan(kMarkerSize)))
    return {.encapsulation = Encapsulation::udp_encap, .message = payload.subspan(kMarkerSize)};
  return {};
}

}  // namespace

std::uint64_t Endpoints::key_of(const IpAddress& address, Port port) const noexcept {
  return HashKey().add(address).add(port.value()).hash(secret_);
}

Encapsulation Endpoints::learned(const decode::Packet& packet, Timestamp now) {
  if (confirmed_ == 0) return Encapsulation::none;
  for (const std::uint64_t key : {key_of(packet.destination, packet.destination_port),
                                  key_of(packet.source, packet.source_port)}) {
    const Endpoint* const endpoint = table_.find(key, now);
    if (endpoint != nullptr && endpoint->confirmed) return endpoint->encapsulation;
  }
  return Encapsulation::none;
}

/// True if this message makes the candidate an endpoint; makes it a candidate if it is none.
bool Endpoints::confirm(std::uint64_t key, const Endpoint& seen, Timestamp now) {
  const auto [endpoint, created] = table_.make(key, now);
  if (created || endpoint->initiator_spi != seen.initiator_spi ||
      endpoint->encapsulation != seen.encapsulation) {
    *endpoint = seen;
    return false;
  }
  if (endpoint->first_message == seen.first_message) return false;  // sent again
  endpoint->confirmed = true;
  table_.keep(key);
  ++confirmed_;
  return true;
}

Endpoints::Found Endpoints::look(const decode::Packet& packet, Timestamp now) {
  if (const Encapsulation known = learned(packet, now); known != Encapsulation::none)
    return {.encapsulation = known, .learned = true};
  const Candidate candidate = candidate_of(packet.payload);
  if (candidate.encapsulation == Encapsulation::none) return {};
  const Endpoint seen{.initiator_spi = read_be<std::uint64_t>(candidate.message),
                      .first_message = siphash(secret_, candidate.message),
                      .encapsulation = candidate.encapsulation,
                      .confirmed = false};
  // What has no SPI of the responder goes to it. Anything else comes from it as likely.
  const bool first = read_be<std::uint64_t>(candidate.message.subspan(kResponderSpi)) == 0;
  const bool confirmed =
      (!first && confirm(key_of(packet.source, packet.source_port), seen, now)) ||
      confirm(key_of(packet.destination, packet.destination_port), seen, now);
  return {.encapsulation = seen.encapsulation, .learned = confirmed};
}

}  // namespace espial::sa
