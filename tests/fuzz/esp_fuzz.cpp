#include <array>
#include <cstdlib>

#include "engine/ipsec/carrier.hpp"
#include "engine/ipsec/esp.hpp"

/// The first byte chooses the ports, the rest is a UDP payload; it is read as ESP and as AH too.
namespace espial::ipsec {
namespace {

constexpr std::array<std::uint16_t, 4> kPorts{500, 4500, 4501, 40000};

void require(bool holds) {
  if (!holds) std::abort();
}

void check_carrier(Port source, Port destination, ByteView payload) {
  const Carried carried = classify_udp(source, destination, payload);
  const bool known = source == kIkePort || source == kNatTraversalPort || destination == kIkePort ||
                     destination == kNatTraversalPort;
  require(known == (carried.content != Content::none));
  require(contains(payload, carried.inner));
  require((carried.content != Content::malformed) || !carried.anomalies.empty());
  // What was taken off stands in front: nothing is lost at the end.
  require(!known || carried.inner.size() == payload.size() ||
          carried.inner.data() + carried.inner.size() == payload.data() + payload.size());
}

void check_esp(ByteView packet) {
  AnomalySet anomalies;
  const auto esp = dissect_esp(packet, anomalies);
  require(esp.has_value() == (packet.size() >= 8));
  require(esp.has_value() != anomalies.has(Anomaly::esp_truncated));
  require(!esp || (contains(packet, esp->body) && esp->body.size() == packet.size() - 8));
}

void check_ah(ByteView packet) {
  AnomalySet anomalies;
  const auto ah = dissect_ah(packet, anomalies);
  require(ah.has_value() == (packet.size() >= 12));
  if (!ah) return;
  require(contains(packet, ah->icv));
  const std::size_t stated = (std::size_t{ah->payload_length} + 2) * 4;
  require(anomalies.has(Anomaly::ah_bad_length) || 12 + ah->icv.size() == stated);
}

/// One input through all of it.
void check(std::uint8_t ports, ByteView payload) {
  check_carrier(Port{kPorts[ports % 4U]}, Port{kPorts[ports / 4U % 4U]}, payload);
  check_esp(payload);
  check_ah(payload);
}

}  // namespace
}  // namespace espial::ipsec

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  espial::ipsec::check(data[0], std::as_bytes(std::span(data, size)).subspan(1));
  return 0;
}
