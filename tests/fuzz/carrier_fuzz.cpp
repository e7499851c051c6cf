#include <array>
#include <cstdlib>
#include <memory>

#include "engine/ipsec/layers.hpp"
#include "tests/support/ike_oracle.hpp"
#include "tests/support/packets.hpp"

/// The first byte chooses the ports, the rest is a UDP payload: classified by itself, and dissected
/// as a layer of an IP packet.
namespace espial::ipsec {
namespace {

constexpr std::array<std::uint16_t, 8> kPorts{500, 4500, 4501, 40000, 848, 499, 501, 4499};
constexpr std::size_t kLongest = 65535 - 28;  // what fits an IPv4 datagram

void require(bool holds) {
  if (!holds) std::abort();
}

struct Ports {
  std::uint16_t source, destination;
};

void check_carried(const Carried& carried, ByteView payload) {
  require(contains(payload, carried.inner));
  require((carried.content == Content::malformed) == !carried.anomalies.empty() ||
          carried.anomalies.has(Anomaly::natt_reserved_spi));
  // What was taken off stands in front: nothing is lost at the end.
  require(carried.content == Content::none || carried.inner.empty() ||
          carried.inner.data() + carried.inner.size() == payload.data() + payload.size());
}

/// RFC 3948 section 2: the first word alone tells what is behind it.
void check_first_word(const Carried& carried, ByteView payload) {
  if (carried.encapsulation != Encapsulation::udp_encap || payload.size() < 4) return;
  const auto word = read_be<std::uint32_t>(payload);
  if (word == 0) return;  // IKE, or behind the marker of the drafts ESP
  require(carried.content == (word == 2 ? Content::wesp : Content::esp));
  require((carried.content == Content::esp && word < 256) ==
          carried.anomalies.has(Anomaly::natt_reserved_spi));
}

void check_layers(Ports ports, const Carried& carried, ByteView payload) {
  static const auto frame = std::make_unique<decode::DecodedFrame>();
  static const auto layers = std::make_unique<Layers>();
  const test::Bytes packet =
      test::ipv4({.fill_transport_checksum = false},
                 test::udp({.source = ports.source, .destination = ports.destination}, payload));
  decode::decode_ip(packet, decode::Checksums::ignore, *frame);
  require(!frame->packets.empty());
  if (frame->packets.back().transport != decode::Transport::udp) return;  // carries IP itself
  dissect(frame->packets.front(), *layers);
  const bool cut = carried.content == Content::ike && carried.inner.size() < kIkeHeaderSize;
  require(layers->content == (cut ? Content::malformed : carried.content));
  require(layers->encapsulation == carried.encapsulation);
  if (layers->has_ike()) require(test::broken_rule(packet, layers->ike).empty());
  require(!layers->esp || contains(packet, layers->esp->body));
  require(!layers->wesp || contains(packet, layers->wesp->esp));
  require(!layers->null_esp || contains(packet, layers->null_esp->data));
}

void check(std::uint8_t choice, ByteView payload) {
  const Ports ports{.source = kPorts[choice % 8U], .destination = kPorts[choice / 8U % 8U]};
  const Port source{ports.source};
  const Port destination{ports.destination};
  const Carried carried = classify_udp(source, destination, payload);
  require((carried.content == Content::none) ==
          (encapsulation_of(source, destination) == Encapsulation::none && source != kGdoiPort &&
           destination != kGdoiPort));
  check_carried(carried, payload);
  check_first_word(carried, payload);
  if (payload.size() <= kLongest) check_layers(ports, carried, payload);
  for (const auto encapsulation :
       {Encapsulation::none, Encapsulation::udp, Encapsulation::udp_encap, Encapsulation::tcp})
    check_carried(classify(encapsulation, payload), payload);
}

}  // namespace
}  // namespace espial::ipsec

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  espial::ipsec::check(data[0], std::as_bytes(std::span(data, size)).subspan(1));
  return 0;
}
