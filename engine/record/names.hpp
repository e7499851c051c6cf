#pragma once
#include "engine/registry/registry.hpp"

/// The texts that two foreign logs use for numbers. They are neither IANA's spelling nor complete,
/// which is why they stand here and not in engine/registry: data/names.csv has the rows.
namespace espial::record {

// Suricata's EVE, `ike` object.
extern const registry::Registry kEveV1Exchanges;
extern const registry::Registry kEveV1Payloads;
extern const registry::Registry kEveV1AttributeKeys;
extern const registry::Registry kEveV1Encryption;
extern const registry::Registry kEveV1Hash;
extern const registry::Registry kEveV1Authentication;
extern const registry::Registry kEveV1Groups;
extern const registry::Registry kEveV1LifeTypes;
extern const registry::Registry kEveV2Payloads;
extern const registry::Registry kEveV2Notifies;
extern const registry::Registry kEveV2Encryption;
extern const registry::Registry kEveV2Prf;
extern const registry::Registry kEveV2Integrity;
extern const registry::Registry kEveV2Groups;
extern const registry::Registry kEveV2SequenceNumbers;

// Zeek's ipsec.log: one table for both versions of IKE.
extern const registry::Registry kZeekNotifies;
extern const registry::Registry kZeekAttributes;

}  // namespace espial::record
