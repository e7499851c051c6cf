#include "engine/decode/ipv6_options.hpp"

namespace espial::decode {
namespace {

/// IANA "Destination Options and Hop-by-Hop Options".
enum class OptionType : std::uint8_t {
  pad1 = 0x00,
  pad_n = 0x01,
  tunnel_encapsulation_limit = 0x04,
  router_alert = 0x05,
  jumbo_payload = 0xC2,
  home_address = 0xC9,
};

/// One option but padding; false when its length is not that of its type.
bool read_option(OptionType type, ByteView data, Ipv6Options& out, bool& known) noexcept {
  known = true;
  switch (type) {
    case OptionType::router_alert: return data.size() == 2;
    case OptionType::tunnel_encapsulation_limit: return data.size() == 1;
    case OptionType::jumbo_payload:
      if (data.size() == 4) out.jumbo_length = read_be<std::uint32_t>(data);
      return data.size() == 4;
    case OptionType::home_address: out.home_address = data.size() == 16; return out.home_address;
    case OptionType::pad1:
    case OptionType::pad_n: return true;
  }
  known = false;
  return true;
}

}  // namespace

Ipv6Options read_ipv6_options(OptionsHeader header, ByteView options) noexcept {
  const bool hop_by_hop = header == OptionsHeader::hop_by_hop;
  Ipv6Options out;
  bool only_padding = true;
  ByteReader in(options);
  while (in.remaining() > 0) {
    const OptionType type{in.be<std::uint8_t>()};
    if (type == OptionType::pad1) continue;
    const std::size_t length = in.be<std::uint8_t>();
    const ByteView data = in.take(length);
    if (!in.ok()) {
      out.events.add(Event::ipv6_exthdr_invalid_optlen);
      return out;
    }
    if (type == OptionType::pad_n) {
      if (length == 0) out.events.add(Event::ipv6_zero_len_padn);
      continue;
    }
    only_padding = false;
    bool known = false;
    if (!read_option(type, data, out, known)) out.events.add(Event::ipv6_exthdr_invalid_optlen);
    if (!known)
      out.events.add(hop_by_hop ? Event::ipv6_hopopts_unknown_opt
                                : Event::ipv6_dstopts_unknown_opt);
  }
  if (only_padding) {
    out.events.add(hop_by_hop ? Event::ipv6_hopopts_only_padding
                              : Event::ipv6_dstopts_only_padding);
  }
  return out;
}

}  // namespace espial::decode
