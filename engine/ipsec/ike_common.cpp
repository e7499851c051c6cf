#include <algorithm>

#include "engine/ipsec/ike_dissector.hpp"

/// Bodies that IKEv1 and IKEv2 share but for their first fields.
namespace espial::ipsec::detail {
namespace {

constexpr std::size_t kLongestNonce = 256;

/// RFC 7296 section 3.15.1; RFC 2408 section 3.3 for IKEv1, which alone has short forms.
std::optional<ConfigurationAttribute> take_configuration_attribute(ByteReader& in,
                                                                   bool short_forms) noexcept {
  const auto wire = take_wire_attribute(in, short_forms);
  if (!wire) return std::nullopt;
  ConfigurationAttribute attribute;
  attribute.type = wire->type;
  attribute.short_form = wire->short_form;
  attribute.data = wire->data;
  return attribute;
}

}  // namespace

std::optional<WireAttribute> take_wire_attribute(ByteReader& in, bool short_forms) noexcept {
  constexpr std::uint16_t kShortFormBit = 0x8000;
  const auto head = in.be<std::uint16_t>();
  WireAttribute attribute;
  attribute.type = static_cast<std::uint16_t>(head & ~kShortFormBit);
  attribute.short_form = short_forms && (head & kShortFormBit) != 0;
  attribute.data = attribute.short_form ? in.take(2) : in.take(in.be<std::uint16_t>());
  if (!in.ok()) return std::nullopt;
  return attribute;
}

void dissect_certificate(ByteView body, IkeMessage& out) noexcept {
  if (body.size() < 2) out.anomalies.add(Anomaly::ike_certificate_malformed);
  if (body.empty()) return;  // not even the encoding
  keep(out.certificates,
       Certificate{.encoding = read_be<std::uint8_t>(body), .data = body.subspan(1)},
       out.anomalies);
}

void dissect_nonce(ByteView body, std::size_t shortest, IkeMessage& out) noexcept {
  if (body.size() < shortest || body.size() > kLongestNonce)
    out.anomalies.add(Anomaly::ike_nonce_length);
  keep(out.nonces, body, out.anomalies);
}

void finish_notify(ByteReader in, std::size_t spi_size, Notify notify, IkeMessage& out) noexcept {
  if (!in.ok()) {
    out.anomalies.add(Anomaly::ike_notify_malformed);
    return;
  }
  if (spi_size > in.remaining()) out.anomalies.add(Anomaly::ike_notify_malformed);
  notify.spi = in.take(std::min(spi_size, in.remaining()));
  notify.data = in.rest();
  keep(out.notifies, notify, out.anomalies);
}

void finish_delete(ByteReader in, Delete removed, IkeMessage& out) noexcept {
  if (!in.ok()) {
    out.anomalies.add(Anomaly::ike_delete_malformed);
    return;
  }
  removed.spis = in.rest();
  const std::size_t stated = std::size_t{removed.count} * removed.spi_size;
  const bool spis_without_size = removed.spi_size == 0 && removed.count != 0;
  if (stated != removed.spis.size() || spis_without_size)
    out.anomalies.add(Anomaly::ike_delete_malformed);
  keep(out.deletes, removed, out.anomalies);
}

void finish_configuration(ByteReader in, Configuration configuration, bool short_forms,
                          IkeMessage& out) noexcept {
  if (!in.ok()) {
    out.anomalies.add(Anomaly::ike_configuration_malformed);
    return;
  }
  configuration.first_attribute = static_cast<std::uint16_t>(out.configuration_attributes.size());
  if (!keep(out.configurations, configuration, out.anomalies)) return;
  while (in.remaining() != 0) {
    const auto attribute = take_configuration_attribute(in, short_forms);
    if (!attribute) {
      out.anomalies.add(Anomaly::ike_configuration_malformed);
      return;
    }
    if (!keep(out.configuration_attributes, *attribute, out.anomalies)) return;
    ++out.configurations.back().attribute_count;
  }
}

}  // namespace espial::ipsec::detail
