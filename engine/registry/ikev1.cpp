// Exchanges, payloads and protocols of ISAKMP and IKEv1: RFC 2407, 2408, 2409, 3947, 6407. RFC 9395
// made all of it historic.
#include "engine/registry/table.hpp"

namespace espial::registry {
namespace {

// 6 was never assigned but is what everybody uses for Mode Config and XAUTH; 32 and 33
// have the aliases that they are in GDOI (RFC 6407); from 243: [MS-AIPS].
constexpr auto kIkeV1ExchangeTypesRows = std::to_array<NumberName>({
    {.number = 0, .name = "NONE"},
    {.number = 1, .name = "Base"},
    {.number = 2, .name = "Identity Protection", .alias = "Main Mode"},
    {.number = 3, .name = "Authentication Only"},
    {.number = 4, .name = "Aggressive", .alias = "Aggressive Mode"},
    {.number = 5, .name = "Informational"},
    {.number = 6, .name = "Transaction", .alias = "Mode Config"},
    {.number = 32, .name = "Quick Mode", .alias = "GROUPKEY-PULL"},
    {.number = 33, .name = "New Group Mode", .alias = "GROUPKEY-PUSH"},
    {.number = 243, .name = "AuthIP Main Mode"},
    {.number = 244, .name = "AuthIP Quick Mode"},
    {.number = 245, .name = "AuthIP Extended Mode"},
    {.number = 246, .name = "AuthIP Notify"},
});
static_assert(well_formed(kIkeV1ExchangeTypesRows));

// 14: Mode Config (draft-dukes-ike-mode-cfg); 130, 131: NAT traversal drafts 00 to 03; 132:
// fragments of Cisco and Microsoft; 129 and from 133: [MS-AIPS].
constexpr auto kIkeV1PayloadTypesRows = std::to_array<NumberName>({
    {.number = 0, .name = "NONE"},
    {.number = 1, .name = "Security Association", .alias = "SA"},
    {.number = 2, .name = "Proposal", .alias = "P"},
    {.number = 3, .name = "Transform", .alias = "T"},
    {.number = 4, .name = "Key Exchange", .alias = "KE"},
    {.number = 5, .name = "Identification", .alias = "ID"},
    {.number = 6, .name = "Certificate", .alias = "CERT"},
    {.number = 7, .name = "Certificate Request", .alias = "CR"},
    {.number = 8, .name = "Hash", .alias = "HASH"},
    {.number = 9, .name = "Signature", .alias = "SIG"},
    {.number = 10, .name = "Nonce"},
    {.number = 11, .name = "Notification", .alias = "N"},
    {.number = 12, .name = "Delete", .alias = "D"},
    {.number = 13, .name = "Vendor ID", .alias = "VID"},
    {.number = 14, .name = "Attributes", .alias = "ATTR"},
    {.number = 15, .name = "SA KEK Payload", .alias = "SAK"},
    {.number = 16, .name = "SA TEK Payload", .alias = "SAT"},
    {.number = 17, .name = "Key Download", .alias = "KD"},
    {.number = 18, .name = "Sequence Number", .alias = "SEQ"},
    {.number = 19, .name = "Proof of Possession", .alias = "POP"},
    {.number = 20, .name = "NAT Discovery", .alias = "NAT-D"},
    {.number = 21, .name = "NAT Original Address", .alias = "NAT-OA"},
    {.number = 22, .name = "Group Associated Policy", .alias = "GAP"},
    {.number = 129, .name = "AuthIP GSS-API Token"},
    {.number = 130, .name = "NAT-D (draft)", .alias = "NAT-D-draft"},
    {.number = 131, .name = "NAT-OA (draft)", .alias = "NAT-OA-draft"},
    {.number = 132, .name = "Fragment"},
    {.number = 133, .name = "AuthIP Crypto"},
    {.number = 134, .name = "AuthIP GSS ID"},
    {.number = 135, .name = "AuthIP Auth"},
    {.number = 136, .name = "AuthIP Key Dictation"},
    {.number = 137, .name = "AuthIP Key Dictation Weight"},
});
static_assert(well_formed(kIkeV1PayloadTypesRows));

constexpr auto kIkeV1ProtocolIdsRows = std::to_array<NumberName>({
    {.number = 1, .name = "PROTO_ISAKMP", .alias = "ISAKMP"},
    {.number = 2, .name = "PROTO_IPSEC_AH", .alias = "AH"},
    {.number = 3, .name = "PROTO_IPSEC_ESP", .alias = "ESP"},
    {.number = 4, .name = "PROTO_IPCOMP", .alias = "IPCOMP"},
    {.number = 5, .name = "PROTO_GIGABEAM_RADIO", .alias = "GIGABEAM_RADIO"},
});
static_assert(well_formed(kIkeV1ProtocolIdsRows));

constexpr auto kIkeV1FlagsRows = std::to_array<NumberName>({
    {.number = 1, .name = "ENCRYPTION", .alias = "E"},
    {.number = 2, .name = "COMMIT", .alias = "C"},
    {.number = 4, .name = "AUTHENTICATION", .alias = "A"},
});
static_assert(well_formed(kIkeV1FlagsRows));

constexpr auto kIkeV1DoiRows = std::to_array<NumberName>({
    {.number = 0, .name = "ISAKMP"},
    {.number = 1, .name = "IPSEC"},
    {.number = 2, .name = "GDOI"},
});
static_assert(well_formed(kIkeV1DoiRows));

constexpr auto kIkeV1SituationsRows = std::to_array<NumberName>({
    {.number = 1, .name = "SIT_IDENTITY_ONLY", .alias = "IDENTITY_ONLY"},
    {.number = 2, .name = "SIT_SECRECY", .alias = "SECRECY"},
    {.number = 4, .name = "SIT_INTEGRITY", .alias = "INTEGRITY"},
});
static_assert(well_formed(kIkeV1SituationsRows));

}  // namespace

constexpr Registry kIkeV1ExchangeTypes{.title = "ISAKMP Exchange Types",
                                       .rows = kIkeV1ExchangeTypesRows,
                                       .id = "ikev1.exchange_types"};
constexpr Registry kIkeV1PayloadTypes{.title = "ISAKMP Next Payload Types",
                                      .rows = kIkeV1PayloadTypesRows,
                                      .id = "ikev1.payload_types"};
constexpr Registry kIkeV1ProtocolIds{.title = "IPSEC Security Protocol Identifiers",
                                     .rows = kIkeV1ProtocolIdsRows,
                                     .id = "ikev1.protocol_ids"};
constexpr Registry kIkeV1Flags{
    .title = "ISAKMP Header Flags", .rows = kIkeV1FlagsRows, .id = "ikev1.flags"};
constexpr Registry kIkeV1Doi{
    .title = "Domain of Interpretation", .rows = kIkeV1DoiRows, .id = "ikev1.doi"};
constexpr Registry kIkeV1Situations{
    .title = "IPSEC Situation Definition", .rows = kIkeV1SituationsRows, .id = "ikev1.situations"};

}  // namespace espial::registry
