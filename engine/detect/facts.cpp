#include "engine/detect/facts.hpp"

#include "engine/detect/field_reader.hpp"

namespace espial::detect {
namespace {

constexpr std::size_t kMaxHexSource = 512;  // bytes of a vendor id that Suricata's hex buffer shows

}  // namespace

bool give_hex(ByteView bytes, ValueSink& sink) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<char, 2 * kMaxHexSource> text{};
  const ByteView shown = bytes.first(std::min(bytes.size(), kMaxHexSource));
  std::size_t n = 0;
  for (const std::byte b : shown) {
    text[n++] = kDigits[std::to_integer<std::size_t>(b >> 4U)];
    text[n++] = kDigits[std::to_integer<std::size_t>(b & std::byte{0x0f})];
  }
  return sink.bytes(as_bytes(std::string_view(text.data(), n)));
}

/// The fields stand in the groups' order.
bool PacketFacts::visit(rules::FieldId field, ValueSink& sink) const {
  using rules::FieldId;
  if (bare && (field < FieldId::ethernet_header || field > FieldId::vlan_layers)) return false;
  if (field == FieldId::packet_payload) return sink.bytes(packet.payload);
  if (field == FieldId::none || field >= FieldId::count_) return false;
  if (field <= FieldId::payload_size) return visit_packet(*this, field, sink);
  if (field >= FieldId::ike_anomaly) return visit_ipsec(*this, field, sink);
  if (!ipsec.has_ike()) return false;
  if (field < FieldId::ike_doi) return visit_ike_message(*this, field, sink);
  if (field < FieldId::ike_ke_group) return visit_ike_suite(*this, field, sink);
  if (field < FieldId::ike_notify) return visit_ike_identity(*this, field, sink);
  return visit_ike_payloads(*this, field, sink);
}

}  // namespace espial::detect
