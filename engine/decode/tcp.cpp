#include "engine/decode/checksum.hpp"
#include "engine/decode/walk.hpp"

/// TCP (RFC 9293 section 3.1) and its options.
namespace espial::decode {
namespace {

constexpr std::size_t kMinHeader = 20;

enum class OptionKind : std::uint8_t {
  end_of_list = 0,
  no_operation = 1,
  max_segment_size = 2,
  window_scale = 3,
  sack_permitted = 4,
  sack = 5,
  timestamps = 8,
};

/// Kinds whose length is fixed and which may stand once (RFC 9293, RFC 7323, RFC 2018); others
/// pass.
bool length_is_right(OptionKind kind, std::size_t data_size) noexcept {
  switch (kind) {
    case OptionKind::max_segment_size: return data_size == 2;
    case OptionKind::window_scale: return data_size == 1;
    case OptionKind::sack_permitted: return data_size == 0;
    case OptionKind::sack: return data_size >= 8 && data_size <= 32 && data_size % 8 == 0;
    case OptionKind::timestamps: return data_size == 8;
    case OptionKind::end_of_list:
    case OptionKind::no_operation: break;
  }
  return true;
}

constexpr bool stands_once(OptionKind kind) noexcept {
  return kind == OptionKind::max_segment_size || kind == OptionKind::window_scale ||
         kind == OptionKind::sack_permitted || kind == OptionKind::sack ||
         kind == OptionKind::timestamps;
}

void decode_options(Packet& packet, ByteView options) noexcept {
  auto& list = packet.tcp.options;
  unsigned seen = 0;  // bits by kind, of those that stand once
  ByteReader in(options);
  while (in.remaining() > 0 && list.size() < kMaxTcpOptions) {
    const auto kind = in.be<std::uint8_t>();
    if (OptionKind{kind} == OptionKind::end_of_list) return;
    if (OptionKind{kind} == OptionKind::no_operation) continue;
    const std::size_t length = in.be<std::uint8_t>();
    if (length < 2 || length - 2 > in.remaining()) {
      packet.events.add(Event::tcp_opt_invalid_len);
      return;
    }
    const ByteView data = in.take(length - 2);
    list.push_back({.kind = kind, .data = data});
    if (!length_is_right(OptionKind{kind}, data.size()))
      packet.events.add(Event::tcp_opt_invalid_len);
    if (!stands_once(OptionKind{kind})) continue;
    if ((seen >> kind & 1U) != 0) packet.events.add(Event::tcp_opt_duplicate);
    seen |= 1U << kind;
  }
}

std::size_t read_fixed_header(ByteReader& in, Packet& packet) noexcept {
  packet.source_port = Port{in.be<std::uint16_t>()};
  packet.destination_port = Port{in.be<std::uint16_t>()};
  Tcp& tcp = packet.tcp;
  tcp.sequence = in.be<std::uint32_t>();
  tcp.acknowledgment = in.be<std::uint32_t>();
  const auto offset = in.be<std::uint8_t>();
  tcp.flags = in.be<std::uint8_t>();
  tcp.window = in.be<std::uint16_t>();
  in.skip(2);  // checksum
  tcp.urgent = in.be<std::uint16_t>();
  return static_cast<std::size_t>(offset >> 4U) * 4;
}

}  // namespace

void decode_tcp(Walk& walk, Packet& packet, ByteView bytes) noexcept {
  if (bytes.size() < kMinHeader) {
    walk.note(Event::tcp_pkt_too_small);
    return;
  }
  ByteReader in(bytes);
  const std::size_t header_size = read_fixed_header(in, packet);
  if (header_size < kMinHeader || header_size > bytes.size()) {
    // No peer takes such a segment: the transport stays `other`, so that its flags and data count
    // for nothing.
    walk.note(header_size < kMinHeader ? Event::tcp_invalid_optlen : Event::tcp_hlen_too_small);
    return;
  }
  packet.transport = Transport::tcp;
  packet.tcp.header = packet.transport_header = bytes.first(header_size);
  packet.payload = bytes.subspan(header_size);
  if (header_size > kMinHeader)
    decode_options(packet, bytes.first(header_size).subspan(kMinHeader));
  if (walk.verify &&
      transport_checksum(packet.source, packet.destination, IpProtocol::tcp, bytes) != 0) {
    walk.note(Event::tcp_csum_invalid);
  }
}

}  // namespace espial::decode
