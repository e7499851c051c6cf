#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/base/hex.hpp"
#include "engine/record/eve_parts.hpp"
#include "engine/record/ike_suite.hpp"
#include "engine/record/names.hpp"

/// Suricata's `ike` object in the form of its version 9 (`_v` 2: attributes as an array of
/// objects). Suricata fills it from the state of the connection; a record is one message, so what
/// stands here is of this message alone.
namespace espial::record::eve {

namespace {

constexpr std::uint32_t kObjectVersion = 2;
constexpr std::uint32_t kEncryptionFlag = 0x01;  // IKEv1
constexpr std::uint32_t kInitiatorFlag = 0x08;   // IKEv2
constexpr std::uint32_t kResponseFlag = 0x20;    // IKEv2
constexpr std::uint32_t kFirstStatusNotify = 16384;
constexpr std::uint32_t kKeyLength = 14;

/// Suricata's text, else IANA's name, else Suricata's form for a number without a name.
std::string known_text(const registry::Registry& suricata, const registry::Registry& iana,
                       std::string_view kind, std::uint32_t number) {
  if (const auto text = registry::name_of(suricata, number); !text.empty())
    return std::string(text);
  if (const auto text = registry::name_of(iana, number); !text.empty()) return std::string(text);
  return fmt::format("{}({} / {:#x})", kind, number, number);
}

const registry::Registry* v1_values(std::uint32_t attribute_type) {
  switch (attribute_type) {
    case 1: return &kEveV1Encryption;
    case 2: return &kEveV1Hash;
    case 3: return &kEveV1Authentication;
    case 4: return &kEveV1Groups;
    case 11: return &kEveV1LifeTypes;
    default: return nullptr;
  }
}

void write_attribute(JsonWriter& json, const v1::Attribute& attribute) {
  const auto object = json.object();
  const auto key = registry::name_of(kEveV1AttributeKeys, attribute.type());
  json.text("key", key.empty() ? "unknown" : key);
  const registry::Registry* values = v1_values(attribute.type());
  const auto number = attribute_number(attribute);
  std::string_view value;
  if (values != nullptr && number && *number <= 0xFFFF)
    value = registry::name_of(*values, static_cast<std::uint32_t>(*number));
  json.text("value", value.empty() ? "Unknown" : value);
  if (number) {
    json.number("raw", *number);
  } else {
    json.hex("raw", as_bytes(attribute.data()));
  }
}

/// What an IKEv2 responder chose, in the terms of the same array.
struct ChosenKind {
  std::uint32_t transform_type;
  std::string_view key;
  const registry::Registry* suricata;
  const registry::Registry* iana;
  std::string_view kind;
};

constexpr auto kKinds = std::to_array<ChosenKind>({
    {.transform_type = 1,
     .key = "alg_enc",
     .suricata = &kEveV2Encryption,
     .iana = &registry::kIkeV2Encryption,
     .kind = "IkeTransformEncType"},
    {.transform_type = 2,
     .key = "alg_prf",
     .suricata = &kEveV2Prf,
     .iana = &registry::kIkeV2Prf,
     .kind = "IkeTransformPRFType"},
    {.transform_type = 3,
     .key = "alg_auth",
     .suricata = &kEveV2Integrity,
     .iana = &registry::kIkeV2Integrity,
     .kind = "IkeTransformAuthType"},
    {.transform_type = 4,
     .key = "alg_dh",
     .suricata = &kEveV2Groups,
     .iana = &registry::kIkeV2KeyExchange,
     .kind = "IkeTransformDHType"},
    {.transform_type = 5,
     .key = "alg_esn",
     .suricata = &kEveV2SequenceNumbers,
     .iana = &registry::kIkeV2SequenceNumbers,
     .kind = "IkeTransformESNType"},
});

void write_chosen(JsonWriter& json, const v1::Transform& transform) {
  const auto kind = std::ranges::find(kKinds, transform.type(), &ChosenKind::transform_type);
  if (kind == kKinds.end()) return;
  {
    const auto object = json.object();
    json.text("key", kind->key);
    json.text("value", known_text(*kind->suricata, *kind->iana, kind->kind, transform.id()));
    json.number("raw", transform.id());
  }
  for (const v1::Attribute& attribute : transform.attributes()) {
    if (attribute.type() == kKeyLength) write_attribute(json, attribute);
  }
}

/// The responder's answer to proposals names one of them (RFC 7296 section 2.7, RFC 2408
/// section 4.2).
void write_attributes(JsonWriter& json, const Record& record) {
  const v1::IkeMessage& ike = record.ike();
  if (ike.proposals().empty() || ike.proposals(0).transforms().empty()) return;
  const auto& transforms = ike.proposals(0).transforms();
  if (ike.major_version() == 1 && !record.packet().to_server()) {
    const auto attributes = json.array("attributes");
    for (const v1::Attribute& attribute : transforms[0].attributes())
      write_attribute(json, attribute);
  } else if (ike.major_version() != 1 && (ike.flags() & kResponseFlag) != 0) {
    const auto attributes = json.array("attributes");
    for (const v1::Transform& transform : transforms) write_chosen(json, transform);
  }
}

std::string v1_payload_text(std::uint32_t type) {
  return known_text(kEveV1Payloads, registry::kIkeV1PayloadTypes, "IsakmpPayloadType", type);
}

/// Suricata tells each type once, and the proposals and transforms inside an SA payload too.
void write_v1_payloads(JsonWriter& json, const v1::IkeMessage& ike) {
  constexpr std::uint32_t kSa = 1;
  const auto array = json.array("payload");
  std::array<bool, 256> told{};
  const auto tell = [&](std::uint32_t type) {
    if (type >= told.size() || told[type]) return;
    told[type] = true;
    json.text(v1_payload_text(type));
  };
  for (const std::uint32_t type : ike.payloads()) {
    tell(type);
    if (type != kSa || ike.proposals().empty()) continue;
    tell(2);
    if (!ike.proposals(0).transforms().empty()) tell(3);
  }
}

/// Suricata lists what each next-payload field says, the last one's included.
void write_v2_payloads(JsonWriter& json, const v1::IkeMessage& ike) {
  const auto array = json.array("payload");
  const auto tell = [&](std::uint32_t type) {
    json.text(known_text(kEveV2Payloads, registry::kIkeV2PayloadTypes, "IkePayloadType", type));
  };
  for (const std::uint32_t type : ike.payloads()) tell(type);
  tell(ike.next_payload());
}

void write_keys(JsonWriter& json, const v1::IkeMessage& ike) {
  if (!ike.ke_data().empty()) {
    json.hex("key_exchange_payload", as_bytes(ike.ke_data(0)));
    json.number("key_exchange_payload_length", ike.ke_data(0).size());
  }
  if (!ike.nonce_data().empty()) {
    json.hex("nonce_payload", as_bytes(ike.nonce_data(0)));
    json.number("nonce_payload_length", ike.nonce_data(0).size());
  }
}

void write_client(JsonWriter& json, const v1::IkeMessage& ike) {
  if (ike.ke_data().empty() && ike.nonce_data().empty() && ike.proposals().empty()) return;
  const auto client = json.object("client");
  write_keys(json, ike);
  if (ike.proposals().empty()) return;
  const auto proposals = json.array("proposals");
  for (const v1::Proposal& proposal : ike.proposals()) {
    for (const v1::Transform& transform : proposal.transforms()) {
      for (const v1::Attribute& attribute : transform.attributes())
        write_attribute(json, attribute);
    }
  }
}

void write_server(JsonWriter& json, const v1::IkeMessage& ike) {
  if (ike.ke_data().empty() && ike.nonce_data().empty()) return;
  const auto server = json.object("server");
  write_keys(json, ike);
}

void write_v1(JsonWriter& json, const Record& record) {
  const v1::IkeMessage& ike = record.ike();
  const bool encrypted = (ike.flags() & kEncryptionFlag) != 0;
  const auto object = json.object("ikev1");
  if (ike.has_doi()) json.number("doi", ike.doi());
  json.boolean("encrypted_payloads", encrypted);
  if (encrypted) return;
  if (record.packet().to_server()) {
    write_client(json, ike);
  } else {
    write_server(json, ike);
  }
  if (ike.vendor_ids().empty()) return;
  const auto vendors = json.array("vendor_ids");
  for (const std::string& id : ike.vendor_ids()) json.text(to_hex(as_bytes(id)));
}

void write_v2(JsonWriter& json, const v1::IkeMessage& ike) {
  const auto object = json.object("ikev2");
  const auto is_error = [](const v1::Notify& notify) { return notify.type() < kFirstStatusNotify; };
  json.number("errors", std::ranges::count_if(ike.notifies(), is_error));
  if (ike.notifies().empty()) return;
  const auto notifies = json.array("notify");
  for (const v1::Notify& notify : ike.notifies())
    json.text(known_text(kEveV2Notifies, registry::kIkeV2NotifyTypes, "NotifyType", notify.type()));
}

void write_v1_exchange(JsonWriter& json, const v1::IkeMessage& ike) {
  const auto verbose = registry::name_of(kEveV1Exchanges, ike.exchange_type());
  if (!verbose.empty()) json.text("exchange_type_verbose", verbose);
}

void write_ike_object(JsonWriter& json, const Record& record) {
  const v1::IkeMessage& ike = record.ike();
  const bool v1 = ike.major_version() == 1;
  const auto object = json.object("ike");
  json.number("_v", kObjectVersion);
  json.number("version_major", ike.major_version());
  json.number("version_minor", ike.minor_version());
  json.text("init_spi", to_hex(ike.initiator_spi()));
  json.text("resp_spi", to_hex(ike.responder_spi()));
  json.number("message_id", ike.message_id());
  json.number("exchange_type", ike.exchange_type());
  if (v1) write_v1_exchange(json, ike);
  write_attributes(json, record);
  if (v1) {
    write_v1_payloads(json, ike);
    write_v1(json, record);
  } else {
    json.text("role", (ike.flags() & kInitiatorFlag) != 0 ? "initiator" : "responder");
    write_v2_payloads(json, ike);
    write_v2(json, ike);
  }
}

}  // namespace

void write_ike(JsonWriter& json, const Record& record, const EveOptions& options) {
  write_head(json, record, options, "ike");
  write_direction(json, record.packet());
  write_ike_object(json, record);
  const auto espial = open_espial(json, record);
  write_ike_detail(json, record.ike());
}

}  // namespace espial::record::eve
