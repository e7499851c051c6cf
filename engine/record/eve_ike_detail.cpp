#include <fmt/format.h>

#include "engine/base/hex.hpp"
#include "engine/record/eve_parts.hpp"
#include "engine/record/ike_suite.hpp"
#include "engine/record/ike_text.hpp"

/// An IKE message in our own words. A name is always a text, so that a field keeps its type: what
/// has no name stands there as digits.
namespace espial::record::eve {

namespace {

template <class Elements, class Text>
void write_texts(JsonWriter& json, std::string_view key, const Elements& elements, Text text) {
  if (elements.empty()) return;
  const auto array = json.array(key);
  for (const auto& element : elements) json.text(text(element));
}

template <class Texts>
void write_texts(JsonWriter& json, std::string_view key, const Texts& texts) {
  write_texts(json, key, texts, [](std::string_view text) { return text; });
}

template <class Numbers>
void write_numbers(JsonWriter& json, std::string_view key, const Numbers& numbers) {
  if (numbers.empty()) return;
  const auto array = json.array(key);
  for (const std::uint32_t number : numbers) json.number(number);
}

template <class Numbers>
void write_names(JsonWriter& json, std::string_view key, const Numbers& numbers,
                 const registry::Registry& registry) {
  write_texts(json, key, numbers,
              [&](std::uint32_t number) { return name_or_number(registry, number); });
}

void write_header(JsonWriter& json, const v1::IkeMessage& ike) {
  const IkeRegistries& names = registries_of(ike);
  if (!ike.carrier().empty()) json.text("carrier", ike.carrier());
  json.boolean("learned", ike.learned());
  json.text("exchange", name_or_number(names.exchanges, ike.exchange_type()));
  json.number("flags", ike.flags());
  write_texts(json, "flag_names", flag_names(names.flags, ike.flags()));
  json.number("length", ike.length());
  json.boolean("encrypted", ike.encrypted());
  if (ike.encrypted()) json.number("encrypted_length", ike.encrypted_length());
  json.boolean("complete", ike.complete());
  write_texts(json, "anomalies", ike.anomalies());
  write_numbers(json, "payload_types", ike.payloads());
  write_names(json, "payloads", ike.payloads(), names.payloads);
}

void write_fragment(JsonWriter& json, const v1::IkeMessage& ike) {
  if (!ike.has_fragment()) return;
  const v1::IkeFragment& fragment = ike.fragment();
  const auto object = json.object("fragment");
  if (fragment.has_id()) json.number("id", fragment.id());
  if (is_joined(ike)) {
    json.boolean("joined", true);
  } else {
    json.number("number", fragment.number());
  }
  if (fragment.total() != 0) json.number("total", fragment.total());
  json.number("received", fragment.received());
}

void write_chosen(JsonWriter& json, const v1::IkeMessage& ike) {
  if (ike.chosen().empty()) return;
  const auto array = json.array("chosen");
  for (const v1::Algorithm* const algorithm : chosen_suite(ike)) {
    const auto object = json.object();
    const auto name = algorithm_name(ike, *algorithm);
    json.text("type", kind_name(ike, *algorithm));
    json.text("name", name.empty() ? std::to_string(algorithm->id()) : std::string(name));
    json.number("id", algorithm->id());
    if (algorithm->key_length() != 0) json.number("key_length", algorithm->key_length());
  }
}

/// What the transforms' own texts do not tell: `1:Life Duration=28800`, the transform's place in
/// the proposal in front.
void write_other_attributes(JsonWriter& json, const v1::IkeMessage& ike,
                            const v1::Proposal& proposal) {
  std::vector<std::string> texts;
  std::size_t place = 0;
  for (const v1::Transform& transform : proposal.transforms()) {
    ++place;
    for (const v1::Attribute& attribute : transform.attributes()) {
      if (is_in_transform_text(ike, proposal, attribute)) continue;
      texts.push_back(fmt::format("{}:{}", place, attribute_text(ike, proposal, attribute)));
    }
  }
  write_texts(json, "attributes", texts);
}

void write_proposals(JsonWriter& json, const v1::IkeMessage& ike) {
  if (ike.proposals().empty()) return;
  const auto array = json.array("proposals");
  for (const v1::Proposal& proposal : ike.proposals()) {
    const auto object = json.object();
    json.number("number", proposal.number());
    json.number("protocol", proposal.protocol());
    json.text("protocol_name", name_or_number(registries_of(ike).protocols, proposal.protocol()));
    if (!proposal.spi().empty()) json.hex("spi", as_bytes(proposal.spi()));
    write_texts(json, "transforms", proposal.transforms(), [&](const v1::Transform& transform) {
      return transform_text(ike, proposal, transform);
    });
    write_other_attributes(json, ike, proposal);
  }
}

/// DOI and situation of IKEv1; a situation with labels behind its flags shows the flags.
void write_interpretation(JsonWriter& json, const v1::IkeMessage& ike) {
  constexpr std::size_t kFlagsSize = 4;
  if (!ike.has_doi()) return;
  json.text("doi", name_or_number(registry::kIkeV1Doi, ike.doi()));
  const ByteView situation = as_bytes(ike.situation());
  if (situation.size() < kFlagsSize) return;
  write_texts(json, "situation",
              flag_names(registry::kIkeV1Situations, read_be<std::uint32_t>(situation)));
}

void write_identifications(JsonWriter& json, const v1::IkeMessage& ike) {
  if (ike.identifications().empty()) return;
  const auto array = json.array("identifications");
  for (const v1::Identification& id : ike.identifications()) {
    const auto object = json.object();
    json.text("role", identification_role(ike, id));
    json.text("type", name_or_number(registries_of(ike).identities, id.type()));
    json.text("value", identification_value(ike, id));
    if (id.protocol() != 0)
      json.text("protocol", name_or_number(registry::kIpProtocols, id.protocol()));
    if (id.port() != 0) json.number("port", id.port());
  }
}

void write_vendors(JsonWriter& json, const v1::IkeMessage& ike) {
  if (ike.vendor_ids().empty()) return;
  write_texts(json, "vendor_names", vendor_names(ike, {}));
  const auto array = json.array("vendor_ids");
  for (const std::string& id : ike.vendor_ids()) {
    const auto object = json.object();
    json.hex("id", as_bytes(id));
    write_texts(json, "names", vendor_names(id));
  }
}

void write_certificates(JsonWriter& json, const v1::IkeMessage& ike) {
  const registry::Registry& encodings = registries_of(ike).certificates;
  if (!ike.certificates().empty()) {
    const auto array = json.array("certificates");
    for (const v1::Certificate& certificate : ike.certificates()) {
      const auto object = json.object();
      json.text("encoding", name_or_number(encodings, certificate.encoding()));
      json.hex("sha256", as_bytes(certificate.sha256()));
      json.hex("md5", as_bytes(certificate.md5()));
      json.number("length", certificate.length());
    }
  }
  if (ike.certificate_requests().empty()) return;
  const auto array = json.array("certificate_requests");
  for (const v1::CertificateRequest& request : ike.certificate_requests()) {
    const auto object = json.object();
    json.text("encoding", name_or_number(encodings, request.encoding()));
    json.number("length", request.data().size());
  }
}

}  // namespace

void write_ike_detail(JsonWriter& json, const v1::IkeMessage& ike) {
  const IkeRegistries& names = registries_of(ike);
  write_header(json, ike);
  write_fragment(json, ike);
  if (const std::string nat = nat_text(ike); !nat.empty()) json.text("nat", nat);
  write_chosen(json, ike);
  write_interpretation(json, ike);
  write_proposals(json, ike);
  write_numbers(json, "ke_groups", ike.ke_groups());
  write_names(json, "key_exchanges", ike.ke_groups(), registry::kIkeV2KeyExchange);
  write_numbers(json, "ke_lengths", ike.ke_lengths());
  write_numbers(json, "nonce_lengths", ike.nonce_lengths());
  write_identifications(json, ike);
  write_vendors(json, ike);
  write_texts(json, "notify", ike.notifies(), [&](const v1::Notify& notify) {
    return name_or_number(names.notifies, notify.type());
  });
  write_certificates(json, ike);
  write_names(json, "configuration_attributes", ike.configuration_attributes(),
              names.configuration);
}

}  // namespace espial::record::eve
