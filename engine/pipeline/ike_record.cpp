#include <openssl/evp.h>

#include <span>

#include "engine/pipeline/record_parts.hpp"

namespace espial::pipeline {
namespace {

namespace v1 = espial::v1;

std::string digest(ByteView data, const EVP_MD* method) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  EVP_Digest(data.data(), data.size(), bytes.data(), &size, method, nullptr);
  return text_of(std::as_bytes(std::span(bytes).first(size)));
}

void fill_attribute(const ipsec::Attribute& attribute, v1::Attribute& out) {
  out.set_type(attribute.type);
  out.set_short_form(attribute.short_form);
  out.set_value(attribute.value);
  out.set_data(text_of(attribute.data));
}

void fill_transform(const ipsec::IkeMessage& message, const ipsec::Transform& transform,
                    v1::Transform& out) {
  out.set_type(transform.type);
  out.set_id(transform.id);
  out.set_number(transform.number);
  for (std::size_t i = 0; i < transform.attribute_count; ++i)
    fill_attribute(message.attributes[transform.first_attribute + i], *out.add_attributes());
}

void fill_proposal(const ipsec::IkeMessage& message, const ipsec::Proposal& proposal,
                   v1::Proposal& out) {
  out.set_number(proposal.number);
  out.set_protocol(proposal.protocol);
  out.set_spi(text_of(proposal.spi));
  for (std::size_t i = 0; i < proposal.transform_count; ++i)
    fill_transform(message, message.transforms[proposal.first_transform + i],
                   *out.add_transforms());
}

void fill_notify(const ipsec::Notify& notify, v1::Notify& out) {
  out.set_type(notify.type);
  out.set_protocol(notify.protocol);
  out.set_spi(text_of(notify.spi));
  out.set_data(text_of(notify.data));
}

void fill_header(const ipsec::IkeHeader& header, v1::IkeMessage& out) {
  out.set_initiator_spi(header.initiator_spi.value());
  out.set_responder_spi(header.responder_spi.value());
  out.set_major_version(header.major);
  out.set_minor_version(header.minor);
  out.set_exchange_type(header.exchange_type);
  out.set_flags(header.flags);
  out.set_message_id(header.message_id.value());
  out.set_length(header.length);
}

void fill_exchanges(const ipsec::IkeMessage& message, v1::IkeMessage& out) {
  for (const ipsec::KeyExchange& ke : message.key_exchanges) {
    if (ke.group) out.add_ke_groups(*ke.group);
    out.add_ke_lengths(static_cast<std::uint32_t>(ke.data.size()));
    if (message.header.major == 1) out.add_ke_data(text_of(ke.data));
  }
  for (const ByteView nonce : message.nonces) {
    out.add_nonce_lengths(static_cast<std::uint32_t>(nonce.size()));
    if (message.header.major == 1) out.add_nonce_data(text_of(nonce));
  }
}

void fill_certificates(const ipsec::IkeMessage& message, v1::IkeMessage& out) {
  for (const auto& [encoding, data] : message.certificates) {
    v1::Certificate& certificate = *out.add_certificates();
    certificate.set_md5(digest(data, EVP_md5()));
    certificate.set_sha256(digest(data, EVP_sha256()));
    certificate.set_length(static_cast<std::uint32_t>(data.size()));
    certificate.set_encoding(encoding);
  }
  for (const auto& [encoding, data] : message.certificate_requests) {
    v1::CertificateRequest& request = *out.add_certificate_requests();
    request.set_encoding(encoding);
    request.set_data(text_of(data));
  }
}

void fill_identifications(const ipsec::IkeMessage& message, v1::IkeMessage& out) {
  for (const ipsec::Identification& id : message.identifications) {
    v1::Identification& shown = *out.add_identifications();
    shown.set_payload(id.payload);
    shown.set_type(id.type);
    shown.set_data(text_of(id.data));
    shown.set_protocol(id.protocol);
    shown.set_port(id.port.value());
  }
}

void fill_fragment(const ipsec::IkeFragment& fragment, bool v1, v1::IkeFragment& out) {
  if (v1) out.set_id(fragment.id);
  out.set_number(fragment.number);
  out.set_total(fragment.total);
}

}  // namespace

void fill_ike(const ipsec::IkeMessage& message, v1::IkeMessage& out) {
  fill_header(message.header, out);
  for (const ipsec::Payload& payload : message.payloads) out.add_payloads(payload.type);
  for (const ipsec::Proposal& proposal : message.proposals)
    fill_proposal(message, proposal, *out.add_proposals());
  for (const ByteView id : message.vendor_ids) out.add_vendor_ids(text_of(id));
  for (const ipsec::Notify& notify : message.notifies) fill_notify(notify, *out.add_notifies());
  fill_exchanges(message, out);
  fill_certificates(message, out);
  fill_identifications(message, out);
  for (const ipsec::ConfigurationAttribute& attribute : message.configuration_attributes)
    out.add_configuration_attributes(attribute.type);
  if (message.fragment)
    fill_fragment(*message.fragment, message.header.is_v1(), *out.mutable_fragment());
  if (message.sa_v1) {
    out.set_doi(message.sa_v1->doi);
    out.set_situation(text_of(message.sa_v1->situation));
  }
  out.set_next_payload(message.payloads.empty() ? message.header.next_payload
                                                : message.payloads.back().next);
  out.set_encrypted(message.encrypted);
  out.set_encrypted_length(static_cast<std::uint32_t>(message.sealed.size()));
  out.set_complete(message.complete);
  message.anomalies.for_each([&](ipsec::Anomaly anomaly) {
    out.add_anomalies(std::string(ipsec::info_of(anomaly).name));
  });
}

void fill_memory(const sa::View& memory, v1::IkeMessage& out) {
  out.set_learned(memory.learned);
  if (memory.fragments) {  // of a message that was joined of them: without a number
    out.mutable_fragment()->set_total(memory.fragments->total);
    out.mutable_fragment()->set_received(memory.fragments->received);
  }
  if (memory.sa == nullptr) return;
  if (memory.sa->nat_looked_at)
    out.set_nat((memory.sa->behind_nat[0] ? 1U : 0U) | (memory.sa->behind_nat[1] ? 2U : 0U));
  if (!memory.sa->has_choice) return;
  for (const sa::Algorithm& algorithm : memory.sa->chosen.algorithms) {
    v1::Algorithm& chosen = *out.add_chosen();
    chosen.set_kind(std::to_underlying(algorithm.kind));
    chosen.set_id(algorithm.id);
    chosen.set_key_length(algorithm.key_length);
  }
}

}  // namespace espial::pipeline
