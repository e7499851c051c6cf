// Words of our own for what Espial finds out about IPsec; the numbers are those of the enumerations
// that engine/ipsec, engine/flow and engine/sa have for the same.
#include "engine/registry/table.hpp"

namespace espial::registry {
namespace {

// udp: port 500 or any other, without a marker; udp-encap: behind the non-ESP marker or as RFC 3948
// puts ESP into UDP; tcp: RFC 9329.
constexpr auto kEncapsulationsRows = std::to_array<NumberName>({
    {.number = 0, .name = "none"},
    {.number = 1, .name = "udp"},
    {.number = 2, .name = "udp-encap"},
    {.number = 3, .name = "tcp"},
});
static_assert(well_formed(kEncapsulationsRows));

constexpr auto kIpsecContentsRows = std::to_array<NumberName>({
    {.number = 1, .name = "ike"},
    {.number = 2, .name = "esp"},
    {.number = 3, .name = "wesp"},
    {.number = 4, .name = "ipcomp"},
    {.number = 5, .name = "keepalive"},
    {.number = 6, .name = "gdoi"},
    {.number = 7, .name = "malformed"},
});
static_assert(well_formed(kIpsecContentsRows));

constexpr auto kEspEncryptionsRows = std::to_array<NumberName>({
    {.number = 0, .name = "unsure"},
    {.number = 1, .name = "encrypted"},
    {.number = 2, .name = "null"},
});
static_assert(well_formed(kEspEncryptionsRows));

constexpr auto kNatEndsRows = std::to_array<NumberName>({
    {.number = 0, .name = "none"},
    {.number = 1, .name = "initiator"},
    {.number = 2, .name = "responder"},
    {.number = 3, .name = "both"},
});
static_assert(well_formed(kNatEndsRows));

// RFC 5840 section 2: masks.
constexpr auto kWespFlagsRows = std::to_array<NumberName>({
    {.number = 0x10, .name = "PADDED"},
    {.number = 0x20, .name = "ENCRYPTED"},
    {.number = 0xC0, .name = "VERSION"},
});
static_assert(well_formed(kWespFlagsRows));

}  // namespace

constexpr Registry kEncapsulations{
    .title = "Carriers of IPsec", .rows = kEncapsulationsRows, .id = "ipsec.encapsulations"};
constexpr Registry kIpsecContents{
    .title = "Contents of IPsec", .rows = kIpsecContentsRows, .id = "ipsec.contents"};
constexpr Registry kEspEncryptions{
    .title = "Encryption of an SPI", .rows = kEspEncryptionsRows, .id = "esp.encryptions"};
constexpr Registry kNatEnds{
    .title = "Ends behind a NAT", .rows = kNatEndsRows, .id = "ipsec.nat_ends"};
constexpr Registry kWespFlags{.title = "WESP Flags", .rows = kWespFlagsRows, .id = "wesp.flags"};

}  // namespace espial::registry
