// What an IKEv1 phase 1 transform can name: RFC 2409 appendix A. Status: RFC 8247 as it stands for
// the same algorithm in IKEv2; the protocol itself is historic (RFC 9395), whatever the algorithm.
#include "engine/registry/table.hpp"

namespace espial::registry {
namespace {

using enum Status;

// 17: not registered, seen. 20: GM/T 0022. 16384: Microsoft, GSS-API.
constexpr auto kIkeV1Phase1AttributesRows = std::to_array<NumberName>({
    {.number = 1, .name = "Encryption Algorithm"},
    {.number = 2, .name = "Hash Algorithm"},
    {.number = 3, .name = "Authentication Method"},
    {.number = 4, .name = "Group Description"},
    {.number = 5, .name = "Group Type"},
    {.number = 6, .name = "Group Prime/Irreducible Polynomial", .alias = "Group Prime"},
    {.number = 7, .name = "Group Generator One"},
    {.number = 8, .name = "Group Generator Two"},
    {.number = 9, .name = "Group Curve A"},
    {.number = 10, .name = "Group Curve B"},
    {.number = 11, .name = "Life Type"},
    {.number = 12, .name = "Life Duration"},
    {.number = 13, .name = "PRF"},
    {.number = 14, .name = "Key Length"},
    {.number = 15, .name = "Field Size"},
    {.number = 16, .name = "Group Order"},
    {.number = 17, .name = "Block Size"},
    {.number = 20, .name = "Asymmetric Algorithm Type"},
    {.number = 16384, .name = "GSS Identity Name"},
});
static_assert(well_formed(kIkeV1Phase1AttributesRows));

// From 127: GM/T 0022; from 65001: private, of the FreeS/WAN family and SSH.
constexpr auto kIkeV1EncryptionRows = std::to_array<NumberName>({
    {.number = 1, .name = "DES-CBC", .status = must_not},
    {.number = 2, .name = "IDEA-CBC", .status = deprecated},
    {.number = 3, .name = "Blowfish-CBC", .status = deprecated},
    {.number = 4, .name = "RC5-R16-B64-CBC", .status = deprecated},
    {.number = 5, .name = "3DES-CBC", .status = may},
    {.number = 6, .name = "CAST-CBC", .status = deprecated},
    {.number = 7, .name = "AES-CBC", .status = must},
    {.number = 8, .name = "CAMELLIA-CBC"},
    {.number = 127, .name = "SM4-CBC (deprecated)", .alias = "SM4-CBC-deprecated"},
    {.number = 128, .name = "SM1-CBC"},
    {.number = 129, .name = "SM4-CBC"},
    {.number = 65001, .name = "MARS-CBC"},
    {.number = 65002, .name = "RC6-CBC"},
    {.number = 65004, .name = "SERPENT-CBC"},
    {.number = 65005, .name = "TWOFISH-CBC"},
    {.number = 65289, .name = "TWOFISH-CBC (SSH)", .alias = "TWOFISH-CBC-SSH"},
});
static_assert(well_formed(kIkeV1EncryptionRows));

constexpr auto kIkeV1HashRows = std::to_array<NumberName>({
    {.number = 1, .name = "MD5", .status = must_not},
    {.number = 2, .name = "SHA", .status = must, .alias = "SHA1"},
    {.number = 3, .name = "Tiger", .status = deprecated},
    {.number = 4, .name = "SHA2-256", .status = must},
    {.number = 5, .name = "SHA2-384"},
    {.number = 6, .name = "SHA2-512", .status = should},
    {.number = 20, .name = "SM3"},
});
static_assert(well_formed(kIkeV1HashRows));

// Private numbers: draft-ietf-ipsec-isakmp-hybrid-auth and draft-beaulieu-ike-xauth.
constexpr auto kIkeV1AuthenticationMethodsRows = std::to_array<NumberName>({
    {.number = 1, .name = "pre-shared key", .alias = "PSK"},
    {.number = 2, .name = "DSS signatures", .status = should_not},
    {.number = 3, .name = "RSA signatures"},
    {.number = 4, .name = "Encryption with RSA"},
    {.number = 5, .name = "Revised encryption with RSA"},
    {.number = 6, .name = "Encryption with El-Gamal", .status = reserved},
    {.number = 7, .name = "Revised encryption with El-Gamal", .status = reserved},
    {.number = 8, .name = "ECDSA signatures", .status = reserved},
    {.number = 9, .name = "ECDSA with SHA-256 on the P-256 curve", .alias = "ECDSA-256"},
    {.number = 10, .name = "ECDSA with SHA-384 on the P-384 curve", .alias = "ECDSA-384"},
    {.number = 11, .name = "ECDSA with SHA-512 on the P-521 curve", .alias = "ECDSA-521"},
    {.number = 64221, .name = "HybridInitRSA"},
    {.number = 64222, .name = "HybridRespRSA"},
    {.number = 64223, .name = "HybridInitDSS"},
    {.number = 64224, .name = "HybridRespDSS"},
    {.number = 65001, .name = "XAUTHInitPreShared"},
    {.number = 65002, .name = "XAUTHRespPreShared"},
    {.number = 65003, .name = "XAUTHInitDSS"},
    {.number = 65004, .name = "XAUTHRespDSS"},
    {.number = 65005, .name = "XAUTHInitRSA"},
    {.number = 65006, .name = "XAUTHRespRSA"},
    {.number = 65007, .name = "XAUTHInitRSAEncryption"},
    {.number = 65008, .name = "XAUTHRespRSAEncryption"},
    {.number = 65009, .name = "XAUTHInitRSARevisedEncryption"},
    {.number = 65010, .name = "XAUTHRespRSARevisedEncryption"},
});
static_assert(well_formed(kIkeV1AuthenticationMethodsRows));

// 6 to 13 never left their draft.
constexpr auto kIkeV1GroupsRows = std::to_array<NumberName>({
    {.number = 1, .name = "default 768-bit MODP group", .status = must_not, .alias = "MODP-768"},
    {.number = 2,
     .name = "alternate 1024-bit MODP group",
     .status = should_not,
     .alias = "MODP-1024"},
    {.number = 3, .name = "EC2N group on GP[2^155]", .alias = "EC2N-155"},
    {.number = 4, .name = "EC2N group on GP[2^185]", .alias = "EC2N-185"},
    {.number = 5, .name = "1536-bit MODP group", .status = should_not, .alias = "MODP-1536"},
    {.number = 6,
     .name = "EC2N group over GF[2^163] random",
     .status = reserved,
     .alias = "EC2N-163-random"},
    {.number = 7,
     .name = "EC2N group over GF[2^163] Koblitz",
     .status = reserved,
     .alias = "EC2N-163-Koblitz"},
    {.number = 8,
     .name = "EC2N group over GF[2^283] random",
     .status = reserved,
     .alias = "EC2N-283-random"},
    {.number = 9,
     .name = "EC2N group over GF[2^283] Koblitz",
     .status = reserved,
     .alias = "EC2N-283-Koblitz"},
    {.number = 10,
     .name = "EC2N group over GF[2^409] random",
     .status = reserved,
     .alias = "EC2N-409-random"},
    {.number = 11,
     .name = "EC2N group over GF[2^409] Koblitz",
     .status = reserved,
     .alias = "EC2N-409-Koblitz"},
    {.number = 12,
     .name = "EC2N group over GF[2^571] random",
     .status = reserved,
     .alias = "EC2N-571-random"},
    {.number = 13,
     .name = "EC2N group over GF[2^571] Koblitz",
     .status = reserved,
     .alias = "EC2N-571-Koblitz"},
    {.number = 14, .name = "2048-bit MODP Group", .status = must, .alias = "MODP-2048"},
    {.number = 15, .name = "3072-bit MODP Group", .alias = "MODP-3072"},
    {.number = 16, .name = "4096-bit MODP Group", .alias = "MODP-4096"},
    {.number = 17, .name = "6144-bit MODP Group", .alias = "MODP-6144"},
    {.number = 18, .name = "8192-bit MODP Group", .alias = "MODP-8192"},
    {.number = 19, .name = "256-bit random ECP group", .status = should, .alias = "ECP-256"},
    {.number = 20, .name = "384-bit random ECP group", .alias = "ECP-384"},
    {.number = 21, .name = "521-bit random ECP group", .alias = "ECP-521"},
    {.number = 22,
     .name = "1024-bit MODP Group with 160-bit Prime Order Subgroup",
     .status = must_not,
     .alias = "MODP-1024-160"},
    {.number = 23,
     .name = "2048-bit MODP Group with 224-bit Prime Order Subgroup",
     .status = should_not,
     .alias = "MODP-2048-224"},
    {.number = 24,
     .name = "2048-bit MODP Group with 256-bit Prime Order Subgroup",
     .status = should_not,
     .alias = "MODP-2048-256"},
    {.number = 25, .name = "192-bit Random ECP Group", .alias = "ECP-192"},
    {.number = 26, .name = "224-bit Random ECP Group", .alias = "ECP-224"},
    {.number = 27, .name = "brainpoolP224r1"},
    {.number = 28, .name = "brainpoolP256r1"},
    {.number = 29, .name = "brainpoolP384r1"},
    {.number = 30, .name = "brainpoolP512r1"},
});
static_assert(well_formed(kIkeV1GroupsRows));

constexpr auto kIkeV1GroupTypesRows = std::to_array<NumberName>({
    {.number = 1, .name = "MODP"},
    {.number = 2, .name = "ECP"},
    {.number = 3, .name = "EC2N"},
});
static_assert(well_formed(kIkeV1GroupTypesRows));

constexpr auto kIkeV1LifeTypesRows = std::to_array<NumberName>({
    {.number = 1, .name = "seconds"},
    {.number = 2, .name = "kilobytes"},
});
static_assert(well_formed(kIkeV1LifeTypesRows));

}  // namespace

constexpr Registry kIkeV1Phase1Attributes{
    .title = "IKE Attributes", .rows = kIkeV1Phase1AttributesRows, .id = "ikev1.phase1_attributes"};
constexpr Registry kIkeV1Encryption{
    .title = "IKEv1 Encryption Algorithm", .rows = kIkeV1EncryptionRows, .id = "ikev1.encryption"};
constexpr Registry kIkeV1Hash{
    .title = "IKEv1 Hash Algorithm", .rows = kIkeV1HashRows, .id = "ikev1.hash"};
constexpr Registry kIkeV1AuthenticationMethods{.title = "IKEv1 Authentication Method",
                                               .rows = kIkeV1AuthenticationMethodsRows,
                                               .id = "ikev1.authentication_methods"};
constexpr Registry kIkeV1Groups{
    .title = "IKEv1 Group Description", .rows = kIkeV1GroupsRows, .id = "ikev1.groups"};
constexpr Registry kIkeV1GroupTypes{
    .title = "IKEv1 Group Type", .rows = kIkeV1GroupTypesRows, .id = "ikev1.group_types"};
constexpr Registry kIkeV1LifeTypes{
    .title = "IKEv1 Life Type", .rows = kIkeV1LifeTypesRows, .id = "ikev1.life_types"};

}  // namespace espial::registry
