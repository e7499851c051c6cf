#include <span>

#include "engine/detect/field_reader.hpp"
#include "engine/registry/vendor_id.hpp"

/// Fields of IKE's notifications, vendor ids, and the payloads that are seldom in clear.
namespace espial::detect {
namespace {

using ipsec::ConfigurationAttribute;
using ipsec::IkeMessage;
using ipsec::TrafficSelector;
using rules::FieldId;
using Facts = const PacketFacts&;

// Notifications of IKEv2 whose data have fields of their own (RFC 7296 section 3.10.1, RFC 5685,
// 5723, 6467, 7427, 8019).
constexpr std::uint16_t kInvalidKe = 17;
constexpr std::uint16_t kNatDetectionSource = 16388;
constexpr std::uint16_t kNatDetectionDestination = 16389;
constexpr std::uint16_t kCookie = 16390;
constexpr std::uint16_t kRedirect = 16407;
constexpr std::uint16_t kRedirectedFrom = 16408;
constexpr std::uint16_t kTicket = 16413;
constexpr std::uint16_t kSecurePasswordMethods = 16424;
constexpr std::uint16_t kSignatureHashes = 16431;
constexpr std::uint16_t kPuzzle = 16434;

// Payloads of [MS-AIPS].
constexpr std::uint8_t kGssToken = 129;
constexpr std::uint8_t kGssName = 134;
constexpr std::size_t kWordSize = 2;

const IkeMessage& ike(Facts facts) {
  return facts.ipsec.ike;
}

/// Calls `give` with the data of each notification of the type, in wire order, until it says so.
template <class Give>
bool each_of_type(const IkeMessage& message, std::uint16_t type, Give give) {
  return !message.header.is_v1() && std::ranges::any_of(message.notifies, [&](const auto& notify) {
    return notify.type == type && give(notify.data);
  });
}

template <std::uint16_t Type>
bool read_data(Facts facts, ValueSink& sink) {
  return each_of_type(ike(facts), Type, [&](ByteView data) { return sink.bytes(data); });
}

/// The data as a list of words, of which the first `Most` count.
template <std::uint16_t Type, std::size_t Most = SIZE_MAX / kWordSize>
bool read_words(Facts facts, ValueSink& sink) {
  return each_of_type(ike(facts), Type, [&](ByteView data) {
    ByteView left = data.first(std::min(data.size(), Most * kWordSize));
    for (; left.size() >= kWordSize; left = left.subspan(kWordSize))
      if (sink.number(read_be<std::uint16_t>(left))) return true;
    return false;
  });
}

bool read_nat_detections(Facts facts, ValueSink& sink) {
  if (give_bytes(ike(facts).nat_detections, sink)) return true;
  return !ike(facts).header.is_v1() &&
         std::ranges::any_of(ike(facts).notifies, [&](const auto& notify) {
           return (notify.type == kNatDetectionSource || notify.type == kNatDetectionDestination) &&
                  sink.bytes(notify.data);
         });
}

/// The numbers of registry::kNatEnds.
bool read_nat(Facts facts, ValueSink& sink) {
  const sa::IkeSa* const known = facts.memory.sa;
  if (known == nullptr || !known->nat_looked_at) return false;
  return sink.number((known->behind_nat[0] ? 1U : 0U) + (known->behind_nat[1] ? 2U : 0U));
}

/// RFC 5685 sections 9.2 and 9.3, REDIRECT and REDIRECTED_FROM alike: type, length and gateway.
template <class Give>
bool each_redirect(const IkeMessage& message, Give give) {
  return !message.header.is_v1() && std::ranges::any_of(message.notifies, [&](const auto& notify) {
    return (notify.type == kRedirect || notify.type == kRedirectedFrom) && give(notify.data);
  });
}

bool read_redirect_types(Facts facts, ValueSink& sink) {
  return each_redirect(ike(facts), [&](ByteView data) {
    return !data.empty() && sink.number(read_be<std::uint8_t>(data));
  });
}

bool read_redirect_gateways(Facts facts, ValueSink& sink) {
  return each_redirect(ike(facts), [&](ByteView data) {
    ByteReader in(data);
    in.skip(1);
    const ByteView gateway = in.take(in.be<std::uint8_t>());
    return in.ok() && sink.bytes(gateway);
  });
}

/// RFC 8019 section 8.1: PRF, difficulty, cookie.
bool read_puzzle_difficulties(Facts facts, ValueSink& sink) {
  return each_of_type(ike(facts), kPuzzle, [&](ByteView data) {
    return data.size() > kWordSize && sink.number(read_be<std::uint8_t>(data.subspan(kWordSize)));
  });
}

bool read_deleted_spis(Facts facts, ValueSink& sink) {
  return std::ranges::any_of(ike(facts).deletes, [&](const ipsec::Delete& removed) {
    if (removed.spi_size == 0) return false;
    for (ByteView left = removed.spis; left.size() >= removed.spi_size;
         left = left.subspan(removed.spi_size))
      if (sink.bytes(left.first(removed.spi_size))) return true;
    return false;
  });
}

bool read_vendor_names(Facts facts, ValueSink& sink) {
  return std::ranges::any_of(ike(facts).vendor_ids, [&](ByteView id) {
    std::array<std::string_view, registry::kMaxVendorNames> names;
    const std::size_t found = registry::vendor_names(id, names);
    return std::ranges::any_of(std::span(names).first(found),
                               [&](std::string_view name) { return sink.bytes(as_bytes(name)); });
  });
}

bool read_vendor_hex(Facts facts, ValueSink& sink) {
  return std::ranges::any_of(ike(facts).vendor_ids,
                             [&](ByteView id) { return give_hex(id, sink); });
}

/// Only ranges of addresses have ports.
bool read_selected_ports(Facts facts, ValueSink& sink) {
  return std::ranges::any_of(ike(facts).traffic_selectors, [&](const TrafficSelector& selector) {
    return !selector.start.empty() &&
           sink.number(pair_of(selector.start_port.value(), selector.end_port.value()));
  });
}

bool read_eap_types(Facts facts, ValueSink& sink) {
  return std::ranges::any_of(
      ike(facts).eaps, [&](const ipsec::Eap& eap) { return eap.type && sink.number(*eap.type); });
}

bool read_authip_methods(Facts facts, ValueSink& sink) {
  return give_numbers(ike(facts).authip_methods, sink, &ipsec::AuthIpMethod::method);
}

bool read_gss_flags(Facts facts, ValueSink& sink) {
  return std::ranges::any_of(ike(facts).gss_tokens, [&](const ipsec::GssToken& token) {
    return token.payload == kGssToken && sink.number(token.flags);
  });
}
template <std::uint8_t Payload>
bool read_gss(Facts facts, ValueSink& sink) {
  return std::ranges::any_of(ike(facts).gss_tokens, [&](const ipsec::GssToken& token) {
    return token.payload == Payload && sink.bytes(token.data);
  });
}

constexpr ReaderTable<FieldId::ike_notify, FieldId::ike_gss_name> kReaders(std::to_array<
                                                                           FieldReader>({
    {FieldId::ike_notify,
     [](Facts f, ValueSink& sink) {
       return give_numbers(ike(f).notifies, sink, &ipsec::Notify::type);
     }},
    {FieldId::ike_notify_protocol,
     [](Facts f, ValueSink& sink) {
       return give_numbers(ike(f).notifies, sink, &ipsec::Notify::protocol);
     }},
    {FieldId::ike_notify_spi,
     [](Facts f, ValueSink& sink) {
       return give_filled(ike(f).notifies, sink, &ipsec::Notify::spi);
     }},
    {FieldId::ike_notify_data,
     [](Facts f, ValueSink& sink) {
       return give_filled(ike(f).notifies, sink, &ipsec::Notify::data);
     }},
    {FieldId::ike_cookie, read_data<kCookie>},
    {FieldId::ike_invalid_ke_group, read_words<kInvalidKe, 1>},
    {FieldId::ike_signature_hash, read_words<kSignatureHashes>},
    {FieldId::ike_nat_detection, read_nat_detections},
    {FieldId::ike_nat_oa,
     [](Facts f, ValueSink& sink) {
       return give_bytes(ike(f).nat_originals, sink, &ipsec::NatOriginalAddress::address);
     }},
    {FieldId::ike_nat, read_nat},
    {FieldId::ike_redirect_type, read_redirect_types},
    {FieldId::ike_redirect_gateway, read_redirect_gateways},
    {FieldId::ike_ticket, read_data<kTicket>},
    {FieldId::ike_puzzle_prf, read_words<kPuzzle, 1>},
    {FieldId::ike_puzzle_difficulty, read_puzzle_difficulties},
    {FieldId::ike_puzzle_solution,
     [](Facts f, ValueSink& sink) { return give_bytes(ike(f).puzzle_solutions, sink); }},
    {FieldId::ike_secure_password_method, read_words<kSecurePasswordMethods>},
    {FieldId::ike_delete_protocol,
     [](Facts f, ValueSink& sink) {
       return give_numbers(ike(f).deletes, sink, &ipsec::Delete::protocol);
     }},
    {FieldId::ike_delete_spi, read_deleted_spis},
    {FieldId::ike_vendor_id,
     [](Facts f, ValueSink& sink) { return give_bytes(ike(f).vendor_ids, sink); }},
    {FieldId::ike_vendor_name, read_vendor_names},
    {FieldId::ike_vendor, read_vendor_hex},
    {FieldId::ike_ts_type,
     [](Facts f, ValueSink& sink) {
       return give_numbers(ike(f).traffic_selectors, sink, &TrafficSelector::type);
     }},
    {FieldId::ike_ts_protocol,
     [](Facts f, ValueSink& sink) {
       return give_numbers(ike(f).traffic_selectors, sink, &TrafficSelector::protocol);
     }},
    {FieldId::ike_ts_port, read_selected_ports},
    {FieldId::ike_ts_start,
     [](Facts f, ValueSink& sink) {
       return give_filled(ike(f).traffic_selectors, sink, &TrafficSelector::start);
     }},
    {FieldId::ike_ts_end,
     [](Facts f, ValueSink& sink) {
       return give_filled(ike(f).traffic_selectors, sink, &TrafficSelector::end);
     }},
    {FieldId::ike_ts_data,
     [](Facts f, ValueSink& sink) {
       return give_filled(ike(f).traffic_selectors, sink, &TrafficSelector::data);
     }},
    {FieldId::ike_cfg_type,
     [](Facts f, ValueSink& sink) {
       return give_numbers(ike(f).configurations, sink, &ipsec::Configuration::type);
     }},
    {FieldId::ike_cfg_attribute,
     [](Facts f, ValueSink& sink) {
       return give_numbers(ike(f).configuration_attributes, sink, &ConfigurationAttribute::type);
     }},
    {FieldId::ike_cfg_data,
     [](Facts f, ValueSink& sink) {
       return give_filled(ike(f).configuration_attributes, sink, &ConfigurationAttribute::data);
     }},
    {FieldId::ike_eap_code,
     [](Facts f, ValueSink& sink) { return give_numbers(ike(f).eaps, sink, &ipsec::Eap::code); }},
    {FieldId::ike_eap_type, read_eap_types},
    {FieldId::ike_eap_data,
     [](Facts f, ValueSink& sink) { return give_filled(ike(f).eaps, sink, &ipsec::Eap::data); }},
    {FieldId::ike_authip_method, read_authip_methods},
    {FieldId::ike_gss_flags, read_gss_flags},
    {FieldId::ike_gss_token, read_gss<kGssToken>},
    {FieldId::ike_gss_name, read_gss<kGssName>},
}));

}  // namespace

bool visit_ike_payloads(const PacketFacts& facts, FieldId field, ValueSink& sink) {
  return kReaders.visit(facts, field, sink);
}

}  // namespace espial::detect
