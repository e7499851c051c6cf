#include "engine/ipsec/esp_null.hpp"

#include <algorithm>

#include "engine/decode/checksum.hpp"

namespace espial::ipsec {
namespace {

using decode::IpProtocol;

constexpr std::size_t kTrailerSize = 2;  // pad length, next header

bool is_monotonic(ByteView padding) noexcept {
  std::uint8_t expected = 0;
  return std::ranges::all_of(
      padding, [&](std::byte b) { return std::to_integer<std::uint8_t>(b) == ++expected; });
}

Evidence weigh_ipv4(ByteView data) noexcept {
  constexpr std::size_t kShortest = 20;
  if (data.size() < kShortest) return Evidence::none;
  const auto first = read_be<std::uint8_t>(data);
  const std::size_t header = (first & 0x0FU) * std::size_t{4};
  const bool fits = first >> 4U == 4 && header >= kShortest && header <= data.size() &&
                    read_be<std::uint16_t>(data.subspan(2)) == data.size();
  if (!fits) return Evidence::none;
  return decode::internet_checksum(data.first(header)) == 0 ? Evidence::conclusive
                                                            : Evidence::suggestive;
}

Evidence weigh_ipv6(ByteView data) noexcept {
  constexpr std::size_t kHeader = 40;
  if (data.size() < kHeader || read_be<std::uint8_t>(data) >> 4U != 6) return Evidence::none;
  return read_be<std::uint16_t>(data.subspan(4)) == data.size() - kHeader ? Evidence::suggestive
                                                                          : Evidence::none;
}

/// A segment and the addresses of its pseudo-header.
struct Segment {
  const IpAddress& source;
  const IpAddress& destination;
  ByteView data;

  [[nodiscard]] bool sums_up(IpProtocol protocol) const noexcept {
    return decode::transport_checksum(source, destination, protocol, data) == 0;
  }
};

Evidence weigh_udp(const Segment& segment) noexcept {
  constexpr std::size_t kHeader = 8;
  const ByteView data = segment.data;
  if (data.size() < kHeader || read_be<std::uint16_t>(data.subspan(4)) != data.size())
    return Evidence::none;
  const bool unsummed = read_be<std::uint16_t>(data.subspan(6)) == 0;
  return !unsummed && segment.sums_up(IpProtocol::udp) ? Evidence::conclusive
                                                       : Evidence::suggestive;
}

Evidence weigh_tcp(const Segment& segment) noexcept {
  constexpr std::size_t kShortest = 20;
  constexpr std::size_t kOffset = 12;
  if (segment.data.size() < kShortest) return Evidence::none;
  const std::size_t header =
      (read_be<std::uint8_t>(segment.data.subspan(kOffset)) >> 4U) * std::size_t{4};
  return header >= kShortest && header <= segment.data.size() && segment.sums_up(IpProtocol::tcp)
             ? Evidence::suggestive
             : Evidence::none;
}

/// ICMP's checksum is over the message alone, ICMPv6's over the pseudo-header too.
Evidence weigh_icmp(const Segment& segment, bool v6) noexcept {
  constexpr std::size_t kHeader = 8;
  if (segment.data.size() < kHeader) return Evidence::none;
  const bool good =
      v6 ? segment.sums_up(IpProtocol::icmpv6) : decode::internet_checksum(segment.data) == 0;
  return good ? Evidence::suggestive : Evidence::none;
}

Evidence weigh_data(IpProtocol next_header, const Segment& segment) noexcept {
  if (next_header == IpProtocol::ipv4) return weigh_ipv4(segment.data);
  if (next_header == IpProtocol::ipv6) return weigh_ipv6(segment.data);
  if (next_header == IpProtocol::udp) return weigh_udp(segment);
  if (next_header == IpProtocol::tcp) return weigh_tcp(segment);
  if (next_header == IpProtocol::icmp) return weigh_icmp(segment, false);
  if (next_header == IpProtocol::icmpv6) return weigh_icmp(segment, true);
  return Evidence::none;  // SCTP, dummies, ...: nothing in them that would tell
}

}  // namespace

std::optional<NullEsp> read_esp_trailer(ByteView clear) noexcept {
  if (clear.size() < kTrailerSize) return std::nullopt;
  NullEsp out;
  out.pad_length = read_be<std::uint8_t>(clear.last(2));
  out.next_header = read_be<std::uint8_t>(clear.last(1));
  const std::size_t rest = clear.size() - kTrailerSize;
  if (out.pad_length > rest) return std::nullopt;
  out.data = clear.first(rest - out.pad_length);
  return out;
}

std::optional<NullEsp> read_null_esp(const EspHeader& esp, NullFormat format) noexcept {
  const std::size_t around = std::size_t{format.iv} + format.icv;
  if (esp.body.size() < around) return std::nullopt;
  const ByteView clear = esp.body.subspan(format.iv, esp.body.size() - around);
  const auto out = read_esp_trailer(clear);
  if (!out || !is_monotonic(clear.subspan(out->data.size(), out->pad_length))) return std::nullopt;
  return out;
}

Evidence weigh_null_esp(const EspHeader& esp, NullFormat format, const IpAddress& source,
                        const IpAddress& destination) noexcept {
  const auto read = read_null_esp(esp, format);
  if (!read) return Evidence::none;
  return weigh_data(IpProtocol{read->next_header},
                    {.source = source, .destination = destination, .data = read->data});
}

}  // namespace espial::ipsec
