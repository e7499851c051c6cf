#include "engine/verdict/reject.hpp"

#include <algorithm>
#include <utility>

#include "engine/decode/checksum.hpp"

namespace espial::verdict {
namespace {

using decode::IpProtocol;
using decode::Packet;
using decode::Transport;

constexpr std::size_t kIpv4Header = 20, kIpv6Header = 40, kTcpHeader = 20, kIcmpHeader = 8;
constexpr std::size_t kMostIcmpv4 = 576;  // bytes of the whole packet; IPv6's are Answer's
constexpr std::uint8_t kHops = 64;
constexpr std::uint8_t kRst = 4, kSyn = 2, kFin = 1, kAck = 16, kResetAndAck = kRst | kAck;

/// Writes big-endian fields one after the other into an Answer; the callers' sizes fit it.
class Pen {
 public:
  explicit Pen(Answer& answer) noexcept : answer_(answer) { answer_.size = 0; }

  Pen& u8(std::uint8_t value) noexcept {
    answer_.room[answer_.size++] = std::byte{value};
    return *this;
  }
  Pen& u16(std::uint32_t value) noexcept {
    return u8(static_cast<std::uint8_t>(value >> 8U)).u8(static_cast<std::uint8_t>(value));
  }
  Pen& u32(std::uint32_t value) noexcept { return u16(value >> 16U).u16(value); }
  Pen& raw(ByteView bytes) noexcept {
    std::ranges::copy(bytes, answer_.room.begin() + answer_.size);
    answer_.size = static_cast<std::uint16_t>(answer_.size + bytes.size());
    return *this;
  }
  /// Over a field that was written as zero.
  void put_u16(std::size_t at, std::uint16_t value) noexcept {
    answer_.room[at] = static_cast<std::byte>(value >> 8U);
    answer_.room[at + 1] = static_cast<std::byte>(value);
  }

 private:
  Answer& answer_;
};

/// Of one host, and not ours alone: nothing else may be sent to or spoken for.
bool is_one_host(const IpAddress& address) noexcept {
  const ByteView bytes = address.bytes();
  const auto first = std::to_integer<unsigned>(bytes[0]);
  if (address.is_v4()) return first != 0 && first != 127 && first < 224;
  const bool only_last =
      std::ranges::all_of(bytes.first(15), [](std::byte b) { return b == std::byte{}; });
  const bool unspecified_or_loopback = only_last && std::to_integer<unsigned>(bytes[15]) <= 1;
  return first != 0xFF && !unspecified_or_loopback;
}

bool is_error_or_redirect(const Packet& packet) noexcept {
  const std::uint8_t type = packet.icmp.type;
  if (packet.transport == Transport::icmpv6) return type < 128 || type == 137;
  return packet.transport == Transport::icmp &&
         (type == 3 || type == 4 || type == 5 || type == 11 || type == 12);
}

bool may_be_answered(const Packet& packet, RejectSide side) noexcept {
  if (packet.tunnel != decode::Tunnel::none) return false;
  if (!is_one_host(packet.source) || !is_one_host(packet.destination)) return false;
  if (packet.fragment && packet.fragment->offset != 0) return false;
  if (packet.transport == Transport::tcp) return (packet.tcp.flags & kRst) == 0;
  return side == RejectSide::source && !is_error_or_redirect(packet);
}

struct Ends {
  const IpAddress& from;
  const IpAddress& to;
};

void write_ip_header(Pen& pen, const Ends& ends, IpProtocol protocol,
                     std::size_t payload) noexcept {
  const auto size = static_cast<std::uint32_t>(payload);
  if (ends.from.is_v4()) {
    pen.u8(0x45).u8(0).u16(kIpv4Header + size).u16(0).u16(0);
    pen.u8(kHops).u8(std::to_underlying(protocol)).u16(0);
  } else {
    pen.u32(0x60000000).u16(size).u8(std::to_underlying(protocol)).u8(kHops);
  }
  pen.raw(ends.from.bytes()).raw(ends.to.bytes());
}

std::size_t ip_header_size(const Ends& ends) noexcept {
  return ends.from.is_v4() ? kIpv4Header : kIpv6Header;
}

/// `at`: where the transport's checksum stands behind the IP header.
void fill_checksums(Pen& pen, const Answer& out, const Ends& ends, IpProtocol protocol,
                    std::size_t at) noexcept {
  const std::size_t header = ip_header_size(ends);
  if (ends.from.is_v4()) pen.put_u16(10, decode::internet_checksum(out.bytes().first(header)));
  const ByteView segment = out.bytes().subspan(header);
  pen.put_u16(header + at, protocol == IpProtocol::icmp
                               ? decode::internet_checksum(segment)
                               : decode::transport_checksum(ends.from, ends.to, protocol, segment));
}

struct ResetNumbers {
  std::uint32_t sequence = 0, acknowledgment = 0;
  std::uint8_t flags = kRst;
};

/// RFC 9293 section 3.10.7.1 towards who has sent; towards who has not received, the number it
/// waits for.
ResetNumbers numbers_of(const Packet& packet, RejectSide side) noexcept {
  const decode::Tcp& tcp = packet.tcp;
  const bool acknowledges = (tcp.flags & kAck) != 0;
  if (side == RejectSide::destination) {
    if (!acknowledges) return {.sequence = tcp.sequence};
    return {.sequence = tcp.sequence, .acknowledgment = tcp.acknowledgment, .flags = kResetAndAck};
  }
  if (acknowledges) return {.sequence = tcp.acknowledgment};
  const auto length = static_cast<std::uint32_t>(packet.payload.size()) +
                      ((tcp.flags & kSyn) != 0 ? 1U : 0U) + ((tcp.flags & kFin) != 0 ? 1U : 0U);
  return {.sequence = 0, .acknowledgment = tcp.sequence + length, .flags = kResetAndAck};
}

void write_reset(const Packet& packet, RejectSide side, const Ends& ends, Answer& out) noexcept {
  const bool back = side == RejectSide::source;
  const Port from = back ? packet.destination_port : packet.source_port;
  const Port to = back ? packet.source_port : packet.destination_port;
  const ResetNumbers numbers = numbers_of(packet, side);
  Pen pen(out);
  write_ip_header(pen, ends, IpProtocol::tcp, kTcpHeader);
  pen.u16(from.value()).u16(to.value()).u32(numbers.sequence).u32(numbers.acknowledgment);
  pen.u8(kTcpHeader / 4 << 4U).u8(numbers.flags).u16(0).u16(0).u16(0);
  fill_checksums(pen, out, ends, IpProtocol::tcp, 16);
}

void write_prohibited(const Packet& packet, const Ends& ends, Answer& out) noexcept {
  const bool v4 = ends.from.is_v4();
  const std::size_t headers = ip_header_size(ends) + kIcmpHeader;
  const std::size_t most = (v4 ? kMostIcmpv4 : out.room.size()) - headers;
  const ByteView quoted = packet.bytes.first(std::min(packet.bytes.size(), most));
  const IpProtocol protocol = v4 ? IpProtocol::icmp : IpProtocol::icmpv6;
  Pen pen(out);
  write_ip_header(pen, ends, protocol, kIcmpHeader + quoted.size());
  pen.u8(v4 ? 3 : 1).u8(v4 ? 13 : 1).u16(0).u32(0).raw(quoted);
  fill_checksums(pen, out, ends, protocol, 2);
}

}  // namespace

bool build_answer(const Packet& packet, RejectSide side, Answer& out) noexcept {
  if (!may_be_answered(packet, side)) return false;
  const bool back = side == RejectSide::source;
  const Ends ends{.from = back ? packet.destination : packet.source,
                  .to = back ? packet.source : packet.destination};
  if (packet.transport == Transport::tcp) {
    write_reset(packet, side, ends, out);
  } else {
    write_prohibited(packet, ends, out);
  }
  return true;
}

Rejects::Outcome Rejects::reject(const Packet& packet, rules::RejectTo to, Timestamp now) noexcept {
  Outcome outcome;
  if (now - refilled_ >= std::chrono::seconds(1)) {
    left_ = rate_;
    refilled_ = now;
  }
  if (to != rules::RejectTo::destination) answer(packet, RejectSide::source, outcome);
  if (to != rules::RejectTo::source) answer(packet, RejectSide::destination, outcome);
  return outcome;
}

void Rejects::answer(const Packet& packet, RejectSide side, Outcome& outcome) noexcept {
  if (waiting_.size() == kMostAnswers || left_ == 0) {
    ++outcome.limited;
    return;
  }
  if (!build_answer(packet, side, waiting_.emplace_back())) {
    waiting_.pop_back();
    ++outcome.unanswerable;
    return;
  }
  --left_;
  ++outcome.built;
}

}  // namespace espial::verdict
