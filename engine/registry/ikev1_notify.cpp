// Notify message types of IKEv1: RFC 2408 section 3.14.1, RFC 2407 section 4.6.3, RFC 3706; from
// 30000 private numbers of Cisco and NetScreen; from 40005 [MS-AIPS] where named AuthIP.
#include "engine/registry/table.hpp"

namespace espial::registry {
namespace {

constexpr auto kIkeV1NotifyTypesRows = std::to_array<NumberName>({
    {.number = 1, .name = "INVALID-PAYLOAD-TYPE"},
    {.number = 2, .name = "DOI-NOT-SUPPORTED"},
    {.number = 3, .name = "SITUATION-NOT-SUPPORTED"},
    {.number = 4, .name = "INVALID-COOKIE"},
    {.number = 5, .name = "INVALID-MAJOR-VERSION"},
    {.number = 6, .name = "INVALID-MINOR-VERSION"},
    {.number = 7, .name = "INVALID-EXCHANGE-TYPE"},
    {.number = 8, .name = "INVALID-FLAGS"},
    {.number = 9, .name = "INVALID-MESSAGE-ID"},
    {.number = 10, .name = "INVALID-PROTOCOL-ID"},
    {.number = 11, .name = "INVALID-SPI"},
    {.number = 12, .name = "INVALID-TRANSFORM-ID"},
    {.number = 13, .name = "ATTRIBUTES-NOT-SUPPORTED"},
    {.number = 14, .name = "NO-PROPOSAL-CHOSEN"},
    {.number = 15, .name = "BAD-PROPOSAL-SYNTAX"},
    {.number = 16, .name = "PAYLOAD-MALFORMED"},
    {.number = 17, .name = "INVALID-KEY-INFORMATION"},
    {.number = 18, .name = "INVALID-ID-INFORMATION"},
    {.number = 19, .name = "INVALID-CERT-ENCODING"},
    {.number = 20, .name = "INVALID-CERTIFICATE"},
    {.number = 21, .name = "CERT-TYPE-UNSUPPORTED"},
    {.number = 22, .name = "INVALID-CERT-AUTHORITY"},
    {.number = 23, .name = "INVALID-HASH-INFORMATION"},
    {.number = 24, .name = "AUTHENTICATION-FAILED"},
    {.number = 25, .name = "INVALID-SIGNATURE"},
    {.number = 26, .name = "ADDRESS-NOTIFICATION"},
    {.number = 27, .name = "NOTIFY-SA-LIFETIME"},
    {.number = 28, .name = "CERTIFICATE-UNAVAILABLE"},
    {.number = 29, .name = "UNSUPPORTED-EXCHANGE-TYPE"},
    {.number = 30, .name = "UNEQUAL-PAYLOAD-LENGTHS"},
    {.number = 16384, .name = "CONNECTED"},
    {.number = 24576, .name = "RESPONDER-LIFETIME"},
    {.number = 24577, .name = "REPLAY-STATUS"},
    {.number = 24578, .name = "INITIAL-CONTACT"},
    {.number = 30000, .name = "Cisco hello"},
    {.number = 30001, .name = "Cisco wwtebr"},
    {.number = 30002, .name = "Cisco shut up"},
    {.number = 32768, .name = "IOS keep-alive request"},
    {.number = 32769, .name = "IOS keep-alive ack"},
    {.number = 36136, .name = "R-U-THERE"},
    {.number = 36137, .name = "R-U-THERE-ACK"},
    {.number = 40001, .name = "NetScreen NHTB-INFORM", .alias = "NHTB-INFORM"},
    {.number = 40005, .name = "AuthIP EXCHANGE_INFO", .alias = "EXCHANGE_INFO"},
    {.number = 40020, .name = "AuthIP NOTIFY_STATUS", .alias = "NOTIFY_STATUS"},
    {.number = 40021, .name = "AuthIP NOTIFY_DOS_COOKIE", .alias = "NOTIFY_DOS_COOKIE"},
    {.number = 40022, .name = "AuthIP NOTIFY_ACK", .alias = "NOTIFY_ACK"},
    {.number = 40023, .name = "AuthIP NOTIFY_QM_SYNCHRONIZE", .alias = "NOTIFY_QM_SYNCHRONIZE"},
    {.number = 40024, .name = "AuthIP NOTIFY_ACQUIRE", .alias = "NOTIFY_ACQUIRE"},
    {.number = 40501, .name = "Unity load balance"},
    {.number = 40503, .name = "Unity preshared-key hash"},
});
static_assert(well_formed(kIkeV1NotifyTypesRows));

}  // namespace

constexpr Registry kIkeV1NotifyTypes{.title = "ISAKMP Notify Message Types",
                                     .rows = kIkeV1NotifyTypesRows,
                                     .id = "ikev1.notify_types"};

}  // namespace espial::registry
