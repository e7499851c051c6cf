#include "engine/flow/icmp_error.hpp"

#include <optional>
#include <utility>

#include "engine/base/bytes.hpp"

namespace espial::flow {
namespace {

using decode::IpProtocol;

constexpr std::size_t kIpv4Header = 20;
constexpr std::size_t kIpv6Address = 16;
constexpr unsigned kMaxExtensions = 8;

/// The quoted packet as far as its IP header tells it.
struct Quoted {
  IpAddress source, destination;
  std::uint8_t protocol = 0;
  bool first_part = true;  // no fragment, or the first
  ByteView transport;      // as much as was quoted
};

std::optional<Quoted> read_ipv4(ByteView bytes) noexcept {
  ByteReader in(bytes);
  const auto version_and_length = in.be<std::uint8_t>();
  in.skip(5);  // type of service, total length, identification
  const auto fragment = in.be<std::uint16_t>();
  in.skip(1);  // time to live
  Quoted quoted;
  quoted.protocol = in.be<std::uint8_t>();
  in.skip(2);  // checksum: routers change what it is over
  const ByteView source = in.take(4);
  const ByteView destination = in.take(4);
  const std::size_t header = (version_and_length & 0x0fU) * std::size_t{4};
  if (!in.ok() || version_and_length >> 4U != 4 || header < kIpv4Header || header > bytes.size())
    return std::nullopt;
  quoted.source = IpAddress::from_bytes(source);
  quoted.destination = IpAddress::from_bytes(destination);
  quoted.first_part = (fragment & 0x1fffU) == 0;
  quoted.transport = bytes.subspan(header);
  return quoted;
}

bool is_extension(IpProtocol protocol) noexcept {
  return protocol == IpProtocol::hop_by_hop || protocol == IpProtocol::routing ||
         protocol == IpProtocol::destination_options;
}

/// Goes past one extension header. False when there is none, it is cut, or what follows is the
/// middle of a datagram.
bool pass_extension(Quoted& quoted) noexcept {
  ByteReader in(quoted.transport);
  const auto next = in.be<std::uint8_t>();
  const auto length = in.be<std::uint8_t>();  // in units of 8 bytes, the first not counted
  if (const IpProtocol protocol{quoted.protocol}; is_extension(protocol)) {
    in.skip(6 + (std::size_t{length} * 8));
  } else if (protocol == IpProtocol::fragment) {
    quoted.first_part = in.be<std::uint16_t>() >> 3U == 0;
    in.skip(4);
  } else {
    return false;
  }
  if (!in.ok()) return false;
  quoted.protocol = next;
  quoted.transport = in.rest();
  return quoted.first_part;
}

std::optional<Quoted> read_ipv6(ByteView bytes) noexcept {
  ByteReader in(bytes);
  const auto version = in.be<std::uint8_t>() >> 4U;
  in.skip(5);  // traffic class, flow label, payload length
  Quoted quoted;
  quoted.protocol = in.be<std::uint8_t>();
  in.skip(1);  // hop limit
  const ByteView source = in.take(kIpv6Address);
  const ByteView destination = in.take(kIpv6Address);
  if (!in.ok() || version != 6) return std::nullopt;
  quoted.source = IpAddress::from_bytes(source);
  quoted.destination = IpAddress::from_bytes(destination);
  quoted.transport = in.rest();
  for (unsigned left = kMaxExtensions; left > 0 && pass_extension(quoted);) --left;
  return quoted;
}

/// Collects keys between the addresses of the quoted packet.
class Keys {
 public:
  Keys(const Quoted& quoted, std::uint32_t vlans, std::uint32_t carrier) noexcept
      : quoted_(quoted), vlans_(vlans), carrier_(carrier) {}

  void add(KeyParts parts) {
    parts.source = quoted_.source;
    parts.destination = quoted_.destination;
    parts.protocol = quoted_.protocol;
    keys_.push_back(make_key(parts, vlans_, carrier_));
  }
  /// Zero is no SPI (RFC 4303 section 2.1).
  void add_spi(std::uint32_t spi, KeyParts parts = {}) {
    if (spi == 0) return;
    parts.discriminator = spi;
    parts.one_way = true;
    add(parts);
  }
  [[nodiscard]] const QuotedKeys& all() const noexcept { return keys_; }

 private:
  const Quoted& quoted_;
  std::uint32_t vlans_, carrier_;
  QuotedKeys keys_;
};

void add_ports(ByteReader& in, bool may_carry_esp, Keys& keys) {
  KeyParts parts;
  parts.source_port = in.be<std::uint16_t>();
  parts.destination_port = in.be<std::uint16_t>();
  if (!in.ok()) return;
  if (may_carry_esp) {
    in.skip(4);  // length and checksum of UDP
    const auto spi = in.be<std::uint32_t>();
    if (in.ok()) keys.add_spi(spi, parts);
  }
  keys.add(parts);
}

void add_icmp(ByteReader& in, const Quoted& quoted, Keys& keys) {
  const IpVersion version = quoted.source.version();
  const auto type = in.be<std::uint8_t>();
  const auto code = in.be<std::uint8_t>();
  in.skip(2);  // checksum
  const auto id = in.be<std::uint16_t>();
  const bool echo = version == IpVersion::v4 ? type == 0 || type == 8 : type == 128 || type == 129;
  if (in.ok()) keys.add(icmp_parts(version, type, code, echo ? id : std::uint16_t{0}));
}

void add_spi_of(ByteReader& in, Keys& keys) {
  const auto spi = in.be<std::uint32_t>();
  if (in.ok()) keys.add_spi(spi);
}

void add_transport(const Quoted& quoted, Keys& keys) {
  ByteReader in(quoted.transport);
  const IpProtocol protocol{quoted.protocol};
  if (protocol == IpProtocol::udp || protocol == IpProtocol::tcp || protocol == IpProtocol::sctp) {
    add_ports(in, protocol == IpProtocol::udp, keys);
  } else if (protocol == IpProtocol::icmp || protocol == IpProtocol::icmpv6) {
    add_icmp(in, quoted, keys);
  } else if (protocol == IpProtocol::esp) {
    add_spi_of(in, keys);
  } else if (protocol == IpProtocol::ah) {
    in.skip(4);  // next header, length, reserved
    add_spi_of(in, keys);
  } else {
    keys.add({});
  }
}

}  // namespace

QuotedKeys quoted_keys(const decode::Packet& error, const decode::Link& link,
                       std::uint32_t carrier) {
  if (error.icmp.quoted.empty()) return {};
  const std::optional<Quoted> quoted = error.version() == IpVersion::v4
                                           ? read_ipv4(error.icmp.quoted)
                                           : read_ipv6(error.icmp.quoted);
  if (!quoted || quoted->source != error.destination) return {};
  Keys keys(*quoted, fold_vlans(link), carrier);
  if (quoted->first_part) {
    add_transport(*quoted, keys);
  } else {
    keys.add({});
  }
  return keys.all();
}

QuotedFlow find_quoted(FlowTable& flows, const decode::Packet& error, const decode::Link& link,
                       std::uint32_t carrier, Timestamp now) {
  for (const KeyedPacket& quoted : quoted_keys(error, link, carrier)) {
    Flow* const flow = flows.find(quoted.key, now);
    if (flow == nullptr) continue;
    const bool by_originator = quoted.from_low == flow->originator_is_low;
    return {.flow = flow, .direction = by_originator ? Direction::to_client : Direction::to_server};
  }
  return {};
}

}  // namespace espial::flow
