// What IKEv2 configures and what a Child SA takes: RFC 7296 sections 3.13 and 3.15, RFC 5685, 5857,
// 7651, 8598, 9464, 9478.
#include "engine/registry/table.hpp"

namespace espial::registry {
namespace {

using enum Status;

constexpr auto kIkeV2TrafficSelectorTypesRows = std::to_array<NumberName>({
    {.number = 7, .name = "TS_IPV4_ADDR_RANGE", .alias = "IPV4_ADDR_RANGE"},
    {.number = 8, .name = "TS_IPV6_ADDR_RANGE", .alias = "IPV6_ADDR_RANGE"},
    {.number = 9, .name = "TS_FC_ADDR_RANGE", .alias = "FC_ADDR_RANGE"},
    {.number = 10, .name = "TS_SECLABEL", .alias = "SECLABEL"},
});
static_assert(well_formed(kIkeV2TrafficSelectorTypesRows));

constexpr auto kIkeV2ConfigurationTypesRows = std::to_array<NumberName>({
    {.number = 1, .name = "CFG_REQUEST", .alias = "REQUEST"},
    {.number = 2, .name = "CFG_REPLY", .alias = "REPLY"},
    {.number = 3, .name = "CFG_SET", .alias = "SET"},
    {.number = 4, .name = "CFG_ACK", .alias = "ACK"},
});
static_assert(well_formed(kIkeV2ConfigurationTypesRows));

// 19 and 22 to 24: 3GPP. Private: 23456 and 23457 Microsoft, from 28672 Cisco Unity.
constexpr auto kIkeV2ConfigurationAttributesRows = std::to_array<NumberName>({
    {.number = 1, .name = "INTERNAL_IP4_ADDRESS"},
    {.number = 2, .name = "INTERNAL_IP4_NETMASK"},
    {.number = 3, .name = "INTERNAL_IP4_DNS"},
    {.number = 4, .name = "INTERNAL_IP4_NBNS"},
    {.number = 6, .name = "INTERNAL_IP4_DHCP"},
    {.number = 7, .name = "APPLICATION_VERSION"},
    {.number = 8, .name = "INTERNAL_IP6_ADDRESS"},
    {.number = 10, .name = "INTERNAL_IP6_DNS"},
    {.number = 12, .name = "INTERNAL_IP6_DHCP"},
    {.number = 13, .name = "INTERNAL_IP4_SUBNET"},
    {.number = 14, .name = "SUPPORTED_ATTRIBUTES"},
    {.number = 15, .name = "INTERNAL_IP6_SUBNET"},
    {.number = 16, .name = "MIP6_HOME_PREFIX"},
    {.number = 17, .name = "INTERNAL_IP6_LINK"},
    {.number = 18, .name = "INTERNAL_IP6_PREFIX"},
    {.number = 19, .name = "HOME_AGENT_ADDRESS"},
    {.number = 20, .name = "P_CSCF_IP4_ADDRESS"},
    {.number = 21, .name = "P_CSCF_IP6_ADDRESS"},
    {.number = 22, .name = "FTT_KAT"},
    {.number = 23, .name = "EXTERNAL_SOURCE_IP4_NAT_INFO"},
    {.number = 24, .name = "TIMEOUT_PERIOD_FOR_LIVENESS_CHECK"},
    {.number = 25, .name = "INTERNAL_DNS_DOMAIN"},
    {.number = 26, .name = "INTERNAL_DNSSEC_TA"},
    {.number = 27, .name = "ENCDNS_IP4"},
    {.number = 28, .name = "ENCDNS_IP6"},
    {.number = 29, .name = "ENCDNS_DIGEST_INFO"},
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
static_assert(well_formed(kIkeV2ConfigurationAttributesRows));

// RFC 8221 section 7 says nothing of 1.
constexpr auto kIkeV2IpCompressionTransformsRows = std::to_array<NumberName>({
    {.number = 1, .name = "IPCOMP_OUI", .alias = "OUI"},
    {.number = 2, .name = "IPCOMP_DEFLATE", .esp_status = may, .alias = "DEFLATE"},
    {.number = 3, .name = "IPCOMP_LZS", .esp_status = may, .alias = "LZS"},
    {.number = 4, .name = "IPCOMP_LZJH", .esp_status = may, .alias = "LZJH"},
});
static_assert(well_formed(kIkeV2IpCompressionTransformsRows));

// RFC 5685 section 7.2.
constexpr auto kIkeV2GatewayIdTypesRows = std::to_array<NumberName>({
    {.number = 1, .name = "IPv4 address of the new VPN gateway", .alias = "IPv4"},
    {.number = 2, .name = "IPv6 address of the new VPN gateway", .alias = "IPv6"},
    {.number = 3, .name = "FQDN of the new VPN gateway", .alias = "FQDN"},
});
static_assert(well_formed(kIkeV2GatewayIdTypesRows));

constexpr auto kIkeV2RohcAttributesRows = std::to_array<NumberName>({
    {.number = 1, .name = "MAX_CID"},
    {.number = 2, .name = "ROHC_PROFILE"},
    {.number = 3, .name = "ROHC_INTEG"},
    {.number = 4, .name = "ROHC_ICV_LEN"},
    {.number = 5, .name = "MRRU"},
});
static_assert(well_formed(kIkeV2RohcAttributesRows));

}  // namespace

constexpr Registry kIkeV2TrafficSelectorTypes{.title = "IKEv2 Traffic Selector Types",
                                              .rows = kIkeV2TrafficSelectorTypesRows,
                                              .id = "ikev2.traffic_selector_types"};
constexpr Registry kIkeV2ConfigurationTypes{.title = "IKEv2 Configuration Payload CFG Types",
                                            .rows = kIkeV2ConfigurationTypesRows,
                                            .id = "ikev2.configuration_types"};
constexpr Registry kIkeV2ConfigurationAttributes{
    .title = "IKEv2 Configuration Payload Attribute Types",
    .rows = kIkeV2ConfigurationAttributesRows,
    .id = "ikev2.configuration_attributes"};
constexpr Registry kIkeV2IpCompressionTransforms{.title = "IKEv2 Notification IPCOMP Transform IDs",
                                                 .rows = kIkeV2IpCompressionTransformsRows,
                                                 .id = "ikev2.ip_compression_transforms"};
constexpr Registry kIkeV2GatewayIdTypes{.title = "IKEv2 Gateway Identity Types",
                                        .rows = kIkeV2GatewayIdTypesRows,
                                        .id = "ikev2.gateway_id_types"};
constexpr Registry kIkeV2RohcAttributes{.title = "ROHC Attribute Types",
                                        .rows = kIkeV2RohcAttributesRows,
                                        .id = "ikev2.rohc_attributes"};

}  // namespace espial::registry
