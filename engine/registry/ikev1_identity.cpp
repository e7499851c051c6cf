// Identities and certificates of IKEv1: RFC 2407 section 4.6.2, RFC 2408 section 3.9, RFC 3554.
#include "engine/registry/table.hpp"

namespace espial::registry {
namespace {

constexpr auto kIkeV1IdTypesRows = std::to_array<NumberName>({
    {.number = 1, .name = "ID_IPV4_ADDR", .alias = "IPV4_ADDR"},
    {.number = 2, .name = "ID_FQDN", .alias = "FQDN"},
    {.number = 3, .name = "ID_USER_FQDN", .alias = "USER_FQDN"},
    {.number = 4, .name = "ID_IPV4_ADDR_SUBNET", .alias = "IPV4_ADDR_SUBNET"},
    {.number = 5, .name = "ID_IPV6_ADDR", .alias = "IPV6_ADDR"},
    {.number = 6, .name = "ID_IPV6_ADDR_SUBNET", .alias = "IPV6_ADDR_SUBNET"},
    {.number = 7, .name = "ID_IPV4_ADDR_RANGE", .alias = "IPV4_ADDR_RANGE"},
    {.number = 8, .name = "ID_IPV6_ADDR_RANGE", .alias = "IPV6_ADDR_RANGE"},
    {.number = 9, .name = "ID_DER_ASN1_DN", .alias = "DER_ASN1_DN"},
    {.number = 10, .name = "ID_DER_ASN1_GN", .alias = "DER_ASN1_GN"},
    {.number = 11, .name = "ID_KEY_ID", .alias = "KEY_ID"},
    {.number = 12, .name = "ID_LIST", .alias = "LIST"},
});
static_assert(well_formed(kIkeV1IdTypesRows));

constexpr auto kIkeV1CertificateEncodingsRows = std::to_array<NumberName>({
    {.number = 0, .name = "NONE"},
    {.number = 1, .name = "PKCS #7 wrapped X.509 certificate", .alias = "PKCS7"},
    {.number = 2, .name = "PGP Certificate", .alias = "PGP"},
    {.number = 3, .name = "DNS Signed Key"},
    {.number = 4, .name = "X.509 Certificate - Signature"},
    {.number = 5, .name = "X.509 Certificate - Key Exchange"},
    {.number = 6, .name = "Kerberos Tokens", .alias = "Kerberos"},
    {.number = 7, .name = "Certificate Revocation List", .alias = "CRL"},
    {.number = 8, .name = "Authority Revocation List", .alias = "ARL"},
    {.number = 9, .name = "SPKI Certificate", .alias = "SPKI"},
    {.number = 10, .name = "X.509 Certificate - Attribute"},
});
static_assert(well_formed(kIkeV1CertificateEncodingsRows));

}  // namespace

constexpr Registry kIkeV1IdTypes{
    .title = "IPSEC Identification Type", .rows = kIkeV1IdTypesRows, .id = "ikev1.id_types"};
constexpr Registry kIkeV1CertificateEncodings{.title = "ISAKMP Certificate Encodings",
                                              .rows = kIkeV1CertificateEncodingsRows,
                                              .id = "ikev1.certificate_encodings"};

}  // namespace espial::registry
