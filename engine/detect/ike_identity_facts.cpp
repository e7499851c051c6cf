#include "engine/detect/field_reader.hpp"

/// Fields of IKE's payloads about keys and about who the peers are.
namespace espial::detect {
namespace {

using rules::FieldId;
using Facts = const PacketFacts&;

const ipsec::IkeMessage& ike(Facts facts) {
  return facts.ipsec.ike;
}

constexpr ReaderTable<FieldId::ike_ke_group, FieldId::ike_signature> kReaders(std::to_array<
                                                                              FieldReader>({
    {FieldId::ike_ke_group,
     [](Facts f, ValueSink& sink) {
       return std::ranges::any_of(ike(f).key_exchanges,
                                  [&](const auto& x) { return x.group && sink.number(*x.group); });
     }},
    {FieldId::ike_ke_length,
     [](Facts f, ValueSink& sink) {
       return give_numbers(ike(f).key_exchanges, sink, [](const auto& x) { return x.data.size(); });
     }},
    {FieldId::ike_ke_data,
     [](Facts f, ValueSink& sink) {
       return give_bytes(ike(f).key_exchanges, sink, [](const auto& x) { return x.data; });
     }},
    {FieldId::ike_key_exchange_payload,
     [](Facts f, ValueSink& sink) {
       return give_bytes(ike(f).key_exchanges, sink, [](const auto& x) { return x.data; });
     }},
    {FieldId::ike_key_exchange_payload_length,
     [](Facts f, ValueSink& sink) {
       return give_numbers(ike(f).key_exchanges, sink, [](const auto& x) { return x.data.size(); });
     }},
    {FieldId::ike_nonce, [](Facts f, ValueSink& sink) { return give_bytes(ike(f).nonces, sink); }},
    {FieldId::ike_nonce_length,
     [](Facts f, ValueSink& sink) {
       return give_numbers(ike(f).nonces, sink, [](const auto& x) { return x.size(); });
     }},
    {FieldId::ike_nonce_payload,
     [](Facts f, ValueSink& sink) { return give_bytes(ike(f).nonces, sink); }},
    {FieldId::ike_nonce_payload_length,
     [](Facts f, ValueSink& sink) {
       return give_numbers(ike(f).nonces, sink, [](const auto& x) { return x.size(); });
     }},
    {FieldId::ike_id_type,
     [](Facts f, ValueSink& sink) {
       return give_numbers(ike(f).identifications, sink, [](const auto& x) { return x.type; });
     }},
    {FieldId::ike_id,
     [](Facts f, ValueSink& sink) {
       return give_bytes(ike(f).identifications, sink, [](const auto& x) { return x.data; });
     }},
    {FieldId::ike_id_protocol,
     [](Facts f, ValueSink& sink) {
       return ike(f).header.is_v1() &&
              give_numbers(ike(f).identifications, sink, [](const auto& x) { return x.protocol; });
     }},
    {FieldId::ike_id_port,
     [](Facts f, ValueSink& sink) {
       return ike(f).header.is_v1() && give_numbers(ike(f).identifications, sink,
                                                    [](const auto& x) { return x.port.value(); });
     }},
    {FieldId::ike_cert_encoding,
     [](Facts f, ValueSink& sink) {
       return give_numbers(ike(f).certificates, sink, [](const auto& x) { return x.encoding; });
     }},
    {FieldId::ike_cert,
     [](Facts f, ValueSink& sink) {
       return give_bytes(ike(f).certificates, sink, [](const auto& x) { return x.data; });
     }},
    {FieldId::ike_certreq_encoding,
     [](Facts f, ValueSink& sink) {
       return give_numbers(ike(f).certificate_requests, sink,
                           [](const auto& x) { return x.encoding; });
     }},
    {FieldId::ike_certreq,
     [](Facts f, ValueSink& sink) {
       return give_bytes(ike(f).certificate_requests, sink, [](const auto& x) { return x.data; });
     }},
    {FieldId::ike_auth_method,
     [](Facts f, ValueSink& sink) {
       return give_numbers(ike(f).authentications, sink, [](const auto& x) { return x.method; });
     }},
    {FieldId::ike_auth_data,
     [](Facts f, ValueSink& sink) {
       return give_bytes(ike(f).authentications, sink, [](const auto& x) { return x.data; });
     }},
    {FieldId::ike_hash, [](Facts f, ValueSink& sink) { return give_bytes(ike(f).hashes, sink); }},
    {FieldId::ike_signature,
     [](Facts f, ValueSink& sink) { return give_bytes(ike(f).signatures, sink); }},
}));

}  // namespace

bool visit_ike_identity(const PacketFacts& facts, FieldId field, ValueSink& sink) {
  return kReaders.visit(facts, field, sink);
}

}  // namespace espial::detect
