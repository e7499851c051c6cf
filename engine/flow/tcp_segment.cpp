#include "engine/flow/tcp_segment.hpp"

#include <algorithm>

namespace espial::flow {
namespace {

constexpr std::uint8_t kFin = 0x01, kSyn = 0x02, kRst = 0x04, kAck = 0x10, kUrg = 0x20;
constexpr std::uint8_t kMaxScale = 14;

enum class OptionKind : std::uint8_t {
  window_scale = 3,
  sack_permitted = 4,
  timestamps = 8,
  fast_open = 34,
  experiment = 254,  // RFC 6994: fast open of before RFC 7413, by its number 0xF989
};
constexpr std::uint16_t kFastOpenExperiment = 0xF989;
constexpr std::size_t kLeastCookie = 4;

void read_option(const decode::TcpOption& option, TcpSegment& segment) noexcept {
  ByteReader in(option.data);
  switch (OptionKind{option.kind}) {
    case OptionKind::window_scale:
      if (option.data.size() == 1) segment.scale = std::min(in.be<std::uint8_t>(), kMaxScale);
      break;
    case OptionKind::sack_permitted: segment.sack_permitted = option.data.empty(); break;
    case OptionKind::timestamps:
      if (option.data.size() != 8) break;
      segment.timestamp = in.be<std::uint32_t>();
      segment.echo = in.be<std::uint32_t>();
      break;
    case OptionKind::fast_open: segment.fast_open = option.data.size() >= kLeastCookie; break;
    case OptionKind::experiment:
      if (in.be<std::uint16_t>() == kFastOpenExperiment)
        segment.fast_open = in.remaining() >= kLeastCookie;
      break;
  }
}

}  // namespace

TcpSegment read_segment(const decode::Packet& packet) noexcept {
  const decode::Tcp& tcp = packet.tcp;
  TcpSegment segment{.sequence = tcp.sequence,
                     .acknowledgment = tcp.acknowledgment,
                     .fin = (tcp.flags & kFin) != 0,
                     .syn = (tcp.flags & kSyn) != 0,
                     .rst = (tcp.flags & kRst) != 0,
                     .ack = (tcp.flags & kAck) != 0,
                     .urg = (tcp.flags & kUrg) != 0,
                     .window = tcp.window,
                     .urgent = tcp.urgent,
                     .payload = packet.payload};
  for (const decode::TcpOption& option : tcp.options) read_option(option, segment);
  return segment;
}

}  // namespace espial::flow
