// Every number of a registry that a record can carry is shown under its name, in EVE or in
// ipsec.log's extended form.
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>

#include "engine/record/eve.hpp"
#include "engine/record/ike_text.hpp"
#include "engine/record/ipsec_log.hpp"
#include "engine/record/test_records.hpp"

namespace espial::record {
namespace {

using google::protobuf::Value;
using Number = std::uint32_t;

/// How a number gets into a record, and how its name is shown (alone where `shown` is null).
struct Carried {
  std::string_view registry;  // its id
  void (*put)(Record& record, std::uint32_t number);
  std::string (*shown)(std::string_view name) = nullptr;
};

v1::IkeMessage& ike(Record& record, std::uint32_t version) {
  record.mutable_ike()->set_major_version(version);
  return *record.mutable_ike();
}

v1::Transform& transform(Record& record, std::uint32_t version, std::uint32_t protocol) {
  v1::Proposal& proposal = *ike(record, version).add_proposals();
  proposal.set_protocol(protocol);
  return *proposal.add_transforms();
}

template <std::uint32_t Version>
void put_exchange(Record& record, std::uint32_t number) {
  ike(record, Version).set_exchange_type(number);
}
template <std::uint32_t Version>
void put_payload(Record& record, std::uint32_t number) {
  ike(record, Version).add_payloads(number);
}
template <std::uint32_t Version>
void put_notify(Record& record, std::uint32_t number) {
  test::add_notify(ike(record, Version), number);
}
template <std::uint32_t Version>
void put_flags(Record& record, std::uint32_t number) {
  ike(record, Version).set_flags(number);
}
template <std::uint32_t Version>
void put_protocol(Record& record, std::uint32_t number) {
  transform(record, Version, number);
}
template <std::uint32_t Version>
void put_identity(Record& record, std::uint32_t number) {
  test::identify(ike(record, Version), 5, number, {});
}
template <std::uint32_t Version>
void put_certificate(Record& record, std::uint32_t number) {
  ike(record, Version).add_certificate_requests()->set_encoding(number);
}
template <std::uint32_t Version>
void put_configuration(Record& record, std::uint32_t number) {
  ike(record, Version).add_configuration_attributes(number);
}
/// IKEv2: as offered.
template <std::uint32_t Type>
void put_transform(Record& record, std::uint32_t number) {
  v1::Transform& added = transform(record, 2, 1);
  added.set_type(Type);
  added.set_id(number);
}
/// IKEv1: a transform of one protocol.
template <std::uint32_t Protocol>
void put_transform_v1(Record& record, std::uint32_t number) {
  transform(record, 1, Protocol).set_id(number);
}
/// An attribute of that type with some value.
template <std::uint32_t Version, std::uint32_t Protocol>
void put_attribute(Record& record, std::uint32_t number) {
  test::add_attribute(transform(record, Version, Protocol), number, 60'000);
}
/// IKEv1: as the value of an attribute.
template <std::uint32_t Protocol, std::uint32_t Type>
void put_value(Record& record, std::uint32_t number) {
  test::add_attribute(transform(record, 1, Protocol), Type, number);
}
template <std::uint32_t Version, std::uint32_t Kind>
void put_chosen(Record& record, std::uint32_t number) {
  test::choose(ike(record, Version), Kind, number);
}

std::string as_attribute(std::string_view name) {
  return "0:0:" + std::string(name) + "=60000";
}
template <std::uint32_t Attribute>
std::string as_value(std::string_view name) {
  return "1:" + name_or_number(registry::kIkeV1Phase1Attributes, Attribute) + "=" +
         std::string(name);
}
std::string as_identity(std::string_view name) {
  return std::string(name) + ":";
}
std::string as_life_type_of_phase2(std::string_view name) {
  return "1:SA Life Type=" + std::string(name);
}
std::string behind_null_cipher(std::string_view name) {
  return "ESP_NULL+" + std::string(name);
}

/// A mode or an algorithm of phase 2, in a transform of ESP.
template <std::uint32_t Type>
void put_value_of_null_cipher(Record& record, std::uint32_t number) {
  v1::Transform& added = transform(record, 1, 3);
  added.set_id(11);
  test::add_attribute(added, Type, number);
}

constexpr auto kCarried = std::to_array<Carried>({
    {"ikev2.exchange_types", put_exchange<2>},
    {"ikev2.payload_types", put_payload<2>},
    {"ikev2.notify_types", put_notify<2>},
    {"ikev2.protocol_ids", put_protocol<2>},
    {"ikev2.flags", put_flags<2>},
    {"ikev2.id_types", put_identity<2>},
    {"ikev2.id_types", put_identity<2>, as_identity},
    {"ikev2.certificate_encodings", put_certificate<2>},
    {"ikev2.certificate_encodings",
     [](Record& record, Number number) {
       ike(record, 2).add_certificates()->set_encoding(number);
     }},
    {"ikev2.configuration_attributes", put_configuration<2>},
    {"ikev2.transform_types",
     [](Record& record, Number number) { test::choose(ike(record, 2), number, 0); }},
    {"ikev2.transform_attributes", put_attribute<2, 1>, as_attribute},
    {"ikev2.encryption", put_transform<1>},
    {"ikev2.encryption", put_chosen<2, 1>},
    {"ikev2.prf", put_transform<2>},
    {"ikev2.prf", put_chosen<2, 2>},
    {"ikev2.integrity", put_transform<3>},
    {"ikev2.integrity", put_chosen<2, 3>},
    {"ikev2.key_exchange", put_transform<4>},
    {"ikev2.key_exchange", put_transform<12>},
    {"ikev2.key_exchange", put_chosen<2, 4>},
    {"ikev2.key_exchange", put_chosen<2, 6>},
    {"ikev2.key_exchange",
     [](Record& record, Number number) { ike(record, 2).add_ke_groups(number); }},
    {"ikev2.sequence_numbers", put_transform<5>},
    {"ikev2.key_wrap", put_transform<13>},
    {"ikev2.group_controller_authentication", put_transform<14>},
    {"ikev1.exchange_types", put_exchange<1>},
    {"ikev1.payload_types", put_payload<1>},
    {"ikev1.notify_types", put_notify<1>},
    {"ikev1.protocol_ids", put_protocol<1>},
    {"ikev1.flags", put_flags<1>},
    {"ikev1.id_types", put_identity<1>},
    {"ikev1.certificate_encodings", put_certificate<1>},
    {"ikev1.configuration_attributes", put_configuration<1>},
    {"ikev1.doi", [](Record& record, Number number) { ike(record, 1).set_doi(number); }},
    {"ikev1.situations",
     [](Record& record, Number number) {
       ike(record, 1).set_doi(1);
       record.mutable_ike()->set_situation(std::string(3, '\0') + static_cast<char>(number));
     }},
    {"ikev1.isakmp_transforms", put_transform_v1<1>},
    {"ikev1.ah_transforms", put_transform_v1<2>},
    {"ikev1.esp_transforms", put_transform_v1<3>},
    {"ikev1.ipcomp_transforms", put_transform_v1<4>},
    {"ikev1.phase1_attributes", put_attribute<1, 1>, as_attribute},
    {"ikev1.phase2_attributes", put_attribute<1, 3>, as_attribute},
    {"ikev1.encryption", put_value<1, 1>},
    {"ikev1.encryption", put_chosen<1, 1>},
    {"ikev1.hash", put_value<1, 2>},
    {"ikev1.hash", put_chosen<1, 129>},
    {"ikev1.authentication_methods", put_value<1, 3>},
    {"ikev1.authentication_methods", put_chosen<1, 130>},
    {"ikev1.groups", put_value<1, 4>},
    {"ikev1.groups", put_chosen<1, 4>},
    {"ikev1.groups", put_value_of_null_cipher<3>, behind_null_cipher},
    {"ikev1.group_types", put_value<1, 5>, as_value<5>},
    {"ikev1.life_types", put_value<1, 11>, as_value<11>},
    {"ikev1.life_types", put_value<3, 1>, as_life_type_of_phase2},
    {"ikev1.encapsulation_modes", put_value_of_null_cipher<4>, behind_null_cipher},
    {"ikev1.authentication_algorithms", put_value_of_null_cipher<5>, behind_null_cipher},
    {"ip.protocols",
     [](Record& record, Number number) {
       test::identify(ike(record, 1), 5, 1, {});
       record.mutable_ike()->mutable_identifications(0)->set_protocol(number);
     }},
    {"ipsec.nat_ends", [](Record& record, Number number) { ike(record, 2).set_nat(number); }},
    {"esp.encryptions",
     [](Record& record, Number number) {
       record = test::spi_record(50, static_cast<v1::SpiEncryption>(number));
     }},
});

/// What no record carries as a number: in encrypted payloads only, in ones that records leave out,
/// or as a text already (carriers and anomalies).
constexpr auto kNotCarried = std::to_array<std::string_view>({
    "ikev2.authentication_methods",
    "ikev2.hash_algorithms",
    "ikev2.secure_password_methods",
    "ikev2.ppk_id_types",
    "ikev2.traffic_selector_types",
    "ikev2.configuration_types",
    "ikev2.ip_compression_transforms",
    "ikev2.gateway_id_types",
    "ikev2.rohc_attributes",
    "ikev1.configuration_types",
    "xauth.types",
    "xauth.status",
    "ip.options",
    "checksum.states",
    "authip.auth_methods",
    "authip.gss_flags",
    "authip.notify_types",
    "authip.notify_flags",
    "authip.exchange_info_flags",
    "eap.codes",
    "eap.types",
    "ipsec.encapsulations",
    "ipsec.contents",
    "wesp.flags",
    "ipsec.anomalies",
    "ike.anomalies",
    "ike.suricata_events",
});

void gather(const Value& value, std::set<std::string>& texts) {
  if (value.has_string_value()) texts.insert(value.string_value());
  for (const auto& [key, member] : value.struct_value().fields()) gather(member, texts);
  for (const Value& element : value.list_value().values()) gather(element, texts);
}

std::set<std::string> texts_of(const std::string& line) {
  Value value;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(line, value.mutable_struct_value()).ok())
      << line;
  std::set<std::string> texts;
  gather(value, texts);
  return texts;
}

/// Every text of our own: all of ipsec.log's row, and EVE's `espial`.
std::set<std::string> shown(const Record& record) {
  std::string row;
  IpsecLog({.compat = IpsecCompat::extended, .format = IpsecFormat::json}).append_row(record, row);
  std::string eve;
  render_eve(record, {}, eve);
  std::set<std::string> texts = texts_of(row);
  google::protobuf::Struct parsed;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(eve, &parsed).ok()) << eve;
  gather(parsed.fields().at("espial"), texts);
  return texts;
}

const registry::Registry& registry_of(std::string_view id) {
  const auto all = registry::all();
  const auto found = std::ranges::find(all, id, &registry::Registry::id);
  EXPECT_NE(found, all.end()) << id;
  return **found;
}

TEST(Names, EveryNumberThatARecordCarriesIsShownUnderItsName) {
  for (const Carried& carried : kCarried) {
    for (const registry::NumberName& row : registry_of(carried.registry).rows) {
      if (carried.registry == "ip.protocols" && row.number == 0) continue;  // any
      Record record = test::packet_record(true);
      carried.put(record, row.number);
      const std::string want =
          carried.shown == nullptr ? std::string(row.name) : carried.shown(row.name);
      EXPECT_TRUE(shown(record).contains(want))
          << carried.registry << ' ' << row.number << ' ' << want;
    }
  }
}

TEST(Names, NoRegistryIsForgotten) {
  for (const registry::Registry* const registry : registry::all()) {
    const bool carried =
        std::ranges::find(kCarried, registry->id, &Carried::registry) != kCarried.end();
    const bool not_carried = std::ranges::find(kNotCarried, registry->id) != kNotCarried.end();
    EXPECT_NE(carried, not_carried) << registry->id;
  }
}

TEST(Names, BitsWithoutANameAreShownAsOneNumber) {
  Record record = test::packet_record(true);
  put_flags<2>(record, 0x08 | 0x40 | 0x80);
  const auto texts = shown(record);
  EXPECT_TRUE(texts.contains("INITIATOR"));
  EXPECT_TRUE(texts.contains("192"));
}

TEST(Names, NumbersWithoutANameAreShownAsNumbers) {
  constexpr std::uint32_t kNoName = 0x7FFF'FFF1;
  for (const Carried& carried : kCarried) {
    if (carried.registry.ends_with("flags") || carried.registry == "ikev1.situations") continue;
    Record record = test::packet_record(true);
    carried.put(record, kNoName);
    const auto texts = shown(record);
    EXPECT_TRUE(std::ranges::any_of(texts, [&](const std::string& text) {
      return text.contains(std::to_string(kNoName));
    })) << carried.registry;
  }
}

}  // namespace
}  // namespace espial::record
