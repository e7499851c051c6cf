#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "engine/registry/vendor_id.hpp"
#include "tools/espial/der_name.hpp"
#include "tools/espial/dissect_text_ike.hpp"

namespace espial::tools {
namespace {

using rules::FieldId;

constexpr std::size_t kHashSize = 20;
constexpr std::uint8_t kX509Signature = 4;
constexpr std::uint8_t kX509KeyExchange = 5;
constexpr std::uint8_t kGssToken = 129;

/// "c0000201  192.0.2.1"; hex alone where there is nothing to read.
std::string hex_and(ByteView bytes, const std::string& readable) {
  return readable.empty() ? short_hex(bytes) : fmt::format("{}  {}", short_hex(bytes), readable);
}

/// A name in DER; empty if it is none.
std::string quoted_name(ByteView der) {
  const std::string name = distinguished_name(der);
  return name.empty() ? "" : quoted(name);
}

/// Two addresses, one behind the other.
std::string pair_text(ByteView bytes, std::string_view between) {
  const std::size_t half = bytes.size() / 2;
  const std::string first = address_text(bytes.first(half));
  const std::string second = address_text(bytes.last(half));
  return first.empty() ? "" : fmt::format("{}{}{}", first, between, second);
}

/// What an identification says, by its type: RFC 7296 section 3.5, RFC 2407 section 4.6.2.
std::string readable_id(const ipsec::Identification& id, bool v1) {
  switch (id.type) {
    case 1:
    case 5: return address_text(id.data);
    case 2:
    case 3: return quoted(as_text(id.data));
    case 4:
    case 6: return v1 ? pair_text(id.data, "/") : "";
    case 7:
    case 8: return v1 ? pair_text(id.data, " to ") : "";
    case 9: return quoted_name(id.data);
    default: return "";
  }
}

void write_id_port(const ipsec::Identification& id, TextTree& tree) {
  tree.field(FieldId::ike_id_protocol,
             id.protocol == 0 ? "0 any" : named(&registry::kIpProtocols, id.protocol));
  tree.field(FieldId::ike_id_port,
             id.port.value() == 0 ? "0 any" : fmt::format("{}", id.port.value()));
}

/// Attributes that hold an address, alone or with what belongs to it; their numbers are those of
/// both versions.
std::string readable_attribute(const ipsec::ConfigurationAttribute& attribute) {
  constexpr auto kAddresses =
      std::to_array<std::uint16_t>({1, 2, 3, 4, 6, 8, 10, 12, 20, 21, 23456, 23457});
  constexpr std::uint16_t kSubnet = 13;
  const ByteView data = attribute.data;
  if (std::ranges::find(kAddresses, attribute.type) != kAddresses.end()) {
    constexpr std::size_t kWithPrefix = 17;
    if (data.size() == kWithPrefix)
      return fmt::format("{}/{}", address_text(data.first(kWithPrefix - 1)),
                         std::to_integer<unsigned>(data.back()));
    return address_text(data);
  }
  if (attribute.type == kSubnet && data.size() == 8) return pair_text(data, "/");
  return "";
}

}  // namespace

void write_key_exchange(const ipsec::KeyExchange& key, TextTree& tree) {
  if (key.group) tree.field(FieldId::ike_ke_group, named(&registry::kIkeV2KeyExchange, *key.group));
  tree.field(FieldId::ike_ke_length, fmt::format("{}", key.data.size()));
  tree.field(FieldId::ike_ke_data, short_hex(key.data));
}

void write_nonce(ByteView nonce, TextTree& tree) {
  tree.field(FieldId::ike_nonce_length, fmt::format("{}", nonce.size()));
  tree.field(FieldId::ike_nonce, short_hex(nonce));
}

void write_vendor_id(ByteView id, TextTree& tree) {
  tree.field(FieldId::ike_vendor_id, hex_and_text(id));
  std::array<std::string_view, registry::kMaxVendorNames> names;
  const std::size_t found = registry::vendor_names(id, names);
  for (const std::string_view name : std::span(names).first(found))
    tree.field(FieldId::ike_vendor_name, quoted(name));
}

void write_identification(const ipsec::Identification& id, bool v1, TextTree& tree) {
  tree.field(FieldId::ike_id_type,
             named(v1 ? &registry::kIkeV1IdTypes : &registry::kIkeV2IdTypes, id.type));
  if (v1) write_id_port(id, tree);
  const std::string readable = readable_id(id, v1);
  tree.field(FieldId::ike_id,
             readable.empty() ? hex_and_text(id.data) : hex_and(id.data, readable));
}

void write_certificate(const ipsec::Certificate& certificate, bool v1, TextTree& tree) {
  tree.field(FieldId::ike_cert_encoding, named(v1 ? &registry::kIkeV1CertificateEncodings
                                                  : &registry::kIkeV2CertificateEncodings,
                                               certificate.encoding));
  tree.field(FieldId::ike_cert, hex_and_text(certificate.data));
  const bool x509 =
      certificate.encoding == kX509Signature || (v1 && certificate.encoding == kX509KeyExchange);
  if (!x509) return;
  const CertificateNames names = certificate_names(certificate.data);
  if (!names.subject.empty()) tree.line("subject: " + quoted(names.subject));
  if (!names.issuer.empty()) tree.line("issuer: " + quoted(names.issuer));
}

/// IKEv2 sends hashes of the authorities' keys, IKEv1 a name.
void write_certificate_request(const ipsec::Certificate& request, bool v1, TextTree& tree) {
  tree.field(FieldId::ike_certreq_encoding, named(v1 ? &registry::kIkeV1CertificateEncodings
                                                     : &registry::kIkeV2CertificateEncodings,
                                                  request.encoding));
  tree.field(FieldId::ike_certreq,
             hex_and(request.data, v1 ? quoted_name(request.data) : std::string()));
  if (v1 || request.data.size() % kHashSize != 0 || request.data.size() == kHashSize) return;
  const auto level = tree.deeper();
  for (ByteView left = request.data; !left.empty(); left = left.subspan(kHashSize))
    tree.line("authority: " + short_hex(left.first(kHashSize)));
}

void write_authentication(const ipsec::Authentication& authentication, TextTree& tree) {
  tree.field(FieldId::ike_auth_method,
             named(&registry::kIkeV2AuthenticationMethods, authentication.method));
  tree.field(FieldId::ike_auth_data, short_hex(authentication.data));
}

void write_traffic_selector(const ipsec::TrafficSelector& selector, TextTree& tree) {
  tree.field(FieldId::ike_ts_type, named(&registry::kIkeV2TrafficSelectorTypes, selector.type));
  const auto level = tree.deeper();
  tree.field(FieldId::ike_ts_protocol,
             selector.protocol == 0 ? "0 any" : named(&registry::kIpProtocols, selector.protocol));
  if (!selector.data.empty()) tree.field(FieldId::ike_ts_data, hex_and_text(selector.data));
  if (selector.start.empty()) return;
  tree.field(FieldId::ike_ts_port,
             fmt::format("{}:{}", selector.start_port.value(), selector.end_port.value()));
  tree.field(FieldId::ike_ts_start, hex_and(selector.start, address_text(selector.start)));
  if (!selector.end.empty())
    tree.field(FieldId::ike_ts_end, hex_and(selector.end, address_text(selector.end)));
}

void write_configuration(const ipsec::IkeMessage& message,
                         const ipsec::Configuration& configuration, TextTree& tree) {
  const bool v1 = message.header.is_v1();
  const std::string identifier = v1 ? fmt::format(", id {}", configuration.identifier) : "";
  tree.field(FieldId::ike_cfg_type,
             named(v1 ? &registry::kIkeV1ConfigurationTypes : &registry::kIkeV2ConfigurationTypes,
                   configuration.type) +
                 identifier);
  const auto level = tree.deeper();
  for (const ipsec::ConfigurationAttribute& attribute :
       std::span(message.configuration_attributes)
           .subspan(configuration.first_attribute, configuration.attribute_count)) {
    tree.field(FieldId::ike_cfg_attribute, named(v1 ? &registry::kIkeV1ConfigurationAttributes
                                                    : &registry::kIkeV2ConfigurationAttributes,
                                                 attribute.type));
    if (attribute.data.empty()) continue;
    const auto deeper = tree.deeper();
    const std::string readable = readable_attribute(attribute);
    tree.field(FieldId::ike_cfg_data,
               readable.empty() ? hex_and_text(attribute.data) : hex_and(attribute.data, readable));
  }
}

void write_eap(const ipsec::Eap& eap, TextTree& tree) {
  tree.field(
      FieldId::ike_eap_code,
      fmt::format("{}, identifier {}", named(&registry::kEapCodes, eap.code), eap.identifier));
  if (eap.type) tree.field(FieldId::ike_eap_type, named(&registry::kEapTypes, *eap.type));
  if (!eap.data.empty()) tree.field(FieldId::ike_eap_data, hex_and_text(eap.data));
}

void write_gss_token(const ipsec::GssToken& token, TextTree& tree) {
  if (token.payload == kGssToken) {
    tree.field(FieldId::ike_gss_flags, flags_text(registry::kAuthIpGssFlags, token.flags));
    tree.field(FieldId::ike_gss_token, hex_and_text(token.data));
    return;
  }
  std::string name;  // of UTF-16 what is ASCII
  for (ByteView left = token.data; left.size() >= 2; left = left.subspan(2)) {
    const auto low = std::to_integer<char>(left[0]);
    name += left[1] == std::byte{0} && low >= ' ' && low <= '~' ? low : '?';
  }
  tree.field(FieldId::ike_gss_name, hex_and(token.data, quoted(name)));
}

}  // namespace espial::tools
