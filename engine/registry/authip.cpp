// AuthIP, which Microsoft puts into the private ranges of ISAKMP: [MS-AIPS].
#include "engine/registry/table.hpp"

namespace espial::registry {
namespace {

constexpr auto kAuthIpAuthMethodsRows = std::to_array<NumberName>({
    {.number = 2, .name = "Kerberos"},
    {.number = 3, .name = "Anonymous"},
    {.number = 4, .name = "TLS"},
    {.number = 5, .name = "NTLM"},
});
static_assert(well_formed(kAuthIpAuthMethodsRows));

constexpr auto kAuthIpGssFlagsRows = std::to_array<NumberName>({
    {.number = 1, .name = "NEW_EXCHANGE"},
    {.number = 2, .name = "IMPERSONATION_ACTIVE"},
    {.number = 4, .name = "RETRY"},
    {.number = 8, .name = "EXPLICIT_CREDENTIALS"},
    {.number = 16, .name = "RESPONDER_AUTH_COMPLETE"},
});
static_assert(well_formed(kAuthIpGssFlagsRows));

constexpr auto kAuthIpNotifyTypesRows = std::to_array<NumberName>({
    {.number = 40005, .name = "EXCHANGE_INFO"},
    {.number = 40020, .name = "NOTIFY_STATUS"},
    {.number = 40021, .name = "NOTIFY_DOS_COOKIE"},
    {.number = 40022, .name = "NOTIFY_ACK"},
    {.number = 40023, .name = "NOTIFY_QM_SYNCHRONIZE"},
    {.number = 40024, .name = "NOTIFY_ACQUIRE"},
});
static_assert(well_formed(kAuthIpNotifyTypesRows));

constexpr auto kAuthIpNotifyFlagsRows = std::to_array<NumberName>({
    {.number = 1, .name = "RELIABLE"},
});
static_assert(well_formed(kAuthIpNotifyFlagsRows));

constexpr auto kAuthIpExchangeInfoFlagsRows = std::to_array<NumberName>({
    {.number = 1, .name = "ND_BOUNDARY"},
    {.number = 2, .name = "GUARANTEE_ENCRYPTION"},
});
static_assert(well_formed(kAuthIpExchangeInfoFlagsRows));

}  // namespace

constexpr Registry kAuthIpAuthMethods{.title = "AuthIP Authentication Methods",
                                      .rows = kAuthIpAuthMethodsRows,
                                      .id = "authip.auth_methods"};
constexpr Registry kAuthIpGssFlags{
    .title = "AuthIP GSS-API Flags", .rows = kAuthIpGssFlagsRows, .id = "authip.gss_flags"};
constexpr Registry kAuthIpNotifyTypes{
    .title = "AuthIP Notify Types", .rows = kAuthIpNotifyTypesRows, .id = "authip.notify_types"};
constexpr Registry kAuthIpNotifyFlags{
    .title = "AuthIP Notify Flags", .rows = kAuthIpNotifyFlagsRows, .id = "authip.notify_flags"};
constexpr Registry kAuthIpExchangeInfoFlags{.title = "AuthIP EXCHANGE_INFO Flags",
                                            .rows = kAuthIpExchangeInfoFlagsRows,
                                            .id = "authip.exchange_info_flags"};

}  // namespace espial::registry
