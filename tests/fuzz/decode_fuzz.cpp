#include <array>
#include <cstdlib>
#include <memory>
#include <span>

#include "tests/support/frames.hpp"

/// Decodes a frame of which the first byte picks the link type, and holds the result against what
/// must always be so: views stay inside, the same bytes give the same answer whatever was decoded
/// before, judging checksums changes nothing but their events, and a cut frame has no more packets
/// than the whole.
namespace {

using namespace espial;
using namespace espial::decode;

constexpr std::array kLinks = {LinkType::raw_ip,     LinkType::ethernet,  LinkType::linux_sll,
                               LinkType::linux_sll2, LinkType::ppp,       LinkType::bsd_loopback,
                               LinkType::pppoe,      LinkType::ipv4,      LinkType::ipv6,
                               LinkType::nflog,      LinkType::cisco_hdlc};

void require(bool holds) {
  if (!holds) std::abort();
}

EventSet without_checksums(const EventSet& events) {
  EventSet rest;
  events.for_each([&](Event event) {
    const bool checksum = event == Event::ipv4_csum_invalid || event == Event::udp_csum_invalid ||
                          event == Event::tcp_csum_invalid || event == Event::icmpv4_csum_invalid ||
                          event == Event::icmpv6_csum_invalid;
    if (!checksum) rest.add(event);
  });
  return rest;
}

bool same_view(ByteView a, ByteView b) {
  return a.size() == b.size() && (a.empty() || a.data() == b.data());
}

void require_same(const Packet& a, const Packet& b) {
  require(same_view(a.bytes, b.bytes) && same_view(a.ip_header, b.ip_header) &&
          same_view(a.payload, b.payload));
  require(same_view(a.transport_header, b.transport_header) &&
          same_view(a.icmp.quoted, b.icmp.quoted));
  require(a.source == b.source && a.destination == b.destination);
  require(a.source_port == b.source_port && a.destination_port == b.destination_port);
  require(a.protocol == b.protocol && a.upper == b.upper && a.transport == b.transport &&
          a.tunnel == b.tunnel && a.tunnel_id == b.tunnel_id && a.tunnel_vlans == b.tunnel_vlans);
  require(a.fragment.has_value() == b.fragment.has_value());
  require(a.auth_headers.size() == b.auth_headers.size() &&
          a.tcp.options.size() == b.tcp.options.size());
  require(without_checksums(a.events) == without_checksums(b.events));
}

void require_same(const DecodedFrame& a, const DecodedFrame& b) {
  require(a.events == b.events && a.packets.size() == b.packets.size());
  require(a.link.ether_type == b.link.ether_type && a.link.vlan_ids == b.link.vlan_ids);
  for (std::size_t i = 0; i < a.packets.size(); ++i) require_same(a.packets[i], b.packets[i]);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto verified = std::make_unique<DecodedFrame>();
  static const auto ignored = std::make_unique<DecodedFrame>();
  if (size == 0) return 0;
  const auto input = std::as_bytes(std::span(data, size));
  const LinkType link = kLinks[std::to_integer<std::size_t>(input.front()) % kLinks.size()];
  const ByteView frame = input.subspan(1);

  espial::decode::decode(link, frame, Checksums::verify, *verified);
  require(test::views_are_inside(*verified));
  require(same_view(verified->bytes, frame));
  espial::decode::decode(link, frame, Checksums::ignore, *ignored);
  require_same(*verified, *ignored);

  espial::decode::decode(link, frame.first(frame.size() / 2), Checksums::verify, *ignored);
  require(test::views_are_inside(*ignored));
  require(ignored->packets.size() <= verified->packets.size());
  return 0;
}
