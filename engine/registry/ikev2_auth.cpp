// Who a peer of IKEv2 says it is and how it proves that: RFC 7296 sections 3.5, 3.6 and 3.8 and the
// RFCs that add to them.
#include "engine/registry/table.hpp"

namespace espial::registry {
namespace {

using enum Status;

// Status: RFC 8247 section 3.1. It asks for RSA keys of 2048 bits and more, and for no SHA-1.
constexpr auto kIkeV2AuthenticationMethodsRows = std::to_array<NumberName>({
    {.number = 1, .name = "RSA Digital Signature", .status = must, .alias = "RSA"},
    {.number = 2, .name = "Shared Key Message Integrity Code", .status = must, .alias = "PSK"},
    {.number = 3, .name = "DSS Digital Signature", .status = should_not, .alias = "DSS"},
    {.number = 9,
     .name = "ECDSA with SHA-256 on the P-256 curve",
     .status = should,
     .alias = "ECDSA-256"},
    {.number = 10,
     .name = "ECDSA with SHA-384 on the P-384 curve",
     .status = should,
     .cnsa1 = true,
     .alias = "ECDSA-384"},
    {.number = 11,
     .name = "ECDSA with SHA-512 on the P-521 curve",
     .status = should,
     .alias = "ECDSA-521"},
    {.number = 12, .name = "Generic Secure Password Authentication Method", .alias = "GSPM"},
    {.number = 13, .name = "NULL Authentication", .alias = "NULL"},
    {.number = 14, .name = "Digital Signature", .status = should},
});
static_assert(well_formed(kIkeV2AuthenticationMethodsRows));

// RFC 7427 section 7; 5 is for signatures that hash by themselves (RFC 8420).
constexpr auto kIkeV2HashAlgorithmsRows = std::to_array<NumberName>({
    {.number = 1, .name = "SHA1", .status = must_not},
    {.number = 2, .name = "SHA2-256", .status = must},
    {.number = 3, .name = "SHA2-384", .status = may, .cnsa1 = true, .cnsa2 = true},
    {.number = 4, .name = "SHA2-512", .status = should, .cnsa2 = true},
    {.number = 5, .name = "Identity"},
    {.number = 6, .name = "STREEBOG_256"},
    {.number = 7, .name = "STREEBOG_512"},
});
static_assert(well_formed(kIkeV2HashAlgorithmsRows));

constexpr auto kIkeV2IdTypesRows = std::to_array<NumberName>({
    {.number = 1, .name = "ID_IPV4_ADDR", .alias = "IPV4_ADDR"},
    {.number = 2, .name = "ID_FQDN", .alias = "FQDN"},
    {.number = 3, .name = "ID_RFC822_ADDR", .alias = "RFC822_ADDR"},
    {.number = 5, .name = "ID_IPV6_ADDR", .alias = "IPV6_ADDR"},
    {.number = 9, .name = "ID_DER_ASN1_DN", .alias = "DER_ASN1_DN"},
    {.number = 10, .name = "ID_DER_ASN1_GN", .alias = "DER_ASN1_GN"},
    {.number = 11, .name = "ID_KEY_ID", .alias = "KEY_ID"},
    {.number = 12, .name = "ID_FC_NAME", .alias = "FC_NAME"},
    {.number = 13, .name = "ID_NULL", .alias = "NULL"},
});
static_assert(well_formed(kIkeV2IdTypesRows));

constexpr auto kIkeV2CertificateEncodingsRows = std::to_array<NumberName>({
    {.number = 1, .name = "PKCS #7 wrapped X.509 certificate", .alias = "PKCS7"},
    {.number = 2, .name = "PGP Certificate", .alias = "PGP"},
    {.number = 3, .name = "DNS Signed Key"},
    {.number = 4, .name = "X.509 Certificate - Signature"},
    {.number = 6, .name = "Kerberos Token", .alias = "Kerberos"},
    {.number = 7, .name = "Certificate Revocation List", .alias = "CRL"},
    {.number = 8, .name = "Authority Revocation List", .alias = "ARL"},
    {.number = 9, .name = "SPKI Certificate", .alias = "SPKI"},
    {.number = 10, .name = "X.509 Certificate - Attribute"},
    {.number = 11, .name = "Raw RSA Key", .status = deprecated},
    {.number = 12, .name = "Hash and URL of X.509 certificate"},
    {.number = 13, .name = "Hash and URL of X.509 bundle"},
    {.number = 14, .name = "OCSP Content", .alias = "OCSP"},
    {.number = 15, .name = "Raw Public Key"},
});
static_assert(well_formed(kIkeV2CertificateEncodingsRows));

// RFC 6467 section 5.
constexpr auto kIkeV2SecurePasswordMethodsRows = std::to_array<NumberName>({
    {.number = 1, .name = "PACE"},
    {.number = 2, .name = "AugPAKE"},
    {.number = 3, .name = "Secure PSK Authentication", .alias = "Secure PSK"},
});
static_assert(well_formed(kIkeV2SecurePasswordMethodsRows));

// RFC 8784 section 5.1.
constexpr auto kIkeV2PpkIdTypesRows = std::to_array<NumberName>({
    {.number = 1, .name = "PPK_ID_OPAQUE", .alias = "OPAQUE"},
    {.number = 2, .name = "PPK_ID_FIXED", .alias = "FIXED"},
});
static_assert(well_formed(kIkeV2PpkIdTypesRows));

}  // namespace

constexpr Registry kIkeV2AuthenticationMethods{.title = "IKEv2 Authentication Method",
                                               .rows = kIkeV2AuthenticationMethodsRows,
                                               .id = "ikev2.authentication_methods"};
constexpr Registry kIkeV2HashAlgorithms{.title = "IKEv2 Hash Algorithms",
                                        .rows = kIkeV2HashAlgorithmsRows,
                                        .id = "ikev2.hash_algorithms"};
constexpr Registry kIkeV2IdTypes{.title = "IKEv2 Identification Payload ID Types",
                                 .rows = kIkeV2IdTypesRows,
                                 .id = "ikev2.id_types"};
constexpr Registry kIkeV2CertificateEncodings{.title = "IKEv2 Certificate Encodings",
                                              .rows = kIkeV2CertificateEncodingsRows,
                                              .id = "ikev2.certificate_encodings"};
constexpr Registry kIkeV2SecurePasswordMethods{.title = "IKEv2 Secure Password Methods",
                                               .rows = kIkeV2SecurePasswordMethodsRows,
                                               .id = "ikev2.secure_password_methods"};
constexpr Registry kIkeV2PpkIdTypes{.title = "IKEv2 Post-quantum Preshared Key ID Types",
                                    .rows = kIkeV2PpkIdTypesRows,
                                    .id = "ikev2.ppk_id_types"};

}  // namespace espial::registry
