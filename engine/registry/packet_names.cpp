// Words of Suricata's rule language for what stands in packet headers.
#include "engine/registry/table.hpp"

namespace espial::registry {
namespace {

// The numbers are those of IANA's "IP Option Numbers", copied flag and class included.
constexpr auto kIpv4OptionsRows = std::to_array<NumberName>({
    {.number = 0, .name = "eol"},
    {.number = 1, .name = "nop"},
    {.number = 7, .name = "rr"},
    {.number = 25, .name = "qs"},
    {.number = 68, .name = "ts"},
    {.number = 130, .name = "sec"},
    {.number = 131, .name = "lsrr"},
    {.number = 133, .name = "esec"},
    {.number = 134, .name = "cipso"},
    {.number = 136, .name = "satid"},
    {.number = 137, .name = "ssrr"},
    {.number = 148, .name = "rtralt"},
});
static_assert(well_formed(kIpv4OptionsRows));

constexpr auto kChecksumStatesRows = std::to_array<NumberName>({
    {.number = 0, .name = "invalid"},
    {.number = 1, .name = "valid"},
});
static_assert(well_formed(kChecksumStatesRows));

}  // namespace

constexpr Registry kIpv4Options{
    .title = "Options of IPv4", .rows = kIpv4OptionsRows, .id = "ip.options"};
constexpr Registry kChecksumStates{
    .title = "States of a checksum", .rows = kChecksumStatesRows, .id = "checksum.states"};

}  // namespace espial::registry
