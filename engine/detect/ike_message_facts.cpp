#include "engine/detect/field_reader.hpp"

/// Fields of IKE's header, its payload chain and its fragments.
namespace espial::detect {
namespace {

using ipsec::IkeMessage;
using rules::FieldId;

const IkeMessage& ike(const PacketFacts& facts) {
  return facts.ipsec.ike;
}

/// The eight bytes of an IKE SPI where they lie in the header.
ByteView initiator_spi(const PacketFacts& facts) {
  return ike(facts).bytes.first(8);
}
ByteView responder_spi(const PacketFacts& facts) {
  return ike(facts).bytes.subspan(8, 8);
}

bool read_fragment_total(const PacketFacts& facts, ValueSink& sink) {
  const auto& fragment = ike(facts).fragment;
  if (!fragment) return false;
  if (fragment->total != 0) return sink.number(fragment->total);
  const auto& progress = facts.memory.fragments;
  return progress && progress->total != 0 && sink.number(progress->total);
}

using Facts = const PacketFacts&;

constexpr ReaderTable<FieldId::ike_version, FieldId::ike_fragments_received> kReaders(
    std::to_array<FieldReader>({
        {FieldId::ike_version,
         [](Facts f, ValueSink& sink) {
           return sink.number(std::uint64_t{ike(f).header.major} << 4U | ike(f).header.minor);
         }},
        {FieldId::ike_exchtype,
         [](Facts f, ValueSink& sink) { return sink.number(ike(f).header.exchange_type); }},
        {FieldId::ike_initiator_spi,
         [](Facts f, ValueSink& sink) { return sink.bytes(initiator_spi(f)); }},
        {FieldId::ike_responder_spi,
         [](Facts f, ValueSink& sink) { return sink.bytes(responder_spi(f)); }},
        {FieldId::ike_init_spi,
         [](Facts f, ValueSink& sink) { return give_hex(initiator_spi(f), sink); }},
        {FieldId::ike_resp_spi,
         [](Facts f, ValueSink& sink) { return give_hex(responder_spi(f), sink); }},
        {FieldId::ike_message_id,
         [](Facts f, ValueSink& sink) { return sink.number(ike(f).header.message_id.value()); }},
        {FieldId::ike_flags,
         [](Facts f, ValueSink& sink) { return sink.number(ike(f).header.flags); }},
        {FieldId::ike_length,
         [](Facts f, ValueSink& sink) { return sink.number(ike(f).header.length); }},
        {FieldId::ike_next_payload,
         [](Facts f, ValueSink& sink) { return sink.number(ike(f).header.next_payload); }},
        {FieldId::ike_payload,
         [](Facts f, ValueSink& sink) {
           return give_numbers(ike(f).payloads, sink, [](const auto& p) { return p.type; });
         }},
        {FieldId::ike_critical_payload,
         [](Facts f, ValueSink& sink) {
           return std::ranges::any_of(
               ike(f).payloads, [&](const auto& p) { return p.critical && sink.number(p.type); });
         }},
        {FieldId::ike_payload_data,
         [](Facts f, ValueSink& sink) {
           return give_bytes(ike(f).payloads, sink, [](const auto& p) { return p.body; });
         }},
        {FieldId::ike_encrypted_length,
         [](Facts f, ValueSink& sink) {
           return ike(f).encrypted && sink.number(ike(f).sealed.size());
         }},
        {FieldId::ike_fragment_id,
         [](Facts f, ValueSink& sink) {
           return ike(f).header.is_v1() && ike(f).fragment && sink.number(ike(f).fragment->id);
         }},
        {FieldId::ike_fragment_number,
         [](Facts f, ValueSink& sink) {
           return ike(f).fragment && sink.number(ike(f).fragment->number);
         }},
        {FieldId::ike_fragment_total, read_fragment_total},
        {FieldId::ike_fragments_received,
         [](Facts f, ValueSink& sink) {
           return ike(f).fragment && f.memory.fragments &&
                  sink.number(f.memory.fragments->received);
         }},
    }));

}  // namespace

bool visit_ike_message(const PacketFacts& facts, FieldId field, ValueSink& sink) {
  return kReaders.visit(facts, field, sink);
}

}  // namespace espial::detect
