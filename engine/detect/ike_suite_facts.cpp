#include <span>

#include "engine/detect/field_reader.hpp"
#include "rules/catalog/sa_attribute.hpp"

/// Fields of IKE's SA payload, and what was offered and chosen.
namespace espial::detect {
namespace {

using ipsec::IkeMessage;
using rules::FieldId;
using sa::AlgorithmKind;
using sa::Suite;

const IkeMessage& ike(const PacketFacts& facts) {
  return facts.ipsec.ike;
}

bool give(const Suite* suite, AlgorithmKind first, AlgorithmKind last, ValueSink& sink) {
  return suite != nullptr &&
         std::ranges::any_of(suite->algorithms, [&](const sa::Algorithm& algorithm) {
           return algorithm.kind >= first && algorithm.kind <= last && sink.number(algorithm.id);
         });
}

template <AlgorithmKind Kind>
bool read_offered(const PacketFacts& facts, ValueSink& sink) {
  return give(facts.memory.offered, Kind, Kind, sink);
}
template <AlgorithmKind Kind>
bool read_chosen(const PacketFacts& facts, ValueSink& sink) {
  return give(facts.memory.chosen, Kind, Kind, sink);
}

bool give_additional(const Suite* suite, ValueSink& sink) {
  return give(suite, AlgorithmKind::additional_key_exchange_1,
              AlgorithmKind::additional_key_exchange_7, sink);
}

bool give_key_lengths(const Suite* suite, ValueSink& sink) {
  return suite != nullptr &&
         std::ranges::any_of(suite->algorithms, [&](const sa::Algorithm& algorithm) {
           return algorithm.kind == AlgorithmKind::encryption && algorithm.key_length != 0 &&
                  sink.number(algorithm.key_length);
         });
}

/// The value under the name that Suricata has for it, where it has one.
bool give_named(auto rules::SaAttribute::* member, unsigned type, std::uint64_t value,
                ValueSink& sink) {
  const auto named = std::ranges::find(rules::kSaAttributes, type, member);
  return named != rules::kSaAttributes.end() &&
         sink.number(rules::sa_attribute_value(named->type, value));
}

/// Of IKEv1 the attributes of the first transform; of IKEv2 the transforms, under the names that
/// IKEv1's attributes have.
bool read_chosen_attributes(const PacketFacts& facts, ValueSink& sink) {
  using rules::SaAttribute;
  const IkeMessage& message = ike(facts);
  if (!message.is_choice()) return false;
  if (message.header.is_v1())
    return std::ranges::any_of(message.attributes, [&](const ipsec::Attribute& attribute) {
      return attribute.transform == 0 &&
             give_named(&SaAttribute::type, attribute.type, attribute.value, sink);
    });
  return std::ranges::any_of(message.transforms, [&](const ipsec::Transform& transform) {
    return transform.type != 0 &&
           give_named(&SaAttribute::transform_type, transform.type, transform.id, sink);
  });
}

bool read_life_durations(const PacketFacts& facts, ValueSink& sink) {
  constexpr std::uint16_t kLifeDuration = 12;  // RFC 2409 appendix A
  constexpr std::uint64_t kMost = 0xffff'ffff;
  return ike(facts).header.is_v1() &&
         std::ranges::any_of(ike(facts).attributes, [&](const ipsec::Attribute& attribute) {
           return attribute.type == kLifeDuration && sink.number(std::min(attribute.value, kMost));
         });
}

using Facts = const PacketFacts&;

constexpr ReaderTable<FieldId::ike_doi, FieldId::ike_chosen_sa_attribute> kReaders(
    std::to_array<FieldReader>({
        {FieldId::ike_doi,
         [](Facts f, ValueSink& sink) { return ike(f).sa_v1 && sink.number(ike(f).sa_v1->doi); }},
        {FieldId::ike_situation,
         [](Facts f, ValueSink& sink) {
           return ike(f).sa_v1 && sink.bytes(ike(f).sa_v1->situation);
         }},
        {FieldId::ike_proposal,
         [](Facts f, ValueSink& sink) {
           return give_numbers(ike(f).proposals, sink, [](const auto& p) { return p.number; });
         }},
        {FieldId::ike_proposal_protocol,
         [](Facts f, ValueSink& sink) {
           return give_numbers(ike(f).proposals, sink, [](const auto& p) { return p.protocol; });
         }},
        {FieldId::ike_proposal_spi,
         [](Facts f, ValueSink& sink) {
           return std::ranges::any_of(ike(f).proposals, [&](const auto& p) {
             return !p.spi.empty() && sink.bytes(p.spi);
           });
         }},
        // IKEv1's transforms have no type: their attributes say what they are.
        {FieldId::ike_transform,
         [](Facts f, ValueSink& sink) {
           return !ike(f).header.is_v1() &&
                  give_numbers(ike(f).transforms, sink,
                               [](const auto& t) { return pair_of(t.type, t.id); });
         }},
        {FieldId::ike_transform_id,
         [](Facts f, ValueSink& sink) {
           return ike(f).header.is_v1() &&
                  give_numbers(ike(f).transforms, sink, [](const auto& t) { return t.id; });
         }},
        {FieldId::ike_attribute,
         [](Facts f, ValueSink& sink) {
           return give_numbers(ike(f).attributes, sink, [](const auto& a) {
             return pair_of(a.type, std::min<std::uint64_t>(a.value, 0xffffU));
           });
         }},
        {FieldId::ike_life_duration, read_life_durations},
        {FieldId::ike_offered_encr, read_offered<AlgorithmKind::encryption>},
        {FieldId::ike_offered_prf, read_offered<AlgorithmKind::prf>},
        {FieldId::ike_offered_integ, read_offered<AlgorithmKind::integrity>},
        {FieldId::ike_offered_ke, read_offered<AlgorithmKind::key_exchange>},
        {FieldId::ike_offered_sn, read_offered<AlgorithmKind::sequence_numbers>},
        {FieldId::ike_offered_addke,
         [](Facts f, ValueSink& sink) { return give_additional(f.memory.offered, sink); }},
        {FieldId::ike_offered_kwa, read_offered<AlgorithmKind::key_wrap>},
        {FieldId::ike_offered_gcauth, read_offered<AlgorithmKind::group_controller_authentication>},
        {FieldId::ike_offered_hash, read_offered<AlgorithmKind::hash>},
        {FieldId::ike_offered_auth_method, read_offered<AlgorithmKind::authentication_method>},
        {FieldId::ike_offered_key_length,
         [](Facts f, ValueSink& sink) { return give_key_lengths(f.memory.offered, sink); }},
        {FieldId::ike_chosen_encr, read_chosen<AlgorithmKind::encryption>},
        {FieldId::ike_chosen_prf, read_chosen<AlgorithmKind::prf>},
        {FieldId::ike_chosen_integ, read_chosen<AlgorithmKind::integrity>},
        {FieldId::ike_chosen_ke, read_chosen<AlgorithmKind::key_exchange>},
        {FieldId::ike_chosen_sn, read_chosen<AlgorithmKind::sequence_numbers>},
        {FieldId::ike_chosen_addke,
         [](Facts f, ValueSink& sink) { return give_additional(f.memory.chosen, sink); }},
        {FieldId::ike_chosen_kwa, read_chosen<AlgorithmKind::key_wrap>},
        {FieldId::ike_chosen_gcauth, read_chosen<AlgorithmKind::group_controller_authentication>},
        {FieldId::ike_chosen_hash, read_chosen<AlgorithmKind::hash>},
        {FieldId::ike_chosen_auth_method, read_chosen<AlgorithmKind::authentication_method>},
        {FieldId::ike_chosen_key_length,
         [](Facts f, ValueSink& sink) { return give_key_lengths(f.memory.chosen, sink); }},
        {FieldId::ike_chosen_sa_attribute, read_chosen_attributes},
    }));

}  // namespace

bool visit_ike_suite(const PacketFacts& facts, FieldId field, ValueSink& sink) {
  return kReaders.visit(facts, field, sink);
}

}  // namespace espial::detect
