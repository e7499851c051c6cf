#include <algorithm>

#include "engine/ipsec/ike_dissector.hpp"

/// Traffic selectors (RFC 7296 section 3.13): which packets a child SA takes.
namespace espial::ipsec::detail {
namespace {

constexpr std::size_t kSelectorHeaderSize = 4;  // type, protocol, length
constexpr std::uint8_t kIpv4Range = 7;
constexpr std::uint8_t kIpv6Range = 8;

/// Bytes of an address of a range; 0 for types that are no ranges of IP addresses.
std::size_t address_size(std::uint8_t type) noexcept {
  if (type == kIpv4Range) return 4;
  return type == kIpv6Range ? 16 : 0;
}

/// Behind the header: ports and two addresses, or what another type has there. False if a range
/// does not fill it; if it is too short for one, all its bytes are in `data`.
bool read_selector(ByteView body, TrafficSelector& selector) noexcept {
  const std::size_t size = address_size(selector.type);
  const std::size_t range = (2 * sizeof(std::uint16_t)) + (2 * size);
  if (size == 0 || body.size() < range) {
    selector.data = body;
    return size == 0;
  }
  ByteReader in(body);
  selector.start_port = Port{in.be<std::uint16_t>()};
  selector.end_port = Port{in.be<std::uint16_t>()};
  selector.start = in.take(size);
  selector.end = in.take(size);
  return body.size() == range;
}

}  // namespace

void dissect_traffic_selectors(const Payload& payload, IkeMessage& out) noexcept {
  ByteReader in(payload.body);
  const std::size_t stated = in.be<std::uint8_t>();
  in.skip(3);
  bool good = in.ok();
  std::size_t count = 0;
  for (; good && in.remaining() != 0; ++count) {
    TrafficSelector selector;
    selector.responder = payload.type == v2::kTrafficSelectorResponder;
    selector.type = in.be<std::uint8_t>();
    selector.protocol = in.be<std::uint8_t>();
    const std::size_t length = in.be<std::uint16_t>();
    good =
        in.ok() && length >= kSelectorHeaderSize && length - kSelectorHeaderSize <= in.remaining();
    if (!good) break;
    good = read_selector(in.take(length - kSelectorHeaderSize), selector);
    if (!keep(out.traffic_selectors, selector, out.anomalies)) return;
  }
  if (!good || count != stated) out.anomalies.add(Anomaly::ike_traffic_selector_malformed);
}

}  // namespace espial::ipsec::detail
