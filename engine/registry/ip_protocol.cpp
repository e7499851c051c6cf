// The protocol numbers of IPv4 and next header values of IPv6 that a gateway for VPNs meets, and
// what carries IPsec over IP.
#include "engine/registry/table.hpp"

namespace espial::registry {
namespace {

constexpr auto kIpProtocolsRows = std::to_array<NumberName>({
    {.number = 0, .name = "HOPOPT"},
    {.number = 1, .name = "ICMP"},
    {.number = 2, .name = "IGMP"},
    {.number = 4, .name = "IPv4"},
    {.number = 5, .name = "ST"},
    {.number = 6, .name = "TCP"},
    {.number = 8, .name = "EGP"},
    {.number = 9, .name = "IGP"},
    {.number = 17, .name = "UDP"},
    {.number = 33, .name = "DCCP"},
    {.number = 41, .name = "IPv6"},
    {.number = 43, .name = "IPv6-Route"},
    {.number = 44, .name = "IPv6-Frag"},
    {.number = 46, .name = "RSVP"},
    {.number = 47, .name = "GRE"},
    {.number = 50, .name = "ESP"},
    {.number = 51, .name = "AH"},
    {.number = 58, .name = "IPv6-ICMP", .alias = "ICMPv6"},
    {.number = 59, .name = "IPv6-NoNxt"},
    {.number = 60, .name = "IPv6-Opts"},
    {.number = 88, .name = "EIGRP"},
    {.number = 89, .name = "OSPFIGP", .alias = "OSPF"},
    {.number = 94, .name = "IPIP", .alias = "BEETPH"},
    {.number = 97, .name = "ETHERIP"},
    {.number = 98, .name = "ENCAP"},
    {.number = 103, .name = "PIM"},
    {.number = 108, .name = "IPComp"},
    {.number = 112, .name = "VRRP"},
    {.number = 115, .name = "L2TP"},
    {.number = 118, .name = "STP"},
    {.number = 124, .name = "ISIS over IPv4"},
    {.number = 132, .name = "SCTP"},
    {.number = 133, .name = "FC"},
    {.number = 135, .name = "Mobility Header"},
    {.number = 136, .name = "UDPLite"},
    {.number = 137, .name = "MPLS-in-IP"},
    {.number = 138, .name = "manet"},
    {.number = 139, .name = "HIP"},
    {.number = 140, .name = "Shim6"},
    {.number = 141, .name = "WESP"},
    {.number = 142, .name = "ROHC"},
    {.number = 143, .name = "Ethernet"},
    {.number = 144, .name = "AGGFRAG"},
});
static_assert(well_formed(kIpProtocolsRows));

}  // namespace

constexpr Registry kIpProtocols{
    .title = "Assigned Internet Protocol Numbers", .rows = kIpProtocolsRows, .id = "ip.protocols"};

}  // namespace espial::registry
