#include "engine/decode/ipv4_options.hpp"

#include <bitset>

namespace espial::decode {
namespace {

/// Option types as they stand on the wire, copied flag and class included (IANA "IP Option
/// Numbers").
enum class OptionType : std::uint8_t {
  end_of_list = 0,
  no_operation = 1,
  record_route = 7,
  quick_start = 25,
  timestamp = 68,
  security = 130,
  loose_source_route = 131,
  extended_security = 133,
  commercial_security = 134,
  stream_id = 136,
  strict_source_route = 137,
  router_alert = 148,
};

/// RFC 791: the pointer counts from 1 and steps over addresses of four bytes, from 4 to one behind
/// the option.
void check_route(ByteView data, EventSet& events) noexcept {
  if (data.empty()) {
    events.add(Event::ipv4_opt_invalid_len);
    return;
  }
  const auto pointer = std::to_integer<std::size_t>(data.front());
  if (pointer < 4 || pointer % 4 != 0 || pointer > data.size() + 3)
    events.add(Event::ipv4_opt_malformed);
}

/// RFC 791: pointer from 5 on, then overflow and flag; a record is a time (4 bytes), or address and
/// time (8).
void check_timestamp(ByteView data, EventSet& events) noexcept {
  ByteReader in(data);
  const auto pointer = in.be<std::uint8_t>();
  const unsigned flag = in.be<std::uint8_t>() & 0xFU;
  if (!in.ok()) {
    events.add(Event::ipv4_opt_invalid_len);
    return;
  }
  const unsigned record = flag == 1 || flag == 3 ? 8 : 4;
  if (pointer < 5 || (pointer - 5U) % record != 0 || pointer > data.size() + 3) {
    events.add(Event::ipv4_opt_malformed);
  }
}

/// CIPSO: four bytes of domain, then tags of type and length (FIPS 188 section 3.1).
void check_commercial_security(ByteView data, EventSet& events) noexcept {
  ByteReader in(data);
  in.skip(4);
  if (!in.ok()) {
    events.add(Event::ipv4_opt_invalid_len);
    return;
  }
  while (in.remaining() > 0) {
    const auto tag = in.be<std::uint8_t>();
    const std::size_t length = in.be<std::uint8_t>();
    in.skip(length < 2 ? in.remaining() + 1 : length - 2);
    if (!in.ok() || tag == 0) {
      events.add(Event::ipv4_opt_malformed);
      return;
    }
  }
}

void check_length(bool right, EventSet& events) noexcept {
  if (!right) events.add(Event::ipv4_opt_invalid_len);
}

/// `data` is the option without type and length.
void check_option(OptionType type, ByteView data, EventSet& events) noexcept {
  switch (type) {
    case OptionType::record_route:
    case OptionType::loose_source_route:
    case OptionType::strict_source_route: check_route(data, events); return;
    case OptionType::timestamp: check_timestamp(data, events); return;
    case OptionType::commercial_security: check_commercial_security(data, events); return;
    case OptionType::quick_start: check_length(data.size() == 6, events); return;  // RFC 4782
    case OptionType::extended_security:
    case OptionType::security: check_length(!data.empty(), events); return;  // RFC 1108
    case OptionType::stream_id:
    case OptionType::router_alert: check_length(data.size() == 2, events); return;  // RFC 2113
    case OptionType::end_of_list:
    case OptionType::no_operation: return;
  }
  events.add(Event::ipv4_opt_invalid);
  events.add(Event::ipv4_opt_unknown);  // Suricata's table has both names for it
}

Ipv4Option option_of(OptionType type) noexcept {
  switch (type) {
    case OptionType::end_of_list: return Ipv4Option::end_of_list;
    case OptionType::no_operation: return Ipv4Option::no_operation;
    case OptionType::record_route: return Ipv4Option::record_route;
    case OptionType::quick_start: return Ipv4Option::quick_start;
    case OptionType::timestamp: return Ipv4Option::timestamp;
    case OptionType::security: return Ipv4Option::security;
    case OptionType::loose_source_route: return Ipv4Option::loose_source_route;
    case OptionType::extended_security: return Ipv4Option::extended_security;
    case OptionType::commercial_security: return Ipv4Option::commercial_security;
    case OptionType::stream_id: return Ipv4Option::stream_id;
    case OptionType::strict_source_route: return Ipv4Option::strict_source_route;
    case OptionType::router_alert: return Ipv4Option::router_alert;
  }
  return Ipv4Option::other;
}

}  // namespace

CheckedOptions check_ipv4_options(ByteView options) noexcept {
  CheckedOptions checked;
  EventSet& events = checked.events;
  // Suricata's meaning of the name: eight bytes, where RFC 791 asks for four.
  if (options.size() % 8 != 0) events.add(Event::ipv4_opt_pad_required);
  std::bitset<256> seen;
  ByteReader in(options);
  while (in.remaining() > 0) {
    const auto type = in.be<std::uint8_t>();
    checked.seen.add(option_of(OptionType{type}));
    if (OptionType{type} == OptionType::end_of_list) break;
    if (OptionType{type} == OptionType::no_operation) continue;
    if (in.remaining() == 0) {
      events.add(Event::ipv4_opt_eol_required);
      break;
    }
    const std::size_t length = in.be<std::uint8_t>();
    if (length < 2 || length - 2 > in.remaining()) {
      events.add(Event::ipv4_opt_invalid_len);
      break;
    }
    if (seen.test(type)) events.add(Event::ipv4_opt_duplicate);
    seen.set(type);
    check_option(OptionType{type}, in.take(length - 2), events);
  }
  return checked;
}

}  // namespace espial::decode
