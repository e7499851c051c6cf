#include <cstdlib>
#include <memory>

#include "engine/ipsec/layers.hpp"

/// The input is one WESP packet, read by itself and as a layer of a packet.
namespace espial::ipsec {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check_clear(ByteView packet, const WespHeader& wesp, const AnomalySet& anomalies) {
  require(wesp.clear.has_value() !=
          (wesp.is_encrypted() || anomalies.has(Anomaly::wesp_bad_length)));
  if (!wesp.clear) return;
  require(contains(packet, *wesp.clear));
  require(wesp.header_length + wesp.clear->size() + wesp.trailer_length == packet.size());
  // It starts behind the SPI and the sequence number.
  require(wesp.clear->size() + wesp.trailer_length + 8 <= wesp.esp.size());
}

void check_layers(ByteView packet, const std::optional<WespHeader>& wesp) {
  static const auto layers = std::make_unique<Layers>();
  dissect_carried({.content = Content::wesp,
                   .encapsulation = Encapsulation::none,
                   .inner = packet,
                   .anomalies = {}},
                  *layers);
  require(layers->content == Content::wesp);
  require(layers->wesp.has_value() == wesp.has_value());
  require(layers->esp.has_value() == (wesp && wesp->esp.size() >= 8));
  if (!layers->null_esp) return;
  require(wesp && wesp->clear && contains(*wesp->clear, layers->null_esp->data));
  require(layers->null_esp->data.size() + layers->null_esp->pad_length + 2 == wesp->clear->size());
}

void check(ByteView packet) {
  AnomalySet anomalies;
  const auto wesp = dissect_wesp(packet, anomalies);
  require(wesp.has_value() != anomalies.has(Anomaly::wesp_truncated));
  require(wesp || packet.size() < 8);
  if (wesp) {
    require(contains(packet, wesp->esp));
    require(wesp->esp.size() == packet.size() - ((wesp->flags & 0x10U) != 0 ? 8 : 4));
    check_clear(packet, *wesp, anomalies);
  }
  check_layers(packet, wesp);
}

}  // namespace
}  // namespace espial::ipsec

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  espial::ipsec::check(std::as_bytes(std::span(data, size)));
  return 0;
}
