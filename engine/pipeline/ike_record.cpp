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
  for (const ByteView data : message.certificates) {
    v1::Certificate& certificate = *out.add_certificates();
    certificate.set_md5(digest(data, EVP_md5()));
    certificate.set_sha256(digest(data, EVP_sha256()));
    certificate.set_length(static_cast<std::uint32_t>(data.size()));
  }
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
  if (message.sa_v1) {
    out.set_doi(message.sa_v1->doi);
    out.set_situation(text_of(message.sa_v1->situation));
  }
  out.set_next_payload(message.payloads.empty() ? message.header.next_payload
                                                : message.payloads.back().next);
  out.set_encrypted(message.encrypted);
  out.set_complete(message.complete);
  message.anomalies.for_each([&](ipsec::Anomaly anomaly) {
    out.add_anomalies(std::string(ipsec::info_of(anomaly).name));
  });
}

}  // namespace espial::pipeline
