#include "engine/detect/facts.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace espial::detect {
namespace {

using ipsec::IkeMessage;
using rules::FieldId;

constexpr std::size_t kMaxHexSource = 512;  // bytes of a vendor id that Suricata's hex buffer shows

/// Suricata's spelling of bytes: lower-case hex text, made on the stack.
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

/// The eight bytes of an IKE SPI where they lie in the header.
ByteView initiator_spi(const IkeMessage& ike) {
  return ike.bytes.first(8);
}
ByteView responder_spi(const IkeMessage& ike) {
  return ike.bytes.subspan(8, 8);
}

template <class Range, class Value>
bool give_each(const Range& range, ValueSink& sink, Value value) {
  return std::ranges::any_of(range, [&](const auto& item) { return sink.number(value(item)); });
}

std::uint64_t pair_of(std::uint64_t first, std::uint64_t second) {
  return first << 16U | (second & 0xffffU);
}

bool give_ike(const IkeMessage& ike, FieldId field, ValueSink& sink) {
  const ipsec::IkeHeader& header = ike.header;
  switch (field) {
    case FieldId::ike_version: return sink.number(std::uint64_t{header.major} << 4U | header.minor);
    case FieldId::ike_exchtype: return sink.number(header.exchange_type);
    case FieldId::ike_initiator_spi: return sink.bytes(initiator_spi(ike));
    case FieldId::ike_responder_spi: return sink.bytes(responder_spi(ike));
    case FieldId::ike_init_spi: return give_hex(initiator_spi(ike), sink);
    case FieldId::ike_resp_spi: return give_hex(responder_spi(ike), sink);
    case FieldId::ike_message_id: return sink.number(header.message_id.value());
    case FieldId::ike_flags: return sink.number(header.flags);
    case FieldId::ike_length: return sink.number(header.length);
    case FieldId::ike_payload:
      return give_each(ike.payloads, sink, [](const auto& p) { return p.type; });
    case FieldId::ike_proposal:
      return give_each(ike.proposals, sink, [](const auto& p) { return p.number; });
    case FieldId::ike_transform:  // IKEv1 transforms have no type: their attributes say what they
                                  // are
      return header.major != 1 &&
             give_each(ike.transforms, sink, [](const auto& t) { return pair_of(t.type, t.id); });
    case FieldId::ike_attribute:
      return give_each(ike.attributes, sink, [](const auto& a) {
        return pair_of(a.type, std::min<std::uint64_t>(a.value, 0xffffU));
      });
    case FieldId::ike_vendor_id:
      return std::ranges::any_of(ike.vendor_ids, [&](ByteView id) { return sink.bytes(id); });
    case FieldId::ike_vendor:
      return std::ranges::any_of(ike.vendor_ids, [&](ByteView id) { return give_hex(id, sink); });
    case FieldId::ike_notify:
      return give_each(ike.notifies, sink, [](const auto& n) { return n.type; });
    case FieldId::ike_ke_group:
      return std::ranges::any_of(
          ike.key_exchanges, [&](const auto& ke) { return ke.group && sink.number(*ke.group); });
    case FieldId::none:
    case FieldId::packet_payload:
    case FieldId::esp_spi:
    case FieldId::esp_seq:
    case FieldId::ah_spi:
    case FieldId::ah_seq:
    case FieldId::count_: return false;  // not of IKE
  }
  std::unreachable();
}

}  // namespace

bool PacketFacts::visit(FieldId field, ValueSink& sink) const {
  switch (field) {
    case FieldId::none:
    case FieldId::count_: return false;
    case FieldId::packet_payload: return sink.bytes(packet.payload);
    case FieldId::esp_spi: return ipsec.esp && sink.number(ipsec.esp->spi.value());
    case FieldId::esp_seq: return ipsec.esp && sink.number(ipsec.esp->sequence.value());
    case FieldId::ah_spi:
      return give_each(ipsec.ah, sink, [](const auto& ah) { return ah.spi.value(); });
    case FieldId::ah_seq:
      return give_each(ipsec.ah, sink, [](const auto& ah) { return ah.sequence.value(); });
    case FieldId::ike_version:
    case FieldId::ike_exchtype:
    case FieldId::ike_initiator_spi:
    case FieldId::ike_responder_spi:
    case FieldId::ike_init_spi:
    case FieldId::ike_resp_spi:
    case FieldId::ike_message_id:
    case FieldId::ike_flags:
    case FieldId::ike_length:
    case FieldId::ike_payload:
    case FieldId::ike_proposal:
    case FieldId::ike_transform:
    case FieldId::ike_attribute:
    case FieldId::ike_vendor_id:
    case FieldId::ike_vendor:
    case FieldId::ike_notify:
    case FieldId::ike_ke_group: return ipsec.has_ike() && give_ike(ipsec.ike, field, sink);
  }
  std::unreachable();
}

}  // namespace espial::detect
