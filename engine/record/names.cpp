#include "engine/record/names.hpp"

#include <array>

namespace espial::record {

namespace {
#include "engine/record/names.inc"
}  // namespace

// NOLINTBEGIN(modernize-use-designated-initializers): title and rows, the same in each line
const registry::Registry kEveV1Exchanges{"Suricata IKEv1 exchanges", kEveV1ExchangesRows};
const registry::Registry kEveV1Payloads{"Suricata IKEv1 payloads", kEveV1PayloadsRows};
const registry::Registry kEveV1AttributeKeys{"Suricata IKEv1 attributes", kEveV1AttributeKeysRows};
const registry::Registry kEveV1Encryption{"Suricata IKEv1 encryption", kEveV1EncryptionRows};
const registry::Registry kEveV1Hash{"Suricata IKEv1 hash", kEveV1HashRows};
const registry::Registry kEveV1Authentication{"Suricata IKEv1 authentication",
                                              kEveV1AuthenticationRows};
const registry::Registry kEveV1Groups{"Suricata IKEv1 groups", kEveV1GroupsRows};
const registry::Registry kEveV1LifeTypes{"Suricata IKEv1 life types", kEveV1LifeTypesRows};
const registry::Registry kEveV2Payloads{"Suricata IKEv2 payloads", kEveV2PayloadsRows};
const registry::Registry kEveV2Notifies{"Suricata IKEv2 notifies", kEveV2NotifiesRows};
const registry::Registry kEveV2Encryption{"Suricata IKEv2 encryption", kEveV2EncryptionRows};
const registry::Registry kEveV2Prf{"Suricata IKEv2 PRF", kEveV2PrfRows};
const registry::Registry kEveV2Integrity{"Suricata IKEv2 integrity", kEveV2IntegrityRows};
const registry::Registry kEveV2Groups{"Suricata IKEv2 groups", kEveV2GroupsRows};
const registry::Registry kEveV2SequenceNumbers{"Suricata IKEv2 sequence numbers",
                                               kEveV2SequenceNumbersRows};
const registry::Registry kZeekNotifies{"Zeek notify messages", kZeekNotifiesRows};
const registry::Registry kZeekAttributes{"Zeek transform attributes", kZeekAttributesRows};
// NOLINTEND(modernize-use-designated-initializers)

}  // namespace espial::record
