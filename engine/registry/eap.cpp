// EAP as it runs inside IKE_AUTH: RFC 3748, 5247, 6696 and the methods that have a number.
#include "engine/registry/table.hpp"

namespace espial::registry {
namespace {

constexpr auto kEapCodesRows = std::to_array<NumberName>({
    {.number = 1, .name = "Request"},
    {.number = 2, .name = "Response"},
    {.number = 3, .name = "Success"},
    {.number = 4, .name = "Failure"},
    {.number = 5, .name = "Initiate"},
    {.number = 6, .name = "Finish"},
});
static_assert(well_formed(kEapCodesRows));

// What gateways and phones call EAP-MSCHAPv2 is 26; IANA gave the name of 29 to something else.
constexpr auto kEapTypesRows = std::to_array<NumberName>({
    {.number = 1, .name = "Identity"},
    {.number = 2, .name = "Notification"},
    {.number = 3, .name = "Legacy Nak", .alias = "Nak"},
    {.number = 4, .name = "MD5-Challenge", .alias = "EAP-MD5"},
    {.number = 5, .name = "One-Time Password", .alias = "OTP"},
    {.number = 6, .name = "Generic Token Card", .alias = "GTC"},
    {.number = 9, .name = "RSA Public Key Authentication"},
    {.number = 10, .name = "DSS Unilateral"},
    {.number = 11, .name = "KEA"},
    {.number = 12, .name = "KEA-VALIDATE"},
    {.number = 13, .name = "EAP-TLS"},
    {.number = 14, .name = "Defender Token"},
    {.number = 15, .name = "RSA Security SecurID EAP", .alias = "SecurID"},
    {.number = 17, .name = "EAP-Cisco Wireless", .alias = "LEAP"},
    {.number = 18, .name = "GSM Subscriber Identity Modules", .alias = "EAP-SIM"},
    {.number = 19, .name = "SRP-SHA1"},
    {.number = 21, .name = "EAP-TTLS"},
    {.number = 23, .name = "EAP-AKA Authentication", .alias = "EAP-AKA"},
    {.number = 25, .name = "PEAP"},
    {.number = 26, .name = "MS-EAP-Authentication", .alias = "MSCHAPv2"},
    {.number = 29, .name = "EAP-MSCHAP-V2"},
    {.number = 32, .name = "Protected One-Time Password", .alias = "EAP-POTP"},
    {.number = 33, .name = "MS-Authentication-TLV"},
    {.number = 43, .name = "EAP-FAST"},
    {.number = 46, .name = "EAP-PAX"},
    {.number = 47, .name = "EAP-PSK"},
    {.number = 48, .name = "EAP-SAKE"},
    {.number = 49, .name = "EAP-IKEv2"},
    {.number = 50, .name = "EAP-AKA'", .alias = "EAP-AKA-PRIME"},
    {.number = 51, .name = "EAP-GPSK"},
    {.number = 52, .name = "EAP-pwd"},
    {.number = 53, .name = "EAP-EKE Version 1", .alias = "EAP-EKE"},
    {.number = 54, .name = "EAP Method Type for PT-EAP", .alias = "PT-EAP"},
    {.number = 55, .name = "TEAP"},
    {.number = 56, .name = "EAP-NOOB"},
    {.number = 254, .name = "Expanded Type", .alias = "Expanded"},
    {.number = 255, .name = "Experimental"},
});
static_assert(well_formed(kEapTypesRows));

}  // namespace

constexpr Registry kEapCodes{.title = "EAP Packet Codes", .rows = kEapCodesRows, .id = "eap.codes"};
constexpr Registry kEapTypes{.title = "EAP Method Types", .rows = kEapTypesRows, .id = "eap.types"};

}  // namespace espial::registry
