#pragma once
#include <cstdint>

#include "engine/base/lru_table.hpp"
#include "engine/base/siphash.hpp"
#include "engine/decode/packet.hpp"
#include "engine/ipsec/carrier.hpp"
#include "engine/sa/limits.hpp"

namespace espial::sa {

/// IKE on ports that say nothing: behind a NAT that keeps neither port, or where a gateway was told
/// to use another. A datagram whose header could be IKE's makes the end that it goes to a candidate
/// (both ends, where it names the responder's SPI); a second message of the same SA to or from it,
/// that is not the first one again, makes that an endpoint. From then on everything to and from it
/// is read as it would be on port 500, or, if the messages have the non-ESP marker, as on 4500: ESP
/// too.
class Endpoints {
 public:
  Endpoints(const Limits& limits, const SipKey& secret)
      : secret_(secret), table_(limits.max_endpoints, limits.endpoint_timeout) {}

  struct Found {
    /// How the payload is encapsulated; `none` if nothing speaks for IPsec.
    ipsec::Encapsulation encapsulation = ipsec::Encapsulation::none;
    bool learned = false;  // false: it looks like IKE, which alone proves nothing
  };
  /// Looks at the UDP payload of `packet`, on ports that say nothing. Costs a look at the header,
  /// and no look-up while nothing has been learned.
  Found look(const decode::Packet& packet, Timestamp now);

  [[nodiscard]] std::size_t size() const noexcept { return table_.size(); }
  [[nodiscard]] std::uint64_t evicted() const noexcept { return table_.evicted(); }

 private:
  struct Endpoint {
    std::uint64_t initiator_spi = 0;
    std::uint64_t first_message = 0;  // its hash
    ipsec::Encapsulation encapsulation = ipsec::Encapsulation::none;
    bool confirmed = false;
  };
  [[nodiscard]] std::uint64_t key_of(const IpAddress& address, Port port) const noexcept;
  [[nodiscard]] ipsec::Encapsulation learned(const decode::Packet& packet, Timestamp now);
  [[nodiscard]] bool confirm(std::uint64_t key, const Endpoint& seen, Timestamp now);

  SipKey secret_;
  LruTable<Endpoint> table_;
  std::size_t confirmed_ = 0;  // ever: while 0, nothing needs to be looked up
};

}  // namespace espial::sa
