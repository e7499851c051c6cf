#include "engine/ipsec/layers.hpp"

#include <utility>

namespace espial::ipsec {
namespace {

void read_wesp(ByteView packet, Layers& out) noexcept {
  out.content = Content::wesp;
  out.wesp = dissect_wesp(packet, out.anomalies);
  if (!out.wesp) return;
  out.esp = dissect_esp(out.wesp->esp, out.anomalies);
  if (!out.wesp->clear) return;
  // WESP names the next header in front; the one in the trailer is what the peer will believe.
  out.null_esp = read_esp_trailer(*out.wesp->clear);
  if (!out.null_esp || out.null_esp->next_header != out.wesp->next_header)
    out.anomalies.add(Anomaly::wesp_bad_length);
}

void read_ike(ByteView message, Layers& out) noexcept {
  if (dissect_ike(message, out.ike)) return;
  out.anomalies.merge(out.ike.anomalies);
  out.content = Content::malformed;
}

void read(Content content, ByteView inner, Layers& out) noexcept {
  out.content = content;
  switch (content) {
    case Content::ike: read_ike(inner, out); return;
    case Content::esp: out.esp = dissect_esp(inner, out.anomalies); return;
    case Content::wesp: read_wesp(inner, out); return;
    case Content::ipcomp: out.ipcomp = dissect_ipcomp(inner, out.anomalies); return;
    case Content::none:
    case Content::keepalive:
    case Content::gdoi:
    case Content::malformed: return;
  }
  std::unreachable();
}

/// What an IP protocol carries that stands right behind IP or AH.
Content content_of(decode::IpProtocol protocol) noexcept {
  if (protocol == decode::IpProtocol::esp) return Content::esp;
  if (protocol == decode::IpProtocol::wesp) return Content::wesp;
  return protocol == decode::IpProtocol::ipcomp ? Content::ipcomp : Content::none;
}

void clear_carried(Layers& out) noexcept {
  out.content = Content::none;
  out.encapsulation = Encapsulation::none;
  out.esp.reset();
  out.wesp.reset();
  out.ipcomp.reset();
  out.null_esp.reset();
}

}  // namespace

void dissect(const decode::Packet& packet, Layers& out) noexcept {
  clear_carried(out);
  out.ah.clear();
  out.anomalies = {};
  const bool ipv6 = packet.version() == IpVersion::v6;
  for (const ByteView header : packet.auth_headers)
    if (const auto ah = dissect_ah(header, ipv6, out.anomalies)) out.ah.push_back(*ah);
  if (packet.transport == decode::Transport::udp) {
    dissect_carried(classify_udp(packet.source_port, packet.destination_port, packet.payload), out);
  } else if (packet.transport == decode::Transport::other) {
    read(content_of(packet.upper), packet.payload, out);
  }
}

void dissect_carried(const Carried& carried, Layers& out) noexcept {
  clear_carried(out);
  out.encapsulation = carried.encapsulation;
  out.anomalies.merge(carried.anomalies);
  read(carried.content, carried.inner, out);
}

}  // namespace espial::ipsec
