// What an IKEv2 proposal can name: RFC 7296 section 3.3, RFC 9370, RFC 9838.
// Levels: status is RFC 8247's, esp_status RFC 8221's, both as amended by RFC 9395. "MUST-" stands
// as must, "SHOULD+" as should, "SHOULD (IoT)" as should, "MUST NOT" goes before "deprecated".
#include "engine/registry/table.hpp"

namespace espial::registry {
namespace {

using enum Status;

constexpr auto kIkeV2TransformTypesRows = std::to_array<NumberName>({
    {.number = 1, .name = "Encryption Algorithm", .alias = "ENCR"},
    {.number = 2, .name = "Pseudorandom Function", .alias = "PRF"},
    {.number = 3, .name = "Integrity Algorithm", .alias = "INTEG"},
    {.number = 4, .name = "Key Exchange Method", .alias = "KE"},
    {.number = 5, .name = "Sequence Numbers", .alias = "SN"},
    {.number = 6, .name = "Additional Key Exchange 1", .alias = "ADDKE1"},
    {.number = 7, .name = "Additional Key Exchange 2", .alias = "ADDKE2"},
    {.number = 8, .name = "Additional Key Exchange 3", .alias = "ADDKE3"},
    {.number = 9, .name = "Additional Key Exchange 4", .alias = "ADDKE4"},
    {.number = 10, .name = "Additional Key Exchange 5", .alias = "ADDKE5"},
    {.number = 11, .name = "Additional Key Exchange 6", .alias = "ADDKE6"},
    {.number = 12, .name = "Additional Key Exchange 7", .alias = "ADDKE7"},
    {.number = 13, .name = "Key Wrap Algorithm", .alias = "KWA"},
    {.number = 14, .name = "Group Controller Authentication Method", .alias = "GCAUTH"},
});
static_assert(well_formed(kIkeV2TransformTypesRows));

constexpr auto kIkeV2TransformAttributesRows = std::to_array<NumberName>({
    {.number = 14, .name = "Key Length"},
    {.number = 18, .name = "Signature Algorithm Identifier"},
});
static_assert(well_formed(kIkeV2TransformAttributesRows));

// 11, 21, 34 and 35 keep nothing secret, 29 to 31 take their IV from a sequence number that IKE
// does not have: not for an IKE SA. 64-bit blocks: 1 to 9, 33 and 35.
constexpr auto kIkeV2EncryptionRows = std::to_array<NumberName>({
    {.number = 1,
     .name = "ENCR_DES_IV64",
     .status = deprecated,
     .esp_status = must_not,
     .alias = "DES_IV64"},
    {.number = 2, .name = "ENCR_DES", .status = must_not, .esp_status = must_not, .alias = "DES"},
    {.number = 3, .name = "ENCR_3DES", .status = may, .esp_status = should_not, .alias = "3DES"},
    {.number = 4,
     .name = "ENCR_RC5",
     .status = deprecated,
     .esp_status = deprecated,
     .alias = "RC5"},
    {.number = 5,
     .name = "ENCR_IDEA",
     .status = deprecated,
     .esp_status = deprecated,
     .alias = "IDEA"},
    {.number = 6,
     .name = "ENCR_CAST",
     .status = deprecated,
     .esp_status = deprecated,
     .alias = "CAST"},
    {.number = 7,
     .name = "ENCR_BLOWFISH",
     .status = deprecated,
     .esp_status = must_not,
     .alias = "BLOWFISH"},
    {.number = 8,
     .name = "ENCR_3IDEA",
     .status = deprecated,
     .esp_status = must_not,
     .alias = "3IDEA"},
    {.number = 9,
     .name = "ENCR_DES_IV32",
     .status = deprecated,
     .esp_status = must_not,
     .alias = "DES_IV32"},
    {.number = 10,
     .name = "Reserved (10)",
     .status = reserved,
     .esp_status = reserved,
     .alias = "RESERVED_10"},
    {.number = 11, .name = "ENCR_NULL", .status = must_not, .esp_status = must, .alias = "NULL"},
    {.number = 12,
     .name = "ENCR_AES_CBC",
     .status = must,
     .esp_status = must,
     .cnsa1 = true,
     .alias = "AES_CBC"},
    {.number = 13, .name = "ENCR_AES_CTR", .alias = "AES_CTR"},
    {.number = 14,
     .name = "ENCR_AES_CCM_8",
     .status = should,
     .esp_status = should,
     .alias = "AES_CCM_8"},
    {.number = 15, .name = "ENCR_AES_CCM_12", .alias = "AES_CCM_12"},
    {.number = 16, .name = "ENCR_AES_CCM_16", .alias = "AES_CCM_16"},
    {.number = 18, .name = "ENCR_AES_GCM_8", .alias = "AES_GCM_8"},
    {.number = 19, .name = "ENCR_AES_GCM_12", .alias = "AES_GCM_12"},
    {.number = 20,
     .name = "ENCR_AES_GCM_16",
     .status = should,
     .esp_status = must,
     .cnsa1 = true,
     .cnsa2 = true,
     .alias = "AES_GCM_16"},
    {.number = 21,
     .name = "ENCR_NULL_AUTH_AES_GMAC",
     .status = must_not,
     .alias = "NULL_AUTH_AES_GMAC"},
    {.number = 22,
     .name = "Reserved for IEEE P1619 XTS-AES",
     .status = reserved,
     .esp_status = reserved,
     .alias = "XTS-AES"},
    {.number = 23, .name = "ENCR_CAMELLIA_CBC", .alias = "CAMELLIA_CBC"},
    {.number = 24, .name = "ENCR_CAMELLIA_CTR", .alias = "CAMELLIA_CTR"},
    {.number = 25, .name = "ENCR_CAMELLIA_CCM_8", .alias = "CAMELLIA_CCM_8"},
    {.number = 26, .name = "ENCR_CAMELLIA_CCM_12", .alias = "CAMELLIA_CCM_12"},
    {.number = 27, .name = "ENCR_CAMELLIA_CCM_16", .alias = "CAMELLIA_CCM_16"},
    {.number = 28,
     .name = "ENCR_CHACHA20_POLY1305",
     .status = should,
     .esp_status = should,
     .alias = "CHACHA20_POLY1305"},
    {.number = 29, .name = "ENCR_AES_CCM_8_IIV", .status = must_not, .alias = "AES_CCM_8_IIV"},
    {.number = 30, .name = "ENCR_AES_GCM_16_IIV", .status = must_not, .alias = "AES_GCM_16_IIV"},
    {.number = 31,
     .name = "ENCR_CHACHA20_POLY1305_IIV",
     .status = must_not,
     .alias = "CHACHA20_POLY1305_IIV"},
    {.number = 32, .name = "ENCR_KUZNYECHIK_MGM_KTREE", .alias = "KUZNYECHIK_MGM_KTREE"},
    {.number = 33, .name = "ENCR_MAGMA_MGM_KTREE", .alias = "MAGMA_MGM_KTREE"},
    {.number = 34,
     .name = "ENCR_KUZNYECHIK_MGM_MAC_KTREE",
     .status = must_not,
     .alias = "KUZNYECHIK_MGM_MAC_KTREE"},
    {.number = 35,
     .name = "ENCR_MAGMA_MGM_MAC_KTREE",
     .status = must_not,
     .alias = "MAGMA_MGM_MAC_KTREE"},
});
static_assert(well_formed(kIkeV2EncryptionRows));

constexpr auto kIkeV2PrfRows = std::to_array<NumberName>({
    {.number = 1, .name = "PRF_HMAC_MD5", .status = must_not, .alias = "HMAC_MD5"},
    {.number = 2, .name = "PRF_HMAC_SHA1", .status = must, .alias = "HMAC_SHA1"},
    {.number = 3, .name = "PRF_HMAC_TIGER", .status = deprecated, .alias = "HMAC_TIGER"},
    {.number = 4, .name = "PRF_AES128_XCBC", .status = should, .alias = "AES128_XCBC"},
    {.number = 5, .name = "PRF_HMAC_SHA2_256", .status = must, .alias = "HMAC_SHA2_256"},
    {.number = 6,
     .name = "PRF_HMAC_SHA2_384",
     .cnsa1 = true,
     .cnsa2 = true,
     .alias = "HMAC_SHA2_384"},
    {.number = 7,
     .name = "PRF_HMAC_SHA2_512",
     .status = should,
     .cnsa1 = true,
     .cnsa2 = true,
     .alias = "HMAC_SHA2_512"},
    {.number = 8, .name = "PRF_AES128_CMAC", .alias = "AES128_CMAC"},
    {.number = 9, .name = "PRF_HMAC_STREEBOG_512", .alias = "HMAC_STREEBOG_512"},
});
static_assert(well_formed(kIkeV2PrfRows));

// 0 stands beside a cipher that checks integrity itself, and then must stand, in ESP as in IKE;
// with any other cipher it must not. So it has no level, and CNSA allows it with its ciphers. 9 to
// 11: for AH and ESP.
constexpr auto kIkeV2IntegrityRows = std::to_array<NumberName>({
    {.number = 0, .name = "NONE", .cnsa1 = true, .cnsa2 = true},
    {.number = 1,
     .name = "AUTH_HMAC_MD5_96",
     .status = must_not,
     .esp_status = must_not,
     .alias = "HMAC_MD5_96"},
    {.number = 2,
     .name = "AUTH_HMAC_SHA1_96",
     .status = must,
     .esp_status = must,
     .alias = "HMAC_SHA1_96"},
    {.number = 3,
     .name = "AUTH_DES_MAC",
     .status = must_not,
     .esp_status = must_not,
     .alias = "DES_MAC"},
    {.number = 4,
     .name = "AUTH_KPDK_MD5",
     .status = must_not,
     .esp_status = must_not,
     .alias = "KPDK_MD5"},
    {.number = 5,
     .name = "AUTH_AES_XCBC_96",
     .status = should,
     .esp_status = should,
     .alias = "AES_XCBC_96"},
    {.number = 6,
     .name = "AUTH_HMAC_MD5_128",
     .status = deprecated,
     .esp_status = deprecated,
     .alias = "HMAC_MD5_128"},
    {.number = 7,
     .name = "AUTH_HMAC_SHA1_160",
     .status = deprecated,
     .esp_status = deprecated,
     .alias = "HMAC_SHA1_160"},
    {.number = 8, .name = "AUTH_AES_CMAC_96", .alias = "AES_CMAC_96"},
    {.number = 9,
     .name = "AUTH_AES_128_GMAC",
     .status = must_not,
     .esp_status = may,
     .alias = "AES_128_GMAC"},
    {.number = 10, .name = "AUTH_AES_192_GMAC", .status = must_not, .alias = "AES_192_GMAC"},
    {.number = 11,
     .name = "AUTH_AES_256_GMAC",
     .status = must_not,
     .esp_status = may,
     .alias = "AES_256_GMAC"},
    {.number = 12,
     .name = "AUTH_HMAC_SHA2_256_128",
     .status = must,
     .esp_status = must,
     .alias = "HMAC_SHA2_256_128"},
    {.number = 13,
     .name = "AUTH_HMAC_SHA2_384_192",
     .cnsa1 = true,
     .cnsa2 = true,
     .alias = "HMAC_SHA2_384_192"},
    {.number = 14,
     .name = "AUTH_HMAC_SHA2_512_256",
     .status = should,
     .esp_status = should,
     .cnsa1 = true,
     .cnsa2 = true,
     .alias = "HMAC_SHA2_512_256"},
});
static_assert(well_formed(kIkeV2IntegrityRows));

// IANA keeps 3, 4 and 6 to 13 reserved: EC2N groups of IKEv1 and its drafts.
constexpr auto kIkeV2KeyExchangeRows = std::to_array<NumberName>({
    {.number = 0, .name = "NONE"},
    {.number = 1, .name = "768-bit MODP Group", .status = must_not, .alias = "MODP-768"},
    {.number = 2, .name = "1024-bit MODP Group", .status = should_not, .alias = "MODP-1024"},
    {.number = 5, .name = "1536-bit MODP Group", .status = should_not, .alias = "MODP-1536"},
    {.number = 14, .name = "2048-bit MODP Group", .status = must, .alias = "MODP-2048"},
    {.number = 15, .name = "3072-bit MODP Group", .cnsa1 = true, .alias = "MODP-3072"},
    {.number = 16, .name = "4096-bit MODP Group", .cnsa1 = true, .alias = "MODP-4096"},
    {.number = 17, .name = "6144-bit MODP Group", .alias = "MODP-6144"},
    {.number = 18, .name = "8192-bit MODP Group", .alias = "MODP-8192"},
    {.number = 19, .name = "256-bit random ECP group", .status = should, .alias = "ECP-256"},
    {.number = 20, .name = "384-bit random ECP group", .cnsa1 = true, .alias = "ECP-384"},
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
    {.number = 31, .name = "Curve25519", .alias = "X25519"},
    {.number = 32, .name = "Curve448", .alias = "X448"},
    {.number = 33, .name = "GOST3410_2012_256"},
    {.number = 34, .name = "GOST3410_2012_512"},
    {.number = 35, .name = "ml-kem-512"},
    {.number = 36, .name = "ml-kem-768"},
    {.number = 37, .name = "ml-kem-1024", .cnsa2 = true},
});
static_assert(well_formed(kIkeV2KeyExchangeRows));

// Renamed by RFC 9827; the aliases are the names of RFC 7296.
constexpr auto kIkeV2SequenceNumbersRows = std::to_array<NumberName>({
    {.number = 0, .name = "32-bit Sequential Numbers", .alias = "No Extended Sequence Numbers"},
    {.number = 1,
     .name = "Partially Transmitted 64-bit Sequential Numbers",
     .alias = "Extended Sequence Numbers"},
    {.number = 2, .name = "32-bit Unspecified Numbers", .alias = "Unspecified Numbers"},
});
static_assert(well_formed(kIkeV2SequenceNumbersRows));

constexpr auto kIkeV2KeyWrapRows = std::to_array<NumberName>({
    {.number = 1, .name = "KW_5649_128"},
    {.number = 2, .name = "KW_5649_192"},
    {.number = 3, .name = "KW_5649_256"},
    {.number = 4, .name = "KW_ARX"},
});
static_assert(well_formed(kIkeV2KeyWrapRows));

constexpr auto kIkeV2GroupControllerAuthenticationRows = std::to_array<NumberName>({
    {.number = 1, .name = "Implicit"},
    {.number = 2, .name = "Digital Signature"},
});
static_assert(well_formed(kIkeV2GroupControllerAuthenticationRows));

}  // namespace

constexpr Registry kIkeV2TransformTypes{.title = "Transform Type Values",
                                        .rows = kIkeV2TransformTypesRows,
                                        .id = "ikev2.transform_types"};
constexpr Registry kIkeV2TransformAttributes{.title = "IKEv2 Transform Attribute Types",
                                             .rows = kIkeV2TransformAttributesRows,
                                             .id = "ikev2.transform_attributes"};
constexpr Registry kIkeV2Encryption{.title = "Encryption Algorithm Transform IDs",
                                    .rows = kIkeV2EncryptionRows,
                                    .id = "ikev2.encryption"};
constexpr Registry kIkeV2Prf{
    .title = "Pseudorandom Function Transform IDs", .rows = kIkeV2PrfRows, .id = "ikev2.prf"};
constexpr Registry kIkeV2Integrity{.title = "Integrity Algorithm Transform IDs",
                                   .rows = kIkeV2IntegrityRows,
                                   .id = "ikev2.integrity"};
constexpr Registry kIkeV2KeyExchange{.title = "Key Exchange Method Transform IDs",
                                     .rows = kIkeV2KeyExchangeRows,
                                     .id = "ikev2.key_exchange"};
constexpr Registry kIkeV2SequenceNumbers{.title = "Sequence Numbers Properties Transform IDs",
                                         .rows = kIkeV2SequenceNumbersRows,
                                         .id = "ikev2.sequence_numbers"};
constexpr Registry kIkeV2KeyWrap{
    .title = "Key Wrap Algorithm Transform IDs", .rows = kIkeV2KeyWrapRows, .id = "ikev2.key_wrap"};
constexpr Registry kIkeV2GroupControllerAuthentication{
    .title = "Group Controller Authentication Method Transform IDs",
    .rows = kIkeV2GroupControllerAuthenticationRows,
    .id = "ikev2.group_controller_authentication"};

}  // namespace espial::registry
