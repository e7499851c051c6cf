#include "engine/decode/ipv6_extensions.hpp"

#include "engine/decode/ipv6_options.hpp"

namespace espial::decode {
namespace {

constexpr std::size_t kNextHeaderAt = 6;  // in the fixed header

/// An extension header in the common form: next header, length in units of eight bytes beyond the
/// first, content.
struct Extension {
  IpProtocol next{};
  ByteView content;
  ByteView rest;
};

std::optional<Extension> read_extension(ByteView bytes) noexcept {
  ByteReader in(bytes);
  Extension extension{.next = IpProtocol{in.be<std::uint8_t>()}, .content = {}, .rest = {}};
  const std::size_t size = (std::size_t{in.be<std::uint8_t>()} + 1) * 8;
  extension.content = in.take(size - 2);
  extension.rest = in.rest();
  if (!in.ok()) return std::nullopt;
  return extension;
}

/// The walk along one packet's chain.
class Chain {
 public:
  Chain(Walk& walk, Packet& packet, ByteView bytes) noexcept
      : walk_(walk), packet_(packet), rest_(bytes) {}

  /// Passes one extension header. False when `next_` is none, or when the chain ends here by a
  /// fault or a fragment.
  bool step() noexcept {
    switch (packet_.upper) {
      case IpProtocol::hop_by_hop:
      case IpProtocol::routing:
      case IpProtocol::destination_options:
      case IpProtocol::mobility:
      case IpProtocol::hip:
      case IpProtocol::shim6: return extension(packet_.upper);
      case IpProtocol::fragment: return fragment();
      case IpProtocol::ah: return auth_header();
      case IpProtocol::icmp:
      case IpProtocol::ipv4:
      case IpProtocol::tcp:
      case IpProtocol::udp:
      case IpProtocol::ipv6:
      case IpProtocol::gre:
      case IpProtocol::esp:
      case IpProtocol::icmpv6:
      case IpProtocol::no_next_header:
      case IpProtocol::ipcomp:
      case IpProtocol::sctp:
      case IpProtocol::mpls:
      case IpProtocol::wesp: break;
    }
    whole_ = true;
    return false;
  }

  /// The end of the chain was reached: what follows is an upper layer.
  [[nodiscard]] bool whole() const noexcept { return whole_; }
  [[nodiscard]] ByteView rest() const noexcept { return rest_; }

 private:
  bool fail(Event event) noexcept {
    walk_.note(event);
    return false;
  }

  void advance(IpProtocol next, ByteView rest) noexcept {
    announced_at_ = packet_.bytes.size() - rest_.size();
    packet_.upper = next;
    if (packet_.auth_headers.empty()) packet_.protocol = next;
    rest_ = rest;
    ++passed_;
  }

  bool extension(IpProtocol type) noexcept {
    const std::optional<Extension> header = read_extension(rest_);
    if (!header) return fail(Event::ipv6_trunc_exthdr);
    if (type == IpProtocol::hop_by_hop) hop_by_hop(header->content);
    if (type == IpProtocol::routing) routing(header->content);
    if (type == IpProtocol::destination_options) destination_options(header->content);
    advance(header->next, header->rest);
    return true;
  }

  void hop_by_hop(ByteView content) noexcept {
    if (passed_ != 0) walk_.note(Event::ipv6_hopopts_not_first);
    if (hop_by_hops_++ > 0) walk_.note(Event::ipv6_exthdr_dupl_hh);
    packet_.events.merge(read_ipv6_options(OptionsHeader::hop_by_hop, content).events);
  }

  void destination_options(ByteView content) noexcept {
    if (destinations_++ > 1)
      walk_.note(Event::ipv6_exthdr_dupl_dh);  // twice is right: RFC 8200 section 4.1
    const Ipv6Options options = read_ipv6_options(OptionsHeader::destination, content);
    packet_.events.merge(options.events);
    if (options.home_address) walk_.verify = false;  // the checksum is over the home address
  }

  void routing(ByteView content) noexcept {
    if (routings_++ > 0) walk_.note(Event::ipv6_exthdr_dupl_rh);
    ByteReader in(content);
    const auto type = in.be<std::uint8_t>();
    const auto segments_left = in.be<std::uint8_t>();
    if (type == 0) walk_.note(Event::ipv6_rh_type_0);  // deprecated by RFC 5095
    if (segments_left != 0) walk_.verify = false;      // the checksum is over the last destination
  }

  /// RFC 8200 section 4.5, RFC 6946 for the fragment that is the whole datagram.
  bool fragment() noexcept {
    ByteReader in(rest_);
    const IpProtocol next{in.be<std::uint8_t>()};
    const auto reserved = in.be<std::uint8_t>();
    const auto offset_and_more = in.be<std::uint16_t>();
    const auto id = in.be<std::uint32_t>();
    if (!in.ok()) return fail(Event::ipv6_trunc_exthdr);
    if (reserved != 0) walk_.note(Event::ipv6_fh_non_zero_reserved_field);
    if (fragments_++ > 0) walk_.note(Event::ipv6_exthdr_dupl_fh);
    const Fragment fragment{.id = id,
                            .offset = offset_and_more & 0xFFF8U,
                            .more = (offset_and_more & 1U) != 0,
                            .next_header_at = static_cast<std::uint16_t>(announced_at_)};
    advance(next, in.rest());
    if (fragment.offset == 0 && !fragment.more) {
      walk_.note(Event::ipv6_exthdr_useless_fh);
      return true;
    }
    packet_.fragment = fragment;
    packet_.transport = Transport::fragment;
    return false;
  }

  bool auth_header() noexcept {
    if (!packet_.auth_headers.empty()) walk_.note(Event::ipv6_exthdr_dupl_ah);
    const std::optional<AfterAh> after = decode_ah(walk_, packet_, rest_);
    if (!after) return false;
    advance(after->next, after->rest);
    return true;
  }

  Walk& walk_;
  Packet& packet_;
  ByteView rest_;
  bool whole_ = false;
  std::size_t announced_at_ = kNextHeaderAt;  // the byte of the packet that names what `rest_` is
  unsigned passed_ = 0, hop_by_hops_ = 0, destinations_ = 0, routings_ = 0, fragments_ = 0;
};

}  // namespace

Next decode_ipv6_chain(Walk& walk, Packet& packet, ByteView bytes) noexcept {
  Chain chain(walk, packet, bytes);
  std::size_t passed = 0;
  while (passed <= kMaxExtensionHeaders && chain.step()) ++passed;
  packet.payload = chain.rest();
  if (passed > kMaxExtensionHeaders) walk.note(Event::ipv6_exthdr_too_many);
  if (!chain.whole()) return {};
  return decode_upper(walk, packet, chain.rest());
}

std::optional<std::uint32_t> jumbo_payload_length(ByteView bytes) noexcept {
  const std::optional<Extension> header = read_extension(bytes);
  if (!header) return std::nullopt;
  return read_ipv6_options(OptionsHeader::hop_by_hop, header->content).jumbo_length;
}

}  // namespace espial::decode
