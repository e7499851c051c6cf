// Mode Config and XAUTH: draft-dukes-ike-mode-cfg, draft-beaulieu-ike-xauth, and what vendors
// added.
#include "engine/registry/table.hpp"

namespace espial::registry {
namespace {

constexpr auto kIkeV1ConfigurationTypesRows = std::to_array<NumberName>({
    {.number = 1, .name = "ISAKMP_CFG_REQUEST", .alias = "CFG_REQUEST"},
    {.number = 2, .name = "ISAKMP_CFG_REPLY", .alias = "CFG_REPLY"},
    {.number = 3, .name = "ISAKMP_CFG_SET", .alias = "CFG_SET"},
    {.number = 4, .name = "ISAKMP_CFG_ACK", .alias = "CFG_ACK"},
});
static_assert(well_formed(kIkeV1ConfigurationTypesRows));

// Check Point's numbers below 21 mean other things to everybody else, so all but the last are
// aliases; from 16387 Check Point's own, from 16520 XAUTH, 23456 and 23457 Microsoft, from 28672
// Cisco Unity.
constexpr auto kIkeV1ConfigurationAttributesRows = std::to_array<NumberName>({
    {.number = 1, .name = "INTERNAL_IP4_ADDRESS"},
    {.number = 2, .name = "INTERNAL_IP4_NETMASK"},
    {.number = 3, .name = "INTERNAL_IP4_DNS"},
    {.number = 4, .name = "INTERNAL_IP4_NBNS"},
    {.number = 5, .name = "INTERNAL_ADDRESS_EXPIRY", .alias = "ADDRESS_EXPIRY"},
    {.number = 6, .name = "INTERNAL_IP4_DHCP"},
    {.number = 7, .name = "APPLICATION_VERSION"},
    {.number = 8, .name = "INTERNAL_IP6_ADDRESS"},
    {.number = 9, .name = "INTERNAL_IP6_NETMASK", .alias = "IP6_NETMASK"},
    {.number = 10, .name = "INTERNAL_IP6_DNS"},
    {.number = 11, .name = "INTERNAL_IP6_NBNS", .alias = "IP6_NBNS"},
    {.number = 12, .name = "INTERNAL_IP6_DHCP"},
    {.number = 13, .name = "INTERNAL_IP4_SUBNET", .alias = "CHKPT_TYPE"},
    {.number = 14, .name = "SUPPORTED_ATTRIBUTES", .alias = "CHKPT_USER"},
    {.number = 15, .name = "INTERNAL_IP6_SUBNET", .alias = "CHKPT_PASSWORD"},
    {.number = 16, .name = "MIP6_HOME_PREFIX"},
    {.number = 17, .name = "INTERNAL_IP6_LINK", .alias = "CHKPT_MESSAGE"},
    {.number = 18, .name = "INTERNAL_IP6_PREFIX", .alias = "CHKPT_CHALLENGE"},
    {.number = 19, .name = "HOME_AGENT_ADDRESS"},
    {.number = 20, .name = "CHKPT_STATUS"},
    {.number = 16387, .name = "CHKPT_DEF_DOMAIN"},
    {.number = 16388, .name = "CHKPT_MAC_ADDRESS", .alias = "MAC_ADDRESS"},
    {.number = 16389, .name = "CHKPT_MARCIPAN_REASON", .alias = "MARCIPAN_REASON"},
    {.number = 16520, .name = "XAUTH_TYPE"},
    {.number = 16521, .name = "XAUTH_USER_NAME"},
    {.number = 16522, .name = "XAUTH_USER_PASSWORD"},
    {.number = 16523, .name = "XAUTH_PASSCODE"},
    {.number = 16524, .name = "XAUTH_MESSAGE"},
    {.number = 16525, .name = "XAUTH_CHALLENGE"},
    {.number = 16526, .name = "XAUTH_DOMAIN"},
    {.number = 16527, .name = "XAUTH_STATUS"},
    {.number = 16528, .name = "XAUTH_NEXT_PIN"},
    {.number = 16529, .name = "XAUTH_ANSWER"},
    {.number = 23456, .name = "INTERNAL_IP4_SERVER"},
    {.number = 23457, .name = "INTERNAL_IP6_SERVER"},
    {.number = 28672, .name = "UNITY_BANNER", .alias = "BANNER"},
    {.number = 28673, .name = "UNITY_SAVE_PASSWD", .alias = "SAVE_PASSWD"},
    {.number = 28674, .name = "UNITY_DEF_DOMAIN", .alias = "DEF_DOMAIN"},
    {.number = 28675, .name = "UNITY_SPLITDNS_NAME", .alias = "SPLITDNS_NAME"},
    {.number = 28676, .name = "UNITY_SPLIT_INCLUDE", .alias = "SPLIT_INCLUDE"},
    {.number = 28677, .name = "UNITY_NATT_PORT", .alias = "NATT_PORT"},
    {.number = 28678, .name = "UNITY_LOCAL_LAN", .alias = "SPLIT_EXCLUDE"},
    {.number = 28679, .name = "UNITY_PFS", .alias = "PFS"},
    {.number = 28680, .name = "UNITY_FW_TYPE", .alias = "FW_TYPE"},
    {.number = 28681, .name = "UNITY_BACKUP_SERVERS", .alias = "BACKUP_SERVERS"},
    {.number = 28682, .name = "UNITY_DDNS_HOSTNAME", .alias = "DDNS_HOSTNAME"},
    {.number = 28683, .name = "UNITY_CISCO_AV_PAIR", .alias = "CISCO_AV_PAIR"},
});
static_assert(well_formed(kIkeV1ConfigurationAttributesRows));

constexpr auto kXauthTypesRows = std::to_array<NumberName>({
    {.number = 0, .name = "Generic"},
    {.number = 1, .name = "RADIUS-CHAP", .alias = "CHAP"},
    {.number = 2, .name = "OTP"},
    {.number = 3, .name = "S/KEY", .alias = "SKEY"},
});
static_assert(well_formed(kXauthTypesRows));

constexpr auto kXauthStatusRows = std::to_array<NumberName>({
    {.number = 0, .name = "FAIL"},
    {.number = 1, .name = "OK"},
});
static_assert(well_formed(kXauthStatusRows));

}  // namespace

constexpr Registry kIkeV1ConfigurationTypes{.title = "ISAKMP Configuration Types",
                                            .rows = kIkeV1ConfigurationTypesRows,
                                            .id = "ikev1.configuration_types"};
constexpr Registry kIkeV1ConfigurationAttributes{.title = "ISAKMP Configuration Attributes",
                                                 .rows = kIkeV1ConfigurationAttributesRows,
                                                 .id = "ikev1.configuration_attributes"};
constexpr Registry kXauthTypes{
    .title = "XAUTH Types", .rows = kXauthTypesRows, .id = "xauth.types"};
constexpr Registry kXauthStatus{
    .title = "XAUTH Status", .rows = kXauthStatusRows, .id = "xauth.status"};

}  // namespace espial::registry
