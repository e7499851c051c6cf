#include "engine/ipsec/layers.hpp"

#include <utility>

namespace espial::ipsec {
namespace {

void dissect_udp(const decode::Packet& packet, Layers& out) noexcept {
  const Carried carried = classify_udp(packet.source_port, packet.destination_port, packet.payload);
  out.content = carried.content;
  out.natt = carried.natt;
  out.anomalies.merge(carried.anomalies);
  switch (carried.content) {
    case Content::ike:
      if (!dissect_ike(carried.inner, out.ike)) {
        out.anomalies.merge(out.ike.anomalies);
        out.content = Content::malformed;
      }
      return;
    case Content::esp: out.esp = dissect_esp(carried.inner, out.anomalies); return;
    case Content::none:
    case Content::wesp:
    case Content::keepalive:
    case Content::malformed: return;
  }
  std::unreachable();
}

}  // namespace

void dissect(const decode::Packet& packet, Layers& out) noexcept {
  out.content = Content::none;
  out.natt = false;
  out.esp.reset();
  out.ah.clear();
  out.anomalies = {};
  for (const ByteView header : packet.auth_headers)
    if (const auto ah = dissect_ah(header, out.anomalies)) out.ah.push_back(*ah);
  if (packet.transport == decode::Transport::udp) {
    dissect_udp(packet, out);
  } else if (packet.transport == decode::Transport::other &&
             packet.upper == decode::IpProtocol::esp) {
    out.content = Content::esp;
    out.esp = dissect_esp(packet.payload, out.anomalies);
  }
}

}  // namespace espial::ipsec
