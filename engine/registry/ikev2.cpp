// Exchanges, payloads and protocols of IKEv2: RFC 7296 sections 3.1 to 3.3, RFC 5723, 6467, 7383,
// 8019, 9242, 9370, 9838.
#include "engine/registry/table.hpp"

namespace espial::registry {
namespace {

constexpr auto kIkeV2ExchangeTypesRows = std::to_array<NumberName>({
    {.number = 34, .name = "IKE_SA_INIT"},
    {.number = 35, .name = "IKE_AUTH"},
    {.number = 36, .name = "CREATE_CHILD_SA"},
    {.number = 37, .name = "INFORMATIONAL"},
    {.number = 38, .name = "IKE_SESSION_RESUME"},
    {.number = 39, .name = "GSA_AUTH"},
    {.number = 40, .name = "GSA_REGISTRATION"},
    {.number = 41, .name = "GSA_REKEY"},
    {.number = 42, .name = "GSA_INBAND_REKEY"},
    {.number = 43, .name = "IKE_INTERMEDIATE"},
    {.number = 44, .name = "IKE_FOLLOWUP_KE"},
});
static_assert(well_formed(kIkeV2ExchangeTypesRows));

constexpr auto kIkeV2PayloadTypesRows = std::to_array<NumberName>({
    {.number = 0, .name = "No Next Payload"},
    {.number = 33, .name = "Security Association", .alias = "SA"},
    {.number = 34, .name = "Key Exchange", .alias = "KE"},
    {.number = 35, .name = "Identification - Initiator", .alias = "IDi"},
    {.number = 36, .name = "Identification - Responder", .alias = "IDr"},
    {.number = 37, .name = "Certificate", .alias = "CERT"},
    {.number = 38, .name = "Certificate Request", .alias = "CERTREQ"},
    {.number = 39, .name = "Authentication", .alias = "AUTH"},
    {.number = 40, .name = "Nonce", .alias = "Ni"},
    {.number = 41, .name = "Notify", .alias = "N"},
    {.number = 42, .name = "Delete", .alias = "D"},
    {.number = 43, .name = "Vendor ID", .alias = "V"},
    {.number = 44, .name = "Traffic Selector - Initiator", .alias = "TSi"},
    {.number = 45, .name = "Traffic Selector - Responder", .alias = "TSr"},
    {.number = 46, .name = "Encrypted and Authenticated", .alias = "SK"},
    {.number = 47, .name = "Configuration", .alias = "CP"},
    {.number = 48, .name = "Extensible Authentication", .alias = "EAP"},
    {.number = 49, .name = "Generic Secure Password Method", .alias = "GSPM"},
    {.number = 50, .name = "Group Identification", .alias = "IDg"},
    {.number = 51, .name = "Group Security Association", .alias = "GSA"},
    {.number = 52, .name = "Key Download", .alias = "KD"},
    {.number = 53, .name = "Encrypted and Authenticated Fragment", .alias = "SKF"},
    {.number = 54, .name = "Puzzle Solution", .alias = "PS"},
});
static_assert(well_formed(kIkeV2PayloadTypesRows));

constexpr auto kIkeV2ProtocolIdsRows = std::to_array<NumberName>({
    {.number = 1, .name = "IKE"},
    {.number = 2, .name = "AH"},
    {.number = 3, .name = "ESP"},
    {.number = 4, .name = "FC_ESP_HEADER"},
    {.number = 5, .name = "FC_CT_AUTHENTICATION"},
    {.number = 6, .name = "GIKE_UPDATE"},
});
static_assert(well_formed(kIkeV2ProtocolIdsRows));

constexpr auto kIkeV2FlagsRows = std::to_array<NumberName>({
    {.number = 8, .name = "INITIATOR", .alias = "I"},
    {.number = 16, .name = "VERSION", .alias = "V"},
    {.number = 32, .name = "RESPONSE", .alias = "R"},
});
static_assert(well_formed(kIkeV2FlagsRows));

}  // namespace

constexpr Registry kIkeV2ExchangeTypes{
    .title = "IKEv2 Exchange Types", .rows = kIkeV2ExchangeTypesRows, .id = "ikev2.exchange_types"};
constexpr Registry kIkeV2PayloadTypes{
    .title = "IKEv2 Payload Types", .rows = kIkeV2PayloadTypesRows, .id = "ikev2.payload_types"};
constexpr Registry kIkeV2ProtocolIds{.title = "IKEv2 Security Protocol Identifiers",
                                     .rows = kIkeV2ProtocolIdsRows,
                                     .id = "ikev2.protocol_ids"};
constexpr Registry kIkeV2Flags{
    .title = "IKEv2 Header Flags", .rows = kIkeV2FlagsRows, .id = "ikev2.flags"};

}  // namespace espial::registry
